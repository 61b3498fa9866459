package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/export"
	"praksis/internal/ops/progress"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

type exportCmd struct {
	Output string `short:"o" help:"File to write; standard output when not given." type:"path"`
}

// Run writes to a file that takes its name only when it is whole.
func (e *exportCmd) Run(ctx context.Context, c *cli) error {
	if err := mayTake(e.Output); err != nil {
		return err
	}
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
		bar, done := c.screen.Bar(c.log, "practices"), 0
		err := d.Export(ctx, func(p *catalogue.Practice) error {
			done++
			bar.Count(done, 0)
			return export.WriteLine(w, p)
		})
		bar.End()
		if err != nil {
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

// mayTake tells whether what is written whole and then renamed may have this name: it takes
// the place of a file, and of nothing else. A device such as /dev/null would be gone, for
// everybody.
func mayTake(name string) error {
	if name == "" { // not given
		return nil
	}
	switch info, err := os.Stat(name); {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is a folder: name a file in it", name)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is no file: name a file", name)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	}
	folder := filepath.Dir(name)
	if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no folder %s: make it, or name another", folder)
	}
	return nil
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
		if ready, err := d.HasVocabularies(ctx); err != nil {
			return err
		} else if !ready {
			return errors.New("the database has no vocabularies yet, which practices refer to: run `praksis seed` first")
		}
		in, err := newInput(c, from)
		if err != nil {
			return err
		}
		start := time.Now()
		var report postgres.ImportReport
		if in.size == 0 { // standard input can be read once
			report, err = d.Import(ctx, in.records(c.screen), start.UTC())
		} else {
			report, err = d.ImportAgain(ctx, func() (postgres.Records, error) {
				_, err := from.Seek(0, io.SeekStart)
				in.read, in.done = 0, 0
				return in.records(c.screen), err
			}, start.UTC())
		}
		in.bar.End()
		if errors.Is(err, catalogue.ErrConflict) {
			return fmt.Errorf("somebody published at one of the addresses meanwhile: run the import again (%w)", err)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(os.Stderr, "%d new, %d changed, %d unchanged in %s\n", report.New, report.Changed, report.Unchanged, time.Since(start).Round(time.Millisecond))
		return err
	})
}

// input is a file that is being read, and how far that is.
type input struct {
	from       *os.File
	size, read int64 // in bytes; size is 0 where it is not known
	done       int64 // records
	bar        *progress.Bar
}

// newInput fails when the file cannot be asked what it is.
func newInput(c *cli, from *os.File) (*input, error) {
	in := &input{from: from, bar: c.screen.Bar(c.log, "records")}
	info, err := from.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().IsRegular() {
		in.size = info.Size()
	}
	return in, nil
}

// Read counts what is read.
func (in *input) Read(b []byte) (int, error) {
	n, err := in.from.Read(b)
	in.read += int64(n)
	return n, err
}

// records reads practices from where the file stands. What a line said in an older
// format is told.
func (in *input) records(tell io.Writer) postgres.Records {
	r := export.NewReader(in)
	return func() (*catalogue.Practice, string, error) {
		p, err := r.Next()
		where := fmt.Sprintf("line %d", r.Line())
		if bad, ok := errors.AsType[*export.LineError](err); ok {
			err = &postgres.ReadFault{Fault: review.Fault{Field: "record", Message: bad.Message}}
		}
		if err == nil {
			printConversions(tell, where, r.Converted())
			in.done++
			share := -1.0
			if in.size > 0 {
				share = float64(in.read) / float64(in.size)
			}
			in.bar.ShowShare(in.done, share)
		}
		return p, where, err
	}
}

// printConversions tells what a line said in an older format.
func printConversions(to io.Writer, where string, list []catalogue.Conversion) {
	if len(list) == 0 {
		return
	}
	said := make([]string, len(list))
	for i, c := range list {
		said[i] = c.String()
	}
	fmt.Fprintf(to, "%s: %s\n", where, strings.Join(said, " "))
}

type seedCmd struct{}

// Run loads the seeds into whichever database.
func (seedCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error {
		r, err := loadSeeds(ctx, d.Store, c.log)
		if err != nil || r.Older > 0 {
			return err
		}
		if r.Current {
			_, err = fmt.Fprintln(os.Stderr, "These seeds are loaded already.")
			return err
		}
		_, err = fmt.Fprintf(os.Stderr, "%d new, %d changed, %d waiting at the desk, %d unchanged\n", r.New, r.Changed, r.Proposed, r.Unchanged)
		return err
	})
}

type migrateCmd struct{}

// Run brings a database to the newest schema, and what the public sees to the
// shape that this build makes, while other processes go on.
func (migrateCmd) Run(ctx context.Context, c *cli) error {
	if c.DatabaseURL == "" {
		c.DatabaseURL = c.MigrateURL // else a private server would be started
	}
	return c.with(ctx, func(d *database) error {
		bar := c.screen.Bar(c.log, "practices made again")
		made, err := d.Reshape(ctx, bar.Count)
		bar.End()
		if err == nil && made > 0 {
			_, err = fmt.Fprintf(os.Stderr, "%d practices made again for the new build\n", made)
		}
		return err
	})
}

type rebuildCmd struct{}

// Run writes the public read model anew.
func (rebuildCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error {
		bar := c.screen.Bar(c.log, "practices written anew")
		defer bar.End()
		return d.RebuildPublic(ctx, bar.Count)
	})
}
