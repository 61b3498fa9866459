package catalogue

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SynonymRule tells the search what words have to do with each other. Each entry
// is one word or several. It has either Same, whose entries stand for each other,
// or Search with Means, Finds or both, which hold one way only. Who searches for
// an entry of Search asks for what has one of Means: such practices are hits, as
// those with one of Same are. What has one of Finds is related: it ranks, and is
// shown apart from the hits (domain.md, "Hits").
type SynonymRule struct {
	Same   []string `json:"same,omitempty"`
	Search []string `json:"search,omitempty"`
	Means  []string `json:"means,omitempty"`
	Finds  []string `json:"finds,omitempty"`
}

// Bounds of a rule. The search looks for rows of so many words, and reads so
// many entries of a rule.
const (
	MaxSynonyms     = 20 // entries of a list
	MaxSynonymWords = 5
)

// Check tells what is wrong with a rule; nil when it can be used.
func (r SynonymRule) Check() error {
	both, oneWay := len(r.Same) > 0, len(r.Search) > 0 || len(r.Means) > 0 || len(r.Finds) > 0
	switch {
	case both && oneWay:
		return errors.New("a synonym rule has either same, or search with means or finds")
	case !oneWay && len(r.Same) < 2:
		return errors.New("same has at least two entries")
	case !both && (len(r.Search) == 0 || len(r.Means)+len(r.Finds) == 0):
		return errors.New("search has at least one entry, and so has means or finds")
	}
	for _, entry := range r.Means {
		if slices.Contains(r.Finds, entry) {
			return fmt.Errorf("the synonym %q is both the same and related", entry)
		}
	}
	for _, list := range [][]string{r.Same, r.Search, r.Means, r.Finds} {
		if len(list) > MaxSynonyms {
			return fmt.Errorf("%d synonyms in a list: at most %d", len(list), MaxSynonyms)
		}
		for i, entry := range list {
			if n := len(strings.Fields(entry)); n == 0 || n > MaxSynonymWords {
				return fmt.Errorf("the synonym %q has %d words, not 1 to %d", entry, n, MaxSynonymWords)
			}
			if slices.Contains(list[:i], entry) {
				return fmt.Errorf("the synonym %q stands twice", entry)
			}
		}
	}
	return nil
}

// String writes a rule as ParseSynonymRule reads it.
func (r SynonymRule) String() string {
	if len(r.Same) > 0 {
		return strings.Join(r.Same, ", ")
	}
	out := strings.Join(r.Search, ", ")
	if len(r.Means) > 0 {
		out += " = " + strings.Join(r.Means, ", ")
	}
	if len(r.Finds) > 0 {
		out += " => " + strings.Join(r.Finds, ", ")
	}
	return out
}

// ParseSynonymRule reads "gåtur, spadseretur", whose words stand for each
// other, "evnesvag = udviklingshæmning", which holds one way only, or "skype, zoom
// => video", whose words are related. "BPA = borgerstyret personlig assistance =>
// handicap" has both. The rule has been checked.
func ParseSynonymRule(s string) (r SynonymRule, err error) {
	list := func(s string) (out []string) {
		for entry := range strings.SplitSeq(s, ",") {
			out = append(out, strings.Join(strings.Fields(entry), " "))
		}
		return out
	}
	search, finds, related := strings.Cut(s, "=>")
	search, means, same := strings.Cut(search, "=")
	if related {
		r.Finds = list(finds)
	}
	if same {
		r.Means = list(means)
	}
	if related || same {
		r.Search = list(search)
	} else {
		r.Same = list(s)
	}
	return r, r.Check()
}
