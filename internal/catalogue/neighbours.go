package catalogue

import (
	_ "embed"
	"slices"
	"strings"
)

// neighboursFile are lines of two slugs of municipalities and how they meet,
// separated by tabs.
//
//go:embed neighbours.tsv
var neighboursFile string

// neighbours are those of each municipality, by slug.
var neighbours = readNeighbours(neighboursFile)

// Neighbours are the slugs of the municipalities that share a border with one, or
// are joined to it by a bridge or a ferry, in alphabetical order; none for a slug
// that is no municipality's. The caller must not change the list.
func Neighbours(slug string) []string { return neighbours[slug] }

func readNeighbours(file string) map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(file) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 { // a comment
			continue
		}
		out[f[0]] = append(out[f[0]], f[1])
		out[f[1]] = append(out[f[1]], f[0])
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}
