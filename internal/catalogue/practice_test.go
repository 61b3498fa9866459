package catalogue

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"
)

func TestDate(t *testing.T) {
	for d, want := range map[Date]struct{ start, danish string }{
		"2020-04-06": {"2020-04-06", "6. april 2020"}, "2020-04": {"2020-04-01", "april 2020"}, "2020": {"2020-01-01", "2020"},
		"2020-spring": {"2020-03-01", "foråret 2020"}, "2021-winter": {"2021-12-01", "vinteren 2021"},
	} {
		start, ok := d.Start()
		if !ok || start.Format(time.DateOnly) != want.start || d.Danish() != want.danish {
			t.Errorf("%s: %v %v %q", d, start, ok, d.Danish())
		}
	}
	for _, d := range []Date{"", "i går", "2020-13", "2020-02-30", "2020-forår", "20-spring"} {
		if _, ok := d.Start(); ok {
			t.Errorf("%q is taken for a date", d)
		}
	}
}

func TestSlugify(t *testing.T) {
	for title, want := range map[string]string{
		"Gåture i Tønder – på æblegården!": "gaature-i-toender-paa-aeblegaarden", "  ": "", "§ 104: Café & crème": "104-cafe-creme",
		"Et meget langt navn på et eksempel som ingen kan huske men som nogen alligevel har skrevet": "et-meget-langt-navn-paa-et-eksempel-som-ingen-kan-huske-men-som-nogen-alligevel",
	} {
		if got := Slugify(title); got != want {
			t.Errorf("%q: %q", title, got)
		}
	}
}

func FuzzSlugify(f *testing.F) {
	f.Add("Gåture i Tønder")
	form := regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*)?$`)
	f.Fuzz(func(t *testing.T, s string) {
		if got := Slugify(s); !form.MatchString(got) || len(got) > MaxSlug {
			t.Errorf("%q: %q", s, got)
		}
	})
}

func TestReferencesAreTextOrObject(t *testing.T) {
	var p Practice
	if err := json.Unmarshal([]byte(`{"organisation": "0751", "partners": [{"slug": "viborg", "code": "0791"}], "target_groups": ["Angst", {"slug": "adhd", "label": "ADHD"}]}`), &p); err != nil {
		t.Fatal(err)
	}
	want := Practice{Organisation: OrganisationRef{Slug: "0751"}, Partners: []OrganisationRef{{Slug: "viborg", Code: "0791"}}, TargetGroups: []TermRef{{Slug: "Angst"}, {Slug: "adhd", Label: "ADHD"}}}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("%+v", p)
	}
	for _, bad := range []string{`{"target_groups": [7]}`, `{"organisation": ["x"]}`} {
		if err := json.Unmarshal([]byte(bad), &p); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestOrganisationByAnyName(t *testing.T) {
	tax := testTaxonomy()
	for _, name := range []string{"0751", "aarhus", "Aarhus", "AARHUS KOMMUNE", " aarhus kommune "} {
		if o := tax.Organisation(name); o == nil || o.Code != "0751" {
			t.Errorf("%q: %+v", name, o)
		}
	}
	if o := tax.Organisation("Atlantis"); o != nil {
		t.Errorf("%+v", o)
	}
	for _, name := range []string{"nervoese", "Nervøse", "angst", "ANGST"} {
		if x := tax.Term(TargetGroup, name); x == nil || x.Slug != "angst" {
			t.Errorf("%q: %+v", name, x)
		}
	}
}

func TestFacetValues(t *testing.T) {
	p := Practice{Kind: KindLesson, Organisation: OrganisationRef{Slug: "kfum"}, Partners: []OrganisationRef{{Slug: "aarhus"}}, TransferTo: Refs("hjemloese"),
		Retention: []Retention{{Status: "retained", AsOf: "2020-06"}, {Status: "ended", AsOf: "2021"}, {Status: "partly"}},
		Findings:  []Finding{{TargetGroups: Refs("angst"), ContactForms: Refs("video"), Effect: "negative"}, {TargetGroups: Refs("angst"), Voices: VoiceList{"citizen"}}}}
	p.AddFindingTerms()
	v := p.FacetValues()
	for facet, want := range map[string][]string{FacetTargetGroup: {"angst"}, FacetContactForm: {"video"}, FacetActor: {"kfum", "aarhus"}, FacetRetention: {"ophoert"},
		FacetPeriod: {NotStated}, FacetKind: {"laering"}, FacetUse: {NotAssessed}} {
		if !slices.Equal(v.Practice[facet], want) {
			t.Errorf("%s: %v, want %v", facet, v.Practice[facet], want)
		}
	}
	if f := v.Findings[0]; f[FacetEffect][0] != "daarlig" || f[FacetVoice][0] != NotStated || f[FacetTargetGroup][0] != "angst" {
		t.Errorf("%v", f)
	}
	// What states no effect is counted under no voice.
	if f := v.Findings[1]; f[FacetEffect] != nil || f[FacetVoice] != nil || f[FacetTargetGroup][0] != "angst" {
		t.Errorf("%v", f)
	}
	// Every value that a practice can have is one that can be chosen.
	tax := testTaxonomy()
	for facet, values := range v.Practice {
		for _, s := range values {
			if _, ok := tax.ResolveSlug(facet, s); !ok {
				t.Errorf("%s=%s cannot be chosen", facet, s)
			}
		}
	}
}

func TestActorsAsATree(t *testing.T) {
	f := testTaxonomy().Facet(FacetActor)
	for slug, parent := range map[string]string{"aarhus": "kommuner-i-region-midtjylland", "autisme": "region-midtjylland", "region-midtjylland": "", "kfum": "gruppe-organisationer"} {
		if v := f.Value(slug); v == nil || v.Parent != parent {
			t.Errorf("%s: %+v", slug, v)
		}
	}
}

func TestCompleteness(t *testing.T) {
	p := Practice{Title: "T", Answers: Answers{Done: "D"}}
	if p.Completeness() != Tip {
		t.Error("without target groups it is a tip")
	}
	p.TargetGroups = Refs("angst")
	if p.Completeness() != Partial {
		t.Error("without findings it is partial")
	}
	p.Findings, p.Retention = []Finding{{}}, []Retention{{}}
	if p.Completeness() != Full {
		t.Error("with findings and retention it is full")
	}
}

func TestChildrenOfAMergedParent(t *testing.T) {
	tax := NewTaxonomy(map[Vocabulary][]Term{TargetGroup: {
		{Slug: "ny", Label: "Ny"}, {Slug: "gammel", Label: "Gammel", Successor: "ny"}, {Slug: "barn", Label: "Barn", Parent: "gammel"},
	}}, nil)
	if v := tax.Facet(FacetTargetGroup).Value("barn"); v == nil || v.Parent != "ny" || v.Depth != 1 {
		t.Errorf("%+v", v)
	}
}

func TestOptions(t *testing.T) {
	for _, s := range []string{"positive", "god", "God effekt", " GOD EFFEKT "} {
		if e, ok := Effects.Parse(s); !ok || e != EffectPositive {
			t.Errorf("%q: %q", s, e)
		}
	}
	if _, ok := Effects.Parse(""); ok {
		t.Error("nothing is taken for an effect")
	}
	if Voices.Label("") != NotStatedLabel || Voices.Slug("") != NotStated {
		t.Error("what is not stated has no label")
	}
	for _, v := range Voices {
		if v.Code.InWords() == "ikke oplyst" {
			t.Errorf("%s has no words", v.Code)
		}
	}
	for _, f := range Facets {
		if phrases[f.Name] == "" {
			t.Errorf("%s has no phrase", f.Name)
		}
	}
}
