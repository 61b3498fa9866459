package catalogue

import "strings"

// Shown are the texts of a card in which what was searched for is marked: title,
// summary, who did it, for whom, and how.
func (c Card) Shown() []string {
	return []string{c.Title, c.Summary, c.Who(), LabelsInWords(c.TargetGroups), LabelsInWords(c.ContactForms)}
}

// Who is the organisation with its partners and the place.
func (c Card) Who() string {
	out := c.Organisation.Name
	if len(c.Partners) > 0 {
		var with []string
		for _, o := range c.Partners {
			with = append(with, o.Name)
		}
		out += " med " + Join(with, "og")
	}
	if c.Provider != "" {
		out += " · " + c.Provider
	}
	return out
}

// LabelsInWords are the labels of terms as a phrase: "Angst og autisme".
func LabelsInWords(refs []TermRef) string {
	switch len(refs) { // as most have
	case 0:
		return ""
	case 1:
		return refs[0].Label
	}
	n := 0
	for _, r := range refs {
		n += len(r.Label) + len(" og ")
	}
	var b strings.Builder
	b.Grow(n)
	for i, r := range refs {
		switch i {
		case 0:
			b.WriteString(r.Label)
			continue
		case len(refs) - 1:
			b.WriteString(" og ")
		default:
			b.WriteString(", ")
		}
		first, rest := lowerFirst(r.Label)
		b.WriteRune(first)
		b.WriteString(rest)
	}
	return b.String()
}
