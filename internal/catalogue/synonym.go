package catalogue

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SynonymRule tells the search that words mean much the same. Each entry is one
// word or several. It has either Same, whose entries stand for each other, or
// Search and Finds: who searches for one of the first also finds the others.
type SynonymRule struct {
	Same   []string `json:"same,omitempty"`
	Search []string `json:"search,omitempty"`
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
	both, oneWay := len(r.Same) > 0, len(r.Search) > 0 || len(r.Finds) > 0
	switch {
	case both && oneWay:
		return errors.New("a synonym rule has either same, or search and finds")
	case !oneWay && len(r.Same) < 2:
		return errors.New("same has at least two entries")
	case !both && (len(r.Search) == 0 || len(r.Finds) == 0):
		return errors.New("search and finds have at least one entry each")
	}
	for _, list := range [][]string{r.Same, r.Search, r.Finds} {
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
	return strings.Join(r.Search, ", ") + " => " + strings.Join(r.Finds, ", ")
}

// ParseSynonymRule reads "gåtur, spadseretur", whose words stand for each
// other, or "skype, zoom => video", which holds one way only. The rule has been
// checked.
func ParseSynonymRule(s string) (r SynonymRule, err error) {
	list := func(s string) (out []string) {
		for entry := range strings.SplitSeq(s, ",") {
			out = append(out, strings.Join(strings.Fields(entry), " "))
		}
		return out
	}
	if search, finds, oneWay := strings.Cut(s, "=>"); oneWay {
		r.Search, r.Finds = list(search), list(finds)
	} else {
		r.Same = list(s)
	}
	return r, r.Check()
}
