package main

import "praksis/internal/catalogue"

// texts are the parts of a practice that the other side searches: the same
// that our index does (internal/search/document.go), in the same three weights.
func texts(p *catalogue.Practice) (title string, head, body []string) {
	head = []string{p.Provider}
	for _, o := range p.Organisations() {
		head = append(head, o.Name, o.ShortName)
	}
	for _, refs := range [][]catalogue.TermRef{p.TargetGroups, p.ContactForms, p.Themes, p.Perspectives, p.Preconditions, p.Solutions} {
		head = append(head, labels(refs)...)
	}
	a := p.Answers
	body = []string{p.Summary, a.Done, a.Worked, a.ForWhom, a.Spread, a.Retention, a.Other, a.Quality, p.Resources}
	for _, f := range p.Findings {
		body = append(body, f.Text, f.Condition)
	}
	body = append(body, labels(p.TransferTo)...)
	body = append(body, p.LegalBasis...)
	for _, r := range p.Retention {
		body = append(body, r.Note, r.DecidedBy, catalogue.Retentions.Label(r.Status))
	}
	for _, s := range p.Sources {
		body = append(body, s.Publisher, s.Place)
	}
	for _, l := range p.Links {
		body = append(body, l.Label)
	}
	return p.Title, head, body
}

func labels(refs []catalogue.TermRef) []string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = r.Label
	}
	return out
}
