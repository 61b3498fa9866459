package desk

import (
	"maps"
	"net/url"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// draftForm is a posted draft. A practice holds whatever was typed, also what
// is no date and no organisation, so that nothing is lost on the way back.
type draftForm struct {
	version  int
	holder   int64        // the other editor who had it, as the page said; 0: none
	events   int          // how many the editor had seen
	base     fingerprints // of the draft that the form was made from; nil: not known
	conflict conflict     // that the page showed
	page     string       // key of the page that it stands on
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
	aside    string // why it is set aside
	later    string // by when it is looked at again that is published at once; empty: as the page proposed
	raised   bool   // a change is called one of content, whatever the difference says
	alone    bool   // the texts to the submitter are all there is

	step, next string                      // that is shown, and that is gone on to; empty: none
	asks       map[string]string           // questions by the paths of fields
	overruled  map[review.CheckItem]string // reasons
}

func readForm(v url.Values) draftForm {
	number := func(name string) int { n, _ := strconv.Atoi(v.Get(name)); return n }
	f := draftForm{
		page: pageOf(v), version: number(fieldVersion), holder: int64(number(fieldHolder)), base: readFingerprints(v.Get(fieldBase)), conflict: readConflict(v), alone: v.Has(fieldAlone),
		events: number(fieldEvents), action: v.Get("handling"), practice: catalogue.ReadForm(v, catalogue.FormDesk), cleared: bounded(v["klaret"]), seen: bounded(v["set"]),
		ask: message(v, "spoergsmaal"), reply: message(v, "besvar-tekst"), exists: v.Get("findes"), slug: strings.TrimSpace(catalogue.Visible(v.Get("findes-slug"))), existsOf: message(v, "findes-tekst"),
		reason: v.Get("afvis-grund"), decline: message(v, "afvis-tekst"), aside: message(v, fieldAside), later: review.Line(catalogue.Visible(v.Get(fieldLater))), raised: v.Has(fieldChange),
		asks: prefixed(v, askPrefix), overruled: map[review.CheckItem]string{},
	}
	if f.later == v.Get(fieldLaterWas) { // nobody has typed it
		f.later = ""
	}
	for item, text := range prefixed(v, overrulePrefix) {
		f.overruled[review.CheckItem(item)] = text
	}
	return f
}

// prefixed are the texts of the fields whose names begin so, by the rest of the name.
func prefixed(v url.Values, prefix string) map[string]string {
	out := map[string]string{}
	for name := range v {
		rest, is := strings.CutPrefix(name, prefix)
		if text := message(v, name); is && text != "" && len(out) < 10*catalogue.MaxRows {
			out[rest] = text
		}
	}
	return out
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
func (d *Desk) says(f, x draftForm) bool {
	return d.sameDraft(f, x) && len(f.seen) == 0 && len(f.left("")) == 0
}

func (d *Desk) sameDraft(a, b draftForm) bool {
	return maps.Equal(d.fingerprints(a), d.fingerprints(b))
}

// untouched tells whether the draft is as the form was made with it.
func (d *Desk) untouched(f draftForm) bool {
	return f.alone || f.base != nil && maps.Equal(f.base, d.fingerprints(f))
}

// beside is another form's draft with the texts to the submitter and the ticks of f.
func (f draftForm) beside(draft draftForm) draftForm {
	f.version, f.events, f.base, f.practice, f.cleared, f.conflict, f.alone = draft.version, draft.events, draft.base, draft.practice, draft.cleared, conflict{}, false
	return f
}

// messages are the texts to the submitter by their fields, each with the action
// that sends it.
var messages = map[string]string{fieldAsk: "spoerg", fieldReply: "besvar", fieldExists: "findes", fieldSlug: "findes", fieldReason: "afvis", fieldDecline: "afvis", fieldAside: "til-side"}

// left are the fields of what an action did not send.
func (f draftForm) left(action string) (names []string) {
	for name, value := range map[string]string{fieldAsk: f.ask, fieldReply: f.reply, fieldExists: f.existsOf, fieldSlug: f.slug, fieldReason: f.reason, fieldDecline: f.decline, fieldAside: f.aside} {
		if value != "" && messages[name] != action {
			names = append(names, name)
		}
	}
	if action != messages[fieldAsk] {
		for path := range f.asks {
			names = append(names, askPrefix+path)
		}
	}
	if f.later != "" && action != "udgiv-se" {
		names = append(names, fieldLater)
	}
	if action != "udgiv" && action != "udgiv-se" {
		for item := range f.overruled {
			names = append(names, overrulePrefix+string(item))
		}
	}
	return names
}
