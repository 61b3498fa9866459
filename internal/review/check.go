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
	// Field is the record's path to what is wrong: "title", "findings[2].effect".
	Field string
	// Message says in plain Danish what is wrong and what to do.
	Message string
}

func (f Fault) String() string { return f.Field + ": " + f.Message }

// Check tidies p in place (white space, defaults, references resolved to
// canonical slugs and labels, finding keys) and returns what is still wrong
// with it, in the order of the record. Only title and organisation are
// required.
func Check(p *catalogue.Practice, t *catalogue.Taxonomy) []Fault {
	c := checker{taxonomy: t, cpr: func(s string) bool { return FindCPR(s) != nil }}
	return c.all(p)
}

// CheckCleared is Check for a draft of which an editor has cleared ten digits
// in a row as no CPR number (a warning of the kind WarnDigits).
func CheckCleared(p *catalogue.Practice, t *catalogue.Taxonomy) []Fault {
	c := checker{taxonomy: t, cpr: func(s string) bool {
		return slices.ContainsFunc(FindCPR(s), func(at [2]int) bool { return !bare(s[at[0]:at[1]]) })
	}}
	return c.all(p)
}

type checker struct {
	taxonomy *catalogue.Taxonomy
	// cpr tells whether a text holds a CPR number.
	cpr func(string) bool
	// anyName keeps organisations that the taxonomy does not know, by name.
	anyName bool
	faults  []Fault
}

func (c *checker) all(p *catalogue.Practice) []Fault {
	c.texts(p)
	c.references(p)
	c.findings(p)
	c.rest(p)
	p.AddFindingTerms()
	return c.faults
}

func (c *checker) add(field, format string, args ...any) {
	c.faults = append(c.faults, Fault{field, fmt.Sprintf(format, args...)})
}

// text tidies one text and holds it to its length and to what may not be
// written in it.
func (c *checker) text(field string, s *string, limit int) {
	*s = strings.TrimSpace(strings.ReplaceAll(*s, "\r\n", "\n"))
	if n := utf8.RuneCountInString(*s); n > limit {
		c.add(field, "Teksten er på %d tegn. Der er plads til %d. Gør den kortere.", n, limit)
	}
	if strings.ContainsRune(*s, 0) || !utf8.ValidString(*s) {
		c.add(field, "Teksten har tegn, der ikke kan læses. Skriv den igen.")
	}
	if c.cpr(*s) {
		c.add(field, "Teksten ser ud til at have et CPR-nummer. Det må ikke stå her. Fjern det.")
	}
}

// line is a text without line breaks.
func (c *checker) line(field string, s *string, limit int) {
	*s = strings.Join(strings.Fields(*s), " ")
	c.text(field, s, limit)
}

func (c *checker) texts(p *catalogue.Practice) {
	c.line("title", &p.Title, catalogue.MaxTitle)
	if p.Title == "" {
		c.add("title", "Skriv en titel, der siger, hvem der gjorde hvad.")
	}
	if p.Slug == "" {
		p.Slug = catalogue.Slugify(p.Title)
	}
	if p.Title != "" && (!slugForm.MatchString(p.Slug) || len(p.Slug) > catalogue.MaxSlug) {
		c.add("slug", "Adressen »%s« kan ikke bruges. Brug små bogstaver a-z, tal og bindestreg, højst %d tegn.", p.Slug, catalogue.MaxSlug)
	}
	c.line("summary", &p.Summary, catalogue.MaxSummary)
	c.line("provider", &p.Provider, catalogue.MaxTitle)
	for _, a := range []struct {
		field string
		s     *string
	}{
		{"done", &p.Answers.Done}, {"worked", &p.Answers.Worked}, {"for_whom", &p.Answers.ForWhom},
		{"spread", &p.Answers.Spread}, {"retention", &p.Answers.Retention}, {"other", &p.Answers.Other}, {"quality", &p.Answers.Quality},
	} {
		c.text("answers."+a.field, a.s, catalogue.MaxAnswer)
	}
	c.text("resources", &p.Resources, catalogue.MaxAnswer)
	c.line("contact", &p.Contact, catalogue.MaxShort)
	c.rows("legal_basis", len(p.LegalBasis))
	for i := range p.LegalBasis {
		c.line(fmt.Sprintf("legal_basis[%d]", i+1), &p.LegalBasis[i], catalogue.MaxShort)
	}
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (c *checker) rows(field string, n int) {
	if n > catalogue.MaxRows {
		c.add(field, "Der er %d. Der er plads til %d.", n, catalogue.MaxRows)
	}
}

func (c *checker) references(p *catalogue.Practice) {
	if p.Kind == "" {
		p.Kind = catalogue.KindExample
	}
	option(c, "kind", catalogue.Kinds, &p.Kind)
	c.organisation("organisation", &p.Organisation)
	c.rows("partners", len(p.Partners))
	for i := range p.Partners {
		c.organisation(fmt.Sprintf("partners[%d]", i+1), &p.Partners[i])
	}
	seen := map[string]bool{p.Organisation.Slug: true}
	p.Partners = slices.DeleteFunc(p.Partners, func(o catalogue.OrganisationRef) bool {
		again := o.Slug != "" && seen[o.Slug]
		seen[o.Slug] = true
		return again
	})
	c.terms("target_groups", catalogue.TargetGroup, &p.TargetGroups)
	c.terms("contact_forms", catalogue.ContactForm, &p.ContactForms)
	c.terms("perspectives", catalogue.Perspective, &p.Perspectives)
	c.terms("themes", catalogue.Theme, &p.Themes)
	c.terms("transfer_to", catalogue.TargetGroup, &p.TransferTo)
	c.terms("preconditions", catalogue.Precondition, &p.Preconditions)
	c.terms("solutions", catalogue.SolutionList, &p.Solutions)
}

func (c *checker) organisation(field string, o *catalogue.OrganisationRef) {
	name := strings.TrimSpace(o.Slug)
	for _, other := range []string{o.Code, o.Name, o.ShortName} {
		if name == "" {
			name = strings.TrimSpace(other)
		}
	}
	if name == "" {
		c.add(field, "Skriv, hvilken kommune eller organisation eksemplet kommer fra.")
		return
	}
	found := c.taxonomy.Organisation(name)
	if found == nil && c.anyName {
		*o = catalogue.OrganisationRef{Name: name}
		c.line(field, &o.Name, catalogue.MaxTitle)
		return
	}
	if found == nil {
		c.add(field, "Der findes ingen kommune eller organisation, der hedder »%s«. Brug kode, kort navn eller fuldt navn.", name)
		return
	}
	*o = found.Ref()
}

func (c *checker) terms(field string, v catalogue.Vocabulary, refs *[]catalogue.TermRef) {
	c.rows(field, len(*refs))
	var out []catalogue.TermRef
	for _, r := range *refs {
		name := r.Slug
		if name == "" {
			name = r.Label
		}
		x := c.taxonomy.Term(v, name)
		if x == nil {
			c.add(field, "»%s« er ikke på listen. Vælg en værdi, der findes.", name)
			continue
		}
		ref := catalogue.TermRef{Slug: x.Slug, Label: x.Label}
		if !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	*refs = out
}

// option holds a value to a closed list, whether written as code, slug or
// label.
func option[T ~string](c *checker, field string, list catalogue.Options[T], v *T) {
	code, ok := list.Parse(string(*v))
	if !ok {
		c.add(field, "»%s« er ikke på listen. Skriv en af: %s.", *v, strings.Join(list.Codes(), ", "))
		return
	}
	*v = code
}

func (c *checker) findings(p *catalogue.Practice) {
	c.rows("findings", len(p.Findings))
	keys := map[string]bool{}
	for i := range p.Findings {
		f := &p.Findings[i]
		at := func(field string) string { return fmt.Sprintf("findings[%d].%s", i+1, field) }
		if f.Key == "" {
			f.Key = fmt.Sprintf("e%d", i+1)
		}
		if !slugForm.MatchString(f.Key) || len(f.Key) > catalogue.MaxSlug || keys[f.Key] {
			c.add(at("key"), "Nøglen »%s« kan ikke bruges, eller den er brugt før. Vælg en anden.", f.Key)
		}
		keys[f.Key] = true
		c.terms(at("target_groups"), catalogue.TargetGroup, &f.TargetGroups)
		if len(f.TargetGroups) == 0 {
			c.add(at("target_groups"), "Vælg, for hvem erfaringen gælder, eller »På tværs« eller »Ikke oplyst«.")
		}
		c.terms(at("contact_forms"), catalogue.ContactForm, &f.ContactForms)
		option(c, at("effect"), catalogue.Effects, &f.Effect)
		if f.Voice != "" {
			option(c, at("voice"), catalogue.Voices, &f.Voice)
		}
		c.line(at("condition"), &f.Condition, catalogue.MaxShort)
		c.line(at("text"), &f.Text, catalogue.MaxFinding)
		if f.Text == "" {
			c.add(at("text"), "Skriv erfaringen i en sætning.")
		}
		if f.Source < 0 || f.Source > len(p.Sources) {
			c.add(at("source"), "Der er ingen kilde nummer %d.", f.Source)
		}
	}
}

func (c *checker) rest(p *catalogue.Practice) {
	c.rows("retention", len(p.Retention))
	for i := range p.Retention {
		r := &p.Retention[i]
		at := func(field string) string { return fmt.Sprintf("retention[%d].%s", i+1, field) }
		if r.Status != "" {
			option(c, at("status"), catalogue.Retentions, &r.Status)
		}
		c.line(at("note"), &r.Note, catalogue.MaxShort)
		c.line(at("decided_by"), &r.DecidedBy, catalogue.MaxShort)
		c.date(at("as_of"), r.AsOf)
	}
	for i := range p.Periods {
		option(c, fmt.Sprintf("periods[%d]", i+1), catalogue.Periods, &p.Periods[i])
	}
	slices.Sort(p.Periods)
	p.Periods = slices.Compact(p.Periods)
	c.date("period_from", p.PeriodFrom)
	c.date("period_to", p.PeriodTo)
	c.date("review_by", p.ReviewBy)
	c.rows("sources", len(p.Sources))
	for i := range p.Sources {
		s := &p.Sources[i]
		at := func(field string) string { return fmt.Sprintf("sources[%d].%s", i+1, field) }
		option(c, at("kind"), catalogue.SourceKinds, &s.Kind)
		c.line(at("document"), &s.Document, catalogue.MaxShort)
		if s.Document == "" {
			c.add(at("document"), "Skriv, hvad kilden hedder.")
		}
		c.line(at("publisher"), &s.Publisher, catalogue.MaxShort)
		c.line(at("place"), &s.Place, catalogue.MaxShort)
		c.date(at("date"), s.Date)
		if s.URL != "" {
			c.url(at("url"), s.URL)
		}
	}
	c.rows("links", len(p.Links))
	for i := range p.Links {
		at := func(field string) string { return fmt.Sprintf("links[%d].%s", i+1, field) }
		c.line(at("label"), &p.Links[i].Label, catalogue.MaxShort)
		if p.Links[i].Label == "" {
			if u, err := url.Parse(p.Links[i].URL); err == nil {
				p.Links[i].Label = u.Host
			}
		}
		c.url(at("url"), p.Links[i].URL)
	}
}

func (c *checker) date(field string, d catalogue.Date) {
	if _, ok := d.Start(); d != "" && !ok {
		c.add(field, "»%s« er ikke en dato. Skriv fx 2020-04-06, 2020-04, 2020-spring eller 2020.", d)
	}
}

func (c *checker) url(field, s string) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(s) > catalogue.MaxURL || strings.ContainsAny(s, " \t\r\n") {
		c.add(field, "»%s« er ikke en webadresse. Den skal begynde med https:// eller http://.", s)
	}
}
