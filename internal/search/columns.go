package search

import (
	"slices"

	"praksis/internal/catalogue"
)

// columns hold what overviews count, practice by practice in the order of
// rowList.all and finding by finding in the order of findingIndex. The rows
// have the same, spread over memory: reading 100,000 of them takes ten times as
// long. Made when first asked for, some 40 bytes a finding.
type columns struct {
	actors     []catalogue.OrganisationRef
	lead       []int32 // by practice, in actors; -1 when the taxonomy does not know it
	effects    []int8  // by finding, in catalogue.Effects; -1 when not known
	voices     []uint16
	groups     []int16 // places in the facet of target groups
	firstGroup []int32 // by finding, with one more at the end
	parents    []int16 // by place in the facet of target groups; -1 at the top

	// What tables are counted by: of findings, and of practices.
	findingGroups, findingForms, findingSolutions, findingVoices, themes, retentions valuesOf
}

// newColumns reads all rows.
func newColumns(t *catalogue.Taxonomy, rows *rowList, facets *facetIndex) *columns {
	n := len(facets.findings.owner)
	c := &columns{lead: make([]int32, len(rows.all)),
		effects: make([]int8, n), voices: make([]uint16, n), firstGroup: make([]int32, 1, n+1)}
	places := make([]int, len(rows.values))
	for i, v := range rows.values {
		places[i] = facets.place(v.facet, v.slug)
	}
	groups := &facets.facets[groupPlace]
	for _, v := range groups.tree.Values {
		parent := int16(-1)
		if v.Parent != "" {
			parent = int16(groups.places[v.Parent])
		}
		c.parents = append(c.parents, parent)
	}
	actors := map[facetValueID]int32{}
	for p, r := range rows.all {
		actor, known := actors[r.lead]
		if !known {
			actor = -1
			// That of today: the number beside it is what choosing it finds.
			if slug, _ := t.ResolveSlug(catalogue.FacetActor, rows.values[r.lead].slug); t.Organisation(slug) != nil {
				o := t.Organisation(slug)
				actor = int32(len(c.actors))
				c.actors = append(c.actors, o.Ref())
			}
			actors[r.lead] = actor
		}
		c.lead[p] = actor
		for i := range r.findings() {
			f := int(facets.findings.first[p]) + i
			c.effects[f] = -1
			for _, id := range r.findingValues(i) {
				switch place := places[id]; rows.values[id].facet {
				case effectPlace:
					c.effects[f] = int8(place)
				case voicePlace:
					if place >= 0 {
						c.voices[f] |= 1 << place
					}
				case groupPlace:
					// A finding may state a merged group and its successor.
					if place >= 0 && !slices.Contains(c.groups[c.firstGroup[f]:], int16(place)) {
						c.groups = append(c.groups, int16(place))
					}
				}
			}
			c.firstGroup = append(c.firstGroup, int32(len(c.groups)))
		}
	}
	for facet, to := range map[string]*valuesOf{catalogue.FacetTargetGroup: &c.findingGroups, catalogue.FacetContactForm: &c.findingForms,
		catalogue.FacetSolution: &c.findingSolutions, catalogue.FacetVoice: &c.findingVoices} {
		*to = newValuesOf(facets.facets[facetPlace[facet]].findings, n)
	}
	for facet, to := range map[string]*valuesOf{catalogue.FacetTheme: &c.themes, catalogue.FacetRetention: &c.retentions} {
		*to = newValuesOf(facets.facets[facetPlace[facet]].practices, len(rows.all))
	}
	return c
}
