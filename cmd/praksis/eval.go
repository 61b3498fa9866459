package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/search"
	"praksis/internal/search/eval"
	"praksis/seeds"
)

type evalCmd struct {
	Beir    string `help:"Folder with corpus.jsonl, queries.jsonl, and qrels.tsv or qrels/test.tsv; without corpus.jsonl, the practices of the seeds are searched." required:"" type:"existingdir" placeholder:"DIR"`
	By      string `help:"Measure also by this field of the queries; --json does so by kind when not given." placeholder:"kind"`
	Each    bool   `help:"Print each query by itself, the worst answered first."`
	JSON    bool   `name:"json" help:"Print JSON, not a table."`
	Explain string `help:"Measure nothing: tell why each of the first documents stands where it does for this query." placeholder:"QUERY"`
	Without string `help:"Do without layers of the search: inflection, derivation, compounds, synonyms, slips, words, letters." placeholder:"LAYER,…"`
}

// explained is how many documents are explained: a page.
const explained = catalogue.PageSize

// Run needs no database: the documents become practices in a folder of their
// own.
func (v *evalCmd) Run(ctx context.Context) (err error) {
	set, err := eval.Read(v.Beir)
	if err != nil {
		return err
	}
	without, err := search.ParseLayers(v.Without)
	if err != nil {
		return err
	}
	s, err := seeds.Load()
	if err != nil {
		return err
	}
	e, err := eval.OpenSet(ctx, set, s.Practices, s.Taxonomy(), without)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if v.Explain != "" {
		return e.Explain(ctx, os.Stdout, v.Explain, explained)
	}
	if v.By == "" && v.JSON {
		v.By = "kind"
	}
	r, err := e.Measure(ctx, set.Queries, v.By)
	if err != nil {
		return err
	}
	if v.Each {
		return r.WriteEach(os.Stdout)
	}
	if !v.JSON {
		return r.Write(os.Stdout)
	}
	to := json.NewEncoder(os.Stdout)
	to.SetIndent("", "  ")
	return to.Encode(r)
}

type analyseCmd struct {
	Text []string `arg:"" help:"What somebody might type."`
}

// Run shows what the language makes of each word, and what the seeds'
// vocabularies and thesaurus add.
func (a *analyseCmd) Run() error {
	s, err := seeds.Load()
	if err != nil {
		return err
	}
	text, taxonomy := strings.Join(a.Text, " "), s.Taxonomy()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "text\tterm\tstem\troot\tparts\tsynonyms\t")
	parts := 0 // how many of the tokens that follow are parts
	for _, t := range danish.Tokens(text) {
		var notes []string
		indent := ""
		if parts > 0 {
			parts--
			indent = "  "
			notes = append(notes, "part")
		} else {
			parts = t.Members
		}
		if danish.IsStop(t.Term) {
			notes = append(notes, "stop word")
		}
		stem := danish.Stem(t.Term)
		var compound []string
		for _, p := range danish.Split(t.Term) {
			compound = append(compound, t.Term[p.Start:p.End])
		}
		synonyms := ""
		if !danish.IsStop(t.Term) {
			synonyms = strings.Join(search.Synonyms(taxonomy, t.Term), ", ")
		}
		fmt.Fprintf(w, "%s%s\t%s\t%s\t%s\t%s\t%s\t%s\n", indent, text[t.Start:t.End], t.Term, stem, danish.Root(stem), strings.Join(compound, "+"), synonyms, strings.Join(notes, ", "))
	}
	return w.Flush()
}
