package export

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
)

// Citation is how one refers to an example.
type Citation struct {
	// By are those who did it.
	By        []string
	Title     string
	Publisher string
	// At is when the example became what it is: changed last, else first published;
	// zero when neither is known.
	At       time.Time
	Revision int
	URL      string
	// Sources are the documents it is made from, as "Publisher: Document".
	Sources  []string
	Abstract string
	Keywords []string
}

// Cite is the citation of a practice at an address, published by publisher.
func Cite(p *catalogue.Practice, publisher, address string) Citation {
	c := Citation{Title: p.Title, Publisher: publisher, Revision: p.Revision, URL: address, Abstract: p.Summary}
	for _, o := range p.Organisations() {
		c.By = append(c.By, o.Name)
	}
	switch {
	case p.Updated != nil:
		c.At = *p.Updated
	case p.FirstPublished != nil:
		c.At = *p.FirstPublished
	}
	for _, s := range p.Sources {
		name := s.Document
		if s.Publisher != "" && s.Publisher != s.Document {
			name = s.Publisher + ": " + s.Document
		}
		if !slices.Contains(c.Sources, name) { // two places in one document
			c.Sources = append(c.Sources, name)
		}
	}
	for _, refs := range [][]catalogue.TermRef{p.TargetGroups, p.ContactForms, p.Themes} {
		for _, r := range refs {
			c.Keywords = append(c.Keywords, r.Label)
		}
	}
	return c
}

// Text is the citation in one line of Danish.
func (c Citation) Text() string {
	var b strings.Builder
	b.WriteString(inWords(c.By))
	if !c.At.IsZero() {
		fmt.Fprintf(&b, " (%d)", c.At.In(catalogue.Copenhagen).Year())
	}
	fmt.Fprintf(&b, ": %s Praksiskataloget, %s.", ended(c.Title), c.Publisher)
	if !c.At.IsZero() {
		fmt.Fprintf(&b, " Udgave af %s.", catalogue.DanishDate(c.At.In(catalogue.Copenhagen)))
	}
	if c.URL != "" {
		b.WriteString(" " + c.URL)
	}
	return b.String()
}

// ended is a title as a sentence of its own.
func ended(title string) string {
	if strings.HasSuffix(title, "?") || strings.HasSuffix(title, "!") || strings.HasSuffix(title, ".") {
		return title
	}
	return title + "."
}

func inWords(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " og " + names[n-1]
	}
	return strings.Join(names, "")
}

// RIS is the citation as a file that reference managers read (RIS, as Research
// Information Systems specified it in 2011): one tag a line, CRLF. Authors are
// organisations: without a comma they are not taken apart into first and last name.
func (c Citation) RIS() []byte {
	var b strings.Builder
	line := func(tag, value string) {
		// A value is one line; whatever breaks it becomes a space.
		if value = strings.Join(strings.Fields(value), " "); value != "" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, value)
		}
	}
	line("TY", "ELEC")
	for _, name := range c.By {
		line("AU", strings.ReplaceAll(name, ",", ""))
	}
	line("TI", c.Title)
	line("T2", "Praksiskataloget")
	if !c.At.IsZero() {
		at := c.At.In(catalogue.Copenhagen)
		line("PY", at.Format("2006"))
		line("DA", at.Format("2006/01/02/"))
	}
	if c.Revision > 0 {
		line("ET", fmt.Sprint(c.Revision))
	}
	line("PB", c.Publisher)
	line("UR", c.URL)
	line("LA", "da")
	line("AB", c.Abstract)
	for _, word := range c.Keywords {
		line("KW", word)
	}
	for _, s := range c.Sources {
		line("N1", "Bygger på: "+s)
	}
	b.WriteString("ER  - \r\n") // the tag that ends a reference has no value
	return []byte(b.String())
}
