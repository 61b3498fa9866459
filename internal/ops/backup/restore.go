package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"praksis/internal/postgres"
	"praksis/migrations"
)

// File is a backup that has been looked at from its first byte to its last.
type File struct {
	Header
	Bytes int64
	// Rows are those of each table.
	Rows map[string]int64
	// Pages are what the public saw, by number.
	Pages map[int64]postgres.PageHash
	f     *os.File
}

// All is how many rows there are in all tables.
func (b *File) All() (n int64) {
	for _, rows := range b.Rows {
		n += rows
	}
	return n
}

// Open reads a whole backup, and fails with one sentence that says what is wrong with it.
// Nothing of it is believed before. The caller closes it.
func Open(name string) (_ *File, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	b := &File{f: f, Rows: map[string]int64{}, Pages: map[int64]postgres.PageHash{}}
	defer func() {
		if err != nil {
			_ = f.Close()
			err = fmt.Errorf("%s: %w", name, err)
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no file: a backup is read twice, first to see whether it is whole")
	}
	b.Bytes = info.Size()
	if err := checkWhole(f, b.Bytes); err != nil {
		return nil, err
	}
	r, err := b.reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b.Header = r.Header
	if err := b.checkRelease(); err != nil {
		return nil, err
	}
	for {
		s, err := r.Next()
		if errors.Is(err, io.EOF) {
			return b, nil
		} else if err != nil {
			return nil, err
		}
		if s.Kind == KindPages {
			lines := bufio.NewScanner(r)
			for lines.Scan() {
				var p postgres.PageHash
				if _, err := fmt.Sscanf(lines.Text(), "%d %d %s", &p.ID, &p.Shape, &p.Hash); err != nil {
					return nil, errDamaged
				}
				b.Pages[p.ID] = p
			}
			if err := lines.Err(); err != nil {
				return nil, err
			}
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			return nil, err
		}
		if s.Kind == KindTable {
			b.Rows[s.Name] = r.Rows()
		}
	}
}

// checkRelease refuses what a newer release has written: it may say what this one does
// not know.
func (b *File) checkRelease() error {
	newest, err := migrations.Newest()
	if err != nil {
		return err
	}
	switch {
	case b.Schema < 1 || b.Schema > newest:
		return fmt.Errorf("it was written by a newer release (migration %d, and this one knows %d): restore it with that release", b.Schema, newest)
	case b.Shape > postgres.Shape:
		return fmt.Errorf("it was written by a newer release (read model %d, and this one makes %d): restore it with that release", b.Shape, postgres.Shape)
	}
	return nil
}

// reader reads the file from its beginning.
func (b *File) reader() (*Reader, error) {
	return NewReader(io.NewSectionReader(b.f, 0, b.Bytes-int64(len(end))-sha256.Size))
}

// Close closes the file.
func (b *File) Close() error { return b.f.Close() }

// Options say how a backup is restored.
type Options struct {
	// SendMails has mails that waited go out.
	SendMails bool
	// Finish does on the store what must be done before anybody is served; may be nil.
	Finish func(*postgres.Store) error
	// Tell, which may be nil, is called with what is done at the moment, and how far.
	Tell func(what string, done, total int64)
	// Aside is set for a drill, which is not noted in the database that it makes.
	Aside bool
}

// Restore puts the backup into the database without content at ownerURL, as
// postgres.Restore does.
func (b *File) Restore(ctx context.Context, ownerURL string, o Options) (r postgres.Restored, err error) {
	begun := time.Now()
	if o.Tell == nil {
		o.Tell = func(string, int64, int64) {}
	}
	if b.Encoding != "UTF8" {
		return r, fmt.Errorf("it is of a database with the encoding %s, and only UTF8 is known", b.Encoding)
	}
	load := func(l *postgres.Loader) error { return b.load(ctx, l, o.Tell) }
	finish := func(s *postgres.Store) error {
		o.Tell("practices made again", 0, 0)
		if _, err := s.Reshape(ctx, func(done, total int) { o.Tell("practices made again", int64(done), int64(total)) }); err != nil {
			return err
		}
		if o.Finish != nil {
			if err := o.Finish(s); err != nil {
				return err
			}
		}
		if o.Aside {
			return nil
		}
		detail := map[string]any{"taken": b.Taken, "program": b.Program, "schema": b.Schema, "version": b.Version, "rows": b.All(), "practices": len(b.Pages)}
		return record(ctx, s, postgres.OperationRestore, begun, b.Bytes, detail, nil)
	}
	return postgres.Restore(ctx, ownerURL, postgres.RestoreOptions{Schema: b.Schema, Taken: b.Taken, SendMails: o.SendMails, Now: begun.UTC()}, load, finish)
}

func (b *File) load(ctx context.Context, l *postgres.Loader, tell func(string, int64, int64)) error {
	r, err := b.reader()
	if err != nil {
		return err
	}
	defer r.Close()
	var done int64
	for total := b.All(); ; {
		s, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch s.Kind {
		case KindTable:
			n, err := l.Table(ctx, postgres.Table{Name: s.Name, Columns: s.Columns}, &telling{r, func() { tell("rows", done+r.Rows(), total) }})
			if err != nil {
				return err
			}
			if n != r.Rows() {
				return fmt.Errorf("table %s: the server took %d rows of %d", s.Name, n, r.Rows())
			}
			done += n
		case KindSequences:
			lines := bufio.NewScanner(r)
			for lines.Scan() {
				var q postgres.Sequence
				if _, err := fmt.Sscanf(lines.Text(), "%s %d %t", &q.Name, &q.Value, &q.Called); err != nil {
					return errDamaged
				}
				if err := l.Sequence(ctx, q); err != nil {
					return err
				}
			}
			if err := lines.Err(); err != nil {
				return err
			}
		}
	}
}

type telling struct {
	*Reader
	tell func()
}

func (t *telling) Read(b []byte) (int, error) {
	n, err := t.Reader.Read(b)
	t.tell()
	return n, err
}
