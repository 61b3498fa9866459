package postgres

import (
	"context"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// SubmissionQuestion is a question to a submitter with what was answered.
type SubmissionQuestion struct {
	ID int64
	// Field is as in review.Question.
	Field, Text string
	Editor      string // who asked; empty for one whose name is gone
	AskedAt     time.Time
	// AnsweredAt is nil while it waits. Answer is empty then, and once it is erased.
	AnsweredAt *time.Time
	Answer     string
	Corrected  bool // the field was corrected with it
}

// OpenQuestions are those that wait for an answer.
func (v *SubmissionView) OpenQuestions() (out []SubmissionQuestion) {
	for _, q := range v.Questions {
		if q.AnsweredAt == nil {
			out = append(out, q)
		}
	}
	return out
}

// IsNew tells whether an answer has come since the desk last asked.
func (v *SubmissionView) IsNew(q SubmissionQuestion) bool {
	last := v.Questions[len(v.Questions)-1].AskedAt
	return q.AnsweredAt != nil && !q.AnsweredAt.Before(last)
}

func (v *SubmissionView) loadQuestions(ctx context.Context, tx pgx.Tx) (err error) {
	rows, _ := tx.Query(ctx, `
		SELECT q.id, q.field, q.text, coalesce(by.name, ''), asked.at, closed.at, coalesce(a.text, ''), q.corrected
		FROM submission_question q JOIN submission_event asked ON asked.id = q.event_id
		LEFT JOIN editor by ON by.id = asked.by_editor LEFT JOIN submission_event closed ON closed.id = q.closed_event_id
		LEFT JOIN question_answer a ON a.question_id = q.id
		WHERE q.submission_id = $1 ORDER BY q.id`, v.ID)
	v.Questions, err = pgx.CollectRows(rows, pgx.RowToStructByPos[SubmissionQuestion])
	return err
}

// addQuestions writes what a decision asks and what it answers, with the event that
// tells of it.
func (sub *lockedSubmission) addQuestions(ctx context.Context, tx pgx.Tx, d *review.Decision, event int64) error {
	for _, q := range d.Asked {
		if _, err := tx.Exec(ctx, `INSERT INTO submission_question (submission_id, event_id, field, text) VALUES ($1, $2, $3, $4)`,
			sub.ID, event, q.Field, q.Text); err != nil {
			return err
		}
	}
	for _, x := range d.Closed {
		if _, err := tx.Exec(ctx, `UPDATE submission_question SET closed_event_id = $3, corrected = $4 WHERE id = $1 AND submission_id = $2`,
			x.Question, sub.ID, event, x.Corrected); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO question_answer (question_id, submission_id, text) VALUES ($1, $2, $3)`, x.Question, sub.ID, x.Text); err != nil {
			return err
		}
	}
	return nil
}
