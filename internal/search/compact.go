package search

import (
	"context"
	"fmt"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

const (
	// compactEvery is how often it is looked whether an index is to be compacted.
	compactEvery = time.Minute
	// A segment is large when it has more than one in largeSegment of the practices:
	// the small ones, which publications bring, cost a search little.
	largeSegment = 50
)

// Compact writes an index of a large catalogue that has several large segments as
// one: building leaves some ten, and a search looks up in each of them every term
// that it reads. Searches go on meanwhile. It does nothing where there is nothing to
// gain. It fails with ctx's error, and where the index cannot be written.
func (x *Index) Compact(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(x.closing, cancel)()
	g, err := x.toCompact(ctx)
	if err != nil || g == nil {
		return err
	}
	return x.compact(ctx, g)
}

// compact makes one segment of a generation, and reads that from then on.
func (x *Index) compact(ctx context.Context, g *generation) error {
	if err := g.store.compact(ctx); err != nil {
		return err
	}
	select {
	case x.followLock <- struct{}{}:
		defer func() { <-x.followLock }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if x.generation != g { // closed, or built anew
		return nil
	}
	return x.follow(ctx, x.Version(), time.Now()) // to read the new segment
}

// toCompact is the generation in use, where it is to be compacted; else nil.
func (x *Index) toCompact(ctx context.Context) (*generation, error) {
	select {
	case x.followLock <- struct{}{}:
		defer func() { <-x.followLock }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s := x.current.Load()
	if x.generation == nil || s == nil || len(s.rows.all) <= maxWarmed {
		return nil, nil
	}
	large := 0
	for _, n := range segmentSizes(s.postings.reader) {
		if n > len(s.rows.all)/largeSegment {
			large++
		}
	}
	if large < 2 {
		return nil, nil
	}
	return x.generation, nil
}

// segmentSizes are how many documents each segment has that a reader reads.
func segmentSizes(r index.IndexReader) (out []int) {
	if s, ok := r.(*scorch.IndexSnapshot); ok {
		for _, segment := range s.Segments() {
			out = append(out, int(segment.Count()))
		}
	}
	return out
}

// compact makes one segment of all that there are now. It fails with errDamaged
// when the writer has died: scorch would wait for ever.
func (s *store) compact(ctx context.Context) error {
	x, ok := s.index.(*scorch.Scorch)
	if !ok {
		return nil
	}
	done := make(chan error, 1)
	go func() { done <- guard("compact", func() error { return x.ForceMerge(ctx, nil) }) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-s.failed:
		return fmt.Errorf("%w: its writer has stopped", errDamaged)
	}
}

// Settle does what makes searches faster and need not be waited for: it reads the
// sequences of an index that was opened, makes what slips are corrected by, and
// compacts the index. It fails as Compact and Search do. Run does it by itself.
func (x *Index) Settle(ctx context.Context) error {
	if err := x.settle(ctx); err != nil {
		return err
	}
	return x.Compact(ctx)
}

// settle is Settle but for the compacting.
func (x *Index) settle(ctx context.Context) error {
	x.settling.Lock()
	defer x.settling.Unlock()
	return x.withWords(func(s *snapshot) error {
		if err := s.postings.readSequences(ctx); err != nil {
			return err
		}
		for _, l := range s.postings.lexicon.lists() {
			l.bySpelling()
			l.byNgram()
		}
		return nil
	})
}

// keepSettled settles the index until ctx is done.
func (x *Index) keepSettled(ctx context.Context) {
	for {
		begun := time.Now()
		if err := x.Settle(ctx); err != nil && ctx.Err() == nil {
			x.log.WarnContext(ctx, "the search index cannot be made faster", "err", err, "took", time.Since(begun).Round(time.Millisecond))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(compactEvery):
		}
	}
}
