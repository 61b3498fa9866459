package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// SeedReport counts what a run of the loader did.
type SeedReport struct {
	New, Changed, Proposed, Unchanged int
}

// Seed brings the taxonomy and the practices to what the seeds say, in one transaction and by the rules of a submission. By domain.md a changed
// seed becomes a new revision only while the current one is the loader's own,
// otherwise it waits as a proposal, and what editors withdrew, merged or
// removed stays so. A *FaultsError says what is wrong with the practices.
func (s *Store) Seed(ctx context.Context, seeds *catalogue.Taxonomy, practices []catalogue.Practice, now time.Time) (r SeedReport, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		r = SeedReport{}
		// Two processes that start at once load one after the other.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('praksis seed'))`); err != nil {
			return err
		}
		touched, changed, err := seedTaxonomy(ctx, tx, seeds.Organisations, seeds.Terms)
		if err != nil {
			return err
		}
		rules, err := seedSynonyms(ctx, tx, seeds.Synonyms)
		if err != nil {
			return err
		}
		changed = changed || rules
		t, ids, err := loadTaxonomy(ctx, tx)
		if err != nil {
			return err
		}
		known, err := loadSeeded(ctx, tx)
		if err != nil {
			return err
		}
		var faults FaultsError
		var writes []revisionWrite
		for i := range practices {
			p := &practices[i]
			for _, f := range review.Check(p, t) {
				faults.add(p.Key, f)
			}
			if len(faults.Faults) > 0 {
				continue
			}
			hash, err := contentHash(p)
			if err != nil {
				return err
			}
			was, known := known[p.Key]
			if !known {
				if was, known, err = adopt(ctx, tx, p.Key, p.Slug); err != nil {
					return err
				}
			}
			switch {
			case !known:
				r.New++
				writes = append(writes, revisionWrite{Practice: p, Hash: hash})
			case was.SeedHash == hash || was.State != string(catalogue.StatePublished):
				r.Unchanged++
			case was.Origin == originSeed:
				r.Changed++
				writes = append(writes, revisionWrite{PracticeID: was.ID, Practice: p, Hash: hash})
			default:
				r.Proposed++
				if err := propose(ctx, tx, was.ID, p, hash, now); err != nil {
					return err
				}
			}
		}
		if len(faults.Faults) > 0 {
			return &faults
		}
		if len(writes) > 0 {
			if err := writeRevisions(ctx, tx, ids, writes, originSeed, now); err != nil {
				return err
			}
			for _, w := range writes {
				touched = append(touched, w.PracticeID)
				if err := remember(ctx, tx, w.Practice.Key, w.PracticeID, w.Hash); err != nil {
					return err
				}
			}
		}
		members, err := seedMemberships(ctx, tx, practices)
		if err != nil {
			return err
		}
		touched = append(touched, members...)
		if !changed && len(touched) == 0 {
			return nil
		}
		slices.Sort(touched)
		return republish(ctx, tx, slices.Compact(touched))
	})
	return r, err
}

type seeded struct {
	SeedKey  string
	ID       int64
	SeedHash string
	State    string
	Origin   string // of the current revision
}

func loadSeeded(ctx context.Context, tx pgx.Tx) (map[string]seeded, error) {
	rows, err := tx.Query(ctx, `
		SELECT s.seed_key, p.id, s.seed_hash, p.state, r.origin FROM seed_practice s
		JOIN practice p ON p.id = s.practice_id JOIN revision r ON r.id = p.revision_id FOR UPDATE OF p`)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[seeded])
	if err != nil {
		return nil, err
	}
	out := make(map[string]seeded, len(list))
	for _, x := range list {
		out[x.SeedKey] = x
	}
	return out, nil
}

// adopt ties a seed to a practice that has its slug already, as after an
// import of an export.
func adopt(ctx context.Context, tx pgx.Tx, key, slug string) (seeded, bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT $2::text AS seed_key, p.id, r.content_hash AS seed_hash, p.state, r.origin
		FROM practice p JOIN revision r ON r.id = p.revision_id WHERE p.slug = $1 FOR UPDATE OF p`, slug, key)
	if err != nil {
		return seeded{}, false, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[seeded])
	if err != nil || len(found) == 0 {
		return seeded{}, false, err
	}
	return found[0], true, remember(ctx, tx, key, found[0].ID, found[0].SeedHash)
}

func remember(ctx context.Context, tx pgx.Tx, key string, practice int64, hash string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO seed_practice (seed_key, practice_id, seed_hash) VALUES ($1, $2, $3)
		ON CONFLICT (seed_key) DO UPDATE SET seed_hash = EXCLUDED.seed_hash`, key, practice, hash)
	return err
}

func propose(ctx context.Context, tx pgx.Tx, practice int64, p *catalogue.Practice, hash string, now time.Time) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO seed_proposal (practice_id, content, seed_hash, proposed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (practice_id) DO UPDATE SET content = EXCLUDED.content, seed_hash = EXCLUDED.seed_hash, proposed_at = EXCLUDED.proposed_at`,
		practice, p, hash, now); err != nil {
		return err
	}
	return remember(ctx, tx, p.Key, practice, hash)
}

// seedMemberships brings the practices' solutions to what the seeds say, by
// what has changed in the seeds since they were last loaded: so that what
// editors add and take out stays so. It returns the practices concerned.
func seedMemberships(ctx context.Context, tx pgx.Tx, practices []catalogue.Practice) (touched []int64, err error) {
	var keys, solutions []string
	for _, p := range practices {
		keys, solutions = append(keys, p.Key), append(solutions, strings.Join(catalogue.Slugs(p.Solutions), " "))
	}
	rows, err := tx.Query(ctx, `
		WITH want AS (SELECT s.seed_key, s.practice_id, s.solutions AS had, string_to_array(t.solutions, ' ') AS has
		              FROM unnest($1::text[], $2::text[]) AS t (seed_key, solutions) JOIN seed_practice s USING (seed_key)
		              WHERE s.solutions <> string_to_array(t.solutions, ' ')),
		     kept AS (UPDATE seed_practice s SET solutions = w.has FROM want w WHERE s.seed_key = w.seed_key),
		     dropped AS (DELETE FROM practice_solution ps USING want w, solution s
		                 WHERE ps.practice_id = w.practice_id AND ps.solution_id = s.id AND s.slug = ANY (w.had) AND NOT s.slug = ANY (w.has)),
		     added AS (INSERT INTO practice_solution (practice_id, solution_id)
		               SELECT w.practice_id, s.id FROM want w JOIN solution s ON s.slug = ANY (w.has) AND NOT s.slug = ANY (w.had)
		               ON CONFLICT DO NOTHING)
		SELECT practice_id FROM want`, keys, solutions)
	return collect(nil, rows, err)
}

// FaultsError tells what is wrong with records that were to be loaded. Nothing
// was written.
type FaultsError struct {
	Faults []RecordFault
	// More is set when there were faults beyond MaxFaults.
	More bool
}

// MaxFaults is how many faults a load reports: enough to mend a file by.
const MaxFaults = 100

// RecordFault is one fault and where it is: a seed's key, or "line 12".
type RecordFault struct {
	Where string
	review.Fault
}

func (e *FaultsError) add(where string, f review.Fault) {
	if len(e.Faults) == MaxFaults {
		e.More = true
		return
	}
	e.Faults = append(e.Faults, RecordFault{where, f})
}

func (e *FaultsError) Error() string {
	s := fmt.Sprintf("nothing loaded: %d faults", len(e.Faults))
	if e.More {
		s = fmt.Sprintf("nothing loaded: more than %d faults", MaxFaults)
	}
	for _, f := range e.Faults {
		s += "\n" + f.Where + ": " + f.Fault.String()
	}
	return s
}
