package practicepage

import (
	"slices"

	"praksis/internal/catalogue"
	"praksis/web"
)

// enoughElements is from how many stated elements on a page shows which: with
// fewer the list would only say that a source is short.
const enoughElements = 4

// promisingElements are the eleven elements by which Danish authorities describe
// "lovende praksis", each with where the page states it, or not. They are never
// summed up: nothing here is ranked. nil when hardly any is stated.
func promisingElements(p *catalogue.Practice) []web.Element {
	requires := func(slug string) bool { return slices.Contains(catalogue.Slugs(p.Preconditions), slug) }
	a := p.Answers
	list := []web.Element{
		{Label: "Teori"}, // no field of the record asks for it
		{Label: "Effekt", URL: at("#virkede", slices.ContainsFunc(p.Findings, func(f catalogue.Finding) bool { return f.Effect != "" }))},
		{Label: "Beskrivelse", URL: at("#gjorde", a.Done != "")},
		{Label: "Mål"}, // nor for this
		{Label: "Overførbarhed", URL: at("#andre", a.Spread != "" || len(p.TransferTo) > 0)},
		{Label: "Økonomi", URL: at("#kraever", p.Resources != "")},
		{Label: "Refleksion", URL: at("#forbehold", a.Other != "" || a.Quality != "")},
		{Label: "Relation", URL: at("#kraever", requires("relation-i-forvejen"))},
		{Label: "Individuel tilrettelæggelse", URL: at("#kraever", requires("individuel-vurdering"))},
		{Label: "Monitorering"}, // nor for this
		{Label: "Opfølgning", URL: at("#fastholdt", len(p.Retention) > 0 || a.Retention != "")},
	}
	stated := 0
	for _, e := range list {
		if e.URL != "" {
			stated++
		}
	}
	if stated < enoughElements {
		return nil
	}
	return list
}

// at is the address of what is stated; empty when it is not.
func at(url string, stated bool) string {
	if stated {
		return url
	}
	return ""
}
