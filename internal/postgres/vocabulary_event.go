package postgres

import (
	"context"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// VocabularyEvent is one line of what was done to the vocabularies.
type VocabularyEvent struct {
	ID      int64
	Action  review.VocabularyAction
	Item    review.ItemID
	Label   string // of the item, as it was called then
	Changes []review.ItemChange
	Undoes  int64 // the event that it undoes; 0 for none
	Undone  int64 // the event that undoes it; 0 for none
	// First is the action at the beginning of the chain of undoings that it stands in,
	// its own where it undoes nothing; Before is how many undoings lie between, its own
	// among them, and After how many follow on it: undoing an undoing does it again.
	First         review.VocabularyAction
	Before, After int
	Editor        string
	At            time.Time
}

// VocabularyEvents are at most limit events before the ID before, the newest first;
// before 0 gives the newest. With an item they are those that were done to it.
func (s *Store) VocabularyEvents(ctx context.Context, of *review.ItemID, before int64, limit int) ([]VocabularyEvent, error) {
	noun, key := "", ""
	if of != nil {
		noun, key = string(of.Noun), of.Key
	}
	rows, _ := s.pool.Query(ctx, vocabularyEvents+`
		WHERE ($1::bigint = 0 OR e.id < $1) AND ($3 = '' OR e.noun = $3 AND e.key = $4 OR e.changes @> jsonb_build_array(jsonb_build_object('item', jsonb_build_object('noun', $3::text, 'key', $4::text))))
		ORDER BY e.id DESC LIMIT $2`, before, limit, noun, key)
	list, err := pgx.CollectRows(rows, readVocabularyEvent)
	return list, mapped(err)
}

// VocabularyEvent is the one with an ID. It fails with catalogue.ErrNotFound.
func (s *Store) VocabularyEvent(ctx context.Context, id int64) (VocabularyEvent, error) {
	rows, _ := s.pool.Query(ctx, vocabularyEvents+` WHERE e.id = $1`, id)
	e, err := pgx.CollectExactlyOneRow(rows, readVocabularyEvent)
	return e, mapped(err)
}

const vocabularyEvents = `
	SELECT e.id, e.kind, e.noun, e.key, e.label, e.changes, coalesce(e.undoes, 0), coalesce(u.id, 0), first.kind, first.before, later.after, coalesce(d.name, ''), e.at
	FROM vocabulary_event e LEFT JOIN vocabulary_event u ON u.undoes = e.id LEFT JOIN editor d ON d.id = e.by_editor,
		LATERAL (WITH RECURSIVE up AS (SELECT e.kind, e.undoes, 0 AS before UNION ALL SELECT p.kind, p.undoes, up.before + 1 FROM up JOIN vocabulary_event p ON p.id = up.undoes)
			SELECT kind, before FROM up WHERE undoes IS NULL) first,
		LATERAL (WITH RECURSIVE down AS (SELECT e.id UNION ALL SELECT n.id FROM down JOIN vocabulary_event n ON n.undoes = down.id) SELECT count(*)::int - 1 AS after FROM down) later`

func readVocabularyEvent(row pgx.CollectableRow) (e VocabularyEvent, err error) {
	err = row.Scan(&e.ID, &e.Action, &e.Item.Noun, &e.Item.Key, &e.Label, &e.Changes, &e.Undoes, &e.Undone, &e.First, &e.Before, &e.After, &e.Editor, &e.At)
	e.At = e.At.UTC()
	return e, err
}

func addVocabularyEvent(ctx context.Context, tx pgx.Tx, action review.VocabularyAction, item review.ItemID, label string, changes []review.ItemChange, undoes, editor int64, now time.Time) (id int64, err error) {
	text, err := jsonText(changes)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `
		INSERT INTO vocabulary_event (kind, noun, key, label, changes, undoes, by_editor, at) VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8) RETURNING id`,
		string(action), string(item.Noun), item.Key, label, text, id0(undoes), id0(editor), now).Scan(&id)
	return id, err
}

// toUndo is what an event did. It fails with catalogue.ErrConflict when it has been
// undone.
func toUndo(ctx context.Context, tx pgx.Tx, id int64) (item review.ItemID, changes []review.ItemChange, err error) {
	var undone bool
	err = tx.QueryRow(ctx, `SELECT noun, key, changes, EXISTS (SELECT FROM vocabulary_event WHERE undoes = $1) FROM vocabulary_event WHERE id = $1`, id).
		Scan(&item.Noun, &item.Key, &changes, &undone)
	if err == nil && undone {
		err = catalogue.ErrConflict
	}
	return item, changes, err
}
