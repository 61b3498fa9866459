package export

import (
	"regexp"
	"strings"

	"praksis/internal/catalogue"
)

// Concept is one entry of a vocabulary.
type Concept struct {
	Slug, Label, Definition string
	// Page is the path of its landing page; empty without one.
	Page string
	// Parent and Successor are slugs of the same vocabulary; may be empty.
	Parent, Successor string
	Other             []string // further names
	Retired           bool
	Code              string // its code in our own files; empty without one
	Codes             []catalogue.Code
}

// Scheme is a vocabulary as SKOS tells it.
type Scheme struct {
	Name, Title string
	Concepts    []Concept
}

// schemeNames are the vocabularies and closed lists that can be had as SKOS, by the
// names of their parameters in addresses.
var schemeNames = []struct{ name, title string }{
	{string(catalogue.TargetGroup), "Målgrupper"},
	{string(catalogue.ContactForm), "Kontaktformer"},
	{string(catalogue.Perspective), "Perspektiver"},
	{string(catalogue.Theme), "Temaer"},
	{string(catalogue.Precondition), "Forudsætninger"},
	{string(catalogue.SolutionList), "Løsninger"},
	{catalogue.FacetEffect, "Effekter"},
	{catalogue.FacetVoice, "Stemmer"},
	{catalogue.FacetRetention, "Fastholdelse"},
}

// SchemeNames lists what SchemeOf knows, as pairs of name and Danish title.
func SchemeNames() (out [][2]string) {
	for _, x := range schemeNames {
		out = append(out, [2]string{x.name, x.title})
	}
	return out
}

// SchemeOf is the vocabulary or closed list of that name; ok is false for any other
// name. Merged and retired terms are in it: their addresses are promises.
func SchemeOf(t *catalogue.Taxonomy, name string) (s Scheme, ok bool) {
	for _, x := range schemeNames {
		if x.name == name {
			s, ok = Scheme{Name: name, Title: x.title}, true
		}
	}
	switch name {
	case catalogue.FacetEffect:
		s.Concepts = options(catalogue.Effects)
	case catalogue.FacetVoice:
		s.Concepts = options(catalogue.Voices)
	case catalogue.FacetRetention:
		s.Concepts = options(catalogue.Retentions)
	default:
		v := catalogue.Vocabulary(name)
		for _, x := range append(t.Terms[v][:len(t.Terms[v]):len(t.Terms[v])], t.RetiredTerms(v)...) {
			c := Concept{Slug: x.Slug, Label: x.Label, Definition: x.Definition, Parent: x.Parent, Other: x.Synonyms, Successor: x.Successor, Retired: x.Retired, Codes: x.Codes}
			if path := catalogue.LandingPath(name, x.Slug); x.Successor == "" && !x.Retired && !strings.HasPrefix(path, catalogue.PathPractices) {
				c.Page = path
			}
			s.Concepts = append(s.Concepts, c)
		}
	}
	return s, ok
}

func options[T ~string](list catalogue.Options[T]) (out []Concept) {
	for _, x := range list {
		out = append(out, Concept{Slug: x.Slug, Label: x.Label, Code: string(x.Code)})
	}
	return out
}

var uuid = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func schemeIRI(base, name string) term { return iri(base + catalogue.SkosPath(name)) }

// SKOS writes a vocabulary in the words of SKOS as RDF 1.1 Turtle. base is the
// address of the site, without a slash at its end. A concept's address is that of the
// file with the slug behind "#". Codes of other systems are concepts of schemes of
// their own within the file: where our term is the wider one, the code is a narrower
// match.
func SKOS(base string, s Scheme) []byte {
	var t turtle
	t.prefixes("skos", "http://www.w3.org/2004/02/skos/core#", "dct", "http://purl.org/dc/terms/", "foaf", "http://xmlns.com/foaf/0.1/",
		"owl", "http://www.w3.org/2002/07/owl#", "xsd", "http://www.w3.org/2001/XMLSchema#")
	scheme := schemeIRI(base, s.Name)
	concept := func(slug string) term {
		if slug == "" {
			return ""
		}
		return iri(base + catalogue.SkosPath(s.Name) + "#" + slug)
	}
	alive := func(c Concept) bool { return c.Successor == "" && !c.Retired }
	narrower := map[string][]term{}
	var top []term
	for _, c := range s.Concepts {
		switch {
		case !alive(c):
		case c.Parent == "":
			top = append(top, concept(c.Slug))
		default:
			narrower[c.Parent] = append(narrower[c.Parent], concept(c.Slug))
		}
	}
	t.describe(scheme, a("skos:ConceptScheme"), is("dct:title", danish(s.Title)), is("dct:license", iri(LicenceURL)), is("skos:hasTopConcept", top...))
	var codes []catalogue.Code // of other systems, each once
	seen := map[[2]string]bool{}
	for _, c := range s.Concepts {
		matches := map[term][]term{}
		for _, code := range c.Codes {
			predicate := term("skos:narrowMatch")
			if code.Match == catalogue.MatchExact {
				predicate = "skos:exactMatch"
			}
			matches[predicate] = append(matches[predicate], codeIRI(base, s.Name, code))
			if key := [2]string{code.System, code.Code}; !seen[key] {
				seen[key], codes = true, append(codes, code)
			}
		}
		var other []term
		for _, name := range c.Other {
			other = append(other, danish(name))
		}
		properties := []property{a("skos:Concept"), is("skos:prefLabel", danish(c.Label)), is("skos:altLabel", other...),
			is("skos:definition", danish(c.Definition)), is("skos:notation", literal(c.Code)), is("skos:inScheme", scheme)}
		if alive(c) {
			if c.Parent == "" {
				properties = append(properties, is("skos:topConceptOf", scheme))
			}
			properties = append(properties, is("skos:broader", concept(c.Parent)), is("skos:narrower", narrower[c.Slug]...))
		} else {
			properties = append(properties, is("owl:deprecated", "true"), is("dct:isReplacedBy", concept(c.Successor)))
		}
		properties = append(properties, is("skos:exactMatch", matches["skos:exactMatch"]...), is("skos:narrowMatch", matches["skos:narrowMatch"]...))
		if c.Page != "" {
			properties = append(properties, is("foaf:page", iri(base+c.Page)))
		}
		t.describe(concept(c.Slug), properties...)
	}
	systems := map[string]bool{}
	for _, code := range codes {
		system := iri(base + catalogue.SkosPath(s.Name) + "#kodesystem-" + strings.ToLower(code.System))
		t.describe(codeIRI(base, s.Name, code), a("skos:Concept"), is("skos:prefLabel", danish(code.System+" "+code.Code)), is("skos:notation", literal(code.Code)), is("skos:inScheme", system))
		if !systems[code.System] {
			systems[code.System] = true
			t.describe(system, a("skos:ConceptScheme"), is("dct:title", danish(code.System)))
		}
	}
	return t.Bytes()
}

// codeIRI is the address of a code of another system. FFB's codes are UUIDs, which have
// an address of their own (RFC 9562). No slug begins with "kode-".
func codeIRI(base, name string, c catalogue.Code) term {
	if uuid.MatchString(c.Code) {
		return iri("urn:uuid:" + strings.ToLower(c.Code))
	}
	return iri(base + catalogue.SkosPath(name) + "#kode-" + strings.ToLower(c.System) + "-" + c.Code)
}
