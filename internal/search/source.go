// Package search finds practices: the index on disk, its analysis and
// ranking, the facets' counts, and following the catalogue. It is the only
// room that names bleve.
//
// Bleve keeps the postings (scorch, its index, without its mapping and query
// layers). Which practices are hits and in which order is decided here, over
// the posting readers; filters and counts are bit sets made of the public read
// model, so that a query without text never touches the disk.
//
// A snapshot is the catalogue at one version. What answers a search on it:
//
//   - rowList: the public practices in memory, and their orders;
//   - facetIndex, facetCounter: filters and counts;
//   - postingReader, postingCache: the postings of terms;
//   - lexicon: the distinct terms, by stem, member, root, prefix, spelling, n-gram;
//   - thesaurus, expander: what the words of a query can mean;
//   - scorer, matcher: the practices with the words, their scores, the hits;
//   - retriever: hits of the text under the filters, in pages;
//   - nameFinder: names of organisations and institutions, as wholes;
//   - highlighterFactory, Highlighter, quoter: why a practice was found;
//   - corrector, surfaceForms: what a word was meant to be;
//   - filterOfferer: filters that are named in the text, or asked for;
//   - searcher: all of it as one Result;
//   - suggester: completions;
//   - similarFinder: practices like one.
//
// The index is a cache. Whatever is wrong with it, it is built anew aside and
// swapped (house.md, "The index folder is disposable").
package search

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"praksis/internal/catalogue"
)

// Source is what the index follows: the store, handed over by cmd.
type Source interface {
	// Identity names the database, and stays with it: an index made from
	// another one is never trusted. A restored copy needs a new one, since
	// its version numbers are dealt out again.
	Identity(ctx context.Context) (string, error)
	// Version is the catalogue version now.
	Version(ctx context.Context) (int64, error)
	// IndexUpdates calls fn, in one snapshot of the database, for every row of the
	// public read model stamped after the version after, gone ones included,
	// and with the texts (Change.Practice) for rows stamped after textAfter
	// only. It returns the version of that snapshot, and fn's error as it is.
	IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (version int64, err error)
	// Taxonomy is that of one version.
	Taxonomy(ctx context.Context) (*catalogue.Taxonomy, error)
}

// Options of an index.
type Options struct {
	// Log is slog.Default() when nil.
	Log *slog.Logger
	// Progress, when not nil, is called by Open while it builds the index
	// from nothing: done of total practices.
	Progress func(done, total int)
	// Now is the clock by which organisations begin and end; time.Now when nil.
	Now func() time.Time
	// Disabled are layers to do without, to measure the others.
	Disabled Layers
}

var (
	// errDamaged: the index on disk cannot be read as it was written.
	errDamaged = errors.New("search index damaged")
	// errForeign: the index on disk was made of something else.
	errForeign = errors.New("search index of another database or build")
)
