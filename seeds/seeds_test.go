package seeds

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/law"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

func load(t *testing.T) (Seeds, *catalogue.Taxonomy) {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s, s.Taxonomy()
}

func TestOrganisations(t *testing.T) {
	s, tax := load(t)
	code := regexp.MustCompile(`^\d{4}$`)
	slugs, codes := map[string]bool{}, map[string]bool{}
	inRegion := map[string]int{}
	names := map[catalogue.OrganisationKind][]string{}
	for _, o := range s.Organisations {
		if slugs[o.Slug] || o.Slug == "" || o.Name == "" {
			t.Errorf("%q: slug or name is missing or not unique", o.Slug)
		}
		slugs[o.Slug] = true
		if !catalogue.OrganisationKinds.Has(o.Kind) {
			t.Errorf("%s: kind %q", o.Slug, o.Kind)
		}
		// The code of a region to come is not known.
		official := o.Kind == catalogue.Municipality || o.Kind == catalogue.Region && o.ValidFrom == ""
		if official != (o.Code != "") {
			t.Errorf("%s: code %q", o.Slug, o.Code)
		}
		if official && (!code.MatchString(o.Code) || codes[o.Code]) {
			t.Errorf("%s: code %q is not four digits or not unique", o.Slug, o.Code)
		}
		codes[o.Code] = true
		for _, d := range []catalogue.Date{o.ValidFrom, o.ValidTo} {
			if _, ok := d.Start(); d != "" && !ok {
				t.Errorf("%s: %q is no date", o.Slug, d)
			}
		}
		for _, name := range []string{o.Slug, o.Code, o.Name, o.ShortName} {
			if x := tax.Organisation(name); name != "" && (x == nil || x.Slug != o.Slug) {
				t.Errorf("%s is not found as %q", o.Slug, name)
			}
		}
		names[o.Kind] = append(names[o.Kind], o.Name)
		if o.Kind != catalogue.Municipality {
			continue
		}
		if o.Slug != catalogue.Slugify(o.ShortName) {
			t.Errorf("%s: its slug is not made of %q", o.Slug, o.ShortName)
		}
		if p := tax.Organisation(o.Parent); p == nil || p.Kind != catalogue.Region {
			t.Errorf("%s: parent %q", o.Slug, o.Parent)
		}
		inRegion[o.Parent]++
	}
	for region, want := range map[string]int{
		"region-hovedstaden": 29, "region-sjaelland": 17, "region-syddanmark": 22, "region-midtjylland": 19, "region-nordjylland": 11,
	} {
		if inRegion[region] != want {
			t.Errorf("%s: %d municipalities, want %d", region, inRegion[region], want)
		}
	}
	if n := len(names[catalogue.Region]); n != 6 || len(inRegion) != 5 {
		t.Errorf("%d regions, %d with municipalities", n, len(inRegion))
	}
	danish := collate.New(language.Danish)
	for kind, list := range names {
		if kind == catalogue.Municipality { // Københavns stands as København
			list = nil
			for _, o := range s.Organisations {
				if o.Kind == kind {
					list = append(list, o.ShortName)
				}
			}
		}
		if !slices.IsSortedFunc(list, danish.CompareString) {
			t.Errorf("%s: not in Danish alphabetical order", kind)
		}
	}
}

func TestVocabularies(t *testing.T) {
	s, _ := load(t)
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	all := append(slices.Clone(catalogue.Vocabularies), catalogue.SolutionList)
	for v := range s.Terms {
		if !slices.Contains(all, v) {
			t.Errorf("unknown vocabulary %q", v)
		}
	}
	for _, v := range all {
		seen := map[string]bool{}    // slugs
		meaning := map[string]bool{} // labels, and synonyms within the vocabulary
		if len(s.Terms[v]) == 0 {
			t.Errorf("%s is empty", v)
		}
		for _, x := range s.Terms[v] {
			if !slug.MatchString(x.Slug) || len(x.Slug) > catalogue.MaxSlug || seen[x.Slug] {
				t.Errorf("%s/%s: bad slug, or not unique", v, x.Slug)
			}
			if x.Parent != "" && !seen[x.Parent] {
				t.Errorf("%s/%s: parent %q does not stand before it", v, x.Slug, x.Parent)
			}
			seen[x.Slug] = true
			if first, _ := utf8.DecodeRuneInString(x.Label); !unicode.IsUpper(first) {
				t.Errorf("%s/%s: label %q", v, x.Slug, x.Label)
			}
			if !strings.HasSuffix(x.Definition, ".") {
				t.Errorf("%s/%s: definition %q", v, x.Slug, x.Definition)
			}
			for _, w := range append([]string{x.Label}, x.Synonyms...) {
				if w = strings.ToLower(w); w == "" || meaning[w] {
					t.Errorf("%s/%s: %q stands for something already", v, x.Slug, w)
				}
				meaning[w] = true
			}
		}
	}
	groups := s.Terms[catalogue.TargetGroup]
	last := groups[len(groups)-2:]
	if last[0].Slug != catalogue.AcrossGroups || last[1].Slug != catalogue.NotStated || last[1].Label != catalogue.NotStatedLabel {
		t.Errorf("the last target groups are %s and %s", last[0].Slug, last[1].Slug)
	}
}

func TestPractices(t *testing.T) {
	s, tax := load(t)
	if len(s.Practices) == 0 {
		t.Fatal("no practices")
	}
	keys, slugs := map[string]bool{}, map[string]bool{}
	for _, p := range s.Practices {
		t.Run(p.Key, func(t *testing.T) {
			if keys[p.Key] || slugs[p.Slug] {
				t.Errorf("key or slug %s is not unique", p.Slug)
			}
			keys[p.Key], slugs[p.Slug] = true, true
			if p.Slug != catalogue.Slugify(p.Slug) {
				t.Errorf("slug %q", p.Slug)
			}
			if !catalogue.Kinds.Has(p.Kind) {
				t.Errorf("kind %q", p.Kind)
			}
			checkLength(t, "title", p.Title, catalogue.MaxTitle)
			checkLength(t, "summary", p.Summary, catalogue.MaxSummary)
			checkLength(t, "what was done", p.Answers.Done, catalogue.MaxAnswer)
			for _, o := range p.Organisations() {
				if tax.Organisation(o.Slug) == nil {
					t.Errorf("organisation %q", o.Slug)
				}
			}
			checkTerms(t, tax, catalogue.TargetGroup, p.TargetGroups)
			checkTerms(t, tax, catalogue.TargetGroup, p.TransferTo)
			checkTerms(t, tax, catalogue.ContactForm, p.ContactForms)
			checkTerms(t, tax, catalogue.Perspective, p.Perspectives)
			checkTerms(t, tax, catalogue.Theme, p.Themes)
			checkTerms(t, tax, catalogue.Precondition, p.Preconditions)

			found := map[string]bool{}
			for _, f := range p.Findings {
				if f.Key == "" || found[f.Key] {
					t.Errorf("finding %q: its key is missing or not unique", f.Key)
				}
				found[f.Key] = true
				if !catalogue.Effects.Has(f.Effect) && !(f.Effect == "" && p.Kind == catalogue.KindLesson) || slices.ContainsFunc(f.Voices, func(v catalogue.Voice) bool { return !catalogue.Voices.Has(v) }) {
					t.Errorf("finding %s: effect %q, voices %q", f.Key, f.Effect, f.Voices)
				}
				if len(f.TargetGroups) == 0 {
					t.Errorf("finding %s: no target group", f.Key)
				}
				if max(f.Source, 1) > len(p.Sources) {
					t.Errorf("finding %s: source %d", f.Key, f.Source)
				}
				checkLength(t, "finding "+f.Key, f.Text, catalogue.MaxFinding)
				checkTerms(t, tax, catalogue.TargetGroup, f.TargetGroups)
				checkTerms(t, tax, catalogue.ContactForm, f.ContactForms)
			}
			p.AddFindingTerms()
			groups := catalogue.Slugs(p.TargetGroups)
			for _, f := range p.Findings {
				for _, g := range catalogue.Slugs(f.TargetGroups) {
					if !slices.Contains(groups, g) {
						t.Errorf("target group %s of finding %s is not the practice's", g, f.Key)
					}
				}
			}
			if len(groups) == 0 || slices.Contains(groups, catalogue.NotStated) && len(groups) > 1 {
				t.Errorf("target groups %v", groups)
			}

			for _, r := range p.Retention {
				if _, ok := r.AsOf.Start(); r.Status != "" && !catalogue.Retentions.Has(r.Status) || r.AsOf != "" && !ok {
					t.Errorf("retention %q as of %q", r.Status, r.AsOf)
				}
			}
			for _, x := range p.Periods {
				if !catalogue.Periods.Has(x) {
					t.Errorf("period %q", x)
				}
			}
			if len(p.Sources) == 0 {
				t.Error("no source")
			}
			for _, x := range p.Sources {
				if _, ok := x.Date.Start(); !ok || !catalogue.SourceKinds.Has(x.Kind) || x.Document == "" || x.Publisher == "" || x.Place == "" {
					t.Errorf("source %+v", x)
				}
			}
		})
	}
}

func checkLength(t *testing.T, what, s string, limit int) {
	t.Helper()
	if n := utf8.RuneCountInString(s); n == 0 || n > limit || strings.TrimSpace(s) != s {
		t.Errorf("%s: %d characters, at most %d, none of them spaces at the ends", what, n, limit)
	}
}

func checkTerms(t *testing.T, tax *catalogue.Taxonomy, v catalogue.Vocabulary, refs []catalogue.TermRef) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range refs {
		if x := tax.Term(v, r.Slug); x == nil || x.Slug != r.Slug || seen[r.Slug] {
			t.Errorf("%s: %q is unknown, no slug or named twice", v, r.Slug)
		}
		seen[r.Slug] = true
	}
}

// A rule that stands twice, or that finds what it searches for, is a slip.
func TestSynonyms(t *testing.T) {
	s, _ := load(t)
	seen := map[string]bool{}
	for _, r := range s.Synonyms {
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", r, err)
		}
		if seen[r.String()] {
			t.Errorf("%s stands twice", r)
		}
		seen[r.String()] = true
		for _, w := range r.Search {
			if slices.Contains(r.Finds, w) || slices.Contains(r.Means, w) {
				t.Errorf("%s finds itself", r)
			}
		}
	}
	if len(seen) < 1000 {
		t.Errorf("only %d rules", len(seen))
	}
}

// Each legal basis names one law that is known, so that a search for it finds
// the practice however the law is written.
func TestLegalBases(t *testing.T) {
	s, _ := load(t)
	seen := 0
	for _, p := range s.Practices {
		for _, basis := range p.LegalBasis {
			seen++
			if got := law.Find(basis); len(got) != 1 || law.Name(got[0].Law) == "" {
				t.Errorf("%s: the legal basis %q is read as %v", p.Key, basis, got)
			}
		}
	}
	if seen == 0 {
		t.Error("no practice has a legal basis")
	}
}
