package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// ImportReport counts what an import did.
type ImportReport struct {
	New, Changed, Unchanged int
}

// importChunk is how many records are written at a time: enough to make COPY
// worth it, few enough that memory does not grow with the file.
const importChunk = 500

// Import writes every record that next gives until io.EOF, all or nothing, in
// one transaction. A record whose slug is known becomes a new revision when it
// says something new. next also says where the record stands ("line 12"); a
// ReadFault of its own tells that the record could not be read. Faults come
// back as a *FaultsError.
//
// Others hardly notice, however long the file: the version is locked only to
// be counted on, and a practice that exists only when the file changes it, after
// all that is new has been written. An editor of such a practice waits for all
// changes, some 0.4 ms each.
//
// Two imports of the same new practices can wait for each other; one is broken
// off then, with catalogue.ErrUnavailable, or with catalogue.ErrConflict when the
// other was faster.
func (s *Store) Import(ctx context.Context, next Records, now time.Time) (r ImportReport, err error) {
	r, err = s.importOnce(ctx, next, now)
	return r, withoutContent("", err)
}

// Records gives the records of an import one by one.
type Records func() (p *catalogue.Practice, where string, err error)

// ImportAgain is Import for what can be read more than once: open gives it from
// the beginning. Where another transaction has broken it off, it is run again.
func (s *Store) ImportAgain(ctx context.Context, open func() (Records, error), now time.Time) (ImportReport, error) {
	for try := 1; ; try++ {
		next, err := open()
		if err != nil {
			return ImportReport{}, err
		}
		r, err := s.importOnce(ctx, next, now)
		if err == nil || !brokenOff(err) || try == writeTries {
			return r, withoutContent("", err)
		}
		if err := s.pause(ctx, try, err); err != nil {
			return ImportReport{}, withoutContent("", err)
		}
	}
}

func (s *Store) importOnce(ctx context.Context, next Records, now time.Time) (r ImportReport, err error) {
	err = s.writeOnce(ctx, func(tx pgx.Tx) error { // next gives each record once
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		im, err := newImporter(ctx, tx, now)
		if err != nil {
			return err
		}
		for {
			p, where, err := next()
			if errors.Is(err, io.EOF) {
				break
			}
			if fault, ok := errors.AsType[*ReadFault](err); ok {
				im.faults.add(where, fault.Fault)
			} else if err != nil {
				return err
			} else if err := im.add(ctx, p, where); err != nil {
				return err
			}
			if im.faults.More {
				break
			}
		}
		if err := im.flush(ctx); err != nil {
			return err
		}
		if err := im.revise(ctx); err != nil {
			return err
		}
		if len(im.faults.Faults) > 0 {
			return &im.faults
		}
		r = im.report
		if r.New+r.Changed == 0 {
			return nil
		}
		return stampReserved(ctx, tx, im.version, r.New+r.Changed > importChunk)
	})
	return r, err
}

// ReadFault is a record that could not be read at all.
type ReadFault struct{ review.Fault }

func (e *ReadFault) Error() string { return e.Fault.String() }

type importer struct {
	tx       pgx.Tx
	taxonomy *catalogue.Taxonomy
	ids      *referenceIDs
	now      time.Time
	version  int64 // reserved: see reserveVersion
	pending  []pendingRecord
	faults   FaultsError
	report   ImportReport
}

type pendingRecord struct {
	p     *catalogue.Practice
	where string
	named bool // the record names its slug itself
}

// newImporter also makes the tables that hold what would else grow in memory:
// which record has a slug, and the records that change a practice.
func newImporter(ctx context.Context, tx pgx.Tx, now time.Time) (*importer, error) {
	t, ids, err := loadTaxonomy(ctx, tx)
	if err != nil {
		return nil, err
	}
	im := &importer{tx: tx, taxonomy: t, ids: ids, now: now}
	for _, sql := range []string{
		// Plans are made once and kept, those of constraints and triggers too.
		// One made while the tables are small reads them whole ever after,
		// although this transaction makes them large.
		`SET LOCAL enable_seqscan = off`, `SET LOCAL jit = off`, `DISCARD PLANS`,
		`CREATE TEMPORARY TABLE import_slug (slug text PRIMARY KEY, place text NOT NULL) ON COMMIT DROP`,
		`CREATE TEMPORARY TABLE import_change (practice_id bigint PRIMARY KEY, place text NOT NULL, content_hash text NOT NULL, record text NOT NULL) ON COMMIT DROP`,
	} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return nil, err
		}
	}
	im.version, err = reserveVersion(ctx, tx)
	return im, err
}

func (im *importer) add(ctx context.Context, p *catalogue.Practice, where string) error {
	named := p.Slug != ""
	for _, f := range review.Check(p, im.taxonomy) {
		im.faults.add(where, f)
	}
	if len(im.faults.Faults) > 0 {
		return nil // only to find the other faults
	}
	im.pending = append(im.pending, pendingRecord{p, where, named})
	if len(im.pending) < importChunk {
		return nil
	}
	return im.flush(ctx)
}

type existing struct {
	ID           int64
	Slug         string
	Organisation string
	State        string
	ContentHash  string
}

// flush writes what is new of what is pending and puts changes aside, unless
// there are faults.
func (im *importer) flush(ctx context.Context) error {
	if len(im.pending) == 0 || len(im.faults.Faults) > 0 {
		return nil
	}
	slugs := im.pendingSlugs()
	known, err := im.lookUp(ctx, slugs)
	if err != nil {
		return err
	}
	taken, err := im.takenSlugs(ctx, slugs)
	if err != nil {
		return err
	}
	var writes []revisionWrite
	var takes [][]any
	var changes []changedRecord
	changed := map[int64]string{} // practice to the place of the record that changes it
	for _, x := range im.pending {
		if !x.named {
			x.p.Slug = freeSlug(x.p, known, taken)
		}
		if first, again := taken[x.p.Slug]; again {
			im.faults.add(x.where, review.SlugTwice(x.p.Slug, first))
			continue
		}
		taken[x.p.Slug] = x.where
		takes = append(takes, []any{x.p.Slug, x.where})
		hash := x.p.ContentHash()
		was, exists := known[x.p.Slug]
		switch {
		case !exists:
			im.report.New++
			writes = append(writes, revisionWrite{Practice: x.p, Hash: hash})
		case was.State != string(catalogue.StatePublished):
			im.faults.add(x.where, review.NotPublished(x.p.Slug, catalogue.State(was.State)))
		case was.ContentHash == hash:
			im.report.Unchanged++
		case changed[was.ID] != "": // by its former slug, and by its present one
			im.faults.add(x.where, review.SlugTwice(x.p.Slug, changed[was.ID]))
		default:
			changed[was.ID] = x.where
			record, err := json.Marshal(x.p)
			if err != nil {
				return err
			}
			changes = append(changes, changedRecord{was.ID, x.where, hash, record, x.p.Slug})
		}
	}
	im.pending = im.pending[:0]
	if len(im.faults.Faults) > 0 {
		return nil
	}
	if _, err := im.tx.CopyFrom(ctx, pgx.Identifier{"import_slug"}, []string{"slug", "place"}, pgx.CopyFromRows(takes)); err != nil {
		return err
	}
	if err := im.stageChanges(ctx, changes); err != nil {
		return err
	}
	return im.publish(ctx, writes)
}

// publish writes revisions with their part of the read model.
func (im *importer) publish(ctx context.Context, writes []revisionWrite) error {
	if len(writes) == 0 {
		return nil
	}
	if err := writeRevisions(ctx, im.tx, im.ids, writes, originImport, im.now); err != nil {
		return err
	}
	ids := make([]int64, len(writes))
	for i, w := range writes {
		ids[i] = w.PracticeID
	}
	if err := checkWritable(im.tx, ids); err != nil {
		return err
	}
	// What is checked at the end of a transaction is checked here instead: at
	// its end it would take seconds, with the version's lock held.
	for _, when := range []string{"IMMEDIATE", "DEFERRED"} {
		if _, err := im.tx.Exec(ctx, `SET CONSTRAINTS practice_id_revision_id_fkey, revision_practice_id_fkey `+when); err != nil {
			return err
		}
	}
	return writePublic(ctx, im.tx, ids, im.version)
}

func (im *importer) pendingSlugs() (slugs []string) {
	for _, x := range im.pending {
		slugs = append(slugs, x.p.Slug)
		if !x.named {
			slugs = append(slugs, slugCandidates(x.p)...)
		}
	}
	return slugs
}

// lookUp finds the practices that have slugs, now or formerly.
func (im *importer) lookUp(ctx context.Context, slugs []string) (map[string]existing, error) {
	rows, _ := im.tx.Query(ctx, `
		SELECT p.id, want.slug, o.slug::text AS organisation, p.state, r.content_hash
		FROM (SELECT DISTINCT unnest($1::text[]) AS slug) want
		LEFT JOIN practice now ON now.slug = want.slug LEFT JOIN practice_slug old ON old.slug = want.slug
		JOIN practice p ON p.id = coalesce(now.id, old.practice_id)
		JOIN revision r ON r.id = p.revision_id JOIN organisation o ON o.id = (r.content -> 'organisation' ->> 'id')::bigint`, slugs)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[existing])
	if err != nil {
		return nil, err
	}
	out := make(map[string]existing, len(list))
	for _, x := range list {
		out[x.Slug] = x
	}
	return out, nil
}

// takenSlugs tells where the earlier records of the file stand that have slugs.
func (im *importer) takenSlugs(ctx context.Context, slugs []string) (map[string]string, error) {
	rows, _ := im.tx.Query(ctx, `SELECT slug, place FROM import_slug WHERE slug = ANY ($1)`, slugs)
	return collectMap[string, string](rows)
}

// maxSameTitle bounds how many records of one title and organisation an import
// can tell apart without slugs of their own.
const maxSameTitle = 20

// slugCandidates are the slugs that a record without one may get: its title,
// with its organisation, then numbered.
func slugCandidates(p *catalogue.Practice) []string {
	org := cut(p.Organisation.Slug, 30)
	title := catalogue.Slugify(p.Title)
	withOrg := cut(title, catalogue.MaxSlug-len(org)-1) + "-" + org
	out := []string{title, withOrg}
	for i := 2; i <= maxSameTitle; i++ {
		n := fmt.Sprint("-", i)
		out = append(out, cut(withOrg, catalogue.MaxSlug-len(n))+n)
	}
	return out
}

// freeSlug is the first candidate that no other organisation's practice and no
// earlier record of the file has; so the same file gives the same slugs again.
func freeSlug(p *catalogue.Practice, known map[string]existing, takenBy map[string]string) string {
	candidates := slugCandidates(p)
	for _, s := range candidates {
		was, exists := known[s]
		if _, taken := takenBy[s]; !taken && (!exists || was.Organisation == p.Organisation.Slug) {
			return s
		}
	}
	return candidates[len(candidates)-1]
}

func cut(s string, n int) string {
	for len(s) > n || len(s) > 0 && s[len(s)-1] == '-' {
		s = s[:len(s)-1]
	}
	return s
}
