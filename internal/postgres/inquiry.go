package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// Inquiry is what somebody at the source was asked, with what they answered last.
type Inquiry struct {
	ID           int64
	Kind         review.InquiryKind
	SubmissionID int64  // 0: it is about a practice
	PracticeID   int64  // 0: it is about a submission
	Slug         string // of the practice; empty for a submission
	Email        string // empty: none is known, or it is erased
	Note         string
	PreparedAt   time.Time
	AskedAt      *time.Time // nil: it waits for an editor's press
	ExpiresAt    *time.Time
	Answers      int // how often it was answered
	AnsweredAt   *time.Time
	Used         review.StillUsed
	Confirmed    bool // every part is right, and nothing else was said
	ClosedAt     *time.Time
	// Linked tells whether a link works, but for its expiry.
	Linked bool
	// Parts and Text are the answer; empty once they are erased.
	Parts []review.PartAnswer
	Text  string
}

// Open tells whether an inquiry can be answered at an instant.
func (q *Inquiry) Open(now time.Time) bool {
	return q.Linked && q.ExpiresAt != nil && now.Before(*q.ExpiresAt)
}

// Facts are what the inquiry's stage follows from.
func (q *Inquiry) Facts() review.InquiryFacts {
	return review.InquiryFacts{Prepared: q.PreparedAt, Asked: q.AskedAt, Expires: q.ExpiresAt, Answered: q.AnsweredAt, Closed: q.ClosedAt}
}

const inquirySQL = `
	SELECT q.id, q.kind, coalesce(q.submission_id, 0) AS submission_id, coalesce(q.practice_id, 0) AS practice_id, coalesce(p.slug::text, '') AS slug, coalesce(c.email, '') AS email,
	  q.note, q.prepared_at, q.asked_at, q.expires_at, q.answers, q.answered_at, q.used, q.confirmed, q.closed_at, q.token_hash IS NOT NULL AS linked
	FROM inquiry q LEFT JOIN practice p ON p.id = q.practice_id LEFT JOIN inquiry_contact c ON c.inquiry_id = q.id `

// inquiries are those of a query, with their answers.
func inquiries(ctx context.Context, tx pgx.Tx, where string, args ...any) ([]Inquiry, error) {
	rows, _ := tx.Query(ctx, inquirySQL+where, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByNameLax[Inquiry])
	if err != nil {
		return nil, err
	}
	at := map[int64]int{}
	var ids []int64
	for i, q := range list {
		at[q.ID] = i
		ids = append(ids, q.ID)
	}
	rows, _ = tx.Query(ctx, `SELECT inquiry_id, path, is_right, text, shown FROM inquiry_answer WHERE inquiry_id = ANY ($1) ORDER BY id`, ids)
	var id int64
	var a review.PartAnswer
	_, err = pgx.ForEachRow(rows, []any{&id, &a.Path, &a.Right, &a.Text, &a.Shown}, func() error {
		if q := &list[at[id]]; a.Path == "" {
			q.Text = a.Text
		} else {
			q.Parts = append(q.Parts, a)
		}
		return nil
	})
	return list, err
}

// Inquiries are those about a submission or a practice, the newest first.
func (s *Store) Inquiries(ctx context.Context, submission, practice int64) (list []Inquiry, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		list, err = inquiries(ctx, tx, `WHERE q.submission_id = $1 OR q.practice_id = $2 ORDER BY q.id DESC`, submission, practice)
		return err
	})
	return list, err
}

// waitingInquiry is the condition of inquiries that wait for the desk: answered and not
// yet taken in, or prepared and not yet sent.
const waitingInquiry = `q.closed_at IS NULL AND (q.answered_at IS NOT NULL OR q.asked_at IS NULL)`

// aboutInquiry names what an inquiry is about.
func aboutInquiry(ctx context.Context, tx pgx.Tx, q *Inquiry) (title, organisation string, err error) {
	if q.PracticeID != 0 {
		p, err := onePractice(ctx, tx, q.PracticeID)
		if err != nil {
			return "", "", err
		}
		return p.Title, p.Organisation.Name, nil
	}
	p, err := submissionRecord(ctx, tx, q.SubmissionID)
	if err != nil {
		return "", "", err
	}
	return p.Title, p.Organisation.Name, nil
}

// submissionRecord is the record that a submission would become as it stands.
func submissionRecord(ctx context.Context, tx pgx.Tx, id int64) (*catalogue.Practice, error) {
	var draft *catalogue.Practice
	err := tx.QueryRow(ctx, `SELECT content FROM draft WHERE submission_id = $1`, id).Scan(&draft)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) || draft != nil {
		return draft, err
	}
	var content review.Submission
	if err := tx.QueryRow(ctx, `SELECT content FROM submission_version WHERE submission_id = $1 ORDER BY n DESC LIMIT 1`, id).Scan(&content); err != nil {
		return nil, err
	}
	p := review.Draft(&content)
	return &p, nil
}

// InquiryByToken is the inquiry of a secret link, answered or not, with the record that
// it is about as it stands now. The error is catalogue.ErrNotFound where the link does
// not lead anywhere: it was taken back, or another one was sent. Whether it has
// expired is the caller's to ask.
func (s *Store) InquiryByToken(ctx context.Context, token string) (q Inquiry, p *catalogue.Practice, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		list, err := inquiries(ctx, tx, `WHERE q.token_hash = $1`, hashToken(token))
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fmt.Errorf("inquiry: %w", catalogue.ErrNotFound)
		}
		q = list[0]
		if q.PracticeID != 0 {
			p, err = onePractice(ctx, tx, q.PracticeID)
		} else {
			p, err = submissionRecord(ctx, tx, q.SubmissionID)
		}
		return err
	})
	return q, p, err
}

// Asked says who is asked what: of a submission or, for 0, of the practice of a slug.
type Asked struct {
	Submission int64
	Practice   string
	Kind       review.InquiryKind
	Note       string
	// Emails are the addresses, each with the token of its link in Tokens.
	Emails, Tokens []string
}

// Ask sends inquiries: one to each address. The error is catalogue.ErrConflict when
// the submission is decided, or the practice is not published; a *review.RefusedError
// for a note or an address that cannot be taken; and a *review.RoleError.
func (s *Store) Ask(ctx context.Context, a Asked, editor int64, now time.Time) error {
	a.Note = review.Text(a.Note)
	if err := review.RefuseNote(a.Note); err != nil {
		return err
	}
	for _, email := range a.Emails {
		if err := review.RefuseCPR(review.Submission{}, review.Contact{Email: email}); err != nil {
			return err
		}
	}
	if len(a.Emails) == 0 || len(a.Emails) != len(a.Tokens) || len(a.Emails) > review.MaxInquired || !review.InquiryKinds.Has(a.Kind) {
		return fmt.Errorf("%d addresses and %d tokens for inquiries of kind %q", len(a.Emails), len(a.Tokens), a.Kind)
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.AskSource); err != nil {
			return err
		}
		on, err := lockAsked(ctx, tx, a.Submission, a.Practice)
		if err != nil {
			return err
		}
		for i, email := range a.Emails {
			var id int64
			if err := tx.QueryRow(ctx, `INSERT INTO inquiry (kind, submission_id, practice_id, note, prepared_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
				string(a.Kind), id0(on.submission), id0(on.practice), a.Note, now).Scan(&id); err != nil {
				return err
			}
			if err := s.sendInquiry(ctx, tx, id, email, a.Tokens[i], now); err != nil {
				return err
			}
		}
		return on.addEvent(ctx, tx, review.Event{Kind: review.EventInquirySent, Editor: editor, Reason: string(a.Kind)}, now)
	})
}

// askedOf is a locked submission or practice that an inquiry is about.
type askedOf struct {
	submission, practice int64
	sub                  *lockedSubmission
}

func lockAsked(ctx context.Context, tx pgx.Tx, submission int64, slug string) (on askedOf, err error) {
	if submission != 0 {
		if on.sub, err = lockSubmission(ctx, tx, `id = $1`, submission); err != nil {
			return on, err
		}
		on.submission = submission
		return on, on.askable(ctx, tx)
	}
	id, err := practiceAbout(ctx, tx, slug)
	if err == nil && id == nil {
		err = fmt.Errorf("practice: %w", catalogue.ErrNotFound)
	}
	if err != nil {
		return on, err
	}
	if err := lockPractices(ctx, tx, *id); err != nil {
		return on, err
	}
	on.practice = *id
	return on, on.askable(ctx, tx)
}

// askable is catalogue.ErrConflict where nobody at the source has anything to say any
// more: the submission is decided, or the practice is not published.
func (on askedOf) askable(ctx context.Context, tx pgx.Tx) error {
	if on.sub != nil {
		if !on.sub.State.Open() {
			return fmt.Errorf("submission %d is %s: %w", on.submission, on.sub.State, catalogue.ErrConflict)
		}
		return nil
	}
	var state string
	if err := tx.QueryRow(ctx, `SELECT state FROM practice WHERE id = $1`, on.practice).Scan(&state); err != nil {
		return err
	}
	if state != string(catalogue.StatePublished) {
		return fmt.Errorf("practice %d is %s: %w", on.practice, state, catalogue.ErrConflict)
	}
	return nil
}

func (on askedOf) addEvent(ctx context.Context, tx pgx.Tx, e review.Event, now time.Time) error {
	if on.sub != nil {
		_, err := on.sub.addEvent(ctx, tx, e, now)
		return err
	}
	return addPracticeEvent(ctx, tx, on.practice, e, false, now)
}

// sendInquiry gives an inquiry a link, in place of one that it had, and queues its mail.
func (s *Store) sendInquiry(ctx context.Context, tx pgx.Tx, id int64, email, token string, now time.Time) error {
	until := now.Add(review.InquiryKept)
	var generation int
	if err := tx.QueryRow(ctx, `
		UPDATE inquiry SET generation = generation + 1, token_hash = $2, asked_at = $3, expires_at = $4, closed_at = NULL WHERE id = $1 RETURNING generation`,
		id, hashToken(token), now, until).Scan(&generation); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO inquiry_contact (inquiry_id, email, erase_on) VALUES ($1, $2, $3)
		ON CONFLICT (inquiry_id) DO UPDATE SET email = EXCLUDED.email, erase_on = EXCLUDED.erase_on`, id, email, review.InquiryErasure(until)); err != nil {
		return err
	}
	list, err := inquiries(ctx, tx, `WHERE q.id = $1`, id)
	if err != nil {
		return err
	}
	title, _, err := aboutInquiry(ctx, tx, &list[0])
	if err != nil {
		return err
	}
	l := review.Letter{Mail: review.InquiryMail(list[0].Kind, title, list[0].Note, until), InquiryID: id, Token: token}
	return s.queueMail(ctx, tx, l, email, fmt.Sprintf("%d-%d", id, generation), now)
}

// lockInquiry locks what an inquiry is about, and then it, and reads it.
func lockInquiry(ctx context.Context, tx pgx.Tx, where string, arg any) (q Inquiry, on askedOf, err error) {
	var submission, practice *int64
	if err := tx.QueryRow(ctx, `SELECT submission_id, practice_id FROM inquiry q WHERE `+where, arg).Scan(&submission, &practice); err != nil {
		return q, on, fmt.Errorf("inquiry: %w", err)
	}
	if submission != nil {
		if on.sub, err = lockSubmission(ctx, tx, `id = $1`, *submission); err != nil {
			return q, on, err
		}
		on.submission = *submission
	} else {
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return q, on, err
		}
		if err := lockPractices(ctx, tx, *practice); err != nil {
			return q, on, err
		}
		on.practice = *practice
	}
	if _, err := tx.Exec(ctx, `SELECT FROM inquiry q WHERE `+where+` FOR UPDATE`, arg); err != nil {
		return q, on, err
	}
	list, err := inquiries(ctx, tx, `WHERE `+where, arg)
	if err != nil || len(list) == 0 {
		return q, on, errors.Join(err, errMoved)
	}
	if q = list[0]; q.SubmissionID != on.submission || q.PracticeID != on.practice { // it was published meanwhile
		return q, on, errMoved
	}
	return q, on, nil
}
