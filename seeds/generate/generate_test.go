package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"praksis/internal/catalogue"
	"praksis/seeds"

	"github.com/google/go-cmp/cmp"
)

// What the program carries says what the YAML says, and was made of it.
func TestGenerated(t *testing.T) {
	want, err := read(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	have, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Fatalf("seeds.json (+) is not what the YAML (-) says, `make generate` mends it:\n%.2000s", diff)
	}
	file, err := os.ReadFile("../seeds.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := encode(want, file)
	if err != nil || !bytes.Equal(file, b) {
		t.Errorf("seeds.json is stale, `make generate` mends it (%v)", err)
	}
}

// The number is counted up when the seeds change, and only then; of two branches
// that were merged, beyond both.
func TestNumberIsCountedUp(t *testing.T) {
	file := func(text string, before []byte, want int) []byte {
		t.Helper()
		b, err := encode(seeds.Seeds{Terms: map[catalogue.Vocabulary][]catalogue.Term{catalogue.Theme: nil}, Practices: []catalogue.Practice{{Slug: "a", Title: text}}}, before)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := seeds.Header(b); n != want || !json.Valid(b) {
			t.Errorf("%s has number %d, want %d", b, n, want)
		}
		return b
	}
	first := file("Et", nil, 1)
	file("Et", first, 1)
	ours, theirs := file("To", first, 2), file("Tre", first, 2)
	file("Et", ours, 3)
	file("To", slices.Concat([]byte("<<<<<<< ours\n"), ours, []byte("=======\n"), theirs, []byte(">>>>>>> theirs\n")), 3)
	// Git takes both sides' records where they stand apart, but not both headers.
	file("To", bytes.Replace(theirs, []byte("Tre"), []byte("To"), 1), 3)
	if n, _ := seeds.Header([]byte("{}")); n != 0 {
		t.Errorf("number %d of no header", n)
	}
	if seeds.Number() < 1 {
		t.Error("the seeds have no number")
	}
}

// A document's source fills every field that its practices leave blank, and none
// that they do not.
func TestDocumentFillsSources(t *testing.T) {
	filled := catalogue.Practice{Sources: make([]catalogue.Source, 1)}
	list := catalogue.ListAt("sources")
	for _, v := range list.Row(&filled, 0) {
		*v.Text() = "fra " + v.Field.Path
	}
	p := catalogue.Practice{Sources: []catalogue.Source{{}, {Place: "Afsnit 1"}}}
	fill(&p, filled.Sources[0])
	if p.Sources[0] != filled.Sources[0] {
		t.Errorf("%+v", p.Sources[0])
	}
	if want := filled.Sources[0].Document; p.Sources[1].Place != "Afsnit 1" || p.Sources[1].Document != want {
		t.Errorf("%+v", p.Sources[1])
	}
}

// A fault is told with its file, and its line where it has one.
func TestFaults(t *testing.T) {
	good := fstest.MapFS{}
	for name, text := range map[string]string{
		"organisations.yaml":     "- {slug: aarhus, name: Aarhus Kommune, kind: municipality}\n",
		"vocabularies.yaml":      "tema: [{slug: et, label: Et}]\n",
		"solutions.yaml":         "[]\n",
		"synonyms/a.yaml":        "- same: [a, b]\n",
		"practices/kilde-1.yaml": "source: {kind: web_page, document: Dokument}\npractices:\n- key: et\n  slug: et\n  title: Et\n  organisation: aarhus\n  sources: [{place: Afsnit 1}]\n",
	} {
		good[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	if p := s.Practices[0]; p.Key != "kilde-1/et" || p.Sources[0].Document != "Dokument" || p.Sources[0].Place != "Afsnit 1" {
		t.Errorf("read %+v", p)
	}
	for _, c := range []struct{ name, text, want string }{
		{"organisations.yaml", "- {slug: aarhus, nam: Aarhus}\n", "[1:18]"},
		{"synonyms/a.yaml", "- same: [a, b]\n- sam: [c, d]\n", "[2:3]"},
		{"practices/kilde-1.yaml", "practices:\n- title: Uden nøgle\n", `practice "Uden nøgle" has no key`},
		{"vocabularies.yaml", "", ""},
	} {
		bad := maps.Clone(good)
		if bad[c.name] = (&fstest.MapFile{Data: []byte(c.text)}); c.text == "" {
			delete(bad, c.name)
		}
		if _, err := read(bad); err == nil || !strings.Contains(err.Error(), "seeds/"+c.name) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want its name and %s", c.name, err, c.want)
		}
	}
}
