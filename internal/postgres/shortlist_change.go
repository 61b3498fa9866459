package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// ShortlistAct is what is done to one example of a shortlist.
type ShortlistAct string

// What is done, beside keeping the texts; none for those alone.
const (
	ShortlistUp     ShortlistAct = "op"
	ShortlistDown   ShortlistAct = "ned"
	ShortlistRemove ShortlistAct = "ud"
	ShortlistBack   ShortlistAct = "tilbage" // puts back what was taken out
)

// ShortlistChange is what somebody posts of a shortlist's page: all texts in it, and what
// is to be done to one example.
type ShortlistChange struct {
	Title    TypedText
	Notes    map[int64]TypedText // by practice
	Act      ShortlistAct
	Practice int64
}

// TypedText is a text in its canonical form with what the form was made from
// (review.Seen).
type TypedText struct{ Text, Seen string }

// ShortlistConflictError tells that somebody else has written something else meanwhile.
// Nothing is kept then.
type ShortlistConflictError struct {
	Title *string          // as it is now; nil where it is no conflict
	Notes map[int64]string // as they are now, where they are a conflict
	Gone  []int64          // practices that were taken out and had a note typed
}

func (e *ShortlistConflictError) Error() string {
	return "somebody else has changed the shortlist meanwhile"
}

// ErrShortlistText is returned for a text that review.CheckShortlistNote, or that of the
// title, refuses: whoever posts asks before.
var ErrShortlistText = errors.New("a text of a shortlist that cannot be taken")

// ChangeShortlist keeps what was typed, and does what was asked. The errors are those of
// the token, *ShortlistConflictError and ErrShortlistFull.
func (s *Store) ChangeShortlist(ctx context.Context, token string, c ShortlistChange, now time.Time) error {
	if review.CheckShortlistTitle(c.Title.Text) != "" {
		return fmt.Errorf("the title: %w", ErrShortlistText)
	}
	for _, n := range c.Notes {
		if review.CheckShortlistNote(n.Text) != "" {
			return fmt.Errorf("a note: %w", ErrShortlistText)
		}
	}
	return s.changeShortlist(ctx, token, now, func(tx pgx.Tx, h heldShortlist) error {
		var title string
		if err := tx.QueryRow(ctx, `SELECT title FROM shortlist WHERE id = $1`, h.ID).Scan(&title); err != nil {
			return err
		}
		conflict := &ShortlistConflictError{Notes: map[int64]string{}}
		joined, clash := review.Joined(title, c.Title.Seen, c.Title.Text)
		if clash {
			conflict.Title = &title
		}
		items, err := shortlistRows(ctx, tx, h.ID)
		if err != nil {
			return err
		}
		notes := map[int64]string{}
		for id, typed := range c.Notes {
			at := slices.IndexFunc(items, func(r shortlistRow) bool { return r.Practice == id })
			if at < 0 || items[at].Removed != nil {
				if review.Seen(typed.Text) != typed.Seen {
					conflict.Gone = append(conflict.Gone, id)
				}
				continue
			}
			note, clash := review.Joined(items[at].Note, typed.Seen, typed.Text)
			if clash {
				conflict.Notes[id] = items[at].Note
			}
			if note != items[at].Note {
				notes[id] = note
			}
		}
		if conflict.Title != nil || len(conflict.Notes) > 0 || len(conflict.Gone) > 0 {
			slices.Sort(conflict.Gone)
			return conflict
		}
		if joined != title {
			if _, err := tx.Exec(ctx, `UPDATE shortlist SET title = $2 WHERE id = $1`, h.ID, joined); err != nil {
				return err
			}
		}
		for id, note := range notes {
			if _, err := tx.Exec(ctx, `UPDATE shortlist_item SET note = $3 WHERE shortlist_id = $1 AND practice_id = $2`, h.ID, id, note); err != nil {
				return err
			}
		}
		return actOnShortlist(ctx, tx, h.ID, items, c, now.UTC())
	})
}

// shortlistRow is an example of a shortlist, taken out or not.
type shortlistRow struct {
	Practice int64
	Note     string
	Removed  *time.Time
}

func shortlistRows(ctx context.Context, tx pgx.Tx, id int64) ([]shortlistRow, error) {
	rows, _ := tx.Query(ctx, `SELECT practice_id, note, removed_at FROM shortlist_item WHERE shortlist_id = $1 ORDER BY place, practice_id FOR UPDATE`, id)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[shortlistRow])
}

// actOnShortlist does what was asked with one example; what has become of it meanwhile is
// no error: it is where it was wanted, or gone.
func actOnShortlist(ctx context.Context, tx pgx.Tx, id int64, items []shortlistRow, c ShortlistChange, now time.Time) error {
	switch c.Act {
	case ShortlistRemove:
		_, err := tx.Exec(ctx, `UPDATE shortlist_item SET removed_at = $3 WHERE shortlist_id = $1 AND practice_id = $2 AND removed_at IS NULL`, id, c.Practice, now)
		return err
	case ShortlistBack:
		there := 0
		for _, x := range items {
			if x.Removed == nil {
				there++
			}
		}
		if there >= review.MaxShortlist {
			return ErrShortlistFull
		}
		_, err := tx.Exec(ctx, `UPDATE shortlist_item SET removed_at = NULL WHERE shortlist_id = $1 AND practice_id = $2`, id, c.Practice)
		return err
	case ShortlistUp, ShortlistDown:
		// Those that were taken out keep their place among the others, to come back to it.
		at := slices.IndexFunc(items, func(r shortlistRow) bool { return r.Practice == c.Practice })
		if at < 0 || items[at].Removed != nil {
			return nil
		}
		step := 1
		if c.Act == ShortlistUp {
			step = -1
		}
		to := at + step
		for to >= 0 && to < len(items) && items[to].Removed != nil {
			to += step
		}
		if to < 0 || to >= len(items) {
			return nil
		}
		row := items[at]
		items = slices.Insert(slices.Delete(slices.Clone(items), at, at+1), to, row)
		ids := make([]int64, len(items))
		for i, x := range items {
			ids[i] = x.Practice
		}
		_, err := tx.Exec(ctx, `
			UPDATE shortlist_item i SET place = t.place FROM unnest($2::bigint[]) WITH ORDINALITY AS t (id, place)
			WHERE i.shortlist_id = $1 AND i.practice_id = t.id`, id, ids)
		return err
	}
	return nil
}
