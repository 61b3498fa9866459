package site

import (
	"fmt"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/search"
	"praksis/web"
)

// openFacets are open on a wide screen from the start: what a caseworker asks
// for first. A facet with a choice is open too.
var openFacets = map[string]bool{catalogue.FacetTargetGroup: true, catalogue.FacetContactForm: true, catalogue.FacetEffect: true}

// shownValues is how many rows of a facet stand before "Vis mere": a whole
// tree of target groups, so that nobody has to guess what is folded away.
const shownValues = 40

// evidenceRule tells what the order of search.evidence is.
const evidenceRule = "»Bedst belyst« betyder: først de eksempler, som har flest erfaringer. Er der lige mange, kommer de først, hvor flest har udtalt sig, og så dem, hvor det er oplyst, om det blev fastholdt."

// finderView is the finder's page without its shell, of the query that was
// answered.
func finderView(f found) web.Finder {
	t, q := f.Taxonomy, f.Query
	v := web.Finder{
		Total: f.Total, Sentence: listSentence(f), Notices: notices(q, f), Nearest: nearest(q, f),
		Hits: highlightedHits(f.cards, f), Near: highlightedHits(f.near, f), Alike: highlightedHits(f.alike, f), Help: help(q, f), Pages: pagination(q, f.Page, f.Pages),
	}
	if q.Sort == catalogue.SortEvidence && f.Total > 1 {
		v.Rule = evidenceRule
	}
	for _, slugs := range q.Filters {
		v.Filters += len(slugs)
	}
	v.Boxes = v.Filters > maxLinked
	for _, facet := range catalogue.Facets {
		for _, slug := range q.Filters[facet.Name] {
			if v.Boxes && len(v.Chips) == maxLinkedChips {
				v.MoreChips++
				continue
			}
			v.Chips = append(v.Chips, web.Chip{ID: "chip-" + facet.Name + "-" + slug, Facet: facet.Label, Label: valueLabel(t, facet.Name, slug),
				Named: facet.Name == catalogue.FacetNear, RemoveURL: catalogue.FinderPath(q.Without(facet.Name, slug)), Clear: slug != catalogue.NotStated})
		}
	}
	if v.Filters == 1 && q.Text == "" {
		v.About = about(t, q)
	}
	if v.Filters > 1 {
		none := q
		none.Filters, none.Page, none.Together = nil, 1, false
		v.ClearURL = catalogue.FinderPath(none)
	}
	for _, s := range catalogue.Sorts {
		if s.Code == catalogue.SortRelevance && q.Text == "" {
			continue
		}
		v.Sorts = append(v.Sorts, web.Choice{ID: "sort-" + s.Slug, Label: s.Label, URL: catalogue.FinderPath(q.WithSort(s.Code)), Selected: q.Sort == s.Code})
	}
	path := t.Toggler(q).Path
	if v.Boxes {
		path, v.Kept = nil, keptInForm(q)
	}
	for _, facet := range f.Facets {
		if g := facetGroup(t, q, path, facet); len(g.Values) > 0 || g.Menu != nil {
			v.Facets = append(v.Facets, g)
		}
	}
	return v
}

// Every link of a filter repeats all that is chosen: with a hundred values the
// hundreds of links would take megabytes. With more than maxLinked values the
// filters are boxes of one form instead, and only the first maxLinkedChips can be
// dropped by a link.
const (
	maxLinked      = 20
	maxLinkedChips = 10
)

// togglePath is the address with a value of a facet chosen, or dropped; nil where
// the values are boxes of a form.
type togglePath func(facet, slug string) string

// keptInForm is what goes with the form of the filters.
func keptInForm(q catalogue.Query) []web.Hidden {
	out := keptText(q)
	if q.Together {
		out = append(out, web.Hidden{Name: catalogue.ParamTogether, Value: catalogue.FacetTargetGroup})
	}
	return out
}

// keptText is the text of a query and its order.
func keptText(q catalogue.Query) (out []web.Hidden) {
	if q.Text != "" {
		out = append(out, web.Hidden{Name: "q", Value: q.Text})
	}
	if q.Sort != "" {
		out = append(out, web.Hidden{Name: "sortering", Value: string(q.Sort)})
	}
	return out
}

// hiddenFilters are the filters of a query that go with another text.
func hiddenFilters(q catalogue.Query) (out []web.Hidden) {
	for _, facet := range catalogue.Facets {
		for _, slug := range q.Filters[facet.Name] {
			out = append(out, web.Hidden{Name: facet.Name, Value: slug})
		}
	}
	if q.Together {
		out = append(out, web.Hidden{Name: catalogue.ParamTogether, Value: catalogue.FacetTargetGroup})
	}
	return out
}

// sentence tells what the list is: of the text as it was read, and of that which was
// counted.
func sentence(q catalogue.Query, f found) string {
	q.Text = counted(q, f)
	return strings.TrimSuffix(f.Taxonomy.Sentence(q, f.Total), ".")
}

// counted is the text whose hits were counted.
func counted(q catalogue.Query, f found) string {
	if q.Text != "" && f.Counted != "" {
		return f.Counted
	}
	return q.Text
}

// nearest leads in what is near a text that nothing has.
func nearest(q catalogue.Query, f found) string {
	if f.Total > 0 || len(f.near) == 0 {
		return ""
	}
	if q.Filtered() {
		return "Ingen eksempler med de valgte filtre nævner »" + counted(q, f) + "«. Det nærmeste er:"
	}
	return "Ingen eksempler nævner »" + counted(q, f) + "«. Det nærmeste er:"
}

// about leads from the only choice to its landing page.
func about(t *catalogue.Taxonomy, q catalogue.Query) web.Link {
	for facet, slugs := range q.Filters {
		value := t.Facet(facet).Value(slugs[0])
		if value == nil {
			continue
		}
		url, name := catalogue.LandingPath(facet, slugs[0]), catalogue.LowerFirst(value.Label)
		if o := t.Organisation(slugs[0]); (facet == catalogue.FacetActor || facet == catalogue.FacetNear) && o != nil {
			url, name = catalogue.ActorPath(o.Kind, o.Slug), o.Name
		}
		if url != catalogue.FilterPath(facet, slugs[0]) {
			return web.Link{Label: "Se samlet om " + name, URL: url}
		}
	}
	return web.Link{}
}

// nothingSaid is why no effect or voice finds anything, where that is so.
func nothingSaid(t *catalogue.Taxonomy, q catalogue.Query, f search.FacetCount) string {
	if f.Name != catalogue.FacetEffect && f.Name != catalogue.FacetVoice {
		return ""
	}
	if slices.ContainsFunc(f.Values, func(v search.ValueCount) bool { return v.Count > 0 }) {
		return ""
	}
	var about []string
	word := "eller"
	if q.Together {
		word = "og"
	}
	if groups := t.ValuesInWords(q, catalogue.FacetTargetGroup, word); groups != "" {
		about = append(about, groups)
	}
	if forms := t.ValuesInWords(q, catalogue.FacetContactForm, "eller"); forms != "" {
		about = append(about, forms)
	}
	who := ""
	if voices := t.ValuesInWords(q, catalogue.FacetVoice, "eller"); voices != "" && f.Name == catalogue.FacetEffect {
		who = " fra " + voices
	}
	switch len(about) {
	case 0:
		return "Ingen af eksemplerne har erfaringer" + who + " med en oplyst effekt."
	case 1:
		return "Ingen erfaringer" + who + " med en oplyst effekt er knyttet til " + about[0] + "."
	default:
		return "Ingen erfaringer" + who + " er knyttet til " + catalogue.Join(about, "og") + " på én gang."
	}
}

func facetGroup(t *catalogue.Taxonomy, q catalogue.Query, path togglePath, f search.FacetCount) web.FacetGroup {
	g := web.FacetGroup{ID: "facet-" + f.Name, Label: f.Label, Open: openFacets[f.Name] || len(q.Filters[f.Name]) > 0, Note: nothingSaid(t, q, f)}
	if f.Name == catalogue.FacetNear { // too many to stand open; a choice stands above the list
		g.Open, g.Note = false, "Eksempler fra kommunen og dens nabokommuner."
	}
	values := f.Values
	if path != nil {
		values, g.Menu = municipalityMenu(t, q, f)
	}
	items, _ := facetItems(path, f, values, 0)
	// Few values more than fit are shown rather than hidden behind a click.
	shown, rows := len(items), 0
	for i, item := range items {
		if rows += 1 + len(item.Children); rows > shownValues && i > 0 && len(items)-i > 2 {
			shown = i
			break
		}
	}
	for i := shown; i < len(items); i++ { // a choice is never hidden
		if chosen(items[i]) {
			items[shown], items[i] = items[i], items[shown]
			shown++
		}
	}
	g.Values, g.Rest = items[:shown], items[shown:]
	return g
}

func chosen(item web.FacetItem) bool {
	for _, c := range item.Children {
		if chosen(c) {
			return true
		}
	}
	return item.Selected
}

// facetItems makes a tree of the values from depth on, and says how many it
// took.
func facetItems(path togglePath, f search.FacetCount, values []search.ValueCount, depth int) (items []web.FacetItem, taken int) {
	items = make([]web.FacetItem, 0, rowsAt(values, depth))
	for taken < len(values) && values[taken].Depth >= depth {
		v := values[taken]
		taken++
		item := web.FacetItem{Facet: f.Name, Value: v.Slug, Label: v.Label, Count: v.Count, Selected: v.Selected}
		switch {
		case v.Count == 0 && !v.Selected:
		case path != nil:
			item.ToggleURL = path(f.Name, v.Slug)
		default:
			item.Box = true
		}
		var n int
		item.Children, n = facetItems(path, f, values[taken:], v.Depth+1)
		taken += n
		items = append(items, item)
	}
	return items, taken
}

// rowsAt is how many values facetItems finds at one depth.
func rowsAt(values []search.ValueCount, depth int) (n int) {
	parent := depth // of the last row; the first may be deeper than it should
	for _, v := range values {
		if v.Depth < depth {
			break
		}
		if n == 0 || v.Depth <= parent {
			n, parent = n+1, v.Depth
		}
	}
	return n
}

// notices are what the visitor should know of how the query was read.
func notices(q catalogue.Query, f found) []string {
	var out []string
	if _, cut := q.SearchText(); cut {
		out = append(out, fmt.Sprintf("Din søgning er lang. Vi har kun søgt på de første ord (højst %d ord og %d tegn).", catalogue.MaxSearchWords, catalogue.MaxSearchBytes))
	}
	for _, u := range f.Unknown {
		out = append(out, fmt.Sprintf("Vi kender ikke »%s« under %s. Fjern filteret, eller vælg et fra listen.", u.Value, strings.ToLower(catalogue.FacetByName(u.Facet).Label)))
	}
	for _, o := range f.Applied {
		out = append(out, "Vi har læst din søgning som filteret »"+catalogue.FacetByName(o.Facet).Label+": "+o.Label+"«.")
	}
	for _, l := range f.Laws {
		out = append(out, lawNotice(l, f.Total > 0))
	}
	if f.ReadAs != "" {
		out = append(out, "Ingen eksempler har »"+f.Asked+"«. Vi har i stedet søgt på »"+f.ReadAs+"«.")
	}
	return out
}

// lawNotice tells what a paragraph is about, and which words for it were counted, or
// only looked for.
func lawNotice(l search.LawReading, counted bool) string {
	line := catalogue.UpperFirst(l.Reference) + " handler om " + catalogue.LowerFirst(l.Title) + "."
	if len(l.Words) == 0 {
		return line
	}
	words := catalogue.Join(quoted(l.Words), "eller")
	if len(l.Words) > maxLawWords {
		words = strings.Join(quoted(l.Words[:maxLawWords]), ", ") + " og lignende ord"
	}
	if !counted {
		return line + " Vi har også søgt efter " + words + "."
	}
	return line + " Eksempler med " + words + " er talt med."
}

// maxLawWords is how many of the words for what a paragraph is about are named.
const maxLawWords = 3

// quoted are words in quotation marks: »a«, »b«.
func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = "»" + w + "«"
	}
	return out
}

func valueLabel(t *catalogue.Taxonomy, facet, slug string) string {
	if v := t.Facet(facet).Value(slug); v != nil {
		return v.Label
	}
	return slug
}

// pagination shows the first, the last, and the present page's neighbours.
func pagination(q catalogue.Query, page, pages int) web.Pagination {
	return web.NewPagination("Sider med eksempler", page, pages, func(n int) string { return catalogue.FinderPath(q.WithPage(n)) })
}
