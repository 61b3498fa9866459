package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Snippet is the passage of about max characters that says most of why a
// practice was found: with most of the query's different words, first those
// that MissingFrom asks for, then the rarest. It is cut between words, at the
// ends of sentences where that is near, and empty when no text has a word. The
// spans are its highlights.
func (m *Highlighter) Snippet(texts []string, max int) (text string, spans []Span) {
	all := make([]markedText, len(texts))
	for i, t := range texts {
		all[i] = m.marked(t)
	}
	return m.forTexts(all).snippet(all, passageShown, max)
}

// snippet is the best passage of the texts of a kind.
func (m *Highlighter) snippet(texts []markedText, of passageKind, max int) (text string, spans []Span) {
	if m == nil {
		return "", nil
	}
	var best passage
	for _, t := range texts {
		if t.kind != of || len(t.tokens) == 0 {
			continue
		}
		highlights := m.highlights(t)
		for i := range highlights {
			if p := m.passage(t.text, highlights, i, max); p.better(best) {
				best = p
			}
		}
	}
	if best.words&^m.shown == 0 {
		return "", nil
	}
	return best.cut(max)
}

// passage is a piece of a text from a first highlight to a last.
type passage struct {
	text       string
	highlights []highlight // of the text
	Span                   // from the first highlight to the last
	words      wordSet
	missing    int // words that were asked for
	idf        float32
}

// passage is the longest of at most max characters that begins at the first'th
// highlight of a text.
func (m *Highlighter) passage(text string, highlights []highlight, first, max int) passage {
	p := passage{text: text, highlights: highlights, Span: highlights[first].Span, words: highlights[first].words}
	for _, x := range highlights[first+1:] {
		if utf8.RuneCountInString(text[p.Start:x.End]) > max {
			break
		}
		p.End = x.End
		p.words |= x.words
	}
	p.missing = (p.words &^ m.shown).count()
	for i, r := range m.idf {
		if p.words&(1<<i) != 0 {
			p.idf += r
		}
	}
	return p
}

func (p passage) better(q passage) bool {
	if p.missing != q.missing {
		return p.missing > q.missing
	}
	if n, m := p.words.count(), q.words.count(); n != m {
		return n > m
	}
	return p.idf > q.idf // of equals the first
}

// cut makes the passage about max characters long.
func (p passage) cut(max int) (string, []Span) {
	room := max - utf8.RuneCountInString(p.text[p.Start:p.End])
	from := p.Start - len(lastChars(p.text[:p.Start], room))
	if at := sentenceStart(p.text, p.Start); at >= from {
		from = at
	} else {
		from = p.Start - len(lastChars(p.text[:p.Start], room/2))
		from += wordStart(p.text[from:p.Start])
	}
	room -= utf8.RuneCountInString(p.text[from:p.Start])
	to := p.End + len(firstChars(p.text[p.End:], room))
	if to < len(p.text) {
		// A sentence that ends soon enough, else a word.
		if at := sentenceStart(p.text, to); at > p.End && utf8.RuneCountInString(p.text[from:at]) > max/2 {
			to = at
		} else {
			to = p.End + wordEnd(p.text[p.End:to])
		}
	}
	return p.render(from, to)
}

// render is the text from one place to another, on one line, with dots where
// it was cut within a sentence.
func (p passage) render(from, to int) (string, []Span) {
	from = p.Start - len(strings.TrimLeftFunc(p.text[from:p.Start], unicode.IsSpace))
	body := strings.TrimRightFunc(p.text[from:to], unicode.IsSpace)
	lead, tail := "", ""
	if sentenceStart(p.text, from) != from && strings.TrimSpace(p.text[:from]) != "" {
		lead = "… "
	}
	to = from + len(body)
	if strings.TrimSpace(p.text[to:]) != "" && !strings.ContainsAny(lastChars(body, 1), ".!?") {
		tail = " …"
	}
	var spans []Span
	for _, x := range p.highlights {
		if x.Start >= from && x.End <= to {
			spans = append(spans, Span{x.Start - from + len(lead), x.End - from + len(lead)})
		}
	}
	// A line break is a byte, and so is a space.
	return lead + strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(body) + tail, spans
}

// sentenceStart is where the last sentence begins that begins at a place or before.
// Behind "bl.a." none does.
func sentenceStart(text string, place int) int {
	for at := place; at > 0; {
		at = strings.LastIndexAny(text[:at], ".!?\n")
		if at < 0 {
			break
		}
		next := strings.TrimLeftFunc(text[at+1:], unicode.IsSpace)
		begins := len(text) - len(next)
		r, _ := utf8.DecodeRuneInString(next)
		if begins <= place && (text[at] == '\n' || begins > at+1 && !unicode.IsLower(r)) {
			return begins
		}
	}
	return 0
}

// wordStart is where the first whole word of a text's end begins.
func wordStart(text string) int {
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return i
	}
	return len(text)
}

// wordEnd is where the last whole word of a text's beginning ends.
func wordEnd(text string) int { return max(strings.LastIndexFunc(text, unicode.IsSpace), 0) }

// firstChars and lastChars are at most n characters of a text.
func firstChars(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

func lastChars(text string, n int) string {
	i := len(text)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	return text[i:]
}
