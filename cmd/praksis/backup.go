package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"praksis/internal/jobs"
	"praksis/internal/ops/backup"
	"praksis/internal/ops/progress"
	"praksis/internal/postgres"
	"praksis/internal/search"
)

// backupFlags say where backups are kept.
type backupFlags struct {
	BackupDir string `help:"Folder for backups. A server that has it writes one every day and tries one every week." env:"PRAKSIS_BACKUP_DIR" type:"path" placeholder:"FOLDER"`
}

type backupCmd struct {
	backupFlags `embed:""`
	Output      string `short:"o" help:"File to write, or - for standard output; without it one named by the time, in --backup-dir or here." placeholder:"FILE"`
}

// Run writes a backup, and notes that in the database.
func (b *backupCmd) Run(ctx context.Context, c *cli) error {
	toScreen := b.Output == "-"
	if info, err := os.Stdout.Stat(); toScreen && err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return errors.New("a backup is no text for a terminal: give a file with --output")
	}
	if !toScreen {
		if err := mayTake(b.Output); err != nil {
			return fmt.Errorf("no backup was written: %w", err)
		}
	}
	if err := c.existing(); err != nil {
		return err
	}
	return c.with(ctx, func(d *database) error {
		bar := c.screen.Bar(c.log, "rows")
		var t backup.Taken
		var err error
		if toScreen {
			t, err = noted(ctx, d.Store, func(program string) (backup.Taken, error) {
				return backup.Write(ctx, d.Store, program, os.Stdout, func(rows int64) { bar.Show(rows, 0) })
			})
		} else {
			file := b.Output
			if file == "" {
				file = filepath.Join(b.BackupDir, backup.FileName(time.Now()))
			}
			t, err = makeBackup(ctx, d.Store, file, func(rows int64) { bar.Show(rows, 0) })
		}
		bar.End()
		if err != nil {
			return err
		}
		if t.File != "" {
			fmt.Fprintf(c.screen, "%s: ", t.File)
		}
		_, err = fmt.Fprintf(c.screen, "%.1f MB, %d rows of %d tables, %d practices, in %s\n", float64(t.Bytes)/1e6, t.Rows, t.Tables, t.Pages, t.Took.Round(time.Millisecond))
		return err
	})
}

// makeBackup writes a backup to a file, and notes what came of it.
func makeBackup(ctx context.Context, s *postgres.Store, file string, tell func(int64)) (backup.Taken, error) {
	return noted(ctx, s, func(program string) (backup.Taken, error) { return backup.Make(ctx, s, program, file, tell) })
}

func noted(ctx context.Context, s *postgres.Store, do func(program string) (backup.Taken, error)) (t backup.Taken, err error) {
	program, err := build()
	if err != nil {
		return t, err
	}
	begun := time.Now()
	if t, err = do(program); err != nil {
		err = fmt.Errorf("no backup was written: %w", err)
	}
	if missed := backup.Record(ctx, s, t, begun, err); missed != nil && err == nil {
		err = fmt.Errorf("the backup is whole, and could not be noted: %w", missed)
	}
	return t, err
}

type restoreCmd struct {
	File            string   `arg:"" help:"The backup." type:"path"`
	Erasures        []string `help:"The journals of erasures of all instances: what was erased since the backup is erased from it again." type:"path" placeholder:"FILE"`
	WithoutErasures bool     `help:"Restore without a journal: what was erased since the backup stands there again."`
	Incomplete      bool     `help:"With --erasures: go on where erasures were done that no journal tells of."`
	SendMails       bool     `help:"Send the mails that waited when the backup was taken: only where nothing has gone out since, as when the catalogue moves. Without it the desk decides."`
}

// Run puts a backup into an empty database.
func (r *restoreCmd) Run(ctx context.Context, c *cli) (err error) {
	begun := time.Now()
	if (len(r.Erasures) > 0) == r.WithoutErasures {
		return errors.New("what was erased since the backup was taken must be erased again: give the journals of erasures of all instances with --erasures (erasures.jsonl in each data folder, or what --erasure-journal names), or --without-erasures if there are none")
	}
	entries, err := c.readJournals(r.Erasures)
	if err != nil {
		return err
	}
	b, err := backup.Open(r.File)
	if err != nil {
		return fmt.Errorf("nothing was restored: %w", err)
	}
	defer b.Close()
	_, owner, server, err := c.addresses(ctx)
	if err != nil {
		return err
	}
	if server != nil {
		defer func() { err = errors.Join(err, server.Stop()) }()
	}
	bars := &bars{c: c}
	is, err := b.Restore(ctx, owner, backup.Options{SendMails: r.SendMails, Tell: bars.tell, Finish: func(s *postgres.Store) error {
		bars.end()
		if r.WithoutErasures {
			return s.ForgoErasures(ctx)
		}
		return c.eraseAgain(ctx, &database{Store: s}, entries, r.Incomplete)
	}})
	bars.end()
	switch {
	case errors.Is(err, postgres.ErrNotEmpty) && server != nil:
		return fmt.Errorf("nothing was restored: %w: name a folder that does not exist yet with --data (where `praksis serve` has run once, its seeds are content), or move %s away", err, c.Data)
	case errors.Is(err, postgres.ErrNotEmpty):
		return fmt.Errorf("nothing was restored: %w: make an empty database (CREATE DATABASE) and give its address", err)
	case err != nil:
		return fmt.Errorf("nothing was restored: %w", err)
	}
	say := func(format string, args ...any) { fmt.Fprintf(c.screen, format+"\n", args...) }
	say("Restored the catalogue as of %s: %d rows of %d tables, %d practices, in %s.", b.Taken.Format(time.RFC3339), b.All(), len(b.Rows), len(b.Pages), time.Since(begun).Round(time.Millisecond))
	say("Accounts, roles and passwords are those of that moment: look at who may sign in.")
	if is.Invitations > 0 {
		say("%d invitations that nobody had taken have ended: invite again.", is.Invitations)
	}
	if is.Mails > 0 {
		say("%d mails waited. They may have been sent since, so they are not sent by themselves: see \"Mails, der ikke er sendt\" at the desk.", is.Mails)
	}
	if is.Sent > 0 {
		say("%d mails waited, and go out when the server runs.", is.Sent)
	}
	return nil
}

// bars shows one bar after another.
type bars struct {
	c    *cli
	what string
	bar  *progress.Bar
}

func (b *bars) tell(what string, done, total int64) {
	if what != b.what {
		b.end()
		b.what, b.bar = what, b.c.screen.Bar(b.c.log, what)
	}
	b.bar.Show(done, total)
}

func (b *bars) end() { b.bar.End() }

type drillCmd struct {
	backupFlags `embed:""`
	File        string `help:"The backup to try; without it the newest in --backup-dir if nothing was published since, else one that is made for it." type:"path" placeholder:"FILE"`
	DrillURL    string `help:"Address, with the rights of its owner, of an empty database to restore into. It is emptied afterwards. Without it one is made beside the catalogue's and dropped." env:"PRAKSIS_DRILL_URL" secret:"part" placeholder:"URL"`
}

// Run tries a backup and prints what was compared.
func (x *drillCmd) Run(ctx context.Context, c *cli) error {
	if err := c.existing(); err != nil {
		return err
	}
	return c.with(ctx, func(d *database) error {
		bars := &bars{c: c}
		t, err := drill(ctx, d, x.BackupDir, backup.Drill{File: x.File, AsideURL: x.DrillURL, Tell: bars.tell})
		bars.end()
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "\tcompared\tbackup\trestored")
		for _, l := range t.Lines {
			word := "ok"
			if l.Skipped {
				word = "-"
			} else if !l.OK {
				word = "WRONG"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", word, l.What, l.Had, l.Has)
		}
		if len(t.Lines) > 0 {
			if err := w.Flush(); err != nil {
				return err
			}
		}
		if err != nil {
			return fmt.Errorf("the drill failed: %w", err)
		}
		_, err = fmt.Printf("%s of %s (migration %d, catalogue version %d, %.1f MB) can be restored, in %s; the drill took %s.\n",
			filepath.Base(t.File), t.Taken.Format(time.RFC3339), t.Schema, t.Version, float64(t.Bytes)/1e6, t.Restoring.Round(time.Millisecond), t.Took.Round(time.Millisecond))
		return err
	})
}

// drill tries a backup: x.File, or the newest in a folder if it is of the catalogue as it
// is, or one that is made for it.
func drill(ctx context.Context, d *database, folder string, x backup.Drill) (t backup.Tried, err error) {
	x.Live, x.OwnerURL = d.Store, d.owner
	if x.File == "" && folder != "" {
		if x.File, err = backup.Newest(folder); err != nil {
			return t, err
		}
		if x.File != "" && !current(ctx, d.Store, x.File) {
			x.File = ""
		}
	}
	if x.File == "" {
		if folder == "" {
			if folder, err = os.MkdirTemp("", "praksis-drill-"); err != nil {
				return t, err
			}
			defer os.RemoveAll(folder)
		}
		made, err := makeBackup(ctx, d.Store, filepath.Join(folder, backup.FileName(time.Now())), nil)
		if err != nil {
			return t, err
		}
		x.File = made.File
	}
	return x.Run(ctx)
}

// current tells whether a backup is of the catalogue version that there is. One that
// cannot be read is what the drill is to find.
func current(ctx context.Context, s *postgres.Store, file string) bool {
	b, err := backup.Open(file)
	if err != nil {
		return true
	}
	defer b.Close()
	n, err := s.Version(ctx)
	return err == nil && n == b.Version
}

// operations are what the server does for itself where there is a folder for backups.
func (f *backupFlags) operations(d *database, keep time.Duration, drillURL string, index *search.Index) *jobs.Operations {
	if f.BackupDir == "" {
		return nil
	}
	return &jobs.Operations{
		Backup: func(ctx context.Context) error {
			if err := os.MkdirAll(f.BackupDir, 0o700); err != nil {
				return err
			}
			if _, err := makeBackup(ctx, d.Store, filepath.Join(f.BackupDir, backup.FileName(time.Now())), nil); err != nil {
				return err
			}
			_, err := backup.Tidy(f.BackupDir, keep, time.Now())
			return err
		},
		Drill: func(ctx context.Context) error {
			if err := os.MkdirAll(f.BackupDir, 0o700); err != nil {
				return err
			}
			_, err := drill(ctx, d, f.BackupDir, backup.Drill{AsideURL: drillURL, Index: index})
			return err
		},
	}
}
