package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// The kinds of a submission's events.
const (
	EventReceived      = "received"
	EventTaken         = "taken"
	EventAsked         = "asked"
	EventAnswered      = "answered"
	EventCorrected     = "corrected"
	EventWithdrawn     = "withdrawn"
	EventDeclined      = "declined"
	EventExists        = "exists"
	EventPublished     = "published"
	EventContactErased = "contact_erased"
)

// lockedSubmission is a submission whose row this transaction has locked.
type lockedSubmission struct {
	ID        int64
	Reference string
	State     review.SubmissionState
	Version   int
	AboutID   *int64
	// PracticeID is what it became or what exists: set before the decision.
	PracticeID *int64
	Received   time.Time
	Content    review.Submission // as last corrected
}

// lockSubmission locks first and reads then: what another transaction wrote
// while this one waited is seen.
func lockSubmission(ctx context.Context, tx pgx.Tx, where string, arg any) (*lockedSubmission, error) {
	var sub lockedSubmission
	if err := tx.QueryRow(ctx, `
		SELECT id, reference, state, version, (SELECT coalesce(merged_into, practice.id) FROM practice WHERE practice.id = about_id), received_at
		FROM submission WHERE `+where+` FOR UPDATE`, arg).
		Scan(&sub.ID, &sub.Reference, &sub.State, &sub.Version, &sub.AboutID, &sub.Received); err != nil {
		return nil, fmt.Errorf("submission: %w", err)
	}
	err := tx.QueryRow(ctx, `SELECT content FROM submission_version WHERE submission_id = $1 ORDER BY n DESC LIMIT 1`, sub.ID).Scan(&sub.Content)
	return &sub, err
}

// change runs do with a submission that nobody has changed since version.
func (s *Store) change(ctx context.Context, id int64, version int, do func(pgx.Tx, *lockedSubmission) error) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		sub, err := lockSubmission(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if sub.Version != version {
			return fmt.Errorf("submission %s is at version %d, not %d: %w", sub.Reference, sub.Version, version, catalogue.ErrConflict)
		}
		return do(tx, sub)
	})
}

// MaxMessage is the most characters of a question, an answer or the text of a
// decision: more than anybody reads in a mail. The database holds the same.
const MaxMessage = 4000

// checkMessage holds a text to what the database takes. It tells a form's
// programmer: the pages look first.
func checkMessage(text string) error {
	if n := utf8.RuneCountInString(text); n > MaxMessage || strings.TrimSpace(text) == "" {
		return fmt.Errorf("a message of %d characters: it must have some, and at most %d", n, MaxMessage)
	}
	return nil
}

// newEvent is what an event says beside when and of what. The text is for the
// submitter, or the submitter's own answer.
type newEvent struct {
	Kind   string
	Editor int64 // 0: the submitter, or the system
	Reason string
	Text   string
}

// after is the state that an action leads to. What the state does not allow is
// review.ErrDecided and, as to all others, a conflict.
func (sub *lockedSubmission) after(a review.Action) (review.SubmissionState, error) {
	to, err := sub.State.After(a)
	if err != nil {
		return to, fmt.Errorf("%w: submission %s is %s: %w", catalogue.ErrConflict, sub.Reference, sub.State, err)
	}
	return to, nil
}

// move carries out an action: the new state, a new version, the event, and the
// date of erasure when it is a decision. It returns the event's ID.
func (sub *lockedSubmission) move(ctx context.Context, tx pgx.Tx, a review.Action, e newEvent, now time.Time) (event int64, err error) {
	to, err := sub.after(a)
	if err != nil {
		return 0, err
	}
	sub.State = to
	sub.Version++
	if _, err := tx.Exec(ctx, `
		UPDATE submission SET state = $2, version = $3, decided_at = CASE WHEN $4 THEN $5::timestamptz END, practice_id = $6 WHERE id = $1`,
		sub.ID, string(to), sub.Version, !to.Open(), now, sub.PracticeID); err != nil {
		return 0, err
	}
	if event, err = sub.addEvent(ctx, tx, e, now); err != nil || to.Open() {
		return event, err
	}
	return event, sub.closeContact(ctx, tx, now)
}

// addEvent appends to what happened. What the submitter answered stands in a
// table that can be erased: it may tell who wrote it.
func (sub *lockedSubmission) addEvent(ctx context.Context, tx pgx.Tx, e newEvent, now time.Time) (id int64, err error) {
	text, answer := e.Text, ""
	if e.Kind == EventAnswered {
		text, answer = "", e.Text
	}
	var editor *int64
	if e.Editor != 0 {
		editor = &e.Editor
	}
	if err := tx.QueryRow(ctx, `
		INSERT INTO submission_event (submission_id, kind, state, by_editor, reason, text, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
		sub.ID, e.Kind, string(sub.State), editor, e.Reason, text, now).Scan(&id); err != nil {
		return 0, err
	}
	if answer != "" {
		_, err = tx.Exec(ctx, `INSERT INTO submission_answer (event_id, submission_id, text) VALUES ($1, $2, $3)`, id, sub.ID, answer)
	}
	return id, err
}

func (sub *lockedSubmission) addVersion(ctx context.Context, tx pgx.Tx, c review.Submission, now time.Time) error {
	sub.Content = c
	_, err := tx.Exec(ctx, `
		INSERT INTO submission_version (submission_id, n, content, at)
		SELECT $1, coalesce(max(n), 0) + 1, $2, $3 FROM submission_version WHERE submission_id = $1`, sub.ID, c, now)
	return err
}

// shownTitle is how many characters of a tip stand for its title.
const shownTitle = 80

// title is what a mail calls the submission.
func (sub *lockedSubmission) title() string {
	c := &sub.Content
	for _, s := range []string{c.Practice.Title, c.Text, c.Link} {
		s = strings.Join(strings.Fields(s), " ")
		if r := []rune(s); len(r) > shownTitle {
			return string(r[:shownTitle]) + "…"
		}
		if s != "" {
			return s
		}
	}
	return sub.Reference
}

// mailSubmitter writes to the submitter, unless the address has been erased.
func (s *Store) mailSubmitter(ctx context.Context, tx pgx.Tx, sub *lockedSubmission, kind string, event int64, more map[string]string) error {
	rows, err := tx.Query(ctx, `SELECT email, token FROM submission_contact WHERE submission_id = $1`, sub.ID)
	if err != nil {
		return err
	}
	type contact struct{ Email, Token string }
	to, err := pgx.CollectRows(rows, pgx.RowToStructByPos[contact])
	if err != nil || len(to) == 0 {
		return err
	}
	values := map[string]string{"reference": sub.Reference, "title": sub.title(), "state": review.SubmissionStates.Label(sub.State), "link": s.LinkBase + to[0].Token}
	for k, v := range more {
		values[k] = v
	}
	return queueMail(ctx, tx, s, queuedMail{Kind: kind, Event: fmt.Sprintf("%d-%d", sub.ID, event), SubmissionID: sub.ID, Recipient: to[0].Email, Values: values})
}

// mailDesk tells the desk where to look. What was sent is not in the mail, nor
// is the secret link.
func (s *Store) mailDesk(ctx context.Context, tx pgx.Tx, sub *lockedSubmission, kind string, event int64) error {
	address := s.publicURL(fmt.Sprint(deskPath, sub.ID))
	return queueMail(ctx, tx, s, queuedMail{Kind: kind, Event: fmt.Sprintf("%d-%d", sub.ID, event), SubmissionID: sub.ID, Values: map[string]string{
		"reference": sub.Reference, "title": sub.title(), "state": review.SubmissionStates.Label(sub.State), "link": address, "url": address}})
}

// deskPath begins the address of a submission at the desk (internal/desk).
const deskPath = "/redaktion/indsendelser/"

// publicURL is the address of one of our pages.
func (s *Store) publicURL(path string) string {
	return strings.TrimSuffix(s.LinkBase, "/indsend/") + path
}
