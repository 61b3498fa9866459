package search

import (
	"context"
	"runtime"
	"strconv"
	"sync"

	"praksis/internal/catalogue"

	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"
)

// batchSize is how many practices are written at once: each write waits for the disk,
// and holds its texts in memory.
const batchSize = 500

// writer makes documents of practices on all processors, and writes them in batches
// meanwhile: reading the catalogue, cutting texts into words and writing each take a
// part of the time.
type writer struct {
	store   *store
	numbers *termNumbers
	ctx     context.Context // done when the writing has failed
	cancel  context.CancelFunc
	work    *errgroup.Group // makes documents
	writing *errgroup.Group

	practices chan textsOf
	full      chan *index.Batch

	mu    sync.Mutex // guards what stands below
	batch *index.Batch
	seen  termFields
	own   map[int64]sequence
}

// textsOf is a practice that is to be written, by its id.
type textsOf struct {
	id       int64
	practice *catalogue.Practice
}

func newWriter(ctx context.Context, s *store, numbers *termNumbers) *writer {
	w := &writer{store: s, numbers: numbers, work: &errgroup.Group{}, writing: &errgroup.Group{},
		practices: make(chan textsOf, batchSize), full: make(chan *index.Batch),
		batch: index.NewBatch(), seen: termFields{}, own: map[int64]sequence{}}
	w.ctx, w.cancel = context.WithCancel(ctx)
	for range runtime.GOMAXPROCS(0) {
		w.work.Go(w.makeDocuments)
	}
	w.writing.Go(func() error {
		for b := range w.full {
			if err := w.store.apply(b); err != nil {
				w.cancel()
				return err
			}
		}
		return nil
	})
	return w
}

// makeDocuments makes documents until there are no more practices, or the writing has
// failed.
func (w *writer) makeDocuments() error {
	seen := termFields{}
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for term, fields := range seen {
			w.seen[term] |= fields
		}
	}()
	for p := range w.practices {
		d, terms := newDocument(p.id, p.practice, seen)
		own := w.numbers.sequence(terms)
		err := w.put(func(b *index.Batch) {
			b.Update(d)
			w.own[p.id] = own
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// put adds to the batch, and hands it on when it is full.
func (w *writer) put(add func(*index.Batch)) error {
	w.mu.Lock()
	add(w.batch)
	if len(w.batch.IndexOps) < batchSize {
		w.mu.Unlock()
		return nil
	}
	full := w.batch
	w.batch = index.NewBatch()
	w.mu.Unlock()
	select {
	case w.full <- full:
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

// add has a practice written.
func (w *writer) add(id int64, p *catalogue.Practice) error {
	select {
	case w.practices <- textsOf{id, p}:
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

// remove has a practice deleted.
func (w *writer) remove(id int64) error {
	return w.put(func(b *index.Batch) { b.Delete(documentID(id)) })
}

// stop ends the writing, after what was added unless it has failed. It is to be called
// once nothing more is added.
func (w *writer) stop() error {
	close(w.practices)
	made := w.work.Wait()
	close(w.full)
	if err := w.writing.Wait(); err != nil {
		return err
	}
	return made
}

// finish writes what is left, and the version that is reached by it.
func (w *writer) finish(version int64) error {
	defer w.cancel()
	if err := w.stop(); err != nil {
		return err
	}
	w.batch.SetInternal(versionKey, []byte(strconv.FormatInt(version, 10)))
	return w.store.apply(w.batch)
}

// abandon ends the writing; what was added may be written or not. The error is that of
// the writing, if it had failed.
func (w *writer) abandon() error {
	failed := w.ctx.Err() != nil
	w.cancel()
	if err := w.stop(); failed {
		return err
	}
	return nil
}
