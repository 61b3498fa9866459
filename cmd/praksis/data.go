package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
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
// written then. On a terminal it shows how far it is.
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
		bar, err := newProgress(from)
		if err != nil {
			return err
		}
		start := time.Now()
		var report postgres.ImportReport
		if bar.size == 0 { // standard input can be read once
			report, err = d.Import(ctx, records(bar), start.UTC())
		} else {
			report, err = d.ImportAgain(ctx, func() (postgres.Records, error) {
				_, err := from.Seek(0, io.SeekStart)
				bar.read, bar.records = 0, 0
				return records(bar), err
			}, start.UTC())
		}
		clearLine(bar.to)
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

// records reads practices from where the bar's file stands.
func records(bar *progress) postgres.Records {
	r := export.NewReader(bar)
	return func() (*catalogue.Practice, string, error) {
		p, err := r.Next()
		where := fmt.Sprintf("line %d", r.Line())
		if bad, ok := errors.AsType[*export.LineError](err); ok {
			err = &postgres.ReadFault{Fault: review.Fault{Field: "record", Message: bad.Message}}
		}
		if err == nil {
			printConversions(bar.to, where, r.Converted())
			bar.step(time.Now())
		}
		return p, where, err
	}
}

// printConversions tells what a line said in an older format; bar is where a bar
// is drawn, nil when nobody looks.
func printConversions(bar io.Writer, where string, list []catalogue.Conversion) {
	if len(list) == 0 {
		return
	}
	said := make([]string, len(list))
	for i, c := range list {
		said[i] = c.String()
	}
	clearLine(bar)
	fmt.Fprintf(os.Stderr, "%s: %s\n", where, strings.Join(said, " "))
}

// progress is a file that is being read, and how far that is, shown on a
// terminal and nowhere else.
type progress struct {
	from           *os.File
	to             io.Writer // nil when nobody looks
	size, read     int64     // in bytes; size is 0 where it is not known
	records        int
	started, shown time.Time
}

// barWidth is in characters: with the figures beside it, less than 80.
const barWidth = 30

// redraw is how often the bar is drawn: often enough to be seen moving.
const redraw = 200 * time.Millisecond

// newProgress fails when the file cannot be asked what it is.
func newProgress(from *os.File) (*progress, error) {
	p := &progress{from: from, to: terminal()}
	info, err := from.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().IsRegular() {
		p.size = info.Size()
	}
	return p, nil
}

// Read counts what is read.
func (p *progress) Read(b []byte) (int, error) {
	n, err := p.from.Read(b)
	p.read += int64(n)
	return n, err
}

// step counts a record and, now and then, draws the bar.
func (p *progress) step(now time.Time) {
	if p.records++; p.to == nil {
		return
	}
	if p.started.IsZero() {
		p.started = now
	}
	if now.Sub(p.shown) < redraw {
		return
	}
	p.shown = now
	share := ""
	if p.size > 0 {
		done := min(1, float64(p.read)/float64(p.size))
		full := int(done * barWidth)
		share = fmt.Sprintf("[%s%s] %3.0f %% ", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), 100*done)
	}
	speed := float64(p.records) / max(now.Sub(p.started).Seconds(), redraw.Seconds())
	fmt.Fprintf(p.to, "\r%s%d records, %.0f a second \x1b[K", share, p.records, speed)
}

// clearLine takes what is shown of the progress away, for what is said at the
// end; to is nil when nobody looks.
func clearLine(to io.Writer) {
	if to != nil {
		fmt.Fprint(to, "\r\x1b[K")
	}
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
		count := counter{to: terminal(), what: "practices made again"}
		made, err := d.Reshape(ctx, count.show)
		clearLine(count.to)
		if err == nil && made > 0 {
			_, err = fmt.Fprintf(os.Stderr, "%d practices made again for the new build\n", made)
		}
		return err
	})
}

type rebuildCmd struct{}

// Run writes the public read model anew.
func (rebuildCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error { return d.RebuildPublic(ctx) })
}

// terminal is standard error where somebody looks at it, else nil.
func terminal() io.Writer {
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return os.Stderr
	}
	return nil
}

// counter shows on a terminal how much is done of what.
type counter struct {
	to    io.Writer // nil when nobody looks
	what  string
	shown time.Time
}

func (x *counter) show(done, total int) {
	if now := time.Now(); x.to != nil && now.Sub(x.shown) >= redraw {
		x.shown = now
		fmt.Fprintf(x.to, "\r%d of %d %s \x1b[K", done, total, x.what)
	}
}
