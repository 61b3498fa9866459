package search

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	index "github.com/blevesearch/bleve_index_api"
)

// What was erased from a practice stands in no stored field of the index; once its
// segments are merged neither in a term, nor in the bytes of a file.
func TestErasedTextIsInNoSegment(t *testing.T) {
	const name = "Qvistorpsen"
	src, dir := newCatalog(), t.TempDir()
	src.put(numbered(practice("Gåtur", body("Det fandt "+name+" på.")), practice("Skærmbesøg")))
	x := openIndex(t, dir, src)
	wantIDs(t, "before", find(t, x, name).IDs, 1)
	if n := stored(t, x, name); n == 0 {
		t.Fatal("the test does not see what is stored")
	}
	src.put(map[int64]*catalogue.Practice{1: practice("Gåtur", body("Det fandt [fjernet] på."))})
	catchUp(t, x)
	wantIDs(t, "after", find(t, x, name).IDs)
	if n := stored(t, x, name); n != 0 {
		t.Errorf("%d stored fields have it", n)
	}
	if s, err := x.Suggest(t.Context(), "qvisto", 8); err != nil || len(s) != 0 {
		t.Errorf("suggested: %v, %v", s, err)
	}
	engine := x.generation.store.index.(*scorch.Scorch)
	if err := engine.ForceMerge(t.Context(), &mergeplan.SingleSegmentMergePlanOptions); err != nil {
		t.Fatal(err)
	}
	src.put(map[int64]*catalogue.Practice{3: practice("Peerlinje")}) // the next change clears away files
	catchUp(t, x)
	eventually(t, "the merged files are gone", 20*time.Second, func() bool {
		left := false
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil // removed meanwhile
			}
			b, err := os.ReadFile(path)
			left = left || err == nil && bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(name)))
			return nil
		})
		return err == nil && !left
	})
	r, err := engine.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	fields, err := r.Fields()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		dict, err := r.FieldDict(f)
		if err != nil {
			t.Fatal(err)
		}
		for e, err := dict.Next(); e != nil; e, err = dict.Next() {
			if err != nil || strings.Contains(strings.ToLower(e.Term), strings.ToLower(name)) {
				t.Errorf("a term of %s: %q, %v", f, e.Term, err)
			}
		}
		dict.Close()
	}
}

// stored are the stored fields of all documents that have a text.
func stored(t *testing.T, x *Index, text string) (n int) {
	t.Helper()
	r, err := x.generation.store.index.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ids, err := r.DocIDReaderAll()
	if err != nil {
		t.Fatal(err)
	}
	defer ids.Close()
	for id, err := ids.Next(); id != nil || err != nil; id, err = ids.Next() {
		if err != nil {
			t.Fatal(err)
		}
		external, err := r.ExternalID(id)
		if err != nil {
			t.Fatal(err)
		}
		d, err := r.Document(external)
		if err != nil || d == nil {
			t.Fatal(external, err)
		}
		d.VisitFields(func(f index.Field) {
			if bytes.Contains(bytes.ToLower(f.Value()), []byte(strings.ToLower(text))) {
				n++
			}
		})
	}
	return n
}
