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

// SubmissionView is all there is to know of one submission.
type SubmissionView struct {
	ID         int64
	Reference  string
	Kind       review.SubmissionKind
	State      review.SubmissionState
	HeldReason string
	FromDesk   bool // an editor began it
	Version    int
	ReceivedAt time.Time
	DecidedAt  *time.Time
	ErasedAt   *time.Time // when what was sent was erased; nil while it is there
	// Facts say who has the ball, and Lease which editor; LeaseBy is their name.
	Facts   review.Facts
	Lease   review.Lease
	LeaseBy string
	// Original is what came first, Content what it was last corrected to.
	Original, Content review.Submission
	AboutTitle        string
	// PracticeSlug and PracticeTitle are what it became, or what exists. The title of
	// what was merged is that of what it was merged into; what was removed has none.
	PracticeSlug, PracticeTitle string
	PracticeState               catalogue.State
	// Published is the number of the revision that it was published as; 0 for none.
	Published int
	// Versions are when it was sent and corrected: the nth is what version n is of.
	Versions []time.Time
	Events   []SubmissionEvent
	// Questions are what the desk asked the submitter, the oldest first.
	Questions   []SubmissionQuestion
	Attachments []Attachment
	// Place in the queue is counted from 1; 0 when nothing waits for the desk.
	Place   int
	Contact *review.Contact // nil once erased
	EraseOn catalogue.Date
	// Unsent are the mails to the submitter that wait, or were given up, without
	// their text.
	Unsent  []Mail
	Draft   *catalogue.Practice // nil until an editor has saved one
	Cleared []string
	// DraftBy is the name of the editor who saved the draft last, and DraftAt when.
	DraftBy string
	DraftAt time.Time
}

// SubmissionEvent is one thing that happened to a submission.
type SubmissionEvent struct {
	Kind   review.EventKind
	State  review.SubmissionState
	Editor string // the name; empty for the submitter and the system
	Reason string
	Text   string
	At     time.Time
}

// SubmissionByToken is the submission of a secret link, as the submitter may
// see it: without the draft, what the desk has cleared, why it was held, and who
// at the desk did what. Else the error is catalogue.ErrNotFound.
func (s *Store) SubmissionByToken(ctx context.Context, token string) (*SubmissionView, error) {
	v, err := s.submission(ctx, `token_hash = $1`, hashToken(token))
	if err != nil {
		return nil, err
	}
	v.Draft, v.Cleared, v.HeldReason = nil, nil, ""
	v.DraftBy, v.DraftAt = "", time.Time{}
	v.Events = slices.DeleteFunc(v.Events, func(e SubmissionEvent) bool { return e.Kind == review.EventNoted })
	v.Lease, v.LeaseBy = review.Lease{}, ""
	for i := range v.Events {
		v.Events[i].Editor = ""
	}
	for i := range v.Questions {
		v.Questions[i].Editor = ""
	}
	for i := range v.Attachments {
		v.Attachments[i].SeenBy = ""
	}
	return v, nil
}

// SubmissionByID is a submission for the desk, or catalogue.ErrNotFound.
func (s *Store) SubmissionByID(ctx context.Context, id int64) (*SubmissionView, error) {
	return s.submission(ctx, `id = $1`, id)
}

// forTheDesk are the states in which a submission waits for the desk: the
// others wait for the submitter, or for nobody.
const forTheDesk = `('received','held','in_review')`

// submission reads all there is as of one moment. The titles of practices are
// from the read model: one that was removed has none.
func (s *Store) submission(ctx context.Context, where string, arg any) (v *SubmissionView, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		v = &SubmissionView{}
		f := &v.Facts
		if err := tx.QueryRow(ctx, `
			SELECT s.id, s.reference, s.kind, s.state, s.held_reason, s.origin = 'desk', s.version, s.received_at, s.decided_at, s.erased_at, `+factColumns+`, `+checkColumns+`,
			  (SELECT content FROM submission_version WHERE submission_id = s.id ORDER BY n LIMIT 1),
			  (SELECT content FROM submission_version WHERE submission_id = s.id ORDER BY n DESC LIMIT 1),
			  coalesce(about.page ->> 'title', ''), coalesce(became.slug::text, ''), coalesce(became.page ->> 'title', onward.page ->> 'title', ''), coalesce(became.state, ''),
			  coalesce((SELECT number FROM revision r WHERE s.state = 'accepted' AND r.practice_id = s.practice_id AND r.created_at = s.decided_at ORDER BY number LIMIT 1), 0),
			  ARRAY(SELECT at FROM submission_version WHERE submission_id = s.id ORDER BY n),
			  CASE WHEN s.state IN `+forTheDesk+` THEN
			    (SELECT count(*) FROM submission q WHERE q.state IN `+forTheDesk+` AND (q.received_at, q.id) <= (s.received_at, s.id)) ELSE 0 END
			FROM (SELECT * FROM submission WHERE `+where+`) s `+checksJoin+`
			LEFT JOIN practice a ON a.id = s.about_id LEFT JOIN public_practice about ON about.id = coalesce(a.merged_into, a.id)
			LEFT JOIN public_practice became ON became.id = s.practice_id LEFT JOIN public_practice onward ON onward.slug = became.moved_to`, arg).
			Scan(&v.ID, &v.Reference, &v.Kind, &v.State, &v.HeldReason, &v.FromDesk, &v.Version, &v.ReceivedAt, &v.DecidedAt, &v.ErasedAt, &f.Moved, &f.Answered, &f.Reminders, &f.Reminded, &f.Check.Asked, &f.Check.Answered, &f.Check.Waits,
				&v.Original, &v.Content, &v.AboutTitle, &v.PracticeSlug, &v.PracticeTitle, &v.PracticeState, &v.Published, &v.Versions, &v.Place); err != nil {
			return fmt.Errorf("submission: %w", err)
		}
		f.State = v.State
		return v.loadParts(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (v *SubmissionView) loadParts(ctx context.Context, tx pgx.Tx) (err error) {
	rows, _ := tx.Query(ctx, `
		SELECT e.kind, e.state, coalesce(by.name, ''), e.reason, coalesce(a.text, e.text), e.at
		FROM submission_event e LEFT JOIN editor by ON by.id = e.by_editor LEFT JOIN submission_answer a ON a.event_id = e.id
		WHERE e.submission_id = $1 ORDER BY e.id`, v.ID)
	if v.Events, err = pgx.CollectRows(rows, pgx.RowToStructByPos[SubmissionEvent]); err != nil {
		return err
	}
	if err := v.loadQuestions(ctx, tx); err != nil {
		return err
	}
	attachments, err := loadAttachments(ctx, tx, `WHERE a.submission_id = $1 ORDER BY a.id`, v.ID)
	if err != nil {
		return err
	}
	for _, a := range attachments {
		v.Attachments = append(v.Attachments, a.Attachment)
	}
	if v.Lease, v.LeaseBy, err = loadLease(ctx, tx, v.ID); err != nil {
		return err
	}
	var c review.Contact
	err = tx.QueryRow(ctx, `SELECT name, email, phone, erase_on::text FROM submission_contact WHERE submission_id = $1`, v.ID).
		Scan(&c.Name, &c.Email, &c.Phone, &v.EraseOn)
	if err == nil {
		v.Contact = &c
	} else if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	rows, _ = tx.Query(ctx, `SELECT `+mailColumns+` FROM mail WHERE submission_id = $1 AND recipient <> '' AND sent_at IS NULL ORDER BY id`, v.ID)
	if v.Unsent, err = pgx.CollectRows(rows, pgx.RowToStructByName[Mail]); err != nil {
		return err
	}
	for i := range v.Unsent {
		v.Unsent[i].Body = "" // the secret link stands in it
	}
	err = tx.QueryRow(ctx, `SELECT d.content, d.cleared, coalesce(e.name, ''), d.updated_at FROM draft d LEFT JOIN editor e ON e.id = d.updated_by WHERE d.submission_id = $1`, v.ID).
		Scan(&v.Draft, &v.Cleared, &v.DraftBy, &v.DraftAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}
