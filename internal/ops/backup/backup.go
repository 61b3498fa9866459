package backup

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"praksis/internal/postgres"
)

// Suffix ends the names of backups that we give.
const Suffix = ".praksis-backup"

// part ends the name of a file that is not whole.
const part = ".part"

// partAge is when such a file is one of a program that was killed.
const partAge = 24 * time.Hour

// Taken is what was written.
type Taken struct {
	Header
	File  string // its path; empty where it was written elsewhere
	Bytes int64
	// Rows are those of the tables, Tables how many these are, and Pages what the public
	// sees.
	Rows, Pages int64
	Tables      int
	Took        time.Duration
}

// The names that we give: prefix, time, Suffix.
const prefix, nameTime = "praksis-", "20060102T150405Z"

// FileName is the name of a backup that is begun at an instant: sorted by name, they are
// sorted by time.
func FileName(at time.Time) string { return prefix + at.UTC().Format(nameTime) + Suffix }

// begun is when a file with a name that we give was begun.
func begun(name string) (at time.Time, ours bool) {
	between, ended := strings.CutSuffix(strings.TrimPrefix(name, prefix), Suffix)
	at, err := time.Parse(nameTime, between)
	return at, ended && err == nil && strings.HasPrefix(name, prefix)
}

// Make writes a backup to a file, which only its owner may read: it has everything. It
// takes its name when it is whole and on the disk; what fails leaves nothing.
func Make(ctx context.Context, s *postgres.Store, program, file string, tell func(rows int64)) (t Taken, err error) {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*"+part) // mode 0600
	if err != nil {
		return t, err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	b := bufio.NewWriterSize(f, 1<<20)
	if t, err = Write(ctx, s, program, b, tell); err != nil {
		return t, err
	}
	if err := b.Flush(); err != nil {
		return t, err
	}
	if err := f.Sync(); err != nil {
		return t, err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return t, err
	}
	t.File = file
	if dir, err := os.Open(filepath.Dir(file)); err == nil { // some disks do not have it
		_ = dir.Sync()
		_ = dir.Close()
	}
	return t, f.Close()
}

// Write writes a backup. tell, which may be nil, is called with the rows so far.
func Write(ctx context.Context, s *postgres.Store, program string, to io.Writer, tell func(rows int64)) (t Taken, err error) {
	start := time.Now()
	if tell == nil {
		tell = func(int64) {}
	}
	err = s.ReadMoment(ctx, func(m *postgres.Moment) error {
		f := m.Facts
		t = Taken{Header: Header{Program: program, Taken: time.Now().UTC().Truncate(time.Millisecond), Schema: f.Schema, Shape: f.Shape, Seeds: f.Seeds, Version: f.Version, Identity: f.Identity,
			Server: f.Server, Encoding: f.Encoding, Collation: f.Collation}, Tables: len(m.Tables)}
		w, err := NewWriter(to, t.Header)
		if err != nil {
			return err
		}
		whole := false
		defer func() {
			if !whole {
				w.Abandon()
			}
		}()
		section := func(s Section, fill func() error) (int64, error) {
			if err := w.Begin(s); err != nil {
				return 0, err
			}
			if err := fill(); err != nil {
				return 0, err
			}
			return w.End()
		}
		if _, err := section(Section{Kind: KindSequences}, func() error {
			for _, q := range m.Sequences {
				if _, err := fmt.Fprintf(w, "%s %d %v\n", q.Name, q.Value, q.Called); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		for _, table := range m.Tables {
			n, err := section(Section{Kind: KindTable, Name: table.Name, Columns: table.Columns}, func() error {
				return m.CopyTo(ctx, table, counting{w, func() { tell(t.Rows + w.rows) }})
			})
			if err != nil {
				return fmt.Errorf("%s: %w", table.Name, err)
			}
			t.Rows += n
		}
		if t.Pages, err = section(Section{Kind: KindPages}, func() error {
			return m.Pages(ctx, func(p postgres.PageHash) error {
				_, err := fmt.Fprintf(w, "%d %d %s\n", p.ID, p.Shape, p.Hash)
				return err
			})
		}); err != nil {
			return err
		}
		whole = true
		if err := w.Close(); err != nil {
			return err
		}
		t.Bytes = w.Size()
		return nil
	})
	t.Took = time.Since(start)
	return t, err
}

type counting struct {
	*Writer
	tell func()
}

func (c counting) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.tell()
	return n, err
}

// Record notes in the database what came of a backup, as doctor and metrics tell it.
func Record(ctx context.Context, s *postgres.Store, t Taken, started time.Time, failed error) error {
	detail := map[string]any{"file": filepath.Base(t.File), "version": t.Version, "schema": t.Schema, "rows": t.Rows, "practices": t.Pages}
	return record(ctx, s, postgres.OperationBackup, started, t.Bytes, detail, failed)
}

func record(ctx context.Context, s *postgres.Store, kind postgres.OperationKind, started time.Time, bytes int64, detail map[string]any, failed error) error {
	if failed != nil {
		detail = map[string]any{"error": failed.Error()}
		bytes = 0
	}
	text, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	// Also when the work was broken off.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return s.RecordOperation(ctx, postgres.Operation{Kind: kind, Started: started.UTC(), Finished: time.Now().UTC(), OK: failed == nil, Bytes: bytes, Detail: text})
}

// Newest is the backup in a folder that was begun last; empty where there is none.
func Newest(folder string) (string, error) {
	list, err := ours(folder)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return filepath.Join(folder, list[len(list)-1]), nil
}

// ours are the names of the backups in a folder that have names that we give, the newest
// last.
func ours(folder string) (list []string, err error) {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if _, ours := begun(e.Name()); ours {
			list = append(list, e.Name())
		}
	}
	slices.Sort(list)
	return list, err
}

// Tidy removes from a folder the backups that are older than keep, but never the newest
// one, and what killed programs have left half written.
func Tidy(folder string, keep time.Duration, now time.Time) (removed int, err error) {
	list, err := ours(folder)
	if err != nil {
		return 0, err
	}
	for _, name := range list[:max(len(list)-1, 0)] {
		if at, _ := begun(name); now.Sub(at) <= keep {
			continue
		}
		if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return removed, err
		}
		removed++
	}
	half, err := filepath.Glob(filepath.Join(folder, "."+prefix+"*"+part))
	for _, name := range half {
		if info, err := os.Stat(name); err == nil && now.Sub(info.ModTime()) > partAge {
			if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
				return removed, err
			}
		}
	}
	return removed, err
}
