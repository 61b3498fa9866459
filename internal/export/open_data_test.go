package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"

	"github.com/knakk/rdf"
)

const base = "https://praksiskataloget.example"

// triples reads Turtle back by another program's reader, as "subject predicate" with
// the objects.
func triples(t testing.TB, b []byte) map[string][]rdf.Object {
	t.Helper()
	out := map[string][]rdf.Object{}
	for d := rdf.NewTripleDecoder(bytes.NewReader(b), rdf.Turtle); ; {
		x, err := d.Decode()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, b)
		}
		key := x.Subj.String() + " " + x.Pred.String()
		out[key] = append(out[key], x.Obj)
	}
}

const (
	dcat = "http://www.w3.org/ns/dcat#"
	dct  = "http://purl.org/dc/terms/"
	skos = "http://www.w3.org/2004/02/skos/core#"
	typ  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
)

// What DCAT-AP-DK 2.0 makes mandatory stands in the record, and what it refers to is
// there and of the right class.
func TestDCAT(t *testing.T) {
	d := DataSet{Base: base, Publisher: "KL", Contact: "praksis@kl.example", Changed: time.Date(2026, 11, 28, 23, 30, 0, 0, time.UTC), Vocabularies: SchemeNames(),
		Files: []DataFile{{ID: "json", Title: "JSON", Has: "Alle eksempler.", Path: "/eksempler.json", MediaType: "application/json", Format: "JSON"}, {ID: "jsonl", Title: "JSON Lines", Has: "Alle eksempler.", Path: "/eksempler.jsonl"}},
		API:   "/api/v1", OpenAPI: "/api/v1/openapi.json"}
	all := triples(t, DCAT(d))
	one := func(subject, predicate string) rdf.Object {
		t.Helper()
		list := all[base+"/dcat.ttl#"+subject+" "+predicate]
		if len(list) == 0 {
			t.Fatalf("%s has no %s", subject, predicate)
		}
		return list[0]
	}
	class := func(o rdf.Object, want string) {
		t.Helper()
		for _, c := range all[o.String()+" "+typ] {
			if c.String() == want {
				return
			}
		}
		t.Errorf("%s is no %s", o, want)
	}
	for _, subject := range []string{"katalog", "datasaet", "json", "jsonl"} {
		for _, predicate := range []string{dct + "title", dct + "description"} {
			if l, ok := one(subject, predicate).(rdf.Literal); !ok || l.Lang() != "da" || l.String() == "" {
				t.Errorf("%s %s: %v", subject, predicate, l)
			}
		}
	}
	class(one("katalog", dct+"publisher"), "http://xmlns.com/foaf/0.1/Agent")
	class(one("katalog", dcat+"dataset"), dcat+"Dataset")
	class(one("katalog", dcat+"service"), dcat+"DataService")
	class(one("datasaet", dcat+"contactPoint"), "http://www.w3.org/2006/vcard/ns#Kind")
	class(one("datasaet", dct+"temporal"), dct+"PeriodOfTime")
	class(one("json", dct+"license"), dct+"LicenseDocument")
	one("udgiver", "http://xmlns.com/foaf/0.1/name")
	one("api", dcat+"endpointURL")
	for _, x := range all[base+"/dcat.ttl#katalog "+dcat+"themeTaxonomy"] {
		class(x, skos+"ConceptScheme")
		if len(all[x.String()+" "+dct+"title"]) != 1 {
			t.Errorf("%s has no title", x)
		}
	}
	if n := len(all[base+"/dcat.ttl#datasaet "+dcat+"distribution"]); n != len(d.Files) {
		t.Errorf("%d distributions", n)
	}
	if got := one("jsonl", dcat+"accessURL").String(); got != base+"/eksempler" {
		t.Error(got)
	}
	// A date is one of the calendar, in Denmark.
	if got := one("datasaet", dct+"modified"); got.String() != "2026-11-29" {
		t.Error(got)
	}
	for key, objects := range all {
		for _, o := range objects {
			l, ok := o.(rdf.Literal)
			if !ok {
				continue
			}
			if l.DataType.String() == "http://www.w3.org/2001/XMLSchema#date" {
				if _, err := time.Parse(time.DateOnly, l.String()); err != nil {
					t.Errorf("%s: %v", key, err)
				}
			}
			if l.Lang() != strings.ToLower(l.Lang()) {
				t.Errorf("%s: the language %q", key, l.Lang())
			}
		}
	}
	// Without examples, contact or API nothing is said of them.
	if b := DCAT(DataSet{Base: base, Publisher: "KL"}); bytes.Contains(b, []byte("modified")) || bytes.Contains(b, []byte("#kontakt")) || bytes.Contains(b, []byte("DataService")) {
		t.Errorf("%s", b)
	}
}

func TestSKOS(t *testing.T) {
	taxonomy := catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{catalogue.TargetGroup: {
		{Slug: "unge", Label: "Unge", Definition: "Fra 15 til 30 år.", Synonyms: []string{"de unge", "teenagere"}, Codes: []catalogue.Code{
			{System: "FFB", Code: "97C355CC-84e3-46d0-ac1b-00bc627d089f", Match: catalogue.MatchExact}, {System: "FFB", Code: "12.3", Match: "broader"}}},
		{Slug: "saarbare-unge", Label: "Sårbare »unge«", Parent: "unge"},
		{Slug: "de-unge", Label: "De unge", Successor: "unge"},
		{Slug: "ingen", Label: "Ingen", Retired: true},
	}}, nil)
	s, ok := SchemeOf(taxonomy, "maalgruppe")
	if !ok {
		t.Fatal("no target groups")
	}
	all := triples(t, SKOS(base, s))
	said := func(slug, predicate string) (out []string) {
		for _, o := range all[base+"/skos/maalgruppe.ttl"+slug+" "+predicate] {
			out = append(out, strings.TrimPrefix(o.String(), base+"/skos/maalgruppe.ttl"))
		}
		return out
	}
	for _, x := range []struct{ slug, predicate, want string }{
		{"", typ, "[" + skos + "ConceptScheme]"},
		{"", skos + "hasTopConcept", "[#unge]"},
		{"#unge", skos + "prefLabel", "[Unge]"},
		{"#unge", skos + "altLabel", "[de unge teenagere]"},
		{"#unge", skos + "narrower", "[#saarbare-unge]"},
		{"#unge", skos + "exactMatch", "[urn:uuid:97c355cc-84e3-46d0-ac1b-00bc627d089f]"},
		{"#unge", skos + "narrowMatch", "[#kode-ffb-12.3]"},
		{"#unge", "http://xmlns.com/foaf/0.1/page", "[" + base + "/maalgrupper/unge]"},
		{"#kode-ffb-12.3", skos + "inScheme", "[#kodesystem-ffb]"},
		{"#saarbare-unge", skos + "broader", "[#unge]"},
		{"#saarbare-unge", skos + "prefLabel", "[Sårbare »unge«]"},
		{"#de-unge", dct + "isReplacedBy", "[#unge]"},
		{"#de-unge", "http://www.w3.org/2002/07/owl#deprecated", "[true]"},
		{"#de-unge", skos + "topConceptOf", "[]"},
		{"#ingen", "http://www.w3.org/2002/07/owl#deprecated", "[true]"},
		{"#ingen", "http://xmlns.com/foaf/0.1/page", "[]"},
	} {
		if got := fmt.Sprint(said(x.slug, x.predicate)); got != x.want {
			t.Errorf("%s %s: %s, want %s", x.slug, x.predicate, got, x.want)
		}
	}
	for _, name := range SchemeNames() {
		if s, ok := SchemeOf(taxonomy, name[0]); !ok || s.Title != name[1] {
			t.Errorf("%s: %+v", name, s)
		}
	}
	effects, _ := SchemeOf(taxonomy, catalogue.FacetEffect)
	if got := triples(t, SKOS(base, effects))[base+"/skos/effekt.ttl#god "+skos+"notation"]; fmt.Sprint(got) != "[positive]" {
		t.Error(got)
	}
	if _, ok := SchemeOf(taxonomy, "aktoer"); ok {
		t.Error("actors are no vocabulary")
	}
}

// Whatever a text or an address holds, it is one literal or one address of Turtle's
// grammar, and a literal says what the text said.
func FuzzTurtle(f *testing.F) {
	for _, s := range []string{"Sårbare unge", `"`, `\`, "a\nb\r\t", "\x00\x01\u2028", "»x«@da .", "<>", "'''", "\xff"} {
		f.Add(s)
	}
	address := regexp.MustCompile("^<[^\x00-\x20<>\"{}|^`\\\\]*>$") // IRIREF
	quoted := regexp.MustCompile(`^"([^"\\\n\r]|\\[tnr"\\])*"$`)    // STRING_LITERAL_QUOTE
	unescape := strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t")
	f.Fuzz(func(t *testing.T, s string) {
		if got := string(iri(base + "/" + s)); !address.MatchString(got) || !utf8.ValidString(got) {
			t.Errorf("%q became %q", s, got)
		}
		want := strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
		got := string(literal(s))
		if s == "" {
			if got != "" {
				t.Errorf("nothing became %q", got)
			}
			return
		}
		if !quoted.MatchString(got) || unescape.Replace(got[1:len(got)-1]) != want {
			t.Errorf("%q became %q", s, got)
		}
	})
}

func TestCitation(t *testing.T) {
	at := time.Date(2026, 11, 28, 23, 30, 0, 0, time.UTC)
	p := &catalogue.Practice{Title: "Gåture\nmed unge?", Summary: "Det hjalp.", Revision: 3, Updated: &at,
		Organisation: catalogue.OrganisationRef{Name: "Aarhus Kommune"}, Partners: []catalogue.OrganisationRef{{Name: "Bosteder, Nord"}, {Name: "KL"}},
		TargetGroups: []catalogue.TermRef{{Slug: "unge", Label: "Unge"}},
		Sources:      []catalogue.Source{{Document: "Notat", Publisher: "KL", Place: "s. 2"}, {Document: "Notat", Publisher: "KL", Place: "s. 3"}}}
	c := Cite(p, "KL", base+"/eksempler/gaature")
	if got, want := c.Text(), "Aarhus Kommune, Bosteder, Nord og KL (2026): Gåture med unge? Praksiskataloget, KL. Udgave af 29. november 2026. "+base+"/eksempler/gaature"; strings.ReplaceAll(got, "\n", " ") != want {
		t.Errorf("%q", got)
	}
	want := []string{"TY  - ELEC", "AU  - Aarhus Kommune", "AU  - Bosteder Nord", "AU  - KL", "TI  - Gåture med unge?", "T2  - Praksiskataloget", "PY  - 2026", "DA  - 2026/11/29/",
		"ET  - 3", "PB  - KL", "UR  - " + base + "/eksempler/gaature", "LA  - da", "AB  - Det hjalp.", "KW  - Unge", "N1  - Bygger på: KL: Notat", "ER  - ", ""}
	if got := strings.Split(string(c.RIS()), "\r\n"); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("%q", got)
	}
	if got := (Citation{By: []string{"KL"}, Title: "Titel", Publisher: "KL"}).Text(); got != "KL: Titel. Praksiskataloget, KL." {
		t.Errorf("%q", got)
	}
}
