package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"praksis/internal/ops/erasures"
	"praksis/internal/postgres"
)

// journalFile is the journal of erasures in the data folder.
const journalFile = "erasures.jsonl"

// journalPath is where the journal of erasures is.
func (c *cli) journalPath() string {
	return cmp.Or(c.ErasureJournal, filepath.Join(c.Data, journalFile))
}

// journalErasures writes lines to a journal, and tells when it cannot.
func (c *cli) journalErasures(journal *erasures.File, lines []byte) error {
	err := journal.Append(lines)
	switch {
	case err == nil:
	case c.ErasureJournal == "" && errors.Is(err, fs.ErrNotExist): // a command beside a server elsewhere, which writes it
		c.log.Info("the journal of erasures is left to the server: there is no data folder here", "error", err)
	default:
		c.log.Error("the journal of erasures cannot be written; what was to be erased is, and the database keeps the line until it can", "id", rand.Text()[:10], "error", err)
	}
	return err
}

// eraseSince erases, from a database that is an older copy by our own journal, what was
// erased since, before anybody is served from it.
func (c *cli) eraseSince(ctx context.Context, d *database) error {
	awaited, err := d.ErasuresAwaited(ctx)
	if err != nil {
		return err
	}
	if awaited {
		return errors.New("this database is an older copy, and what was erased since is not erased again: run `praksis erase replay FILE...` with the journals of erasures of all instances")
	}
	path := c.journalPath()
	j, err := erasures.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		c.log.Error("the journal of erasures cannot be read, and a restore could not erase again what it tells of", "id", rand.Text()[:10], "error", err)
		return nil
	}
	n, err := d.ErasuresSince(ctx, j.Entries)
	if err != nil || n == 0 {
		return err
	}
	c.log.Warn("the database is older than the journal of erasures: what was erased since is erased again", "erasures", n, "journal", path)
	r, err := d.ReplayErasures(ctx, j.Entries, false, time.Now())
	if missing := (*postgres.MissingErasuresError)(nil); errors.As(err, &missing) {
		err = fmt.Errorf("the database is older than %s, and %w to `praksis erase replay`", path, err)
		return errors.Join(err, d.AwaitErasures(ctx)) // other instances cannot know
	}
	if err == nil {
		c.log.Info("erased again", "erased", r.Erased, "already", r.Already, "absent", r.Absent)
	}
	return err
}

type eraseReplayCmd struct {
	Files      []string `arg:"" help:"The journals of erasures of all instances." type:"existingfile"`
	Incomplete bool     `help:"Go on where erasures were done that no journal tells of: they stay undone."`
}

// Run erases again from a restored database what was erased since it was copied.
func (r *eraseReplayCmd) Run(ctx context.Context, c *cli) error {
	entries, err := c.readJournals(r.Files)
	if err != nil {
		return err
	}
	return c.with(ctx, func(d *database) error { return c.eraseAgain(ctx, d, entries, r.Incomplete) })
}

// readJournals reads the journals of all instances.
func (c *cli) readJournals(files []string) (entries []erasures.Entry, err error) {
	for _, file := range files {
		j, err := erasures.ReadFile(file)
		if err != nil {
			return nil, err
		}
		last := ""
		if j.Cut {
			last = "; its last line is cut off and is passed over: that erasure was not done"
		}
		fmt.Fprintf(c.screen, "%s: %d lines%s\n", file, len(j.Entries), last)
		entries = append(entries, j.Entries...)
	}
	return entries, nil
}

// eraseAgain does what the journals tell, and says what came of it.
func (c *cli) eraseAgain(ctx context.Context, d *database, entries []erasures.Entry, incomplete bool) error {
	if err := c.forgetKeptMails(d); err != nil {
		return err
	}
	done, err := d.ReplayErasures(ctx, entries, incomplete, time.Now())
	if missing := (*postgres.MissingErasuresError)(nil); errors.As(err, &missing) {
		return fmt.Errorf("nothing was erased again: %w, or accept with --incomplete that they stay undone", err)
	}
	if foreign := (*postgres.ForeignErasuresError)(nil); errors.As(err, &foreign) {
		return fmt.Errorf("nothing was erased again: %w, or accept with --incomplete that nothing is", err)
	}
	if err != nil {
		return fmt.Errorf("not all was erased again; run it once more: %w", err)
	}
	for _, line := range []struct {
		n    int
		what string
	}{
		{done.Erased, "erased again"}, {done.Already, "of which nothing was left here"}, {done.Absent, "of what this database does not have"},
		{done.Kept, "closed accounts are open again: nobody else manages accounts here"}, {done.Older, "from before it was copied"},
		{done.TakenBack, "were begun, and not done"}, {done.Foreign, "of another database"}, {len(done.Missing), "are in no journal, and stay undone"},
	} {
		if line.n > 0 {
			fmt.Printf("%5d  %s\n", line.n, line.what)
		}
	}
	_, err = fmt.Println("What was erased since this database was copied is erased.")
	return err
}
