package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// Revision is one version of a practice's content.
type Revision struct {
	Number int // from 1
	// Origin is "seed", "import" or "editor".
	Origin string
	At     time.Time
	// Kind is the event that made it, and Editor the name of who did it; empty for
	// seeds and imports.
	Kind   review.EventKind
	Editor string
	// Change is the kind that an editor has given the change; empty for none.
	Change review.Change
	// Record is what it says; nil where it was not asked for.
	Record *catalogue.Practice
}

// RevisionsBySlug are all of the practice that has a slug, or had it, the oldest
// first, without what they say, and its ID. They are none where there is no such
// practice.
func (s *Store) RevisionsBySlug(ctx context.Context, slug string) (id int64, list []Revision, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		if id, err = practiceOf(ctx, tx, slug); err != nil || id == 0 {
			return err
		}
		list, err = loadRevisions(ctx, tx, id, false, nil)
		return err
	})
	return id, list, err
}

// PublicRecord is what the public sees of a practice, published or withdrawn; nil
// where that is nothing.
func (s *Store) PublicRecord(ctx context.Context, practice int64) (p *catalogue.Practice, err error) {
	err = s.pool.QueryRow(ctx, `SELECT page FROM public_practice WHERE id = $1`, practice).Scan(&p)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return p, mapped(err)
}

// RevisionRecord is what a revision of a practice says, or catalogue.ErrNotFound.
func (s *Store) RevisionRecord(ctx context.Context, practice int64, number int) (p *catalogue.Practice, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		list, err := loadRevisions(ctx, tx, practice, true, []int{number})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fmt.Errorf("revision %d: %w", number, catalogue.ErrNotFound)
		}
		p = list[0].Record
		return nil
	})
	return p, err
}

// PublicRevisions are those of a practice that the public may see, the oldest first:
// of one that is published or withdrawn all up to the one that its page shows.
// Records come with the newest n, and with those of the given numbers. Of the page
// and its error holds what PublicPractice says.
//
// Beside the read model it reads revisions. Only what is published becomes one, and
// what is erased is erased there too.
func (s *Store) PublicRevisions(ctx context.Context, at int64, slug string, n int, numbers ...int) (page *catalogue.Practice, list []Revision, err error) {
	id, page, err := s.PublicPractice(ctx, at, slug)
	if err != nil {
		return nil, nil, err
	}
	numbers = slices.DeleteFunc(slices.Clone(numbers), func(x int) bool { return x > page.Revision }) // an address may ask for any
	for i := page.Revision; i > max(0, page.Revision-n); i-- {
		numbers = append(numbers, i)
	}
	err = s.readSnapshot(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if list, err = loadRevisions(ctx, tx, id, false, nil); err != nil {
			return err
		}
		list = list[:min(len(list), page.Revision)]
		records, err := loadRevisions(ctx, tx, id, true, numbers)
		for _, x := range records {
			if x.Number <= len(list) {
				list[x.Number-1].Record = x.Record
			}
		}
		return err
	})
	return page, list, err
}

// loadRevisions reads revisions of a practice in the order of their numbers, those
// with given numbers or all of them.
func loadRevisions(ctx context.Context, tx pgx.Tx, practice int64, records bool, numbers []int) ([]Revision, error) {
	rows, _ := tx.Query(ctx, `
		SELECT r.number, r.origin, r.created_at, coalesce(e.kind, ''), coalesce(by.name, ''), coalesce(e.change, ''), CASE WHEN $2 THEN r.content END
		FROM revision r
		LEFT JOIN LATERAL (SELECT kind, by_editor, change FROM practice_event WHERE revision_id = r.id ORDER BY id LIMIT 1) e ON true
		LEFT JOIN editor by ON by.id = e.by_editor
		WHERE r.practice_id = $1 AND ($3::int[] IS NULL OR r.number = ANY ($3)) ORDER BY r.number`, practice, records, numbers)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Revision])
	if err != nil || !records {
		return list, err
	}
	l, err := loadLabels(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		l.resolve(x.Record)
	}
	return list, nil
}

// SubmissionVersion is what was sent, as corrected the (n-1)th time. The error is
// catalogue.ErrNotFound for none.
func (s *Store) SubmissionVersion(ctx context.Context, id int64, n int) (v review.Submission, err error) {
	err = s.pool.QueryRow(ctx, `SELECT content FROM submission_version WHERE submission_id = $1 AND n = $2`, id, n).Scan(&v)
	if err != nil {
		err = fmt.Errorf("version %d of submission %d: %w", n, id, mapped(err))
	}
	return v, err
}

// practiceOf is the ID of the practice that has a slug, or had it; 0 for none. Of
// one that was merged it is its own.
func practiceOf(ctx context.Context, tx pgx.Tx, slug string) (id int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT p.id FROM practice p WHERE p.slug = $1 OR p.id = (SELECT practice_id FROM practice_slug WHERE slug = $1)
		ORDER BY p.slug = $1 DESC LIMIT 1`, slug).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return id, err
}
