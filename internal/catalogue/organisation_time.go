package catalogue

import (
	"reflect"
	"slices"
	"time"
)

// On is the taxonomy as of a day, in Danish time: organisations that have ended
// are followed by their successors, as parents and as values of the facet of
// actors, and those that have not begun are not offered (domain.md,
// "Organisation"). All of them keep their names and can be looked up.
func (t *Taxonomy) On(now time.Time) *Taxonomy {
	day := now.In(Copenhagen).Format(time.DateOnly)
	stored := t.stored
	if stored == nil {
		stored = t.Organisations
	}
	orgs := make([]Organisation, len(stored))
	copy(orgs, stored)
	x := &Taxonomy{Terms: t.Terms, Synonyms: t.Synonyms, Contrasts: t.Contrasts, terms: t.terms, gone: t.gone, stored: stored, day: day, Organisations: orgs}
	x.indexOrganisations()
	for i := range orgs {
		if orgs[i].Parent != "" {
			orgs[i].Parent = x.now(orgs[i].Parent)
		}
	}
	x.facets = facetTrees(x)
	x.since = x.sinceOn(day)
	return x
}

// WithSynonyms is the taxonomy with other rules of the thesaurus.
func (t *Taxonomy) WithSynonyms(rules []SynonymRule) *Taxonomy {
	x := *t
	x.Synonyms = rules
	return &x
}

// Equal tells whether two taxonomies have the same terms, synonyms, contrasts and,
// each on its day, organisations.
func (t *Taxonomy) Equal(o *Taxonomy) bool {
	return t.Since() == o.Since() && reflect.DeepEqual(t.Terms, o.Terms) && reflect.DeepEqual(t.gone, o.gone) && reflect.DeepEqual(t.Synonyms, o.Synonyms) && slices.Equal(t.Contrasts, o.Contrasts) && reflect.DeepEqual(t.Organisations, o.Organisations)
}

// Since is the last day up to that of the taxonomy on which an organisation began,
// or the first without one; empty when there was none.
func (t *Taxonomy) Since() string { return t.since }

// IsOf tells whether the taxonomy is still that of the moment: no organisation has
// begun or ended since its day.
func (t *Taxonomy) IsOf(now time.Time) bool {
	return t.Since() == t.sinceOn(now.In(Copenhagen).Format(time.DateOnly))
}

func (t *Taxonomy) sinceOn(day string) (last string) {
	for _, o := range t.Organisations {
		for _, change := range []string{string(o.ValidFrom), dayAfter(o.ValidTo)} {
			if change != "" && change <= day {
				last = max(last, change)
			}
		}
	}
	return last
}

func dayAfter(d Date) string {
	if d == "" {
		return ""
	}
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

// Ended tells whether an organisation is no more on the taxonomy's day.
func (t *Taxonomy) Ended(o Organisation) bool { return o.ValidTo != "" && t.day > string(o.ValidTo) }

// Exists tells whether an organisation has begun and not ended on the taxonomy's
// day.
func (t *Taxonomy) Exists(o Organisation) bool {
	return !t.Ended(o) && t.day >= string(o.ValidFrom)
}

// now is the slug of the organisation that has taken the place of one that has
// ended; slug itself while it exists, and where nobody has.
func (t *Taxonomy) now(slug string) string {
	for range len(t.Organisations) { // a circle of successors ends too
		o := t.orgs[slug]
		if o == nil || o.Successor == "" || !t.Ended(*o) {
			break
		}
		slug = o.Successor
	}
	return slug
}
