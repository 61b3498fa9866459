package web

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Whatever a value is called, it stands in its row and nowhere else.
func TestFacetRows(t *testing.T) {
	odd := `<b> & "x" 'y' æ`
	items := []FacetItem{
		{Facet: "a", Value: odd, Label: odd, Count: 3, ToggleURL: "/eksempler?a=1&b=2", Selected: true, Children: []FacetItem{{Facet: "a", Value: "under", Label: "Under"}}},
		{Facet: "a", Value: "andet", Label: "Andet", Count: 12, ToggleURL: "/eksempler"},
	}
	var b strings.Builder
	if err := facetRows(items).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader("<ul id=top>" + b.String() + "</ul>"))
	if err != nil {
		t.Fatal(err)
	}
	rows := doc.Find("#top > li")
	first, second, under := rows.Eq(0).ChildrenFiltered("a"), rows.Eq(1).ChildrenFiltered("a"), rows.Eq(0).Find("ul.facet-list > li > span.facet--none")
	attr := func(s *goquery.Selection, name string) string { return s.AttrOr(name, "") }
	if rows.Length() != 2 || attr(first, "id") != "a-"+odd || attr(first, "href") != "/eksempler?a=1&b=2" || attr(first, "aria-current") != "true" ||
		attr(first, "class") != "facet facet--on" || first.ChildrenFiltered("span").Text() != odd+" – valgt, fjern filter" || first.ChildrenFiltered("small").Text() != "3" {
		t.Errorf("chosen: %s", b.String())
	}
	if _, on := second.Attr("aria-current"); on || attr(second, "class") != "facet" || attr(second, "rel") != "nofollow" || second.Text() != "Andet 12" {
		t.Errorf("not chosen: %s", b.String())
	}
	if under.Length() != 1 || attr(under, "id") != "a-under" || under.Text() != "Under 0" {
		t.Errorf("below it: %s", b.String())
	}
}
