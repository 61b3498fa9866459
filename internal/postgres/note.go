package postgres

import (
	"context"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// NoteSubmission adds an internal note to the history of a submission. It changes
// nothing else, so that it is no conflict with what others type. The errors are
// those of review.Note, a *review.RoleError, and catalogue.ErrNotFound where there is no such submission
// or its content was erased: no note would be erased with it any more.
func (s *Store) NoteSubmission(ctx context.Context, id int64, text string, editor int64, now time.Time) error {
	text, err := review.Note(text)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.Comment); err != nil {
			return err
		}
		sub, err := lockSubmission(ctx, tx, `id = $1 AND erased_at IS NULL`, id)
		if err != nil {
			return err
		}
		_, err = sub.addEvent(ctx, tx, review.Event{Kind: review.EventNoted, Editor: editor, Text: text}, now)
		return err
	})
}

// NotePractice adds an internal note to the history of the practice that has a slug,
// whatever its state. The errors are those of review.Note, a *review.RoleError, and
// catalogue.ErrNotFound.
func (s *Store) NotePractice(ctx context.Context, slug, text string, editor int64, now time.Time) error {
	text, err := review.Note(text)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.Comment); err != nil {
			return err
		}
		id, err := practiceOf(ctx, tx, slug)
		if err != nil {
			return err
		}
		if id == 0 {
			return fmt.Errorf("practice: %w", catalogue.ErrNotFound)
		}
		if err := lockPractices(ctx, tx, id); err != nil {
			return err
		}
		return addPracticeEvent(ctx, tx, id, review.Event{Kind: review.EventNoted, Editor: editor, Text: text}, false, now)
	})
}
