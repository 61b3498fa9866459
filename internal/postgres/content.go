package postgres

import (
	"context"
	"encoding/json"
	"fmt"

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

// labels are what references by ID are called.
type labels struct {
	terms         map[int64]catalogue.TermRef // of all vocabularies
	solutions     map[int64]catalogue.TermRef
	organisations map[int64]catalogue.OrganisationRef
}

func loadLabels(ctx context.Context, tx pgx.Tx) (*labels, error) {
	l := &labels{terms: map[int64]catalogue.TermRef{}, solutions: map[int64]catalogue.TermRef{}, organisations: map[int64]catalogue.OrganisationRef{}}
	for sql, to := range map[string]map[int64]catalogue.TermRef{
		`SELECT id, slug::text, label FROM term`: l.terms, `SELECT id, slug::text, label FROM solution`: l.solutions,
	} {
		rows, _ := tx.Query(ctx, sql)
		var id int64
		var r catalogue.TermRef
		if _, err := pgx.ForEachRow(rows, []any{&id, &r.Slug, &r.Label}, func() error { to[id] = r; return nil }); err != nil {
			return nil, err
		}
	}
	rows, _ := tx.Query(ctx, `SELECT id, slug::text, coalesce(code, ''), name, short_name, kind FROM organisation`)
	var id int64
	var o catalogue.OrganisationRef
	_, err := pgx.ForEachRow(rows, []any{&id, &o.Slug, &o.Code, &o.Name, &o.ShortName, &o.Kind}, func() error { l.organisations[id] = o; return nil })
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
	}
}
