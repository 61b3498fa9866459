package review

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/mailaddr"
)

// Limits of what a submitter writes beside the practice, in characters; the
// database holds the same of the contact.
const (
	MaxTip   = 2000 // "two lines", with room for those who write more
	MaxName  = 200
	MaxEmail = 254
	MaxPhone = 40
)

// CheckSubmission tidies s and c in place (white space, empty rows dropped,
// addresses completed, references resolved, answers to warnings that are gone)
// and says what must be mended before it can be sent. It asks for little: the
// editor does the lifting. An organisation that the catalogue does not know is
// kept by name where the submitter has said that it is another one (Named), and
// asked back otherwise. CPR numbers are the warnings' matter (Warnings): one place says
// it, not two.
func CheckSubmission(s *Submission, c *Contact, t *catalogue.Taxonomy) []Fault {
	k := checker{taxonomy: t, submitted: true, named: tidyNames(s.Named)}
	k.offer = " Er det et tilbud? Skriv kommunen her, og skriv tilbuddet under »" + catalogue.FieldAt("provider").Label + "«."
	if s.Kind.Brief() {
		k.offer = " Er det et tilbud? Skriv kommunen her, og nævn tilbuddet i teksten."
	}
	if !SubmissionKinds.Has(s.Kind) {
		k.add("kind", "Vælg, om du vil sende et tip, et kort eksempel, hele skabelonen eller et spørgsmål.")
	}
	p := &s.Practice
	if s.Kind.Brief() {
		p.KeepAsked(catalogue.FormTip)
	} else {
		p.KeepAsked(catalogue.FormFull) // whichever form it was typed in
	}
	s.About = Line(s.About)
	if s.About != "" && !isSlug(s.About) {
		k.add("about", "Eksemplet, du vil føje noget til, findes ikke.")
	}
	s.Link = complete(Address(s.Link))
	if s.Link != "" {
		k.text("link", s.Link, catalogue.MaxURL)
		if fault := addressFault(s.Link); fault != "" {
			k.add("link", "%s", fault)
		}
	}
	s.Text = Text(s.Text)
	k.text("text", s.Text, MaxTip)
	switch {
	case s.Kind == KindQuestion:
		if p.Organisation.String() != "" {
			k.value(catalogue.FieldAt("organisation").Of(p))
		}
		if s.Text == "" {
			k.add("text", "Skriv dit spørgsmål.")
		}
	case s.Kind == KindTip:
		k.value(catalogue.FieldAt("organisation").Of(p))
		if s.Link == "" && s.Text == "" {
			k.add("text", "Skriv et par linjer om, hvad de gjorde, eller giv et link.")
		}
	default:
		k.practice(s)
	}
	k.contact(c)
	s.Named = keptNames(k.named, p)
	keys := map[string]bool{}
	for _, w := range Warnings(s) {
		keys[w.Key] = true
	}
	s.Answered = slices.DeleteFunc(s.Answered, func(key string) bool { return !keys[key] })
	slices.Sort(s.Answered)
	s.Answered = slices.Compact(s.Answered)
	return k.faults
}

// tidyNames are the answers about names in the form in which they are compared,
// without those that no form of ours makes.
func tidyNames(list []catalogue.NameChoice) (out []catalogue.NameChoice) {
	limit := catalogue.FieldAt("organisation").Limit
	for _, n := range list {
		n.Written = Line(n.Written)
		if n.Written != "" && utf8.RuneCountInString(n.Written) <= limit && catalogue.Storable(n.Written) && FindCPR(n.Written) == nil &&
			(n.Slug == "" || isSlug(n.Slug)) && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// keptNames are the answers that are about the organisations of a checked record.
func keptNames(list []catalogue.NameChoice, p *catalogue.Practice) (out []catalogue.NameChoice) {
	for _, n := range list {
		if slices.ContainsFunc(p.Organisations(), func(o catalogue.OrganisationRef) bool {
			return n.Slug != "" && o.Slug == n.Slug || n.Slug == "" && o.Slug == "" && o.Name == n.Written
		}) {
			out = append(out, n)
		}
	}
	return out
}

// practice checks a short example or a whole template.
func (c *checker) practice(s *Submission) {
	p := &s.Practice
	Canonical(p)
	for i := range p.Sources {
		x := &p.Sources[i]
		if x.Document = Line(x.Document); x.Document == "" { // an address alone: it tells what it can
			x.Document = host(x.URL)
			if x.Kind == "" {
				x.Kind = sourceKind(x.URL)
			}
		}
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

// contact checks who sends it.
func (c *checker) contact(k *Contact) {
	for _, f := range []struct {
		field string
		s     *string
		limit int
	}{{"contact_name", &k.Name, MaxName}, {"email", &k.Email, MaxEmail}, {"phone", &k.Phone, MaxPhone}} {
		*f.s = Line(*f.s)
		switch {
		case HoldsCPR(*f.s):
			*f.s = Mask(*f.s)
			c.add(f.field, "Det ligner et CPR-nummer. Det må ikke stå her. Fjern det.")
		case f.field == "email":
			c.email(f.s)
		default:
			c.text(f.field, *f.s, f.limit)
		}
	}
}

// email reads where answers go to. What is no address stays as it was typed.
func (c *checker) email(s *string) {
	address, fault := Email(*s)
	if fault != "" {
		c.add("email", "%s", fault)
		return
	}
	*s = address
}

// Email reads the address of a submitter: the address as it is kept, or in Danish
// what must be mended.
func Email(typed string) (address, fault string) {
	a, err := mailaddr.Read(typed)
	if err == nil {
		err = a.Public()
	}
	if err == nil {
		return a.String(), ""
	}
	typed = catalogue.Visible(Line(typed))
	var unfit *mailaddr.Error
	errors.As(err, &unfit)
	const as = " Skriv den som navn@kommune.dk."
	switch unfit.Fault {
	case mailaddr.Empty:
		return "", "Skriv din mailadresse, så du kan få svar."
	case mailaddr.More:
		return "", "Skriv kun én mailadresse og ikke andet."
	case mailaddr.NoAt:
		return "", "»" + typed + "« er ikke en mailadresse. Der mangler et @." + as
	case mailaddr.ManyAts:
		return "", "»" + typed + "« er ikke en mailadresse. Der er mere end ét @." + as
	case mailaddr.Space:
		return "", "Der er et mellemrum i »" + typed + "«. Slet det."
	case mailaddr.LocalNotASCII:
		return "", "Vi kan ikke sende mails til »" + typed + "«, fordi der står »" + catalogue.Visible(string(unfit.Char)) + "« før @. Skriv en anden mailadresse."
	case mailaddr.TooLong:
		return "", "Mailadressen er for lang. Skriv en, der er kortere."
	case mailaddr.NoDot:
		return "", "Der mangler noget sidst i »" + typed + "«, for eksempel .dk."
	case mailaddr.Reserved:
		return "", "Vi kan ikke sende mails til »" + typed + "«. Adresser, der ender på " + unfit.Text + ", virker kun på jeres eget net. Skriv en anden mailadresse."
	case mailaddr.Domain:
		return "", "»" + typed + "« er ikke en mailadresse. Det, der står efter @, er ikke rigtigt." + as
	}
	return "", "»" + typed + "« er ikke en mailadresse." + as
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
	p := s.Practice.Clone()
	if s.Kind.Brief() {
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
