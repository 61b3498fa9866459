package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// PublicPractice is the page of a practice, published or withdrawn, and its
// ID. Else the error is catalogue.ErrNotFound, catalogue.ErrGone, or a
// *catalogue.MovedError with the slug that it has now. Of at, and of changing the
// practice, holds what Cards says.
func (s *Store) PublicPractice(ctx context.Context, at int64, slug string) (id int64, p *catalogue.Practice, err error) {
	if err := s.followPublic(ctx, at); err != nil {
		return 0, nil, err
	}
	if id, p := s.public.page(at, slug); p != nil {
		return id, p, nil
	}
	err = s.readAt(ctx, at, func(ctx context.Context, pool *pgxpool.Pool) error {
		var moved *string
		id, p = 0, nil
		err := pool.QueryRow(ctx, `SELECT id, moved_to::text, page FROM public_practice WHERE slug = $1`, slug).Scan(&id, &moved, &p)
		if errors.Is(err, pgx.ErrNoRows) {
			err = pool.QueryRow(ctx, `
				SELECT p.slug FROM public_slug s JOIN public_practice p ON p.id = s.practice_id WHERE s.slug = $1`, slug).Scan(&moved)
		}
		switch {
		case err != nil:
			return err
		case moved != nil:
			return &catalogue.MovedError{Slug: *moved}
		case p == nil:
			return catalogue.ErrGone
		}
		return nil
	})
	if err != nil {
		return 0, nil, err
	}
	return id, p, nil
}

// Cards are the cards of published practices in the order of ids. One that is
// no longer published is missing from the result.
//
// What is read is kept and shared between readers: it must not be changed. The
// database is asked whether rows are still the same; but not about those that are as
// of the catalogue version at, or of a later one, where at is not 0. That is for a
// page of the version that the index has reached and the database has confirmed
// lately: such a page is kept as long.
func (s *Store) Cards(ctx context.Context, at int64, ids []int64) ([]catalogue.Card, error) {
	rows, err := s.publicRows(ctx, at, ids, partCard)
	return inOrder(ids, rows, func(r *publicRow) catalogue.Card { return r.card }), err
}

// SomeCards are the cards of the n published practices that were begun last: what can be
// read at once of a catalogue of any size.
func (s *Store) SomeCards(ctx context.Context, n int) ([]catalogue.Card, error) {
	var list []catalogue.Card
	err := s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) (err error) {
		rows, _ := pool.Query(ctx, `SELECT card FROM public_practice WHERE state = 'published' ORDER BY id DESC LIMIT $1`, n)
		list, err = pgx.CollectRows(rows, pgx.RowTo[catalogue.Card])
		return err
	})
	return list, err
}

// inOrder are the rows in the order of ids.
func inOrder[T any](ids []int64, rows map[int64]*publicRow, of func(*publicRow) T) []T {
	var out []T
	for _, id := range ids {
		if r := rows[id]; r != nil {
			out = append(out, of(r))
		}
	}
	return out
}

// CardsByID are the cards of published practices by ID. One that is no longer
// published is missing.
func (s *Store) CardsByID(ctx context.Context, at int64, ids []int64) (map[int64]*catalogue.Card, error) {
	rows, err := s.publicRows(ctx, at, ids, partCard)
	out := make(map[int64]*catalogue.Card, len(rows))
	for id, r := range rows {
		out[id] = &r.card
	}
	return out, err
}

// PracticeFindings are a published practice's card, findings and solutions.
type PracticeFindings struct {
	ID        int64
	Version   int64 // the catalogue version that stamped them
	Card      catalogue.Card
	Findings  []catalogue.Finding
	Solutions []catalogue.TermRef
}

// Findings are those of published practices, in the order of ids. One that is no
// longer published is missing from the result.
func (s *Store) Findings(ctx context.Context, at int64, ids []int64) ([]PracticeFindings, error) {
	rows, err := s.publicRows(ctx, at, ids, partCard|partFindings)
	return inOrder(ids, rows, func(r *publicRow) PracticeFindings {
		return PracticeFindings{r.id, r.version, r.card, r.findings, r.solutions}
	}), err
}

// VersionedPage is a published practice with the catalogue version that stamped it.
type VersionedPage struct {
	PublicPage
	Version int64
}

// Pages are published practices in the order of ids. One that is no longer published is
// missing from the result. Of at, and of changing them, holds what Cards says.
func (s *Store) Pages(ctx context.Context, at int64, ids []int64) ([]VersionedPage, error) {
	rows, err := s.publicRows(ctx, at, ids, partPage)
	return inOrder(ids, rows, func(r *publicRow) VersionedPage {
		return VersionedPage{PublicPage{r.id, r.page}, r.version}
	}), err
}

// WithField are the published practices that have something in a field at the top
// of the record, in the order of organisation and title.
func (s *Store) WithField(ctx context.Context, field *catalogue.Field) ([]*catalogue.Practice, error) {
	var list []*catalogue.Practice
	err := s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) (err error) {
		rows, _ := pool.Query(ctx, `
			SELECT page FROM public_practice WHERE state = 'published' AND page #> $1 IS NOT NULL
			ORDER BY page #>> '{organisation,name}', page ->> 'title', id`, strings.Split(field.Path, "."))
		list, err = pgx.CollectRows(rows, pgx.RowTo[*catalogue.Practice])
		return err
	})
	return list, err
}

// PublicAddresses calls fn with the slugs of at most limit published practices in
// the order of their IDs, after the first offset of them, and when each was last
// changed: the zero time where that is not known.
func (s *Store) PublicAddresses(ctx context.Context, offset, limit int, fn func(slug string, changed time.Time) error) error {
	return s.readStream(ctx, func(ctx context.Context, tx pgx.Tx, begins func()) error {
		rows, _ := tx.Query(ctx, `
			SELECT slug, (page ->> 'updated')::timestamptz FROM public_practice WHERE state = 'published'
			ORDER BY id OFFSET $1 LIMIT $2`, offset, limit)
		var slug string
		var changed *time.Time
		_, err := pgx.ForEachRow(rows, []any{&slug, &changed}, func() error {
			begins()
			if changed == nil {
				return fn(slug, time.Time{})
			}
			return fn(slug, *changed)
		})
		return err
	})
}

// IndexUpdates calls fn, in the order of IDs and as of one moment, for every row of
// the read model that was stamped after the version `after`, those that have
// gone included. Texts come only for rows stamped after textAfter. It returns
// the version of that moment.
func (s *Store) IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (version int64, err error) {
	err = s.readStream(ctx, func(ctx context.Context, tx pgx.Tx, begins func()) error {
		if err := tx.QueryRow(ctx, `SELECT n FROM catalogue_version`).Scan(&version); err != nil {
			return err
		}
		s.replica.saw(0, version, false)
		rows, _ := tx.Query(ctx, `
			SELECT id, version, entry, CASE WHEN version > $2 AND entry IS NOT NULL THEN page END
			FROM public_practice WHERE version > $1 ORDER BY id`, after, textAfter)
		var c catalogue.IndexUpdate
		var entry, page []byte
		_, err = pgx.ForEachRow(rows, []any{&c.ID, &c.Version, &entry, &page}, func() error {
			begins()
			c.Entry, c.Practice = nil, nil
			if entry != nil {
				if err := json.Unmarshal(entry, &c.Entry); err != nil {
					return fmt.Errorf("entry of practice %d: %w", c.ID, err)
				}
			}
			if page != nil {
				if err := json.Unmarshal(page, &c.Practice); err != nil {
					return fmt.Errorf("page of practice %d: %w", c.ID, err)
				}
			}
			return fn(c)
		})
		return err
	})
	return version, err
}

// Practices are the records of published practices, in the order of ids. One that is
// no longer published is missing from the result. Of at, and of changing them, holds
// what Cards says.
func (s *Store) Practices(ctx context.Context, at int64, ids []int64) ([]*catalogue.Practice, error) {
	rows, err := s.publicRows(ctx, at, ids, partPage)
	return inOrder(ids, rows, func(r *publicRow) *catalogue.Practice { return r.page }), err
}

// PracticesByID are the records of published practices by ID. One that is no longer
// published is missing.
func (s *Store) PracticesByID(ctx context.Context, at int64, ids []int64) (map[int64]*catalogue.Practice, error) {
	rows, err := s.publicRows(ctx, at, ids, partPage)
	out := make(map[int64]*catalogue.Practice, len(rows))
	for id, r := range rows {
		out[id] = r.page
	}
	return out, err
}

// Export calls fn with every published practice, in the order of slugs and as
// of one moment.
func (s *Store) Export(ctx context.Context, fn func(*catalogue.Practice) error) error {
	_, err := s.ExportVersion(ctx, fn)
	return err
}

// ExportVersion is Export that tells the catalogue version of that moment.
func (s *Store) ExportVersion(ctx context.Context, fn func(*catalogue.Practice) error) (version int64, err error) {
	err = s.readStream(ctx, func(ctx context.Context, tx pgx.Tx, begins func()) error {
		if err := tx.QueryRow(ctx, `SELECT n FROM catalogue_version`).Scan(&version); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `SELECT page FROM public_practice WHERE state = 'published' ORDER BY slug COLLATE "C"`)
		var page []byte
		_, err := pgx.ForEachRow(rows, []any{&page}, func() error {
			begins()
			var p catalogue.Practice
			if err := json.Unmarshal(page, &p); err != nil {
				return err
			}
			return fn(&p)
		})
		return err
	})
	return version, err
}

// republishChunk bounds the memory that republishing takes, and how many
// practices a rebuild locks at a time: some 500 pages of a few KB.
const republishChunk = 500

// republish writes the read model of some practices from their current
// revisions and ends with a new version.
func republish(ctx context.Context, tx pgx.Tx, ids []int64) error {
	for chunk := range slices.Chunk(ids, republishChunk) {
		if err := writePublic(ctx, tx, chunk, unstamped); err != nil {
			return err
		}
	}
	return stamp(ctx, tx, ids)
}

// unstamped stands for a version until stamp, at the end of the transaction.
const unstamped = 1

// writePublic writes the read model of some practices with a version that is
// unstamped or reserved; one that is there already keeps its own until stamped.
func writePublic(ctx context.Context, tx pgx.Tx, ids []int64, version int64) error {
	practices, err := loadPractices(ctx, tx, ids)
	if err != nil {
		return err
	}
	n := len(practices)
	var (
		id                 = make([]int64, n)
		slug, state        = make([]string, n), make([]string, n)
		moved              = make([]*string, n)
		entry, card, pages = make([]any, n), make([]any, n), make([]any, n)
	)
	for i, row := range practices {
		p := row.Practice
		id[i], slug[i], state[i], moved[i] = row.ID, p.Slug, string(p.State), row.MovedTo
		if p.State == catalogue.StatePublished {
			if entry[i], err = jsonText(p.Entry()); err != nil {
				return err
			}
			if card[i], err = jsonText(p.Card()); err != nil {
				return err
			}
		}
		if p.State == catalogue.StatePublished || p.State == catalogue.StateWithdrawn {
			if pages[i], err = jsonText(p); err != nil {
				return err
			}
		}
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO public_practice (id, slug, state, version, moved_to, entry, card, page, shape)
		SELECT id, slug, state, $8, moved_to, entry::jsonb, card::jsonb, page::jsonb, $10
		FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
		  AS t (id, slug, state, moved_to, entry, card, page)
		ON CONFLICT (id) DO UPDATE SET slug = EXCLUDED.slug, state = EXCLUDED.state, moved_to = EXCLUDED.moved_to,
		  entry = EXCLUDED.entry, card = EXCLUDED.card, page = EXCLUDED.page, shape = EXCLUDED.shape,
		  version = CASE EXCLUDED.version WHEN $9 THEN public_practice.version ELSE EXCLUDED.version END`,
		id, slug, state, moved, entry, card, pages, version, unstamped, Shape)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO public_slug (slug, practice_id)
		SELECT slug, practice_id FROM practice_slug WHERE practice_id = ANY ($1)
		ON CONFLICT (slug) DO UPDATE SET practice_id = EXCLUDED.practice_id`, ids)
	return err
}

func jsonText(v any) (any, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
