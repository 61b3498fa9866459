package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// AnswerInquiry takes an answer by a secret link. seen is how often the inquiry had
// been answered when the form was made: where it is another number, somebody answered
// meanwhile, and the error is catalogue.ErrConflict. now are the fingerprints of the
// parts as they stand (review.InquiryAnswer.Confirms). A check that confirms
// everything of a published practice is told on its page. The error is
// catalogue.ErrNotFound where no link works, review.ErrDecided where it has expired or
// what it is about is not public any more, and a *review.RefusedError.
func (s *Store) AnswerInquiry(ctx context.Context, token string, seen int, a review.InquiryAnswer, parts map[string]string, now time.Time) error {
	a = a.Canonical()
	return s.write(ctx, func(tx pgx.Tx) error {
		q, on, err := lockInquiry(ctx, tx, `q.token_hash = $1`, hashToken(token))
		if err != nil {
			return err
		}
		if !q.Open(now) {
			return fmt.Errorf("inquiry %d has expired: %w", q.ID, review.ErrDecided)
		}
		if err := on.askable(ctx, tx); errors.Is(err, catalogue.ErrConflict) {
			return fmt.Errorf("%w: %w", review.ErrDecided, err)
		} else if err != nil {
			return err
		}
		if err := a.Check(q.Kind); err != nil {
			return err
		}
		if q.Answers != seen {
			return fmt.Errorf("inquiry %d was answered meanwhile: %w", q.ID, catalogue.ErrConflict)
		}
		confirmed := q.Kind == review.InquiryCheck && a.Confirms(parts)
		if _, err := tx.Exec(ctx, `DELETE FROM inquiry_answer WHERE inquiry_id = $1`, q.ID); err != nil {
			return err
		}
		for _, x := range append(slices.Clone(a.Parts), review.PartAnswer{Right: true, Text: a.Text}) {
			if _, err := tx.Exec(ctx, `INSERT INTO inquiry_answer (inquiry_id, path, is_right, text, shown) VALUES ($1, $2, $3, $4, $5)`, q.ID, x.Path, x.Right, x.Text, x.Shown); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `UPDATE inquiry SET answers = answers + 1, answered_at = $2, used = $3, confirmed = $4, closed_at = NULL WHERE id = $1`,
			q.ID, now, string(a.Used), confirmed); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE inquiry_contact SET erase_on = $2 WHERE inquiry_id = $1`, q.ID, review.InquiryErasure(now)); err != nil {
			return err
		}
		summary := a.Summary(q.Kind)
		if err := on.addEvent(ctx, tx, review.Event{Kind: review.EventInquiryAnswered, Reason: string(q.Kind), Text: summary}, now); err != nil {
			return err
		}
		if !a.Unfinished {
			title, _, err := aboutInquiry(ctx, tx, &q)
			if err != nil {
				return err
			}
			l := review.Letter{Mail: review.InquiryAnsweredMail(q.Kind, title, summary), SubmissionID: q.SubmissionID, Practice: q.Slug}
			if err := s.queueMail(ctx, tx, l, "", fmt.Sprintf("%d-%d", q.ID, q.Answers+1), now); err != nil {
				return err
			}
		}
		if confirmed && on.practice != 0 {
			return markChecked(ctx, tx, on.practice, now)
		}
		return nil
	})
}

// markChecked tells on the page of a published practice that those who did it have
// confirmed what it says.
func markChecked(ctx context.Context, tx pgx.Tx, practice int64, at time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE practice SET checked_at = greatest(checked_at, $2) WHERE id = $1`, practice, at); err != nil {
		return err
	}
	return republish(ctx, tx, []int64{practice})
}

// InquiryDone is what the desk does with an inquiry.
type InquiryDone string

// What the desk does: takes the link back; has taken the answer in, which of a check
// is told on the example's page; sends another link, or the first one of a prepared
// inquiry.
const (
	InquiryTakenBack InquiryDone = "taken_back"
	InquiryTakenIn   InquiryDone = "taken_in"
	InquirySend      InquiryDone = "send"
)

// ClosedInquiry says what the desk does with which inquiry.
type ClosedInquiry struct {
	// Submission or, for 0, Practice is what the inquiry is about, as the page of the
	// editor has it.
	Submission, Practice int64
	ID                   int64
	Done                 InquiryDone
	// Answers is how often it had been answered when the editor saw it.
	Answers int
	// Email and Token are those of the link that InquirySend sends.
	Email, Token string
}

// CloseInquiry does with an inquiry what the desk says. The error is
// catalogue.ErrConflict where it is about something else (as after it was published),
// where it was answered meanwhile, where nothing has been answered that could be taken
// in, or where there is nothing to send a link to (askable).
func (s *Store) CloseInquiry(ctx context.Context, c ClosedInquiry, editor int64, now time.Time) error {
	id, what := c.ID, c.Done
	if what == InquirySend {
		if err := review.RefuseCPR(review.Submission{}, review.Contact{Email: c.Email}); err != nil {
			return err
		}
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.AskSource); err != nil {
			return err
		}
		q, on, err := lockInquiry(ctx, tx, `q.id = $1`, id)
		if err != nil {
			return err
		}
		if q.SubmissionID != c.Submission || q.PracticeID != c.Practice {
			return fmt.Errorf("inquiry %d is about something else: %w", id, catalogue.ErrConflict)
		}
		if q.Answers != c.Answers || what == InquiryTakenIn && q.AnsweredAt == nil {
			return fmt.Errorf("inquiry %d was answered meanwhile, or not at all: %w", id, catalogue.ErrConflict)
		}
		e := review.Event{Kind: review.EventInquiryClosed, Editor: editor, Reason: string(q.Kind)}
		switch what {
		case InquirySend:
			e.Kind = review.EventInquirySent
			if err := on.askable(ctx, tx); err != nil {
				return err
			}
			if err := s.sendInquiry(ctx, tx, id, c.Email, c.Token, now); err != nil {
				return err
			}
		case InquiryTakenBack:
			e.Text = review.LinkTakenBack
			if err := endInquiry(ctx, tx, id, now); err != nil {
				return err
			}
		case InquiryTakenIn:
			e.Text = review.AnswerTakenIn
			if _, err := tx.Exec(ctx, `UPDATE inquiry SET closed_at = $2 WHERE id = $1`, id, now); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%q is nothing that is done with an inquiry", what)
		}
		if err := on.addEvent(ctx, tx, e, now); err != nil {
			return err
		}
		if what == InquiryTakenIn && q.Kind == review.InquiryCheck && on.practice != 0 {
			return markChecked(ctx, tx, on.practice, *q.AnsweredAt)
		}
		return nil
	})
}

// endInquiry takes the link of an inquiry back: its mail is not sent any more.
func endInquiry(ctx context.Context, tx pgx.Tx, id int64, now time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE inquiry SET token_hash = NULL, closed_at = $2 WHERE id = $1`, id, now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE inquiry_contact SET erase_on = least(erase_on, $2) WHERE inquiry_id = $1`, id, review.InquiryErasure(now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE mail SET recipient = '', body = '', sent_at = $2, error = 'taken back before it was sent' WHERE inquiry_id = $1 AND sent_at IS NULL`, id, now)
	return err
}

// followInquiries has the inquiries about a decided submission follow it: to the
// practice that was made of it, where a check that confirmed everything, or was taken
// in, is told; or, for nil, to their end.
func followInquiries(ctx context.Context, tx pgx.Tx, submission int64, practice *int64, now time.Time) error {
	if practice == nil {
		rows, _ := tx.Query(ctx, `SELECT id FROM inquiry WHERE submission_id = $1 ORDER BY id`, submission)
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		for _, id := range ids {
			if err == nil {
				err = endInquiry(ctx, tx, id, now)
			}
		}
		return err
	}
	if _, err := tx.Exec(ctx, `
		UPDATE practice SET checked_at = greatest(checked_at, (SELECT max(answered_at) FROM inquiry WHERE submission_id = $2 AND kind = $3 AND (confirmed OR closed_at IS NOT NULL AND token_hash IS NOT NULL)))
		WHERE id = $1`, *practice, submission, string(review.InquiryCheck)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE inquiry SET submission_id = NULL, practice_id = $2 WHERE submission_id = $1`, submission, *practice)
	return err
}

// takeIn closes an inquiry whose answer a revision of its practice takes in; of a check
// the practice's page tells. One that was taken in before, or answered once more since
// the editor saw it, is catalogue.ErrConflict: nothing is added twice, and no answer is
// closed unseen.
func takeIn(ctx context.Context, tx pgx.Tx, on On, practice int64, now time.Time) error {
	tag, err := tx.Exec(ctx, `UPDATE inquiry SET closed_at = $3 WHERE id = $1 AND practice_id = $2 AND answers = $4 AND answered_at IS NOT NULL AND closed_at IS NULL`, on.Inquiry, practice, now, on.Answers)
	if err == nil && tag.RowsAffected() == 0 {
		err = fmt.Errorf("inquiry %d has no answer to be taken in: %w", on.Inquiry, catalogue.ErrConflict)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE practice p SET checked_at = greatest(p.checked_at, q.answered_at) FROM inquiry q WHERE q.id = $1 AND q.kind = $3 AND p.id = $2`, on.Inquiry, practice, string(review.InquiryCheck))
	return err
}
