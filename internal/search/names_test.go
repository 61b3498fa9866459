package search

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// mentions are the practices of the seeds that have a name in a text that says what
// was done, or who did it, as it is written or with the s of the genitive, by another
// way than the search's.
func mentions(src *catalog, spellings ...string) (out []int64) {
	var quoted []string
	for _, s := range spellings {
		quoted = append(quoted, regexp.QuoteMeta(s))
	}
	form := regexp.MustCompile(`(^|[^\pL\d])(` + strings.Join(quoted, "|") + `)s?($|[^\pL\d])`)
	for id, r := range src.rows {
		for f, texts := range texts(r.Practice) {
			if nameFields.has(field(f)) && form.MatchString(strings.Join(texts, "\n")) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// by adds the practices of an actor and of those that are part of it to a list, and
// orders it.
func by(src *catalog, o catalogue.Organisation, list []int64) []int64 {
	for id, r := range src.rows {
		if slices.ContainsFunc(r.Practice.Organisations(), func(a catalogue.OrganisationRef) bool {
			return a.Slug == o.Slug || isPartOf(src.taxonomy.Organisation(a.Slug), o.Slug)
		}) && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

// isPartOf tells whether an organisation is a specialised area of a region: a
// municipality in it is not.
func isPartOf(o *catalogue.Organisation, region string) bool {
	return o.Parent == region && o.Kind == catalogue.RegionUnit
}

// TestNamesOfMunicipalities: the hits of each municipality's and region's name are
// exactly those by it and those that name it, however the name is typed.
func TestNamesOfMunicipalities(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	names := 0
	for _, o := range src.taxonomy.Organisations {
		if o.Kind != catalogue.Municipality && o.Kind != catalogue.Region {
			continue
		}
		names++
		want := by(src, o, mentions(src, o.Spellings()...))
		typed := []string{o.Name, strings.ToLower(o.Name), o.Name + "s"}
		if o.ShortName != "" {
			typed = append(typed, o.ShortName)
			if !isAlsoWord[o.Slug] {
				typed = append(typed, strings.ToLower(o.ShortName))
			}
		}
		for _, text := range typed {
			if got := allHits(t, x, text); !slices.Equal(got, want) {
				t.Errorf("%q: hits %v, want %v", text, slugsOf(src, got), slugsOf(src, want))
			}
		}
	}
	if names < 98+5 {
		t.Errorf("only %d names", names)
	}
}

// TestNameIsNoWord: a name that no text has is not taken for a word that practices
// are searched by (mors stemme).
func TestNameIsNoWord(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for _, text := range []string{"Morsø", "Mors", "mors", "Morsø Kommune"} {
		if r := find(t, x, text); r.Total != 0 || len(r.Near)+len(r.Alike) > 0 || r.Named != "morsoe" || r.ReadAs != "" {
			t.Errorf("%q: %d hits, near %v, alike %v, named %q, read as %q", text, r.Total, slugsOf(src, r.Near), slugsOf(src, r.Alike), r.Named, r.ReadAs)
		}
	}
}

// isAlsoWord are the municipalities whose short name is a word that some text of
// the seeds has: in small letters it is the word.
var isAlsoWord = map[string]bool{"vejen": true}

//go:embed testdata/institutions.txt
var institutions string

// TestNamesOfInstitutions: the same of the institutions that the seeds name.
func TestNamesOfInstitutions(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	n := 0
	for line := range strings.Lines(institutions) {
		name := strings.TrimSpace(line)
		if name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		n++
		want := mentions(src, name)
		for _, o := range src.taxonomy.Organisations { // some are actors themselves
			if slices.Contains([]string{o.Name, o.ShortName}, name) {
				want = by(src, o, mentions(src, o.Spellings()...))
			}
		}
		slices.Sort(want)
		if got := allHits(t, x, name); !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%q: hits %v, want %v", name, slugsOf(src, got), slugsOf(src, want))
		}
	}
	if n < 40 {
		t.Errorf("only %d institutions", n)
	}
}

//go:embed testdata/absent.txt
var absent string

// TestAbsent: of a word that the catalogue does not have nothing is counted, and
// it is not read as another.
func TestAbsent(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	n := 0
	for line := range strings.Lines(absent) {
		word := strings.TrimSpace(line)
		if word == "" || strings.HasPrefix(word, "#") {
			continue
		}
		n++
		if r := find(t, x, word); r.Total != 0 || r.ReadAs != "" {
			t.Errorf("%q: %d hits, read as %q: %v", word, r.Total, r.ReadAs, slugsOf(src, r.IDs))
		}
	}
	if n < 60 {
		t.Errorf("only %d words", n)
	}
}

// allHits are the hits of a query from all pages, by id.
func allHits(t *testing.T, x *Index, text string) (out []int64) {
	t.Helper()
	for page := 1; ; page++ {
		r := search(t, x, catalogue.Query{Text: text, Page: page, Sort: catalogue.SortRelevance})
		out = append(out, r.IDs...)
		if page >= r.Pages || len(out) >= r.Total {
			slices.Sort(out)
			return out
		}
	}
}

func slugsOf(src *catalog, ids []int64) (out []string) {
	for _, id := range ids {
		out = append(out, src.rows[id].Practice.Slug)
	}
	return out
}
