package search

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"praksis/internal/catalogue"

	index "github.com/blevesearch/bleve_index_api"
)

// snapshot is the catalogue at one version, as searches see it, with what
// answers them. It never changes, and is closed after its last user.
type snapshot struct {
	version  int64
	taxonomy *catalogue.Taxonomy
	edition  string // see Index.Edition
	bare     bool   // made of the rows alone: words are not looked for

	rows      *rowList
	facets    *facetIndex
	postings  *postingReader
	retriever *retriever
	searcher  *searcher
	suggester *suggester
	similar   *similarFinder
	overviews *overviewMaker
	known     *taxonomyNames
	providers []string // names of the institutions, in order

	// users are the searches under way, and one for being the current one.
	users atomic.Int64
}

// newSnapshot makes a snapshot, which then owns the reader. It fails with
// errDamaged when the index and the rows are not of the same practices. Without a
// lexicon the snapshot is bare, and the reader that of an empty index.
func newSnapshot(version int64, t *catalogue.Taxonomy, r index.IndexReader, tab *rowTable, lex *lexicon, numbers *termNumbers, disabled Layers, c carried) (*snapshot, error) {
	var before *rowList
	if c.from != nil {
		before = c.from.rows
	}
	bare := lex == nil
	if bare {
		lex = newLexicon(nil)
	}
	rows := newRowList(tab, before, c.changed)
	postings, err := newPostingReader(r, rows, lex, bare)
	if err != nil {
		return nil, err
	}
	if err := postings.carryOver(c, rows); err != nil {
		return nil, err
	}
	postings.sequences.Store(carriedSequences(c, rows, numbers))
	postings.termNumbers = numbers
	postings.withoutWords = disabled.has(LayerSearchWords)
	facets := newFacetIndex(rows, t)
	providers, err := providerNames(r)
	if err != nil {
		return nil, err
	}
	known, index, namesBefore := (*taxonomyNames)(nil), nameIndex(nil), (*nameFinder)(nil)
	if c.from != nil && c.from.taxonomy == t {
		if known = c.from.known; slices.Equal(c.from.providers, providers) {
			providers, index, namesBefore = c.from.providers, c.from.retriever.names.names, c.from.retriever.names
		}
	} else {
		known = newTaxonomyNames(facets)
	}
	if index == nil {
		index = newNameIndex(facets, providers)
	}
	names := newNameFinder(index, namesBefore, facets, postings)
	expander := &expander{lex, postings, known.thesaurus, facets, names, disabled}
	retriever := &retriever{rows, facets, names, &matcher{expander, postings, disabled}, &filterOfferer{facets, nil, known.values, known.phrases}}
	similar := newSimilarFinder(rows, facets, postings)
	s := &snapshot{
		version: version, taxonomy: t, bare: bare, edition: strconv.FormatInt(version, 10),
		rows: rows, facets: facets, postings: postings, retriever: retriever,
		searcher:  newSearcher(version, bare, rows, facets, postings, expander, retriever, similar),
		suggester: &suggester{newValueSuggester(facets), &titleSuggester{rows, postings}},
		similar:   similar,
		overviews: newOverviewMaker(version, t, rows, facets),
		known:     known,
		providers: providers,
	}
	if since := t.Since(); since != "" {
		s.edition += "-" + strings.ReplaceAll(since, "-", "")
	}
	s.users.Store(1)
	return s, nil
}

// withSnapshot runs f on the snapshot in use. It fails with f's error, and with
// catalogue.ErrUnavailable when the index is closed, not there yet
// (catalogue.ErrPreparing), or when f panics, which has the index rebuilt.
func (x *Index) withSnapshot(f func(*snapshot) error) error {
	s := x.acquire()
	if s == nil {
		return x.unusable()
	}
	defer s.release()
	return x.guarded(func() error { return f(s) })
}

// withWords is withSnapshot for what reads words: before these are there it fails
// with catalogue.ErrPreparing.
func (x *Index) withWords(f func(*snapshot) error) error {
	return x.withSnapshot(func(s *snapshot) error {
		if s.bare {
			return catalogue.ErrPreparing
		}
		return f(s)
	})
}

// guarded runs what reads the index, and has the index rebuilt when it panics.
func (x *Index) guarded(f func() error) error {
	err := guard("search", f)
	if errors.Is(err, errDamaged) {
		if x.damageSuspected.CompareAndSwap(false, true) {
			x.log.Error("search failed in the index", "err", err)
		}
		return fmt.Errorf("search index: %w", catalogue.ErrUnavailable)
	}
	return err
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
		s.postings.close()
	}
}
