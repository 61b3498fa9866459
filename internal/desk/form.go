package desk

import (
	"net/url"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
)

// draftForm is a posted draft. A practice holds whatever was typed, also what
// is no date and no organisation, so that nothing is lost on the way back.
type draftForm struct {
	version  int
	events   int // how many the editor had seen
	action   string
	practice catalogue.Practice
	cleared  []string
	seen     []string // attachments
	ask      string
	exists   string // slug that was picked
	slug     string // or typed
	existsOf string // text to the submitter
	reason   string
	decline  string
}

func readForm(v url.Values) draftForm {
	number := func(name string) int { n, _ := strconv.Atoi(v.Get(name)); return n }
	return draftForm{
		version: number("version"), events: number("sket"), action: v.Get("handling"), practice: readPractice(v), cleared: bounded(v["klaret"]), seen: bounded(v["set"]),
		ask: plain(v.Get("spoergsmaal")), exists: v.Get("findes"), slug: strings.TrimSpace(v.Get("findes-slug")), existsOf: plain(v.Get("findes-tekst")),
		reason: v.Get("afvis-grund"), decline: plain(v.Get("afvis-tekst")),
	}
}

// bounded keeps a list to what a form of ours can hold.
func bounded(list []string) []string { return list[:min(len(list), 10*catalogue.MaxRows)] }

// readPractice reads the record's fields, and the keys that its findings carry
// along.
func readPractice(v url.Values) catalogue.Practice {
	p := catalogue.ReadForm(v, catalogue.FormDesk)
	for i := range p.Findings {
		p.Findings[i].Key = v.Get(keyName(i))
	}
	return p
}

// keyName is the name of the hidden field with the key of the i-th finding,
// from 0.
func keyName(i int) string { return "findings[" + strconv.Itoa(i+1) + "].key" }

// addRow adds an empty row to a list; false for no such list.
func addRow(p *catalogue.Practice, list string) bool {
	f := catalogue.FieldAt(list)
	if f == nil || f.Kind != catalogue.FieldRows {
		return false
	}
	f.AddRow(p)
	return true
}

// removeRow takes the i-th row, from 1, out of a list; false for no such row.
func removeRow(p *catalogue.Practice, list string, i int) bool {
	f := catalogue.FieldAt(list)
	if f == nil || f.Kind != catalogue.FieldRows || i < 1 || i > f.Len(p) {
		return false
	}
	f.RemoveRow(p, i-1)
	return true
}

// tidy is a draft without the rows that nothing was typed in.
func tidy(p catalogue.Practice) catalogue.Practice {
	p = p.Clone()
	p.DropEmptyRows()
	return p
}
