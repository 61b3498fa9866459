package web

// Hit is an example in a list.
type Hit struct {
	URL     string
	Title   Text
	Summary Text
	Who     Text   // organisation, partners and provider
	Kind    string // empty for an ordinary example
	ForWhom Text
	How     Text
	// Snippet is a passage that says why it was found, where the rest of the
	// card does not; SnippetFrom names where it is from unless it is running text.
	Snippet     Text
	SnippetFrom string
	// Scope names the findings that the verdicts are of: "For angst"; empty for
	// all. Across is what holds for all target groups then.
	Scope     string
	Verdicts  []EffectBadge // one for each voice
	Across    string        // "Gælder alle: god (ledere)"; may be empty
	Retention string
	Note      string // about restrictions; may be empty
}

// Help is what may serve better than a search as it was typed.
type Help struct {
	Meant  []Counted // other spellings
	Offers []Offer
}

// Offer is a filter that stands in the text of a search.
type Offer struct {
	ID, Facet, Label, URL string
	Count                 int
	Named                 bool // as of a Chip
}

// Browse is one vocabulary to find by.
type Browse struct {
	ID    string
	Label string
	URL   string // of the list with all of them; may be empty
	Items []Counted
}

// Finder is the list of examples with search and filters.
type Finder struct {
	Shell
	Text     string
	Sentence string
	Notices  []string
	Chips    []Chip
	ClearURL string  // drops all filters; empty when there are none
	Rule     string  // of the order in force, where its name does not say it
	Together Counted // to what has all of the chosen target groups, or back; may be empty
	Facets   []FacetGroup
	// Boxes tells that the facets are boxes of a form, because links that each
	// repeat all that is chosen would be too long; Kept goes with the form.
	Boxes     bool
	Kept      []Hidden
	MoreChips int      // chosen filters without a chip
	Hidden    []Hidden // keeps filters and order when the text is searched
	Sorts     []Choice
	Hits      []Hit
	// Nearest leads in Near where there are no hits; empty else.
	Nearest string
	Near    []Hit // match, but are no hits
	Alike   []Hit // have most in common with the best hits
	Pages   Pagination
	Take    []Link // the ways to take the list along, and to follow it
	Zero    *Zero
	Nearby  Nearby // of the municipality that was searched for; else without a name
	Help    Help
	About   Link // the landing page of the only choice; may be empty
	Total   int
	Filters int // how many filters are chosen
}

// Chip is a chosen filter that can be dropped. Its facet is shown unless the
// label is clear by itself.
type Chip struct {
	ID, Facet, Label, RemoveURL string
	// Named says the facet's name to all: the label alone would be misread.
	Named bool
	Clear bool
}

// Choice is one of several links of which one is in force.
type Choice struct {
	ID, Label, URL string
	Selected       bool
}

// FacetGroup is one filter with its values.
type FacetGroup struct {
	ID     string
	Label  string
	Open   bool
	Note   string // what the values are, or why none of them finds anything; may be empty
	Values []FacetItem
	// Rest are further values, behind "Vis flere".
	Rest []FacetItem
	Menu *FacetMenu // of the values that are no rows; nil for none
}

// FacetMenu is a list that folds out, of which one value more is chosen: as rows
// the 98 municipalities would be most of the page. Kept is what else is chosen.
type FacetMenu struct {
	ID, Facet string
	Label     string
	Prompt    string // stands where nothing is chosen yet
	Options   []FacetOption
	Kept      []Hidden
}

// FacetOption is one value of a FacetMenu.
type FacetOption struct {
	Value, Label string
	Count        int
}

// FacetItem is one value of a filter, with its children below it.
type FacetItem struct {
	Facet, Value string
	Label        string
	Count        int
	Selected     bool
	ToggleURL    string // empty when it would find nothing, and in a form
	Box          bool   // where the facets are a form
	Children     []FacetItem
}

// Zero helps where nothing was found.
type Zero struct {
	// Ways are changes that would find something, best first.
	Ways []Counted
}

// Pagination leads to the other pages.
type Pagination struct {
	Label       string // what they are pages of
	Page, Pages int
	Previous    string
	Next        string
	Items       []PageItem
}

// NewPagination leads from a page of so many to the first, the last and the ones
// beside it.
func NewPagination(label string, page, pages int, url func(page int) string) Pagination {
	p := Pagination{Label: label, Page: page, Pages: pages}
	if page > 1 {
		p.Previous = url(page - 1)
	}
	if page < pages {
		p.Next = url(page + 1)
	}
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < page-1 || n > page+1) {
			continue
		}
		if n > last+1 {
			p.Items = append(p.Items, PageItem{})
		}
		p.Items = append(p.Items, PageItem{Number: n, URL: url(n), Current: n == page})
		last = n
	}
	return p
}

// PageItem is a page's number, or a gap when URL is empty and it is not the
// current one.
type PageItem struct {
	Number  int
	URL     string
	Current bool
}
