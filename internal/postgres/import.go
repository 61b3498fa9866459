package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
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
// review.Fault of its own tells that the record could not be read. Faults come
// back as a *FaultsError.
func (s *Store) Import(ctx context.Context, next func() (p *catalogue.Practice, where string, err error), now time.Time) (r ImportReport, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		t, ids, err := loadTaxonomy(ctx, tx)
		if err != nil {
			return err
		}
		im := &importer{tx: tx, taxonomy: t, names: ids, now: now, taken: map[string]string{}}
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
		if len(im.faults.Faults) > 0 {
			return &im.faults
		}
		r = im.report
		if len(im.touched) == 0 {
			return nil
		}
		slices.Sort(im.touched)
		return stamp(ctx, tx, im.touched)
	})
	return r, err
}

// ReadFault is a record that could not be read at all.
type ReadFault struct{ review.Fault }

func (e *ReadFault) Error() string { return e.Fault.String() }

type importer struct {
	tx       pgx.Tx
	taxonomy *catalogue.Taxonomy
	names    *names
	now      time.Time
	taken    map[string]string // slug to the place of the record that has it
	pending  []pendingRecord
	touched  []int64
	faults   FaultsError
	report   ImportReport
}

type pendingRecord struct {
	p     *catalogue.Practice
	where string
	named bool // the record names its slug itself
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

// flush writes what is pending, unless there are faults.
func (im *importer) flush(ctx context.Context) error {
	if len(im.pending) == 0 || len(im.faults.Faults) > 0 {
		return nil
	}
	known, err := im.lookUp(ctx)
	if err != nil {
		return err
	}
	var writes []revisionWrite
	for _, x := range im.pending {
		if !x.named {
			x.p.Slug = im.freeSlug(x.p, known)
		}
		if first, again := im.taken[x.p.Slug]; again {
			im.faults.add(x.where, review.Fault{Field: "slug", Message: fmt.Sprintf("Adressen »%s« er også brugt i %s. Giv dem hver sin.", x.p.Slug, first)})
			continue
		}
		im.taken[x.p.Slug] = x.where
		hash, err := contentHash(x.p)
		if err != nil {
			return err
		}
		was, exists := known[x.p.Slug]
		switch {
		case !exists:
			im.report.New++
			writes = append(writes, revisionWrite{Practice: x.p, Hash: hash})
		case was.State != string(catalogue.StatePublished):
			im.faults.add(x.where, review.Fault{Field: "slug", Message: fmt.Sprintf(
				"Eksemplet »%s« er ikke længere udgivet her (%s), så det kan ikke indlæses. Tag linjen ud.", x.p.Slug, catalogue.States.Label(catalogue.State(was.State)))})
		case was.ContentHash == hash:
			im.report.Unchanged++
		default:
			im.report.Changed++
			writes = append(writes, revisionWrite{PracticeID: was.ID, Practice: x.p, Hash: hash})
		}
	}
	im.pending = im.pending[:0]
	if len(writes) == 0 || len(im.faults.Faults) > 0 {
		return nil
	}
	if err := writeRevisions(ctx, im.tx, im.names, writes, originImport, im.now); err != nil {
		return err
	}
	chunk := make([]int64, len(writes))
	for i, w := range writes {
		chunk[i] = w.PracticeID
	}
	im.touched = append(im.touched, chunk...)
	return writePublic(ctx, im.tx, chunk)
}

// lookUp finds the practices that the pending records may be about, by present
// or former slug, and locks them.
func (im *importer) lookUp(ctx context.Context) (map[string]existing, error) {
	var slugs []string
	for _, x := range im.pending {
		slugs = append(slugs, x.p.Slug)
		if !x.named {
			slugs = append(slugs, slugCandidates(x.p)...)
		}
	}
	rows, err := im.tx.Query(ctx, `
		SELECT p.id, want.slug, o.slug::text AS organisation, p.state, r.content_hash
		FROM (SELECT DISTINCT unnest($1::text[]) AS slug) want
		LEFT JOIN practice_slug old ON old.slug = want.slug
		JOIN practice p ON p.slug = want.slug OR p.id = old.practice_id
		JOIN revision r ON r.id = p.revision_id JOIN organisation o ON o.id = r.organisation_id
		FOR UPDATE OF p`, slugs)
	if err != nil {
		return nil, err
	}
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
func (im *importer) freeSlug(p *catalogue.Practice, known map[string]existing) string {
	candidates := slugCandidates(p)
	for _, s := range candidates {
		was, exists := known[s]
		if _, taken := im.taken[s]; !taken && (!exists || was.Organisation == p.Organisation.Slug) {
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
