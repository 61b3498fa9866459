package search

import (
	"slices"

	"praksis/internal/catalogue"
)

// columns hold what overviews count, practice by practice in the order of
// rowList.all and finding by finding in the order of findingIndex. The rows
// have the same, spread over memory: reading 100,000 of them takes ten times as
// long. Made when first asked for, some 10 bytes a finding.
type columns struct {
	actors            []catalogue.OrganisationRef
	preconditionTerms []catalogue.TermRef
	lead              []int32 // by practice, in actors; -1 when the taxonomy does not know it
	preconditions     []int16 // in preconditionTerms
	firstPrecondition []int32 // by practice, with one more at the end
	effects           []int8  // by finding, in catalogue.Effects; -1 when not known
	voices            []uint16
	groups            []int16 // places in the facet of target groups
	firstGroup        []int32 // by finding, with one more at the end
}

// newColumns reads all rows.
func newColumns(t *catalogue.Taxonomy, rows *rowList, facets *facetIndex) *columns {
	n := len(facets.findings.owner)
	c := &columns{lead: make([]int32, len(rows.all)), firstPrecondition: make([]int32, 1, len(rows.all)+1),
		effects: make([]int8, n), voices: make([]uint16, n), firstGroup: make([]int32, 1, n+1)}
	places := make([]int, len(rows.values))
	for i, v := range rows.values {
		places[i] = facets.place(v.facet, v.slug)
	}
	group := facetPlace[catalogue.FacetTargetGroup]
	terms := c.internPreconditions(t, rows.preconditions)
	actors := map[facetValueID]int32{}
	for p, r := range rows.all {
		actor, known := actors[r.lead]
		if !known {
			actor = -1
			if o := t.Organisation(rows.values[r.lead].slug); o != nil {
				actor = int32(len(c.actors))
				c.actors = append(c.actors, o.Ref())
			}
			actors[r.lead] = actor
		}
		c.lead[p] = actor
		for _, id := range r.preconditions {
			own := c.preconditions[c.firstPrecondition[p]:]
			if term := terms[id]; term >= 0 && !slices.Contains(own, term) {
				c.preconditions = append(c.preconditions, term)
			}
		}
		c.firstPrecondition = append(c.firstPrecondition, int32(len(c.preconditions)))
		for i, ids := range r.findingValues {
			f := int(facets.findings.first[p]) + i
			c.effects[f] = -1
			for _, id := range ids {
				switch place := places[id]; rows.values[id].facet {
				case effectPlace:
					c.effects[f] = int8(place)
				case voicePlace:
					if place >= 0 {
						c.voices[f] |= 1 << place
					}
				case group:
					// A finding may state a merged group and its successor.
					if place >= 0 && !slices.Contains(c.groups[c.firstGroup[f]:], int16(place)) {
						c.groups = append(c.groups, int16(place))
					}
				}
			}
			c.firstGroup = append(c.firstGroup, int32(len(c.groups)))
		}
	}
	return c
}

// internPreconditions fills preconditionTerms and gives the place in them by
// preconditionID, that of the successor of a merged one; -1 when it is not known.
func (c *columns) internPreconditions(t *catalogue.Taxonomy, slugs []string) []int16 {
	out := make([]int16, len(slugs))
	for id, slug := range slugs {
		out[id] = -1
		if x := t.Term(catalogue.Precondition, slug); x != nil {
			ref := catalogue.TermRef{Slug: x.Slug, Label: x.Label}
			i := slices.Index(c.preconditionTerms, ref)
			if i < 0 {
				i = len(c.preconditionTerms)
				c.preconditionTerms = append(c.preconditionTerms, ref)
			}
			out[id] = int16(i)
		}
	}
	return out
}
