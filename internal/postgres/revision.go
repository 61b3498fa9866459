package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// Origins of a revision.
const (
	originSeed   = "seed"
	originImport = "import"
)

// revisionWrite is a new revision of a practice, checked by package review.
type revisionWrite struct {
	PracticeID int64 // 0 for a practice that is new
	Practice   *catalogue.Practice
	Hash       string
}

func contentHash(p *catalogue.Practice) (string, error) { return p.ContentHash(), nil }

func hashText(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// writeRevisions writes any number of revisions set by set, sets PracticeID of
// new practices, and leaves read model and version to the caller. The rows of
// practices that exist must be locked.
func writeRevisions(ctx context.Context, tx pgx.Tx, ids *names, writes []revisionWrite, origin string, now time.Time) error {
	fresh, findings := 0, 0
	for _, w := range writes {
		if w.PracticeID == 0 {
			fresh++
		}
		findings += len(w.Practice.Findings)
	}
	practiceIDs, err := reserve(ctx, tx, "practice", fresh)
	if err != nil {
		return err
	}
	revisionIDs, err := reserve(ctx, tx, "revision", len(writes))
	if err != nil {
		return err
	}
	findingIDs, err := reserve(ctx, tx, "finding", findings)
	if err != nil {
		return err
	}
	number, err := nextNumbers(ctx, tx, writes)
	if err != nil {
		return err
	}
	var t tables
	var moved [2][]int64 // practices that exist, and their new revisions
	for i := range writes {
		w := &writes[i]
		if w.PracticeID == 0 {
			w.PracticeID, practiceIDs = practiceIDs[0], practiceIDs[1:]
			first := now
			if w.Practice.FirstPublished != nil && w.Practice.FirstPublished.Before(now) {
				first = *w.Practice.FirstPublished
			}
			t.practice = append(t.practice, []any{w.PracticeID, w.Practice.Slug, string(catalogue.StatePublished), revisionIDs[i], first, day(w.Practice.ReviewBy)})
		} else {
			moved[0], moved[1] = append(moved[0], w.PracticeID), append(moved[1], revisionIDs[i])
		}
		n := len(w.Practice.Findings)
		t.add(ids, w, revisionIDs[i], findingIDs[:n], number[w.PracticeID]+1, origin, now)
		findingIDs = findingIDs[n:]
	}
	if err := t.copyTo(ctx, tx); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE practice p SET revision_id = m.revision FROM unnest($1::bigint[], $2::bigint[]) AS m (practice, revision)
		WHERE p.id = m.practice`, moved[0], moved[1])
	return err
}

func nextNumbers(ctx context.Context, tx pgx.Tx, writes []revisionWrite) (map[int64]int, error) {
	var existing []int64
	for _, w := range writes {
		if w.PracticeID != 0 {
			existing = append(existing, w.PracticeID)
		}
	}
	out := map[int64]int{}
	rows, err := tx.Query(ctx, `SELECT practice_id, max(number) FROM revision WHERE practice_id = ANY ($1) GROUP BY 1`, existing)
	if err != nil {
		return nil, err
	}
	var id int64
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error { out[id] = n; return nil })
	return out, err
}

// reserve takes n numbers of a table's identity column.
func reserve(ctx context.Context, tx pgx.Tx, table string, n int) ([]int64, error) {
	rows, err := tx.Query(ctx, `SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2)`, table, n)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// tables collects the rows of revisions for COPY, table by table.
type tables struct {
	practice, revision, partner, term, source, finding, findingTerm, retention, link, solution [][]any
}

func (t *tables) add(ids *names, w *revisionWrite, revision int64, findings []int64, number int, origin string, now time.Time) {
	p := w.Practice
	periods := make([]string, len(p.Periods))
	for i, x := range p.Periods {
		periods[i] = string(x)
	}
	legal := p.LegalBasis
	if legal == nil {
		legal = []string{}
	}
	t.revision = append(t.revision, []any{revision, w.PracticeID, number, origin, w.Hash, now, string(p.Kind), p.Title, p.Summary,
		ids.organisations[p.Organisation.Slug], p.Provider, p.Answers.Done, p.Answers.Worked, p.Answers.ForWhom, p.Answers.Spread,
		p.Answers.Retention, p.Answers.Other, p.Answers.Quality, p.Resources, p.Contact, periods, null(p.PeriodFrom), null(p.PeriodTo),
		p.NeedsRestrictions, legal})
	for i, o := range p.Partners {
		t.partner = append(t.partner, []any{revision, i + 1, ids.organisations[o.Slug]})
	}
	for _, of := range []struct {
		role       string
		vocabulary catalogue.Vocabulary
		refs       []catalogue.TermRef
	}{
		{"has", catalogue.TargetGroup, p.TargetGroups}, {"has", catalogue.ContactForm, p.ContactForms},
		{"has", catalogue.Perspective, p.Perspectives}, {"has", catalogue.Theme, p.Themes},
		{"has", catalogue.Precondition, p.Preconditions}, {"transfer", catalogue.TargetGroup, p.TransferTo},
	} {
		for i, r := range of.refs {
			t.term = append(t.term, []any{revision, of.role, string(of.vocabulary), i + 1, ids.terms[of.vocabulary][r.Slug]})
		}
	}
	for i, s := range p.Sources {
		t.source = append(t.source, []any{revision, i + 1, string(s.Kind), s.Document, s.Publisher, null(s.Date), s.Place, null(s.URL)})
	}
	for i, f := range p.Findings {
		var source any
		if f.Source > 0 {
			source = f.Source
		}
		t.finding = append(t.finding, []any{findings[i], revision, f.Key, i + 1, string(f.Effect), null(f.Voice), f.Condition, f.Text, source})
		for v, refs := range map[catalogue.Vocabulary][]catalogue.TermRef{catalogue.TargetGroup: f.TargetGroups, catalogue.ContactForm: f.ContactForms} {
			for j, r := range refs {
				t.findingTerm = append(t.findingTerm, []any{findings[i], string(v), j + 1, ids.terms[v][r.Slug]})
			}
		}
	}
	for i, r := range p.Retention {
		t.retention = append(t.retention, []any{revision, i + 1, null(r.Status), r.Note, r.DecidedBy, null(r.AsOf)})
	}
	for i, l := range p.Links {
		t.link = append(t.link, []any{revision, i + 1, l.Label, l.URL})
	}
	if number == 1 { // membership is editorial: a record only proposes it once
		for _, s := range p.Solutions {
			t.solution = append(t.solution, []any{w.PracticeID, ids.terms[catalogue.SolutionList][s.Slug]})
		}
	}
}

func (t *tables) copyTo(ctx context.Context, tx pgx.Tx) error {
	for _, x := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"practice", []string{"id", "slug", "state", "revision_id", "first_published", "review_by"}, t.practice},
		{"revision", []string{"id", "practice_id", "number", "origin", "content_hash", "created_at", "kind", "title", "summary",
			"organisation_id", "provider", "done", "worked", "for_whom", "spread", "retention", "other", "quality", "resources", "contact",
			"periods", "period_from", "period_to", "needs_restrictions", "legal_basis"}, t.revision},
		{"revision_partner", []string{"revision_id", "position", "organisation_id"}, t.partner},
		{"revision_term", []string{"revision_id", "role", "vocabulary", "position", "term_id"}, t.term},
		{"source", []string{"revision_id", "position", "kind", "document", "publisher", "dated", "place", "url"}, t.source},
		{"finding", []string{"id", "revision_id", "key", "position", "effect", "voice", "condition", "text", "source_position"}, t.finding},
		{"finding_term", []string{"finding_id", "vocabulary", "position", "term_id"}, t.findingTerm},
		{"retention", []string{"revision_id", "position", "status", "note", "decided_by", "as_of"}, t.retention},
		{"link", []string{"revision_id", "position", "label", "url"}, t.link},
		{"practice_solution", []string{"practice_id", "solution_id"}, t.solution},
	} {
		if len(x.rows) == 0 {
			continue
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{x.table}, x.columns, pgx.CopyFromRows(x.rows)); err != nil {
			return err
		}
	}
	return nil
}

// null is nil for an empty text.
func null[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

func day(d catalogue.Date) any {
	if t, ok := d.Start(); ok {
		return t
	}
	return nil
}
