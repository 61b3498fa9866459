package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	"go.etcd.io/bbolt"
)

// boltTimeout bounds the wait for a lock on the index file: without it a
// second opener hangs for ever.
const boltTimeout = "2s"

// rootFile is where scorch keeps which segments it has.
const rootFile = "root.bolt"

// versionKey is the internal key under which a batch writes the version that
// it reaches, in the same transaction as its documents.
var versionKey = []byte("version")

// store is one generation on disk, open.
type store struct {
	dir      string
	index    index.Index
	queue    *index.AnalysisQueue
	failed   chan struct{} // closed when one of scorch's goroutines has died
	failOnce sync.Once
	closed   sync.Once
	root     fs.FileInfo            // of root.bolt, as it was opened
	segments map[string]fs.FileInfo // as they were first seen; of one look at a time
}

// openStore opens the generation in dir, or makes it there.
func openStore(dir string) (s *store, err error) {
	if err := removeDamaged(dir); err != nil {
		return nil, err
	}
	if err := guard("open", func() error { return readRoot(dir) }); err != nil {
		return nil, err
	}
	s = &store{dir: dir, queue: index.NewAnalysisQueue(runtime.GOMAXPROCS(0)), failed: make(chan struct{})}
	err = guard("open", func() error {
		s.index, err = scorch.NewScorch(scorch.Name, map[string]any{
			"path":                   dir,
			"bolt_timeout":           boltTimeout,
			"asyncErrorCallbackName": asyncErrorName,
		}, s.queue)
		if err != nil {
			return err
		}
		stores.Store(dir, s)
		if err := s.index.Open(); err != nil {
			return err
		}
		s.root, err = os.Stat(filepath.Join(dir, rootFile))
		return err
	})
	if err != nil {
		stores.Delete(dir)
		s.queue.Close()
		return nil, err
	}
	return s, nil
}

// closeTimeout: a damaged index can hold its own locks for ever.
const closeTimeout = 5 * time.Second

// close lets go of the files. Readers that are still in use keep theirs. One
// whose writer has died is left behind instead.
func (s *store) close() (err error) {
	s.closed.Do(func() {
		stores.Delete(s.dir)
		done := make(chan error, 1)
		go func() {
			done <- guard("close", s.index.Close)
			s.queue.Close()
		}()
		select {
		case err = <-done:
		case <-s.failed:
		case <-time.After(closeTimeout):
			err = fmt.Errorf("%w: it does not close", errDamaged)
		}
	})
	return err
}

// apply writes a batch and returns when it is on disk. It fails with
// errDamaged when the writer has died: scorch would wait for ever.
func (s *store) apply(b *index.Batch) error {
	done := make(chan error, 1)
	go func() { done <- guard("write", func() error { return s.index.Batch(b) }) }()
	select {
	case err := <-done:
		return err
	case <-s.failed:
		return fmt.Errorf("%w: its writer has stopped", errDamaged)
	}
}

// missing fails with errDamaged when a file that the index works with is no longer
// in its folder: what was opened can still be read, but scorch may write into a
// folder that nobody will find again.
func (s *store) missing() error {
	info, err := os.Stat(filepath.Join(s.dir, rootFile))
	if err != nil || !os.SameFile(info, s.root) {
		return fmt.Errorf("%w: %s is not the file that was opened", errDamaged, rootFile)
	}
	if _, err := os.Stat(filepath.Join(s.dir, metaFile)); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	gone, err := s.goneSegments()
	if err != nil || len(gone) == 0 {
		return err
	}
	// Scorch itself removes what it has merged: of those that are still in use
	// none may be gone.
	again, err := s.goneSegments()
	for name := range again {
		if gone[name] {
			return fmt.Errorf("%w: %s is gone", errDamaged, filepath.Base(name))
		}
	}
	return err
}

// goneSegments are the files of segments in use that are not there, or not those that
// were there.
func (s *store) goneSegments() (gone map[string]bool, err error) {
	gone = map[string]bool{}
	seen := map[string]fs.FileInfo{}
	defer func() { s.segments = seen }()
	err = guard("look for files", func() error {
		r, err := s.index.Reader()
		if err != nil {
			return err
		}
		defer r.Close()
		snapshot, ok := r.(*scorch.IndexSnapshot)
		if !ok {
			return nil
		}
		for _, x := range snapshot.Segments() {
			if file, ok := x.Segment().(interface{ Path() string }); ok { // others are in memory still
				info, err := os.Stat(file.Path())
				switch first := s.segments[file.Path()]; {
				case errors.Is(err, fs.ErrNotExist), err == nil && first != nil && !os.SameFile(info, first):
					gone[file.Path()] = true
					if first != nil {
						seen[file.Path()] = first
					}
				case err == nil && first == nil:
					seen[file.Path()] = info
				default:
					seen[file.Path()] = first
				}
			}
		}
		return nil
	})
	return gone, err
}

// readRoot reads all of the file in which scorch keeps what segments it has, if
// there is one: scorch does so in goroutines of its own, where what is wrong
// with it would end the process.
func readRoot(dir string) error {
	name := filepath.Join(dir, rootFile)
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	db, err := bbolt.Open(name, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	defer db.Close()
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: %s is cut", errDamaged, name)
		}
		return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error { return readBucket(b) })
	})
}

func readBucket(b *bbolt.Bucket) error {
	return b.ForEach(func(k, v []byte) error {
		if v == nil {
			return readBucket(b.Bucket(k))
		}
		_ = crc32.ChecksumIEEE(v) // touches every page
		return nil
	})
}

// versionOf is the version that a reader's documents have reached; 0 when none
// was ever written.
func versionOf(r index.IndexReader) (int64, error) {
	b, err := r.GetInternal(versionKey)
	if err != nil || b == nil {
		return 0, err
	}
	v, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: version: %w", errDamaged, err)
	}
	return v, nil
}

// Scorch reports what goes wrong in its goroutines through a callback that has
// to be registered by name, for all indexes at once.
const asyncErrorName = "praksis"

var stores sync.Map // path → *store

// errorPause slows scorch down: when the disk is full it tries again at once,
// for ever, and this callback stands in that loop.
const errorPause = 250 * time.Millisecond

func init() {
	scorch.RegistryAsyncErrorCallbacks[asyncErrorName] = func(err error, path string) {
		if s, ok := stores.Load(path); ok && errors.Is(err, scorch.ErrAsyncPanic) {
			s := s.(*store)
			s.failOnce.Do(func() { close(s.failed) })
			return
		}
		time.Sleep(errorPause)
	}
}

// guard turns a panic into errDamaged: a damaged segment panics with an index
// out of range, and a file cut while mapped with a memory fault.
func guard(what string, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %s: %v\n%s", errDamaged, what, r, debug.Stack())
		}
	}()
	return f()
}

// removeDamaged takes away the segments whose checksum is wrong, before
// anything reads them: reading would panic, and not always where it can be
// caught. If the index needs such a segment, opening now fails with an error;
// if not, it was what a killed process had half written.
func removeDamaged(dir string) error {
	segments, err := filepath.Glob(filepath.Join(dir, "*.zap"))
	for _, name := range segments {
		ok, err := intact(name)
		if err != nil {
			return err
		}
		if !ok {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	return err
}

// intact tells whether a segment is as it was written: its last four bytes are
// the CRC-32 of all before them.
func intact(name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < 4 {
		return false, err
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, info.Size()-4); err != nil {
		return false, err
	}
	var want [4]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return false, err
	}
	return binary.BigEndian.Uint32(want[:]) == sum.Sum32(), nil
}

// readPostings calls fn for each document that has the term in the field, of those
// among in, with its number, how often, and the field's length in words.
func readPostings(ctx context.Context, r index.IndexReader, field, term string, in documents, fn func(doc uint64, tf, length float32)) error {
	tfr, err := r.TermFieldReader(ctx, []byte(term), field, true, true, false)
	if err != nil {
		return err
	}
	defer tfr.Close()
	return in.each(ctx, tfr, func(p *index.TermFieldDoc) {
		length := float32(1)
		if p.Norm > 0 {
			length = float32(1 / (p.Norm * p.Norm)) // bleve keeps 1/√length
		}
		fn(documentNumber(p.ID), float32(p.Freq), length)
	})
}

// documents are some of a reader's documents, in ascending order; nil for all.
type documents []index.IndexInternalID

// each calls fn for each document of a term that is among d. It fails with ctx's
// error, and where the index cannot be read.
func (d documents) each(ctx context.Context, tfr index.TermFieldReader, fn func(*index.TermFieldDoc)) error {
	var doc index.TermFieldDoc
	if d == nil {
		for n := 1; ; n++ {
			p, err := tfr.Next(&doc)
			if err != nil || p == nil {
				return err
			}
			if n%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			fn(p)
		}
	}
	for _, id := range d {
		p, err := tfr.Advance(id, &doc)
		if err != nil || p == nil {
			return err
		}
		if p.ID.Equals(id) {
			fn(p)
		}
	}
	return nil
}

// documentNumber is a document's number within one reader.
func documentNumber(id index.IndexInternalID) uint64 { return binary.BigEndian.Uint64(id) }
