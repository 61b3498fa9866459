package desk

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// draftForm is a posted draft. A practice holds whatever was typed, also what
// is no date and no organisation, so that nothing is lost on the way back.
type draftForm struct {
	version  int
	events   int    // how many the editor had seen
	page     string // key of the page that it stands on
	action   string
	practice catalogue.Practice
	cleared  []string
	seen     []string // attachments
	ask      string
	reply    string
	exists   string // slug that was picked
	slug     string // or typed
	existsOf string // text to the submitter
	reason   string
	decline  string
}

func readForm(v url.Values) draftForm {
	number := func(name string) int { n, _ := strconv.Atoi(v.Get(name)); return n }
	return draftForm{
		page: pageOf(v), version: number("version"), events: number("sket"), action: v.Get("handling"), practice: catalogue.ReadForm(v, catalogue.FormDesk), cleared: bounded(v["klaret"]), seen: bounded(v["set"]),
		ask: message(v, "spoergsmaal"), reply: message(v, "besvar-tekst"), exists: v.Get("findes"), slug: strings.TrimSpace(v.Get("findes-slug")), existsOf: message(v, "findes-tekst"),
		reason: v.Get("afvis-grund"), decline: message(v, "afvis-tekst"),
	}
}

// message is a typed text, as it can be shown again.
func message(v url.Values, name string) string { return review.Text(catalogue.Visible(v.Get(name))) }

// bounded keeps a list to what a form of ours can hold.
func bounded(list []string) []string { return list[:min(len(list), 10*catalogue.MaxRows)] }

// withoutEmptyRows is a draft without the rows that nothing was typed in.
func withoutEmptyRows(p catalogue.Practice) catalogue.Practice {
	p = p.Clone()
	p.DropEmptyRows()
	return p
}

// says tells whether a form says the same as another, whatever page and version
// they are of, and nothing to the submitter beside.
func (f draftForm) says(x draftForm) bool {
	a, b := withoutEmptyRows(f.practice), withoutEmptyRows(x.practice)
	review.Canonical(&a)
	review.Canonical(&b)
	sort := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	return len(catalogue.DraftDifferences(&b, &a)) == 0 && slices.Equal(sort(f.cleared), sort(x.cleared)) && len(f.seen) == 0 && len(f.left("")) == 0
}

// messages are the texts to the submitter by their fields, each with the action
// that sends it.
var messages = map[string]string{fieldAsk: "spoerg", fieldReply: "besvar", fieldExists: "findes", fieldSlug: "findes", fieldReason: "afvis", fieldDecline: "afvis"}

// left are the fields of what an action did not send.
func (f draftForm) left(action string) (names []string) {
	for name, value := range map[string]string{fieldAsk: f.ask, fieldReply: f.reply, fieldExists: f.existsOf, fieldSlug: f.slug, fieldReason: f.reason, fieldDecline: f.decline} {
		if value != "" && messages[name] != action {
			names = append(names, name)
		}
	}
	return names
}
