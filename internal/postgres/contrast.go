package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// FindingKey names a finding of a practice, whatever its place in the record is.
type FindingKey struct {
	Practice int64 // ID
	Key      string
}

// ContrastChange is what an editor says of the contrasts on a solution for some target
// groups: with a pair that the two findings are one, without it that the one which
// follows from the findings is hidden.
type ContrastChange struct {
	Editor           int64
	Solution, Reason string // its slug, and why
	TargetGroups     []string
	For, Against     *FindingKey
}

// ContrastRow is what an editor said of one, and whether it holds.
type ContrastRow struct {
	ID                           int64
	TargetGroup, GroupLabel      string // slug and label
	Hidden                       bool
	ForPractice, AgainstPractice int64 // IDs; 0 where it is hidden
	ForKey, AgainstKey           string
	Reason, Editor               string // the editor's name
	At                           time.Time
	EndedBy                      string     // the name of who took it back
	EndedAt                      *time.Time // nil: it holds
}

// EditContrast writes what an editor says, under a new catalogue version. What is said
// already is said once. The error is a *review.RefusedError where the rules do not
// allow it.
func (s *Store) EditContrast(ctx context.Context, c ContrastChange, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, c.Editor, review.EditContrast); err != nil {
			return err
		}
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		t, ids, err := loadTaxonomy(ctx, tx)
		if err != nil {
			return err
		}
		var pair *review.ContrastPair
		if c.For != nil && c.Against != nil {
			pair = &review.ContrastPair{}
			locked := []int64{c.For.Practice, c.Against.Practice}
			slices.Sort(locked)
			locked = slices.DeleteFunc(locked, func(id int64) bool { return id < 1 }) // none is chosen
			if err := lockPractices(ctx, tx, slices.Compact(locked)...); err != nil {
				return err
			}
			if pair.For, pair.ForFinding, err = findingOf(ctx, tx, *c.For); err != nil {
				return err
			}
			if pair.Against, pair.AgainstFinding, err = findingOf(ctx, tx, *c.Against); err != nil {
				return err
			}
		}
		for _, group := range c.TargetGroups {
			if err := review.CheckContrast(c.Solution, group, c.Reason, pair, t); err != nil {
				return err
			}
			args := []any{ids.terms[catalogue.SolutionList][c.Solution], ids.terms[catalogue.TargetGroup][group], review.Text(c.Reason), c.Editor, now, nil, nil, nil, nil}
			if pair != nil {
				copy(args[5:], []any{c.For.Practice, c.For.Key, c.Against.Practice, c.Against.Key})
			}
			if _, err := tx.Exec(ctx, `
				INSERT INTO solution_contrast (solution_id, term_id, reason, by_editor, at, for_practice_id, for_key, against_practice_id, against_key)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`, args...); err != nil {
				return err
			}
		}
		return stamp(ctx, tx, nil)
	})
}

// EndContrast takes back what an editor has said of a contrast on a solution, by its
// slug, or on one that was merged into it, under a new catalogue version. What is taken
// back already is no error; what is not of the solution is catalogue.ErrNotFound.
func (s *Store) EndContrast(ctx context.Context, solution string, id, editor int64, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.EditContrast); err != nil {
			return err
		}
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		var is bool
		if err := tx.QueryRow(ctx, `
			SELECT EXISTS (SELECT FROM solution_contrast c JOIN solution s ON s.id = c.solution_id LEFT JOIN solution next ON next.id = s.successor_id
			  WHERE c.id = $1 AND $2 IN (s.slug, next.slug))`, id, solution).Scan(&is); err != nil {
			return err
		}
		if !is {
			return fmt.Errorf("contrast %d of another solution: %w", id, catalogue.ErrNotFound)
		}
		if _, err := tx.Exec(ctx, `UPDATE solution_contrast SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at IS NULL`, id, editor, now); err != nil {
			return err
		}
		return stamp(ctx, tx, nil)
	})
}

// followContrasts makes what names a practice that is merged name the one that it was
// merged into, with the key that the finding has there: the row ends, and another one is
// added. Where one voice of one actor would say both then, nothing is added. The
// revision of the one that stays is written.
func followContrasts(ctx context.Context, tx pgx.Tx, id, into int64, d *review.Decision, now time.Time) error {
	type row struct {
		Solution, Term int64
		Reason         string
		For            int64
		ForKey         string
		Against        int64
		AgainstKey     string
	}
	rows, _ := tx.Query(ctx, `
		UPDATE solution_contrast SET ended_by = $2, ended_at = $3 WHERE ended_at IS NULL AND $1 IN (for_practice_id, against_practice_id)
		RETURNING solution_id, term_id, reason, for_practice_id, for_key, against_practice_id, against_key`, id, d.PracticeEvent.Editor, now)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return err
	}
	moved := func(practice *int64, key *string) {
		if *practice == id {
			*practice, *key = into, cmp.Or(d.Keys[*key], *key)
		}
	}
	for _, x := range list {
		moved(&x.For, &x.ForKey)
		moved(&x.Against, &x.AgainstKey)
		var pair review.ContrastPair
		if pair.For, pair.ForFinding, err = findingOf(ctx, tx, FindingKey{x.For, x.ForKey}); err != nil {
			return err
		}
		if pair.Against, pair.AgainstFinding, err = findingOf(ctx, tx, FindingKey{x.Against, x.AgainstKey}); err != nil {
			return err
		}
		if pair.ForFinding == nil || pair.AgainstFinding == nil || pair.OneSpeaker() {
			continue
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO solution_contrast (solution_id, term_id, reason, by_editor, at, for_practice_id, for_key, against_practice_id, against_key)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
			x.Solution, x.Term, x.Reason, d.PracticeEvent.Editor, now, x.For, x.ForKey, x.Against, x.AgainstKey); err != nil {
			return err
		}
	}
	return nil
}

// findingOf is a finding with its practice; nil for none.
func findingOf(ctx context.Context, tx pgx.Tx, k FindingKey) (*catalogue.Practice, *catalogue.Finding, error) {
	rows, err := loadPractices(ctx, tx, []int64{k.Practice})
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	p := rows[0].Practice
	for i := range p.Findings {
		if p.Findings[i].Key == k.Key {
			return p, &p.Findings[i], nil
		}
	}
	return p, nil, nil
}

// loadContrasts are those that hold, of what is public.
func loadContrasts(ctx context.Context, tx pgx.Tx) ([]catalogue.ContrastEdit, error) {
	const number = `coalesce((SELECT n - 1 FROM public_practice p, jsonb_array_elements(p.page -> 'findings') WITH ORDINALITY AS x (f, n)
		WHERE p.id = %[1]s_practice_id AND p.state = 'published' AND f ->> 'key' = %[1]s_key), -1)::int`
	rows, _ := tx.Query(ctx, `
		SELECT coalesce(s2.slug, s.slug)::text, coalesce(next.slug, t.slug)::text, for_practice_id IS NULL, coalesce(for_practice_id, 0), `+fmt.Sprintf(number, "for")+`,
		  coalesce(against_practice_id, 0), `+fmt.Sprintf(number, "against")+`
		FROM solution_contrast c JOIN solution s ON s.id = c.solution_id LEFT JOIN solution s2 ON s2.id = s.successor_id JOIN term t ON t.id = c.term_id LEFT JOIN term next ON next.id = t.successor_id
		WHERE c.ended_at IS NULL ORDER BY c.id`)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e catalogue.ContrastEdit, err error) {
		return e, row.Scan(&e.Solution, &e.TargetGroup, &e.Hidden, &e.For.Practice, &e.For.Number, &e.Against.Practice, &e.Against.Number)
	})
}

// Contrasts are what editors say of those on a solution, and of those that were merged
// into it, the oldest first; what was taken back too.
func (s *Store) Contrasts(ctx context.Context, solution string) ([]ContrastRow, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT c.id, t.slug::text, t.label, for_practice_id IS NULL, coalesce(for_practice_id, 0), coalesce(against_practice_id, 0), coalesce(for_key, ''), coalesce(against_key, ''), c.reason, e.name, c.at, coalesce(ended.name, ''), c.ended_at
		FROM solution_contrast c JOIN solution s ON s.id = c.solution_id LEFT JOIN solution next ON next.id = s.successor_id JOIN term t ON t.id = c.term_id
		JOIN editor e ON e.id = c.by_editor LEFT JOIN editor ended ON ended.id = c.ended_by
		WHERE $1 IN (s.slug, next.slug) ORDER BY c.id`, solution)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ContrastRow])
	return list, mapped(err)
}

// Members are the published practices of a solution, by ID.
func (s *Store) Members(ctx context.Context, solution string) ([]int64, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT p.id FROM practice_solution ps JOIN solution s ON s.id = ps.solution_id JOIN public_practice p ON p.id = ps.practice_id
		WHERE s.slug = $1 AND p.state = 'published' ORDER BY p.id`, solution)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	return ids, mapped(err)
}
