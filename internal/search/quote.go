package search

import (
	"context"

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

// quotes are those of practices by id, made by a highlighter; none without one. It
// fails with ctx's error, and where the index cannot be read.
func (x *quoter) quotes(ctx context.Context, m *Highlighter, ids ...[]int64) (map[int64]Quote, error) {
	if m == nil {
		return nil, ctx.Err()
	}
	out := map[int64]Quote{}
	for _, list := range ids {
		for _, id := range list {
			stored, err := x.postings.passages(id)
			if err != nil {
				return nil, err
			}
			texts, err := readPassages(stored, func(term string) bool { return len(m.matches[term]) > 0 })
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
	var running, lines []markedText
	for _, t := range texts {
		switch t.kind {
		case passageShown:
			var spans []Span
			for _, h := range m.highlights(t) {
				spans, shown = append(spans, h.Span), shown|h.words
			}
			q.Shown, q.Spans = append(q.Shown, t.text), append(q.Spans, spans)
		case passageRunning:
			running = append(running, t)
		case passageLine:
			lines = append(lines, t)
		}
	}
	if m = m.without(shown); m == nil {
		return q
	}
	if q.Text, q.Marks = m.snippet(running, quoteLength); q.Text != "" {
		return q
	}
	for _, l := range lines {
		if q.Text, q.Marks = m.snippet([]markedText{l}, quoteLength); q.Text != "" {
			q.Label = l.label
			break
		}
	}
	return q
}

// passages are the stored texts of a practice; empty when the index has it not.
func (x *postingReader) passages(id int64) (stored string, err error) {
	doc, err := x.reader.Document(documentID(id))
	if err != nil || doc == nil {
		return "", err
	}
	doc.VisitFields(func(f index.Field) {
		if t, ok := f.(*document.TextField); ok && t.Name() == passagesField {
			stored = string(t.Value())
		}
	})
	return stored, nil
}
