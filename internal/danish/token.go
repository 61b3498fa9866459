package danish

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxTerm bounds a term in bytes: the longest Danish words have some fifty
// letters, and what is longer is no word (a key, a picture in base64).
const MaxTerm = 64

// Token is a word of a text.
type Token struct {
	Term  string // folded, never empty
	Start int    // byte offsets in the text as it was given
	End   int
	// Members is the number of tokens that follow and are this one's members: for
	// "COVID-19" come covid19 with two members, covid, and 19. Zero otherwise.
	Members int
}

// Tokens cuts a text into words and numbers.
//   - hyphenated and apostrophised words, and letters with a number behind
//     them, give the joined word and its members: online-aktiviteter,
//     walk'n'talk, covid19, 12-18 (whose joined form keeps the hyphen);
//   - an ending after an apostrophe is dropped: KL's, NGO'er;
//   - "§ 104" gives §104 with the member 104;
//   - a word broken at a line end is one word: "metodeudvik-\nling";
//   - one that shares its end with a later word has it too: "web- og
//     telefonbaserede" gives webbaserede with the member web.
func Tokens(text string) []Token {
	s := scanner{text: text, out: make([]Token, 0, len(text)/6)}
	for s.pos < len(text) {
		s.next()
	}
	return s.out
}

type scanner struct {
	text      string
	pos       int
	paragraph int // byte offset of a § before the next number, plus one
	pieces    []piece
	out       []Token
}

// piece is a run of letters or of digits within a word.
type piece struct {
	term       string
	start, end int
	number     bool
}

// next reads one word, or one character between words.
func (s *scanner) next() {
	r, n := utf8.DecodeRuneInString(s.text[s.pos:])
	if !isStart(r) {
		switch {
		case r == '§':
			s.paragraph = s.pos + 1
		case !unicode.IsSpace(r):
			s.paragraph = 0
		}
		s.pos += n
		return
	}
	s.pieces = s.pieces[:0]
	s.readRun()
	for s.skipJoiner() {
		s.readRun()
	}
	s.emit()
	s.paragraph = 0
}

func isStart(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isWithin tells whether r can stand inside a word: marks of decomposed
// letters and invisible characters too.
func isWithin(r rune) bool {
	return isStart(r) || unicode.Is(unicode.Mn, r) || isInvisible(r)
}

func isInvisible(r rune) bool { s, ok := foldings[r]; return ok && s == "" }

// readRun reads letters, then perhaps digits behind them, as one or two pieces.
func (s *scanner) readRun() {
	start, digits := s.pos, -1 // digits: where they begin
	letters := 0
	for s.pos < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[s.pos:])
		if !isWithin(r) {
			break
		}
		switch {
		case unicode.IsDigit(r):
			if digits < 0 {
				digits = s.pos
			}
		case unicode.IsLetter(r):
			letters++
			digits = -1
		}
		s.pos += n
	}
	if digits > start && letters >= 3 { // covid19, but not h264 or mp3
		s.add(start, digits, false)
		start = digits
	}
	s.add(start, s.pos, digits == start)
	s.lineBreak()
}

func (s *scanner) add(start, end int, number bool) {
	term := Fold(s.text[start:end])
	if len(term) > MaxTerm {
		term = strings.ToValidUTF8(term[:MaxTerm], "")
	}
	if term != "" {
		s.pieces = append(s.pieces, piece{term, start, end, number})
	}
}

// lineBreak joins a word that was broken at a line end, but leaves
// "web-\nog telefonbaserede" alone.
func (s *scanner) lineBreak() {
	rest := s.text[s.pos:]
	if !strings.HasPrefix(rest, "-") || len(s.pieces) == 0 || s.pieces[len(s.pieces)-1].number {
		return
	}
	line := strings.TrimLeft(rest[1:], " \t\r")
	if !strings.HasPrefix(line, "\n") {
		return
	}
	line = strings.TrimLeft(line[1:], " \t")
	end := strings.IndexFunc(line, func(r rune) bool { return !isWithin(r) })
	if end < 0 {
		end = len(line)
	}
	word := line[:end]
	r, _ := utf8.DecodeRuneInString(word)
	if !unicode.IsLower(r) || word == "og" || word == "eller" || word == "samt" {
		return
	}
	p := &s.pieces[len(s.pieces)-1]
	s.pos = len(s.text) - len(line) + end
	p.end = s.pos
	if term := p.term + Fold(word); len(term) <= MaxTerm {
		p.term = term
	}
}

// maxPieces bounds the pieces of one word: "a-a-a-…" is no word.
const maxPieces = 6

// endings are what Danish hangs on with an apostrophe: KL's, NGO'er, PC'erne.
var endings = wordSet("s er en et ere ers ens ets erne ernes ene")

// skipJoiner passes over a hyphen or apostrophe that another piece follows; false
// where the word ends.
func (s *scanner) skipJoiner() bool {
	r, n := utf8.DecodeRuneInString(s.text[s.pos:])
	if len(s.pieces) == 0 || len(s.pieces) >= maxPieces {
		return false
	}
	after, _ := utf8.DecodeRuneInString(s.text[s.pos+n:])
	if !isStart(after) {
		return false
	}
	switch {
	case r == '-' || foldings[r] == "-":
	case r == '–': // between numbers it is a hyphen: 12–18
		if !s.pieces[len(s.pieces)-1].number || !unicode.IsDigit(after) {
			return false
		}
	case r == '\'' || foldings[r] == "'":
		if s.skipEnding(s.pos + n) {
			return false
		}
	default:
		return false
	}
	s.pos += n
	return true
}

// skipEnding passes over an ending at byte offset i, which stands behind an
// apostrophe; false when it is a part of the word ("walk'n'talk").
func (s *scanner) skipEnding(i int) bool {
	end := strings.IndexFunc(s.text[i:], func(r rune) bool { return !isWithin(r) })
	if end < 0 {
		end = len(s.text) - i
	}
	if end > 8 || !endings[Fold(s.text[i:i+end])] {
		return false
	}
	s.pos = i + end
	s.pieces[len(s.pieces)-1].end = s.pos
	return true
}

// emit makes tokens of the pieces.
func (s *scanner) emit() {
	if len(s.pieces) == 0 {
		return
	}
	first, last := s.pieces[0], s.pieces[len(s.pieces)-1]
	switch {
	case s.paragraph > 0 && first.number && len(first.term) <= MaxTerm-len("§"):
		s.out = append(s.out, Token{"§" + first.term, s.paragraph - 1, first.end, 1})
		s.out = append(s.out, Token{first.term, first.start, first.end, 0})
		s.paragraph, s.pieces = 0, s.pieces[1:]
		s.emit()
		return
	case len(s.pieces) > 1:
		var b strings.Builder
		for i, p := range s.pieces {
			if i > 0 && p.number && s.pieces[i-1].number {
				b.WriteByte('-') // 12-18 is not 1218
			}
			b.WriteString(p.term)
		}
		if b.Len() <= MaxTerm {
			s.out = append(s.out, Token{b.String(), first.start, last.end, len(s.pieces)})
		}
	}
	if tail := s.sharedEnd(); tail != "" && len(last.term)+len(tail) <= MaxTerm {
		s.out = append(s.out, Token{last.term + tail, last.start, last.end, 1})
	}
	for _, p := range s.pieces {
		s.out = append(s.out, Token{p.term, p.start, p.end, 0})
	}
}

// sharedEndPattern is what stands behind a word that shares its end with a
// later one, and that word: "- og telefonbaserede", "-, telefon- eller
// chatrådgivning".
var sharedEndPattern = regexp.MustCompile(`^-(?:,\s+\pL+-)*,?\s+(?:og|eller|samt)\s+(\pL+)`)

// sharedEndBytes is how far ahead the later word is looked for, in bytes.
const sharedEndBytes = 120

// sharedEnd is the end that a word of one piece, just read, shares with a
// later one; empty for none, and where that one is no compound.
func (s *scanner) sharedEnd() string {
	if len(s.pieces) != 1 || s.pieces[0].number || !strings.HasPrefix(s.text[s.pos:], "-") {
		return ""
	}
	m := sharedEndPattern.FindStringSubmatch(s.text[s.pos:min(len(s.text), s.pos+sharedEndBytes)])
	if m == nil {
		return ""
	}
	word := Fold(m[1])
	parts := Split(word)
	if len(parts) == 0 {
		return ""
	}
	return word[parts[0].End:]
}
