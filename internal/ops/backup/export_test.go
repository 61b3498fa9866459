package backup

import (
	"errors"
	"io"
	"os"
)

// Rewrite writes a backup anew with other data, whose hashes are right.
func Rewrite(from, to string, change func(Section, string) string) error {
	b, err := Open(from)
	if err != nil {
		return err
	}
	defer b.Close()
	r, err := b.reader()
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := NewWriter(f, r.Header)
	if err != nil {
		return err
	}
	for {
		s, err := r.Next()
		if errors.Is(err, io.EOF) {
			return w.Close()
		} else if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := w.Begin(s); err != nil {
			return err
		}
		if _, err := io.WriteString(w, change(s, string(data))); err != nil {
			return err
		}
		if _, err := w.End(); err != nil {
			return err
		}
	}
}
