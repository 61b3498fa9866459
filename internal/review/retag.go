package review

import (
	"slices"
	"strings"

	"praksis/internal/catalogue"
)

// RetagAction is the sort of a change of many practices' terms.
type RetagAction string

// What is done with a term: it is added to practices, taken out, or another one is put
// in its place.
const (
	RetagAdd     RetagAction = "add"
	RetagRemove  RetagAction = "remove"
	RetagReplace RetagAction = "replace"
)

// MaxRetag is how many practices are retagged at once: the preview of each is read, and
// one transaction writes a revision of each.
const MaxRetag = 500

// Retag is one change of the terms of practices.
type Retag struct {
	Vocabulary catalogue.Vocabulary
	Action     RetagAction
	Term       string // slug of the one that is added, or that goes
	With       string // slug of the one that comes in its place
}

// Check says what is wrong with it; nil for nothing.
func (r Retag) Check(t *catalogue.Taxonomy) (faults []Fault) {
	known := func(slug string) bool {
		x := t.Term(r.Vocabulary, slug)
		return x != nil && x.Slug == slug
	}
	switch {
	case !slices.Contains(catalogue.Vocabularies, r.Vocabulary):
		faults = append(faults, Fault{"vocabulary", "Vælg, hvad der skal mærkes om."})
	case r.Action != RetagAdd && r.Action != RetagRemove && r.Action != RetagReplace:
		faults = append(faults, Fault{"action", "Vælg, om noget skal sættes på, tages af eller skiftes ud."})
	case !known(r.Term):
		faults = append(faults, Fault{"term", "Vælg på listen."})
	case r.Action == RetagReplace && (!known(r.With) || r.With == r.Term):
		faults = append(faults, Fault{"with", "Vælg, hvad der skal stå i stedet."})
	}
	return faults
}

// Apply changes the terms of p. What is added and taken out is that of the practice as
// a whole; another term comes in everywhere, in findings and advice too. It tells
// whether anything changed. Where a finding has the term that shall go, the practice
// stays as it is, and obstacle says why: what somebody said of whom is not for many
// practices at once to decide.
func (r Retag) Apply(p *catalogue.Practice) (changed bool, obstacle string) {
	for v := range p.Values() {
		refs := v.Terms()
		if refs == nil || v.Vocabulary != r.Vocabulary {
			continue
		}
		path := v.Path()
		whole := !strings.Contains(path, "[") && path != "transfer_to"
		at := slices.IndexFunc(*refs, func(x catalogue.TermRef) bool { return x.Slug == r.Term })
		switch {
		case r.Action == RetagAdd && whole && at < 0:
			*refs, changed = append(slices.Clone(*refs), catalogue.TermRef{Slug: r.Term}), true
		case r.Action == RetagRemove && at >= 0 && strings.Contains(path, "["):
			return false, "En erfaring eller et råd i eksemplet har mærket. Ret den i eksemplet."
		case r.Action == RetagRemove && at >= 0 && whole:
			*refs, changed = slices.Delete(slices.Clone(*refs), at, at+1), true
		case r.Action == RetagReplace && at >= 0:
			list := slices.Clone(*refs)
			if slices.ContainsFunc(list, func(x catalogue.TermRef) bool { return x.Slug == r.With }) {
				list = slices.Delete(list, at, at+1)
			} else {
				list[at] = catalogue.TermRef{Slug: r.With}
			}
			*refs, changed = list, true
		}
	}
	return changed, ""
}

// Sentence says what is done, for the history of each practice.
func (r Retag) Sentence(t *catalogue.Taxonomy) string {
	switch r.Action {
	case RetagAdd:
		return "Satte mærket " + r.label(t, r.Term) + " på."
	case RetagRemove:
		return "Tog mærket " + r.label(t, r.Term) + " af."
	}
	return "Skiftede " + r.label(t, r.Term) + " ud med " + r.label(t, r.With) + "."
}

// Plan is the same of what has not been done yet.
func (r Retag) Plan(t *catalogue.Taxonomy) string {
	switch r.Action {
	case RetagAdd:
		return "Mærket " + r.label(t, r.Term) + " bliver sat på."
	case RetagRemove:
		return "Mærket " + r.label(t, r.Term) + " bliver taget af."
	}
	return r.label(t, r.Term) + " bliver skiftet ud med " + r.label(t, r.With) + "."
}

// label is what a term is called, in quotes.
func (r Retag) label(t *catalogue.Taxonomy, slug string) string {
	if x := t.Term(r.Vocabulary, slug); x != nil {
		slug = x.Label
	}
	return "»" + slug + "«"
}

// NotRetagged is the refusal to undo a retagging, of a practice that has changed since,
// or that would be wrong in the way that fault says.
func NotRetagged(p *catalogue.Practice, fault string) error {
	why := "er ændret siden. Ret det selv."
	if fault != "" {
		why = "kan ikke blive, som det var: " + fault
	}
	return refusal([]Fault{{"", "Det kan ikke fortrydes: Eksemplet »" + p.Title + "« " + why}})
}
