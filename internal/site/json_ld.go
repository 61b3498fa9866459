package site

import (
	"encoding/json"
	"time"

	"praksis/internal/catalogue"
)

// licenceURL is that of the content (domain.md).
const licenceURL = "https://creativecommons.org/licenses/by/4.0/deed.da"

// The words of schema.org that a practice's page is described with.
type (
	ldArticle struct {
		Context             string           `json:"@context"`
		Type                string           `json:"@type"`
		About               []ldOrganisation `json:"about"`
		DateModified        string           `json:"dateModified,omitempty"`
		DatePublished       string           `json:"datePublished,omitempty"`
		Description         string           `json:"description,omitempty"`
		Headline            string           `json:"headline"`
		InLanguage          string           `json:"inLanguage"`
		IsAccessibleForFree bool             `json:"isAccessibleForFree"`
		IsBasedOn           []ldWork         `json:"isBasedOn,omitempty"`
		Keywords            []string         `json:"keywords"`
		License             string           `json:"license"`
		Publisher           ldOrganisation   `json:"publisher"`
		URL                 string           `json:"url,omitempty"`
	}
	ldOrganisation struct {
		Type       string        `json:"@type"`
		Name       string        `json:"name"`
		Identifier *ldIdentifier `json:"identifier,omitempty"`
	}
	// ldIdentifier is the official code of a municipality or a region.
	ldIdentifier struct {
		Type  string `json:"@type"`
		ID    string `json:"propertyID"`
		Value string `json:"value"`
	}
	ldWork struct {
		Type      string         `json:"@type"`
		Name      string         `json:"name"`
		Publisher ldOrganisation `json:"publisher"`
	}
)

// ldActor is an actor, with its official code where it has one.
func ldActor(o catalogue.OrganisationRef) ldOrganisation {
	out := ldOrganisation{Type: "Organization", Name: o.Name}
	switch {
	case o.Code == "":
	case o.Kind == catalogue.Municipality:
		out.Type, out.Identifier = "GovernmentOrganization", &ldIdentifier{"PropertyValue", "kommunekode", o.Code}
	case o.Kind == catalogue.Region:
		out.Type, out.Identifier = "GovernmentOrganization", &ldIdentifier{"PropertyValue", "regionskode", o.Code}
	}
	return out
}

// jsonLD describes the page to machines in the words of schema.org.
func (s *Site) jsonLD(p *catalogue.Practice, path string) (string, error) {
	organisation := func(name string) ldOrganisation { return ldOrganisation{Type: "Organization", Name: name} }
	ld := ldArticle{Context: "https://schema.org", Type: "Article", About: []ldOrganisation{}, Description: p.Summary, Headline: p.Title, InLanguage: "da",
		IsAccessibleForFree: true, Keywords: []string{}, License: licenceURL, Publisher: organisation(s.Authority.Name)}
	for _, o := range p.Organisations() {
		ld.About = append(ld.About, ldActor(o))
	}
	for _, refs := range [][]catalogue.TermRef{p.TargetGroups, p.ContactForms, p.Themes} {
		for _, r := range refs {
			ld.Keywords = append(ld.Keywords, r.Label)
		}
	}
	if p.FirstPublished != nil {
		ld.DatePublished = p.FirstPublished.In(catalogue.Copenhagen).Format(time.DateOnly)
	}
	if p.Updated != nil {
		ld.DateModified = p.Updated.In(catalogue.Copenhagen).Format(time.DateOnly)
	}
	if s.PublicURL != "" {
		ld.URL = s.PublicURL + path
	}
	for _, x := range p.Sources {
		ld.IsBasedOn = append(ld.IsBasedOn, ldWork{"CreativeWork", x.Document, organisation(x.Publisher)})
	}
	b, err := json.Marshal(ld) // escapes < and >, so it cannot end the script
	return string(b), err
}
