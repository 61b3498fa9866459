package catalogue

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Vocabulary names one of the controlled vocabularies; for four of them it is
// also the facet and the query parameter.
type Vocabulary string

// The vocabularies of domain.md.
const (
	TargetGroup  Vocabulary = "maalgruppe"
	ContactForm  Vocabulary = "kontaktform"
	Perspective  Vocabulary = "perspektiv"
	Theme        Vocabulary = "tema"
	Precondition Vocabulary = "forudsaetning"
)

// SolutionList is the list of solutions: looked up like a vocabulary, but a
// practice's membership is editorial and outside its revisions.
const SolutionList Vocabulary = "loesning"

// Vocabularies in the order in which they are shown.
var Vocabularies = []Vocabulary{TargetGroup, ContactForm, Perspective, Theme, Precondition}

// AcrossGroups is the target group of what holds for all; not to be confused
// with NotStated.
const AcrossGroups = "paa-tvaers"

// Term is one entry of a vocabulary.
type Term struct {
	Slug       string   `json:"slug"`
	Label      string   `json:"label"`
	Definition string   `json:"definition,omitempty"`
	Parent     string   `json:"parent,omitempty"`
	Synonyms   []string `json:"synonyms,omitempty"`
	// Successor is set when the term has been merged into another.
	Successor string `json:"successor,omitempty"`
	// Retired is set when editors have taken it out: nothing uses it, and it is
	// offered to nobody.
	Retired bool `json:"retired,omitempty"`
	// ContactForms are how one meets in a solution; a finding about other
	// forms alone is not about the solution. None: any form.
	ContactForms []string `json:"contact_forms,omitempty"`
	// Codes are what it is called in other systems.
	Codes []Code `json:"codes,omitempty"`
}

// Code is a term's code in another system.
type Code struct {
	System string `json:"system"` // "FFB": KL's Fælles Faglige Begreber
	Code   string `json:"code"`
	// Match is MatchExact, or "broader" where the term is wider than the code.
	Match string `json:"match"`
}

// MatchExact says that a term and a code of another system mean the same.
const MatchExact = "exact"

// Organisation is an actor: it does things, or takes part.
type Organisation struct {
	Slug      string           `json:"slug"`
	Code      string           `json:"code,omitempty"` // official, four digits
	Name      string           `json:"name"`           // "Aarhus Kommune"
	ShortName string           `json:"short_name,omitempty"`
	Kind      OrganisationKind `json:"kind"`
	// Written are further ways that people write it.
	Written []string `json:"spellings,omitempty"`
	// Parent is the region of a municipality or of a specialised area.
	Parent string `json:"parent,omitempty"`
	// ValidFrom and ValidTo are its first day and its last; empty means open.
	ValidFrom Date `json:"valid_from,omitempty"`
	ValidTo   Date `json:"valid_to,omitempty"`
	// Successor takes its place from the day after ValidTo; empty when nobody does.
	Successor string `json:"successor,omitempty"`
}

// Ref is the reference to o.
func (o Organisation) Ref() OrganisationRef {
	return OrganisationRef{Slug: o.Slug, Code: o.Code, Name: o.Name, ShortName: o.ShortName, Kind: o.Kind}
}

// Taxonomy is all vocabularies and organisations at one catalogue version. It
// is immutable once made.
type Taxonomy struct {
	Terms         map[Vocabulary][]Term
	Organisations []Organisation
	// Synonyms are the domain's, beside those of the terms.
	Synonyms []SynonymRule
	// Contrasts are what editors say of them, beside what the findings tell.
	Contrasts []ContrastEdit

	terms  map[Vocabulary]map[string]*Term // by slug, and by label in lower case
	gone   map[Vocabulary]map[string]Term  // retired ones, by slug; nowhere else
	orgs   map[string]*Organisation        // by any name
	facets map[string]*FacetTree

	spellings map[string][]*Organisation // by nameKey
	keys      map[string][]string        // of the organisations by slug

	stored []Organisation // as they were given; nil until On
	day    string         // of On; empty before all days
	since  string         // what Since tells
}

// NewTaxonomy indexes terms and organisations, both in the order in which
// they are to be shown. It is of no day: only what has always been exists (On).
func NewTaxonomy(terms map[Vocabulary][]Term, orgs []Organisation, synonyms ...SynonymRule) *Taxonomy {
	t := &Taxonomy{Terms: map[Vocabulary][]Term{}, Organisations: orgs, Synonyms: synonyms, terms: map[Vocabulary]map[string]*Term{}, gone: map[Vocabulary]map[string]Term{}}
	for v, list := range terms {
		list = t.withoutRetired(v, list)
		t.Terms[v] = list
		m := make(map[string]*Term, 2*len(list))
		// A slug goes before a label, and a label in use before a merged term's.
		for _, merged := range []bool{true, false} {
			for i := range list {
				if (list[i].Successor != "") == merged {
					m[strings.ToLower(list[i].Label)] = &list[i]
				}
			}
		}
		for i := range list {
			m[list[i].Slug] = &list[i]
		}
		t.terms[v] = m
	}
	t.indexOrganisations()
	t.facets = facetTrees(t)
	return t
}

// withoutRetired is a vocabulary without the terms that are retired, which it notes.
func (t *Taxonomy) withoutRetired(v Vocabulary, list []Term) []Term {
	if !slices.ContainsFunc(list, func(x Term) bool { return x.Retired }) {
		return list
	}
	var live []Term
	t.gone[v] = map[string]Term{}
	for _, x := range list {
		if x.Retired {
			t.gone[v][x.Slug] = x
		} else {
			live = append(live, x)
		}
	}
	return live
}

// RetiredTerm is a term that editors have taken out, by its slug; ok is false for any
// other.
func (t *Taxonomy) RetiredTerm(v Vocabulary, slug string) (x Term, ok bool) {
	x, ok = t.gone[v][slug]
	return x, ok
}

// RetiredTerms are the terms of a vocabulary that editors have taken out, by slug.
func (t *Taxonomy) RetiredTerms(v Vocabulary) []Term {
	return slices.SortedFunc(maps.Values(t.gone[v]), func(a, b Term) int { return cmp.Compare(a.Slug, b.Slug) })
}

func (t *Taxonomy) indexOrganisations() {
	t.orgs = map[string]*Organisation{}
	for _, name := range []func(*Organisation) string{
		func(o *Organisation) string { return o.ShortName },
		func(o *Organisation) string { return o.Name },
		func(o *Organisation) string { return o.Code },
		func(o *Organisation) string { return o.Slug },
	} { // later names go before earlier ones
		for i := range t.Organisations {
			if s := strings.ToLower(name(&t.Organisations[i])); s != "" {
				t.orgs[s] = &t.Organisations[i]
			}
		}
	}
	t.indexSpellings()
}

// Term finds a term by slug or label and follows its successors; nil when
// there is none.
func (t *Taxonomy) Term(v Vocabulary, name string) *Term {
	x := t.terms[v][name]
	if x == nil {
		x = t.terms[v][strings.ToLower(strings.TrimSpace(name))]
	}
	for range len(t.Terms[v]) { // a circle of successors ends too
		if x == nil || x.Successor == "" {
			break
		}
		x = t.terms[v][x.Successor]
	}
	return x
}

// Organisation finds an organisation by code, slug, short or full name; nil
// when there is none.
func (t *Taxonomy) Organisation(name string) *Organisation {
	return t.orgs[strings.ToLower(strings.TrimSpace(name))]
}

// FacetValue is one value that a facet can take, at its place in the tree.
type FacetValue struct {
	Slug   string
	Label  string
	Parent string // slug; empty at the top
	Depth  int
}

// FacetTree is a facet with all its values, parents before their children.
type FacetTree struct {
	Facet
	Values []FacetValue
	bySlug map[string]int
}

// Value finds a value by slug; nil when there is none.
func (f *FacetTree) Value(slug string) *FacetValue {
	if i, ok := f.bySlug[slug]; ok {
		return &f.Values[i]
	}
	return nil
}

// Place is where a value stands in Values; -1 when there is none.
func (f *FacetTree) Place(slug string) int {
	if i, ok := f.bySlug[slug]; ok {
		return i
	}
	return -1
}

// Ancestors are the parents of a value, nearest first.
func (f *FacetTree) Ancestors(slug string) []string {
	var out []string
	for v := f.Value(slug); v != nil && v.Parent != ""; v = f.Value(v.Parent) {
		out = append(out, v.Parent)
	}
	return out
}

// Facet gives a facet with its values; nil for an unknown name.
func (t *Taxonomy) Facet(name string) *FacetTree { return t.facets[name] }

// MunicipalitiesOf is the facet value that stands for all municipalities of a
// region, which is another thing than the region itself.
func MunicipalitiesOf(regionSlug string) string { return "kommuner-i-" + regionSlug }

func facetTrees(t *Taxonomy) map[string]*FacetTree {
	out := map[string]*FacetTree{}
	for _, f := range Facets {
		tree := &FacetTree{Facet: f}
		switch {
		case f.Vocabulary != "":
			tree.addTerms(t, "", 0)
		case f.Name == FacetActor:
			tree.addActors(t)
		case f.Name == FacetNear:
			tree.addMunicipalities(t)
		default:
			for _, o := range f.options {
				tree.Values = append(tree.Values, FacetValue{Slug: o.Slug, Label: o.Label})
			}
		}
		tree.bySlug = make(map[string]int, len(tree.Values))
		for i, v := range tree.Values {
			tree.bySlug[v.Slug] = i
		}
		out[f.Name] = tree
	}
	return out
}

// addTerms adds the terms under parent; a merged parent's children stand under
// its successor.
func (f *FacetTree) addTerms(t *Taxonomy, parent string, depth int) {
	for _, x := range t.Terms[f.Vocabulary] {
		under := x.Parent
		if p := t.Term(f.Vocabulary, under); p != nil {
			under = p.Slug
		}
		if x.Successor == "" && under == parent && x.Slug != parent {
			f.Values = append(f.Values, FacetValue{x.Slug, x.Label, parent, depth})
			f.addTerms(t, x.Slug, depth+1)
		}
	}
}

// addActors puts municipalities under "kommuner i regionen", specialised areas
// under the region itself, and the others under their kind (domain.md).
func (f *FacetTree) addActors(t *Taxonomy) {
	var orgs []Organisation
	for _, o := range t.Organisations { // a region that has no successor yet, or never had one, stays
		if now := t.now(o.Slug); now == o.Slug && (t.Exists(o) || t.Ended(o)) {
			orgs = append(orgs, o)
		}
	}
	add := func(slug, label, parent string) {
		depth := 0
		if parent != "" {
			depth = 1
		}
		f.Values = append(f.Values, FacetValue{slug, label, parent, depth})
	}
	children := func(kind OrganisationKind, of, under string) {
		for _, o := range orgs {
			if o.Kind == kind && (of == "" || o.Parent == of) {
				add(o.Slug, o.Name, under)
			}
		}
	}
	for _, o := range orgs {
		if o.Kind == Region {
			group := MunicipalitiesOf(o.Slug)
			add(group, "Kommuner i "+o.Name, "")
			children(Municipality, o.Slug, group)
		}
	}
	children(Several, "", "")
	for _, o := range orgs {
		if o.Kind == Region {
			add(o.Slug, o.Name+" (regionen selv)", "")
			children(RegionUnit, o.Slug, o.Slug)
		}
	}
	for _, g := range actorGroups {
		add(g.slug, g.label, "")
		children(g.kind, "", g.slug)
	}
}

// addMunicipalities adds them by their short names, in the order of the
// organisations.
func (f *FacetTree) addMunicipalities(t *Taxonomy) {
	for _, o := range t.Organisations {
		if o.Kind == Municipality && t.now(o.Slug) == o.Slug && (t.Exists(o) || t.Ended(o)) {
			f.Values = append(f.Values, FacetValue{Slug: o.Slug, Label: cmp.Or(o.ShortName, o.Name)})
		}
	}
}

var actorGroups = []struct {
	kind        OrganisationKind
	slug, label string
}{
	{StateBody, "gruppe-stat", "Statslige myndigheder"},
	{NGO, "gruppe-organisationer", "Organisationer og foreninger"},
	{Volunteers, "gruppe-frivillige", "Frivillige"},
}

// ResolveSlug gives the canonical slug of a facet's value: that of a merged
// term's successor, else slug itself. ok is false for an unknown value.
func (t *Taxonomy) ResolveSlug(facet, slug string) (canonical string, ok bool) {
	f := t.facets[facet]
	if f == nil {
		return slug, false
	}
	if f.Vocabulary != "" {
		if x := t.terms[f.Vocabulary][slug]; x != nil && x.Slug == slug {
			if x = t.Term(f.Vocabulary, slug); x != nil && x.Successor == "" {
				return x.Slug, true
			}
		}
	}
	if now := f.successors[slug]; now != "" {
		slug = now
	}
	if facet == FacetNear {
		slug = t.now(slug)
	}
	if facet == FacetActor {
		if region, ok := strings.CutPrefix(slug, MunicipalitiesOf("")); ok {
			slug = MunicipalitiesOf(t.now(region))
		} else {
			slug = t.now(slug)
		}
	}
	return slug, f.Value(slug) != nil
}

// IsAboutSolution tells whether a finding of a practice that has the solution is
// about it: one that names solutions by those, one that does not by its contact
// forms, where both it and the solution have any (domain.md, "findings").
func (t *Taxonomy) IsAboutSolution(solution string, named, forms []string) bool {
	if len(named) > 0 {
		return slices.ContainsFunc(named, func(s string) bool {
			s, _ = t.ResolveSlug(FacetSolution, s)
			return s == solution
		})
	}
	x := t.Term(SolutionList, solution)
	return x != nil && (len(x.ContactForms) == 0 || len(forms) == 0 || slices.ContainsFunc(forms, func(s string) bool {
		s, _ = t.ResolveSlug(FacetContactForm, s)
		return slices.Contains(x.ContactForms, s) || slices.ContainsFunc(t.Facet(FacetContactForm).Ancestors(s), func(a string) bool { return slices.Contains(x.ContactForms, a) })
	}))
}

// Canonical gives q its one canonical form under t: merged values become
// their successors, and descendants of a chosen parent are dropped.
func (t *Taxonomy) Canonical(q Query) Query {
	out := q
	out.Filters = Filters{}
	for name, slugs := range q.Filters {
		f := t.Facet(name)
		if f == nil {
			continue
		}
		var keep []string
		for _, s := range slugs {
			s, _ = t.ResolveSlug(name, s)
			keep = append(keep, s)
		}
		covered := func(s string) bool {
			return slices.ContainsFunc(f.Ancestors(s), func(a string) bool { return slices.Contains(keep, a) })
		}
		if q.Together && name == FacetTargetGroup { // a child alone is both it and its parent
			covered = func(s string) bool {
				return slices.ContainsFunc(keep, func(x string) bool { return slices.Contains(f.Ancestors(x), s) })
			}
		}
		for _, s := range keep {
			if !covered(s) {
				out.Filters.add(name, s)
			}
		}
	}
	out.Together = q.Together && len(out.Filters[FacetTargetGroup]) > 1
	return out
}

// Toggle is q with a value of a facet chosen, or dropped when it is chosen.
// Choosing a child under a chosen parent replaces the parent; choosing a
// parent replaces its children. The page becomes the first.
func (t *Taxonomy) Toggle(q Query, facet, slug string) Query {
	if slices.Contains(q.Filters[facet], slug) {
		return q.Without(facet, slug)
	}
	out := q.Without(facet, t.Facet(facet).Ancestors(slug)...)
	out.Filters.add(facet, slug)
	out.Together = q.Together
	return t.Canonical(out)
}
