package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"praksis/internal/catalogue"
	"praksis/seeds"

	"github.com/goccy/go-yaml"
)

// document is one file of practices. Its source fills the blanks of the
// practices' own sources, so that those need to name a heading only.
type document struct {
	Source    catalogue.Source `json:"source"`
	Practices []practice       `json:"practices"`
}

// practice is read field by field: catalogue.Practice reads older formats too,
// and passes over names that it does not know.
type practice catalogue.Practice

// read reads the YAML files of the folder seeds/. An error names the file, and
// the line and column where there is one.
func read(dir fs.FS) (seeds.Seeds, error) {
	var s seeds.Seeds
	if err := readFile(dir, "organisations.yaml", &s.Organisations); err != nil {
		return s, err
	}
	if err := readFile(dir, "vocabularies.yaml", &s.Terms); err != nil {
		return s, err
	}
	var solutions []catalogue.Term
	if err := readFile(dir, "solutions.yaml", &solutions); err != nil {
		return s, err
	}
	s.Terms[catalogue.SolutionList] = solutions
	names, err := fs.Glob(dir, "synonyms/*.yaml") // in the order of their names
	if err != nil {
		return s, err
	}
	for _, name := range names {
		var rules []catalogue.SynonymRule
		if err := readFile(dir, name, &rules); err != nil {
			return s, err
		}
		s.Synonyms = append(s.Synonyms, rules...)
	}
	if names, err = fs.Glob(dir, "practices/*.yaml"); err != nil {
		return s, err
	}
	for _, name := range names {
		var d document
		if err := readFile(dir, name, &d); err != nil {
			return s, err
		}
		for i := range d.Practices {
			p := &d.Practices[i]
			if p.Key == "" || p.Slug == "" {
				return s, fmt.Errorf("seeds/%s: practice %q has no key or no slug", name, p.Title)
			}
			p.Key = strings.TrimSuffix(path.Base(name), ".yaml") + "/" + p.Key
			fill((*catalogue.Practice)(p), d.Source)
			s.Practices = append(s.Practices, catalogue.Practice(*p))
		}
	}
	return s, nil
}

func readFile(dir fs.FS, name string, to any) error {
	b, err := fs.ReadFile(dir, name)
	if err != nil {
		return fmt.Errorf("seeds/%s: %w", name, err)
	}
	if err := yaml.UnmarshalWithOptions(b, to, yaml.Strict(), yaml.UseJSONUnmarshaler()); err != nil {
		return fmt.Errorf("seeds/%s: %w", name, err)
	}
	return nil
}

// fill gives the sources of a practice what they leave blank from the document's.
func fill(p *catalogue.Practice, from catalogue.Source) {
	document := catalogue.Practice{Sources: []catalogue.Source{from}}
	list := catalogue.ListAt("sources")
	for i := range p.Sources {
		for n, v := range list.Row(p, i) {
			if v.Empty() {
				*v.Text() = list.Row(&document, 0)[n].String()
			}
		}
	}
}
