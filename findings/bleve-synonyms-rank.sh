#!/bin/bash
# bleve's own synonym search (since v2.5) ranks a document with a rare synonym far
# above all that have the very word that was asked for: the rarity of each synonym
# counts for it. And a synonym of several words is taken without an error and never
# found.
#
# Here 20 documents say "telephone" and one says "handset". The query is "telephone".
#
# Seen: bleve v2.6.3 (v2.5.7 does the same). Needs Go. Exits with 1 when the
# behaviour has changed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > go.mod <<'MOD'
module finding
go 1.25
require github.com/blevesearch/bleve/v2 v2.6.3
MOD
cat > main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

func main() {
	mapping := bleve.NewIndexMapping()
	check(mapping.AddSynonymSource("source", map[string]any{"collection": "words", "analyzer": "standard"}))
	field := bleve.NewTextFieldMapping()
	field.Analyzer, field.SynonymSource = "standard", "source"
	mapping.DefaultMapping.AddFieldMappingsAt("text", field)
	x, err := bleve.NewUsing("", mapping, scorch.Name, scorch.Name, nil)
	check(err)
	for i := range 20 {
		check(x.Index(fmt.Sprint("the word ", i), map[string]any{"text": "telephone and talk"}))
	}
	check(x.Index("a rare synonym", map[string]any{"text": "handset and talk"}))
	check(x.Index("a synonym of two words", map[string]any{"text": "land line and talk"}))
	check(x.(bleve.SynonymIndex).IndexSynonym("1", "words", &bleve.SynonymDefinition{Synonyms: []string{"telephone", "handset", "land line"}}))

	q := bleve.NewMatchQuery("telephone")
	q.SetField("text")
	found, err := x.Search(bleve.NewSearchRequestOptions(q, 30, 0, false))
	check(err)
	two := false
	for i, h := range found.Hits {
		if i < 3 {
			fmt.Printf("%d. %-16s %.3f\n", i+1, h.ID, h.Score)
		}
		two = two || h.ID == "a synonym of two words"
	}
	fmt.Println("found:", found.Total, "the synonym of two words among them:", two)
	if len(found.Hits) < 2 || found.Hits[0].ID != "a rare synonym" || found.Hits[0].Score < 2*found.Hits[1].Score || two {
		fmt.Println("CHANGED: this is not what was seen with the pinned version")
		os.Exit(1)
	}
	fmt.Println("as seen: the rare synonym is first, the one of two words is not found")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO
GOFLAGS=-mod=mod GOWORK=off go mod tidy >/dev/null 2>&1
GOWORK=off go run .
