// Package difference tells in words how two records of a practice differ: field by
// field, lists row by row, texts word by word. It is pure.
package difference

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Op is what became of a piece of text.
type Op int8

// The ways.
const (
	Kept    Op = iota // it stands in both
	Added             // it stands in the second alone
	Removed           // it stands in the first alone
	Gap               // kept text that is left out of what is shown
)

// Piece is a piece of text with what became of it. The kept and removed pieces
// together are the first text, the kept and added ones the second.
type Piece struct {
	Op   Op
	Text string
}

// The comparison of words takes time by the square of what differs, so it is
// bounded: where two texts have more than maxWords words and signs between their
// common beginning and end, whole sentences are compared first, and then the words
// of one that takes the place of another. maxWork bounds one record: after so many
// steps whole texts stand for each other. It is above what two versions of 100
// findings take, and some 20 ms.
const (
	maxWords = 1200
	maxWork  = 4_000_000
)

// differ compares texts until its work is done.
type differ struct{ left int }

// Words compares two texts word by word. Where they have little in common, the
// whole of one takes the place of the other.
func Words(a, b string) []Piece {
	d := differ{maxWork}
	return d.words(a, b)
}

func (d *differ) words(a, b string) []Piece {
	if a == b {
		return joined([]Piece{{Kept, a}})
	}
	if pieces, done := d.compare(tokens(a), tokens(b)); done {
		return readable(pieces)
	}
	sentences, done := d.compare(sentences(a), sentences(b))
	if !done {
		return joined([]Piece{{Removed, a}, {Added, b}})
	}
	var out []Piece
	for i := 0; i < len(sentences); i++ {
		x := sentences[i]
		if x.Op == Removed && i+1 < len(sentences) && sentences[i+1].Op == Added {
			if words, done := d.compare(tokens(x.Text), tokens(sentences[i+1].Text)); done {
				out = append(out, readable(words)...)
				i++
				continue
			}
		}
		out = append(out, x)
	}
	return joined(out)
}

// compare compares two sequences, each element as a whole; it is not done where
// that would take too long.
func (d *differ) compare(a, b []string) (out []Piece, done bool) {
	prefix := 0
	for prefix < min(len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	suffix := 0
	for suffix < min(len(a), len(b))-prefix && a[len(a)-1-suffix] == b[len(b)-1-suffix] {
		suffix++
	}
	n, m := len(a)-prefix-suffix, len(b)-prefix-suffix
	work := (n + m) * (n + m) / 2
	if n+m > maxWords || work > d.left {
		return nil, false
	}
	d.left -= work + len(a) + len(b)
	// Each element becomes a character: go-diff compares those.
	numbers, words := map[string]rune{}, []string{}
	coded := func(list []string) []rune {
		out := make([]rune, len(list))
		for i, s := range list {
			r, known := numbers[s]
			if !known {
				r = rune(len(words)) + 1
				numbers[s], words = r, append(words, s)
			}
			out[i] = r
		}
		return out
	}
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0 // the same on every machine
	diffs := dmp.DiffCleanupSemantic(dmp.DiffMainRunes(coded(a[prefix:len(a)-suffix]), coded(b[prefix:len(b)-suffix]), false))
	out = append(out, Piece{Kept, strings.Join(a[:prefix], "")})
	for _, x := range diffs {
		var text strings.Builder
		for _, r := range x.Text {
			text.WriteString(words[r-1])
		}
		op := map[diffmatchpatch.Operation]Op{diffmatchpatch.DiffEqual: Kept, diffmatchpatch.DiffInsert: Added, diffmatchpatch.DiffDelete: Removed}[x.Type]
		out = append(out, Piece{op, text.String()})
	}
	return joined(append(out, Piece{Kept, strings.Join(a[len(a)-suffix:], "")})), true
}

// tokens cuts a text into words, runs of white space, and single signs.
func tokens(s string) (out []string) {
	kind := func(r rune) int {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			return 1
		case unicode.IsSpace(r):
			return 2
		}
		return 0
	}
	for len(s) > 0 {
		first, size := utf8.DecodeRuneInString(s)
		k := kind(first)
		for size < len(s) && k != 0 {
			r, n := utf8.DecodeRuneInString(s[size:])
			if kind(r) != k {
				break
			}
			size += n
		}
		out, s = append(out, s[:size]), s[size:]
	}
	return out
}

// sentences cuts a text behind stops and line breaks.
func sentences(s string) (out []string) {
	for len(s) > 0 {
		end := strings.IndexAny(s, ".!?\n")
		if end < 0 {
			return append(out, s)
		}
		end++
		for end < len(s) && strings.ContainsRune(".!? \n", rune(s[end])) {
			end++
		}
		out, s = append(out, s[:end]), s[end:]
	}
	return out
}

// readable joins changes that only white space or a sign lies between, since word
// by word they could not be read: three words in a row that were replaced are one
// change. Where less than a third is kept, the whole is one.
func readable(list []Piece) []Piece {
	kept, all := 0, 0
	for _, x := range list {
		if all += len(x.Text); x.Op == Kept {
			kept += 2 * len(x.Text)
			all += len(x.Text)
		}
	}
	if kept*3 < all {
		var removed, added strings.Builder
		for _, x := range list {
			if x.Op != Added {
				removed.WriteString(x.Text)
			}
			if x.Op != Removed {
				added.WriteString(x.Text)
			}
		}
		return joined([]Piece{{Removed, removed.String()}, {Added, added.String()}})
	}
	var out []Piece
	for i, x := range list {
		between := x.Op == Kept && i > 0 && i < len(list)-1 && !strings.ContainsFunc(x.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\n' })
		// Of "(a) b → (c) d" the sign between goes with both sides, but only where both
		// sides of it were replaced: a word that was added beside a comma is just that.
		if between && replaced(list, i-1, -1) && replaced(list, i+1, 1) {
			out = append(out, Piece{Removed, x.Text}, Piece{Added, x.Text})
			continue
		}
		out = append(out, x)
	}
	return joined(out)
}

// replaced tells whether the change at i, seen in a direction, both takes out and
// puts in.
func replaced(list []Piece, i, direction int) bool {
	removed, added := false, false
	for ; i >= 0 && i < len(list) && list[i].Op != Kept; i += direction {
		removed, added = removed || list[i].Op == Removed, added || list[i].Op == Added
	}
	return removed && added
}

// joined is a list without empty pieces, with each change as one removed and one
// added piece.
func joined(list []Piece) (out []Piece) {
	var change [3]strings.Builder
	flush := func() {
		for _, op := range []Op{Removed, Added} {
			if change[op].Len() > 0 {
				out = append(out, Piece{op, change[op].String()})
				change[op].Reset()
			}
		}
	}
	for _, x := range list {
		switch {
		case x.Text == "":
		case x.Op != Kept:
			change[x.Op].WriteString(x.Text)
		default:
			flush()
			if last := len(out) - 1; last >= 0 && out[last].Op == Kept {
				out[last].Text += x.Text
			} else {
				out = append(out, x)
			}
		}
	}
	flush()
	return out
}

// What is left of kept text around a change, in characters, and from what length
// on it is cut.
const (
	context   = 140
	maxKept   = 400
	minCutOff = maxKept - 2*context // what a cut saves at least
)

// Shortened leaves out the middle of long kept pieces, between words, where
// something else has changed.
func Shortened(list []Piece) (out []Piece) {
	if !slices.ContainsFunc(list, func(x Piece) bool { return x.Op != Kept }) {
		return list
	}
	for i, x := range list {
		if x.Op != Kept || utf8.RuneCountInString(x.Text) <= maxKept {
			out = append(out, x)
			continue
		}
		head, tail := "", ""
		if i > 0 {
			head = beginning(x.Text, context)
		}
		if i < len(list)-1 {
			tail = x.Text[len(x.Text)-len(ending(x.Text, context)):]
		}
		for _, y := range []Piece{{Kept, head}, {Gap, ""}, {Kept, tail}} {
			if y.Text != "" || y.Op == Gap {
				out = append(out, y)
			}
		}
	}
	return out
}

// beginning are about the first n characters of a text, in whole words.
func beginning(s string, n int) string {
	count := 0
	for i, r := range s {
		if count++; count > n && unicode.IsSpace(r) || count > 2*n {
			return s[:i]
		}
	}
	return s
}

// ending are about the last n characters of a text, in whole words.
func ending(s string, n int) string {
	for i, count := len(s), 0; i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if count++; count > n && unicode.IsSpace(r) || count > 2*n {
			return s[i:]
		}
		i -= size
	}
	return s
}
