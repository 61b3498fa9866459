package review

import (
	"errors"
	"fmt"
	"slices"

	"praksis/internal/catalogue"
)

// Merge is what two examples of the same deed become.
type Merge struct {
	Record catalogue.Practice
	// Moved are the findings and sources that came from the other one, as their
	// places in Record, from 0.
	Findings, Sources []int
	// Keys are those of the other one's findings, with the key that each has in Record.
	Keys map[string]string
	// Left are the fields of the other one that say something, and of which Record
	// says something else or nothing.
	Left []catalogue.Difference
}

// Merged puts p into another practice about the same deed. That one's texts stay;
// where it says nothing p's are taken. Findings and sources of both are kept: a
// finding of p whose key is taken gets another, its source follows it, and what both
// have word for word is kept once. Terms, statements of retention, advice and links
// are those of both. The organisations of p become partners. It changes neither.
func Merged(p, into *catalogue.Practice) Merge {
	m := Merge{Record: into.Clone(), Keys: map[string]string{}}
	from, out := p.Clone(), &m.Record
	pinSolutions(&from, out)
	for _, x := range []*catalogue.Practice{out, &from} {
		if len(x.Findings) > 0 && len(x.Sources) == 0 { // they would be taken for those of the other's first source
			x.Sources = []catalogue.Source{{Kind: "note", Document: "Indsendt til Praksiskataloget", Publisher: x.Organisation.Name}}
		}
	}
	for _, f := range catalogue.Fields {
		switch {
		case !f.Content && f.Path != "solutions":
		case f.Path == "organisation" || f.Path == "title" || f.Kind != catalogue.FieldRows && f.Kind != catalogue.FieldTerms:
			if f.Of(out).Empty() {
				f.Take(out, &from)
			}
		case f.Kind == catalogue.FieldTerms:
			addTerms(f.Of(out).Terms(), *f.Of(&from).Terms())
		}
	}
	for _, o := range from.Organisations() {
		if !slices.ContainsFunc(out.Organisations(), func(x catalogue.OrganisationRef) bool { return x.String() == o.String() }) {
			out.Partners = append(out.Partners, o)
		}
	}
	out.Retention, out.Periods, out.LegalBasis, out.Links = union(out.Retention, from.Retention), union(out.Periods, from.Periods), union(out.LegalBasis, from.LegalBasis), union(out.Links, from.Links)
	out.SearchWords = union(out.SearchWords, from.SearchWords)
	if len(out.SearchWords) > catalogue.MaxSearchPhrases {
		out.SearchWords = out.SearchWords[:catalogue.MaxSearchPhrases]
	}
	advice := catalogue.ListAt("advice")
	for i := range from.Advice {
		if rowLike(advice, out, &from, i) < 0 {
			out.Advice = append(out.Advice, from.Advice[i])
		}
	}
	m.sourcesAndFindings(&from)
	for _, d := range catalogue.Differences(&from, out) {
		if d.Before != "" && d.Field.Kind != catalogue.FieldTerms && d.Field.Path != "organisation" && !inRow(d.Path) {
			m.Left = append(m.Left, d)
		}
	}
	return m
}

// sourcesAndFindings adds those of the other practice, the findings with the sources
// that they are of.
func (m *Merge) sourcesAndFindings(from *catalogue.Practice) {
	out := &m.Record
	number := map[int]int{} // of a source, from 1, by what it was
	for i, s := range from.Sources {
		at := slices.Index(out.Sources, s)
		if at < 0 {
			at = len(out.Sources)
			out.Sources, m.Sources = append(out.Sources, s), append(m.Sources, at)
		}
		number[i+1] = at + 1
	}
	keys := map[string]bool{}
	for _, f := range append(slices.Clone(out.Findings), from.Findings...) {
		keys[f.Key] = true
	}
	taken := map[string]bool{}
	for _, f := range out.Findings {
		taken[f.Key] = true
	}
	findings := catalogue.ListAt("findings")
	for i, f := range from.Findings {
		// One without a number is of its practice's first source.
		f.Source = number[max(f.Source, 1)]
		from.Findings[i].Source = f.Source
		if at := rowLike(findings, out, from, i); at >= 0 {
			m.Keys[f.Key] = out.Findings[at].Key
			continue
		}
		was := f.Key
		for n := len(out.Findings) + 1; taken[f.Key]; n++ {
			if key := fmt.Sprint("e", n); !keys[key] {
				f.Key, keys[key] = key, true
			}
		}
		taken[f.Key], m.Keys[was] = true, f.Key
		m.Findings = append(m.Findings, len(out.Findings))
		out.Findings = append(out.Findings, f)
	}
}

// pinSolutions names the solutions of findings that are about all of their
// practice's, where the other practice has others: they would be about those too.
func pinSolutions(a, b *catalogue.Practice) {
	slugs := func(p *catalogue.Practice) []string {
		return slices.Sorted(slices.Values(catalogue.Slugs(p.Solutions)))
	}
	if slices.Equal(slugs(a), slugs(b)) {
		return
	}
	for _, p := range []*catalogue.Practice{a, b} {
		for i := range p.Findings {
			if f := &p.Findings[i]; len(f.Solutions) == 0 {
				f.Solutions = slices.Clone(p.Solutions)
			}
		}
	}
}

// rowLike is the place of a record's row of a list that says what a row of another
// says, but for its key; -1 for none. The first source is that of a finding which names
// none.
func rowLike(list *catalogue.Field, p, from *catalogue.Practice, row int) int {
	says := func(p *catalogue.Practice, row int) (out []string) {
		for _, v := range list.Row(p, row) {
			switch {
			case v.Field.Path == "findings[].key":
			case v.Number() != nil:
				out = append(out, fmt.Sprint(max(*v.Number(), 1)))
			default:
				out = append(out, v.String())
			}
		}
		return out
	}
	for i := range list.Len(p) {
		if slices.Equal(says(p, i), says(from, row)) {
			return i
		}
	}
	return -1
}

func addTerms(to *[]catalogue.TermRef, refs []catalogue.TermRef) {
	for _, r := range refs {
		if !slices.ContainsFunc(*to, func(x catalogue.TermRef) bool { return x.String() == r.String() }) {
			*to = append(*to, r)
		}
	}
}

// union is a with what b alone has.
func union[T comparable](a, b []T) []T {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

// inRow tells whether a path is of a value in a list.
func inRow(path string) bool { return slices.Contains([]byte(path), '[') }

// merge makes the next revision of the practice that stays. Where that one says all
// of it already, there is none.
func (d *Decision) merge(p *catalogue.Practice, a Act) error {
	if a.Taxonomy == nil {
		return errors.New("no taxonomy to check what was merged against")
	}
	m := Merged(p, a.Into)
	// What was published may hold ten digits that an editor has cleared.
	if err := refusal((&checker{taxonomy: a.Taxonomy, notCPR: true}).all(&m.Record)); err != nil {
		return err
	}
	d.Revision, d.Keys = &Revision{Record: &m.Record, Editorial: true}, m.Keys
	return nil
}
