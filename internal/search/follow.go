package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"praksis/internal/catalogue"
)

const (
	// pollEvery is how long a change can go unseen when nobody wakes the
	// follower; house.md allows a second in all.
	pollEvery = 500 * time.Millisecond
	// retryAtMost keeps a failing follower from burning the machine, and has
	// it back within the ten seconds that house.md allows after a fault.
	retryAtMost = 5 * time.Second
	// askTimeout ends a question to a database that hangs.
	askTimeout = 5 * time.Second
	// maxRounds bounds how often CatchUp goes on when the catalogue changes
	// under it; the next call does the rest.
	maxRounds = 3
	// minRebuildInterval: a panic while searching may come from a damaged segment,
	// which rebuilding mends, or from a fault of ours, which it does not.
	minRebuildInterval = 10 * time.Minute
)

// Run follows the source until ctx is done: at every wake, and by a poll, and
// keeps the index compact. It logs a failure when it begins and when it ends, and goes on serving what it
// has meanwhile. It returns ctx's error.
func (x *Index) Run(ctx context.Context, wake <-chan struct{}) error {
	go x.keepSettled(ctx)
	wait, failing := pollEvery, false
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case _, ok := <-wake:
			if !ok {
				wake = nil
				continue
			}
		case <-timer.C:
		}
		err := x.CatchUp(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			if !failing {
				x.log.ErrorContext(ctx, "search index cannot follow the catalogue", "version", x.Version(), "err", err)
			}
			wait = min(2*wait, retryAtMost)
		default:
			if failing {
				x.log.InfoContext(ctx, "search index follows the catalogue again", "version", x.Version())
			}
			wait = pollEvery
		}
		failing = err != nil
		timer.Reset(wait)
	}
}

// CatchUp brings the index to the source's version. It may be called at any
// time and by many at once; it does nothing where nothing has changed. On an
// error the index goes on with what it has, and the next call tries again.
func (x *Index) CatchUp(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(x.closing, cancel)()
	select {
	case x.followLock <- struct{}{}:
		defer func() { <-x.followLock }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if x.generation == nil {
		return x.unusable()
	}
	for range maxRounds {
		asked := time.Now()
		identity, version, err := x.sourceState(ctx)
		if err != nil {
			return err
		}
		now := x.current.Load().version
		missing := x.missing()
		mark, _ := x.slot.askedAnew()
		switch {
		case identity != x.generation.identity:
			err = x.rebuild(ctx, identity, fmt.Errorf("%w: another database", errForeign))
		case version < now:
			err = x.rebuild(ctx, identity, fmt.Errorf("%w: it has reached version %d, the database %d", errForeign, now, version))
		case missing != nil:
			err = x.rebuild(ctx, identity, missing)
		case x.damageSuspected.Load() && time.Since(x.rebuilt) > minRebuildInterval:
			x.rebuilt = asked
			err = x.rebuild(ctx, identity, fmt.Errorf("%w: a search failed in it", errDamaged))
		case mark != nil:
			err = x.rebuild(ctx, identity, errAsked)
		case version == now && x.Taxonomy().IsOf(x.now()):
			x.confirmed.Store(&asked)
			return nil
		default:
			err = x.follow(ctx, now, asked)
			if errors.Is(err, errDamaged) {
				err = x.rebuild(ctx, identity, err)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Check says what is wrong with the index's files; nil for nothing.
func (x *Index) Check() error {
	select {
	case x.followLock <- struct{}{}:
		defer func() { <-x.followLock }()
	default:
		return nil // it is being written, or built anew
	}
	if x.generation == nil {
		return x.unusable()
	}
	return x.missing()
}

// missing fails with errDamaged when files of the index are gone, or its folder.
func (x *Index) missing() error {
	if !x.slot.intact() {
		return fmt.Errorf("%w: its folder is gone", errDamaged)
	}
	return x.generation.store.missing()
}

// sourceState asks the source who it is and how far it has come.
func (x *Index) sourceState(ctx context.Context) (identity string, version int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	if identity, err = x.source.Identity(ctx); err != nil {
		return "", 0, fmt.Errorf("ask the catalogue's identity: %w", err)
	}
	if version, err = x.source.Version(ctx); err != nil {
		return "", 0, fmt.Errorf("ask the catalogue's version: %w", err)
	}
	return identity, version, nil
}

// follow takes in what was stamped after the version now.
func (x *Index) follow(ctx context.Context, now int64, asked time.Time) error {
	before := x.acquire()
	if before != nil {
		defer before.release()
	}
	s, err := x.fill(ctx, x.generation, now, now, before, nil)
	if err != nil {
		return err
	}
	x.publish(x.generation, s, asked)
	return nil
}

// rebuild makes a new index beside the one in use, and swaps. The caller holds
// following, or has the index to itself.
func (x *Index) rebuild(ctx context.Context, identity string, why error) (err error) {
	begun := time.Now()
	x.log.InfoContext(ctx, "search index is built anew", "reason", why)
	x.building.Store(true)
	defer x.building.Store(false)
	if !x.slot.intact() {
		taken, err := takeSlot(filepath.Dir(x.slot.dir))
		if err != nil {
			return err
		}
		_ = x.slot.release() // of a folder that nobody sees any more
		x.slot = taken
	}
	told := x.slot.beginAnew()
	defer func() { told.end(err) }()
	dir, err := x.slot.newGeneration()
	if err != nil {
		return err
	}
	g := &generation{identity: identity, table: newRowTable(), lexicon: newLexicon(nil), numbers: newTermNumbers()}
	if g.store, err = openStore(dir); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.store.close(), os.RemoveAll(dir))
		}
	}()
	if x.current.Load() == nil { // the first building: others go on with what they have
		if err := x.publishBare(ctx, g); err != nil {
			return err
		}
	}
	done := told.count
	if x.Ready() {
		told.total = len(x.current.Load().rows.all)
	} else {
		told.total = int(x.total.Load())
		count := x.count()
		done = func() { told.count(); count() }
	}
	s, err := x.fill(ctx, g, 0, 0, nil, done)
	if err != nil {
		return err
	}
	if err := writeMeta(dir, meta{fingerprint(), identity}); err != nil {
		s.release()
		return err
	}
	asked, now := begun, time.Now()
	if of, version, err := x.sourceState(ctx); err == nil && of == identity && version == s.version {
		asked = now // building takes longer than what was asked before it counts
	}
	old := x.generation
	x.publish(g, s, asked)
	x.damageSuspected.Store(false)
	if old != nil {
		if err := old.store.close(); err != nil {
			x.log.WarnContext(ctx, "search index: close the old one", "err", err)
		}
	}
	if err := x.slot.keepOnly(dir); err != nil {
		x.log.WarnContext(ctx, "search index: remove the old one", "err", err)
	}
	x.built.Add(1)
	x.took.Store(int64(time.Since(begun)))
	x.log.InfoContext(ctx, "search index built", "practices", len(s.rows.all), "version", s.version, "took", time.Since(begun).Round(time.Millisecond))
	return nil
}

// publishBare lets what asks for no words be answered while the first index is
// built: by the rows, which are read in a fraction of the time.
func (x *Index) publishBare(ctx context.Context, g *generation) error {
	asked, table := time.Now(), newRowTable()
	version, err := x.source.IndexUpdates(ctx, 0, math.MaxInt64, func(c catalogue.IndexUpdate) error {
		if c.Entry != nil {
			table.rows[c.ID] = table.newRow(c.ID, c.Entry)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the catalogue: %w", err)
	}
	x.total.Store(int64(len(table.rows)))
	reader, err := g.store.index.Reader()
	if err != nil {
		return err
	}
	s, err := newSnapshot(version, x.early, reader, table, nil, newTermNumbers(), x.disabled, carried{})
	if err != nil {
		reader.Close()
		return err
	}
	x.confirmed.Store(&asked)
	x.current.Store(s)
	return nil
}

// count gives a function that counts the practices that the first building has read.
func (x *Index) count() func() {
	x.made.Store(0)
	if x.progress != nil {
		x.progress(x.Progress())
	}
	return func() {
		done := x.made.Add(1)
		if done > x.total.Load() { // more have come since
			x.total.Store(done)
		}
		if x.progress != nil {
			x.progress(x.Progress())
		}
	}
}

// publish lets searches see s, made of g.
func (x *Index) publish(g *generation, s *snapshot, asked time.Time) {
	x.generation = g
	_, _ = g.store.goneSegments() // notes which files they are; whatever else is found at the next look
	x.confirmed.Store(&asked)
	if old := x.current.Swap(s); old != nil {
		old.release()
	}
}

// fill takes into g what was stamped after the version after, writes the texts
// of what was stamped after textAfter, and makes a snapshot of it all, which takes
// over what was read of the one before it; nil for none. When it
// fails, g is as it was, but for documents that the next try writes again.
func (x *Index) fill(ctx context.Context, g *generation, after, textAfter int64, before *snapshot, done func()) (*snapshot, error) {
	rows, w := map[int64]*row{}, newWriter(ctx, g.store, g.numbers)
	version, err := x.source.IndexUpdates(ctx, after, textAfter, func(c catalogue.IndexUpdate) error {
		if done != nil {
			done()
		}
		rows[c.ID] = nil
		if c.Entry != nil {
			rows[c.ID] = g.table.newRow(c.ID, c.Entry)
		}
		switch {
		case c.Version <= textAfter:
			return nil
		case c.Entry == nil:
			return w.remove(c.ID)
		case c.Practice == nil:
			return fmt.Errorf("practice %d was changed at version %d, and its texts are missing", c.ID, c.Version)
		}
		return w.add(c.ID, c.Practice)
	})
	if err != nil {
		if failed := w.abandon(); failed != nil {
			err = failed
		}
		return nil, fmt.Errorf("read the catalogue's changes: %w", err)
	}
	if err := w.finish(version); err != nil {
		return nil, fmt.Errorf("write the search index: %w", err)
	}
	seen, own := w.seen, w.own
	taxonomy, err := x.source.Taxonomy(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the catalogue's taxonomy: %w", err)
	}
	taxonomy = taxonomy.On(x.now())
	if before != nil && taxonomy.Equal(before.taxonomy) {
		taxonomy = before.taxonomy // with what was made of it
	}
	for id, r := range rows {
		if r == nil {
			delete(g.table.rows, id)
		} else {
			g.table.rows[id] = r
		}
	}
	if before == nil {
		g.table.compact()
	}
	g.lexicon = g.lexicon.extended(seen)
	reader, err := g.store.index.Reader()
	if err != nil {
		return nil, err
	}
	s, err := newSnapshot(version, taxonomy, reader, g.table, g.lexicon, g.numbers, x.disabled, carried{before, rows, seen, own})
	if err != nil {
		reader.Close()
		return nil, err
	}
	return s, nil
}
