package intake

import (
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// Place is a field that a piece can be moved to.
type Place struct{ Path, Label string }

// Places are those that hold text, in the order of the forms.
func Places() (out []Place) {
	for _, f := range askedFields() {
		if f.Kind == catalogue.FieldLine || f.Kind == catalogue.FieldProse || slices.Contains([]string{pathOrganisation, pathTargetGroups, pathContactForms, pathRetention, "legal_basis"}, f.Path) {
			out = append(out, Place{f.Path, f.Label})
		}
	}
	return out
}

// Found is a term that a text names.
type Found struct {
	Vocabulary catalogue.Vocabulary
	Slug       string
	Label      string
	Word       string // that named it, as it stands in the text; several with »« between them
	// Chosen tells that it was ticked, or is the whole answer to the question that
	// asks for such terms.
	Chosen bool
}

// Record is one practice of a cut as a record, with the terms that its text names.
// Of those only the chosen ones are in the record. A text that has more room than its
// field goes on in what was done, so that nothing is lost.
func (c Cut) Record(practice int, words *review.Words) (p catalogue.Practice, found []Found) {
	t := words.Taxonomy()
	about := c.Practices[practice]
	name := about.Organisation
	var all []string
	answers := map[string][]string{}
	for _, x := range c.Pieces {
		if x.Practice != practice || x.Kind != PieceAnswer {
			continue
		}
		text := x.Markdown()
		all = append(all, x.Text)
		switch x.Path {
		case pathOrganisation:
			name = x.Text
		case pathTargetGroups:
			found = append(found, chosen(t, catalogue.TargetGroup, x)...)
		case pathContactForms:
			found = append(found, chosen(t, catalogue.ContactForm, x)...)
		case pathRetention:
			p.Retention = append(p.Retention, retention(x.Text)...)
		case "legal_basis":
			for line := range strings.Lines(x.Text) {
				p.LegalBasis = append(p.LegalBasis, strings.TrimSpace(line))
			}
		default:
			answers[x.Path] = append(answers[x.Path], text)
		}
	}
	if o, _ := t.ReadOrganisation(name); o != nil {
		p.Organisation = o.Ref()
	} else {
		p.Organisation = catalogue.OrganisationRef{Name: line(name)}
	}
	if term := t.Term(catalogue.Perspective, about.Perspective); term != nil {
		p.Perspectives = []catalogue.TermRef{{Slug: term.Slug, Label: term.Label}}
	}
	var over []string
	for _, f := range askedFields() {
		texts := answers[f.Path]
		if len(texts) == 0 {
			continue
		}
		switch f.Kind {
		case catalogue.FieldLine:
			s := line(strings.Join(texts, " "))
			if runes := []rune(s); len(runes) > f.Limit {
				over = append(over, s)
				s = strings.TrimSpace(string(runes[:f.Limit-1])) + "…"
			}
			set(&p, f.Path, s)
		case catalogue.FieldProse:
			set(&p, f.Path, strings.Join(texts, "\n\n"))
		}
	}
	if len(over) > 0 {
		p.Answers.Done = strings.TrimSpace(p.Answers.Done + "\n\n" + strings.Join(over, "\n\n"))
	}
	if p.Title == "" {
		for _, s := range []string{p.Summary, p.Answers.Done, p.Answers.Worked, strings.Join(all, " ")} {
			if p.Title = TitleOf(s); p.Title != "" {
				break
			}
		}
	}
	p.Title = strings.TrimSpace(numbered.ReplaceAllString(p.Title, ""))
	if m := startLine.FindStringSubmatch(p.Title); m != nil && strings.TrimSpace(m[1]) != "" {
		p.Title = strings.TrimSpace(m[1])
	}
	for _, x := range found {
		ref := catalogue.TermRef{Slug: x.Slug, Label: x.Label}
		if x.Vocabulary == catalogue.TargetGroup {
			p.TargetGroups = append(p.TargetGroups, ref)
		} else {
			p.ContactForms = append(p.ContactForms, ref)
		}
	}
	for _, x := range words.SuggestOf(all, &p) {
		switch x.Field {
		case pathTargetGroups:
			found = append(found, Found{catalogue.TargetGroup, x.Slug, x.Label, strings.Join(x.Words, "«, »"), false})
		case pathContactForms:
			found = append(found, Found{catalogue.ContactForm, x.Slug, x.Label, strings.Join(x.Words, "«, »"), false})
		}
	}
	return p, found
}

// set fills a text of the record.
func set(p *catalogue.Practice, path, s string) {
	for v := range p.Values() {
		if v.Path() == path {
			for _, at := range v.Strings() {
				*at = s
			}
			return
		}
	}
}

func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// Markdown is the text of a piece as the record holds it: each point of a list on a
// line of its own, paragraphs apart.
func (p Piece) Markdown() string {
	var out strings.Builder
	before := false
	for i, l := range strings.Split(p.Text, "\n") {
		text := bulletLine.ReplaceAllString(l, "")
		point := text != l && !strings.HasPrefix(l, "–")
		switch {
		case i == 0:
		case point && before:
			out.WriteString("\n")
		default:
			out.WriteString("\n\n")
		}
		if before = point; point {
			out.WriteString("- " + text)
		} else {
			out.WriteString(l)
		}
	}
	return out.String()
}

// chosen are the terms that the answer to a question for terms says: a box that was
// ticked, or words that are a term's.
func chosen(t *catalogue.Taxonomy, v catalogue.Vocabulary, x Piece) (out []Found) {
	for _, part := range strings.FieldsFunc(x.Text, func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		part = strings.Trim(bulletLine.ReplaceAllString(strings.TrimSpace(part), ""), " .")
		if term := termCalled(t, v, part); term != nil && !has(out, v, term.Slug) {
			out = append(out, Found{v, term.Slug, term.Label, part, true})
		}
	}
	return out
}

func has(list []Found, v catalogue.Vocabulary, slug string) bool {
	return slices.ContainsFunc(list, func(f Found) bool { return f.Vocabulary == v && f.Slug == slug })
}

// termCalled is the term with a label or synonym; nil when there is none.
func termCalled(t *catalogue.Taxonomy, v catalogue.Vocabulary, name string) *catalogue.Term {
	if term := t.Term(v, strings.ToLower(name)); term != nil {
		return term
	}
	for i := range t.Terms[v] {
		for _, s := range t.Terms[v][i].Synonyms {
			if strings.EqualFold(s, name) {
				return t.Term(v, t.Terms[v][i].Slug)
			}
		}
	}
	return nil
}

// retention reads whether it was kept, where the words are those of the list.
func retention(text string) (out []catalogue.Retention) {
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		for _, o := range catalogue.Retentions {
			if strings.EqualFold(strings.Trim(l, " ."), o.Label) {
				return []catalogue.Retention{{Status: o.Code}}
			}
		}
	}
	if text = line(text); text == "" {
		return nil
	}
	if runes := []rune(text); len(runes) > catalogue.MaxShort {
		text = string(runes[:catalogue.MaxShort-1]) + "…"
	}
	return []catalogue.Retention{{Note: text}}
}
