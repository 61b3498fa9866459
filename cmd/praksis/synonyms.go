package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/search/eval"
	"praksis/seeds"
)

type synonymsCmd struct {
	List   synonymsListCmd   `cmd:"" default:"1" help:"Print the rules in force."`
	Add    synonymsAddCmd    `cmd:"" help:"Put a rule in force: \"gåtur, spadseretur\" for words that stand for each other, \"evnesvag = udviklingshæmning\" for one way, \"zoom => video\" for what is only related."`
	Check  synonymsCheckCmd  `cmd:"" help:"Look for words that rules make too broad, and for rules that nothing uses, in the seeds."`
	Remove synonymsRemoveCmd `cmd:"" help:"Put a rule out of force; the seeds do not bring it back."`
}

type synonymsCheckCmd struct {
	Queries []string `help:"Folders of sets, whose queries count as uses." type:"existingdir" placeholder:"DIR"`
	Unused  bool     `help:"Print the rules that nothing uses."`
}

// Run needs no database: it looks at the rules and practices of the seeds, and
// fails where what means the same makes a word too broad.
func (c *synonymsCheckCmd) Run(ctx context.Context) error {
	s, err := seeds.Load()
	if err != nil {
		return err
	}
	var queries []string
	for _, dir := range c.Queries {
		set, err := eval.Read(dir)
		if err != nil {
			return err
		}
		for _, q := range set.Queries {
			queries = append(queries, q.Text)
		}
	}
	r, err := eval.CheckSynonyms(ctx, s.Practices, s.Taxonomy(), queries)
	if err != nil {
		return err
	}
	fmt.Printf("%d of %d rules: nothing that they lead to is in a text, nor what they are searched by in a query\n", len(r.Unused), len(s.Synonyms))
	if c.Unused {
		for _, rule := range r.Unused {
			fmt.Println("  " + rule)
		}
	}
	for _, b := range r.Broad {
		fmt.Printf("%s: %d hits, %d with the thesaurus: %s\n", b.Word, b.Without, b.With, strings.Join(b.Rules, " | "))
	}
	if len(r.Broad) > 0 {
		return fmt.Errorf("%d words are too broad: make what is only related so, or say in internal/search/broad.txt why not", len(r.Broad))
	}
	return nil
}

type synonymsListCmd struct{}

// Run prints the rules with their IDs.
func (synonymsListCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(s *database) error {
		list, err := s.Synonyms(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		for _, r := range list {
			fmt.Fprintf(w, "%d\t%s\n", r.ID, r)
		}
		return w.Flush()
	})
}

type synonymsAddCmd struct {
	Rule string `arg:"" help:"The rule."`
}

// Run adds a rule and prints its ID.
func (a *synonymsAddCmd) Run(ctx context.Context, c *cli) error {
	r, err := catalogue.ParseSynonymRule(a.Rule)
	if err != nil {
		return err
	}
	return c.with(ctx, func(s *database) error {
		id, err := s.AddSynonyms(ctx, r, time.Now().UTC())
		if err == nil {
			fmt.Println(id)
		}
		return err
	})
}

type synonymsRemoveCmd struct {
	ID int64 `arg:"" help:"The rule's number in the list."`
}

// Run removes a rule.
func (r *synonymsRemoveCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(s *database) error { return s.RemoveSynonyms(ctx, r.ID, time.Now().UTC()) })
}
