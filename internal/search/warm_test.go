package search

import (
	"reflect"
	"testing"
)

// TestWarm: what was read ahead is all that most searches ask for, and answers as
// what is read when it is asked for.
func TestWarm(t *testing.T) {
	src, _ := seedCatalog(t)
	cold, x := openIndex(t, t.TempDir(), src), openIndex(t, t.TempDir(), src)
	if err := x.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := x.acquire()
	defer s.release()
	postings, passages := s.postings.cache.size, s.postings.passageCache.size
	if len(s.postings.sets.byKey) == 0 {
		t.Error("no compound was looked for")
	}
	if len(s.postings.positionCache.byTerm) == 0 {
		t.Error("no positions")
	}
	if len(s.postings.passageCache.byID) != len(src.rows) {
		t.Errorf("passages of %d practices, of %d", len(s.postings.passageCache.byID), len(src.rows))
	}
	if n := s.postings.frequent.size(); n != len(src.rows) {
		t.Errorf("frequent stems of %d practices, of %d", n, len(src.rows))
	}
	for _, text := range []string{"bostøtte", "misbrugsbehandling skype unge", "Aarhus", "§ 85", "telefonrådgivnign"} {
		got, want := find(t, x, text), find(t, cold, text)
		if got.Total == 0 || !reflect.DeepEqual(got.IDs, want.IDs) || !reflect.DeepEqual(got.Quotes, want.Quotes) {
			t.Errorf("%q: %d %v, want %d %v", text, got.Total, got.IDs, want.Total, want.IDs)
		}
	}
	if s.postings.cache.size != postings || s.postings.passageCache.size != passages {
		t.Errorf("searches read %d postings and %d bytes more", s.postings.cache.size-postings, s.postings.passageCache.size-passages)
	}
}
