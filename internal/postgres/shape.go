package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// Shape numbers what the read model's JSON looks like: card, entry and page.
// Whoever changes that, or how it is made of a revision, counts it up; then
// the first process of the new build makes all rows again (house.md, "The
// record is described once"). A test notices changed names.
const Shape = 10

// ErrOlderShape tells that the read model is a newer build's, which makes it.
var ErrOlderShape = errors.New("the read model is of a newer build")

// shapeEvery is how often a process looks for rows that an older build, which
// still runs beside it, has published. What such rows lack is missing on the
// page for so long.
const shapeEvery = 5 * time.Second

// Reshape makes every row of the read model again that an older build has made,
// if this build is the newest that has used the database; else it changes
// nothing. It returns how many it made. Any number of processes may call it at
// once, and it may be stopped anywhere: it commits some hundred rows at a time,
// and what is left is made by the next call. progress, which may be nil, is
// called with what is done of the total.
func (s *Store) Reshape(ctx context.Context, progress func(done, total int)) (made int, err error) {
	var newest int
	var stale bool
	// min is always read off the index. For EXISTS (… WHERE shape < $1) the planner
	// supposes that every third row will do, and reads the whole table.
	err = s.pool.QueryRow(ctx, `SELECT newest, coalesce((SELECT min(shape) FROM public_practice) < $1, false) FROM public_shape`, Shape).Scan(&newest, &stale)
	if err != nil || newest > Shape {
		return 0, mapped(err)
	}
	if newest < Shape {
		err := s.write(ctx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE public_shape SET newest = $1 WHERE newest < $1`, Shape)
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	if !stale {
		return 0, nil
	}
	made, err = s.rebuild(ctx, `SELECT id FROM public_practice WHERE shape < $1`, progress, Shape)
	if errors.Is(err, ErrOlderShape) { // a newer build has come meanwhile
		err = nil
	}
	return made, err
}

// RebuildPublic writes the whole read model anew from the revisions, some
// hundred practices at a time, and tells progress, which may be nil, what is done of
// the total. It fails with ErrOlderShape when a newer build
// has used the database.
func (s *Store) RebuildPublic(ctx context.Context, progress func(done, total int)) error {
	made, err := s.rebuild(ctx, `SELECT id FROM practice`, progress)
	if err != nil || made > 0 {
		return err
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		return republish(ctx, tx, nil)
	})
}

// rebuild writes the read model of the practices that the query which selects,
// with args. Each transaction locks its practices in the order of their IDs and
// asks once more which of them are selected, since another process may have
// been faster; it ends with a catalogue version, so that indexes follow.
func (s *Store) rebuild(ctx context.Context, which string, progress func(done, total int), args ...any) (made int, err error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	n := len(args)
	next := fmt.Sprintf(`SELECT id FROM (%s) x WHERE id > $%d ORDER BY id LIMIT $%d`, which, n+1, n+2)
	again := fmt.Sprintf(`SELECT id FROM (%s) x WHERE id = ANY ($%d)`, which, n+1)
	var total int
	if err := s.pool.QueryRow(ctx, `SELECT count(*) FROM (`+which+`) x`, args...).Scan(&total); err != nil {
		return 0, mapped(err)
	}
	progress(0, total)
	done := 0
	for after := int64(0); ; {
		var ids, still []int64
		err := s.write(ctx, func(tx pgx.Tx) error {
			ids, still = nil, nil
			if err := lockTaxonomyShared(ctx, tx); err != nil {
				return err
			}
			rows, _ := tx.Query(ctx, next, append(args[:n:n], after, republishChunk)...)
			if ids, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil || len(ids) == 0 {
				return err
			}
			if err := lockPractices(ctx, tx, ids...); err != nil {
				return err
			}
			var newest int
			if err := tx.QueryRow(ctx, `SELECT newest FROM public_shape`).Scan(&newest); err != nil {
				return err
			}
			if newest > Shape {
				return fmt.Errorf("%w: its rows have shape %d, this program makes %d: run the newer program", ErrOlderShape, newest, Shape)
			}
			rows, _ = tx.Query(ctx, again, append(args[:n:n], ids)...)
			if still, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil || len(still) == 0 {
				return err
			}
			return republish(ctx, tx, still)
		})
		if err != nil || len(ids) == 0 {
			return made, err
		}
		after, made, done = ids[len(ids)-1], made+len(still), done+len(ids)
		progress(done, max(done, total))
	}
}

// KeepShape calls Reshape now and then, until ctx ends: older builds may run
// beside this one, and what they publish is made again. It logs the first of
// failures in a row.
func (s *Store) KeepShape(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(shapeEvery)
	defer tick.Stop()
	for failing := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		made, err := s.Reshape(ctx, nil)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && failing, errors.Is(err, catalogue.ErrUnavailable): // the index's follower tells of the latter
		case err != nil:
			log.ErrorContext(ctx, "rows of an older build in the read model cannot be made again", "err", err)
		case made > 0:
			log.InfoContext(ctx, "rows of an older build in the read model made again", "practices", made, "shape", Shape)
		}
		failing = err != nil
	}
}
