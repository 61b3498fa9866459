package export

import (
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
)

// MaxEntries is how many practices a feed has at most: those changed last.
const MaxEntries = 50

// Entry is a practice with its number in this catalogue.
type Entry struct {
	ID       int64
	Practice *catalogue.Practice
}

// The parts of RFC 4287 that we use.
type (
	atomFeed struct {
		XMLName   xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Lang      string   `xml:"xml:lang,attr"`
		ID        string   `xml:"id"`
		Title     string   `xml:"title"`
		Subtitle  string   `xml:"subtitle,omitempty"`
		Updated   string   `xml:"updated"`
		Author    atomName `xml:"author"`
		Links     []atomLink
		Rights    string      `xml:"rights"`
		Generator string      `xml:"generator"`
		Entries   []atomEntry `xml:"entry"`
	}
	atomEntry struct {
		ID         string     `xml:"id"`
		Title      string     `xml:"title"`
		Updated    string     `xml:"updated"`
		Published  string     `xml:"published,omitempty"`
		Authors    []atomName `xml:"author"`
		Links      []atomLink
		Categories []atomCategory
		Summary    string `xml:"summary,omitempty"`
	}
	atomName struct {
		Name string `xml:"name"`
	}
	atomLink struct {
		XMLName xml.Name `xml:"link"`
		Rel     string   `xml:"rel,attr"`
		Type    string   `xml:"type,attr,omitempty"`
		Href    string   `xml:"href,attr"`
	}
	atomCategory struct {
		XMLName xml.Name `xml:"category"`
		Term    string   `xml:"term,attr"`
		Scheme  string   `xml:"scheme,attr"`
		Label   string   `xml:"label,attr"`
	}
)

// Atom is a feed of a list (RFC 4287): the newest version of each practice, in the
// order given. self is the feed's own address, and query the list's canonical one,
// which names the feed for ever.
func Atom(l List, self, query string, entries []Entry) ([]byte, error) {
	feed := atomFeed{
		Lang: "da", ID: tag(l.Base, "eksempler?"+query), Title: clean("Praksiskataloget: " + catalogue.Uncounted(l.Sentence)), Subtitle: caveat,
		Author: atomName{clean(l.Owner)}, Rights: licence, Generator: "Praksiskataloget",
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: self},
			{Rel: "alternate", Type: "text/html", Href: l.Address},
			{Rel: "license", Href: licenceURL},
		},
	}
	var newest time.Time
	for _, e := range entries {
		x, updated := atomEntryOf(l.Base, e)
		feed.Entries = append(feed.Entries, x)
		if updated.After(newest) {
			newest = updated
		}
	}
	if newest.IsZero() {
		newest = l.At
	}
	feed.Updated = atomTime(newest)
	b, err := xml.Marshal(feed)
	return append([]byte(xml.Header), b...), err
}

func atomEntryOf(base string, e Entry) (x atomEntry, updated time.Time) {
	p := e.Practice
	address := base + catalogue.PracticePath(p.Slug)
	x = atomEntry{
		ID:    tag(base, "eksempel/"+strconv.FormatInt(e.ID, 10)+"/"+strconv.Itoa(p.Revision)),
		Title: clean(p.Title), Summary: summary(p),
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: address}, {Rel: "alternate", Type: "application/json", Href: address + ".json"}},
	}
	for _, o := range p.Organisations() {
		x.Authors = append(x.Authors, atomName{clean(organisationText(o))})
	}
	if p.FirstPublished != nil {
		updated, x.Published = *p.FirstPublished, atomTime(*p.FirstPublished)
	}
	if p.Updated != nil {
		updated = *p.Updated
	}
	x.Updated = atomTime(updated)
	for _, c := range []struct {
		facet string
		refs  []catalogue.TermRef
	}{{catalogue.FacetTargetGroup, p.TargetGroups}, {catalogue.FacetContactForm, p.ContactForms}, {catalogue.FacetTheme, p.Themes}} {
		for _, r := range c.refs {
			x.Categories = append(x.Categories, atomCategory{Term: r.Slug, Scheme: base + catalogue.LandingIndexPath(c.facet), Label: clean(r.Label)})
		}
	}
	return x, updated
}

// summary is what a reader of a feed sees beside the title.
func summary(p *catalogue.Practice) string {
	parts := []string{clean(p.Summary)}
	if p.Summary == "" {
		parts[0] = catalogue.WithColon(catalogue.FieldAt("organisation").Label) + clean(organisationText(p.Organisation)) + "."
	}
	if v := verdicts(p).Text; v != "" {
		parts = append(parts, "Effekt: "+v+".")
	}
	return strings.Join(parts, " ")
}

// tag is a URI that names something for ever (RFC 4151), whatever its address
// becomes: by the host of the catalogue, and what it is in there.
func tag(base, specific string) string {
	host := "localhost"
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "tag:" + host + ",2026:" + specific
}

// atomTime is an instant to the second, in UTC.
func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
