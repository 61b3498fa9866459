package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"
	"sync/atomic"

	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
	index "github.com/blevesearch/bleve_index_api"
)

// posting is that a practice has a term: the practice's place in rowList.all, and
// the weight of the term's occurrences, all fields together.
type posting struct {
	place  uint32 // shifted left by placeShift; the lowest bits tell in which fields they are
	weight float32
}

// The lowest bits of a place.
const (
	titleBit   = 1 << iota
	textBit    // one that makes hits: textFields, and fieldWho for a proper name
	whoBit     // fieldWho
	sourceBit  // fieldSource
	placeShift = iota
)

func (p posting) row() int      { return int(p.place >> placeShift) }
func (p posting) inTitle() bool { return p.place&titleBit != 0 }
func (p posting) inText() bool  { return p.place&textBit != 0 }

// isFound tells whether the practice has the term anywhere but among the searcher's words.
func (p posting) isFound() bool { return p.place&(textBit|whoBit|sourceBit) != 0 }

// isProper tells whether a term of a name is one by itself, since no dictionary has
// it: Kragelund, but not Beskæftigelse.
func isProper(term string) bool {
	p, ok := properTerms.get(term)
	if !ok {
		p = !danish.IsWord(term)
		properTerms.put(term, p, maxProperTerms)
	}
	return p
}

// properTerms has what isProper found: looking a word up takes longer than reading
// what a search reads for it. Few terms stand in names.
var properTerms boundedCache[string, bool]

// maxProperTerms bounds properTerms.
const maxProperTerms = 50_000

// postingReader reads the postings of one snapshot, by practice. It owns the
// reader.
type postingReader struct {
	reader  index.IndexReader
	lexicon *lexicon
	rowOf   []int32         // place in rowList.all, by bleve's number of the document; -1 for none
	numbers func() []uint32 // bleve's numbers of the documents, by place; made when first asked for
	rows    int             // how many practices there are
	// averageLength is the mean length of a practice's body, in terms.
	averageLength float32
	withoutWords  bool // fieldWords is disabled
	cache         postingCache
	positionCache positionCache
	sets          setCache
	passageCache  passageCache
	frequent      boundedCache[int64, []textStem] // by practice
	stemWords     boundedCache[string, feedbackWord]
	// sequences are set once; nil until they are read.
	sequences atomic.Pointer[sequences]
	// termNumbers are those of the generation.
	termNumbers *termNumbers
}

// newPostingReader fails with errDamaged when the index has not the practices
// of the rows, which a bare one need not; the reader is then still the caller's.
func newPostingReader(r index.IndexReader, rows *rowList, lex *lexicon, bare bool) (*postingReader, error) {
	x := &postingReader{reader: r, lexicon: lex, rows: len(rows.all)}
	x.numbers = sync.OnceValue(func() []uint32 {
		out := make([]uint32, x.rows)
		for number, row := range x.rowOf {
			if row >= 0 {
				out[row] = uint32(number)
			}
		}
		return out
	})
	if err := guard("read", func() error { return errors.Join(x.numberDocuments(rows, bare), x.measureLength()) }); err != nil {
		return nil, err
	}
	return x, nil
}

// document is bleve's document of a practice.
func (x *postingReader) document(row int) index.IndexInternalID {
	return binary.BigEndian.AppendUint64(nil, uint64(x.numbers()[row]))
}

// close lets go of the index.
func (x *postingReader) close() { x.reader.Close() }

// numberDocuments finds the row of each of bleve's documents.
func (x *postingReader) numberDocuments(rows *rowList, bare bool) error {
	all, err := x.reader.DocIDReaderAll()
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
		name, err := x.reader.ExternalID(doc)
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(name, 10, 64)
		place, ok := rows.places[id]
		if err != nil || !ok {
			return fmt.Errorf("%w: it has practice %q, the catalogue has not", errDamaged, name)
		}
		number := documentNumber(doc)
		for uint64(len(x.rowOf)) <= number {
			x.rowOf = append(x.rowOf, -1)
		}
		x.rowOf[number] = int32(place)
		n++
	}
	if n != x.rows && !bare {
		return fmt.Errorf("%w: it has %d practices, the catalogue %d", errDamaged, n, x.rows)
	}
	return nil
}

// minAverageLength keeps a catalogue of empty practices from dividing by nothing.
const minAverageLength = 8

// lengthStep is what the mean length is rounded to.
const lengthStep = 8

func (x *postingReader) measureLength() error {
	sum, n := 0.0, 0
	err := readPostings(context.Background(), x.reader, fieldNames[fieldBody], lengthSentinel, nil, func(_ uint64, _, length float32) {
		sum += float64(length)
		n++
	})
	// Rounded, so that one practice more seldom weighs all others otherwise.
	x.averageLength = float32(max(minAverageLength, math.Round(sum/float64(max(n, 1))/lengthStep)*lengthStep))
	return err
}

// occurrences calls fn for each practice and each of its fields that has a term, of
// the documents given, with the place of the practice, how often the field has the term (tf), and the
// field's length in terms. It fails with ctx's error, and where the index cannot
// be read.
func (x *postingReader) occurrences(ctx context.Context, e indexTerm, in documents, fn func(row int, f field, tf, length float32)) error {
	for f := range numFields {
		if !e.fields.has(f) {
			continue
		}
		err := readPostings(ctx, x.reader, fieldNames[f], e.term, in, func(doc uint64, tf, length float32) {
			if r := x.rowOf[doc]; r >= 0 {
				fn(int(r), f, tf, length)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// postings are those of a term in all its fields, ordered by place. The caller
// must not change them. It fails as occurrences does.
func (x *postingReader) postings(ctx context.Context, e indexTerm) ([]posting, error) {
	if list, ok := x.cache.get(e.term); ok {
		return list, nil
	}
	if x.lexicon.fields(e.term) == 0 {
		return nil, nil
	}
	list, err := x.readPostings(ctx, e.term, nil)
	if err == nil {
		x.cache.put(e.term, list)
	}
	return list, err
}

// readPostings reads the postings of a term in the documents given, ordered by
// place. It fails as occurrences does.
func (x *postingReader) readPostings(ctx context.Context, term string, in documents) (list []posting, err error) {
	e := indexTerm{term: term, fields: x.lexicon.fields(term)} // of both lists
	proper := e.fields.has(fieldWho) && isProper(term)
	sum := postingSums.Get().(*postingSum)
	sum.start(x.rows)
	err = x.occurrences(ctx, e, in, func(row int, f field, tf, length float32) {
		var bits uint32
		if f == fieldTitle {
			bits = titleBit
		}
		switch {
		case textFields.has(f):
			bits |= textBit
		case f == fieldWho && proper:
			bits |= textBit | whoBit
		case f == fieldWho:
			bits |= whoBit
		case f == fieldSource:
			bits |= sourceBit
		}
		sum.add(row, bits, x.fieldWeight(f, tf, length))
	})
	list = sum.postings()
	postingSums.Put(sum) // after a panic it is let go: it may not be clean
	return list, err
}

// postingSum adds up the fields of practices, in the order in which they come, and
// gives the practices in theirs. Sorting them takes longer than reading them.
type postingSum struct {
	of          []posting // by place; zero but for those in have
	have        *bitset.BitSet
	first, size int // the first place in have, and how many there are
}

// postingSums are used again, clean.
var postingSums = sync.Pool{New: func() any { return &postingSum{have: bitset.New(0)} }}

// start begins a list of practices of which there are n.
func (s *postingSum) start(n int) {
	if len(s.of) < n {
		s.of, s.have = make([]posting, n), bitset.New(uint(n))
	}
	s.first, s.size = n, 0
}

func (s *postingSum) add(row int, bits uint32, weight float32) {
	if !s.have.Test(uint(row)) {
		s.have.Set(uint(row))
		s.first, s.size = min(s.first, row), s.size+1
	}
	s.of[row].place |= bits
	s.of[row].weight += weight
}

// postings are those that were added, by place. It leaves nothing behind.
func (s *postingSum) postings() []posting {
	out := make([]posting, 0, s.size)
	for row := uint(s.first); len(out) < s.size; row++ {
		row, _ = s.have.NextSet(row)
		p := &s.of[row]
		out = append(out, posting{uint32(row)<<placeShift | p.place, p.weight})
		*p = posting{}
		s.have.Clear(row)
	}
	return out
}

// fieldWeight is the weight of tf occurrences in a field of some length.
func (x *postingReader) fieldWeight(f field, tf, length float32) float32 {
	switch f {
	case fieldTitle:
		tf /= 1 - titleB + titleB*length/titleLength
	case fieldBody:
		tf /= 1 - bodyB + bodyB*length/x.averageLength
	}
	return fieldWeight[f] * tf
}

// withOneOfEach are the practices that have one of the terms of each list in fields
// that one of the bits is for.
func (x *postingReader) withOneOfEach(ctx context.Context, lists [][]indexTerm, bits uint32) (*bitset.BitSet, error) {
	out := bitset.New(uint(x.rows))
	have := out // of the first list
	for i, list := range lists {
		switch i {
		case 0:
		case 1:
			have = bitset.New(uint(x.rows))
		default:
			have.ClearAll()
		}
		for _, e := range list {
			list, err := x.postings(ctx, e)
			if err != nil {
				return nil, err
			}
			for _, p := range list {
				if p.place&bits != 0 {
					have.Set(uint(p.row()))
				}
			}
		}
		if i > 0 {
			out.InPlaceIntersection(have)
		}
		if out.None() {
			break
		}
	}
	return out, nil
}

// having are the practices that have a word, given its expansions, in a way that makes
// hits. The caller may change them.
func (x *postingReader) having(ctx context.Context, w expansions) (*bitset.BitSet, error) {
	out := bitset.New(uint(x.rows))
	for _, t := range w.terms {
		if !t.matchType.makesHit() {
			continue
		}
		list, err := x.postings(ctx, t.indexTerm)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if p.inText() {
				out.Set(uint(p.row()))
			}
		}
	}
	for _, s := range w.sets {
		if s.matchType.makesHit() {
			out.InPlaceUnion(s.practices)
		}
	}
	return out, nil
}

// isCommon tells whether more than half of the practices have a term in their
// body: then it distinguishes none.
func (x *postingReader) isCommon(term string) bool {
	tfr, err := x.reader.TermFieldReader(context.Background(), []byte(term), fieldNames[fieldBody], false, false, false)
	if err != nil {
		return false
	}
	defer tfr.Close()
	return tfr.Count() > uint64(x.rows/2)
}

// documentFrequency is how many practices have a term; 0 when that cannot be
// read, which the search itself then finds out.
func (x *postingReader) documentFrequency(ctx context.Context, e indexTerm) int {
	list, err := x.postings(ctx, e)
	if err != nil {
		return 0
	}
	return len(list)
}

// wordFrequency is about how many practices have a word as it is or inflected,
// given its expansions: the sum over the terms.
func (x *postingReader) wordFrequency(ctx context.Context, terms []expansion) int {
	n := 0
	for _, t := range terms {
		if t.matchType <= inflected {
			n += x.documentFrequency(ctx, t.indexTerm)
		}
	}
	return n
}

// addTitlesWith adds the practices with a term in their title to rows, at most
// limit, and gives what is left of the limit.
func (x *postingReader) addTitlesWith(ctx context.Context, term string, limit int, rows *bitset.BitSet) (left int, err error) {
	tfr, err := x.reader.TermFieldReader(ctx, []byte(term), fieldNames[fieldTitle], false, false, false)
	if err != nil {
		return 0, err
	}
	defer tfr.Close()
	var doc index.TermFieldDoc
	for ; limit > 0; limit-- {
		p, err := tfr.Next(&doc)
		if err != nil || p == nil {
			return limit, err
		}
		if r := x.rowOf[documentNumber(p.ID)]; r >= 0 {
			rows.Set(uint(r))
		}
	}
	return 0, ctx.Err()
}
