package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"praksis/internal/catalogue"

	index "github.com/blevesearch/bleve_index_api"
)

// snapshot is the catalogue at one version, as searches see it. It never
// changes.
type snapshot struct {
	version  int64
	taxonomy *catalogue.Taxonomy
	reader   index.IndexReader
	docs     []int32       // place in rows, by bleve's number of the document; -1 for none
	rows     []*row        // newest first
	places   map[int64]int // in rows, by id
	byName   []int32       // places in rows, in alphabetical order
	facets   []facet       // as in catalogue.Facets
	// allCounts are the facets' counts with nothing chosen.
	allCounts func() []FacetCount
	findings  findingIndex
	values    []value // by valueID
	lexicon   *lexicon
	lists     postingLists
	synonyms  synonyms
	names     func() names // made when first asked for
	without   Layers
	// usualLength is the mean length of a practice's text, in words.
	usualLength float32

	// users are the searches under way, and one for being the current one.
	users atomic.Int64
}

// newSnapshot makes a snapshot, which then owns the reader. It fails with
// errDamaged when the index and the rows are not of the same practices.
func newSnapshot(version int64, t *catalogue.Taxonomy, r index.IndexReader, tab *table, lex *lexicon, without Layers) (*snapshot, error) {
	s := &snapshot{version: version, taxonomy: t, reader: r, rows: tab.newestFirst(), values: tab.values, lexicon: lex, without: without}
	s.users.Store(1)
	s.places = make(map[int64]int, len(s.rows))
	s.byName = make([]int32, len(s.rows))
	for i, r := range s.rows {
		s.places[r.id], s.byName[i] = i, int32(i)
	}
	slices.SortFunc(s.byName, func(a, b int32) int { return byName(s.rows[a], s.rows[b]) })
	if err := guard("read", func() error { return errors.Join(s.numberDocuments(), s.measureLength()) }); err != nil {
		return nil, err
	}
	s.facets, s.findings = indexFacets(s.rows, s.values, t)
	s.synonyms = newSynonyms(t, s.facets)
	s.allCounts = sync.OnceValue(func() []FacetCount { return s.countFacets(s.selection(nil), nil) })
	s.names = sync.OnceValue(func() names { return newNames(t, s.facets) })
	return s, nil
}

// numberDocuments finds the row of each of bleve's documents.
func (s *snapshot) numberDocuments() error {
	all, err := s.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer all.Close()
	n := 0
	for {
		doc, err := all.Next()
		if err != nil {
			return err
		}
		if doc == nil {
			break
		}
		name, err := s.reader.ExternalID(doc)
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(name, 10, 64)
		place, ok := s.places[id]
		if err != nil || !ok {
			return fmt.Errorf("%w: it has practice %q, the catalogue has not", errDamaged, name)
		}
		number := docNumber(doc)
		for uint64(len(s.docs)) <= number {
			s.docs = append(s.docs, -1)
		}
		s.docs[number] = int32(place)
		n++
	}
	if n != len(s.rows) {
		return fmt.Errorf("%w: it has %d practices, the catalogue %d", errDamaged, n, len(s.rows))
	}
	return nil
}

// minUsualLength keeps a catalogue of empty practices from dividing by nothing.
const minUsualLength = 8

func (s *snapshot) measureLength() error {
	sum, n := 0.0, 0
	err := postings(context.Background(), s.reader, fieldNames[fieldBody], everyBody, func(_ uint64, _, length float32) {
		sum += float64(length)
		n++
	})
	s.usualLength = float32(max(minUsualLength, sum/float64(max(n, 1))))
	return err
}

// read calls fn for each practice and field in which an entry occurs.
func (s *snapshot) read(ctx context.Context, e entry, fn func(row int, f field, tf, length float32)) error {
	for f := range numFields {
		if !e.fields.has(f) {
			continue
		}
		err := postings(ctx, s.reader, fieldNames[f], e.term, func(doc uint64, tf, length float32) {
			if r := s.docs[doc]; r >= 0 {
				fn(int(r), f, tf, length)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// common tells whether more than half of the practices have a word in their
// text: then it says nothing of any.
func (s *snapshot) common(term string) bool {
	tfr, err := s.reader.TermFieldReader(context.Background(), []byte(term), fieldNames[fieldBody], false, false, false)
	if err != nil {
		return false
	}
	defer tfr.Close()
	return tfr.Count() > uint64(len(s.rows)/2)
}

// acquire takes the snapshot in use; nil when the index is closed. It is to be
// released.
func (x *Index) acquire() *snapshot {
	for {
		s := x.current.Load()
		if s == nil || s.retain() {
			return s
		}
	}
}

// retain counts a user; false when the last has already gone.
func (s *snapshot) retain() bool {
	for {
		n := s.users.Load()
		if n == 0 {
			return false
		}
		if s.users.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// release closes the reader after the last user.
func (s *snapshot) release() {
	if s.users.Add(-1) == 0 {
		s.reader.Close()
	}
}
