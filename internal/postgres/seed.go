package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// SeedReport counts what a run of the loader did with the practices.
type SeedReport struct {
	New, Changed, Proposed, Unchanged int
	// Current tells that these seeds were loaded before: nothing was read.
	Current bool
	// Older tells that seeds with a higher number were loaded before, and which:
	// nothing was read. Else it is 0.
	Older int
}

// SeedVersion tells seeds from others: by their hash, and by a number that grows
// whenever they change, so that a program does not take back what a newer one
// has loaded. Number 0 is none, and older than nothing.
type SeedVersion struct {
	Hash   string
	Number int
}

// SeedOnce brings the taxonomy and the practices to what the seeds say, in one
// transaction and by the rules of a submission. By domain.md a changed seed
// becomes a new revision only while the current one is the loader's own,
// otherwise it waits as a proposal, and what editors withdrew, merged or
// removed stays so. A *FaultsError says what is wrong with the practices; other
// errors name the record and the rule that it breaks, and not what it says.
//
// Where the seeds with this hash, or newer ones, were loaded last, it asks no more
// than that, does not call load, and locks nothing. Else nothing is locked that
// does not change, so that a load does not wait for an editor or an import that
// works on something else.
func (s *Store) SeedOnce(ctx context.Context, v SeedVersion, load func() (*catalogue.Taxonomy, []catalogue.Practice, error), now time.Time) (SeedReport, error) {
	r, err := lastLoad(ctx, s.pool, v)
	if err != nil || r.Current || r.Older > 0 {
		return r, mapped(err)
	}
	t, practices, err := load()
	if err != nil {
		return SeedReport{}, err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		r = SeedReport{}
		// Two processes that start at once load one after the other.
		if err := lockTaxonomy(ctx, tx); err != nil {
			return err
		}
		if r, err = lastLoad(ctx, tx, v); err != nil || r.Current || r.Older > 0 { // another process was faster
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO seed_load (hash, number, loaded_at) VALUES ($1, $2, $3)
			ON CONFLICT (one) DO UPDATE SET hash = EXCLUDED.hash, number = greatest(seed_load.number, EXCLUDED.number), loaded_at = EXCLUDED.loaded_at`,
			v.Hash, v.Number, now); err != nil {
			return err
		}
		return loadSeeds(ctx, tx, t, practices, now, &r)
	})
	return r, withoutContent("", err)
}

// lastLoad compares seeds with those that were loaded last.
func lastLoad(ctx context.Context, q interface {
	QueryRow(context.Context, string, ...any) pgx.Row
}, v SeedVersion) (r SeedReport, err error) {
	err = q.QueryRow(ctx, `SELECT hash = $1, CASE WHEN hash <> $1 AND $2 > 0 AND number > $2 THEN number ELSE 0 END FROM seed_load`, v.Hash, v.Number).Scan(&r.Current, &r.Older)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return r, err
}

// Seed is SeedOnce for seeds that have no hash: they are loaded, whatever was
// loaded last.
func (s *Store) Seed(ctx context.Context, t *catalogue.Taxonomy, practices []catalogue.Practice, now time.Time) (SeedReport, error) {
	return s.SeedOnce(ctx, SeedVersion{Hash: rand.Text()}, func() (*catalogue.Taxonomy, []catalogue.Practice, error) { return t, practices, nil }, now)
}

func loadSeeds(ctx context.Context, tx pgx.Tx, seeds *catalogue.Taxonomy, practices []catalogue.Practice, now time.Time, r *SeedReport) error {
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
	for i := range practices {
		leaveOutRetired(&practices[i], t)
	}
	var faults FaultsError
	hashes := make([]string, len(practices))
	for i := range practices {
		p := &practices[i]
		for _, f := range review.Check(p, t) {
			faults.add(p.Key, f)
		}
		hashes[i] = p.ContentHash()
	}
	if len(faults.Faults) > 0 {
		return &faults
	}
	documents, more, err := seedDocuments(ctx, tx, practices)
	if err != nil {
		return err
	}
	touched, changed = append(touched, documents...), changed || more

	// First without locks, to see which practices change. Then their locks, in
	// the order of IDs, and the look again: an editor may have been at work.
	known, err := loadSeeded(ctx, tx, practices)
	if err != nil {
		return err
	}
	members, err := changedMemberships(ctx, tx, practices)
	if err != nil {
		return err
	}
	plan := planSeeds(practices, hashes, known, nil)
	lock := slices.Concat(touched, members, plan.existing())
	if len(lock) > 0 {
		if err := lockPractices(ctx, tx, lock...); err != nil {
			return err
		}
		if known, err = loadSeeded(ctx, tx, practices); err != nil {
			return err
		}
		plan = planSeeds(practices, hashes, known, lock)
	}
	*r = plan.report

	for _, x := range plan.adopted {
		if err := recordSeed(ctx, tx, x.SeedKey, x.ID, x.SeedHash); err != nil {
			return withoutContent(x.SeedKey, err)
		}
	}
	for _, x := range plan.proposals {
		if err := propose(ctx, tx, x.PracticeID, x.Practice, x.Hash, now); err != nil {
			return withoutContent(x.Practice.Key, err)
		}
	}
	if err := writeSeedRevisions(ctx, tx, ids, plan.writes, now); err != nil {
		return err
	}
	for _, w := range plan.writes {
		touched = append(touched, w.PracticeID)
		if err := recordSeed(ctx, tx, w.Practice.Key, w.PracticeID, w.Hash); err != nil {
			return withoutContent(w.Practice.Key, err)
		}
	}
	if members, err = seedMemberships(ctx, tx, practices); err != nil {
		return err
	}
	touched = append(touched, members...)
	if !changed && len(touched) == 0 {
		return nil
	}
	slices.Sort(touched)
	return republish(ctx, tx, slices.Compact(touched))
}

// leaveOutRetired takes the terms out of a seed that editors have retired: they do not
// come back.
func leaveOutRetired(p *catalogue.Practice, t *catalogue.Taxonomy) {
	for v := range p.Values() {
		refs := v.Terms()
		if refs == nil {
			continue
		}
		gone := func(r catalogue.TermRef) bool {
			_, retired := t.RetiredTerm(v.Vocabulary, r.Slug)
			return retired
		}
		if slices.ContainsFunc(*refs, gone) {
			*refs = slices.DeleteFunc(slices.Clone(*refs), gone)
		}
	}
}

// seeded is a practice that came from a seed, or has the slug of one.
type seeded struct {
	SeedKey  string
	ID       int64
	SeedHash string
	State    string
	Origin   string // of the current revision
	Adopt    bool   // it has the seed's slug, as after an import of an export, and is not tied to it yet
}

// loadSeeded reads what there is of the seeds, by key. It locks nothing.
func loadSeeded(ctx context.Context, tx pgx.Tx, practices []catalogue.Practice) (map[string]seeded, error) {
	keys, slugs := make([]string, len(practices)), make([]string, len(practices))
	for i, p := range practices {
		keys[i], slugs[i] = p.Key, p.Slug
	}
	rows, _ := tx.Query(ctx, `
		SELECT w.key AS seed_key, p.id, coalesce(s.seed_hash, r.content_hash) AS seed_hash, p.state, r.origin, s.seed_key IS NULL AS adopt
		FROM unnest($1::text[], $2::text[]) AS w (key, slug)
		LEFT JOIN seed_practice s ON s.seed_key = w.key
		JOIN practice p ON p.id = s.practice_id OR s.seed_key IS NULL AND p.slug = w.slug
		JOIN revision r ON r.id = p.revision_id`, keys, slugs)
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

// seedPlan is what a load does with the practices.
type seedPlan struct {
	report            SeedReport
	adopted           []seeded
	writes, proposals []revisionWrite
}

// planSeeds compares the practices with what there is. With locked, which are
// IDs, it leaves every other practice that exists as it is: the next load of
// changed seeds sees to it.
func planSeeds(practices []catalogue.Practice, hashes []string, known map[string]seeded, locked []int64) (plan seedPlan) {
	may := func(id int64) bool { return locked == nil || slices.Contains(locked, id) }
	for i := range practices {
		p := &practices[i]
		was, exists := known[p.Key]
		if exists && was.Adopt && may(was.ID) {
			plan.adopted = append(plan.adopted, was)
		}
		switch w := (revisionWrite{PracticeID: was.ID, Practice: p, Hash: hashes[i]}); {
		case !exists:
			plan.report.New++
			plan.writes = append(plan.writes, w)
		case was.SeedHash == hashes[i] || was.State != string(catalogue.StatePublished) || !may(was.ID):
			plan.report.Unchanged++
		case was.Origin == originSeed:
			plan.report.Changed++
			plan.writes = append(plan.writes, w)
		default:
			plan.report.Proposed++
			plan.proposals = append(plan.proposals, w)
		}
	}
	return plan
}

// existing are the practices that the plan changes.
func (p *seedPlan) existing() (ids []int64) {
	for _, x := range p.adopted {
		ids = append(ids, x.ID)
	}
	for _, w := range slices.Concat(p.writes, p.proposals) {
		if w.PracticeID != 0 {
			ids = append(ids, w.PracticeID)
		}
	}
	return ids
}

// writeSeedRevisions writes all revisions at once; when the database refuses
// that, one by one, to tell which practice it is.
func writeSeedRevisions(ctx context.Context, tx pgx.Tx, ids *referenceIDs, writes []revisionWrite, now time.Time) error {
	if len(writes) == 0 {
		return nil
	}
	attempt := func(some []revisionWrite) error {
		before := slices.Clone(some)
		err := pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error { // a savepoint
			if err := writeRevisions(ctx, tx, ids, some, originSeed, now); err != nil {
				return err
			}
			// What is checked at the end of the transaction could not be told apart there.
			_, err := tx.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED`)
			return err
		})
		if err != nil {
			copy(some, before) // without the IDs of practices that are not there
		}
		return err
	}
	all := attempt(writes)
	if !refused(all) {
		return all
	}
	for i := range writes {
		if err := attempt(writes[i : i+1]); err != nil {
			return withoutContent(writes[i].Practice.Key, err)
		}
	}
	return withoutContent("practices", all)
}

func recordSeed(ctx context.Context, tx pgx.Tx, key string, practice int64, hash string) error {
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
	return recordSeed(ctx, tx, p.Key, practice, hash)
}

// membershipsWanted are the seeds whose solutions have changed since they were
// last loaded. Its arguments are those of seedSolutions.
const membershipsWanted = `
	SELECT s.seed_key, s.practice_id, s.solutions AS had, string_to_array(t.solutions, ' ') AS has
	FROM unnest($1::text[], $2::text[]) AS t (seed_key, solutions) JOIN seed_practice s USING (seed_key)
	WHERE s.solutions <> string_to_array(t.solutions, ' ')`

func seedSolutions(practices []catalogue.Practice) (keys, solutions []string) {
	for _, p := range practices {
		keys, solutions = append(keys, p.Key), append(solutions, strings.Join(catalogue.Slugs(p.Solutions), " "))
	}
	return keys, solutions
}

// changedMemberships are the practices that seedMemberships would change.
func changedMemberships(ctx context.Context, tx pgx.Tx, practices []catalogue.Practice) ([]int64, error) {
	keys, solutions := seedSolutions(practices)
	rows, _ := tx.Query(ctx, `SELECT practice_id FROM (`+membershipsWanted+`) want`, keys, solutions)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// seedMemberships brings the practices' solutions to what the seeds say, by
// what has changed in the seeds since they were last loaded: so that what
// editors add and take out stays so. It returns the practices concerned.
func seedMemberships(ctx context.Context, tx pgx.Tx, practices []catalogue.Practice) (touched []int64, err error) {
	keys, solutions := seedSolutions(practices)
	rows, _ := tx.Query(ctx, `
		WITH want AS (`+membershipsWanted+`),
		     kept AS (UPDATE seed_practice s SET solutions = w.has FROM want w WHERE s.seed_key = w.seed_key),
		     dropped AS (DELETE FROM practice_solution ps USING want w, solution s
		                 WHERE ps.practice_id = w.practice_id AND ps.solution_id = s.id AND s.slug = ANY (w.had) AND NOT s.slug = ANY (w.has)),
		     added AS (INSERT INTO practice_solution (practice_id, solution_id)
		               SELECT w.practice_id, s.id FROM want w JOIN solution s ON s.slug = ANY (w.has) AND NOT s.slug = ANY (w.had)
		               ON CONFLICT DO NOTHING)
		SELECT practice_id FROM want`, keys, solutions)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
