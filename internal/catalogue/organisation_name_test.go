package catalogue

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// ofSeeds is a taxonomy with the organisations of the seeds, as of a day.
func ofSeeds(t *testing.T, day string) *Taxonomy {
	t.Helper()
	file, err := os.ReadFile("../../seeds/organisations.yaml")
	if err != nil {
		t.Fatal(err)
	}
	field := func(line, name string) string {
		if m := regexp.MustCompile(`[{ ]` + name + `: (?:"([^"]*)"|([^,}]*))`).FindStringSubmatch(line); m != nil {
			return m[1] + m[2]
		}
		return ""
	}
	list := func(line, name string) []string {
		if m := regexp.MustCompile(name + `: \[([^\]]*)\]`).FindStringSubmatch(line); m != nil {
			return strings.Split(m[1], ", ")
		}
		return nil
	}
	var orgs []Organisation
	for line := range strings.Lines(string(file)) {
		if strings.HasPrefix(line, "- {") {
			orgs = append(orgs, Organisation{Slug: field(line, "slug"), Code: field(line, "code"), Name: field(line, "name"), ShortName: field(line, "short_name"), Kind: OrganisationKind(field(line, "kind")),
				Parent: field(line, "parent"), ValidFrom: Date(field(line, "valid_from")), ValidTo: Date(field(line, "valid_to")), Successor: field(line, "successor"), Written: list(line, "spellings")})
		}
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil || len(orgs) < 120 {
		t.Fatal(len(orgs), err)
	}
	return NewTaxonomy(nil, orgs).On(at)
}

var ascii = strings.NewReplacer("æ", "ae", "ø", "oe", "å", "aa", "Æ", "Ae", "Ø", "Oe", "Å", "Aa")

// Every municipality and region is found by its official name, its short one, with
// the word before or behind, in the genitive, without æ, ø and å, and in capitals.
func TestReadOrganisation(t *testing.T) {
	x, n := ofSeeds(t, "2026-11-29"), map[OrganisationKind]int{}
	for i := range x.Organisations {
		o := &x.Organisations[i]
		if o.Kind != Municipality && o.Kind != Region {
			continue
		}
		n[o.Kind]++
		day := x
		if o.Slug == "region-oestdanmark" {
			day = ofSeeds(t, "2027-01-01")
		}
		typed := []string{o.Name, o.Slug, o.Code, o.Name + "s"}
		if o.Kind == Municipality {
			s := o.ShortName
			typed = append(typed, s, s+" kommune", s+" Kommunes", s+"s Kommune", "Kommunen i "+s, "kommune "+s, s+" kom.", s+" Komm", s+"s", "  "+s+"  Kommune ")
		} else {
			s := strings.TrimPrefix(o.Name, "Region ")
			typed = append(typed, "region "+s, "Regionen "+s, "Reg. "+s, s+" Region", s+" regionen")
		}
		for _, name := range typed {
			for _, as := range []string{name, strings.ToUpper(name), strings.ToLower(name), ascii.Replace(name)} {
				if as == "" {
					continue
				}
				if got, choices := day.ReadOrganisation(as); got == nil || got.Slug != o.Slug || choices != nil {
					t.Errorf("%q is %v, offered %v, not %s", as, got, slugs(choices), o.Slug)
				}
			}
		}
		if o.Kind == Municipality && !strings.ContainsAny(o.ShortName, " -") {
			checkSlips(t, x, o)
		}
	}
	if n[Municipality] != 98 || n[Region] != 6 {
		t.Errorf("%v", n)
	}
}

// checkSlips holds that a name with one wrong letter is not taken in silence, and
// is offered.
func checkSlips(t *testing.T, x *Taxonomy, o *Organisation) {
	t.Helper()
	r := []rune(o.ShortName)
	middle := len(r) / 2
	slips := map[string]bool{
		string(r[:middle]) + string(r[middle+1:]):                                            true, // one letter too few
		string(r[:middle]) + "q" + string(r[middle:]):                                        true, // one too many
		string(r[:middle]) + "q" + string(r[middle+1:]):                                      true, // a wrong one
		string(r[:middle-1]) + string([]rune{r[middle], r[middle-1]}) + string(r[middle+1:]): r[middle] != r[middle-1],
	}
	for slip, wrong := range slips {
		for _, name := range []string{slip, slip + " Kommune", strings.ToLower(slip) + " kom."} {
			got, choices := x.ReadOrganisation(name)
			if wrong && (got != nil || !slices.Contains(slugs(choices), o.Slug)) {
				t.Errorf("%q for %s is taken as %v, offered %v", name, o.Slug, got, slugs(choices))
			}
		}
	}
}

func slugs(list []*Organisation) (out []string) {
	for _, o := range list {
		out = append(out, o.Slug)
	}
	return out
}

func TestReadOrganisationAsWritten(t *testing.T) {
	now, later := ofSeeds(t, "2026-11-29"), ofSeeds(t, "2027-01-01")
	for name, want := range map[string]string{
		"Kbh": "koebenhavn", "kbh.": "koebenhavn", "Kbh. Kommune": "koebenhavn", "KBH KOM": "koebenhavn", "Københavns Kommune": "koebenhavn", "Kobenhavns": "", "København": "koebenhavn",
		"Aarhus": "aarhus", "Århus": "aarhus", "Århus Kommunes": "aarhus", "Ålborg": "aalborg", "Åbenrå": "aabenraa", "høje taastrup": "hoeje-taastrup", "Høje-Tåstrup Kommune": "hoeje-taastrup",
		"Nordfyn": "nordfyns", "Nordfyns Kommune": "nordfyns", "Vesthimmerland": "vesthimmerlands", "Bornholms Kommune": "bornholm", "Mors": "morsoe", "Faaborg Midtfyn": "faaborg-midtfyn",
		"Brønderslev-Dronninglund Kommune": "broenderslev", "Lyngby-Tårbæk": "lyngby-taarbaek", "0657": "herning",
		"Region Midt": "region-midtjylland", "region h": "region-hovedstaden", "Region Syd": "region-syddanmark", "Region Sjællands": "region-sjaelland",
		"KL": "kl", "Kommunernes landsforening": "kl", "VIVE": "vive", "kfum's sociale arbejde": "kfums-sociale-arbejde", "trygfonden": "trygfonden",
		"Social- og Ældreministeriet": "social-og-aeldreministeriet",
	} {
		got, _ := now.ReadOrganisation(name)
		if got == nil && want != "" || got != nil && got.Slug != want {
			t.Errorf("%q is %v, not %s", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"Hernig": "herning", "Kobenhavn": "koebenhavn", "Arhus": "aarhus", "Midtjylland": "region-midtjylland", "Hovedstaden": "region-hovedstaden",
		"Aarhus Kommune, Center for Socialt Udsatte": "aarhus", "Herning og Ikast-Brande": "herning", "Skjern": "ringkoebing-skjern", "Region Sjæland": "region-sjaelland",
		"Region Herning": "herning", "Peerlinien": "peerlinjen", "Viborg kommune, bostøtten": "viborg",
	} {
		got, choices := now.ReadOrganisation(name)
		if got != nil || len(choices) == 0 || len(choices) > MaxChoices || choices[0].Slug != want {
			t.Errorf("%q is taken as %v, offered %v, first %s", name, got, slugs(choices), want)
		}
	}
	for _, name := range []string{"Frinova", "Cykelklubben i Grøndal", "", "  ", "kommune", "xx", strings.Repeat("Kommune ", 40)} {
		if got, _ := now.ReadOrganisation(name); got != nil {
			t.Errorf("%q is %v", name, got)
		}
	}
	// A region that has not begun is asked about; one that has ended keeps its name.
	if got, choices := now.ReadOrganisation("Region Østdanmark"); got != nil || !slices.Equal(slugs(choices), []string{"region-hovedstaden", "region-sjaelland"}) {
		t.Errorf("before it begins: %v, %v", got, slugs(choices))
	}
	if got, _ := later.ReadOrganisation("region østdanmark"); got == nil || got.Slug != "region-oestdanmark" {
		t.Errorf("afterwards: %v", got)
	}
	if got, _ := later.ReadOrganisation("Region Sjælland"); got == nil || got.Slug != "region-sjaelland" {
		t.Errorf("a former one: %v", got)
	}
}
