package main

import "strings"

// extras is danish's members.txt: what this file does not say itself.
type extras struct {
	firsts            map[string]string // as they stand, to the word they are of
	notFirst, notHead map[string]bool
	atoms             map[string]bool // never cut
}

func readExtras(path string) (*extras, error) {
	o := &extras{map[string]string{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	err := eachLine(path, func(line string) error {
		kind, rest, _ := strings.Cut(line, " ")
		for w := range strings.FieldsSeq(rest) {
			switch kind {
			case "first":
				form, base, _ := strings.Cut(w, ":")
				o.firsts[form] = base
			case "notfirst":
				o.notFirst[w] = true
			case "nothead":
				o.notHead[w] = true
			case "atom":
				o.atoms[w] = true
			}
		}
		return nil
	})
	return o, err
}
