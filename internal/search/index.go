package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"praksis/internal/catalogue"

	index "github.com/blevesearch/bleve_index_api"
)

// Index is the search index of this process. All methods may be called at
// once.
type Index struct {
	source   Source
	log      *slog.Logger
	progress func(done, total int)
	slot     *slot
	disabled Layers
	now      func() time.Time

	current   atomic.Pointer[snapshot]
	early     *catalogue.Taxonomy // until there is a snapshot
	made      atomic.Int64        // practices that building has written, of the total
	total     atomic.Int64
	confirmed atomic.Pointer[time.Time]
	// building, built and took tell of buildings from nothing: whether there is one, how
	// many have ended well, and how long the last of these took, in nanoseconds.
	building    atomic.Bool
	built, took atomic.Int64
	// damageSuspected is set when a search met what may be a damaged segment.
	damageSuspected atomic.Bool

	// followLock is held by whoever changes what stands below.
	followLock chan struct{}
	generation *generation // nil once closed
	rebuilt    time.Time   // on suspicion, the last time

	settling sync.Mutex // held by who reads ahead what is read once

	closing context.Context // done when Close begins
	cancel  context.CancelFunc
	once    sync.Once
}

// generation is one index from building to rebuilding, with what is held in
// memory to make snapshots of.
type generation struct {
	store    *store
	identity string
	table    *rowTable
	lexicon  *lexicon
	numbers  *termNumbers
}

// Open is Start and Prepare: it returns when searches can be answered.
func Open(ctx context.Context, dir string, src Source, opts Options) (*Index, error) {
	x, err := Start(ctx, dir, src, opts)
	if err != nil {
		return nil, err
	}
	if err := x.Prepare(ctx); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// Start takes a free index folder under dir and reads the taxonomy. Until Prepare
// has come further, all that is asked fails with catalogue.ErrPreparing. It fails
// when the source does, or when dir cannot be written.
func Start(ctx context.Context, dir string, src Source, opts Options) (*Index, error) {
	slot, err := takeSlot(dir)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	x := &Index{source: src, log: opts.Log, progress: opts.Progress, disabled: opts.Disabled, now: opts.Now, slot: slot, followLock: make(chan struct{}, 1)}
	if x.log == nil {
		x.log = slog.Default()
	}
	if x.now == nil {
		x.now = time.Now
	}
	x.closing, x.cancel = context.WithCancel(context.WithoutCancel(ctx))
	t, err := src.Taxonomy(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("search index: read the catalogue's taxonomy: %w", err), x.Close())
	}
	x.early = t.On(x.now())
	return x, nil
}

// Prepare brings the index up to the source's version: it reads what it finds in its
// folder and catches up, or builds the index anew when that is missing, damaged,
// older, or of another database. While it builds, what asks for no words is answered
// already: lists by filters, counts, overviews. It fails when the source does, or when
// the folder cannot be written, and may then be called again.
func (x *Index) Prepare(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(x.closing, cancel)()
	select {
	case x.followLock <- struct{}{}:
		defer func() { <-x.followLock }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if x.generation != nil {
		return nil
	}
	if err := x.open(ctx); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	x.progress = nil // nobody waits for a later building
	return nil
}

// Ready tells whether searches are answered whole.
func (x *Index) Ready() bool {
	s := x.current.Load()
	return s != nil && !s.bare
}

// Progress is how many practices of how many the first building has written; 0 of 0
// where it is not known.
func (x *Index) Progress() (done, total int) { return int(x.made.Load()), int(x.total.Load()) }

// Building tells whether the index is being built from nothing, also beside one that is
// in use; how often this process has done so; and how long the last time took.
func (x *Index) Building() (now bool, times int64, took time.Duration) {
	return x.building.Load(), x.built.Load(), time.Duration(x.took.Load())
}

func (x *Index) open(ctx context.Context) error {
	asked := time.Now()
	identity, version, err := x.sourceState(ctx)
	if err != nil {
		return err
	}
	g, reached, why := x.reopen(identity, version)
	if why == nil {
		var s *snapshot
		if s, err = x.fill(ctx, g, 0, reached, nil, nil); err == nil {
			x.publish(g, s, asked)
			return nil
		}
		g.store.close()
		if !errors.Is(err, errDamaged) {
			return err
		}
		why = err
	}
	return x.rebuild(ctx, identity, why)
}

// reopen opens what an earlier process has left, and tells which version that
// has reached; an error tells why it is of no use.
func (x *Index) reopen(identity string, version int64) (*generation, int64, error) {
	dir, err := x.slot.usableGeneration(meta{fingerprint(), identity})
	if err != nil {
		return nil, 0, err
	}
	if err := x.slot.markOpening(dir); err != nil {
		return nil, 0, err
	}
	g := &generation{identity: identity, table: newRowTable(), numbers: newTermNumbers()}
	g.store, err = openStore(dir)
	if err != nil {
		return nil, 0, errors.Join(err, x.slot.unmarkOpening())
	}
	reached, err := g.examine(version)
	if err = errors.Join(err, x.slot.unmarkOpening()); err != nil {
		g.store.close()
		return nil, 0, err
	}
	return g, reached, nil
}

// examine reads all words of an index just opened, and the version that it has
// reached, which must not be ahead of the source.
func (g *generation) examine(version int64) (reached int64, err error) {
	err = guard("read words", func() error {
		r, err := g.store.index.Reader()
		if err != nil {
			return err
		}
		defer r.Close()
		if reached, err = versionOf(r); err != nil {
			return err
		}
		if reached == 0 || reached > version {
			return fmt.Errorf("%w: it has reached version %d, the database %d", errForeign, reached, version)
		}
		seen, err := readTermFields(r)
		g.lexicon = newLexicon(seen)
		return err
	})
	return reached, err
}

// readTermFields reads the distinct words of an index with their fields.
func readTermFields(r index.IndexReader) (termFields, error) {
	seen := termFields{}
	for f, name := range fieldNames {
		dict, err := r.FieldDict(name)
		if err != nil {
			return nil, err
		}
		for {
			e, err := dict.Next()
			if err != nil {
				dict.Close()
				return nil, err
			}
			if e == nil {
				break
			}
			if e.Term != lengthSentinel {
				seen[e.Term] |= field(f).set()
			}
		}
		dict.Close()
	}
	return seen, nil
}

// Close stops following and lets go of the folder. Searches under way finish;
// later ones fail with catalogue.ErrUnavailable.
func (x *Index) Close() (err error) {
	x.once.Do(func() {
		x.cancel()
		x.followLock <- struct{}{}
		defer func() { <-x.followLock }()
		if s := x.current.Swap(nil); s != nil {
			s.release()
		}
		if x.generation != nil {
			err = x.generation.store.close()
			x.generation = nil
		}
		err = errors.Join(err, x.slot.release())
	})
	return err
}

// Version is the catalogue version that searches see; 0 once closed.
func (x *Index) Version() int64 {
	if s := x.current.Load(); s != nil {
		return s.version
	}
	return 0
}

// Edition names what searches see: the catalogue version, and the day since which
// the organisations are as they are. Pages of one edition are alike. It is empty while
// the index is not ready: then they are not to be kept.
func (x *Index) Edition() string {
	s := x.current.Load()
	if s == nil || s.bare {
		return ""
	}
	return s.edition
}

// Confirmed is when Version was last known to be the source's own.
func (x *Index) Confirmed() time.Time {
	if t := x.confirmed.Load(); t != nil {
		return *t
	}
	return time.Time{}
}

// Taxonomy is that of Version; before there is one, that of the start; an empty one
// once closed.
func (x *Index) Taxonomy() *catalogue.Taxonomy {
	if s := x.current.Load(); s != nil {
		return s.taxonomy
	}
	if x.closing.Err() == nil {
		return x.early
	}
	return catalogue.NewTaxonomy(nil, nil)
}

// unusable is what an index without a snapshot answers.
func (x *Index) unusable() error {
	if x.closing.Err() != nil {
		return errClosed
	}
	return catalogue.ErrPreparing
}

// errClosed is what a closed index answers.
var errClosed = fmt.Errorf("search index closed: %w", catalogue.ErrUnavailable)
