package web

import "praksis/internal/catalogue"

// Shell is what every page shares around its own content.
type Shell struct {
	Title       string
	Description string
	Path        string // of the page, for the canonical link; empty for errors
	PublicURL   string // without a trailing slash; empty when not configured
	Authority   Authority
	Crumbs      []Crumb // between Forside and the page itself
	Noindex     bool
	JSONLD      string // ready JSON
	Alternate   string // address of the same as JSON
	Script      string // a further script that the page needs; may be empty
}

// Authority is who answers for the catalogue. It is configuration.
type Authority struct {
	Name    string
	Contact string // a function mailbox; may be empty
}

// Crumb is a step of the breadcrumbs; the last has no Path.
type Crumb struct{ Label, Path string }

// Link is a text that leads somewhere.
type Link struct{ Label, URL string }

// Counted is a link with the number of examples behind it.
type Counted struct {
	Label    string
	URL      string
	Count    int
	Children []Counted
}

// EffectBadge is an effect and the voices that state it: never by colour alone.
type EffectBadge struct {
	Class string // effect--positive, …
	Text  string // "God effekt"
	Voice string // who says so: "ledere"; may be empty
	URL   string // to the examples that it counts; may be empty
}

// Balance is who says what, in a sentence and bars; without bars nobody has said
// anything.
type Balance struct {
	Sentence string
	Bars     []BalanceBar
}

// BalanceBar is what one voice says.
type BalanceBar struct {
	Voice string
	Total int // findings
	Parts []BalancePart
}

// BalancePart is the findings of one effect; X and Width are in percent.
type BalancePart struct {
	Class, Label, X, Width string
	Count                  int
	URL                    string // to the examples with them
}

// Text is a text in pieces, some of them marked as what was searched for.
type Text []Segment

// Segment is a piece of a text.
type Segment struct {
	Text        string
	Highlighted bool
}

// Plain is a text without marks.
func Plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Text: s}}
}

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

// Front is the front page.
type Front struct {
	Shell
	Total   int
	Balance Balance
	Browse  []Browse
	Newest  []Hit
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

// Hidden is a hidden field of a form.
type Hidden struct{ Name, Value string }

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

// Practice is the page of one example.
type Practice struct {
	Shell
	P         *catalogue.Practice
	Kind      string
	Who       []Link
	Withdrawn string // the explanation when it has been withdrawn
	Preview   Link   // back from what is not published; else empty
	Note      string // the historical note
	Reviewed  string // when an editor last went through it
	Checked   string // that those who did it have checked it, and when
	Verdicts  []EffectBadge
	Tip       bool // hardly more than a title
	// Reach is for whom and how; Terms are the other vocabularies.
	Reach, Terms []TermLine
	Findings     []FindingsBy
	// Silent says what the source says nothing of; AboutSource that it is told how
	// the source was made. Silent may be empty.
	Silent      string
	AboutSource bool
	Worked      string // HTML of answers, safe
	ForWhom     string
	Done        string
	Resources   string
	Spread      string
	Kept        string
	Other       string
	Quality     string
	NextTime    string
	Elements    []Element // of promising practice; nil when hardly any is stated
	Advice      []AdviceGroup
	Transfer    []Link
	Needs       []string
	Legal       []string
	Retention   []RetentionLine
	Contact     Contact
	Same, Ask   Link // to tell of the same, at length and in two lines
	Sources     []SourceLine
	Links       []PracticeLink
	Similar     []Hit
	Facts       []Fact
	// Changed is when it was changed last, and Changes leads to how; empty for what
	// has not been changed.
	Changed string
	Changes Link
}

// Changes tells how a practice has changed, or with D how one revision differs from
// the one before.
type Changes struct {
	Shell
	Practice Link
	Lead     string
	Rows     []ChangeRow
	Note     string
	D        *Difference
	All      Link // back from a difference
}

// ChangeRow is one change: the newest first.
type ChangeRow struct {
	When, Kind string
	What       string // the fields that were changed; empty for the first
	Compare    Link
}

// Contact tells whom to ask: Own is their mailbox, Desk leads to a question that
// the desk passes on. Ended is the name of an actor that is no more. Any may be
// empty.
type Contact struct {
	Own, Desk Link
	Ended     string
}

// Fact is a line of the practice's short facts.
type Fact struct{ Label, Value string }

// TermLine is a vocabulary with the practice's terms.
type TermLine struct {
	Label string
	Terms []Link
}

// FindingsBy are the findings of one effect, by target group; without an effect
// those that tell of no effect.
type FindingsBy struct {
	Effect EffectBadge
	Groups []FindingsAbout
}

// FindingsAbout are findings about the same target groups.
type FindingsAbout struct {
	ForWhom  string
	Findings []Finding
}

// Finding is one finding.
type Finding struct {
	How       string // may be empty
	Voice     string
	Text      string
	Condition string // "Gælder: …"; may be empty
	Source    int    // number in the list of sources; 0 when there is only one
	Practice  Link   // where it is from, on pages of many practices
}

// Element is one element of promising practice, with where it is stated; without
// an address it is not.
type Element struct{ Label, URL string }

// AdviceGroup is advice for one situation, which may be empty.
type AdviceGroup struct {
	Situation string
	Lines     []string
}

// RetentionLine is one dated statement.
type RetentionLine struct{ Status, When, By, Note string }

// SourceLine is one source, how it was made, and whether it asked citizens;
// the last two may be empty. Dead says that its address does not work any more;
// empty where it does.
type SourceLine struct{ Text, Place, URL, About, Asked, Dead string }

// PracticeLink is a link of a practice. Dead is as in SourceLine.
type PracticeLink struct {
	Link
	Dead string
}

// Landing is the page of a term, a solution or an organisation.
type Landing struct {
	Shell
	Kind        string // "Målgruppe"
	Name        string
	Definition  string
	Lead        string // from how many actors
	Kept        NamedCount
	Total       int
	FinderURL   string
	Balance     Balance
	Few         string        // that the findings are too few to say anything; may be empty
	Effects     []EffectCount // findings counted by effect
	Contrasts   []Contrast
	Weighed     Weighed
	Matrix      []MatrixRow
	Said        []Said
	Needs       []Counted
	Retention   []Counted
	Actors      []Counted
	ActorsLabel string
	Solutions   []Link
	Neighbours  []NeighbourGroup
	Hits        []Hit
	Marks       string // what the marks of the hits are about; may be empty
	Codes       []Fact // in other systems
	Successor   Link   // of an organisation that ends; may be empty
	Moved       bool   // it has taken its place
	Invite      string
	Tip         Link    // where to tell of an example of theirs
	AllNearby   Counted // its examples and its neighbours'; without an address when they have none
	Nearby      Nearby  // of a municipality without examples; else without a name
}

// Nearby stands for a municipality without examples of its own.
type Nearby struct {
	Name   string  // "Læsø Kommune"
	Page   Link    // of the municipality
	Hits   []Hit   // the nearest examples of others
	All    Counted // its neighbours' examples; may be none
	Invite string
	Tip    Link
}

// NamedCount is a link to some examples, and whose they are.
type NamedCount struct{ Label, URL, Names string }

// EffectCount is the findings of one effect, with a link to their examples and the
// names of the actors.
type EffectCount struct {
	Badge EffectBadge
	Names string
}

// MatrixRow is what is said of a practice's effect for one target group.
type MatrixRow struct {
	Group string
	URL   string
	Cells []MatrixCell // one an effect
}

// MatrixCell is the findings of one effect for one target group.
type MatrixCell struct {
	Effect string
	Count  int
	URL    string // to the examples with them
	Voices string
}

// Said are the findings of one effect.
type Said struct {
	ID, Label string
	URL       string // to their examples
	Findings  []FindingsBy
	More      int // that are not shown
}

// Contrast is what is disagreed about one solution.
type Contrast struct {
	Heading string // who says what
	About   Link   // the solution; without an address on its own page
	Groups  string // the target groups
	For     ContrastSide
	Against ContrastSide
}

// ContrastSide is one side of a contrast, with a few of its findings.
type ContrastSide struct {
	Count string
	URL   string // to the examples that it counts
	Lines []ContrastLine
}

// ContrastLine is one finding of a contrast.
type ContrastLine struct {
	Text, Condition, Voice string
	Practice               Link
}

// Weighed are good and bad findings side by side where nothing is disagreed;
// without a heading there are none.
type Weighed struct {
	Heading      string
	For, Against []ContrastLine
}

// NeighbourGroup leads to what stands near.
type NeighbourGroup struct {
	Label string
	Items []Link
}

// Solutions is the list of solutions.
type Solutions struct {
	Shell
	List []Solution
}

// Solution is a solution in the list.
type Solution struct {
	Label, URL, Definition string
	Spread                 []Link        // by how many actors it is used and was kept
	Effects                []EffectBadge // findings counted by effect
	Few                    string        // that they are too few to say anything; may be empty
}

// Prose is a page about the catalogue.
type Prose struct {
	Shell
	Balance Balance
	// Before and Behind are the HTML of the page about the catalogue, with the balance
	// between them.
	Before, Behind string
}
