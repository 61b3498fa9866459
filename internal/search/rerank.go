package search

import (
	"context"
	"slices"

	"praksis/internal/catalogue"
)

// What is on the first page is ordered anew by what its texts tell beyond the words
// that they have: how close these stand, how much a text has in common with the best
// ones, and how many of their values. Reading the texts of a page costs little, since
// what is marked in them is found there too; the same over all practices would cost more
// than the search.
//
// Measured on the sets of eval/testdata, where the numbers are not delicate: nDCG@10
// without, with the words' closeness, and with both: lohelp-da .607, .619, .619;
// corona-da .497, .496, .511; katalog .904, .905, .908. Feedback to queries of two words
// too: lohelp-da .619 to .623, our own sets .001 more, a thirtieth of a search; to one
// word no more. Shared values on top, which only our own sets have: whole-tuned .807 to
// .814, katalog .910 to .915. Two to four times the weight gives whole-tuned .819, but
// puts a hotline before better answers to "telefonrådgivning". One text or two in place
// of three give the same, all texts of the page a quarter to a half.
const (
	// closeWeight scales what words close together add, in idf; closeSaturation is
	// how soon more such places add no more.
	closeWeight     = 1
	closeSaturation = 0.3
	maxCloseWords   = 8 // words farther apart have nothing to do with each other
	bytesOfWord     = 6 // of a Danish text, with the space
	// feedbackWeight is the share of the best score that a text gets which has most of
	// what the best ones say (pseudo-relevance feedback), to a query of feedbackQuery
	// words or more; longFeedbackWeight is the same of a query of longQuery words, stop
	// words too: a question asks for something that others put otherwise.
	feedbackWeight     = 0.15
	feedbackQuery      = 2
	longFeedbackWeight = 0.5
	longQuery          = 4
	feedbackTexts      = 3  // the best ones
	feedbackStems      = 20 // of each of these that are looked at, by how often they stand there
	feedbackWords      = 15 // of all of them
	feedbackForms      = 4  // inflections of each
	// sharedWeight is the share of the best score that a practice gets which has most
	// of the values of the best ones: solutions, themes, target groups, contact forms.
	sharedWeight = 0.1
)

// pageTexts is the texts of a practice on the first page; they hold as long as the
// highlighter that read them.
type pageTexts struct {
	id    int64
	row   int32
	isHit bool
	// Of queries that have feedback:
	length float32 // in tokens
	terms  []passageTerm
}

// rerank orders the practices on an answer's first page anew. Which they are does not
// change, nor what stands on later pages. It fails with ctx's error, and where the
// index cannot be read.
func (x *searcher) rerank(ctx context.Context, a *answer, by catalogue.Sort) error {
	m := x.highlighters.highlighter(ctx, a.words)
	defer m.release()
	return x.rerankWith(ctx, a, by, m, nil)
}

// rerankWith is rerank with the highlighter of the answer's words, nil for none. It adds
// the quotes of the page's practices to quotes, unless that is nil, since it reads the
// texts that they are taken from.
func (x *searcher) rerankWith(ctx context.Context, a *answer, by catalogue.Sort, m *Highlighter, quotes map[int64]Quote) error {
	if a.matches == nil || m == nil || !byRelevance(by) {
		return nil
	}
	page, err := x.readPage(a, m, quotes)
	if err != nil || len(page) < 2 {
		return err
	}
	// In the order of the page: hits, then near ones.
	slices.SortStableFunc(page, func(s, t pageTexts) int {
		if s.isHit != t.isHit {
			if s.isHit {
				return -1
			}
			return 1
		}
		return a.matches.compare(s.row, t.row)
	})
	if len(a.words) >= feedbackQuery {
		if err := x.addFeedback(ctx, a.matches, &m.telling, page, len(a.words)); err != nil {
			return err
		}
	}
	x.addSharedValues(a.matches, page)
	return nil
}

// readPage reads the texts of the first page, and adds to each practice's score what its
// words get for standing close together.
func (x *searcher) readPage(a *answer, m *Highlighter, quotes map[int64]Quote) ([]pageTexts, error) {
	rows := a.matches.best(a.hits, catalogue.PageSize)
	hits := len(rows)
	rows = append(rows, a.bestNear(catalogue.PageSize-hits)...)
	idf := contentIDF(a)
	page := make([]pageTexts, 0, len(rows))
	terms := m.passages.page[:0]
	for i, r := range rows {
		id := x.retriever.rows.all[r].id
		stored, err := x.quoter.postings.passages(id)
		if err != nil {
			return nil, err
		}
		texts, err := m.passages.read(stored, m.match)
		if err != nil {
			return nil, err
		}
		if len(idf) > 0 {
			a.matches.addScore(r, closeWeight*m.closeness(texts, idf))
		}
		p := pageTexts{id: id, row: r, isHit: i < hits}
		if len(a.words) >= feedbackQuery {
			first := len(terms)
			terms = append(terms, m.passages.terms...)
			p.terms = terms[first:len(terms):len(terms)]
			for _, t := range p.terms {
				p.length += float32(t.count)
			}
		}
		page = append(page, p)
		if quotes != nil {
			quotes[id] = m.quote(texts)
		}
	}
	m.passages.page = terms
	return page, nil
}

// contentIDF is the idf of an answer's content words, by place, and 0 of the others;
// none of one word alone.
func contentIDF(a *answer) []float32 {
	out, content := make([]float32, len(a.words)), 0
	for i, w := range a.words {
		if w.content {
			out[i] = inverseDocumentFrequency(float64(a.matches.having[content]), a.matches.postings.rows)
			content++
		}
	}
	if content < 2 {
		return nil
	}
	return out
}

// closeness is how close together words stand in texts: for each two words the idf of
// the commoner one, by how often and how closely they stand together. idf is that of
// each word, 0 for those that do not count.
func (m *Highlighter) closeness(texts []markedText, idf []float32) (sum float32) {
	n := len(idf)
	var places [catalogue.MaxSearchWords * catalogue.MaxSearchWords]float32
	for _, t := range texts {
		var last [catalogue.MaxSearchWords]int // one more than where the word stood last in the text
		for _, k := range t.tokens {
			for at := k.first; at != noTerm; at = m.matches[at].next {
				u := &m.matches[at]
				if u.group != 0 || u.matchType > viaMember || t.kind.isWho() && !u.inWho {
					continue
				}
				i := int(u.word)
				for j := range n {
					if j == i || last[j] == 0 {
						continue
					}
					if d := max(1, float32(k.Start+1-last[j])/bytesOfWord); d <= maxCloseWords {
						places[min(i, j)*n+max(i, j)] += 1 / (d * d)
					}
				}
				last[i] = k.Start + 1
			}
		}
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			if p := places[i*n+j]; p > 0 {
				sum += min(idf[i], idf[j]) * p * (1 + closeSaturation) / (p + closeSaturation)
			}
		}
	}
	return sum
}

// addFeedback adds to the scores of a page's practices what their texts have in common
// with the best ones. of is an empty table to work in, and words is how many the query
// has.
func (x *searcher) addFeedback(ctx context.Context, m *matchSet, of *termTable, page []pageTexts, words int) error {
	used, err := x.feedbackOf(ctx, m, page[:min(len(page), feedbackTexts)])
	if err != nil || len(used) == 0 {
		return err
	}
	for i, w := range used {
		for _, e := range w.forms {
			of.firstOrAdd(e.term, int32(i))
		}
	}
	mean := float32(0)
	for _, t := range page {
		mean += t.length / float32(len(page))
	}
	best, bestScore := float32(0), float32(0)
	scores := make([]float32, len(page))
	for i, t := range page {
		var tf [feedbackWords]float32
		for _, k := range t.terms {
			if at := of.first(k.term); at != noTerm {
				tf[at] += float32(k.count)
			}
		}
		norm := 1 - bodyB + bodyB*t.length/mean
		for at, w := range used {
			scores[i] += w.weight * tf[at] * (k1 + 1) / (tf[at] + k1*norm)
		}
		best, bestScore = max(best, scores[i]), max(bestScore, m.of[t.row].score)
	}
	share := float32(feedbackWeight)
	if words >= longQuery {
		share = longFeedbackWeight
	}
	// The first one is nearly always right, and stays: nothing gets more than it.
	scores[0] = best
	for i, t := range page { // of which the best ones have something, so that best is above zero
		m.addScore(t.row, share*bestScore*scores[i]/best)
	}
	return nil
}

// addSharedValues adds to the scores of a page's practices what values they share with the
// best ones, of which the first stays first.
func (x *searcher) addSharedValues(m *matchSet, page []pageTexts) {
	bestScore := float32(0)
	for _, t := range page {
		bestScore = max(bestScore, m.of[t.row].score)
	}
	scores := make([]float32, len(page))
	for i, t := range page[:min(len(page), feedbackTexts)] {
		for j, share := range x.similar.sharedBy(t.row, page) {
			if i != j {
				scores[j] += share * m.of[t.row].score
			}
		}
	}
	best := slices.Max(scores)
	if best == 0 {
		return
	}
	scores[0] = best
	for i, t := range page {
		m.addScore(t.row, sharedWeight*bestScore*scores[i]/best)
	}
}

// feedbackOf are the words that tell the best texts from others, the weightiest first:
// often in them, and rare elsewhere.
func (x *searcher) feedbackOf(ctx context.Context, m *matchSet, texts []pageTexts) ([]feedbackWord, error) {
	best := float32(0)
	for _, t := range texts {
		best = max(best, m.of[t.row].score)
	}
	var words []feedbackWord
	for _, t := range texts {
		of, err := x.quoter.postings.tellingWords(ctx, t.id, t.terms)
		if err != nil {
			return nil, err
		}
		for _, w := range of {
			w.weight *= m.of[t.row].score / best
			if i := slices.IndexFunc(words, func(o feedbackWord) bool { return o.stem == w.stem }); i >= 0 {
				words[i].weight += w.weight
			} else {
				words = append(words, w)
			}
		}
	}
	slices.SortFunc(words, compareWeight)
	return words[:min(len(words), feedbackWords)], ctx.Err()
}

// addScore adds to a practice's score.
func (m *matchSet) addScore(r int32, more float32) {
	m.trace.addBonus(r, more)
	m.of[r].score += more
}
