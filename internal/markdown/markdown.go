// Package markdown reads the texts of the record as people write them: Markdown,
// without pictures, in which a date at the start of a line is no list, a sign
// before an amount is a sign, and a tag is what was written. Its headings stand
// below those of a page's sections. Whatever shows or searches such a text reads
// it here.
package markdown

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// reader takes no raw HTML: a tag stands as it was written, so that no word is
// lost.
var reader = goldmark.New(goldmark.WithParser(parser.NewParser(
	parser.WithBlockParsers(without[parser.BlockParser](parser.DefaultBlockParsers(), parser.NewHTMLBlockParser())...),
	parser.WithInlineParsers(without[parser.InlineParser](parser.DefaultInlineParsers(), parser.NewRawHTMLParser())...),
	parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	parser.WithASTTransformers(util.Prioritized(pictures{}, 0), util.Prioritized(links{}, 1), util.Prioritized(headings{}, 2)),
)))

// without is a list of parsers without those of one type.
func without[T any](list []util.PrioritizedValue, one T) []util.PrioritizedValue {
	return slices.DeleteFunc(list, func(v util.PrioritizedValue) bool { return reflect.TypeOf(v.Value) == reflect.TypeOf(one) })
}

// HTML is a text as a page shows it, below a heading of level 2. A link whose
// address is unsafe or missing is its words alone.
func HTML(s string) string { return HTMLBelow(2, s) }

// HTMLBelow is HTML below a heading of another level.
func HTMLBelow(level int, s string) string {
	if s == "" {
		return ""
	}
	if isPlain(s) {
		return "<p>" + s + "</p>\n"
	}
	c := parser.NewContext()
	c.Set(levelKey, level)
	var b bytes.Buffer
	if err := reader.Convert([]byte(sentences(s)), &b, parser.WithContext(c)); err != nil {
		return "" // a bytes.Buffer takes everything
	}
	return b.String()
}

// isPlain tells whether a text is one line that Markdown reads as it stands, as most
// are: it begins with a letter and has only letters, numbers and the signs of sentences.
func isPlain(s string) bool {
	for i, r := range s {
		if !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !strings.ContainsRune(" .,:;?()/%§–»«-", r)) {
			return false
		}
	}
	return !strings.HasSuffix(s, " ")
}

// Parse is a text as a tree, with the source that its places refer to, which is
// not always s.
func Parse(s string) (root ast.Node, source []byte) {
	source = []byte(sentences(s))
	return reader.Parser().Parse(text.NewReader(source)), source
}

// numbered is a line that Markdown takes for the point of a numbered list.
var numbered = regexp.MustCompile(`^( {0,3}(?:> ?|[-*+] +)*)([0-9]{1,9})([.)])([ \t]+)(\S.*)`)

// sentences marks what begins with a number and is no point of a list. Points
// count on, over two lines or more, or begin with 1; and no point begins with
// what a date or an ordinal number goes on with: "11. marts", "1. bølge".
func sentences(s string) string {
	if !strings.ContainsAny(s, "0123456789") {
		return s
	}
	lines := strings.Split(s, "\n")
	points := make([]point, len(lines))
	fences := make([]bool, len(lines))
	fenced := false
	for i, line := range lines {
		if t := strings.TrimSpace(line); strings.HasPrefix(t, "```") || strings.HasPrefix(t, "~~~") {
			fenced = !fenced
		}
		if fences[i] = fenced; !fenced {
			points[i] = pointOf(line)
		}
	}
	for i, p := range points {
		if p.dot == 0 || counts(points, i) {
			continue
		}
		if !p.ordinal && p.n == 1 {
			continue
		}
		lines[i] = lines[i][:p.dot] + `\` + lines[i][p.dot:]
	}
	keepSigns(lines, fences)
	return strings.Join(lines, "\n")
}

// point is a line that may be a point of a numbered list.
type point struct {
	dot     int // where the sign behind its number stands; 0 for other lines
	n       int
	ordinal bool // the number belongs to the word behind it
}

func pointOf(line string) point {
	m := numbered.FindStringSubmatchIndex(line)
	if m == nil {
		return point{}
	}
	n, _ := strconv.Atoi(line[m[4]:m[5]]) // nine digits at most
	p := point{dot: m[6], n: n}
	p.ordinal = line[m[6]] == '.' && ordinal(n, line[m[10]:])
	return p
}

// counts tells whether the point before or behind one, with nothing but its own
// lines between, has the number before or behind.
func counts(points []point, i int) bool {
	if points[i].ordinal {
		return false
	}
	for j := i - 1; j >= 0 && i-j <= maxBetween; j-- {
		if points[j].dot > 0 && !points[j].ordinal {
			if points[j].n == points[i].n-1 {
				return true
			}
			break
		}
	}
	for j := i + 1; j < len(points) && j-i <= maxBetween; j++ {
		if points[j].dot > 0 && !points[j].ordinal {
			return points[j].n == points[i].n+1
		}
	}
	return false
}

// maxBetween is how many lines one point may have: more than anybody writes.
const maxBetween = 30

// What goes on from an ordinal number: months, as they are written out and cut
// short, and what is counted.
var (
	months  = wordSet("januar februar marts april maj juni juli august september oktober november december jan feb mar apr jun jul aug sep sept okt nov dec")
	counted = wordSet("bølge bølgen nedlukning nedlukningen gang gangen kvartal halvår halvdel halvleg år årgang århundrede uge dag døgn time måned del fase fasen runde runden udgave version sal klasse klasses trin niveau led rang række generation genåbning genåbningen juledag påskedag pinsedag vaccination vaccine stik dosis")
)

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

// ordinal tells whether a number with a full stop is the ordinal of what follows:
// a day of a month, or something counted, in small letters.
func ordinal(n int, rest string) bool {
	word := rest
	if i := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		word = rest[:i]
	}
	return months[strings.ToLower(word)] && n >= 1 && n <= 31 || counted[word]
}
