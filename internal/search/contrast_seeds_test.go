package search

import (
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// The real catalogue's contrasts: those that are there, and those that must not
// be (domain.md, "Contrast"). With -v all are printed, to be read.
func TestContrastsOfTheSeeds(t *testing.T) {
	src, ids := seedCatalog(t)
	slugs := map[int64]string{}
	for slug, id := range ids {
		slugs[id] = slug
	}
	snapshot := openIndex(t, t.TempDir(), src).acquire()
	defer snapshot.release()
	all := snapshot.overviews.newSum(nil)
	all.perSide = 1000 // every finding of a side, to find what must not be there
	contrasts := all.contrasts()
	line := func(r catalogue.FindingRef) (key string, f catalogue.Finding) {
		f = src.rows[r.Practice].Practice.Findings[r.Number]
		return slugs[r.Practice] + "/" + f.Key, f
	}
	// sides are the practices that stand on either side of a contrast.
	type pair struct{ good, bad string }
	found := map[pair]bool{}
	for _, c := range contrasts {
		t.Logf("%s, for %s", c.Solution.Label, strings.Join(labelsOf(c.TargetGroups), ", "))
		for side, s := range map[string]catalogue.ContrastSide{"good": c.For, "bad": c.Against} {
			for _, r := range s.First {
				key, f := line(r)
				t.Logf("  %s %s: %s (%s)", side, joined(f.Voices), f.Text, key)
			}
		}
		for _, g := range c.For.First {
			for _, b := range c.Against.First {
				good, _ := line(g)
				bad, _ := line(b)
				found[pair{good, bad}] = true
			}
		}
	}
	stands := func(good, bad string) bool {
		for p := range found {
			if strings.HasPrefix(p.good, good) && strings.HasPrefix(p.bad, bad) {
				return true
			}
		}
		return false
	}
	for what, p := range map[string]pair{
		"Aarhus' staff and Aarhus' citizens on the closed day centre":               {"aarhus-", "aarhus-borgere-savnede-det-lukkede-dagtilbud/"},
		"Region Midtjylland's areas and their citizens on shopping on the internet": {"region-midtjylland-borgere-koebte-ind-paa-nettet/", "region-midtjylland-borgere-koebte-ind-paa-nettet/"},
	} {
		if !stands(p.good, p.bad) {
			t.Errorf("not a contrast: %s", what)
		}
	}
	for what, p := range map[string]pair{
		"shared knowledge at one place against hard leadership by screen at another": {"aarhus-medarbejdere-og-ledere-moedtes-i-teams/", "silkeborg-virtuelle-moeder-mellem-medarbejdere/ledelse-og-relation"},
		"a good supplement against some meetings that need the same room":            {"randers-digital-kontakt-med-borgere/godt-supplement", "randers-voksenhandicap-skype-moeder/udredning-uden-kropssprog"},
		"glad to see the others against too few on duty":                             {"aarhus-genaabnet-dagtilbud-med-nye-vaner-traettede/", "ringkoebing-skjern-brohuset-faerre-paa-vagt-ad-gangen/"},
		"split staff against a closed day centre elsewhere":                          {"ringkoebing-skjern-delte-hjemmevejlederne-i-to-hold/", "aarhus-borgere-savnede-det-lukkede-dagtilbud/"},
		"more cleaning at one place against too few on duty at another":              {"viborg-smaa-rengoeringshold-paa-tilbud/", "ringkoebing-skjern-brohuset-faerre-paa-vagt-ad-gangen/"},
	} {
		for _, key := range []string{p.good, p.bad} {
			slug, finding, _ := strings.Cut(key, "/")
			x := src.rows[ids[slug]].Practice
			if x == nil || len(x.Findings) == 0 || finding != "" && !slices.ContainsFunc(x.Findings, func(f catalogue.Finding) bool { return f.Key == finding }) {
				t.Errorf("%s: there is no %s", what, key)
			}
		}
		if stands(p.good, p.bad) || stands(p.bad, p.good) {
			t.Errorf("no contrast, but shown as one: %s", what)
		}
	}
	if len(contrasts) < 2 {
		t.Errorf("%d contrasts", len(contrasts))
	}
}

func labelsOf(refs []catalogue.TermRef) (out []string) {
	for _, r := range refs {
		out = append(out, r.Label)
	}
	return out
}
