#!/bin/bash
# bleve.NewMemOnly takes a mapping that asks for BM25, says nothing, and ranks by
# TF-IDF: it makes an index of the older kind, upsidedown, which has no scoring models.
# The same mapping over scorch in memory (NewUsing with an empty path) ranks by BM25.
# Tests that use NewMemOnly for speed measure another ranking than the one in
# production. (Synonyms at least fail aloud there: it is no SynonymIndex.)
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
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

func scoring(model string) *mapping.IndexMappingImpl {
	m := bleve.NewIndexMapping()
	m.ScoringModel = model
	return m
}

// scores are those of two documents that have the word once and eight times.
func scores(x bleve.Index, err error) string {
	check(err)
	check(x.Index("eight", map[string]any{"text": "video video video video video video video video"}))
	check(x.Index("one", map[string]any{"text": "video among ten other words that say something else here"}))
	check(x.Index("none", map[string]any{"text": "telephone"}))
	q := bleve.NewMatchQuery("video")
	q.SetField("text")
	found, err := x.Search(bleve.NewSearchRequest(q))
	check(err)
	out := ""
	for _, h := range found.Hits {
		out += fmt.Sprintf("%s %.4f ", h.ID, h.Score)
	}
	return out
}

func main() {
	memory := map[string]string{}
	onScorch := map[string]string{}
	for _, model := range []string{index.TFIDFScoring, index.BM25Scoring} {
		memory[model] = scores(bleve.NewMemOnly(scoring(model)))
		onScorch[model] = scores(bleve.NewUsing("", scoring(model), scorch.Name, scorch.Name, nil))
		fmt.Printf("%-7s NewMemOnly: %s  scorch in memory: %s\n", model, memory[model], onScorch[model])
	}
	asSeen := memory[index.BM25Scoring] == memory[index.TFIDFScoring] && onScorch[index.BM25Scoring] != onScorch[index.TFIDFScoring]
	if !asSeen {
		fmt.Println("CHANGED: this is not what was seen with the pinned version")
		os.Exit(1)
	}
	fmt.Println("as seen: NewMemOnly gives the scores of TF-IDF for both models")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO
GOFLAGS=-mod=mod GOWORK=off go mod tidy >/dev/null 2>&1
GOWORK=off go run .
