package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// step is a part of a submission's page that is shown alone. All steps stand in one
// form: so each button has the whole draft, and what is kept, guarded and carried
// through a sign-in is one thing (docs/house.md, "One submission in steps").
type step struct {
	id, label string
	sections  []string // of the form, by ID
}

// steps are those of a submission, in their order; a test holds that each section of
// the form has its step.
var steps = []step{
	{web.DeskStepRead, "Læs", nil},
	{"tekst", "Tekst", []string{"eksemplet"}},
	{"emner", "Emner", []string{"hvem"}},
	{"erfaringer", "Erfaringer", []string{"findings"}},
	{"laering", "Læring", []string{"svar"}},
	{"kraever", "Krav og råd", []string{"kraever", "advice"}},
	{"fastholdt", "Fastholdt", []string{"retention"}},
	{"tid", "Tid", []string{"tid"}},
	{"kilder", "Kilder", []string{"sources", "links"}},
	{"resten", "Resten", []string{"resten"}},
	{web.DeskStepDecide, "Afgør", nil},
}

// stepAt is the ID of a step, the first one for what is none.
func stepAt(id string) string {
	if slices.ContainsFunc(steps, func(s step) bool { return s.id == id }) {
		return id
	}
	return steps[0].id
}

// stepOf is the step with a field of the record, by its path or that of a value.
func stepOf(path string) string {
	list, _, _ := strings.Cut(path, "[")
	f := catalogue.FieldAt(list)
	for _, s := range steps {
		if f != nil && f.Section != nil && slices.Contains(s.sections, f.Section.ID) {
			return s.id
		}
	}
	return web.DeskStepDecide
}

// stepQuery leads to a step; empty for the first one.
func stepQuery(id string) string {
	if id == steps[0].id {
		return ""
	}
	return "?trin=" + id
}

// beside is what stands at the fields of a draft: what came, what is lacking, what may
// show somebody, what is suggested, and what was asked.
type beside struct {
	d         *Desk
	s         *postgres.SubmissionView
	f         draftForm
	a         pageState
	b         *web.RecordForm
	draft     catalogue.Practice
	came      map[string]web.Field      // by name
	cameRows  map[string][]web.FormRow  // by list
	marks     map[string][]web.DeskMark // by path
	warnings  map[string][]web.Warning  // by path
	terms     map[string][]web.DeskSuggestion
	ask       bool // the submitter can be asked
	checklist []review.Checked
}

// steps makes the steps of a draft's form.
func (x *beside) steps(here string) (out []web.DeskStep) {
	parts := map[string]web.FormSection{}
	for _, s := range x.b.Sections() {
		parts[strings.TrimPrefix(s.ID, x.b.SectionPrefix)] = s
	}
	x.look()
	for i, s := range steps {
		v := web.DeskStep{ID: s.id, Label: s.label, Here: s.id == here}
		if i+1 < len(steps) {
			v.Next, v.NextLabel = steps[i+1].id, catalogue.LowerFirst(steps[i+1].label)
		}
		for _, id := range s.sections {
			if part, ok := parts[id]; ok {
				v.Parts = append(v.Parts, x.part(part, s.id))
			}
		}
		v.Off = len(s.sections) > 0 && (len(v.Parts) == 0 || x.s.Kind == review.KindQuestion)
		for _, p := range v.Parts {
			v.Lacks += lacking(p)
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
	for _, f := range review.CheckDeclared(&checked, x.b.Taxonomy, x.s.Content.NotCPR) {
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
	for i, w := range review.Warnings(&review.Submission{Kind: x.s.Content.Kind, Practice: x.draft, NotCPR: x.s.Content.NotCPR}) {
		v := web.Warning{ID: "klaret-" + strconv.Itoa(i+1), Key: w.Key, Field: fieldLabel(w.Field), Message: w.Message, Excerpt: w.Excerpt,
			Answered: slices.Contains(x.f.cleared, w.Key), Label: "Det er i orden: " + cmp.Or(w.Excerpt, w.Message), URL: x.b.URL(w.Field)}
		if w.Blocks {
			v.Key = ""
		}
		at := w.Field
		if list, _, _ := strings.Cut(at, "["); catalogue.ListAt(list) != nil && catalogue.ListAt(list).Plain() {
			at = list
		}
		x.warnings[at] = append(x.warnings[at], v)
	}
	if !x.s.State.Open() {
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
		Action: x.b.Action + stepQuery(stepOf(path)) + x.b.URL(path)}})
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

// part is a section of the form with what stands beside it.
func (x *beside) part(s web.FormSection, step string) web.DeskPart {
	p := web.DeskPart{ID: s.ID, Heading: s.Heading, Error: s.Error, Add: s.Add}
	action := func(b *web.FormButton) {
		if at := strings.IndexByte(b.Action, '#'); at >= 0 {
			b.Action = b.Action[:at] + stepQuery(step) + b.Action[at:]
		}
	}
	action(&p.Add)
	for _, f := range s.Fields {
		v := x.field(f)
		v.Came = x.came[f.Name].Filled()
		v.Ask = x.asks(f.Name, f.Label)
		if at := catalogue.FieldAt(f.Name); at != nil && x.corrected(at) {
			x.offer(&v, f.Name, step, says(at, &x.s.Original.Practice) == says(at, &x.f.practice))
		}
		p.Fields = append(p.Fields, v)
	}
	list := listOf(s)
	if list == nil {
		return p
	}
	if len(x.marks[list.Path]) > 0 && p.Error == "" && len(s.Rows) == 0 {
		p.Error = x.marks[list.Path][0].Text
	}
	p.Ask = x.asks(list.Path, list.Label)
	pairs := catalogue.PairRows(list, &x.s.Content.Practice, &x.f.practice)
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
			v.Ask = x.asks(fmt.Sprintf("%s[%d]", list.Path, n+1), v.Legend)
			if n == i && len(v.Fields) > 0 && x.correctedRow(list, n) {
				x.offer(&v.Fields[0], fmt.Sprintf("%s[%d]", list.Path, n+1), step, rowSays(list, &x.s.Original.Practice, n) == rowSays(list, &x.f.practice, n))
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

// corrected tells whether the submitter has corrected a field, and the draft says
// something else.
func (x *beside) corrected(f *catalogue.Field) bool {
	return x.s.Draft != nil && x.s.State.Open() && says(f, &x.s.Original.Practice) != says(f, &x.s.Content.Practice) && says(f, &x.s.Content.Practice) != says(f, &x.f.practice)
}

// correctedRow tells the same of a row of a list, from 0, that stands in the same place
// everywhere.
func (x *beside) correctedRow(list *catalogue.Field, row int) bool {
	first, now, draft := rowSays(list, &x.s.Original.Practice, row), rowSays(list, &x.s.Content.Practice, row), rowSays(list, &x.f.practice, row)
	return x.s.Draft != nil && x.s.State.Open() && first != "" && first != now && now != draft
}

// says is what a record has in a field that stands in no list, or in a plain list.
func says(f *catalogue.Field, p *catalogue.Practice) string {
	if f.Kind != catalogue.FieldRows {
		return f.Of(p).String()
	}
	var out []string
	for row := range f.Len(p) {
		out = append(out, rowSays(f, p, row))
	}
	return strings.Join(out, "\n")
}

// rowSays is what a submitter is asked for of a row of a list, from 0.
func rowSays(list *catalogue.Field, p *catalogue.Practice, row int) string {
	if row >= list.Len(p) {
		return ""
	}
	var out []string
	for _, v := range list.Row(p, row) {
		if list.Plain() || v.Asked != catalogue.FormNone && v.Asked <= catalogue.FormFull {
			out = append(out, v.String())
		}
	}
	return strings.Join(out, "\x00")
}

// offer says at a field that the submitter has corrected it, with a button that takes
// the correction over. It must be looked at where the draft says what came first.
func (x *beside) offer(v *web.DeskField, path, step string, first bool) {
	v.Marks = append(v.Marks, web.DeskMark{Text: "Indsenderen har rettet det. Kladden siger noget andet.", Lacks: first})
	v.Take = web.FormButton{Label: "Brug indsenderens rettelse", Name: "handling", Value: "brug:" + path, Action: x.b.Action + stepQuery(step) + x.b.URL(path)}
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
	form := x.d.recordForm(&x.s.Content.Practice, "", nil)
	form.Form = catalogue.FormFull
	for _, s := range form.Sections() {
		for _, f := range s.Fields {
			x.came[f.Name] = f
		}
		if list := listOf(s); list != nil {
			x.cameRows[list.Path] = s.Rows
		}
	}
	if text := x.s.Content.Text; text != "" { // where review.Draft puts it
		at := "answers.other"
		if x.s.Kind.Brief() {
			at = "answers.done"
		}
		f := x.came[at]
		f.Value = strings.TrimSpace(f.Value + "\n\n" + text)
		x.came[at] = f
	}
	if link := x.s.Content.Link; link != "" {
		x.cameRows["sources"] = append(slices.Clone(x.cameRows["sources"]), web.FormRow{Legend: "Link", Fields: []web.Field{{Label: "Link", Value: link}}})
	}
}
