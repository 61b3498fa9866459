package desk

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
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

func readPractice(v url.Values) catalogue.Practice {
	text := func(name string) string { return plain(v.Get(name)) }
	p := catalogue.Practice{
		Kind: catalogue.Kind(v.Get("kind")), Title: text("title"), Summary: text("summary"), Slug: text("slug"),
		Organisation: catalogue.OrganisationRef{Slug: text("organisation")}, Provider: text("provider"),
		TargetGroups: refs(v["target_groups"]), ContactForms: refs(v["contact_forms"]), Perspectives: refs(v["perspectives"]), Themes: refs(v["themes"]),
		TransferTo: refs(v["transfer_to"]), Preconditions: refs(v["preconditions"]), Solutions: refs(v["solutions"]),
		Answers: catalogue.Answers{Done: text("answers.done"), Worked: text("answers.worked"), ForWhom: text("answers.for_whom"), Spread: text("answers.spread"),
			Retention: text("answers.retention"), Other: text("answers.other"), Quality: text("answers.quality")},
		PeriodFrom: catalogue.Date(text("period_from")), PeriodTo: catalogue.Date(text("period_to")), NeedsRestrictions: v.Get("needs_restrictions") != "",
		LegalBasis: lines(v.Get("legal_basis")), Resources: text("resources"), Contact: text("contact"), ReviewBy: catalogue.Date(text("review_by")),
	}
	for _, o := range lines(v.Get("partners")) {
		p.Partners = append(p.Partners, catalogue.OrganisationRef{Slug: o})
	}
	for _, s := range bounded(v["periods"]) {
		p.Periods = append(p.Periods, catalogue.Period(s))
	}
	for at := range rows(v, "findings") {
		source, _ := strconv.Atoi(v.Get(at("source")))
		p.Findings = append(p.Findings, catalogue.Finding{Key: v.Get(at("key")), TargetGroups: refs(v[at("target_groups")]), ContactForms: refs(v[at("contact_forms")]),
			Effect: catalogue.Effect(v.Get(at("effect"))), Voice: catalogue.Voice(v.Get(at("voice"))), Condition: text(at("condition")), Text: text(at("text")), Source: source})
	}
	for at := range rows(v, "retention") {
		p.Retention = append(p.Retention, catalogue.Retention{Status: catalogue.RetentionStatus(v.Get(at("status"))), Note: text(at("note")),
			DecidedBy: text(at("decided_by")), AsOf: catalogue.Date(text(at("as_of")))})
	}
	for at := range rows(v, "sources") {
		p.Sources = append(p.Sources, catalogue.Source{Kind: catalogue.SourceKind(v.Get(at("kind"))), Document: text(at("document")), Publisher: text(at("publisher")),
			Date: catalogue.Date(text(at("date"))), Place: text(at("place")), URL: text(at("url"))})
	}
	for at := range rows(v, "links") {
		p.Links = append(p.Links, catalogue.Link{Label: text(at("label")), URL: text(at("url"))})
	}
	return p
}

var rowName = regexp.MustCompile(`^([a-z_]+)\[([0-9]{1,3})\]\.`)

// rows gives each row of a repeated part, by the function that names its fields.
func rows(v url.Values, part string) func(func(func(string) string) bool) {
	n := 0
	for name := range v {
		if m := rowName.FindStringSubmatch(name); m != nil && m[1] == part {
			i, _ := strconv.Atoi(m[2])
			n = max(n, min(i, catalogue.MaxRows))
		}
	}
	return func(yield func(func(string) string) bool) {
		for i := 1; i <= n; i++ {
			if !yield(func(field string) string { return rowField(part, i, field) }) {
				return
			}
		}
	}
}

func rowField(part string, i int, field string) string {
	return part + "[" + strconv.Itoa(i) + "]." + field
}

func refs(slugs []string) []catalogue.TermRef {
	if len(slugs) == 0 {
		return nil
	}
	return catalogue.Refs(bounded(slugs)...)
}

func lines(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" && len(out) < catalogue.MaxRows {
			out = append(out, line)
		}
	}
	return out
}

// addRow adds an empty row to a part; false for no such part.
func addRow(p *catalogue.Practice, part string) bool {
	switch part {
	case "findings":
		p.Findings = append(p.Findings, catalogue.Finding{})
	case "retention":
		p.Retention = append(p.Retention, catalogue.Retention{})
	case "sources":
		p.Sources = append(p.Sources, catalogue.Source{})
	case "links":
		p.Links = append(p.Links, catalogue.Link{})
	default:
		return false
	}
	return true
}

// removeRow takes the i-th row, from 1, out of a part; false for no such row.
func removeRow(p *catalogue.Practice, part string, i int) bool {
	switch {
	case i < 1:
		return false
	case part == "findings" && i <= len(p.Findings):
		p.Findings = slices.Delete(p.Findings, i-1, i)
	case part == "retention" && i <= len(p.Retention):
		p.Retention = slices.Delete(p.Retention, i-1, i)
	case part == "sources" && i <= len(p.Sources):
		p.Sources = slices.Delete(p.Sources, i-1, i)
		renumber(p, i)
	case part == "links" && i <= len(p.Links):
		p.Links = slices.Delete(p.Links, i-1, i)
	default:
		return false
	}
	return true
}

// renumber follows the findings' sources when source i, from 1, has gone.
func renumber(p *catalogue.Practice, i int) {
	for k := range p.Findings {
		switch s := &p.Findings[k].Source; {
		case *s == i:
			*s = 0
		case *s > i:
			*s--
		}
	}
}

// tidy is a draft without the rows that nothing was typed in.
func tidy(p catalogue.Practice) catalogue.Practice {
	p = clone(p)
	p.Findings = slices.DeleteFunc(p.Findings, func(f catalogue.Finding) bool {
		return f.Text == "" && f.Condition == "" && f.Effect == "" && f.Voice == "" && len(f.TargetGroups) == 0 && len(f.ContactForms) == 0
	})
	p.Retention = slices.DeleteFunc(p.Retention, func(r catalogue.Retention) bool { return r == catalogue.Retention{} })
	p.Links = slices.DeleteFunc(p.Links, func(l catalogue.Link) bool { return l == catalogue.Link{} })
	for i := len(p.Sources); i >= 1; i-- {
		if s := p.Sources[i-1]; (s == catalogue.Source{Kind: s.Kind}) {
			removeRow(&p, "sources", i)
		}
	}
	return p
}

// clone is a copy that shares nothing: a check tidies what it is given.
func clone(p catalogue.Practice) catalogue.Practice {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers alone
	}
	var out catalogue.Practice
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err) // just written
	}
	return out
}
