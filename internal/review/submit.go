package review

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// Limits of what a submitter writes beside the practice, in characters; the
// database holds the same of the contact.
const (
	MaxTip   = 2000 // "two lines", with room for those who write more
	maxName  = 200
	maxEmail = 254
	maxPhone = 40
)

// CheckSubmission tidies s and c in place (white space, empty rows dropped,
// addresses completed, references resolved, answers to warnings that are gone)
// and says what must be mended before it can be sent. It asks for little: the
// editor does the lifting. An organisation that the catalogue does not know is
// kept by name. CPR numbers are the warnings' matter (Warnings): one place says
// it, not two.
func CheckSubmission(s *Submission, c *Contact, t *catalogue.Taxonomy) []Fault {
	k := checker{taxonomy: t, anyName: true, cpr: func(string) bool { return false }}
	if !SubmissionKinds.Has(s.Kind) {
		k.add("kind", "Vælg, om du vil sende et tip, et kort eksempel eller hele skabelonen.")
	}
	p := &s.Practice
	own(p)
	s.About = strings.TrimSpace(s.About)
	if s.About != "" && (!slugForm.MatchString(s.About) || len(s.About) > catalogue.MaxSlug) {
		k.add("about", "Eksemplet, du vil føje noget til, findes ikke.")
	}
	s.Link = complete(s.Link)
	if s.Link != "" {
		k.url("link", s.Link)
	}
	k.text("text", &s.Text, MaxTip)
	if s.Kind == KindTip {
		*p = catalogue.Practice{Organisation: p.Organisation}
		k.organisation("organisation", &p.Organisation)
		if s.Link == "" && s.Text == "" {
			k.add("text", "Skriv et par linjer om, hvad de gjorde, eller giv et link.")
		}
	} else {
		k.practice(s)
	}
	k.contact(c)
	keys := map[string]bool{}
	for _, w := range Warnings(s) {
		keys[w.Key] = true
	}
	s.Answered = slices.DeleteFunc(s.Answered, func(key string) bool { return !keys[key] })
	slices.Sort(s.Answered)
	s.Answered = slices.Compact(s.Answered)
	for i := range k.faults {
		k.faults[i].Message = Mask(k.faults[i].Message) // some quote what was typed
	}
	return k.faults
}

// own drops what is not for a submitter to say.
func own(p *catalogue.Practice) {
	p.Slug, p.Key, p.State, p.StateReason, p.Revision = "", "", "", "", 0
	p.FirstPublished, p.Updated, p.Solutions, p.ReviewBy = nil, nil, nil, ""
}

// practice checks a short example or a whole template.
func (c *checker) practice(s *Submission) {
	p := &s.Practice
	dropEmpty(p)
	for i := range p.Links {
		p.Links[i].URL = complete(p.Links[i].URL)
	}
	for i := range p.Sources {
		x := &p.Sources[i]
		if x.URL = complete(x.URL); x.Kind == "" {
			x.Kind = sourceKind(x.URL)
		}
		if x.Document = strings.TrimSpace(x.Document); x.Document == "" {
			x.Document = host(x.URL)
		}
	}
	for i := range p.Findings {
		p.Findings[i].Key = ""
	}
	c.all(p)
	p.Slug = ""
	faults := c.faults[:0]
	for _, f := range c.faults {
		switch {
		case s.About != "" && (f.Field == "title" && p.Title == "" || f.Field == "slug"):
			continue // it has the title of what it adds to
		case f.Field == "slug":
			f = Fault{"title", "Skriv en titel med bogstaver, så andre kan finde eksemplet."}
		case strings.HasSuffix(f.Field, "].effect"):
			f.Message = "Vælg, om effekten var god, blandet, dårlig, eller om der ingen var."
		case strings.HasSuffix(f.Field, ".status") || strings.HasSuffix(f.Field, ".voice") || strings.HasSuffix(f.Field, ".kind") || f.Field == "kind" || strings.HasPrefix(f.Field, "periods["):
			f.Message = "Vælg en værdi fra listen." // not the codes, which an import would write
		}
		faults = append(faults, f)
	}
	c.faults = faults
	switch {
	case s.About != "" && len(p.Findings) == 0 && p.Answers.Done == "" && s.Text == "":
		c.add("findings", "Skriv, hvad I har erfaret, eller hvad du vil tilføje.")
	case s.About == "" && p.Answers.Done == "" && p.Summary == "" && len(p.Findings) == 0:
		c.add("answers.done", "Skriv et par linjer om, hvad I gjorde.")
	}
}

// dropEmpty drops the rows of a form that nothing was written in.
func dropEmpty(p *catalogue.Practice) {
	blank := func(texts ...string) bool { return strings.TrimSpace(strings.Join(texts, "")) == "" }
	p.Partners = slices.DeleteFunc(p.Partners, func(o catalogue.OrganisationRef) bool { return blank(o.Slug, o.Code, o.Name, o.ShortName) })
	p.Findings = slices.DeleteFunc(p.Findings, func(f catalogue.Finding) bool {
		return blank(f.Text, f.Condition, string(f.Effect), string(f.Voice)) && len(f.TargetGroups) == 0 && len(f.ContactForms) == 0
	})
	p.Retention = slices.DeleteFunc(p.Retention, func(r catalogue.Retention) bool {
		return blank(r.Note, r.DecidedBy, string(r.Status), string(r.AsOf))
	})
	p.Sources = slices.DeleteFunc(p.Sources, func(x catalogue.Source) bool {
		return blank(x.Document, x.Publisher, x.Place, x.URL, string(x.Date))
	})
	p.Links = slices.DeleteFunc(p.Links, func(x catalogue.Link) bool { return blank(x.Label, x.URL) })
	p.LegalBasis = slices.DeleteFunc(p.LegalBasis, func(x string) bool { return blank(x) })
	terms := func(refs *[]catalogue.TermRef) {
		*refs = slices.DeleteFunc(*refs, func(r catalogue.TermRef) bool { return blank(r.Slug, r.Label) })
	}
	for _, refs := range []*[]catalogue.TermRef{&p.TargetGroups, &p.ContactForms, &p.Perspectives, &p.Themes, &p.TransferTo, &p.Preconditions} {
		terms(refs)
	}
	for i := range p.Findings {
		terms(&p.Findings[i].TargetGroups)
		terms(&p.Findings[i].ContactForms)
	}
}

// contact checks who sends it.
func (c *checker) contact(k *Contact) {
	for _, f := range []struct {
		field string
		s     *string
		limit int
	}{{"contact_name", &k.Name, maxName}, {"email", &k.Email, maxEmail}, {"phone", &k.Phone, maxPhone}} {
		c.line(f.field, f.s, f.limit)
		if FindCPR(*f.s) != nil {
			*f.s = Mask(*f.s)
			c.add(f.field, "Det ligner et CPR-nummer. Det må ikke stå her. Fjern det.")
		}
	}
	if k.Email == "" {
		c.add("email", "Skriv din mailadresse, så du kan få svar.")
		return
	}
	// Exactly one bare address: nothing that a mail's header would take apart.
	a, err := mail.ParseAddress(k.Email)
	_, domain, _ := strings.Cut(k.Email, "@")
	if err != nil || a.Address != k.Email || a.Name != "" || !strings.Contains(strings.Trim(domain, "."), ".") ||
		strings.ContainsFunc(k.Email, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(" \t\"'<>,;:()[]\\", r) }) {
		c.add("email", "»%s« er ikke en mailadresse. Skriv den som navn@kommune.dk.", k.Email)
	}
}

// complete gives a web address the scheme that people leave out.
func complete(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.Contains(s, "://") || strings.ContainsAny(s, " \t\r\n@") {
		return s
	}
	if before, _, _ := strings.Cut(s, "/"); strings.Contains(before, ".") && !strings.Contains(before, ":") {
		return "https://" + s
	}
	return s
}

// host is the name of the machine of a web address, without "www.".
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// newsHosts publish news.
var newsHosts = wordSet("dr.dk tv2.dk tvmidtvest.dk tv2ostjylland.dk tv2fyn.dk tv2lorry.dk tv2nord.dk tvsyd.dk tv2east.dk politiken.dk jyllands-posten.dk jp.dk berlingske.dk information.dk altinget.dk kristeligt-dagblad.dk stiften.dk avisendanmark.dk nordjyske.dk jv.dk amtsavisen.dk hsfo.dk dbrs.dk viborg-folkeblad.dk fyens.dk ritzau.dk")

// sourceKind is the genre that an address suggests.
func sourceKind(address string) catalogue.SourceKind {
	switch {
	case address == "":
		return "note"
	case newsHosts[host(address)] || strings.Contains(strings.ToLower(address), "/nyhed"):
		return "news"
	case strings.HasSuffix(strings.ToLower(address), ".pdf"):
		return "article"
	default:
		return "web_page"
	}
}

// Draft is what an editor begins with: a practice with what was sent, in the
// places where it belongs. s has passed CheckSubmission and is left as it is.
func Draft(s *Submission) catalogue.Practice {
	p := clone(s.Practice)
	if s.Kind == KindTip {
		p.Title, p.Answers.Done = firstSentence(s.Text)
	} else if s.Text != "" && p.Answers.Other == "" {
		p.Answers.Other = s.Text
	}
	if s.Link != "" && !slices.ContainsFunc(p.Sources, func(x catalogue.Source) bool { return x.URL == s.Link }) {
		p.Sources = append(p.Sources, catalogue.Source{Kind: sourceKind(s.Link), Document: host(s.Link), URL: s.Link})
	}
	if len(p.Sources) == 0 {
		source := catalogue.Source{Kind: "note", Document: "Indsendt til Praksiskataloget", Publisher: p.Organisation.Name}
		if s.Kind == KindFull {
			source.Kind = "template"
		}
		p.Sources = []catalogue.Source{source}
	}
	return p
}

func clone(p catalogue.Practice) catalogue.Practice {
	p.Partners, p.TargetGroups, p.ContactForms = slices.Clone(p.Partners), slices.Clone(p.TargetGroups), slices.Clone(p.ContactForms)
	p.Perspectives, p.Themes, p.TransferTo = slices.Clone(p.Perspectives), slices.Clone(p.Themes), slices.Clone(p.TransferTo)
	p.Preconditions, p.Retention, p.Periods = slices.Clone(p.Preconditions), slices.Clone(p.Retention), slices.Clone(p.Periods)
	p.LegalBasis, p.Sources, p.Links, p.Solutions = slices.Clone(p.LegalBasis), slices.Clone(p.Sources), slices.Clone(p.Links), slices.Clone(p.Solutions)
	p.Findings = slices.Clone(p.Findings)
	for i := range p.Findings {
		f := &p.Findings[i]
		f.TargetGroups, f.ContactForms = slices.Clone(f.TargetGroups), slices.Clone(f.ContactForms)
	}
	return p
}

// firstSentence is a title made of a text, cut at a word where it must be, and
// the whole text where the title does not say all of it.
func firstSentence(text string) (title, rest string) {
	text = strings.TrimSpace(text)
	title = text
	for i, r := range text {
		next := i + utf8.RuneLen(r)
		// A full stop ends a sentence before a space and a capital: not "fx. 12".
		if r == '\n' || (r == '.' || r == '!' || r == '?') && next < len(text) && strings.HasPrefix(text[next:], " ") &&
			strings.ContainsFunc(text[next:min(len(text), next+4)], unicode.IsUpper) {
			title = text[:i]
			break
		}
	}
	title = strings.Join(strings.Fields(strings.TrimRight(title, ". ")), " ")
	if runes := []rune(title); len(runes) > catalogue.MaxTitle {
		title = string(runes[:catalogue.MaxTitle-1])
		if i := strings.LastIndexByte(title, ' '); i > 0 {
			title = title[:i]
		}
		title += "…"
	}
	if strings.TrimRight(text, ". ") != title {
		rest = text
	}
	return title, rest
}
