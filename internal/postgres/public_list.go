package postgres

import (
	"context"
	"slices"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"
)

// PublicPage is a published practice with its ID.
type PublicPage struct {
	ID       int64
	Practice *catalogue.Practice
}

// listChunk is how many practices of a long list are read at a time: some megabytes
// once decoded.
const listChunk = 200

// EachPage calls fn with the published practices among ids, in their order. One that
// is no longer published is passed over. They are read some hundred at a time, the
// next while fn has the ones before, and kept nowhere: a long list would drive out
// what visitors read. Each chunk is as of its own moment, and no connection is held
// while fn works, since whoever reads what it writes may be slow.
func (s *Store) EachPage(ctx context.Context, ids []int64, fn func(PublicPage) error) error {
	work, ctx := errgroup.WithContext(ctx)
	chunks := make(chan []PublicPage, 1)
	work.Go(func() error {
		defer close(chunks)
		for chunk := range slices.Chunk(ids, listChunk) {
			pages, err := s.pages(ctx, chunk)
			if err != nil {
				return err
			}
			select {
			case chunks <- pages:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	work.Go(func() error {
		for pages := range chunks {
			for _, p := range pages {
				if err := fn(p); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return work.Wait()
}

// pages are the published practices among ids, in their order.
func (s *Store) pages(ctx context.Context, ids []int64) ([]PublicPage, error) {
	var list []PublicPage
	err := s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) (err error) {
		rows, _ := pool.Query(ctx, `
			SELECT p.id, p.page FROM unnest($1::bigint[]) WITH ORDINALITY AS x (id, n) JOIN public_practice p USING (id)
			WHERE p.state = 'published' ORDER BY x.n`, ids)
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PublicPage])
		return err
	})
	return list, err
}

// LastChanged are those of the published practices among ids that were changed last,
// the newest first, at most limit.
func (s *Store) LastChanged(ctx context.Context, ids []int64, limit int) ([]PublicPage, error) {
	var newest []int64
	err := s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) (err error) {
		rows, _ := pool.Query(ctx, `
			SELECT id FROM public_practice WHERE id = ANY ($1) AND state = 'published'
			ORDER BY coalesce(page ->> 'updated', page ->> 'first_published')::timestamptz DESC NULLS LAST, id DESC LIMIT $2`, ids, limit)
		newest, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.pages(ctx, newest)
}
