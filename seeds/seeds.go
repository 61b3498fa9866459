// Package seeds holds what the catalogue starts from: organisations,
// vocabularies, synonyms and the source documents' practices as YAML, one file a
// source document, in the record format of catalogue.Practice.
package seeds

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"

	"praksis/internal/catalogue"

	"github.com/goccy/go-yaml"
)

//go:embed *.yaml practices/*.yaml synonyms/*.yaml
var files embed.FS

// Seeds is all that the files hold.
type Seeds struct {
	Organisations []catalogue.Organisation
	// Terms are the vocabularies and, under catalogue.SolutionList, the solutions.
	Terms map[catalogue.Vocabulary][]catalogue.Term
	// Synonyms are the thesaurus of the search.
	Synonyms  []catalogue.SynonymRule
	Practices []catalogue.Practice
}

// Taxonomy is all but the practices.
func (s Seeds) Taxonomy() *catalogue.Taxonomy {
	return catalogue.NewTaxonomy(s.Terms, s.Organisations, s.Synonyms...)
}

// document is one file of practices. Its source fills the blanks of the
// practices' own sources, so that those need to name a heading only.
type document struct {
	Source    catalogue.Source     `json:"source"`
	Practices []catalogue.Practice `json:"practices"`
}

// Load reads the embedded files. An error names the file, line and column.
func Load() (Seeds, error) {
	var s Seeds
	if err := read("organisations.yaml", &s.Organisations); err != nil {
		return s, err
	}
	if err := read("vocabularies.yaml", &s.Terms); err != nil {
		return s, err
	}
	var solutions []catalogue.Term
	if err := read("solutions.yaml", &solutions); err != nil {
		return s, err
	}
	s.Terms[catalogue.SolutionList] = solutions
	names, err := fs.Glob(files, "synonyms/*.yaml")
	if err != nil {
		return s, err
	}
	for _, name := range names {
		var rules []catalogue.SynonymRule
		if err := read(name, &rules); err != nil {
			return s, err
		}
		s.Synonyms = append(s.Synonyms, rules...)
	}
	names, err = fs.Glob(files, "practices/*.yaml")
	if err != nil {
		return s, err
	}
	for _, name := range names {
		var d document
		if err := read(name, &d); err != nil {
			return s, err
		}
		for i := range d.Practices {
			p := &d.Practices[i]
			if p.Key == "" || p.Slug == "" {
				return s, fmt.Errorf("seeds/%s: practice %q has no key or no slug", name, p.Title)
			}
			p.Key = path.Base(name[:len(name)-len(".yaml")]) + "/" + p.Key
			for j := range p.Sources {
				p.Sources[j] = fill(p.Sources[j], d.Source)
			}
			s.Practices = append(s.Practices, *p)
		}
	}
	return s, nil
}

func read(name string, to any) error {
	b, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(b, to, yaml.Strict(), yaml.UseJSONUnmarshaler()); err != nil {
		return fmt.Errorf("seeds/%s: %w", name, err)
	}
	return nil
}

// fill gives a source what it leaves blank from the document's.
func fill(s, from catalogue.Source) catalogue.Source {
	return catalogue.Source{
		Kind:      cmp.Or(s.Kind, from.Kind),
		Document:  cmp.Or(s.Document, from.Document),
		Publisher: cmp.Or(s.Publisher, from.Publisher),
		Date:      cmp.Or(s.Date, from.Date),
		Place:     cmp.Or(s.Place, from.Place),
		URL:       cmp.Or(s.URL, from.URL),
	}
}
