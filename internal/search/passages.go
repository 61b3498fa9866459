package search

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/markdown"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// passagesField holds, stored and not searched, the texts in which a list shows
// why a practice was found, with their tokens: so that no page reads a practice
// anew, or cuts a text into words that were cut when it was indexed.
const passagesField = "passages"

// passageKind tells where a text stands.
type passageKind byte

const (
	passageShown    passageKind = iota // on the card itself: catalogue.Card.Shown
	passageShownWho                    // of these, who did it
	passageRunning                     // read as sentences
	passageLine                        // says little without its label
	passageLineWho                     // of these, names of who did it
)

func (k passageKind) isShown() bool { return k <= passageShownWho }

// isWho tells whether a text is the names of who did it, of which one word makes no
// hit.
func (k passageKind) isWho() bool { return k == passageShownWho || k == passageLineWho }

// passageText is one text of a practice.
type passageText struct {
	kind  passageKind
	label string // of a line
	text  string
}

// passageTexts are the texts of a practice in which what was searched for is
// shown: those on its card, and what else is searched.
func passageTexts(p *catalogue.Practice) (out []passageText) {
	card := p.Card()
	who := card.Who()
	for _, s := range card.Shown() {
		kind := passageShown
		if s == who {
			kind = passageShownWho
		}
		out = append(out, passageText{kind: kind, text: s})
	}
	for v := range p.Values() {
		switch v.Index {
		case catalogue.IndexNone, catalogue.IndexSource, catalogue.IndexWords: // what makes no hit is no reason
			continue
		}
		if onCard(v.Field) {
			continue
		}
		texts := v.IndexTexts()
		if isRunningText(v.Field) {
			for _, s := range texts {
				if v.Kind == catalogue.FieldProse {
					s = plainText(s)
				}
				out = append(out, passageText{kind: passageRunning, text: s})
			}
			continue
		}
		kind := passageLine
		if v.Index == catalogue.IndexWho {
			kind = passageLineWho
		}
		if o := v.Organisation(); o != nil {
			texts = []string{o.ShortName} // the card has the name
		}
		if s := strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), ", "); s != "" {
			out = append(out, passageText{kind: kind, label: v.Label, text: s})
		}
	}
	return out
}

// onCard tells whether a field stands on every card, and need not be quoted.
func onCard(f *catalogue.Field) bool {
	return f.Index == catalogue.IndexTitle || slices.Contains([]string{"summary", "target_groups", "contact_forms", "provider"}, f.Path)
}

// isRunningText tells whether a field is read as sentences.
func isRunningText(f *catalogue.Field) bool {
	return (f.Kind == catalogue.FieldProse || f.Kind == catalogue.FieldLine) && !f.Quoted
}

// plainText is what one reads of an answer in Markdown, a line for each
// paragraph and each point.
func plainText(s string) string {
	// Most texts have nothing to be read.
	if !strings.ContainsAny(s, "*_`[]<>#&\\\n~|!") && strings.IndexFunc(s, unicode.IsLetter) == 0 {
		return strings.TrimSpace(s)
	}
	root, source := markdown.Parse(s)
	var b strings.Builder
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch x := n.(type) {
		case *ast.Text:
			if entering {
				value := x.Value(source)
				if !x.IsRaw() {
					value = util.UnescapePunctuations(value)
				}
				b.Write(value)
				if x.SoftLineBreak() || x.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(x.Value)
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			return ast.WalkSkipChildren, nil
		default:
			if !entering && n.Type() == ast.TypeBlock && b.Len() > 0 {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	}) // the walker gives no error
	return strings.TrimSpace(b.String())
}

// encodePassages writes texts with their tokens. First come the distinct terms, so
// that a reader sees at once which of them it looks for:
//
//	uvarint terms; each: uvarint length, bytes
//	uvarint texts; each: kind byte, uvarint length and bytes of the label, the
//	same of the text, uvarint tokens; each: uvarint number of its term, uvarint
//	bytes from the start of the token before, uvarint bytes of it
func (c tokenCache) encodePassages(texts []passageText) []byte {
	var terms, body []byte
	number := map[string]uint64{}
	str := func(to []byte, s string) []byte { return append(binary.AppendUvarint(to, uint64(len(s))), s...) }
	body = binary.AppendUvarint(body, uint64(len(texts)))
	for _, t := range texts {
		body = str(str(append(body, byte(t.kind)), t.label), t.text)
		tokens := c.tokens(t.text)
		body = binary.AppendUvarint(body, uint64(len(tokens)))
		last := 0
		for _, k := range tokens {
			n, ok := number[k.Term]
			if !ok {
				n = uint64(len(number))
				number[k.Term] = n
				terms = str(terms, k.Term)
			}
			// A token of a member begins before the end of the one before, never
			// before its start.
			body = binary.AppendUvarint(body, n)
			body = binary.AppendUvarint(body, uint64(k.Start-last))
			body = binary.AppendUvarint(body, uint64(k.End-k.Start))
			last = k.Start
		}
	}
	return slices.Concat(binary.AppendUvarint(nil, uint64(len(number))), terms, body)
}

// passageReader reads what encodePassages has written. It never reads beyond the
// end; damaged is set when it would have.
type passageReader struct {
	rest    string
	damaged bool
}

func (r *passageReader) uvarint() int {
	if len(r.rest) > 0 && r.rest[0] < 0x80 { // as most are
		n := int(r.rest[0])
		r.rest = r.rest[1:]
		return n
	}
	return r.longUvarint()
}

func (r *passageReader) longUvarint() int {
	var n uint64
	for i, shift := 0, 0; i < len(r.rest) && shift < 35; i, shift = i+1, shift+7 {
		n |= uint64(r.rest[i]&0x7f) << shift
		if r.rest[i] < 0x80 {
			r.rest = r.rest[i+1:]
			return int(n)
		}
	}
	r.damaged, r.rest = true, ""
	return 0
}

func (r *passageReader) string(n int) string {
	if n > len(r.rest) {
		r.damaged, r.rest = true, ""
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// markedText is a text with those of its tokens that a search looks for.
type markedText struct {
	passageText
	tokens []matchedToken
}

// matchedToken is a token with the place of its first match in a Highlighter.
type matchedToken struct {
	danish.Token
	first int32
}

// passageBuffers are what passages are read into, practice after practice.
type passageBuffers struct {
	terms  []passageTerm
	texts  []markedText
	tokens []matchedToken
	page   []passageTerm // of all practices of a page
}

// clear lets go of what was read.
func (b *passageBuffers) clear() {
	clear(b.terms[:cap(b.terms)])
	clear(b.texts[:cap(b.texts)])
	clear(b.tokens[:cap(b.tokens)])
	clear(b.page[:cap(b.page)])
}

// passageTerm is a distinct term of a practice with the place of its first match, and
// how often it stands there.
type passageTerm struct {
	term  string
	first int32
	count int32
}

// read reads stored texts, each with the tokens that match: match is asked once for
// each distinct term. It fails with errDamaged. What it gives holds until the next
// call.
func (b *passageBuffers) read(stored string, match func(term string) int32) ([]markedText, error) {
	if stored == "" {
		return nil, nil
	}
	r := passageReader{rest: stored}
	n := r.uvarint()
	if n > len(stored) {
		return nil, fmt.Errorf("%w: passages of %d terms", errDamaged, n)
	}
	b.terms = b.terms[:0]
	for range n {
		term := r.string(r.uvarint())
		b.terms = append(b.terms, passageTerm{term, match(term), 0})
	}
	n = r.uvarint()
	if n > len(stored) {
		return nil, fmt.Errorf("%w: %d passages", errDamaged, n)
	}
	b.texts, b.tokens = b.texts[:0], b.tokens[:0]
	for range n {
		var t markedText
		kind, first := r.string(1), len(b.tokens)
		if kind != "" {
			t.kind = passageKind(kind[0])
		}
		t.label = r.string(r.uvarint())
		t.text = r.string(r.uvarint())
		start := 0
		for range r.uvarint() {
			var term, length int
			if s := r.rest; len(s) > 2 && (s[0]|s[1]|s[2]) < 0x80 { // as most are
				term, start, length, r.rest = int(s[0]), start+int(s[1]), int(s[2]), s[3:]
			} else {
				term = r.uvarint()
				start += r.uvarint()
				length = r.uvarint()
			}
			if r.damaged || term >= len(b.terms) || start+length > len(t.text) {
				return nil, fmt.Errorf("%w: passages end too soon", errDamaged)
			}
			m := &b.terms[term]
			if m.count++; m.first != noTerm {
				b.tokens = append(b.tokens, matchedToken{danish.Token{Term: m.term, Start: start, End: start + length}, m.first})
			}
		}
		t.tokens = b.tokens[first:len(b.tokens):len(b.tokens)]
		b.texts = append(b.texts, t)
	}
	if r.damaged {
		return nil, fmt.Errorf("%w: passages end too soon", errDamaged)
	}
	return b.texts, nil
}
