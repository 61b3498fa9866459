package backup

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/migrations"

	"github.com/klauspost/compress/zstd"
)

type filled struct {
	Section
	data string
}

func header(t testing.TB) Header {
	t.Helper()
	newest, err := migrations.Newest()
	if err != nil {
		t.Fatal(err)
	}
	return Header{Program: "x", Taken: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC), Schema: newest, Shape: postgres.Shape, Version: 7, Encoding: "UTF8"}
}

// written is a file of sections, and where each section ends in what is compressed.
func written(t testing.TB, h Header, sections ...filled) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, h)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sections {
		if err := w.Begin(s.Section); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, s.data); err != nil {
			t.Fatal(err)
		}
		if n, err := w.End(); err != nil || n != int64(strings.Count(s.data, "\n")) {
			t.Fatal(n, err)
		}
	}
	if err := w.Close(); err != nil || w.Size() != int64(b.Len()) {
		t.Fatal(w.Size(), err)
	}
	return b.Bytes()
}

func some(t testing.TB) []filled {
	t.Helper()
	return []filled{
		{Section{Kind: KindSequences}, "a_seq 7 true\nb_seq 1 false\n"},
		{Section{Kind: KindTable, Name: "empty", Columns: []string{"a"}}, ""},
		{Section{Kind: KindTable, Name: "big", Columns: []string{"a", "b"}}, strings.Repeat("æ\t\\\\x00ff\n", maxPiece/4)},
		{Section{Kind: KindPages}, "1 10 00ff\n"},
	}
}

func open(t testing.TB, b []byte) (*File, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(name)
	if err == nil {
		t.Cleanup(func() { f.Close() })
	} else if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %q", err)
	}
	return f, err
}

// What is written is read, section by section.
func TestFormat(t *testing.T) {
	h, want := header(t), some(t)
	b, err := open(t, written(t, h, want...))
	if err != nil {
		t.Fatal(err)
	}
	if b.Header != h || b.All() != int64(maxPiece/4) || b.Rows["empty"] != 0 || b.Pages[1] != (postgres.PageHash{ID: 1, Shape: 10, Hash: "00ff"}) {
		t.Errorf("%+v", b)
	}
	r, err := b.reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, p := range want {
		s, err := r.Next()
		if err != nil || fmt.Sprint(s) != fmt.Sprint(p.Section) {
			t.Fatal(s, err)
		}
		if p.Name == "big" { // read in part, the rest is passed over
			got := make([]byte, 10)
			if _, err := io.ReadFull(r, got); err != nil || string(got) != p.data[:10] {
				t.Errorf("%q, %v", got, err)
			}
			continue
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != p.data {
			t.Errorf("%q, %v", got, err)
		}
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

// A file that is cut anywhere, or in which any bit is another, is refused, and so is one
// of another program or a newer release.
func TestWhatIsNoBackup(t *testing.T) {
	good := written(t, header(t), some(t)...)
	if _, err := open(t, good); err != nil {
		t.Fatal(err)
	}
	for n := range len(good) {
		if n < 200 || n > len(good)-200 || n%997 == 0 {
			if _, err := open(t, good[:n]); !errors.Is(err, errCut) && n >= len(magic)+2 && !errors.Is(err, errForeign) {
				t.Errorf("cut after %d of %d bytes: %v", n, len(good), err)
			} else if err == nil {
				t.Errorf("cut after %d bytes, and read", n)
			}
		}
	}
	for range 200 {
		b := slices.Clone(good)
		at := rand.IntN(8 * len(b))
		b[at/8] ^= 1 << (at % 8)
		if _, err := open(t, b); err == nil {
			t.Errorf("bit %d of %d is another, and it is read", at, 8*len(b))
		}
	}
	newer, shaped := header(t), header(t)
	newer.Schema++
	shaped.Shape++
	for what, x := range map[string]struct {
		file []byte
		says string
	}{
		"more behind it":   {append(slices.Clone(good), 'x'), "cut off"},
		"nothing":          {nil, "cut off"},
		"a dump":           {[]byte("--\n-- PostgreSQL database dump\n--\n"), "no backup of this program"},
		"a zstd file":      {[]byte("\x28\xb5\x2f\xfd\x00\x00"), "no backup of this program"},
		"a newer format":   {append([]byte("PRAKSIS-BACKUP 2\n"), good[len(magic)+2:]...), "it has format 2, and this program reads formats up to 1"},
		"a newer schema":   {written(t, newer), "written by a newer release (migration"},
		"a newer shape":    {written(t, shaped), "written by a newer release (read model"},
		"no sections left": {resealed(t, func(z []byte) []byte { return z[:len(z)/2] }), "cut off"},
		"a lie of lengths": {resealed(t, func([]byte) []byte { return append([]byte{'H'}, binary.AppendUvarint(nil, 1<<62)...) }), "damaged"},
	} {
		if _, err := open(t, x.file); err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no file") {
		t.Errorf("a folder: %v", err)
	}
}

// resealed is a file whose records are others, and whose hash is right.
func resealed(t testing.TB, change func([]byte) []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, header(t))
	if err != nil {
		t.Fatal(err)
	}
	w.Abandon()
	b.Reset()
	w.sum.Reset()
	fmt.Fprintf(sink{w}, "%s%d\n", magic, Format)
	z, err := zstd.NewWriter(sink{w}, zstd.WithWindowSize(windowSize))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(change(records(t, header(t), some(t)...))); err != nil {
		t.Fatal(err)
	}
	w.z = z
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(sink{w}, end); err != nil {
		t.Fatal(err)
	}
	if _, err := (sink{w}).Write(w.sum.Sum(nil)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// records are what a file has before it is compressed.
func records(t testing.TB, h Header, sections ...filled) []byte {
	t.Helper()
	b := written(t, h, sections...)
	z, err := zstd.NewReader(bytes.NewReader(b[len(magic)+2 : len(b)-len(end)-32]))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Cut between two records, whatever the hash at the end says, is noticed by what the last
// record says.
func TestCutAtEverySection(t *testing.T) {
	all := records(t, header(t), some(t)...)
	cuts := 0
	for at := 0; at < len(all); cuts++ {
		n, used := binary.Uvarint(all[at+1:])
		at += 1 + used + int(n)
		_, err := readAll(all[:at])
		if whole := at == len(all); whole != (err == nil) {
			t.Errorf("cut after %d of %d: %v", at, len(all), err)
		}
	}
	if cuts < 12 {
		t.Errorf("%d cuts", cuts)
	}
}

// readAll reads records to their end.
func readAll(b []byte) (sections []filled, err error) {
	r, err := readRecords(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	for {
		s, err := r.Next()
		if errors.Is(err, io.EOF) {
			return sections, nil
		} else if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		sections = append(sections, filled{s, string(data)})
	}
}

// Whatever stands in a file, reading it ends, takes little memory, and gives either one
// error or what writes the same again.
func FuzzRecords(f *testing.F) {
	all := records(f, header(f), some(f)[:2]...)
	f.Add(all)
	f.Add(all[:len(all)-3])
	f.Add([]byte("H\x02{}Z\x00"))
	f.Add([]byte("H\x02{}B\x02{}D\xff\xff\xff\xff\xff\x01x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		sections, err := readAll(b)
		if err != nil {
			if strings.Contains(err.Error(), "\n") || errors.Is(err, io.EOF) {
				t.Errorf("%q", err)
			}
			return
		}
		again, err := readAll(records(t, Header{}, sections...))
		was, _ := json.Marshal(sections)
		is, _ := json.Marshal(again)
		if err != nil || !bytes.Equal(was, is) {
			t.Errorf("%v: %s, then %s", err, was, is)
		}
	})
}
