package web

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
	Feed        string // address of the Atom feed of what the page has; may be empty
	Script      string // a further script that the page needs; may be empty
	Style       string // a further stylesheet that the page needs, as "whole.css"; may be empty
	Preparing   bool   // the search is being made ready, which a line says
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

// Front is the front page: what one comes for, and the directory.
type Front struct {
	Shell
	Total   int
	Tasks   []Task
	Balance Balance
	Browse  []Browse
	Newest  []Hit
}

// Task is what somebody comes for, with the first steps.
type Task struct {
	Heading, Lead string
	Menu          *FacetMenu // to choose from; nil for none
	Steps         []Link
}

// Hidden is a hidden field of a form.
type Hidden struct{ Name, Value string }

// Fact is a line of the practice's short facts.
type Fact struct{ Label, Value string }

// Prose is a page about the catalogue.
type Prose struct {
	Shell
	Balance Balance
	// Before and Behind are the HTML of the page about the catalogue, with the balance
	// between them.
	Before, Behind string
}
