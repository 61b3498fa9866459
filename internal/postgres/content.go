package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// content is a practice as a revision holds it: the JSON of its content, with
// references by ID. It fails for a reference that review has not resolved.
func (n *referenceIDs) content(p *catalogue.Practice) ([]byte, error) {
	c := p.Clone()
	for v := range c.Values() {
		switch refs, o := v.Terms(), v.Organisation(); {
		case !v.Content:
			v.Clear()
		case refs != nil:
			for i, r := range *refs {
				id := n.terms[v.Vocabulary][r.Slug]
				if id == 0 {
					return nil, fmt.Errorf("%s: no term %q of %s", v.Path(), r.Slug, v.Vocabulary)
				}
				(*refs)[i] = catalogue.TermRef{ID: id}
			}
		case o != nil:
			id := n.organisations[o.Slug]
			if id == 0 {
				return nil, fmt.Errorf("%s: no organisation %q", v.Path(), o.Slug)
			}
			*o = catalogue.OrganisationRef{ID: id}
		}
	}
	return json.Marshal(&c)
}

// labels are what references by ID are called: merged terms and solutions as their
// successors. Sources that say what a document says follow it.
type labels struct {
	terms         map[int64]catalogue.TermRef // of all vocabularies
	solutions     map[int64]catalogue.TermRef
	organisations map[int64]catalogue.OrganisationRef
	documents     map[string]catalogue.Source // by the hashes of all that they have said
}

// labelsOf reads the labels of a table's rows, those of the last successor.
const labelsOf = `
	WITH RECURSIVE follow AS (
	  SELECT id, slug, label, successor_id FROM %[1]s WHERE successor_id IS NULL
	  UNION ALL SELECT t.id, f.slug, f.label, t.successor_id FROM %[1]s t JOIN follow f ON t.successor_id = f.id
	) SELECT id, slug::text, label FROM follow`

func loadLabels(ctx context.Context, tx pgx.Tx) (*labels, error) {
	l := &labels{terms: map[int64]catalogue.TermRef{}, solutions: map[int64]catalogue.TermRef{}, organisations: map[int64]catalogue.OrganisationRef{}, documents: map[string]catalogue.Source{}}
	for table, to := range map[string]map[int64]catalogue.TermRef{"term": l.terms, "solution": l.solutions} {
		rows, _ := tx.Query(ctx, fmt.Sprintf(labelsOf, table))
		var id int64
		var r catalogue.TermRef
		if _, err := pgx.ForEachRow(rows, []any{&id, &r.Slug, &r.Label}, func() error { to[id] = r; return nil }); err != nil {
			return nil, err
		}
	}
	rows, _ := tx.Query(ctx, `SELECT id, slug::text, coalesce(code, ''), name, short_name, kind FROM organisation`)
	var id int64
	var o catalogue.OrganisationRef
	if _, err := pgx.ForEachRow(rows, []any{&id, &o.Slug, &o.Code, &o.Name, &o.ShortName, &o.Kind}, func() error { l.organisations[id] = o; return nil }); err != nil {
		return nil, err
	}
	rows, _ = tx.Query(ctx, `
		SELECT t.hash, d.kind, d.document, d.publisher, d.date, d.about, d.asked FROM source_document_text t JOIN source_document d ON d.id = t.document_id WHERE NOT d.retired`)
	var hash string
	var s catalogue.Source
	_, err := pgx.ForEachRow(rows, []any{&hash, &s.Kind, &s.Document, &s.Publisher, &s.Date, &s.About, &s.Asked}, func() error { l.documents[hash] = s; return nil })
	return l, err
}

// resolve names what a revision's content refers to.
func (l *labels) resolve(p *catalogue.Practice) {
	for v := range p.Values() {
		if o := v.Organisation(); o != nil && o.ID != 0 {
			*o = l.organisations[o.ID]
		}
		refs := v.Terms()
		if refs == nil {
			continue
		}
		of := l.terms
		if v.Vocabulary == catalogue.SolutionList {
			of = l.solutions
		}
		for i, r := range *refs {
			if r.ID != 0 {
				(*refs)[i] = of[r.ID]
			}
		}
		*refs = onceEach(*refs)
	}
	for i, s := range p.Sources {
		if d, ok := l.documents[s.DocumentHash()]; ok {
			p.Sources[i] = s.Says(d)
		}
	}
}

// onceEach is the list without the references that stand in it before, as after a
// merge.
func onceEach(refs []catalogue.TermRef) []catalogue.TermRef {
	for i := 1; i < len(refs); i++ {
		if slices.Contains(refs[:i], refs[i]) {
			out := slices.Clone(refs[:i])
			for _, r := range refs[i+1:] {
				if !slices.Contains(out, r) {
					out = append(out, r)
				}
			}
			return out
		}
	}
	return refs
}
