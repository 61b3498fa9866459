package catalogue

import (
	"cmp"
	"slices"
)

// Overview sums up what some practices taught.
type Overview struct {
	Practices int
	// Actors are the lead organisations, each once, in the order of the
	// practices; Kept those of them that have retained what they did.
	Actors, Kept []OrganisationRef
	// Retention counts practices by each of their current statements; those
	// without one are under the empty status.
	Retention map[RetentionStatus]int
	// Experiences are the findings, sorted by effect (good ones first).
	Experiences []Experience
	// Contrasts are where good and bad stand against each other (domain.md:
	// positive against negative only).
	Contrasts []Contrast
	// Preconditions by how many practices name them, most first.
	Preconditions []CountedTerm
	// Solutions that the practices belong to, by how many, most first.
	Solutions []CountedTerm
}

// Experience is a finding with where it comes from.
type Experience struct {
	Finding
	Slug         string
	Title        string
	Organisation OrganisationRef
}

// Contrast is a target group for which some findings are good and some bad.
type Contrast struct {
	TargetGroup  TermRef
	For, Against []Experience
}

// CountedTerm is a term and a number of practices.
type CountedTerm struct {
	TermRef
	Count int
}

// NewOverview sums practices up by the findings that keep lets through (nil:
// all).
func NewOverview(practices []*Practice, keep func(Finding) bool) Overview {
	o := Overview{Practices: len(practices), Retention: map[RetentionStatus]int{}}
	add := func(to *[]OrganisationRef, org OrganisationRef) {
		if !slices.Contains(*to, org) {
			*to = append(*to, org)
		}
	}
	for _, p := range practices {
		add(&o.Actors, p.Organisation)
		now := p.CurrentRetention()
		if len(now) == 0 {
			now = []Retention{{}}
		}
		said := map[RetentionStatus]bool{}
		for _, r := range now {
			if !said[r.Status] {
				said[r.Status] = true
				o.Retention[r.Status]++
			}
			if r.Status == "retained" {
				add(&o.Kept, p.Organisation)
			}
		}
		count(&o.Preconditions, p.Preconditions)
		count(&o.Solutions, p.Solutions)
		for _, f := range p.Findings {
			if keep == nil || keep(f) {
				o.Experiences = append(o.Experiences, Experience{f, p.Slug, p.Title, p.Organisation})
			}
		}
	}
	rank := func(e Effect) int {
		return slices.IndexFunc(Effects, func(x Option[Effect]) bool { return x.Code == e })
	}
	slices.SortStableFunc(o.Experiences, func(a, b Experience) int { return cmp.Compare(rank(a.Effect), rank(b.Effect)) })
	o.contrast()
	return o
}

func count(to *[]CountedTerm, refs []TermRef) {
	for _, r := range refs {
		i := slices.IndexFunc(*to, func(x CountedTerm) bool { return x.Slug == r.Slug })
		if i < 0 {
			i = len(*to)
			*to = append(*to, CountedTerm{TermRef: r})
		}
		(*to)[i].Count++
	}
	slices.SortStableFunc(*to, func(a, b CountedTerm) int { return b.Count - a.Count })
}

// contrast pairs good and bad findings by target group. What is not stated is
// no group, so nothing can be said against it.
func (o *Overview) contrast() {
	byGroup := map[string]*Contrast{}
	var order []string
	for _, e := range o.Experiences {
		if e.Effect != EffectPositive && e.Effect != EffectNegative {
			continue
		}
		for _, g := range e.TargetGroups {
			if g.Slug == NotStated {
				continue
			}
			c := byGroup[g.Slug]
			if c == nil {
				c = &Contrast{TargetGroup: g}
				byGroup[g.Slug] = c
				order = append(order, g.Slug)
			}
			if e.Effect == EffectPositive {
				c.For = append(c.For, e)
			} else {
				c.Against = append(c.Against, e)
			}
		}
	}
	for _, slug := range order {
		if c := byGroup[slug]; len(c.For) > 0 && len(c.Against) > 0 {
			o.Contrasts = append(o.Contrasts, *c)
		}
	}
	slices.SortStableFunc(o.Contrasts, func(a, b Contrast) int {
		return min(len(b.For), len(b.Against)) - min(len(a.For), len(a.Against))
	})
}

// Effects counts the experiences by effect.
func (o *Overview) Effects() map[Effect]int {
	out := map[Effect]int{}
	for _, e := range o.Experiences {
		out[e.Effect]++
	}
	return out
}

// VoicesOf are the voices of some experiences, each once, in the order of the
// list of voices; the one not stated last.
func VoicesOf(list []Experience) []Voice {
	said := map[Voice]bool{}
	for _, e := range list {
		said[e.Voice] = true
	}
	var out []Voice
	for _, v := range Voices {
		if said[v.Code] {
			out = append(out, v.Code)
		}
	}
	if said[""] {
		out = append(out, "")
	}
	return out
}

// Within tells whether a value is a facet's value or stands below it.
func (f *FacetTree) Within(value, below string) bool {
	return value == below || slices.Contains(f.Ancestors(value), below)
}
