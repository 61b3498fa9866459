package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a line of plain text begins with: a point of a list, or a number or letter.
var (
	bulletLine = regexp.MustCompile(`^(?:[•▪◦‣●·*\x{f000}-\x{f0ff}]|[o–-](?:[ \t]))[ \t]*`)
	numbered   = regexp.MustCompile(`^(?:\d{1,2}[.)]|[a-zæøå][.)])[ \t]*`)
	boxLine    = regexp.MustCompile(`^(?:[☐☒☑□■✓✔]|\[[ xX]\])[ \t]*`)
	boxes      = regexp.MustCompile(`[☐☒☑]`)
)

// Lines of a text that goes on in the next one are nearly as long as the longest.
const (
	nearlyFull = 0.72
	fewLines   = 6 // from which there is a longest line to compare with
)

// TextBlocks reads text that was pasted, or taken from a PDF, as paragraphs: lines
// that go on are joined, and a page's end does not end a paragraph.
func TextBlocks(text string) Outline {
	o := outliner{Outline: Outline{Whole: true}}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	lines := writtenLines(text)
	var at []string
	list := false
	flush := func() error {
		if len(at) == 0 {
			return nil
		}
		whole := strings.Join(at, "\n")
		at = nil
		for _, b := range boxed(whole) {
			b.List = list && b.Box == BoxNone
			if b.Text = tidy(joinLines(b.Text)); b.Text == "" {
				continue
			}
			if err := o.add(b); err != nil {
				return err
			}
		}
		return nil
	}
	for i, l := range lines {
		if i > 0 && !lines[i-1].goesOn(l) {
			if flush() != nil {
				o.Whole = false
				return o.Outline
			}
		}
		if len(at) == 0 {
			list = bulletLine.MatchString(l.text)
		}
		at = append(at, l.text)
	}
	if flush() != nil {
		o.Whole = false
	}
	return o.Outline
}

// writtenLine is a line with something on it.
type writtenLine struct {
	text  string
	blank int  // empty lines before it
	asks  bool // a whole question of a template, or what stands in place of an answer
	// begins tells that it begins with one, with the answer behind it.
	begins bool
	wide   int // how long the lines around it are that the page has room for; 0: every line is a paragraph
}

// around is how many lines before and after one tell how the page is set.
const around = 20

// writtenLines are the lines of a text. Where there is an empty line after each, as
// some PDFs have it, that one does not count.
func writtenLines(text string) (out []writtenLine) {
	blank := 0
	for l := range strings.SplitSeq(text, "\n") {
		if l = strings.TrimFunc(l, space); l == "" {
			blank++
			continue
		}
		asks := strings.HasSuffix(l, "?") && questionOf(l, false) != "" || isLabel(l) || isPlaceholder(l)
		if n := len(out); asks && blank == 0 && n > 0 && endsQuestion(out[n-1].text, l) {
			out[n-1].text, out[n-1].asks = joinLine(out[n-1].text, l), true
			continue
		}
		first, rest := firstSentence(l)
		out = append(out, writtenLine{text: l, blank: blank, asks: asks, begins: rest != "" && strings.HasSuffix(first, "?") && questionOf(first, false) != ""})
		blank = 0
	}
	spaced := make([]bool, len(out))
	for i := range out {
		before, after := out[max(0, i-around):i+1], out[i:min(len(out), i+around+1)]
		out[i].wide = width(out[max(0, i-around):min(len(out), i+around+1)])
		for _, side := range [][]writtenLine{after, before} {
			if wide := width(side); isSpaced(side, wide) {
				out[i].wide, spaced[i] = wide, true
				break
			}
		}
	}
	for i := range out {
		if spaced[i] && out[i].blank > 0 {
			out[i].blank = out[i].blank / 2
		}
	}
	return out
}

// endsQuestion tells whether a line that asks is the end of a longer question, which the
// line before it begins.
func endsQuestion(before, l string) bool {
	first, _ := utf8.DecodeRuneInString(l)
	whole := joinLine(before, l)
	return unicode.IsLower(first) && !strings.ContainsAny(before, "?:") && questionOf(whole, false) != ""
}

func space(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' }

// isSpaced tells whether nearly all lines that go on have an empty one behind them.
func isSpaced(lines []writtenLine, wide int) bool {
	double, long := 0, 0
	for i, l := range lines {
		if i+1 < len(lines) && float64(utf8.RuneCountInString(l.text)) >= nearlyFull*float64(wide) {
			if long++; lines[i+1].blank == 1 {
				double++
			}
		}
	}
	return wide > 0 && long >= fewLines && double*10 >= long*8
}

// width is how long the lines are that a page has room for; 0 where they are too few,
// too short or too long to tell.
func width(lines []writtenLine) int {
	var long []int
	for _, l := range lines {
		long = append(long, utf8.RuneCountInString(l.text))
	}
	if len(long) < fewLines {
		return 0
	}
	slices.Sort(long)
	if n := long[len(long)*9/10]; n >= 40 && n <= 140 {
		return n
	}
	return 0
}

// goesOn tells whether a line goes on in the next one.
func (l writtenLine) goesOn(next writtenLine) bool {
	last, _ := utf8.DecodeLastRuneInString(l.text)
	first, _ := utf8.DecodeRuneInString(next.text)
	if l.asks || next.asks || next.begins {
		return false
	}
	if bulletLine.MatchString(next.text) && !(first == '–' && next.blank == 0) || boxLine.MatchString(next.text) {
		return false
	}
	cut := (last == '-' || last == '\u00ad' || last == '\u2010') && endsInLetter(strings.TrimRight(l.text, "-\u00ad\u2010"))
	long := l.wide > 0 && float64(utf8.RuneCountInString(l.text)) >= nearlyFull*float64(l.wide)
	ends := strings.ContainsRune(".!?:;", last)
	lower := unicode.IsLower(first) && !numbered.MatchString(next.text)
	switch {
	case next.blank > 1:
		return cut && lower
	case next.blank == 1:
		return lower && (cut || long && !ends)
	case numbered.MatchString(next.text):
		return false
	case cut, lower && !ends:
		return true
	case ends && next.alone():
		return false
	}
	return long
}

// alone tells a line that looks like a heading behind the end of a sentence.
func (l writtenLine) alone() bool {
	last, _ := utf8.DecodeLastRuneInString(l.text)
	return !strings.ContainsRune(".,;!?-\u00ad", last) && utf8.RuneCountInString(l.text)*2 < l.wide
}

func endsInLetter(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r)
}

// joinLines joins lines that were broken where the page ended.
func joinLines(s string) string {
	lines := strings.Split(s, "\n")
	out := lines[0]
	for _, l := range lines[1:] {
		out = joinLine(out, l)
	}
	return out
}

// joinLine puts two halves of a line together. A hyphen between small letters was
// put there by the line's end, unless the word that follows shows that it stands
// for the rest of a word: "dag- og døgntilbud".
func joinLine(a, b string) string {
	if s := strings.TrimSuffix(a, "\u00ad"); s != a && endsInLetter(s) {
		return s + b
	}
	s := strings.TrimRight(a, "-\u2010")
	first, _ := utf8.DecodeRuneInString(b)
	last, _ := utf8.DecodeLastRuneInString(s)
	switch {
	case s == a || len(a)-len(s) > len("\u2010") || !unicode.IsLetter(last) && !unicode.IsDigit(last):
		return a + " " + b
	case suspends(b):
		return a + " " + b
	case unicode.IsLower(last) && unicode.IsLower(first):
		return s + b
	}
	return a + b
}

// suspended are the words before which a hyphen stands for the rest of a word.
var suspended = []string{"og", "eller", "samt", "til", "såvel", "henholdsvis", "respektive", "kontra", "men", "som"}

// longestSuspended is more letters than any of them has.
const longestSuspended = 16

func suspends(next string) bool {
	word := next
	if i := strings.IndexFunc(next, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		word = next[:i]
	}
	return slices.Contains(suspended, word)
}

// boxed cuts a paragraph at its boxes.
func boxed(s string) (out []Block) {
	if m := boxLine.FindString(s); m != "" && !boxes.MatchString(m) {
		return []Block{{Text: s[len(m):], Box: boxOf(!strings.ContainsAny(m, "□") && m[:min(3, len(m))] != "[ ]")}}
	}
	at := boxes.FindAllStringIndex(s, -1)
	if at == nil {
		return []Block{{Text: s}}
	}
	if before := s[:at[0][0]]; strings.TrimSpace(before) != "" {
		out = append(out, Block{Text: before})
	}
	for i, span := range at {
		end := len(s)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		out = append(out, Block{Text: s[span[1]:end], Box: boxOf(s[span[0]:span[1]] != "☐")})
	}
	return out
}

var gaps = regexp.MustCompile(`[ \t\x{00a0}\x{2007}\x{202f}\x{2002}-\x{200a}]+`)

// tidy is the text of a block: without soft hyphens and other signs that show
// nothing, and with single gaps.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\u200d', r == '\ufe0f': // which join the parts of emojis
			return r
		case r == '\u00ad', r == '\ufeff', r == '\u200b', unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	lines := strings.Split(gaps.ReplaceAllString(s, " "), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	out := strings.Trim(strings.Join(lines, "\n"), "\n")
	return cutAtBreak.ReplaceAllStringFunc(out, func(m string) string {
		first, last, _ := strings.Cut(m, "-\n")
		return joinLine(first+"-", last)
	})
}

// cutAtBreak is a word with a hyphen before a line break that was typed, as text
// that was copied from a PDF has it.
var cutAtBreak = regexp.MustCompile(`\p{L}-\n\p{Ll}+`)
