package postgres

import (
	"context"
	"encoding/json"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// changedRecord is a record of an import that says something new of a practice.
type changedRecord struct {
	PracticeID  int64
	Place       string
	ContentHash string
	Record      []byte
	slug        string // until it is put aside
}

// stageChanges keeps changes until all that is new has been written: an editor of
// such a practice waits from when it is locked to the end of the import.
func (im *importer) stageChanges(ctx context.Context, changes []changedRecord) error {
	if len(changes) == 0 {
		return nil
	}
	ids := make([]int64, len(changes))
	for i, x := range changes {
		ids[i] = x.PracticeID
	}
	rows, _ := im.tx.Query(ctx, `SELECT practice_id, place FROM import_change WHERE practice_id = ANY ($1)`, ids)
	first, err := collectMap[int64, string](rows)
	if err != nil {
		return err
	}
	for _, x := range changes {
		if place, again := first[x.PracticeID]; again {
			im.faults.add(x.Place, review.SlugTwice(x.slug, place))
		}
	}
	if len(im.faults.Faults) > 0 {
		return nil
	}
	_, err = im.tx.CopyFrom(ctx, pgx.Identifier{"import_change"}, []string{"practice_id", "place", "content_hash", "record"},
		pgx.CopyFromSlice(len(changes), func(i int) ([]any, error) {
			return []any{changes[i].PracticeID, changes[i].Place, changes[i].ContentHash, changes[i].Record}, nil
		}))
	return err
}

// revise makes the changes that were put aside, unless there are faults. It
// locks practices in the order of their IDs, as everybody does: by what exists
// no two imports lock each other out. What is new they write in the order of
// their files, and there they can; ImportAgain sees to that.
func (im *importer) revise(ctx context.Context) error {
	for after := int64(0); len(im.faults.Faults) == 0; {
		rows, _ := im.tx.Query(ctx, `
			SELECT practice_id, place, content_hash, record FROM import_change WHERE practice_id > $1 ORDER BY practice_id LIMIT $2`, after, importChunk)
		changes, err := pgx.CollectRows(rows, pgx.RowToStructByName[changedRecord])
		if err != nil || len(changes) == 0 {
			return err
		}
		after = changes[len(changes)-1].PracticeID
		if err := im.reviseBatch(ctx, changes); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) reviseBatch(ctx context.Context, changes []changedRecord) error {
	ids := make([]int64, len(changes))
	for i, x := range changes {
		ids[i] = x.PracticeID
	}
	// First the locks, then what stands: one statement of both would lose the
	// practices that an editor has changed while it waited.
	if err := lockPractices(ctx, im.tx, ids...); err != nil {
		return err
	}
	rows, _ := im.tx.Query(ctx, `SELECT p.id, p.state, r.content_hash FROM practice p JOIN revision r ON r.id = p.revision_id WHERE p.id = ANY ($1)`, ids)
	var was existing
	stands := make(map[int64]existing, len(ids))
	if _, err := pgx.ForEachRow(rows, []any{&was.ID, &was.State, &was.ContentHash}, func() error { stands[was.ID] = was; return nil }); err != nil {
		return err
	}
	var writes []revisionWrite
	for _, x := range changes {
		var p catalogue.Practice
		if err := json.Unmarshal(x.Record, &p); err != nil {
			return err
		}
		switch was := stands[x.PracticeID]; {
		case was.State != string(catalogue.StatePublished):
			im.faults.add(x.Place, review.NotPublished(p.Slug, catalogue.State(was.State)))
		case was.ContentHash == x.ContentHash:
			im.report.Unchanged++
		default:
			im.report.Changed++
			writes = append(writes, revisionWrite{PracticeID: x.PracticeID, Practice: &p, Hash: x.ContentHash})
		}
	}
	if len(im.faults.Faults) > 0 {
		return nil
	}
	return im.publish(ctx, writes)
}
