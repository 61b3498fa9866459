package desk

import (
	"cmp"
	"crypto/sha256"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// Names of the fields that tell what a draft's form was made from, and what it
// showed beside another editor's.
const (
	fieldVersion, fieldEvents = "version", "sket"
	fieldBase                 = "grund"        // fingerprints of the draft that it was made from
	fieldBeside               = "gemt-version" // of the saved draft that was shown beside it
	fieldShown                = "vist"         // fingerprints of what it was then
	fieldAlone                = "kun-tekster"  // kept: the texts to the submitter are all there is
	fieldCleared              = "klaret"
	choicePrefix              = "vaelg:" // before the name of a part
)

// fingerprints tell of each part of a draft, by the path of a field or list, what
// it says, without saying it: so a form brings along what it was made from. Parts
// that say nothing have none.
type fingerprints map[string]string

func (d *Desk) fingerprints(f draftForm) fingerprints {
	p := d.asPosted(f.practice)
	said := map[string]*strings.Builder{}
	for v := range p.Values() {
		// The order of chosen boxes says nothing.
		s := v.String()
		if v.Kind == catalogue.FieldTerms || v.Kind == catalogue.FieldVoices {
			s = strings.Join(slices.Sorted(strings.SplitSeq(s, "\n")), "\n")
		}
		path := v.Path()
		list, row, inList := strings.Cut(path, "[")
		if f := catalogue.FieldAt(list); f == nil || f.Asked == catalogue.FormNone || s == "" && !inList {
			continue
		}
		if said[list] == nil {
			said[list] = &strings.Builder{}
		}
		said[list].WriteString(row + "\x00" + s + "\x00")
	}
	out := fingerprints{}
	for path, b := range said {
		out[path] = fingerprint(b.String())
	}
	if len(f.cleared) > 0 {
		out[fieldCleared] = fingerprint(strings.Join(slices.Sorted(slices.Values(f.cleared)), "\x00"))
	}
	return out
}

// asPosted is a draft as its form posts it when nothing is typed: organisations
// and lists without an empty choice look different before.
func (d *Desk) asPosted(p catalogue.Practice) catalogue.Practice {
	p = withoutEmptyRows(p)
	review.Canonical(&p)
	slices.Sort(p.Periods) // boxes, too
	for v := range p.Values() {
		if o := v.Organisation(); o != nil {
			if known := d.index.Taxonomy().Organisation(o.String()); known != nil {
				*o = catalogue.OrganisationRef{Slug: known.Slug}
			}
		} else if s := v.Text(); s != nil && *s == "" && len(v.Options) > 0 && v.Unset == "" {
			*s = v.Options[0].Code
		} else if n := v.Number(); n != nil && *n == 0 {
			*n = 1 // the first source
		}
	}
	return p
}

// fingerprint is twelve letters: digits could look like a CPR number.
func fingerprint(s string) string {
	sum := sha256.Sum256([]byte(s))
	out := make([]byte, 12)
	for i := range out {
		out[i] = 'a' + sum[i]%26
	}
	return string(out)
}

// String is as a field brings it along.
func (f fingerprints) String() string {
	list := make([]string, 0, len(f))
	for path, x := range f {
		list = append(list, path+"="+x)
	}
	slices.Sort(list)
	return "v1 " + strings.Join(list, " ")
}

// readFingerprints reads them; nil where there are none.
func readFingerprints(s string) fingerprints {
	s, ok := strings.CutPrefix(s, "v1 ")
	if !ok {
		return nil
	}
	out := fingerprints{}
	for x := range strings.SplitSeq(s, " ") {
		if path, print, ok := strings.Cut(x, "="); ok {
			out[path] = print
		}
	}
	return out
}

// conflict is what a posted form says of the other editor's draft beside it.
type conflict struct {
	version int          // of that draft; 0: none was shown
	shown   fingerprints // of the form's own draft, as it stood on the page
	choices map[string]string
}

func readConflict(v url.Values) (c conflict) {
	c.version, _ = strconv.Atoi(v.Get(fieldBeside))
	c.shown = readFingerprints(v.Get(fieldShown))
	c.choices = map[string]string{}
	for name := range v {
		if part, ok := strings.CutPrefix(name, choicePrefix); ok {
			c.choices[part] = v.Get(name)
		}
	}
	return c
}

// part is what of two drafts is chosen as one whole: a field, a list, or the
// findings with their sources, whose numbers they hold.
type part struct {
	name   string
	fields []*catalogue.Field // none: the ticks at the warnings
	both   []web.DeskBoth
}

func (p part) same(a, b fingerprints) bool {
	if len(p.fields) == 0 {
		return a[fieldCleared] == b[fieldCleared]
	}
	return !slices.ContainsFunc(p.fields, func(f *catalogue.Field) bool { return a[f.Path] != b[f.Path] })
}

func (p part) label() string {
	if len(p.fields) == 0 {
		return "Hak ved »Kan nogen genkendes?«"
	}
	labels := make([]string, len(p.fields))
	for i, f := range p.fields {
		labels[i] = f.Label
	}
	return strings.Join(labels, " og ")
}

// parts are those of which a saved and a typed draft say different things, in the
// order of the form.
func (d *Desk) parts(saved, typed draftForm) (out []part) {
	a, b := d.fingerprints(saved), d.fingerprints(typed)
	x, y := d.asPosted(saved.practice), d.asPosted(typed.practice)
	says := map[string][]web.DeskBoth{}
	for _, z := range catalogue.DraftDifferences(&x, &y) {
		list, _, _ := strings.Cut(z.Path, "[")
		of := catalogue.FieldAt(list)
		if of.Kind == catalogue.FieldRows && !of.Plain() && z.Asked == catalogue.FormNone {
			continue // the keys of findings
		}
		both := web.DeskBoth{Saved: d.shown(z.Field, z.Before), Typed: d.shown(z.Field, z.After)}
		if of.Kind == catalogue.FieldRows && !of.Plain() {
			both.Label = (&web.RecordForm{}).Line(z.Path, z.Label).Message
		}
		says[list] = append(says[list], both)
	}
	for _, f := range catalogue.Fields {
		switch {
		case f.Asked == catalogue.FormNone || a[f.Path] == b[f.Path]:
		case f.Path == "sources" && slices.ContainsFunc(out, func(p part) bool { return p.name == "findings" }):
			i := slices.IndexFunc(out, func(p part) bool { return p.name == "findings" })
			out[i].fields = append(out[i].fields, f)
			out[i].both = append(out[i].both, says[f.Path]...)
		default:
			out = append(out, part{f.Path, []*catalogue.Field{f}, says[f.Path]})
		}
	}
	if a[fieldCleared] != b[fieldCleared] {
		out = append(out, part{fieldCleared, nil, []web.DeskBoth{{Saved: ticked(saved, typed), Typed: ticked(typed, saved)}}})
	}
	return out
}

// ticked are the warnings that a form's editor has answered, in words.
func ticked(f, other draftForm) string {
	var out []string
	for _, p := range []catalogue.Practice{f.practice, other.practice} {
		for _, w := range review.Warnings(&review.Submission{Practice: withoutEmptyRows(p)}) {
			if s := cmp.Or(w.Excerpt, w.Message); slices.Contains(f.cleared, w.Key) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return strings.Join(out, "\n")
}

// resolved is what was typed with what the editor chose of the saved draft. What
// they changed after the choice was shown is theirs.
func (d *Desk) resolved(f, saved draftForm) draftForm {
	now := d.fingerprints(f)
	out := f
	out.practice = withoutEmptyRows(f.practice)
	for _, p := range d.parts(saved, f) {
		if f.conflict.choices[p.name] != web.ChooseSaved || !p.same(now, f.conflict.shown) {
			continue
		}
		for _, x := range p.fields {
			x.Take(&out.practice, &saved.practice)
		}
		if len(p.fields) == 0 {
			out.cleared = saved.cleared
		}
	}
	out.version, out.events, out.base, out.conflict = saved.version, saved.events, saved.base, conflict{}
	return out
}

// stale says who did what since the page of the editor of that name was made, and
// what both say.
func (d *Desk) stale(s *postgres.SubmissionView, f draftForm, editor string) *web.DeskStale {
	v := &web.DeskStale{Save: s.State.Open(), Saved: "den gemte"}
	if f.events >= 0 && f.events < len(s.Events) {
		v.Events = eventLines(s, s.Events[f.events:])
	}
	saved := d.savedForm(s)
	v.Choices = d.choices(saved, f)
	if !v.Save {
		v.Both, v.Choices = both(v.Choices), nil
	}
	v.Unsent = f.unsentTexts()
	v.Theirs = "Brug den andens"
	if s.DraftBy == editor {
		v.Theirs = "Brug den gemte"
	}
	if s.State == review.SetAside {
		v.Text = "Indsendelsen er lagt til side. Det, du har skrevet, står her endnu, men er ikke gemt. Åbn den igen, så bliver det gemt."
		return v
	}
	if !v.Save {
		v.Text = "Indsendelsen er afgjort. Det, du har skrevet, står her endnu, men kan ikke gemmes."
		return v
	}
	v.Text = "Der er sket noget, siden du åbnede siden."
	if s.Draft != nil && (len(v.Events) == 0 || !maps.Equal(f.base, saved.base)) {
		v.Text = cmp.Or(s.DraftBy, "En anden redaktør") + " har gemt kladden " + catalogue.DanishTime(s.DraftAt) + "."
	}
	if len(v.Choices) == 0 {
		v.Text += " Din kladde siger det samme som den gemte."
		return v
	}
	v.Text += " Det, du har skrevet, står her endnu, men er ikke gemt. Vælg for hvert felt, hvad der skal gælde. Gemmer du nu, erstatter det, du har valgt, den gemte."
	return v
}

// choices are the parts of which a saved and a typed draft say different things,
// each with what is proposed.
func (d *Desk) choices(saved, f draftForm) (out []web.DeskChoice) {
	typed := d.fingerprints(f)
	for _, p := range d.parts(saved, f) {
		c := web.DeskChoice{Name: choicePrefix + p.name, Label: p.label(), Both: p.both}
		if f.base != nil {
			switch {
			case p.same(f.base, typed):
				c.Saved, c.Note = true, "Du har ikke ændret det. Det er kun ændret i den gemte."
			case p.same(f.base, saved.base):
				c.Note = "Kun du har ændret det."
			default:
				c.Note = "Det er ændret både af dig og i den gemte."
			}
		}
		if chosen := f.conflict.choices[p.name]; chosen != "" && f.conflict.version == saved.version {
			c.Saved = chosen == web.ChooseSaved && p.same(typed, f.conflict.shown) // what was typed since is meant
		}
		out = append(out, c)
	}
	return out
}

// both are the differences of choices that nobody can make any more.
func both(choices []web.DeskChoice) (out []web.DeskBoth) {
	for _, c := range choices {
		for _, b := range c.Both {
			out = append(out, web.DeskBoth{Label: cmp.Or(b.Label, c.Label), Saved: b.Saved, Typed: b.Typed})
		}
	}
	return out
}

// unsentTexts are the texts to the submitter that a form holds.
func (f draftForm) unsentTexts() (out []web.Fact) {
	reason := ""
	if r := review.DeclineReason(f.reason); review.DeclineReasons.Has(r) {
		reason = review.DeclineReasons.Label(r)
	}
	for _, path := range slices.Sorted(maps.Keys(f.asks)) {
		out = append(out, web.Fact{Label: "Spørgsmål om " + catalogue.LowerFirst(review.FieldTitle(path)), Value: f.asks[path]})
	}
	for _, item := range review.CheckItems {
		if reason := f.overruled[item.Code]; reason != "" {
			out = append(out, web.Fact{Label: "Udgiv uden »" + item.Label + "«", Value: reason})
		}
	}
	for _, x := range []web.Fact{{Label: "Spørgsmål", Value: f.ask}, {Label: "Svar", Value: f.reply}, {Label: "Findes i forvejen: adressen på eksemplet", Value: f.slug},
		{Label: "Findes i forvejen: tekst til indsenderen", Value: f.existsOf}, {Label: "Afvis: grund", Value: reason}, {Label: "Afvis: tekst til indsenderen", Value: f.decline}, {Label: "Læg til side: grund", Value: f.aside}, {Label: "Ses igennem senest", Value: f.later}} {
		if x.Value != "" {
			out = append(out, x)
		}
	}
	return out
}

// unsent says in a sentence what a form holds beside the draft.
func (f draftForm) unsent() string {
	var names []string
	for _, x := range []struct {
		name string
		has  bool
	}{{"et spørgsmål", f.ask != "" || len(f.asks) > 0}, {"en grund til at udgive", len(f.overruled) > 0}, {"et svar", f.reply != ""}, {"en henvisning til et eksempel", f.slug+f.existsOf != ""}, {"en afvisning", f.reason+f.decline != ""}, {"en grund til at lægge til side", f.aside != ""}, {"en dag, hvor det skal ses igennem", f.later != ""}} {
		if x.has {
			names = append(names, x.name)
		}
	}
	switch n := len(names); n {
	case 0:
		return "Du har sat hak ved bilag, som ikke er gemt."
	case 1:
		return "Du har skrevet " + names[0] + ", som ikke er sendt."
	default:
		return "Du har skrevet " + strings.Join(names[:n-1], ", ") + " og " + names[n-1] + ", som ikke er sendt."
	}
}
