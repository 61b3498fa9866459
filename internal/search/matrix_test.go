package search

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// eachFinding calls fn with every finding that counts for a query, by the rule for
// filters: the practice is a hit, and the finding has an effect and all that is asked of
// findings. The entry has no other finding.
func eachFinding(t *catalogue.Taxonomy, practices map[int64]*catalogue.Practice, q catalogue.Query, fn func(p *catalogue.Practice, f catalogue.Finding, alone catalogue.Entry)) {
	asked := q
	if len(q.Filters[catalogue.FacetEffect]) == 0 {
		asked = withAnyEffect(q)
		asked.Together = q.Together
	}
	for _, p := range practices {
		if e := p.Entry(); fulfils(t, e, q) && has(practices, p, q.Text) {
			for i, f := range p.Findings {
				alone := e
				alone.Values.Findings = e.Values.Findings[i : i+1]
				if f.Effect != "" && fulfils(t, alone, asked) {
					fn(p, f, alone)
				}
			}
		}
	}
}

func withAnyEffect(q catalogue.Query) catalogue.Query {
	var all []string
	for _, e := range catalogue.Effects {
		all = append(all, e.Slug)
	}
	return q.With(catalogue.FacetEffect, all...)
}

// belongs tells whether a finding stands in a row or column: it has the value or one
// below it, or for the value without a slug none at all.
func belongs(t *catalogue.Taxonomy, alone catalogue.Entry, facet, slug string) bool {
	alone.Values.Practice = maps.Clone(alone.Values.Practice)
	with := func(slug string) bool {
		return fulfils(t, alone, withAnyEffect(catalogue.Query{}.With(facet, slug)))
	}
	if slug != "" {
		return with(slug)
	}
	return !slices.ContainsFunc(t.Facet(facet).Values, func(v catalogue.FacetValue) bool { return with(v.Slug) })
}

// countCell counts by reading each finding.
func countCell(t *catalogue.Taxonomy, practices map[int64]*catalogue.Practice, q catalogue.Query, in func(catalogue.Entry) bool) (c catalogue.MatrixCell) {
	actors := map[string]bool{}
	eachFinding(t, practices, q, func(p *catalogue.Practice, f catalogue.Finding, alone catalogue.Entry) {
		if !in(alone) {
			return
		}
		c.Counts[slices.IndexFunc(catalogue.Effects, func(e catalogue.Option[catalogue.Effect]) bool { return e.Code == f.Effect })]++
		c.Voices |= catalogue.VoicesOf(f.Speakers()...)
		actors[p.Organisation.Slug] = true
	})
	c.Actors = min(len(actors), catalogue.EnoughActors)
	return c
}

// shown are the values that a table has of a facet: of a chosen one those chosen and
// below.
func shown(t *catalogue.Taxonomy, q catalogue.Query, facet string) (out []catalogue.FacetValue) {
	for _, v := range t.Facet(facet).Values {
		if chosen := q.Filters[facet]; len(chosen) == 0 || carries(t, facet, []string{v.Slug}, chosen, false) {
			out = append(out, v)
		}
	}
	return out
}

// TestMatrix holds every cell to what one gets by reading each record, on random
// catalogues and queries.
func TestMatrix(t *testing.T) {
	src := newCatalog()
	x := openIndex(t, t.TempDir(), src)
	tax, cells := src.taxonomy, 0
	rapid.Check(t, func(r *rapid.T) {
		practices := drawPractices(r, tax)
		src.withdraw(slices.Collect(maps.Keys(src.rows))...)
		src.put(practices)
		if err := x.CatchUp(t.Context()); err != nil {
			r.Fatal(err)
		}
		q := drawQuery(r, tax)
		q.Literal = true // what a text is read as is tested elsewhere
		got, err := x.Matrix(t.Context(), q)
		if err != nil {
			r.Fatal(err)
		}
		if want := total(tax, practices, q); got.Practices != want {
			r.Fatalf("%+v: %d practices, want %d", q, got.Practices, want)
		}
		if d := cmp.Diff(countCell(tax, practices, q, func(catalogue.Entry) bool { return true }), got.All); d != "" {
			r.Fatalf("%+v: all:\n%s", q, d)
		}
		for name, c := range map[string]struct {
			rows, columns string
			table         catalogue.MatrixTable
		}{
			"groups":    {catalogue.FacetTargetGroup, catalogue.FacetContactForm, got.Groups},
			"solutions": {catalogue.FacetSolution, catalogue.FacetVoice, got.Solutions},
		} {
			in := func(row, column string) catalogue.MatrixCell {
				return countCell(tax, practices, q, func(alone catalogue.Entry) bool {
					return (row == "*" || belongs(tax, alone, c.rows, row)) && (column == "*" || belongs(tax, alone, c.columns, column))
				})
			}
			values := func(facet string, none bool) []catalogue.FacetValue {
				out := shown(tax, q, facet)
				if none {
					out = append(out, catalogue.FacetValue{})
				}
				return out
			}
			want := catalogue.MatrixTable{Rows: values(c.rows, in("", "*").Findings() > 0), Columns: values(c.columns, in("*", "").Findings() > 0)}
			for _, row := range want.Rows {
				want.InRow = append(want.InRow, in(row.Slug, "*"))
				for _, column := range want.Columns {
					want.Cells = append(want.Cells, in(row.Slug, column.Slug))
					cells++
				}
			}
			for _, column := range want.Columns {
				want.InColumn = append(want.InColumn, in("*", column.Slug))
			}
			if d := cmp.Diff(fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", c.table)); d != "" {
				r.Fatalf("%s of %+v (-read one by one +counted):\n%s", name, q, d)
			}
		}
		kept := got.Retention
		for i, row := range kept.Rows {
			for j, column := range kept.Columns {
				asked := q.With(catalogue.FacetTheme, row.Slug).With(catalogue.FacetRetention, column.Slug)
				if asked.Together = q.Together; row.Slug == "" || column.Slug == "" {
					continue
				}
				if n := total(tax, practices, asked); n != kept.Cells[i*len(kept.Columns)+j] {
					r.Fatalf("%+v: theme %s, retention %s: %d, want %d", q, row.Slug, column.Slug, kept.Cells[i*len(kept.Columns)+j], n)
				}
			}
		}
	})
	if cells < 1000 {
		t.Errorf("only %d cells", cells)
	}
}

func TestMatrixOfSeeds(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	ask := func(q catalogue.Query) catalogue.Matrix {
		q.Page, q.Sort = 1, catalogue.SortEvidence
		m, err := x.Matrix(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		o, err := x.Overview(m.Query.Filters)
		if err != nil {
			t.Fatal(err)
		}
		if m.Query.Text == "" {
			for i, e := range o.Findings {
				if e.Count != m.All.Counts[i] {
					t.Errorf("%+v: %d findings of %s, the overview has %d", q, m.All.Counts[i], e.Effect, e.Count)
				}
			}
			if d := cmp.Diff(o.Voices, m.Voices); d != "" {
				t.Errorf("%+v: voices (-overview +matrix):\n%s", q, d)
			}
		}
		return m
	}
	all := ask(catalogue.Query{})
	if all.All.Findings() < 300 || len(all.Groups.Rows) < 40 || len(all.Groups.Columns) < 14 {
		t.Errorf("%d findings, %d groups, %d forms", all.All.Findings(), len(all.Groups.Rows), len(all.Groups.Columns))
	}
	ask(catalogue.Query{}.With(catalogue.FacetTargetGroup, "psykisk-saarbare"))
	ask(catalogue.Query{}.With(catalogue.FacetVoice, "borger"))
	if m := ask(catalogue.Query{Text: "gåtur"}); m.Practices == 0 || m.Practices >= all.Practices || m.All.Findings() == 0 {
		t.Errorf("of a text: %d practices, %d findings", m.Practices, m.All.Findings())
	}
	if m := ask(catalogue.Query{Text: "dårlig effekt"}); m.Query.Text != "" || len(m.Query.Filters[catalogue.FacetEffect]) == 0 {
		t.Errorf("a text that is a filter was read as %+v", m.Query)
	}
}

// BenchmarkMatrix is run at two sizes (PRAKSIS_BENCH_N): at 100,000 practices the
// filtered ones may take three times as long as at 5,000, with what is rendered.
func BenchmarkMatrix(b *testing.B) {
	x, _ := big()
	for name, q := range map[string]catalogue.Query{
		"all":   {},
		"theme": catalogue.Query{}.With(catalogue.FacetTheme, "online"),
		"group": catalogue.Query{}.With(catalogue.FacetTargetGroup, "angst"),
		"actor": catalogue.Query{}.With(catalogue.FacetActor, "aarhus"),
		"text":  {Text: "demensnetværk"},
	} {
		b.Run(name, func(b *testing.B) {
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				m, err := x.Matrix(benchContext, q)
				if err != nil {
					b.Fatal(err)
				}
				n = m.Practices
			}
			b.ReportMetric(float64(n), "practices")
		})
	}
}
