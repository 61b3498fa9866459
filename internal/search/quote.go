package search

import (
	"context"
	"maps"
	"sync"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// quoteLength is how many characters of a text say why a practice was found: two
// lines of a card.
const quoteLength = 180

// Quote is what a list shows of why a practice was found.
type Quote struct {
	// Shown are the texts on the card (catalogue.Card.Shown) as they were indexed,
	// and Spans what is marked in each.
	Shown []string
	Spans [][]Span
	// Text is the passage that says most of what the card does not; empty for
	// none. Marks are its spans, and Label the field's that it is of, where the
	// passage says little without it.
	Label string
	Text  string
	Marks []Span
}

// quoter makes the quotes of a page.
type quoter struct{ postings *postingReader }

// quotes are those of practices by id, made by a highlighter; none without one. Those
// that are in out already are not made again. It fails with ctx's error, and where the
// index cannot be read.
func (x *quoter) quotes(ctx context.Context, m *Highlighter, out map[int64]Quote, ids ...[]int64) (map[int64]Quote, error) {
	if m == nil {
		return nil, ctx.Err()
	}
	for _, list := range ids {
		for _, id := range list {
			if _, ok := out[id]; ok {
				continue
			}
			stored, err := x.postings.passages(id)
			if err != nil {
				return nil, err
			}
			texts, err := m.passages.read(stored, m.match)
			if err != nil {
				return nil, err
			}
			out[id] = m.quote(texts)
		}
	}
	return out, ctx.Err()
}

// quote is that of a practice, given its texts.
func (m *Highlighter) quote(texts []markedText) (q Quote) {
	m = m.forTexts(texts)
	var shown wordSet
	n := 0 // texts on the card; they stand first
	for n < len(texts) && texts[n].kind.isShown() {
		n++
	}
	q.Shown, q.Spans = make([]string, n), make([][]Span, n)
	for i, t := range texts[:n] {
		q.Shown[i] = t.text
		for _, h := range m.highlights(t) {
			q.Spans[i], shown = append(q.Spans[i], h.Span), shown|h.words
		}
	}
	if m = m.without(shown); m == nil {
		return q
	}
	if q.Text, q.Marks = m.snippet(texts[n:], passageRunning, quoteLength); q.Text != "" {
		return q
	}
	for i := n; i < len(texts); i++ {
		if texts[i].kind == passageRunning {
			continue
		}
		if q.Text, q.Marks = m.snippet(texts[i:i+1], texts[i].kind, quoteLength); q.Text != "" {
			q.Label = texts[i].label
			break
		}
	}
	return q
}

// maxPassageBytes bounds what a snapshot keeps of passages.
const maxPassageBytes = 24 << 20

// passageCache keeps the stored texts of practices that were read: decompressing
// them costs more than finding what is marked in them.
type passageCache struct {
	mu   sync.RWMutex
	byID map[int64]string
	size int
}

func (c *passageCache) get(id int64) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s, ok := c.byID[id]
	return s, ok
}

func (c *passageCache) put(id int64, stored string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(stored) + 64
	if c.size += n; c.size > maxPassageBytes || c.byID == nil {
		c.byID, c.size = map[int64]string{}, n // all anew: it is a cache
	}
	c.byID[id] = stored
}

// full tells whether little more fits.
func (c *passageCache) full() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.size > maxPassageBytes/4*3
}

// carryOver takes over what is kept of practices that did not change.
func (c *passageCache) carryOver(from *passageCache, changed map[int64]*row) {
	from.mu.RLock()
	defer from.mu.RUnlock()
	c.byID, c.size = maps.Clone(from.byID), from.size
	for id := range changed {
		if s, ok := c.byID[id]; ok {
			c.size -= len(s) + 64
			delete(c.byID, id)
		}
	}
}

// passages are the stored texts of a practice; empty when the index has it not.
func (x *postingReader) passages(id int64) (stored string, err error) {
	if s, ok := x.passageCache.get(id); ok {
		return s, nil
	}
	doc, err := x.reader.Document(documentID(id))
	if err != nil || doc == nil {
		return "", err
	}
	doc.VisitFields(func(f index.Field) {
		if t, ok := f.(*document.TextField); ok && t.Name() == passagesField {
			stored = string(t.Value())
		}
	})
	x.passageCache.put(id, stored)
	return stored, nil
}
