package law

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/danish"
)

// Find gives all references to laws and paragraphs in a text or a query, in
// order; they do not overlap. "§§ 85 og 107" are two, "§§ 83-87" are its first
// and its last, "§ 85 i serviceloven" and "servicelovens § 85" are one. A
// number without a sign counts only right behind a law's name: "SEL 85".
func Find(text string) []Reference {
	p := parser{text, words(text)}
	var all []Reference
	for k := 0; k < len(p.words); {
		law, isLaw := p.law(k)
		list, next := p.list(k, false)
		if isLaw {
			list, next = p.behindLaw(law)
		}
		if len(list) == 0 && (!isLaw || law.weak) {
			k++
			continue
		}
		if len(list) == 0 {
			next = law.next
			list = []Reference{{End: p.words[next-1].end}}
		}
		if isLaw {
			list[0].Start = p.words[k].start
		}
		for i := range list {
			list[i].Law = law.slug
		}
		if !isLaw || len(list) > 1 {
			next = p.readLawBehind(list, next, isLaw)
		}
		all = append(all, list...)
		k = next
	}
	return all
}

// parser reads a text word by word.
type parser struct {
	text  string
	words []word
}

// word is a word or a number that is no compound of others.
type word struct {
	term       string
	start, end int
	gap        string // what stands between it and the one before, folded, without spaces and paragraph signs
	signs      int    // how many paragraph signs stand before it
	sign       int    // byte offset of the first of them
}

// abbreviated is an abbreviation with a paragraph and its letter: "SEL83a".
var abbreviated = regexp.MustCompile(`^[a-z]{3}([1-9]\d{0,2}[a-h])$`)

func words(text string) (all []word) {
	end := 0
	add := func(term string, from, to int) {
		w := word{term: term, start: from, end: to}
		w.readGap(text[end:from], end)
		all, end = append(all, w), to
	}
	for _, t := range danish.Tokens(text) {
		if t.Members > 0 {
			continue
		}
		if m := abbreviated.FindStringSubmatch(t.Term); m != nil && len(t.Term) == t.End-t.Start {
			add(t.Term[:3], t.Start, t.Start+3)
			add(m[1], t.Start+3, t.End)
			continue
		}
		add(t.Term, t.Start, t.End)
	}
	return all
}

// readGap reads what stands before a word, from byte offset start on.
func (w *word) readGap(gap string, start int) {
	if gap == " " {
		return
	}
	w.gap = strings.Join(strings.Fields(danish.Fold(gap)), "")
	rest := strings.TrimRight(w.gap, "§")
	w.signs = (len(w.gap) - len(rest)) / len("§")
	w.gap = rest
	if strings.Count(gap, "\n") > 1 {
		w.gap = "\n" + w.gap // another passage
	}
	for range w.signs {
		w.sign = strings.LastIndex(gap, "§")
		gap = gap[:w.sign]
	}
	w.sign += start
}

// hasGap tells whether word k exists and has one of these gaps before it.
func (p *parser) hasGap(k int, gaps ...string) bool {
	return k < len(p.words) && slices.Contains(gaps, p.words[k].gap)
}

// found is a law's name in a text.
type found struct {
	name
	next int // the word behind it
}

// law reads a law's name at word k, with what hangs on: "lov om almene boliger
// m.v.", "lov om social service (SEL)".
func (p *parser) law(k int) (found, bool) {
	f, ok := p.lawName(k)
	if !ok {
		return f, false
	}
	if p.is(f.next, "m") && p.is(f.next+1, "v") && p.hasGap(f.next+1, ".") {
		f.next += 2
	} else if p.is(f.next, "mv") {
		f.next++
	}
	if p.hasGap(f.next, "(") {
		if also, isLaw := p.lawName(f.next); isLaw && also.slug == f.slug {
			f.next = also.next
		}
	}
	return f, true
}

// lawName reads the longest name of a law at word k.
func (p *parser) lawName(k int) (f found, ok bool) {
	key := ""
	for i := k; i < len(p.words); i++ {
		w := p.words[i]
		if i > k && (w.signs > 0 || !p.hasGap(i, "", "-")) {
			break
		}
		key += w.term
		n, known := byKey[key]
		if !known && len(w.term) > 1 {
			n, known = byKey[strings.TrimSuffix(key, "s")]
		}
		if known && (i == k || len(key) > 4) { // an abbreviation is one word
			f, ok = found{n, i + 1}, true
		}
		if !prefixes[key] {
			break
		}
	}
	return f, ok
}

// is tells whether word k is one of these, without a paragraph sign.
func (p *parser) is(k int, terms ...string) bool {
	return k < len(p.words) && p.words[k].signs == 0 && slices.Contains(terms, p.words[k].term)
}

// behindLaw reads the paragraphs behind a law's name.
func (p *parser) behindLaw(law found) ([]Reference, int) {
	k := law.next
	// "m.v.", and an abbreviation with a dot: "SEL. § 85".
	dot := p.hasGap(k, ".") && (p.is(k-1, "v", "mv") || len(p.words[k-1].term) <= 4 && p.words[k].signs > 0)
	if !dot && !p.hasGap(k, "", "(", ")", "),", ",", ":", "-", "–") {
		return nil, k
	}
	return p.list(k, !law.weak && p.hasGap(k, "", "-") && p.isBare(k))
}

// isBare tells whether the number at word k, which has no sign, can be a
// paragraph: not "10 %", "1. januar", "12,5", "85-årige".
func (p *parser) isBare(k int) bool {
	gap, term, first := p.behind(k)
	switch {
	case strings.HasPrefix(gap, "%"), strings.HasPrefix(term, "aar"):
		return false
	case strings.HasPrefix(gap, "."):
		return !unicode.IsLower(first) && !unicode.IsDigit(first)
	}
	// "85, 107" are two, "12,5" is one.
	return gap != "," || !unicode.IsDigit(first) || p.text[p.words[k].end:p.words[k+1].start] != ","
}

// behind is what stands behind word k: the gap, the next word and its first
// letter as written; empty at the end.
func (p *parser) behind(k int) (gap, term string, first rune) {
	if k+1 == len(p.words) {
		return strings.TrimSpace(p.text[p.words[k].end:]), "", 0
	}
	next := p.words[k+1]
	first, _ = utf8.DecodeRuneInString(p.text[next.start:])
	return next.gap + strings.Repeat("§", next.signs), next.term, first
}

// readLawBehind gives a list of paragraphs before word k the law that stands
// there, "i serviceloven" or "(SEL)", and returns the word behind. A law with
// a paragraph of its own is another reference. Where the list has a law
// already, only the last may have another: "SEL § 85 og § 141 i sundhedsloven".
func (p *parser) readLawBehind(list []Reference, k int, hasLaw bool) int {
	at := k
	for at < k+3 && p.is(at, "i", "efter", "af", "fra", "under", "jf", "jvf", "henhold", "medfoer", "til") && p.hasGap(at, "", ",", "(", ".") {
		at++
	}
	said := at > k
	if !said && hasLaw || !p.hasGap(at, "", "(") && !(said && p.hasGap(at, ".")) {
		return k
	}
	law, ok := p.law(at)
	if !ok {
		return k
	}
	if own, _ := p.behindLaw(law); len(own) > 0 && p.hasGap(law.next, "") {
		return k
	}
	last := &list[len(list)-1]
	last.Law, last.End = law.slug, p.words[law.next-1].end
	// "§ 85 og § 107 i serviceloven", "§§ 85 og 107 SEL"; not "§ 101, § 141 SUL".
	if !hasLaw && (said || unicode.IsDigit(rune(p.text[last.Start]))) {
		for i := range list {
			list[i].Law = law.slug
		}
	}
	return law.next
}

// list reads a paragraph at word k and those that follow it in a row. bare
// allows the first to have no sign.
func (p *parser) list(k int, bare bool) ([]Reference, int) {
	r, next, plural := p.paragraph(k, bare)
	if r.Paragraph == "" {
		return nil, k
	}
	all := []Reference{r}
	for next < len(p.words) {
		at := next
		joined := p.is(at, "og", "eller", "samt", "til", "hhv", "henholdsvis", "jf") && p.hasGap(at, "", ",", "-")
		if joined {
			at++
		}
		if !(joined && p.hasGap(at, "", ".")) && !(!joined && p.hasGap(at, "", ",", ";", "/", "-", "–")) {
			break
		}
		tight := !joined && p.hasGap(at, "/", "-", "–") && p.words[at].start-p.words[at-1].end <= len("–")
		bare := r.Subsection == "" && (tight || plural && (joined || p.hasGap(at, ",", "/", "-", "–")))
		number := strings.TrimRight(r.Paragraph, "abcdefgh")
		more, after, several := p.paragraph(at, bare)
		if more.Paragraph == "" && number != r.Paragraph && r.Subsection == "" && (joined || tight) && p.isLetter(at) {
			w := p.words[at] // "§ 82 a og b"
			more, after = Reference{Paragraph: number + w.term, Start: w.start, End: w.end}, at+1
		}
		if more.Paragraph == "" {
			break
		}
		r, next, plural = more, after, plural || several
		all = append(all, r)
	}
	return all, next
}

// paragraph reads one paragraph at word k with its subsection; none where it
// comes back without a number. next is the word behind it, and plural tells
// that several were announced ("§§").
func (p *parser) paragraph(k int, bare bool) (r Reference, next int, plural bool) {
	if k >= len(p.words) {
		return r, k, false
	}
	w, at := p.words[k], k
	start := w.start
	switch {
	case w.signs > 0:
		start, plural = w.sign, w.signs > 1
	case p.is(k, "paragraf", "paragraffen", "paragraffer", "paragrafferne", "pgf") && p.hasGap(k+1, "", "."),
		p.is(k, "par") && p.hasGap(k+1, ".") && !(k > 0 && p.is(k-1, "et")):
		at, plural = k+1, strings.HasPrefix(w.term, "paragraffer")
	case !bare:
		return r, k, false
	}
	number, next := p.number(at)
	if number == "" {
		return r, k, false
	}
	r = Reference{Paragraph: number, Start: start}
	if p.is(next, "stk", "stykke") && p.hasGap(next, "", ",") && p.isNumber(next+1) {
		r.Subsection = p.words[next+1].term
		next += 2
	}
	if p.is(next, "nr", "nummer") && p.hasGap(next, "", ",") && p.isNumber(next+1) {
		next += 2
	}
	r.End = p.words[next-1].end
	return r, next, plural
}

var (
	paragraphNumber = regexp.MustCompile(`^[1-9]\d{0,2}[a-h]?$`)
	isLetter        = regexp.MustCompile(`^[a-h]$`)
	otherNumber     = regexp.MustCompile(`^[1-9]\d?$`)
)

// isNumber tells whether word k can be the number of a subsection.
func (p *parser) isNumber(k int) bool {
	return p.hasGap(k, "", ".") && p.words[k].signs == 0 && otherNumber.MatchString(p.words[k].term)
}

// number reads a paragraph's number with its letter: "83 a" as 83a. Empty for
// none: "1.000".
func (p *parser) number(k int) (string, int) {
	if !paragraphNumber.MatchString(p.words[k].term) {
		return "", k
	}
	number := p.words[k].term
	gap, term, first := p.behind(k)
	if gap == "." && unicode.IsDigit(first) && p.words[k+1].start == p.words[k].end+1 {
		return "", k
	}
	if gap == "" && number[len(number)-1] <= '9' && p.isLetter(k+1) {
		return number + term, k + 2
	}
	return number, k + 1
}

// isLetter tells whether word k is a paragraph's letter: not the i of "§ 85 i
// serviceloven", the e of "e.l.", the a of "a-kasse".
func (p *parser) isLetter(k int) bool {
	if k >= len(p.words) || p.words[k].signs > 0 || p.words[k].end-p.words[k].start != 1 || !isLetter.MatchString(p.words[k].term) {
		return false
	}
	gap, term, first := p.behind(k)
	return !(gap == "." && unicode.IsLower(first)) && !(gap == "-" && unicode.IsLetter(first) && len(term) > 1)
}
