package search

import (
	"reflect"
	"testing"

	"github.com/bits-and-blooms/bitset"
)

// TestSequencesAreIndex: the sequences made while an index is built are those read
// from it, and those that publications brought are those of an index made anew.
func TestSequencesAreIndex(t *testing.T) {
	src := newCatalog()
	src.put(synthetic(120, src.taxonomy))
	x := openIndex(t, t.TempDir(), src)
	check := func(when string) {
		t.Helper()
		s := x.acquire()
		defer s.release()
		made := s.postings.sequences.Load()
		if made == nil {
			t.Fatalf("%s: there are no sequences", when)
		}
		s.postings.sequences.Store(nil)
		if err := s.postings.readSequences(t.Context()); err != nil {
			t.Fatal(err)
		}
		read := s.postings.sequences.Load()
		if len(read.of) != len(s.rows.all) || len(read.of[0].terms) < 5 {
			t.Fatalf("%s: %d sequences, the first of %d terms", when, len(read.of), len(read.of[0].terms))
		}
		for i, r := range s.rows.all {
			if got, want := places(read.of[i].terms), places(made.of[i].terms); !reflect.DeepEqual(got, want) || read.of[i].who != made.of[i].who {
				t.Errorf("%s: of practice %d %v is read, %v was made", when, r.id, got, want)
			}
		}
	}
	check("built")
	p := practice("Gåtur med bostøtte og § 85", body("I skoven, og i byen. I skoven og i byen."), published("2031-01-01"))
	changed := synthetic(125, src.taxonomy)
	for id := range changed {
		if id <= 120 && id%10 != 0 {
			delete(changed, id)
		}
	}
	changed[7] = p
	src.put(changed)
	src.withdraw(3, 4)
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("followed")
}

// places are the numbers of a sequence by their places; those at one place are in no
// order.
func places(s []uint32) map[uint64]int {
	out, at := map[uint64]int{}, uint64(0)
	for _, n := range s {
		at += uint64(n & widestGap)
		out[at<<32|uint64(n>>gapBits)]++
	}
	return out
}

// TestSequencesTellTogether: what stands close together by the sequences does so by
// the positions of the index.
func TestSequencesTellTogether(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	s := x.acquire()
	defer s.release()
	e, all := s.retriever.matcher.expander, s.postings.sequences.Load()
	var asked [][][]indexTerm
	for _, term := range s.postings.lexicon.base.terms {
		if members := s.postings.lexicon.members(term.term); len(members) > 1 {
			asked = append(asked, e.memberTerms(members, 24), e.memberAlternatives(members, 24))
		}
	}
	for _, list := range s.known.thesaurus {
		for _, c := range list {
			if len(c.stems) > 1 {
				asked = append(asked, e.labelTerms(c.stems))
			}
		}
	}
	together, apart := 0, 0
	for _, lists := range asked {
		s.postings.sequences.Store(all)
		got, of, err := s.postings.findTogether(t.Context(), lists)
		if err != nil {
			t.Fatal(err)
		}
		s.postings.sequences.Store(nil)
		want, _, err := s.postings.findTogether(t.Context(), lists)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(want) {
			t.Fatalf("%v: %v are together, by positions %v", lists, got.DumpAsBits(), want.DumpAsBits())
		}
		n := int(of.Count() - got.Count())
		together, apart = together+int(got.Count()), apart+n
	}
	if len(asked) < 500 || together < 500 || apart < 500 {
		t.Errorf("%d lists, %d together, %d apart: too few to tell", len(asked), together, apart)
	}
	if s.postings.sequences.Load().closeIn(nil, bitset.New(1), bitset.New(1)) {
		t.Error("without sequences something is told")
	}
}

// TestSequencesTellRows: what stands in a row by the sequences does so by the positions
// of the index: of the names of organisations and institutions, and of words of titles.
func TestSequencesTellRows(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	s := x.acquire()
	defer s.release()
	all := s.postings.sequences.Load()
	var asked [][]string
	for _, list := range s.retriever.names.names {
		for _, n := range list {
			asked = append(asked, n.terms)
		}
	}
	for _, r := range s.rows.all {
		words := allWords(r.title)
		for i := range max(len(words)-2, 0) {
			asked = append(asked, []string{words[i].term, words[i+1].term}, []string{words[i].term, words[i+2].term}, []string{words[i].term, words[i+1].term, words[i+2].term})
		}
	}
	found, none := 0, 0
	for _, terms := range asked {
		s.postings.sequences.Store(all)
		got, err := s.postings.inRow(t.Context(), terms)
		if err != nil {
			t.Fatal(err)
		}
		s.postings.sequences.Store(nil)
		want, err := s.postings.inRow(t.Context(), terms)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(want) {
			t.Fatalf("%q: %v have it, by positions %v", terms, got.DumpAsBits(), want.DumpAsBits())
		}
		if got.Any() {
			found++
		} else {
			none++
		}
	}
	if found < 500 || none < 500 {
		t.Errorf("%d are somewhere, %d nowhere: too few to tell", found, none)
	}
}
