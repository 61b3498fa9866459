package main

import (
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
)

func TestLists(t *testing.T) {
	src, err := newSource(1)
	if err != nil {
		t.Fatal(err)
	}
	queries, worst, err := lists(src.taxonomy)
	if err != nil {
		t.Fatal(err)
	}
	filtered := 0
	for _, q := range queries {
		if n := len(strings.Fields(q.Text)); n < 1 || n > 4 {
			t.Errorf("%q has %d words", q.Text, n)
		}
		if len(q.Filters) > 0 {
			filtered++
		}
	}
	if len(queries) < 60 || filtered < 10 {
		t.Errorf("%d queries, %d of them with filters", len(queries), filtered)
	}
	for _, q := range worst {
		if text, cut := q.SearchText(); cut || len(strings.Fields(text)) != catalogue.MaxSearchWords {
			t.Errorf("%q has not the %d words that are searched", q.Text, catalogue.MaxSearchWords)
		}
	}
}

// The other side must do what ours does: every count is the total that one
// gets by choosing that value instead of the facet's present ones.
func TestPostgresCounts(t *testing.T) {
	ctx := t.Context()
	src, err := newSource(300)
	if err != nil {
		t.Fatal(err)
	}
	url, _ := pgtest.NewURLs(t)
	if err := load(ctx, url, src, cores); err != nil {
		t.Fatal(err)
	}
	p, err := openPostgres(ctx, url, 1, src.taxonomy, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close(ctx)
	queries, err := parseQueries(`
		medarbejderne
		ældre gåtur | maalgruppe=unge
		medarbejderne | maalgruppe=paaroerende&maalgruppe=borgere-i-tilbud&kontaktform=telefon
		besøg gåtur | aktoer=kommuner-i-region-midtjylland&periode=nedlukning&effekt=god`, src.taxonomy)
	if err != nil {
		t.Fatal(err)
	}
	numbers := newNumbers(src.taxonomy)
	ask := func(q catalogue.Query) found {
		chosen, err := numbers.chosen(q)
		if err != nil {
			t.Fatal(err)
		}
		f, err := newQuestion(q.Text, chosen).ask(ctx, p.conns[0])
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, q := range queries {
		got := ask(q)
		if len(got.page) != min(got.total, catalogue.PageSize) || got.total == 0 {
			t.Errorf("%s: a page of %d, and %d in all", name(q), len(got.page), got.total)
		}
		counts := map[int32]int64{}
		for i, v := range got.values {
			counts[v] = got.counts[i]
		}
		for i, f := range catalogue.Facets {
			for slug, v := range numbers.byFacet[i] {
				other := q
				other.Filters = catalogue.Filters{}
				for name, slugs := range q.Filters {
					other.Filters[name] = slugs
				}
				other.Filters[f.Name] = []string{slug}
				if want := ask(other).total; counts[v] != int64(want) {
					t.Errorf("%s: %s=%s is counted %d times, choosing it finds %d", name(q), f.Name, slug, counts[v], want)
				}
			}
		}
	}
}
