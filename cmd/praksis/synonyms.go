package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"praksis/internal/catalogue"
)

type synonymsCmd struct {
	List   synonymsListCmd   `cmd:"" default:"1" help:"Print the rules in force."`
	Add    synonymsAddCmd    `cmd:"" help:"Put a rule in force: \"gåtur, spadseretur\" for words that stand for each other, \"evnesvag = udviklingshæmning\" for one way, \"zoom => video\" for what is only related."`
	Remove synonymsRemoveCmd `cmd:"" help:"Put a rule out of force; the seeds do not bring it back."`
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
		id, err := s.AddSynonyms(ctx, r)
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
	return c.with(ctx, func(s *database) error { return s.RemoveSynonyms(ctx, r.ID) })
}
