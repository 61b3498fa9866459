package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"

	"github.com/a-h/templ"
)

const siteName = "Praksiskataloget"

// menu is what every page's header leads to, across what its footer does of the pages
// that see the whole.
var (
	menu = []menuItem{{"Eksempler", "", catalogue.PathPractices}, {"Løsninger", "", catalogue.PathSolutions}, {"Overblik", "", catalogue.PathOverview},
		{"Mappe", "", catalogue.PathShortlist}, {"Del", " et eksempel", catalogue.PathSubmit}, {"Om", "", catalogue.PathAbout}}
	across = []Link{{"Overblik", catalogue.PathOverview}, {"Kort", catalogue.PathMap}, {"Kontraster", catalogue.PathContrasts}, {"Mangler", catalogue.PathGaps}}
)

// menuItem is a link of the header. Its rest is not shown on a phone, where a second
// line of links would push an example out of sight.
type menuItem struct{ Label, Rest, URL string }

func (s Shell) fullTitle() string {
	if s.Title == "" {
		return siteName + " – erfaringer fra det sociale område under covid-19"
	}
	return s.Title + " – " + siteName
}

// under tells whether the page is path or below it.
func (s Shell) under(path string) bool {
	rest, ok := strings.CutPrefix(s.Path, path)
	return ok && (rest == "" || rest[0] == '/' || rest[0] == '?')
}

func examples(n int) string { return catalogue.Examples(n) }

// joined puts what there is of two texts together.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func plural(n int) string {
	if n == 1 {
		return "eksempel"
	}
	return "eksempler"
}

func searchPath(text string) templ.SafeURL {
	return templ.SafeURL(catalogue.FinderPath(catalogue.Query{}.WithText(text)))
}

// current marks the link that is in force.
func current(on bool, value string) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": value}
}

// comma goes after the i-th of n things.
func comma(i, n int) string {
	if i < n-1 {
		return ", "
	}
	return ""
}

// after is what stands behind the i-th spelling of the question.
func (h Help) after(i int) string {
	end := "?"
	if i < len(h.Meant)-1 {
		end = " eller "
	}
	return " (" + examples(h.Meant[i].Count) + ")" + end
}

// Show leads from the filters to what they find.
func (v Finder) Show() string {
	if v.Total == 0 {
		return "Vis, hvad du kan gøre"
	}
	return "Vis " + examples(v.Total)
}

func findingsWord(n int) string {
	if n == 1 {
		return "erfaring"
	}
	return "erfaringer"
}

// aboutLead says what a submission has to do with the practice that it names.
func (v SubmitReview) aboutLead() string {
	if v.Question {
		return "Du spørger om: "
	}
	return "Det bliver en tilføjelse til: "
}

func (v SubmitReview) consentHeading() string {
	if v.Question {
		return "Du siger ja til én ting"
	}
	return "Du siger ja til to ting"
}

// note is who says so and how one met, in a line.
func (f Finding) note() string {
	if f.How == "" {
		return f.Voice
	}
	return f.Voice + " · " + f.How
}

// joinedSentences are two texts of which either may be empty.
func joinedSentences(a, b string) string { return strings.TrimSpace(a + " " + b) }

// PlaceInWords is where in the source, after its name; empty where that is not told.
func (s SourceLine) PlaceInWords() string {
	if s.Place == "" {
		return ""
	}
	if lower := strings.ToLower(s.Place); strings.HasPrefix(lower, "side ") || strings.HasPrefix(lower, "s. ") {
		return ", " + lower
	}
	if first, _ := utf8.DecodeRuneInString(s.Place); first == '»' || unicode.IsLower(first) { // a heading marked as one, or said in words
		return ", " + s.Place
	}
	return ", afsnittet »" + s.Place + "«"
}

// joinedDots puts what there is of some texts into a line.
func joinedDots(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " · ")
}
