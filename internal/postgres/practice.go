package postgres

import (
	"context"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// practiceRow is a practice as its current revision and its own row say.
type practiceRow struct {
	ID       int64
	MovedTo  *string
	Practice *catalogue.Practice
}

// loadPractices reads practices from the tables of record, in the order of
// their IDs: the content of the current revision, and what stands beside it.
func loadPractices(ctx context.Context, tx pgx.Tx, ids []int64) ([]practiceRow, error) {
	l, err := loadLabels(ctx, tx)
	if err != nil {
		return nil, err
	}
	dead, err := deadLinks(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, _ := tx.Query(ctx, `
		SELECT p.id, (SELECT m.slug::text FROM practice m WHERE m.id = p.merged_into), r.content,
		  p.slug::text, p.state, p.state_reason, p.first_published, r.created_at, coalesce(p.review_by::text, ''), r.number, p.checked_at,
		  (SELECT max(e.at) FROM practice_event e WHERE e.practice_id = p.id AND e.by_editor IS NOT NULL AND e.kind = ANY ($2)),
		  ARRAY(SELECT s.id FROM practice_solution ps JOIN solution s ON s.id = ps.solution_id WHERE ps.practice_id = p.id ORDER BY s.position, s.slug)
		FROM practice p JOIN revision r ON r.id = p.revision_id
		WHERE p.id = ANY ($1) ORDER BY p.id`, ids, review.GoneThrough)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (practiceRow, error) {
		p := &catalogue.Practice{}
		x := practiceRow{Practice: p}
		var first, updated time.Time
		var solutions []int64
		err := row.Scan(&x.ID, &x.MovedTo, p, &p.Slug, &p.State, &p.StateReason, &first, &updated, &p.ReviewBy, &p.Revision, &p.Checked, &p.Reviewed, &solutions)
		first, updated = first.UTC(), updated.UTC()
		p.FirstPublished, p.Updated = &first, &updated
		for _, at := range []*time.Time{p.Checked, p.Reviewed} {
			if at != nil {
				*at = at.UTC()
			}
		}
		for _, id := range solutions {
			p.Solutions = append(p.Solutions, catalogue.TermRef{ID: id})
		}
		l.resolve(p)
		for _, url := range p.URLs() {
			if since := dead[url]; since != "" {
				p.DeadLinks = append(p.DeadLinks, catalogue.DeadLink{URL: url, AsOf: since})
			}
		}
		return x, err
	})
}
