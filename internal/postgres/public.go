package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// PublicPractice is the page of a practice, published or withdrawn, and its
// ID. Else the error is catalogue.ErrNotFound, catalogue.ErrGone, or a
// *catalogue.MovedError with the slug that it has now.
func (s *Store) PublicPractice(ctx context.Context, slug string) (id int64, p *catalogue.Practice, err error) {
	var moved *string
	err = s.pool.QueryRow(ctx, `SELECT id, moved_to::text, page FROM public_practice WHERE slug = $1`, slug).Scan(&id, &moved, &p)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		var now string
		err = s.pool.QueryRow(ctx, `
			SELECT p.slug FROM public_slug s JOIN public_practice p ON p.id = s.practice_id WHERE s.slug = $1`, slug).Scan(&now)
		if err != nil {
			return 0, nil, mapped(err)
		}
		return 0, nil, &catalogue.MovedError{Slug: now}
	case err != nil:
		return 0, nil, mapped(err)
	case moved != nil:
		return 0, nil, &catalogue.MovedError{Slug: *moved}
	case p == nil:
		return 0, nil, catalogue.ErrGone
	}
	return id, p, nil
}

// Cards are the cards of published practices in the order of ids. One that is
// no longer published is missing from the result.
func (s *Store) Cards(ctx context.Context, ids []int64) ([]catalogue.Card, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT p.card FROM unnest($1::bigint[]) WITH ORDINALITY AS want (id, place)
		JOIN public_practice p USING (id) WHERE p.card IS NOT NULL ORDER BY place`, ids)
	cards, err := pgx.CollectRows(rows, pgx.RowTo[catalogue.Card])
	return cards, mapped(err)
}

// CardsByID are the cards of published practices by ID. One that is no longer
// published is missing.
func (s *Store) CardsByID(ctx context.Context, ids []int64) (map[int64]catalogue.Card, error) {
	rows, _ := s.pool.Query(ctx, `SELECT id, card FROM public_practice WHERE id = ANY ($1) AND card IS NOT NULL`, ids)
	out := map[int64]catalogue.Card{}
	var id int64
	var card []byte
	_, err := pgx.ForEachRow(rows, []any{&id, &card}, func() error {
		var c catalogue.Card
		if err := json.Unmarshal(card, &c); err != nil {
			return fmt.Errorf("card of practice %d: %w", id, err)
		}
		out[id] = c
		return nil
	})
	return out, mapped(err)
}

// PracticeFindings are a published practice's card, findings and solutions.
type PracticeFindings struct {
	ID        int64
	Version   int64 // the catalogue version that stamped them
	Card      catalogue.Card
	Findings  []catalogue.Finding
	Solutions []catalogue.TermRef
}

// Findings are those of published practices, in any order. One that is no longer
// published is missing from the result.
func (s *Store) Findings(ctx context.Context, ids []int64) ([]PracticeFindings, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT id, version, card, coalesce(page->'findings', '[]') AS findings, coalesce(page->'solutions', '[]') AS solutions
		FROM public_practice WHERE id = ANY ($1) AND state = 'published'`, ids)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[PracticeFindings])
	return list, mapped(err)
}

// WithField are the published practices that have something in a field at the top
// of the record, in the order of organisation and title.
func (s *Store) WithField(ctx context.Context, field *catalogue.Field) ([]*catalogue.Practice, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT page FROM public_practice WHERE state = 'published' AND page #> $1 IS NOT NULL
		ORDER BY page #>> '{organisation,name}', page ->> 'title', id`, strings.Split(field.Path, "."))
	list, err := pgx.CollectRows(rows, pgx.RowTo[*catalogue.Practice])
	return list, mapped(err)
}

// IndexUpdates calls fn, in the order of IDs and as of one moment, for every row of
// the read model that was stamped after the version `after`, those that have
// gone included. Texts come only for rows stamped after textAfter. It returns
// the version of that moment.
func (s *Store) IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (version int64, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT n FROM catalogue_version`).Scan(&version); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `
			SELECT id, version, entry, CASE WHEN version > $2 AND entry IS NOT NULL THEN page END
			FROM public_practice WHERE version > $1 ORDER BY id`, after, textAfter)
		var c catalogue.IndexUpdate
		var entry, page []byte
		_, err = pgx.ForEachRow(rows, []any{&c.ID, &c.Version, &entry, &page}, func() error {
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

// Export calls fn with every published practice, in the order of slugs and as
// of one moment.
func (s *Store) Export(ctx context.Context, fn func(*catalogue.Practice) error) error {
	return s.snapshot(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `SELECT page FROM public_practice WHERE state = 'published' ORDER BY slug COLLATE "C"`)
		var page []byte
		_, err := pgx.ForEachRow(rows, []any{&page}, func() error {
			var p catalogue.Practice
			if err := json.Unmarshal(page, &p); err != nil {
				return err
			}
			return fn(&p)
		})
		return err
	})
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
