package postgres

import (
	"context"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// lockedPractice locks a practice and reads it as it stands then; nil for none.
func lockedPractice(ctx context.Context, tx pgx.Tx, id *int64) (*catalogue.Practice, error) {
	if id == nil {
		return nil, nil
	}
	if err := lockPractices(ctx, tx, *id); err != nil {
		return nil, err
	}
	return onePractice(ctx, tx, *id)
}

func onePractice(ctx context.Context, tx pgx.Tx, id int64) (*catalogue.Practice, error) {
	rows, err := loadPractices(ctx, tx, []int64{id})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, pgx.ErrNoRows
	}
	return rows[0].Practice, nil
}

// writeRevision writes what a decision publishes: the next revision of a
// practice, or a practice of its own, whose slug it chooses. Read model and
// version are left to the caller. It returns the practice's ID.
func writeRevision(ctx context.Context, tx pgx.Tx, ids *referenceIDs, practice *int64, r *review.Revision, now time.Time) (*int64, error) {
	w := revisionWrite{Practice: r.Record}
	if r.New {
		if err := chooseSlug(ctx, tx, r.Record); err != nil {
			return nil, err
		}
	} else {
		w.PracticeID = *practice
	}
	w.Hash = r.Record.ContentHash()
	writes := []revisionWrite{w}
	if err := writeRevisions(ctx, tx, ids, writes, originEditor, now); err != nil {
		return nil, err
	}
	id := writes[0].PracticeID
	if r.Editorial {
		if err := setEditorial(ctx, tx, ids, id, r.Record); err != nil {
			return nil, err
		}
	}
	return &id, nil
}

// setEditorial sets what the practice holds and not its revisions: the date on
// which it is to be looked at again, and the solutions that it is part of.
func setEditorial(ctx context.Context, tx pgx.Tx, ids *referenceIDs, practice int64, record *catalogue.Practice) error {
	solutions := []int64{}
	for _, s := range record.Solutions {
		solutions = append(solutions, ids.terms[catalogue.SolutionList][s.Slug])
	}
	_, err := tx.Exec(ctx, `
		WITH dropped AS (DELETE FROM practice_solution WHERE practice_id = $1 AND solution_id <> ALL ($3::bigint[])),
		     added AS (INSERT INTO practice_solution (practice_id, solution_id) SELECT $1, unnest($3::bigint[]) ON CONFLICT DO NOTHING)
		UPDATE practice SET review_by = $2 WHERE id = $1`, practice, day(record.ReviewBy), solutions)
	return err
}

// chooseSlug gives a new practice the first free slug of those that its title
// and organisation can give. A slug is never used anew: old ones redirect.
// Another transaction may take the slug meanwhile; this one is run again then.
func chooseSlug(ctx context.Context, tx pgx.Tx, p *catalogue.Practice) error {
	candidates := append([]string{p.Slug}, slugCandidates(p)...)
	rows, _ := tx.Query(ctx, `
		SELECT slug::text FROM practice WHERE slug = ANY ($1) UNION SELECT slug::text FROM practice_slug WHERE slug = ANY ($1)`, candidates)
	taken, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	free := slices.IndexFunc(candidates, func(c string) bool { return c != "" && !slices.Contains(taken, c) })
	if free < 0 {
		return review.ErrNoSlug
	}
	p.Slug = candidates[free]
	return nil
}

// mergedInto are the practices that were merged into one, in the order of IDs.
func mergedInto(ctx context.Context, tx pgx.Tx, id int64) ([]int64, error) {
	rows, _ := tx.Query(ctx, `SELECT id FROM practice WHERE merged_into = $1 ORDER BY id`, id)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// merge makes a practice's addresses lead to another one, with those of the
// practices that were merged into it before and those that it had: every
// redirect is one step. All of them are locked.
func merge(ctx context.Context, tx pgx.Tx, id, into int64) error {
	if _, err := tx.Exec(ctx, `
		UPDATE practice SET state = $3, state_reason = '', merged_into = $2 WHERE id = $1 OR merged_into = $1`, id, into, string(catalogue.StateMerged)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE practice_slug SET practice_id = $2 WHERE practice_id = $1`, id, into)
	return err
}

// addPracticeEvent appends to what happened to a practice.
func addPracticeEvent(ctx context.Context, tx pgx.Tx, practice int64, e review.Event, revised bool, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO practice_event (practice_id, kind, by_editor, reason, text, at, revision_id)
		SELECT id, $2, $3, $4, $5, $6, CASE WHEN $7 THEN revision_id END FROM practice WHERE id = $1`,
		practice, string(e.Kind), id0(e.Editor), e.Reason, e.Text, now, revised)
	return err
}
