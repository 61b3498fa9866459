// Package review says how something becomes published: what is checked of a
// practice, whoever sends it (a submitter, an editor, an import, the seeds).
// It is pure.
package review

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// Fault is one thing that keeps a practice from being published.
type Fault struct {
	// Field is the record's path to what is wrong, as catalogue.Value.Path
	// gives it: "title", "findings[2].effect".
	Field string
	// Message says in plain Danish what is wrong and what to do. It shows no
	// digits of a CPR number.
	Message string
}

func (f Fault) String() string { return f.Field + ": " + f.Message }

// Check brings p to its canonical form in place (texts as Text and Line give
// them, defaults, references resolved to canonical slugs and labels, finding
// keys) and returns what is still wrong with it, in the order of
// catalogue.Fields. What the fields ask for is in that table; here are the
// rules between fields.
func Check(p *catalogue.Practice, t *catalogue.Taxonomy) []Fault {
	return CheckDeclared(p, t, false)
}

// CheckDeclared is Check of a record whose ten bare digits were declared to be no CPR
// number, or, once it is published, were cleared by an editor.
func CheckDeclared(p *catalogue.Practice, t *catalogue.Taxonomy, notCPR bool) []Fault {
	return (&checker{taxonomy: t, notCPR: notCPR}).all(p)
}

type checker struct {
	taxonomy *catalogue.Taxonomy
	// notCPR lets ten bare digits pass: a warning of the kind WarnDigits asks for
	// them.
	notCPR bool
	// submitted keeps organisations that the taxonomy does not know, by name, where
	// the submitter has said that they are other ones; it
	// speaks of the form's choices where an import is told the codes, and leaves
	// CPR numbers to the warnings.
	submitted bool
	// named are the names that a submitter was asked about.
	named []catalogue.NameChoice
	// offer says what to write in place of the name of an offer, which the catalogue
	// does not know.
	offer  string
	lesson bool // which may tell what the crisis did: no effect
	faults []Fault
}

func (c *checker) add(field, format string, args ...any) {
	c.faults = append(c.faults, Fault{field, Mask(fmt.Sprintf(format, args...))})
}

func (c *checker) all(p *catalogue.Practice) []Fault {
	c.defaults(p)
	c.lesson = p.Kind == catalogue.KindLesson
	for _, f := range catalogue.Fields {
		if f.Kind != catalogue.FieldRows {
			c.value(f.Of(p))
			continue
		}
		if n := f.Len(p); n > f.Limit {
			c.add(f.Path, "Der er %d. Der er plads til %d.", n, f.Limit)
		}
		for i := range f.Len(p) {
			for _, v := range f.Row(p, i) {
				c.value(v)
			}
		}
	}
	c.between(p)
	if !c.submitted { // what somebody sends stays as it was said
		p.AddFindingTerms()
	}
	return c.faults
}

// defaults fills what the record may leave out.
func (c *checker) defaults(p *catalogue.Practice) {
	if p.Kind == "" {
		p.Kind = catalogue.KindExample
	}
	if p.Slug == "" {
		if p.Slug = catalogue.Slugify(Line(p.Title)); catalogue.ReservedSlug(p.Slug) {
			p.Slug += "-eksempel"
		}
	}
	keys := map[string]bool{}
	for _, f := range p.Findings {
		keys[f.Key] = true
	}
	for i := range p.Findings {
		for n := i + 1; p.Findings[i].Key == ""; n++ { // e2 may be that of a finding that has moved
			if key := fmt.Sprintf("e%d", n); !keys[key] {
				p.Findings[i].Key, keys[key] = key, true
			}
		}
	}
	for i := range p.Links {
		if l := &p.Links[i]; strings.TrimSpace(l.Label) == "" {
			l.Label = host(Address(l.URL))
		}
	}
}

// value brings one field to its canonical form and holds it to what the table
// says.
func (c *checker) value(v catalogue.Value) {
	canonicalValue(v)
	switch v.Kind {
	case catalogue.FieldOrganisation:
		c.organisation(v)
		return
	case catalogue.FieldTerms:
		c.terms(v)
		return
	case catalogue.FieldVoices:
		c.voices(v)
		return
	}
	s := v.Text()
	if s == nil {
		return
	}
	if *s == "" {
		excused := c.submitted && v.Field.Path == "sources[].kind" || // the editor will see what it is
			c.lesson && v.Field.Path == "findings[].effect"
		if v.Missing != "" && !excused {
			c.add(v.Path(), "%s", v.Missing)
		}
		return
	}
	limit := v.Limit
	if v.Kind == catalogue.FieldCode { // what an identifier may be is a rule of its own
		limit = 0
	}
	c.text(v.Path(), *s, limit)
	switch {
	case v.Options != nil:
		c.option(v)
	case v.Kind == catalogue.FieldDate:
		if fault := dateFault(catalogue.Date(*s)); fault != "" {
			c.add(v.Path(), "%s", fault)
		}
	case v.Kind == catalogue.FieldURL:
		if fault := addressFault(*s); fault != "" {
			c.add(v.Path(), "%s", fault)
		}
	case v.Kind == catalogue.FieldProse:
		if fault := proseFault(*s); fault != "" {
			c.add(v.Path(), "%s", fault)
		}
	}
}

// text holds a text in its canonical form to its length, in characters, and to
// what may not be written in it. A limit of 0 is none.
func (c *checker) text(field, s string, limit int) {
	if n := utf8.RuneCountInString(s); limit > 0 && n > limit {
		c.add(field, "Teksten er på %d tegn. Der er plads til %d. Gør den kortere.", n, limit)
	}
	if !catalogue.Legible(s) {
		c.add(field, Illegible)
	}
	if !c.submitted && holdsCPR(s, c.notCPR) {
		c.add(field, cprMessage)
	}
}

// option holds a code to its closed list, whether written as code, slug or
// label.
func (c *checker) option(v catalogue.Value) { *v.Text() = c.code(v, *v.Text()) }

// code is the code of what was written as code, slug or label; else it stays as
// it was written.
func (c *checker) code(v catalogue.Value, written string) string {
	if code, ok := v.Options.Parse(written); ok {
		return code
	}
	if c.submitted {
		c.add(v.Path(), "Vælg en værdi fra listen.") // not the codes, which an import would write
	} else {
		c.add(v.Path(), "»%s« er ikke på listen. Skriv en af: %s.", written, strings.Join(v.Options.Codes(), ", "))
	}
	return written
}

// voices brings voices to their codes, each once, in the order of the list.
func (c *checker) voices(v catalogue.Value) {
	list := v.Voices()
	for i := range *list {
		(*list)[i] = catalogue.Voice(c.code(v, string((*list)[i])))
	}
	place := func(x catalogue.Voice) int {
		return slices.IndexFunc(catalogue.Voices, func(o catalogue.Option[catalogue.Voice]) bool { return o.Code == x })
	}
	slices.SortStableFunc(*list, func(a, b catalogue.Voice) int { return place(a) - place(b) })
	*list = slices.Compact(*list)
}

func (c *checker) organisation(v catalogue.Value) {
	o := v.Organisation()
	name := o.String()
	if name == "" {
		c.add(v.Path(), "%s", catalogue.FieldAt("organisation").Missing)
		return
	}
	found, choices := c.taxonomy.ReadOrganisation(name)
	switch {
	case found != nil:
		*o = found.Ref()
	case c.submitted:
		*o = catalogue.OrganisationRef{Name: name}
		c.text(v.Path(), name, v.Limit)
		if !slices.Contains(c.named, catalogue.NameChoice{Written: Line(name)}) {
			c.add(v.Path(), "%s", askName(name, choices)+c.offer)
		}
	default:
		c.add(v.Path(), "Der findes ingen kommune eller organisation, der hedder »%s«. %s", name, offered(choices))
	}
}

// askName asks a submitter back what a name means; the form shows the choices.
func askName(name string, choices []*catalogue.Organisation) string {
	if len(choices) == 0 {
		return fmt.Sprintf("Vi kender ikke »%s«. Ret navnet, eller vælg, at det er en anden organisation.", name)
	}
	return fmt.Sprintf("Vi kender ikke »%s«. Vælg, hvem du mener.", name)
}

// offered says which organisations may be meant, to those who are shown no choices.
func offered(choices []*catalogue.Organisation) string {
	var names []string
	for _, o := range choices {
		names = append(names, o.Name)
	}
	switch n := len(names); n {
	case 0:
		return "Brug kode, kort navn eller fuldt navn."
	case 1:
		return "Mener du " + names[0] + "?"
	default:
		return "Mener du " + strings.Join(names[:n-1], ", ") + " eller " + names[n-1] + "?"
	}
}

func (c *checker) terms(v catalogue.Value) {
	refs := v.Terms()
	if n := len(*refs); n > v.Limit {
		c.add(v.Path(), "Der er %d. Der er plads til %d.", n, v.Limit)
	}
	var out []catalogue.TermRef
	for _, r := range *refs {
		name := r.String()
		x := c.taxonomy.Term(v.Vocabulary, name)
		if x == nil {
			c.add(v.Path(), "»%s« er ikke på listen. Vælg en værdi, der findes.", name)
			continue
		}
		ref := catalogue.TermRef{Slug: x.Slug, Label: x.Label}
		if !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	*refs = out
	if len(out) == 0 && v.Missing != "" {
		c.add(v.Path(), "%s", v.Missing)
	}
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// isSlug tells whether s can be an address or a key.
func isSlug(s string) bool { return slugForm.MatchString(s) && len(s) <= catalogue.MaxSlug }

// between holds the record to the rules between its fields.
func (c *checker) between(p *catalogue.Practice) {
	if catalogue.ReservedSlug(p.Slug) {
		c.add("slug", "Adressen »%s« er redaktionens egen. Skriv en anden, eller lad feltet være tomt.", p.Slug)
	} else if p.Title != "" && !isSlug(p.Slug) {
		c.add("slug", "Adressen »%s« kan ikke bruges. Brug små bogstaver a-z, tal og bindestreg, højst %d tegn.", p.Slug, catalogue.MaxSlug)
	}
	seen := map[string]bool{p.Organisation.Slug: true}
	p.Partners = slices.DeleteFunc(p.Partners, func(o catalogue.OrganisationRef) bool {
		again := o.Slug != "" && seen[o.Slug]
		seen[o.Slug] = true
		return again
	})
	p.LegalBasis = slices.DeleteFunc(p.LegalBasis, func(s string) bool { return s == "" })
	p.SearchWords = slices.DeleteFunc(p.SearchWords, func(s string) bool { return s == "" })
	if from, ok := p.PeriodFrom.Start(); ok && p.PeriodTo != "" {
		if to, ok := p.PeriodTo.Start(); ok && to.Year() < from.Year() {
			c.add("period_to", "Det kan ikke slutte, før det begynder. Ret det ene af årene.")
		}
	}
	keys := map[string]bool{}
	for i, f := range p.Findings {
		if !isSlug(f.Key) || keys[f.Key] {
			c.add(fmt.Sprintf("findings[%d].key", i+1), "Nøglen »%s« kan ikke bruges, eller den er brugt før. Vælg en anden.", f.Key)
		}
		keys[f.Key] = true
		if f.Source < 0 || f.Source > len(p.Sources) {
			c.add(fmt.Sprintf("findings[%d].source", i+1), "Der er ingen kilde nummer %d.", f.Source)
		} else if s := max(f.Source, 1); s <= len(p.Sources) && p.Sources[s-1].Asked == catalogue.AskedNo && !f.Quoted && slices.Contains(f.Voices, catalogue.VoiceCitizen) && !c.submitted {
			c.add(fmt.Sprintf("findings[%d].voice", i+1), "Kilden har ikke spurgt borgere. Vælg, hvem der ellers siger det, eller sæt kryds ved, at kilden citerer borgeren.")
		}
	}
	slices.Sort(p.Periods)
	p.Periods = slices.Compact(p.Periods)
}

// The years that a date can have: what the catalogue tells of lies between.
const firstYear, lastYear = 1900, 2100

func dateFault(d catalogue.Date) string {
	t, ok := d.Start()
	switch {
	case !ok:
		return fmt.Sprintf("»%s« er ikke en dato. Skriv fx 6. april 2020, april 2020, foråret 2020 eller 2020.", d)
	case t.Year() < firstYear || t.Year() > lastYear:
		return fmt.Sprintf("Året i »%s« kan ikke passe. Skriv et år mellem %d og %d.", d, firstYear, lastYear)
	}
	return ""
}

// host is the name of the machine of a web address, without "www.".
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// SlugTwice is the fault of a record whose address an earlier record of the same
// file has; first says where that stands.
func SlugTwice(slug, first string) Fault {
	return Fault{"slug", fmt.Sprintf("Adressen »%s« er også brugt i %s. Giv dem hver sin.", slug, first)}
}

// NotPublished is the fault of a record whose practice is not published any more.
func NotPublished(slug string, state catalogue.State) Fault {
	return Fault{"slug", fmt.Sprintf("Eksemplet »%s« er ikke længere udgivet her (%s), så det kan ikke indlæses. Tag linjen ud.", slug, catalogue.States.Label(state))}
}
