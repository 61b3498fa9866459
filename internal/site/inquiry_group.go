package site

import (
	"fmt"
	"unicode/utf8"

	"praksis/web"
)

// inquiryGroups are what somebody at the source looks at together, in the order of the
// page: sections of the record's form, by ID. A test holds that each has its group.
var inquiryGroups = []struct {
	label    string
	sections []string
}{
	{"Eksemplet", []string{"eksemplet"}},
	{"For hvem og hvordan", []string{"hvem"}},
	{"Erfaringer", []string{"findings"}},
	{"Læring", []string{"svar"}},
	{"Krav og råd", []string{"kraever", "advice"}},
	{"Fastholdt og tid", []string{"retention", "tid"}},
	{"Kilder og resten", []string{"sources", "links", "resten"}},
}

// Borders of a group: what one reads in a minute, about two screens of a telephone.
const groupParts, groupRunes = 5, 1200

// inquiryGroup is what is asked about at once.
type inquiryGroup struct {
	label string
	parts []int // indexes, in their order
}

// groupOf is the index in inquiryGroups of a section; the last one for what is none.
func groupOf(section string) int {
	for i, g := range inquiryGroups {
		for _, s := range g.sections {
			if s == section {
				return i
			}
		}
	}
	return len(inquiryGroups) - 1
}

// groupsOf parts the parts of an example into groups, each part in one.
func groupsOf(parts []web.InquiryPart) (out []inquiryGroup) {
	for g, kind := range inquiryGroups {
		from, runes := len(out), 0
		for i, p := range parts {
			if groupOf(p.Section) != g {
				continue
			}
			n := 0
			for _, f := range p.Facts {
				n += utf8.RuneCountInString(f.Value)
			}
			last := len(out) - 1
			if last < from || len(out[last].parts) == groupParts || runes+n > groupRunes {
				out, runes = append(out, inquiryGroup{label: kind.label}), 0
				last++
			}
			out[last].parts = append(out[last].parts, i)
			runes += n
		}
		if n := len(out) - from; n > 1 {
			for i := range n {
				out[from+i].label = fmt.Sprintf("%s, %d af %d", kind.label, i+1, n)
			}
		}
	}
	return out
}
