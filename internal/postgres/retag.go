package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// fieldRevision is the field of a practice in an event: the number of its revision.
const fieldRevision = "revision"

// Retagged is what a retagging does to one practice.
type Retagged struct {
	ID       int64
	Revision int // the number of the revision that it was made from
	// Before is the practice as it is, After as it would be; nil where nothing changes.
	Before, After *catalogue.Practice
	// Obstacle is why it stays as it is though it should change; empty for nothing.
	Obstacle string
}

// PreviewRetag is what a retagging would do to practices, in the order of their IDs.
// Those that are not published are left out. The error is a *review.RefusedError for
// terms that there are none of.
func (s *Store) PreviewRetag(ctx context.Context, r review.Retag, ids []int64) (list []Retagged, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		t, _, err := loadTaxonomy(ctx, tx)
		if err != nil {
			return err
		}
		list, err = retagged(ctx, tx, t, r, ids)
		return err
	})
	return list, err
}

func retagged(ctx context.Context, tx pgx.Tx, t *catalogue.Taxonomy, r review.Retag, ids []int64) (out []Retagged, err error) {
	if faults := r.Check(t); len(faults) > 0 {
		return nil, &review.RefusedError{Faults: faults}
	}
	rows, err := loadPractices(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.Practice.State != catalogue.StatePublished {
			continue
		}
		x := Retagged{ID: row.ID, Revision: row.Practice.Revision, Before: row.Practice}
		after := row.Practice.Clone()
		var changed bool
		if changed, x.Obstacle = r.Apply(&after); changed && x.Obstacle == "" {
			if faults := review.CheckDeclared(&after, t, true); len(faults) > 0 {
				x.Obstacle = faults[0].Message
			} else {
				x.After = &after
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// Retag carries a retagging out on practices, by their IDs with the numbers of the
// revisions that the editor has seen, as a revision of each, in one transaction with its
// event. When one of them is another one now, or would not change as it was shown,
// nothing is changed, and the error is catalogue.ErrConflict.
func (s *Store) Retag(ctx context.Context, r review.Retag, seen map[int64]int, editor int64, now time.Time) (event int64, err error) {
	ids := slices.Sorted(maps.Keys(seen))
	if len(ids) == 0 || len(ids) > review.MaxRetag {
		return 0, fmt.Errorf("%d practices to retag: %w", len(ids), catalogue.ErrConflict)
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.EditVocabulary); err != nil {
			return err
		}
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		t, refs, err := loadTaxonomy(ctx, tx)
		if err != nil {
			return err
		}
		if err := lockPractices(ctx, tx, ids...); err != nil {
			return err
		}
		list, err := retagged(ctx, tx, t, r, ids)
		if err != nil {
			return err
		}
		if len(list) != len(ids) {
			return fmt.Errorf("practices to retag are gone: %w", catalogue.ErrConflict)
		}
		writes := make([]revisionWrite, len(list))
		for i, x := range list {
			if x.After == nil || x.Revision != seen[x.ID] {
				return fmt.Errorf("practice %d to retag has changed: %w", x.ID, catalogue.ErrConflict)
			}
			writes[i] = revisionWrite{x.ID, x.After, x.After.ContentHash()}
		}
		event, err = writeRetag(ctx, tx, refs, writes, retagEvent{review.RetagItems, review.ItemID{Noun: review.Noun(r.Vocabulary), Key: r.Term},
			r.Sentence(t), 0, editor, now}, seen)
		return err
	})
	return event, err
}

// retagEvent is what is noted of a retagging, and of undoing one.
type retagEvent struct {
	action review.VocabularyAction
	item   review.ItemID
	text   string
	undoes int64
	editor int64
	now    time.Time
}

// writeRetag writes revisions of practices, whose current ones have the numbers of
// before, with the events and the read model.
func writeRetag(ctx context.Context, tx pgx.Tx, refs *referenceIDs, writes []revisionWrite, e retagEvent, before map[int64]int) (event int64, err error) {
	if err := writeRevisions(ctx, tx, refs, writes, originEditor, e.now); err != nil {
		return 0, err
	}
	var changes []review.ItemChange
	ids := make([]int64, len(writes))
	for i, w := range writes {
		ids[i] = w.PracticeID
		if err := addPracticeEvent(ctx, tx, w.PracticeID, review.Event{Kind: review.EventRevised, Editor: e.editor, Reason: e.text}, true, e.now); err != nil {
			return 0, err
		}
	}
	rows, _ := tx.Query(ctx, `SELECT p.id, r.number FROM practice p JOIN revision r ON r.id = p.revision_id WHERE p.id = ANY ($1)`, ids)
	after, err := collectMap[int64, int](rows)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		changes = append(changes, review.ItemChange{Item: review.ItemID{Noun: review.NounPractice, Key: strconv.FormatInt(id, 10)},
			Before: review.Values{fieldRevision: {strconv.Itoa(before[id])}}, After: review.Values{fieldRevision: {strconv.Itoa(after[id])}}})
	}
	if event, err = addVocabularyEvent(ctx, tx, e.action, e.item, e.text, changes, e.undoes, e.editor, e.now); err != nil {
		return 0, err
	}
	return event, republish(ctx, tx, ids)
}

func isRetag(changes []review.ItemChange) bool {
	return len(changes) > 0 && changes[0].Item.Noun == review.NounPractice
}

// undoRetag gives practices the content again that they had before a retagging, as a
// revision each, unless one of them has another revision since.
func undoRetag(ctx context.Context, tx pgx.Tx, act review.VocabularyAct, label string, undoes, editor int64, now time.Time) (event int64, err error) {
	t, refs, err := loadTaxonomy(ctx, tx)
	if err != nil {
		return 0, err
	}
	was, is := map[int64]int{}, map[int64]int{}
	for _, c := range act.Undo {
		id, err := strconv.ParseInt(c.Item.Key, 10, 64)
		if err != nil {
			return 0, err
		}
		was[id], _ = strconv.Atoi(c.Before.One(fieldRevision))
		is[id], _ = strconv.Atoi(c.After.One(fieldRevision))
	}
	ids := slices.Sorted(maps.Keys(was))
	if err := lockPractices(ctx, tx, ids...); err != nil {
		return 0, err
	}
	rows, err := loadPractices(ctx, tx, ids)
	if err != nil {
		return 0, err
	}
	l, err := loadLabels(ctx, tx)
	if err != nil {
		return 0, err
	}
	var writes []revisionWrite
	for _, row := range rows {
		p := row.Practice
		if p.State != catalogue.StatePublished || p.Revision != is[row.ID] {
			return 0, review.NotRetagged(p, "")
		}
		before := &catalogue.Practice{}
		if err := tx.QueryRow(ctx, `SELECT content FROM revision WHERE practice_id = $1 AND number = $2`, row.ID, was[row.ID]).Scan(before); err != nil {
			return 0, err
		}
		l.resolve(before)
		before.Slug, before.Solutions = p.Slug, p.Solutions
		if faults := review.CheckDeclared(before, t, true); len(faults) > 0 {
			return 0, review.NotRetagged(p, faults[0].Message)
		}
		writes = append(writes, revisionWrite{row.ID, before, before.ContentHash()})
	}
	if len(writes) != len(ids) {
		return 0, errors.New("practices of an event are gone")
	}
	return writeRetag(ctx, tx, refs, writes, retagEvent{review.UndoAct, act.Item, label, undoes, editor, now}, is)
}
