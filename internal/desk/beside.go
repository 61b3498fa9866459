package desk

import (
	"fmt"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// beside is what stands at the fields of a draft: what came or is published, what is
// lacking, what may show somebody, what is suggested, and what was asked.
type beside struct {
	d        *Desk
	l        stepList
	f        draftForm
	a        pageState
	b        *web.RecordForm
	draft    catalogue.Practice       // without empty rows
	of       review.Submission        // that the draft is made of, of which warnings depend
	original *catalogue.Practice      // what came first, where the draft may be without what was corrected since; nil: it is not
	s        *postgres.SubmissionView // whose draft it is; nil: a revision of a published example
	open     bool                     // the draft can be changed
	reads    bool                     // but not by who is signed in
	off      bool                     // it has no fields
	ask      bool                     // the submitter can be asked
	public   *draftForm               // what stands beside is published, and this is the form of it: what differs is said to be changed; nil: it is not

	came      map[string]web.Field     // by name
	cameRows  map[string][]web.FormRow // by list
	marks     map[string][]web.DeskMark
	warnings  map[string][]web.Warning
	terms     map[string][]web.DeskSuggestion // all three by path
	answered  []web.Hidden                    // warnings of what is published, which are answered
	changed   map[string]bool                 // by path
	checklist []review.Checked
	wanted    []wanted // by the source, that waits
}

// besideSent is a submission's draft beside what came.
func (d *Desk) besideSent(s *postgres.SubmissionView, f draftForm, a pageState, b *web.RecordForm) *beside {
	open, question := s.State.Open(), s.Kind == review.KindQuestion
	x := &beside{d: d, l: submissionSteps, f: f, a: a, b: b, draft: withoutEmptyRows(f.practice), of: s.Content, s: s, open: open, off: question}
	if s.Draft != nil && open {
		x.original = &s.Original.Practice
	}
	x.sent()
	return x
}

// besidePublic is a revision beside the form of what is published.
func (d *Desk) besidePublic(public, f draftForm, a pageState, b *web.RecordForm, open bool) *beside {
	x := &beside{d: d, l: revisionSteps, f: f, a: a, b: b, draft: withoutEmptyRows(f.practice), open: open, public: &public, changed: map[string]bool{},
		of: review.Submission{Kind: review.KindFull, Practice: public.practice, NotCPR: true}} // ten digits in it have been cleared
	was, now := d.fingerprints(public), d.fingerprints(f)
	for _, field := range catalogue.Fields {
		x.changed[field.Path] = was[field.Path] != now[field.Path]
	}
	x.sent()
	return x
}

// steps makes the steps of a draft's form.
func (x *beside) steps(here string) (out []web.DeskStep) {
	parts := map[string]web.FormSection{}
	for _, s := range x.b.Sections() {
		parts[strings.TrimPrefix(s.ID, x.b.SectionPrefix)] = s
	}
	x.look()
	for i, s := range x.l {
		v := web.DeskStep{ID: s.id, Label: s.label, Here: s.id == here}
		if i+1 < len(x.l) {
			v.Next, v.NextLabel = x.l[i+1].id, catalogue.LowerFirst(x.l[i+1].label)
		}
		for _, id := range s.sections {
			if part, ok := parts[id]; ok {
				v.Parts = append(v.Parts, x.part(part, s.id))
			}
		}
		v.Off = len(s.sections) > 0 && (len(v.Parts) == 0 || x.off)
		for _, p := range v.Parts {
			v.Lacks += lacking(p)
			v.Changed = v.Changed || p.Changed
		}
		v.Answers = x.answers(s.id)
		out = append(out, v)
	}
	last := &out[len(out)-1]
	for _, c := range x.checklist {
		if !c.Done && c.Field == "" {
			last.Lacks++
		}
	}
	return out
}

// part is a section of the form with what stands beside it.
func (x *beside) part(s web.FormSection, step string) web.DeskPart {
	p := web.DeskPart{ID: s.ID, Heading: s.Heading, Error: s.Error, Add: s.Add}
	action := func(b *web.FormButton) {
		if at := strings.IndexByte(b.Action, '#'); at >= 0 {
			b.Action = b.Action[:at] + x.l.query(step) + b.Action[at:]
		}
	}
	action(&p.Add)
	for _, f := range s.Fields {
		v := x.field(f)
		v.Came, v.Changed = x.came[f.Name].Filled(), x.changed[f.Name]
		v.Same = x.public != nil && !v.Changed
		p.Changed = p.Changed || v.Changed
		v.Ask = x.asks(f.Name, f.Label)
		if at := catalogue.FieldAt(f.Name); at != nil && x.corrected(at) {
			x.offer(&v, f.Name, step, says(at, x.original) == says(at, &x.f.practice))
		}
		x.fromSource(&v.Ask, f.Name)
		x.offerText(&v, f.Name, step)
		p.Fields = append(p.Fields, v)
	}
	list := listOf(s)
	if list == nil {
		return p
	}
	if len(x.marks[list.Path]) > 0 && p.Error == "" && len(s.Rows) == 0 {
		p.Error = x.marks[list.Path][0].Text
	}
	p.Ask, p.Changed = x.asks(list.Path, list.Label), p.Changed || x.changed[list.Path]
	pairs := catalogue.PairRows(list, &x.of.Practice, &x.f.practice)
	came := make([]int, len(s.Rows))
	used := map[int]bool{}
	for i := range came {
		came[i] = -1
	}
	for _, pair := range pairs {
		if pair[0] >= 0 && pair[1] >= 0 && pair[1] < len(came) {
			came[pair[1]], used[pair[0]] = pair[0], true
		}
	}
	rows := x.cameRows[list.Path]
	for i, r := range s.Rows {
		v := web.DeskPair{ID: r.ID, Legend: r.Legend, Remove: r.Remove}
		action(&v.Remove)
		wrong := false
		for _, f := range r.Fields {
			y := x.field(f)
			wrong = wrong || y.Error != ""
			v.Fields = append(v.Fields, y)
		}
		if len(r.Fields) > 0 && r.Fields[0].Value != "" {
			v.About = ": " + shorten(r.Fields[0].Value)
		}
		v.Open = wrong || v.About == "" || len(s.Rows) == 1
		if n := came[i]; n >= 0 && n < len(rows) {
			v.Came = rows[n].Filled()
			v.Same = x.public != nil && slices.Equal(v.Came, r.Filled())
			v.Ask = x.asks(fmt.Sprintf("%s[%d]", list.Path, n+1), v.Legend)
			if n == i && len(v.Fields) > 0 && x.correctedRow(list, n) {
				x.offer(&v.Fields[0], fmt.Sprintf("%s[%d]", list.Path, n+1), step, rowSays(list, x.original, n) == rowSays(list, &x.f.practice, n))
			}
		}
		x.fromSource(&v.Ask, fmt.Sprintf("%s[%d]", list.Path, i+1))
		if x.public != nil && !v.Same {
			v.Change = "ændret"
			if len(v.Came) == 0 {
				v.Change = "ny"
			}
		}
		p.Rows = append(p.Rows, v)
	}
	if len(p.Rows) > 1 && !slices.ContainsFunc(p.Rows, func(r web.DeskPair) bool { return r.Open }) {
		p.Rows[0].Open = true
	}
	for n, r := range rows {
		if facts := r.Filled(); !used[n] && len(facts) > 0 {
			p.Gone = append(p.Gone, web.DeskGone{Legend: r.Legend, Came: facts})
		}
	}
	return p
}

// listOf is the list whose rows a section has; nil where it has none.
func listOf(s web.FormSection) *catalogue.Field {
	_, path, _ := strings.Cut(s.Add.Value, ":")
	return catalogue.ListAt(path)
}

func (x *beside) field(f web.Field) web.DeskField {
	f.Folded = true
	if f.Rows = min(f.Rows, deskLines); f.Value == "" {
		f.Rows = min(f.Rows, 2)
	}
	return web.DeskField{Field: f, Marks: x.marks[f.Name], Warnings: x.warnings[f.Name], Terms: x.terms[f.Name]}
}

// deskLines is the most lines of a text's field: a step is a screen high, and longer
// texts scroll.
const deskLines = 3

// shorten is the beginning of a text, as what a row is folded under.
func shorten(s string) string {
	const most = 70
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// asks is what was said about a field or a row, and where more is asked.
func (x *beside) asks(path, label string) web.DeskAsk {
	a := web.DeskAsk{Thread: x.thread(path)}
	f := catalogue.FieldAt(path)
	if list, _, inRow := strings.Cut(path, "["); inRow {
		f = catalogue.FieldAt(list)
	}
	if x.ask && f != nil && f.Asked != catalogue.FormNone && f.Asked <= catalogue.FormFull {
		name := askPrefix + path
		a.Field = web.Field{Type: web.FieldArea, Name: name, ID: web.FieldID(name), Label: "Spørgsmål om " + catalogue.LowerFirst(label), Hint: label, Value: x.f.asks[path], Error: x.a.wrong[name]}
	}
	return a
}

// sent reads what came into fields by their names, and into rows by their lists.
func (x *beside) sent() {
	x.came, x.cameRows = map[string]web.Field{}, map[string][]web.FormRow{}
	form := x.d.recordForm(&x.of.Practice, "", nil)
	if x.public == nil {
		form.Form = catalogue.FormFull
	}
	for _, s := range form.Sections() {
		for _, f := range s.Fields {
			x.came[f.Name] = f
		}
		if list := listOf(s); list != nil {
			x.cameRows[list.Path] = s.Rows
		}
	}
	if text := x.of.Text; text != "" { // where review.Draft puts it
		at := "answers.other"
		if x.of.Kind.Brief() {
			at = "answers.done"
		}
		f := x.came[at]
		f.Value = strings.TrimSpace(f.Value + "\n\n" + text)
		x.came[at] = f
	}
	if link := x.of.Link; link != "" {
		x.cameRows["sources"] = append(slices.Clone(x.cameRows["sources"]), web.FormRow{Legend: "Link", Fields: []web.Field{{Label: "Link", Value: link}}})
	}
}
