package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"

	"praksis/internal/export"
	"praksis/internal/synth"
	"praksis/seeds"
)

type synthCmd struct {
	N      int    `short:"n" help:"How many." default:"1000"`
	Seed   uint64 `help:"Another seed gives others." default:"1"`
	Output string `short:"o" help:"File to write; standard output when not given." type:"path"`
}

// Run needs no database.
func (s *synthCmd) Run(ctx context.Context, c *cli) (err error) {
	all, err := seeds.Load()
	if err != nil {
		return err
	}
	var to io.Writer = os.Stdout
	if s.Output != "" {
		f, err := os.Create(s.Output)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		to = f
	}
	w := bufio.NewWriter(to)
	g := synth.New(s.Seed, all.Terms, all.Organisations)
	bar := c.screen.Bar(c.log, "records")
	defer bar.End()
	for i := range s.N {
		bar.Count(i, s.N)
		if err := errors.Join(ctx.Err(), export.WriteLine(w, g.Record(i))); err != nil {
			return err
		}
	}
	return w.Flush()
}
