package site_test

import (
	"context"
	"strings"
	"testing"

	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
)

// Each list has all its landing pages, empty ones too, with the number that the
// page itself says, and the pages lead back to it.
func TestLandingIndexes(t *testing.T) {
	f := newFixture(t)
	tax := f.index.Taxonomy()
	for path, want := range map[string]int{
		"/maalgrupper": len(tax.Facet(catalogue.FacetTargetGroup).Values), "/kontaktformer": len(tax.Facet(catalogue.FacetContactForm).Values),
		"/temaer": len(tax.Facet(catalogue.FacetTheme).Values), "/perspektiver": len(tax.Facet(catalogue.FacetPerspective).Values), "/kommuner": 98 + 5, "/regioner": 5,
	} {
		doc := f.page(path)
		links := doc.Find(".landing-group a")
		if links.Length() != want {
			t.Errorf("%s: %d links, want %d", path, links.Length(), want)
		}
		for i := range links.Length() {
			link := links.Eq(i)
			target, _ := link.Attr("href")
			count := text(link.Parent().Find(".landing-count").First())
			if i%7 != 0 && path != "/regioner" || strings.HasPrefix(text(link), "Kommuner i ") { // a sample is enough
				continue
			}
			page := f.page(target)
			lead := text(page.Find("main"))
			if n, ok := strings.CutSuffix(count, " eksempler endnu"); ok && n == "ingen" {
				continue
			}
			if !strings.Contains(lead, count) && !strings.Contains(lead, strings.ToUpper(count[:1])+count[1:]) {
				t.Errorf("%s says %q of %s, which does not", path, count, target)
			}
			if strings.HasPrefix(target, path+"/") && page.Find(`.breadcrumbs a[href="`+path+`"]`).Length() != 1 {
				t.Errorf("%s does not lead back to %s", target, path)
			}
		}
		if f.do("GET", path+"?x=1").Header().Get("Location") != path {
			t.Errorf("%s has other forms", path)
		}
	}
	// A term that is below no other never stands as if it were in the group before it.
	for path, want := range map[string]string{"/maalgrupper": "Andre målgrupper", "/kontaktformer": "Andre kontaktformer", "/perspektiver": ""} {
		if got := text(f.page(path).Find(".landing-group").Last().Find("h2")); got != want {
			t.Errorf("%s ends with %q, want %q", path, got, want)
		}
	}
	if w := f.do("GET", "/perspektiver/borger"); w.Code != 200 {
		t.Errorf("a perspective: %d", w.Code)
	}
}

// The lists are made of what the index holds: no row is read for them.
func TestLandingIndexesReadNoRows(t *testing.T) {
	f := newFixture(t)
	tx, err := f.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `LOCK TABLE public_practice IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/maalgrupper", "/kommuner", "/regioner"} {
		if w := f.do("GET", path); w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// The checklist follows a conversation and a meeting from beginning to end, and
// the number beside a precondition is what its link gives.
func TestChecklist(t *testing.T) {
	f := readingFixture(t)
	doc := f.page("/tjekliste")
	var got []string
	doc.Find(".checklist__group h2").Each(func(_ int, h *goquery.Selection) { got = append(got, text(h)) })
	want := "Før samtalen, Under samtalen, Efter samtalen, Når du indkalder, Før mødet, Under mødet, "
	if !strings.HasPrefix(strings.Join(got, ", "), want) {
		t.Errorf("the order is %v", got)
	}
	needs := doc.Find(`[aria-labelledby="forudsaetninger"] li`)
	if needs.Length() < 5 {
		t.Fatalf("%d preconditions", needs.Length())
	}
	needs.Each(func(_ int, li *goquery.Selection) {
		_, count, _ := strings.Cut(strings.TrimSuffix(text(li), ")"), "(")
		if page := text(f.page(li.Find("a").AttrOr("href", "")).Find("main")); !strings.Contains(page, count) {
			t.Errorf("%s: the link does not give %q", text(li), count)
		}
	})
}

// text is what one reads of a part of a page.
func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }
