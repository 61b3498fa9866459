package search

import (
	"context"
	"fmt"
	"testing"
)

func TestWriter(t *testing.T) {
	s, err := openStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	const n = 2*batchSize + 1 // more than a batch for every processor, and one left over
	w := newWriter(t.Context(), s, newTermNumbers())
	for i := range n {
		if err := w.add(int64(i), practice(fmt.Sprint("Sommerlejr nummer ", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.finish(7); err != nil {
		t.Fatal(err)
	}
	r, err := s.index.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	written, err := r.DocCount()
	if version, err := versionOf(r); err != nil || version != 7 {
		t.Errorf("version %d, %v", version, err)
	}
	if err != nil || written != n || len(w.own) != n || !w.seen["sommerlejr"].has(fieldTitle) || !w.seen[fmt.Sprint(n-1)].has(fieldTitle) {
		t.Errorf("%d written, %d sequences, %v", written, len(w.own), err)
	}
}

func TestWriterEndsWhenNobodyWaits(t *testing.T) {
	s, err := openStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	ctx, cancel := context.WithCancel(t.Context())
	w := newWriter(ctx, s, newTermNumbers())
	cancel()
	for i := 0; err == nil && i < 10*batchSize; i++ {
		err = w.add(int64(i), practice("Sommerlejr"))
	}
	if err == nil {
		t.Error("it goes on")
	}
	_ = w.abandon() // which returns
}
