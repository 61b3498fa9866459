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
	free := slices.IndexFunc(candidates, func(c string) bool { return c != "" && !catalogue.ReservedSlug(c) && !slices.Contains(taken, c) })
	if free < 0 {
		return review.ErrNoSlug
	}
	p.Slug = candidates[free]
	return nil
}

// practicesOf are the practices that an act is about: the one that it is done to, the
// other one, or nil, and all that are locked for it.
type practicesOf struct {
	id     int64
	into   *int64
	locked []int64
}

// changePractice carries out what a decision says of a practice, but for its events
// and the read model, and tells which practices it touched.
func changePractice(ctx context.Context, tx pgx.Tx, ids *referenceIDs, of practicesOf, p *catalogue.Practice, d *review.Decision, now time.Time) (touched []int64, err error) {
	touched = []int64{of.id}
	if err := setDays(ctx, tx, of.id, d); err != nil {
		return nil, err
	}
	switch {
	case d.Practice != nil && d.Practice.State == catalogue.StateMerged:
		if _, err := writeRevision(ctx, tx, ids, of.into, d.Revision, now); err != nil {
			return nil, err
		}
		if err := followContrasts(ctx, tx, of.id, *of.into, d, now); err != nil {
			return nil, err
		}
		return of.locked, merge(ctx, tx, of.id, *of.into)
	case d.Practice != nil:
		_, err = tx.Exec(ctx, `
			UPDATE practice SET state = $2, state_reason = $3, look_by = CASE WHEN $2 IN ('published','withdrawn') THEN look_by END WHERE id = $1`,
			of.id, string(d.Practice.State), d.Practice.Explanation)
		if err == nil && d.Practice.State == catalogue.StateRemoved {
			err = forgetFrozen(ctx, tx, of.id, now)
		}
	case d.Revision != nil:
		_, err = writeRevision(ctx, tx, ids, &of.id, d.Revision, now)
	case d.Slug != "":
		err = readdress(ctx, tx, of.id, p.Slug, d.Slug)
	case d.Redirect != "":
		if err = slugIsFree(ctx, tx, 0, d.Redirect); err == nil {
			_, err = tx.Exec(ctx, `INSERT INTO practice_slug (slug, practice_id) VALUES ($1, $2)`, d.Redirect, of.id)
		}
	case d.Solution != "":
		touched = append(touched, *of.into)
		_, err = tx.Exec(ctx, `INSERT INTO practice_solution (practice_id, solution_id) SELECT unnest($1::bigint[]), $2 ON CONFLICT DO NOTHING`,
			touched, ids.terms[catalogue.SolutionList][d.Solution])
	}
	return touched, err
}

// setDays sets the days by which a practice is to be looked at again.
func setDays(ctx context.Context, tx pgx.Tx, id int64, d *review.Decision) error {
	if d.ReviewBy != nil {
		if _, err := tx.Exec(ctx, `UPDATE practice SET review_by = $2 WHERE id = $1`, id, day(*d.ReviewBy)); err != nil {
			return err
		}
	}
	if d.LookBy != nil {
		if _, err := tx.Exec(ctx, `UPDATE practice SET look_by = $2 WHERE id = $1`, id, day(*d.LookBy)); err != nil {
			return err
		}
	}
	return nil
}

// slugIsFree is review.ErrSlugTaken for an address that a practice has or had; one
// that the given practice had is its own.
func slugIsFree(ctx context.Context, tx pgx.Tx, practice int64, slug string) error {
	var taken bool
	err := tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM practice WHERE slug = $1) OR EXISTS (SELECT FROM practice_slug WHERE slug = $1 AND practice_id <> $2)`, slug, practice).Scan(&taken)
	if err == nil && taken {
		err = review.ErrSlugTaken
	}
	return err
}

// readdress gives a practice another address; the one that it had leads there. Two
// transactions that take the same address at once meet in the database, and the
// second is run again.
func readdress(ctx context.Context, tx pgx.Tx, id int64, from, to string) error {
	if err := slugIsFree(ctx, tx, id, to); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO practice_slug (slug, practice_id) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING`, from, id); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE practice SET slug = $2 WHERE id = $1`, id, to); err != nil {
		return err
	}
	return moveForms(ctx, tx, id, from, to)
}

// edition is the number that every change of a practice counts up: of its revision
// and its events together.
func edition(ctx context.Context, tx pgx.Tx, id int64) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT `+editionSQL+` FROM practice p WHERE p.id = $1`, id).Scan(&n)
	return n, err
}

// editionSQL is the same in a query that has the practice as p.
const editionSQL = `((SELECT number FROM revision WHERE id = p.revision_id) + (SELECT count(*) FROM practice_event WHERE practice_id = p.id AND kind <> 'noted'))::int`

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
		UPDATE practice SET state = $3, state_reason = '', look_by = NULL, merged_into = $2 WHERE id = $1 OR merged_into = $1`, id, into, string(catalogue.StateMerged)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE practice_slug SET practice_id = $2 WHERE practice_id = $1`, id, into)
	return err
}

// addPracticeEvent appends to what happened to a practice.
func addPracticeEvent(ctx context.Context, tx pgx.Tx, practice int64, e review.Event, revised bool, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO practice_event (practice_id, kind, by_editor, reason, text, at, revision_id, change)
		SELECT id, $2, $3, $4, $5, $6, CASE WHEN $7 THEN revision_id END, CASE WHEN $7 THEN $8 ELSE '' END FROM practice WHERE id = $1`,
		practice, string(e.Kind), id0(e.Editor), e.Reason, e.Text, now, revised, string(e.Change))
	return err
}
