package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"praksis/internal/search"
)

type reindexCmd struct{}

// reindexLook is how often the servers are looked at that build, and reindexPatience
// after how long without a sign it is said what they may be doing.
const (
	reindexLook     = 200 * time.Millisecond
	reindexPatience = 30 * time.Second
)

// Run has the search index built anew from the database. Servers on the data folder
// build theirs themselves, aside, and go on serving meanwhile; it waits for them. Where
// there is none it builds one itself.
func (reindexCmd) Run(ctx context.Context, c *cli) error {
	if err := c.existing(); err != nil {
		return err
	}
	dir := filepath.Join(c.Data, "index")
	all, err := search.AskAnew(dir)
	if err != nil {
		return err
	}
	var used, unused []*search.Anew
	for _, a := range all {
		if a.InUse {
			used = append(used, a)
		} else {
			unused = append(unused, a)
		}
	}
	if len(used) == 0 {
		return c.buildIndex(ctx, dir)
	}
	for _, a := range unused {
		fmt.Fprintf(c.screen, "%s: in use by no server, and built anew by the one that takes it next\n", a.Name)
	}
	return c.waitForIndexes(ctx, used)
}

// buildIndex builds the one that the next server takes.
func (c *cli) buildIndex(ctx context.Context, dir string) error {
	return c.with(ctx, func(d *database) error {
		begun, bar := time.Now(), c.screen.Bar(c.log, "practices in the index")
		index, err := search.Open(ctx, dir, d.Store, search.Options{Log: c.log, Progress: bar.Count})
		bar.End()
		if err != nil {
			return err
		}
		version := index.Version()
		if err := index.Close(); err != nil {
			return err
		}
		_, err = fmt.Fprintf(os.Stderr, "The search index is built anew, at version %d, in %s.\n", version, time.Since(begun).Round(100*time.Millisecond))
		return err
	})
}

// waitForIndexes tells how far the servers have come, until all are ready.
func (c *cli) waitForIndexes(ctx context.Context, waiting []*search.Anew) error {
	bar, begun, warned := c.screen.Bar(c.log, "practices in the index"), time.Now(), false
	defer bar.End()
	var faults []error
	for len(waiting) > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(reindexLook):
		}
		var done, total int64
		var still []*search.Anew
		for _, a := range waiting {
			d, t, over, left, err := a.Look()
			switch {
			case err != nil:
				faults = append(faults, fmt.Errorf("%s: not built anew, and as it was before: %w", a.Name, err))
			case over:
				fmt.Fprintf(c.screen, "%s: built anew by the server that uses it, in %s\n", a.Name, time.Since(begun).Round(100*time.Millisecond))
			case left:
				fmt.Fprintf(c.screen, "%s: its server has ended; built anew by the one that takes it next\n", a.Name)
			default:
				still = append(still, a)
				done, total = done+d, total+t
			}
		}
		if waiting = still; total > 0 {
			bar.Show(done, total)
		} else if !warned && len(waiting) > 0 && time.Since(begun) > reindexPatience {
			warned = true
			fmt.Fprintf(c.screen, "%s has not begun: it may be starting, be waiting for the database, or be of a release before this command. It will build when it can, also when this is stopped (Ctrl-C).\n", waiting[0].Name)
		}
	}
	return errors.Join(faults...)
}
