package web

import (
	"embed"
	"slices"

	"praksis/internal/catalogue"
)

// FirstDay is what somebody new does in the first ten minutes, for one role. Its text
// has numbered steps. In a step, a link is opened, **»Label«** is pressed, »Label« is to
// be seen, and *words* open the first of a list: a test does all of them as they stand
// (cmd/praksis), so that no step leads nowhere.
type FirstDay struct {
	Slug, Label string
	// Title of its page.
	Title string
}

// FirstDays are those of the roles that use the pages. What whoever runs the program does
// first stands in docs/operation.md.
var FirstDays = []FirstDay{
	{"sagsbehandler", "Du arbejder med borgere", "De første ti minutter: Du arbejder med borgere"},
	{"leder", "Du er leder og forbereder et møde", "De første ti minutter: Du forbereder et møde"},
	{"redaktoer", "Du er ny i redaktionen", "De første ti minutter: Du er ny i redaktionen"},
}

//go:embed firstday/*.md
var firstDays embed.FS

// FirstDayOf is the one of a slug, with its text in Markdown; false where there is none.
func FirstDayOf(slug string) (FirstDay, string, bool) {
	i := slices.IndexFunc(FirstDays, func(d FirstDay) bool { return d.Slug == slug })
	if i < 0 {
		return FirstDay{}, "", false
	}
	text, err := firstDays.ReadFile("firstday/" + slug + ".md")
	return FirstDays[i], string(text), err == nil
}

// Path is the address of its page.
func (d FirstDay) Path() string { return catalogue.FirstDayPath(d.Slug) }
