package search

import (
	"cmp"
	"context"
	"slices"

	"praksis/internal/catalogue"
)

// Explanation tells why a practice has its rank in the answer to a query.
type Explanation struct {
	ID   int64
	Rank int  // from 1, hits before near ones
	Near bool // it is no hit
	// Of Content words that were looked for, the practice has Matched, and
	// InTitle of these in its title.
	Content, Matched, InTitle int
	// Score is the sum of the words' and of Bonus, which having all of them gave, or
	// close together, and saying what the best ones say.
	Score, Bonus float32
	Words        []ExplainedWord
}

// ExplainedWord is what a practice has of one word of the query, and what that
// gave.
type ExplainedWord struct {
	Text    string // as typed
	Content bool   // stop words only rank
	Match   string // the closest way in which it has the word; empty for not at all
	Score   float32
	// Terms are the words of the practice that count, the weightiest first.
	// Their scores add up to the word's.
	Terms []ExplainedTerm
}

// ExplainedTerm is a word of the index in one field of a practice, or something
// else that stands for the word.
type ExplainedTerm struct {
	Term  string
	Field string // empty for what is in no field: Term is then a label, or all members of a compound
	Match string
	Score float32 // its share, by weight, of the word's
}

// matchTypeNames are the names of match types in explanations.
var matchTypeNames = [...]string{exact: "word", inflected: "inflection", viaMember: "part", derived: "root", synonym: "synonym", viaSynonym: "part synonym",
	related: "related", viaRelated: "part related", farApart: "apart", ownMember: "hint", sharedNgrams: "letters"}

func (m matchType) String() string {
	if int(m) < len(matchTypeNames) {
		return matchTypeNames[m]
	}
	return ""
}

// Explain is why each of the first n practices that Search gives for a query by
// relevance, hits and then near ones, stands where it does. It does the very
// same search and records it.
func (x *Index) Explain(ctx context.Context, q catalogue.Query, n int) (out []Explanation, err error) {
	err = x.withWords(func(s *snapshot) error {
		a, err := s.searcher.read(ctx, q)
		if err != nil {
			return err
		}
		a.release()
		out, err = s.searcher.explain(ctx, a.query, n)
		return err
	})
	return out, err
}

// explain records an answer, and tells what each of its first n practices got.
func (x *searcher) explain(ctx context.Context, q catalogue.Query, n int) ([]Explanation, error) {
	t := &trace{bonus: map[int]float32{}}
	a, err := x.retriever.tracedAnswer(ctx, q, t)
	if err != nil {
		return nil, err
	}
	defer a.release()
	if len(a.words) == 0 {
		return nil, nil
	}
	if err := x.rerank(ctx, &a, q.Sort); err != nil {
		return nil, err
	}
	m := a.matches
	hits := m.best(a.hits, n)
	var out []Explanation
	for i, r := range slices.Concat(hits, a.bestNear(n)) {
		if i == n {
			break
		}
		e := Explanation{ID: x.retriever.rows.all[r].id, Rank: i + 1, Near: i >= len(hits), Content: m.content,
			Matched: int(m.of[r].words), InTitle: int(m.of[r].titles), Score: m.of[r].score, Bonus: t.bonus[int(r)]}
		for _, w := range t.words {
			e.Words = append(e.Words, w.explain(int(r)))
		}
		out = append(out, e)
	}
	return out, nil
}

// trace records what a scorer does. Every search but Explain has none, so its
// methods do nothing on nil.
type trace struct {
	words []tracedWord
	bonus map[int]float32
}

// tracedWord is what all practices, by place in rowList.all, have of a word.
type tracedWord struct {
	text        string
	content     bool
	occurrences map[int][]occurrence
	scores      map[int]float32
}

// occurrence is one term in one field, or one set of practices.
type occurrence struct {
	term      string
	field     string
	matchType matchType
	weight    float32
}

// beginWord begins the record of a word.
func (t *trace) beginWord(w queryWord) {
	if t != nil {
		t.words = append(t.words, tracedWord{w.text, w.content, map[int][]occurrence{}, map[int]float32{}})
	}
}

// addOccurrence records that the practice at place r has the current word.
func (t *trace) addOccurrence(r int, term, field string, m matchType, weight float32) {
	if t != nil {
		w := &t.words[len(t.words)-1]
		w.occurrences[r] = append(w.occurrences[r], occurrence{term, field, m, weight * matchWeight[m]})
	}
}

// addScore records what the current word added to a score.
func (t *trace) addScore(r int32, score float32) {
	if t != nil {
		t.words[len(t.words)-1].scores[int(r)] += score
	}
}

// addBonus records what was added to a score beside the words' own.
func (t *trace) addBonus(r int32, score float32) {
	if t != nil {
		t.bonus[int(r)] += score
	}
}

func (w *tracedWord) explain(r int) ExplainedWord {
	e := ExplainedWord{Text: w.text, Content: w.content, Score: w.scores[r]}
	nearest, total := noMatch, float32(0)
	for _, o := range w.occurrences[r] {
		nearest = min(nearest, o.matchType)
		total += o.weight
	}
	e.Match = nearest.String()
	for _, o := range w.occurrences[r] {
		e.Terms = append(e.Terms, ExplainedTerm{o.term, o.field, o.matchType.String(), e.Score * o.weight / total})
	}
	slices.SortStableFunc(e.Terms, func(a, b ExplainedTerm) int { return cmp.Compare(b.Score, a.Score) })
	return e
}
