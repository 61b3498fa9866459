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

// TakeSubmission notes that an editor has begun.
func (s *Store) TakeSubmission(ctx context.Context, id int64, version int, editor int64, now time.Time) error {
	return s.change(ctx, id, version, func(tx pgx.Tx, sub *lockedSubmission) error {
		_, err := sub.move(ctx, tx, review.Take, newEvent{Kind: EventTaken, Editor: editor}, now)
		return err
	})
}

// SaveDraft keeps the editor's own text, and which warnings the editor has dealt
// with, and returns the submission's new version. Who saves a draft has taken
// the submission; there is an event only of that, not of every save.
func (s *Store) SaveDraft(ctx context.Context, id int64, version int, draft catalogue.Practice, cleared []string, editor int64, now time.Time) (saved int, err error) {
	err = s.change(ctx, id, version, func(tx pgx.Tx, sub *lockedSubmission) error {
		if err := refuseCPR("draft", draft, sub.Content.NotCPR); err != nil {
			return err
		}
		to, err := sub.after(review.Take)
		if err != nil {
			return err
		}
		if to != sub.State {
			if _, err := sub.move(ctx, tx, review.Take, newEvent{Kind: EventTaken, Editor: editor}, now); err != nil {
				return err
			}
		} else {
			sub.Version++
			if _, err := tx.Exec(ctx, `UPDATE submission SET version = $2 WHERE id = $1`, sub.ID, sub.Version); err != nil {
				return err
			}
		}
		saved = sub.Version
		_, err = tx.Exec(ctx, `
			INSERT INTO draft (submission_id, content, cleared, updated_at, updated_by) VALUES ($1, $2, coalesce($3::text[], '{}'), $4, $5)
			ON CONFLICT (submission_id) DO UPDATE SET content = EXCLUDED.content, cleared = EXCLUDED.cleared,
			  updated_at = EXCLUDED.updated_at, updated_by = EXCLUDED.updated_by`, sub.ID, draft, cleared, now, editor)
		return err
	})
	return saved, err
}

// AskSubmitter asks the submitter something. Somebody whose contact data are
// erased can answer through the secret link only.
func (s *Store) AskSubmitter(ctx context.Context, id int64, version int, text string, editor int64, now time.Time) error {
	if err := checkMessage(text); err != nil {
		return err
	}
	return s.change(ctx, id, version, func(tx pgx.Tx, sub *lockedSubmission) error {
		return s.tell(ctx, tx, sub, review.Ask, "question", newEvent{Kind: EventAsked, Editor: editor, Text: text}, map[string]string{"question": text}, now)
	})
}

// DeclineSubmission declines with one of the fixed reasons and a text.
func (s *Store) DeclineSubmission(ctx context.Context, id int64, version int, reason review.DeclineReason, text string, editor int64, now time.Time) error {
	if !review.DeclineReasons.Has(reason) {
		return fmt.Errorf("no reason for declining: %q", reason)
	}
	if err := checkMessage(text); err != nil {
		return err
	}
	return s.change(ctx, id, version, func(tx pgx.Tx, sub *lockedSubmission) error {
		return s.tell(ctx, tx, sub, review.Decline, "declined", newEvent{Kind: EventDeclined, Editor: editor, Reason: string(reason), Text: text},
			map[string]string{"reason": review.DeclineReasons.Label(reason), "text": text}, now)
	})
}

// PointToExisting decides that the practice at slug says it already. Where
// there is none that is published, it is a *FaultsError.
func (s *Store) PointToExisting(ctx context.Context, id int64, version int, slug, text string, editor int64, now time.Time) error {
	return s.change(ctx, id, version, func(tx pgx.Tx, sub *lockedSubmission) error {
		practice, err := practiceAbout(ctx, tx, slug)
		if err != nil {
			return err
		}
		address, err := lockPublished(ctx, tx, practice, "slug")
		if err != nil {
			return err
		}
		sub.PracticeID = practice
		return s.tell(ctx, tx, sub, review.Point, "exists", newEvent{Kind: EventExists, Editor: editor, Text: text},
			map[string]string{"url": s.publicURL(catalogue.PracticePath(address)), "text": text}, now)
	})
}

// tell carries out an action and writes to the submitter of it.
func (s *Store) tell(ctx context.Context, tx pgx.Tx, sub *lockedSubmission, a review.Action, mail string, e newEvent, values map[string]string, now time.Time) error {
	if err := refuseCPR("text", e.Text, sub.Content.NotCPR); err != nil {
		return err
	}
	event, err := sub.move(ctx, tx, a, e, now)
	if err != nil {
		return err
	}
	return s.mailSubmitter(ctx, tx, sub, mail, event, values)
}

// lockPublished locks a practice and gives its slug. What is not published, or
// is none, is a fault of the field that named it.
func lockPublished(ctx context.Context, tx pgx.Tx, id *int64, field string) (slug string, err error) {
	err = pgx.ErrNoRows
	if id != nil {
		err = tx.QueryRow(ctx, `SELECT slug FROM practice WHERE id = $1 AND state = $2 FOR UPDATE`, *id, string(catalogue.StatePublished)).Scan(&slug)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return "", refuse([]review.Fault{{Field: field, Message: "Der er intet udgivet eksempel med den adresse. Skriv adressen på et, der er udgivet."}})
	}
	return slug, err
}
