package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/danish"
)

// The flags of da_DK.aff that say how a word takes part in compounds.
const (
	compoundBegin  = "32"
	compoundMiddle = "33"
	forbidden      = "6"
	needAffix      = "8"
)

// suffix is one line of an SFX rule.
type suffix struct {
	strip, add string
	next       []string // flags of the form that it makes
	condition  *regexp.Regexp
}

type affixes struct {
	version string
	rules   map[string][]suffix
}

// word is a folded headword with all that the dictionary says of it.
type word struct {
	fold   string
	forms  map[string]bool
	firsts map[string]int // as first member: the form with its linking letter, and the letter's length
	name   bool           // written with a capital in all its entries
}

func readAffixes(path string) (*affixes, error) {
	a := &affixes{rules: map[string][]suffix{}}
	err := eachLine(path, func(line string) error {
		if v, ok := strings.CutPrefix(line, "#Stavekontrolden version "); ok {
			a.version = strings.TrimSpace(v)
		}
		f := strings.Fields(line)
		if len(f) < 5 || f[0] != "SFX" {
			return nil
		}
		cond, err := regexp.Compile("(?:" + f[4] + ")$")
		if err != nil {
			return err
		}
		add, next, _ := strings.Cut(f[3], "/")
		a.rules[f[1]] = append(a.rules[f[1]], suffix{zero(f[2]), zero(add), flags(next), cond})
		return nil
	})
	return a, err
}

func zero(s string) string {
	if s == "0" {
		return ""
	}
	return s
}

func flags(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func (s suffix) apply(w string) (string, bool) {
	stem, ok := strings.CutSuffix(w, s.strip)
	if !ok || !s.condition.MatchString(w) {
		return "", false
	}
	return stem + s.add, true
}

// readWords reads and inflects the word list; entries that fold to the same
// are one word.
func readWords(path string, a *affixes) (map[string]*word, error) {
	words := map[string]*word{}
	err := eachLine(path, func(line string) error {
		f := strings.Fields(line)
		if len(f) == 0 {
			return nil
		}
		w, rest, _ := strings.Cut(f[0], "/")
		fl := flags(rest)
		bare := strings.TrimSuffix(w, "-")
		if !usable(bare) || slices.Contains(fl, forbidden) || len(f) > 1 && !strings.Contains(f[1], ":") {
			return nil
		}
		fold := danish.Fold(bare)
		e := words[fold]
		if e == nil {
			e = &word{fold: fold, forms: map[string]bool{}, firsts: map[string]int{}, name: true}
			words[fold] = e
		}
		first, _ := utf8.DecodeRuneInString(w)
		e.name = e.name && unicode.IsUpper(first) && w == bare
		if w == bare {
			e.forms[fold] = true
		}
		for _, x := range f[1:] {
			if alt, ok := strings.CutPrefix(x, "al:"); ok && usable(alt) {
				e.forms[danish.Fold(alt)] = true
			}
		}
		e.inflect(w, fl, a.rules, 0)
		return nil
	})
	addParticiples(words)
	return words, err
}

// addParticiples makes words of the participles of verbs, which compounds end
// in though the verb does not: udviklings-hæmmet, kriminalitets-truede.
func addParticiples(words map[string]*word) {
	for _, fold := range slices.Sorted(maps.Keys(words)) {
		stem, ok := strings.CutSuffix(fold, "e")
		if !ok || !words[fold].verb() {
			continue
		}
		for _, p := range [][]string{{"et", "ets", "ede", "edes"}, {"t", "ts", "te", "tes"}, {"ende", "endes"}} {
			if w := stem + p[0]; words[w] == nil && words[fold].forms[w] {
				words[w] = &word{fold: w, forms: map[string]bool{}}
				for _, ending := range p {
					words[w].forms[stem+ending] = true
				}
			}
		}
	}
}

// verb tells whether w is an infinitive.
func (e *word) verb() bool {
	stem, ok := strings.CutSuffix(e.fold, "e")
	return ok && e.forms[stem+"ende"]
}

// usable tells whether w is a word of letters that fold to a to z.
func usable(w string) bool {
	other := func(r rune) bool { return r < 'a' || r > 'z' }
	return len(w) > 1 && strings.IndexFunc(danish.Fold(w), other) < 0
}

// inflect adds the forms that the rules make of form, a headword at depth 0.
func (e *word) inflect(form string, fl []string, rules map[string][]suffix, depth int) {
	for _, flag := range fl {
		if flag == compoundBegin && usable(form) {
			e.firsts[danish.Fold(form)] = 0
		}
		for _, s := range rules[flag] {
			made, ok := s.apply(form)
			if !ok || !usable(made) {
				continue
			}
			fold := danish.Fold(made)
			if slices.Contains(s.next, compoundBegin) || slices.Contains(s.next, compoundMiddle) {
				if depth == 0 {
					e.firsts[fold] = max(0, len(fold)-len(e.fold))
				}
				continue
			}
			if !slices.Contains(s.next, needAffix) {
				e.forms[fold] = true
			}
			if depth == 0 {
				e.inflect(made, s.next, rules, 1)
			}
		}
	}
}

func eachLine(path string, f func(string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if err := f(s.Text()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return s.Err()
}
