#!/bin/bash
# bleve's BM25 takes "distinct words of the field ÷ documents", rounded up, as the
# average length of a document, where BM25 means words a document. In a catalogue
# whose documents share their words that is 1, however long they are: here 200 of 201
# documents have 50 words and the average is said to be 1. A document of the true
# average length is then punished as one fifty times too long, and a title of one word
# beats it by a factor of 20 at the same count of the word.
#
# What FieldCardinality returns is the number of terms of the field. A caller can put
# a true number in place of it through the context (search.BM25StatsKey).
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
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
)

// lengths is what an explanation says of the length of the field.
func lengths(e *search.Explanation) string {
	if i := strings.Index(e.Message, "fieldLength="); i >= 0 {
		return e.Message[i:]
	}
	for _, c := range e.Children {
		if s := lengths(c); s != "" {
			return s
		}
	}
	return ""
}

func main() {
	mapping := bleve.NewIndexMapping()
	mapping.ScoringModel = index.BM25Scoring
	x, err := bleve.NewUsing("", mapping, scorch.Name, scorch.Name, nil)
	check(err)
	var words []string
	for i := range 49 {
		words = append(words, fmt.Sprintf("word%d", i))
	}
	b := x.NewBatch()
	for i := range 199 {
		check(b.Index(fmt.Sprint(i), map[string]any{"text": "other " + strings.Join(words, " ")}))
	}
	check(b.Index("as long as all", map[string]any{"text": "telephone " + strings.Join(words, " ")}))
	check(b.Index("one word", map[string]any{"text": "telephone"}))
	check(x.Batch(b))

	q := bleve.NewMatchQuery("telephone")
	q.SetField("text")
	r := bleve.NewSearchRequest(q)
	r.Explain = true
	found, err := x.Search(r)
	check(err)
	for _, h := range found.Hits {
		fmt.Printf("%-15s score %.3f  %s\n", h.ID, h.Score, lengths(h.Expl))
	}
	fmt.Printf("words: %d, documents: 201, true average: %.1f\n", 200*50+1, float64(200*50+1)/201)
	asSeen := len(found.Hits) == 2 && found.Hits[0].ID == "one word" && found.Hits[0].Score > 20*found.Hits[1].Score &&
		strings.Contains(lengths(found.Hits[1].Expl), "avgFieldLength=1.000000")
	if !asSeen {
		fmt.Println("CHANGED: this is not what was seen with the pinned version")
		os.Exit(1)
	}
	fmt.Println("as seen: the average length is said to be 1")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO
GOFLAGS=-mod=mod GOWORK=off go mod tidy >/dev/null 2>&1
GOWORK=off go run .
