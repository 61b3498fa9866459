package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/export"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

type exportCmd struct {
	Output string `short:"o" help:"File to write; standard output when not given." type:"path"`
}

// Run writes to a file that takes its name only when it is whole.
func (e *exportCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error {
		to, part := os.Stdout, ""
		if e.Output != "" {
			part = e.Output + ".part"
			f, err := os.Create(part)
			if err != nil {
				return err
			}
			defer os.Remove(part) // gone already when all went well
			defer f.Close()
			to = f
		}
		w := bufio.NewWriter(to)
		if err := d.Export(ctx, func(p *catalogue.Practice) error { return export.WriteLine(w, p) }); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if part == "" {
			return nil
		}
		if err := errors.Join(to.Sync(), to.Close()); err != nil {
			return err
		}
		return os.Rename(part, e.Output)
	})
}

type importCmd struct {
	File string `arg:"" help:"JSON Lines file; - for standard input." type:"path"`
}

// Run reads a file. What is wrong with it is told line by line, and nothing is
// written then.
func (i *importCmd) Run(ctx context.Context, c *cli) error {
	from := os.Stdin
	if i.File != "-" {
		f, err := os.Open(i.File)
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	}
	return c.with(ctx, func(d *database) error {
		r := export.NewReader(from)
		start := time.Now()
		report, err := d.Import(ctx, func() (*catalogue.Practice, string, error) {
			p, err := r.Next()
			where := fmt.Sprintf("line %d", r.Line())
			if bad, ok := errors.AsType[*export.LineError](err); ok {
				err = &postgres.ReadFault{Fault: review.Fault{Field: "record", Message: bad.Message}}
			}
			return p, where, err
		}, time.Now().UTC())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(os.Stderr, "%d new, %d changed, %d unchanged in %s\n", report.New, report.Changed, report.Unchanged, time.Since(start).Round(time.Millisecond))
		return err
	})
}

type seedCmd struct{}

// Run loads the seeds into whichever database.
func (seedCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error {
		r, err := loadSeeds(ctx, d.Store)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(os.Stderr, "%d new, %d changed, %d waiting at the desk, %d unchanged\n", r.New, r.Changed, r.Proposed, r.Unchanged)
		return err
	})
}

type migrateCmd struct{}

// Run brings a database to the newest schema; opening the private one does it
// by itself.
func (migrateCmd) Run(ctx context.Context, c *cli) error {
	if c.DatabaseURL == "" && c.MigrateURL == "" {
		return c.with(ctx, func(*database) error { return nil })
	}
	return postgres.Migrate(ctx, c.ownerURL())
}

type rebuildCmd struct{}

// Run writes the public read model anew.
func (rebuildCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error { return d.RebuildPublic(ctx) })
}
