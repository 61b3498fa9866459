package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

// catalog is a source in memory: the seam at which cmd hands over the store.
type catalog struct {
	mu       sync.Mutex
	identity string
	version  int64
	rows     map[int64]catalogue.IndexUpdate
	taxonomy *catalogue.Taxonomy
	down     error // what every question is answered with
}

func newCatalog() *catalog {
	return &catalog{identity: "db-1", version: 1, rows: map[int64]catalogue.IndexUpdate{}, taxonomy: testTaxonomy()}
}

// put publishes practices as one transaction.
func (c *catalog) put(practices map[int64]*catalogue.Practice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	for id, p := range practices {
		e := p.Entry()
		c.rows[id] = catalogue.IndexUpdate{ID: id, Version: c.version, Entry: &e, Practice: p}
	}
}

// withdraw leaves tombstones.
func (c *catalog) withdraw(ids ...int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	for _, id := range ids {
		c.rows[id] = catalogue.IndexUpdate{ID: id, Version: c.version}
	}
}

func (c *catalog) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = err
}

func (c *catalog) Identity(context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.identity, c.down
}

func (c *catalog) Version(context.Context) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.version, c.down
}

func (c *catalog) Taxonomy(context.Context) (*catalogue.Taxonomy, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.taxonomy, c.down
}

func (c *catalog) IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (int64, error) {
	c.mu.Lock()
	var out []catalogue.IndexUpdate
	for _, ch := range c.rows {
		if ch.Version > after {
			if ch.Version <= textAfter {
				ch.Practice = nil
			}
			out = append(out, ch)
		}
	}
	version, err := c.version, c.down
	c.mu.Unlock()
	if err != nil {
		return 0, err
	}
	slices.SortFunc(out, func(a, b catalogue.IndexUpdate) int { return int(a.ID - b.ID) })
	for _, ch := range out {
		if err := errors.Join(ctx.Err(), fn(ch)); err != nil {
			return 0, err
		}
	}
	return version, nil
}

// testTaxonomy has trees, a merged term, synonyms and two regions.
func testTaxonomy() *catalogue.Taxonomy {
	term := func(slug, label, parent string, synonyms ...string) catalogue.Term {
		return catalogue.Term{Slug: slug, Label: label, Parent: parent, Synonyms: synonyms}
	}
	org := func(slug, name, short string, kind catalogue.OrganisationKind, parent string) catalogue.Organisation {
		return catalogue.Organisation{Slug: slug, Name: name, ShortName: short, Kind: kind, Parent: parent}
	}
	merged := term("folk-uden-hjem", "Folk uden hjem", "udsatte", "boligløse")
	merged.Successor = "hjemloese"
	return catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{
		catalogue.TargetGroup: {
			term("psykisk", "Psykisk sårbare", "", "sindslidende"),
			term("angst", "Angst", "psykisk", "panikangst", "social fobi"),
			term("depression", "Depression", "psykisk"),
			term("udsatte", "Socialt udsatte", ""),
			term("hjemloese", "Hjemløse", "udsatte", "husvilde"),
			merged,
			term("paa-tvaers", "På tværs", ""),
			term("ikke-oplyst", "Ikke oplyst", ""),
		},
		catalogue.ContactForm: {
			term("telefon", "Telefon", "", "opkald"),
			term("video", "Video", "", "skype", "virtuelle møder"),
			term("udendoers", "Udendørs", ""),
		},
		catalogue.Perspective: {term("borger", "Borger", ""), term("samarbejde", "Samarbejde", "")},
		catalogue.Theme: {
			term("online", "Online-aktiviteter", ""),
			term("uderum", "Uderum", "", "haven"),
		},
		catalogue.SolutionList: {
			{Slug: "gaature", Label: "Gåture", ContactForms: []string{"udendoers"}},
			{Slug: "lukkede-dagtilbud", Label: "Lukkede dagtilbud"},
		},
		catalogue.Precondition: {term("tablet", "Egen tablet", "", "ipad")},
	}, []catalogue.Organisation{
		org("region-midtjylland", "Region Midtjylland", "", catalogue.Region, ""),
		org("region-nordjylland", "Region Nordjylland", "", catalogue.Region, ""),
		org("specialomraade-hjerneskade", "Specialområde Hjerneskade", "", catalogue.RegionUnit, "region-midtjylland"),
		org("aarhus", "Aarhus Kommune", "Aarhus", catalogue.Municipality, "region-midtjylland"),
		org("viborg", "Viborg Kommune", "Viborg", catalogue.Municipality, "region-midtjylland"),
		org("favrskov", "Favrskov Kommune", "Favrskov", catalogue.Municipality, "region-midtjylland"), // between the two
		org("aalborg", "Aalborg Kommune", "Aalborg", catalogue.Municipality, "region-nordjylland"),
		org("flere-kommuner", "Flere kommuner", "", catalogue.Several, ""),
		org("kfum", "KFUM's Sociale Arbejde", "KFUM", catalogue.NGO, ""),
	})
}

// practice makes a small practice.
func practice(title string, change ...func(*catalogue.Practice)) *catalogue.Practice {
	day := time.Date(2021, 3, 1, 12, 0, 0, 0, time.UTC)
	p := &catalogue.Practice{Slug: catalogue.Slugify(title), Title: title, Kind: catalogue.KindExample,
		Organisation: catalogue.OrganisationRef{Slug: "aarhus", Name: "Aarhus Kommune", ShortName: "Aarhus"}, FirstPublished: &day}
	for _, f := range change {
		f(p)
	}
	return p
}

func body(s string) func(*catalogue.Practice) {
	return func(p *catalogue.Practice) { p.Answers.Done = s }
}

func groups(slugs ...string) func(*catalogue.Practice) {
	return func(p *catalogue.Practice) { p.TargetGroups = catalogue.Refs(slugs...) }
}

func published(day string) func(*catalogue.Practice) {
	return func(p *catalogue.Practice) {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			panic(err)
		}
		p.FirstPublished = &t
	}
}

// numbered gives practices the ids 1, 2, 3, …
func numbered(practices ...*catalogue.Practice) map[int64]*catalogue.Practice {
	out := map[int64]*catalogue.Practice{}
	for i, p := range practices {
		out[int64(i+1)] = p
	}
	return out
}

// openIndex opens an index on a folder and closes it with the test.
func openIndex(t testing.TB, dir string, src Source) *Index {
	t.Helper()
	x, err := Open(t.Context(), dir, src, Options{Log: quiet(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// indexOf is an index of practices with the ids 1, 2, 3, …
func indexOf(t testing.TB, practices ...*catalogue.Practice) *Index {
	t.Helper()
	src := newCatalog()
	src.put(numbered(practices...))
	return openIndex(t, t.TempDir(), src)
}

func quiet(t testing.TB) *slog.Logger { return slog.New(slog.DiscardHandler) }

func search(t testing.TB, x *Index, q catalogue.Query) Result {
	t.Helper()
	r, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// find asks for a text.
func find(t testing.TB, x *Index, text string) Result {
	t.Helper()
	return search(t, x, catalogue.Query{Text: text, Sort: catalogue.SortRelevance, Page: 1})
}

func wantIDs(t testing.TB, what string, got []int64, want ...int64) {
	t.Helper()
	if !slices.Equal(got, want) && len(got)+len(want) > 0 {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// segments are the segment files under dir.
func segments(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "index-*", "g*", "*.zap"))
	if err != nil || len(names) == 0 {
		t.Fatal("no segments: ", fmt.Sprint(err))
	}
	return names
}
