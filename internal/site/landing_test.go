package site_test

import (
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
)

// Every term, solution and organisation has its landing page, which says how
// many examples there are and leads to just these in the finder.
func TestLandingPages(t *testing.T) {
	f := newFixture(t)
	tax, err := f.store.Taxonomy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	for _, facet := range []string{catalogue.FacetTargetGroup, catalogue.FacetContactForm, catalogue.FacetTheme, catalogue.FacetSolution} {
		for _, v := range tax.Facet(facet).Values {
			paths[catalogue.LandingPath(facet, v.Slug)] = v.Label
		}
	}
	for _, o := range tax.Organisations {
		paths[catalogue.ActorPath(o.Kind, o.Slug)] = o.Name
	}
	if len(paths) < 200 {
		t.Fatalf("only %d pages", len(paths))
	}
	empty := 0
	for path, name := range paths {
		d := f.page(path)
		if got := d.Find("h1").Text(); got != name {
			t.Errorf("%s: heading %q", path, got)
		}
		text := d.Find(".practice").Text()
		if strings.Contains(text, "endnu ingen eksempler") {
			empty++
			if strings.HasPrefix(path, "/kommuner/") && d.Find(`.practice a[href^="/indsend/tip?aktoer="]`).Length() != 1 {
				t.Errorf("%s invites nobody", path)
			}
			continue
		}
		to := d.Find(`.practice__head a[href^="/eksempler"]`).AttrOr("href", "")
		_, query, _ := strings.Cut(to, "?")
		if n := f.json(query).Total; n == 0 || !strings.Contains(text, catalogue.Examples(n)) {
			t.Errorf("%s leads to %s with %d", path, to, n)
		}
		if d.Find("section[aria-labelledby=eksempler] .hit").Length() == 0 {
			t.Errorf("%s shows no examples", path)
		}
	}
	if empty < 50 {
		t.Errorf("only %d pages have nothing", empty)
	}
	for from, to := range map[string]string{"/aktoerer/aarhus": "/kommuner/aarhus", "/kommuner/region-midtjylland": "/regioner/region-midtjylland", "/loesninger?x=1": "/loesninger"} {
		if got := f.do("GET", from).Header().Get("Location"); got != to {
			t.Errorf("%s leads to %q", from, got)
		}
	}
	for _, path := range []string{"/maalgrupper/findes-ikke", "/kommuner/atlantis", "/loesninger/x%00", "/temaer/"} {
		if w := f.do("GET", path); w.Code != 404 && w.Code != 301 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestMergedTermRedirects(t *testing.T) {
	f := newFixture(t)
	// No act merges terms yet.
	f.exec(`UPDATE term SET successor_id = (SELECT id FROM term WHERE vocabulary = 'maalgruppe' AND slug = 'angst') WHERE vocabulary = 'maalgruppe' AND slug = 'depression'`)
	for from, to := range map[string]string{"/maalgrupper/depression": "/maalgrupper/angst", "/eksempler?maalgruppe=depression": "/eksempler?maalgruppe=angst"} {
		if got := f.do("GET", from).Header().Get("Location"); got != to {
			t.Errorf("%s leads to %q", from, got)
		}
	}
}

// The list of solutions says the same as their pages.
func TestSolutions(t *testing.T) {
	f := readingFixture(t)
	d := f.page("/loesninger")
	if n := d.Find(".solutions .hit").Length(); n < 10 {
		t.Fatalf("%d solutions", n)
	}
	d.Find(".solutions .hit").Each(func(_ int, s *goquery.Selection) {
		page := f.page(s.Find("a").AttrOr("href", ""))
		spread := strings.TrimPrefix(strings.TrimSpace(s.Find(".retention").Text()), "Bruges af ")
		users, _, _ := strings.Cut(spread, " aktør")
		lead := page.Find(".practice__head").Text()
		if n, err := strconv.Atoi(users); err != nil || !strings.Contains(lead, " fra "+users+" aktør") || n == 0 {
			t.Errorf("%s: %q and %q", s.Find("a").Text(), spread, lead)
		}
	})
}

// A finding about video is not for or against walk and talk, though its
// practice had both.
func TestSolutionsKeepToTheirContactForms(t *testing.T) {
	f := readingFixture(t)
	rows := f.page("/loesninger/walk-and-talk").Find("details .said__list li")
	if rows.Length() < 5 {
		t.Fatalf("%d findings", rows.Length())
	}
	rows.Each(func(_ int, s *goquery.Selection) {
		note := strings.ToLower(strings.Join(strings.Fields(s.Find(".findings__note").Text()), " "))
		if parts := strings.Split(note, " · "); len(parts) > 2 && !strings.Contains(parts[1], "walk and talk") && !strings.Contains(parts[1], "udendørs") {
			t.Errorf("%q: %s", note, strings.Join(strings.Fields(s.Text()), " "))
		}
	})
}

// A solution that so many use that no page could read them all is counted
// whole, on its page (98 municipalities and three others) and in the list.
func TestLandingPageOfManyPractices(t *testing.T) {
	f := newFixture(t)
	tax, err := f.store.Taxonomy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var municipalities []catalogue.Organisation
	for _, o := range tax.Organisations {
		if o.Kind == catalogue.Municipality {
			municipalities = append(municipalities, o)
		}
	}
	const extra = 400
	before := f.json("loesning=walk-and-talk").Total
	n := 0
	_, err = f.store.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		if n++; n > extra {
			return nil, "", io.EOF
		}
		effect := catalogue.Effects[n%2*3].Code // half good, half bad
		return &catalogue.Practice{Title: "Gåtur nummer " + strconv.Itoa(n), Kind: catalogue.KindExample, Organisation: municipalities[n%len(municipalities)].Ref(),
			Solutions: catalogue.Refs("walk-and-talk"), TargetGroups: catalogue.Refs("angst"), Preconditions: catalogue.Refs("relation-i-forvejen"),
			Retention: []catalogue.Retention{{Status: "retained"}},
			Findings:  []catalogue.Finding{{TargetGroups: catalogue.Refs("angst"), Effect: effect, Voices: catalogue.VoiceList{"leader"}, Text: "Fund nummer " + strconv.Itoa(n) + "."}}}, "line", nil
	}, time.Now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := f.page("/loesninger/walk-and-talk")
	text := strings.Join(strings.Fields(d.Find("main").Text()), " ")
	for _, want := range []string{catalogue.Examples(before+extra) + " fra 101 aktører", "Fastholdt i 400 eksempler: ", "200 erfaringer, God effekt, Angst ledere", "200 erfaringer, Dårlig effekt, Angst ledere"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %.400s", want, text)
		}
	}
	if n := d.Find("details .said__list li").Length(); n == 0 || n > 4*catalogue.OverviewFindings {
		t.Errorf("%d findings are shown", n)
	}
	list := strings.Join(strings.Fields(f.page("/loesninger").Find(`.hit:has(a[href="/loesninger/walk-and-talk"])`).Text()), " ")
	if !strings.Contains(list, "Bruges af 101 aktører, fastholdt af 98 aktører") {
		t.Errorf("the list says: %s", list)
	}
}
