package catalogue

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// municipalities are the slugs of those in the seeds.
func municipalities(t *testing.T) (out []string) {
	t.Helper()
	file, err := os.ReadFile("../../seeds/organisations.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^- \{slug: ([a-z-]+), .*kind: municipality`).FindAllStringSubmatch(string(file), -1) {
		out = append(out, m[1])
	}
	if len(out) != 98 {
		t.Fatalf("%d municipalities", len(out))
	}
	return out
}

// The file has each pair once, in order, and every municipality.
func TestNeighboursFile(t *testing.T) {
	all := municipalities(t)
	var last string
	for line := range strings.Lines(neighboursFile) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 || !slices.Contains([]string{"border", "bridge", "ferry"}, f[2]) {
			t.Errorf("%q is no line", line)
			continue
		}
		for _, slug := range f[:2] {
			if !slices.Contains(all, slug) {
				t.Errorf("%q is no municipality", slug)
			}
		}
		if pair := f[0] + "\t" + f[1]; f[0] >= f[1] || pair <= last {
			t.Errorf("%q stands in the wrong place, twice, or the wrong way round", line)
		} else {
			last = pair
		}
	}
	if len(neighbours) != len(all) {
		t.Errorf("%d municipalities have neighbours, of %d", len(neighbours), len(all))
	}
	for _, slug := range all {
		list := Neighbours(slug)
		if len(list) == 0 || len(list) > 12 {
			t.Errorf("%s has %d neighbours", slug, len(list))
		}
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) || slices.Contains(list, slug) {
			t.Errorf("%s: %v", slug, list)
		}
		for _, n := range list {
			if !slices.Contains(Neighbours(n), slug) {
				t.Errorf("%s is a neighbour of %s, not the other way round", n, slug)
			}
		}
	}
	if Neighbours("region-midtjylland") != nil || Neighbours("") != nil {
		t.Error("what is no municipality has neighbours")
	}
}

// Pairs that are known: neighbours over land, across regions, by bridge and by
// ferry; and such as look like it on a map.
func TestKnownNeighbours(t *testing.T) {
	for _, c := range []struct {
		of   string
		are  string // all of them
		also string // some of them, where are is empty
		not  string
	}{
		{of: "skive", are: "holstebro morsoe vesthimmerlands viborg", not: "struer lemvig herning"},
		{of: "laesoe", are: "frederikshavn"},
		{of: "samsoe", are: "aarhus kalundborg odder", not: "syddjurs"},
		{of: "bornholm", are: "koege"},
		{of: "fanoe", are: "esbjerg", not: "varde"},
		{of: "frederiksberg", are: "koebenhavn", not: "roedovre"},
		{of: "aeroe", are: "faaborg-midtfyn langeland soenderborg svendborg"},
		{of: "langeland", are: "aeroe lolland svendborg", not: "nyborg"},
		{of: "dragoer", are: "taarnby", not: "koebenhavn"},
		{of: "odense", are: "assens faaborg-midtfyn kerteminde nordfyns", not: "nyborg middelfart"},
		{of: "aarhus", also: "favrskov odder skanderborg syddjurs samsoe odsherred", not: "silkeborg horsens randers kalundborg"},
		{of: "fredericia", are: "kolding middelfart vejle"},
		{of: "nyborg", also: "slagelse kerteminde svendborg"},
		{of: "vejle", also: "billund hedensted ikast-brande kolding vejen", not: "horsens"},
		{of: "vordingborg", are: "guldborgsund naestved", not: "faxe stevns"},
		{of: "morsoe", are: "skive thisted", not: "struer jammerbugt"},
		{of: "viborg", also: "mariagerfjord silkeborg vesthimmerlands", not: "rebild"},
		{of: "halsnaes", also: "odsherred gribskov hilleroed"},
		{of: "albertslund", also: "vallensbaek ballerup glostrup", not: "ishoej roedovre"},
	} {
		have := Neighbours(c.of)
		if c.are != "" && strings.Join(have, " ") != c.are {
			t.Errorf("%s: %v, want %s", c.of, have, c.are)
		}
		for _, n := range strings.Fields(c.also) {
			if !slices.Contains(have, n) {
				t.Errorf("%s is no neighbour of %s", n, c.of)
			}
		}
		for _, n := range strings.Fields(c.not) {
			if slices.Contains(have, n) {
				t.Errorf("%s is a neighbour of %s", n, c.of)
			}
		}
	}
}
