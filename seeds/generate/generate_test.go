package main

import (
	"bytes"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"

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
	b, err := encode(want)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("../seeds.json")
	if err != nil || !bytes.Equal(file, b) {
		t.Errorf("seeds.json is stale, `make generate` mends it (%v)", err)
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
