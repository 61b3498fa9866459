package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/review"
	"praksis/web"
)

// lacking counts what is to be looked at in a part.
func lacking(p web.DeskPart) (n int) {
	count := func(fields []web.DeskField) {
		for _, f := range fields {
			if f.Error != "" {
				n++
			}
			for _, m := range f.Marks {
				if m.Lacks {
					n++
				}
			}
			for _, w := range f.Warnings {
				if !w.Answered {
					n++
				}
			}
		}
	}
	count(p.Fields)
	for _, r := range p.Rows {
		count(r.Fields)
	}
	if p.Error != "" {
		n++
	}
	return n
}

// look finds what is to be said of the draft's fields.
func (x *beside) look() {
	x.marks, x.warnings, x.terms = map[string][]web.DeskMark{}, map[string][]web.Warning{}, map[string][]web.DeskSuggestion{}
	said := map[string]bool{}
	for _, f := range x.a.faults {
		said[f.Field] = true
	}
	lacks := func(path, text string) {
		if path != "" && !said[path] {
			said[path] = true
			x.marks[path] = append(x.marks[path], web.DeskMark{Text: text, Lacks: true})
		}
	}
	checked := x.draft.Clone()
	for _, f := range review.CheckDeclared(&checked, x.b.Taxonomy, x.of.NotCPR) {
		if f.Field != "slug" || x.draft.Slug != "" { // one is made of the title
			lacks(f.Field, f.Message)
		}
	}
	for _, c := range x.checklist {
		lacks(c.Field, c.Lack)
	}
	for v := range x.draft.Values() {
		if s := v.Text(); s != nil && v.Content && v.Lines > 2 {
			if lix, words := danish.LIX(*s); words >= fewWords {
				x.marks[v.Path()] = append(x.marks[v.Path()], readability(lix))
			}
		}
	}
	for i, w := range review.Warnings(&review.Submission{Kind: x.of.Kind, Practice: x.draft, NotCPR: x.of.NotCPR}) {
		v := web.Warning{ID: "klaret-" + strconv.Itoa(i+1), Key: w.Key, Field: fieldLabel(w.Field), Message: w.Message, Excerpt: w.Excerpt,
			Answered: slices.Contains(x.f.cleared, w.Key), Label: "Det er i orden: " + cmp.Or(w.Excerpt, w.Message), URL: x.b.URL(w.Field)}
		if w.Blocks {
			v.Key = ""
		}
		if x.public != nil && v.Answered && slices.Contains(x.public.cleared, w.Key) {
			x.answered = append(x.answered, web.Hidden{Name: fieldCleared, Value: w.Key})
			continue
		}
		at := w.Field
		if list, _, _ := strings.Cut(at, "["); catalogue.ListAt(list) != nil && catalogue.ListAt(list).Plain() {
			at = list
		}
		x.warnings[at] = append(x.warnings[at], v)
	}
	if !x.open || x.reads {
		return
	}
	words := x.d.words(x.b.Taxonomy)
	for _, t := range words.Suggest(&x.draft) {
		x.suggest(t.Field, "term:"+t.Field+":"+t.Slug, t.Label, "fordi der står »"+strings.Join(t.Words, "«, »")+"«")
	}
	proposed := words.SearchWords(&x.draft)
	for _, w := range proposed {
		x.suggest("search_words", "ord:"+w, w, "")
	}
	if len(proposed) > 1 {
		x.suggest("search_words", "ord:", "Tilføj alle", "")
	}
}

func (x *beside) suggest(path, value, label, why string) {
	x.terms[path] = append(x.terms[path], web.DeskSuggestion{Why: why, FormButton: web.FormButton{Label: label, Name: "handling", Value: value,
		Action: x.b.Action + x.l.query(stepOf(path)) + x.b.URL(path)}})
}

// fewWords is how many words a text has at least for LIX to say something.
const fewWords = 10

// hardLIX is from which value on a text is hard to read (docs/pages.md, "Words").
const hardLIX = 45

// readability says in words how hard a text is to read.
func readability(lix int) web.DeskMark {
	switch {
	case lix >= hardLIX:
		return web.DeskMark{Text: fmt.Sprintf("LIX %d: svær at læse. Del de lange sætninger, og brug kortere ord.", lix)}
	case lix >= 35:
		return web.DeskMark{Text: fmt.Sprintf("LIX %d: middel.", lix)}
	}
	return web.DeskMark{Text: fmt.Sprintf("LIX %d: let at læse.", lix)}
}
