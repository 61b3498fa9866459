package erasures

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"unicode"
)

// Key is what texts are known by under one number of the chain.
type Key [32]byte

// After is the key that comes n numbers later. There is no way back.
func (k Key) After(n int64) Key {
	for range n {
		k = sha256.Sum256(k[:])
	}
	return k
}

// Print is what is noted of a text: its length and what only its key can compute.
type Print struct {
	Length  int    `json:"length"`  // in characters
	Rolling uint16 `json:"rolling"` // tells most other texts apart, cheaply
	HMAC    string `json:"hmac"`    // SHA-256, in hexadecimal digits
}

// Prints are those of one text in the forms in which an erasure finds it.
type Prints struct {
	// Exact is of the text as it is written, with one space for all white space.
	Exact Print `json:"exact"`
	// Address is of the text as a web address may have it: letters of any size, and
	// anything between the words.
	Address Print `json:"address,omitzero"`
	// Slug is of what the address of a practice may be made of.
	Slug Print `json:"slug,omitzero"`
}

// Of are the prints of a text, and of the address that would be made of it, if there is one.
func (k Key) Of(text, slug string) Prints {
	p := Prints{Exact: k.print(exact, exactly(text)), Address: k.print(address, asAddress(text))}
	if slug != "" {
		p.Slug = k.print(ofSlug, []rune(slug))
	}
	return p
}

// Exactly are the prints of a text that is found only as it is written.
func (k Key) Exactly(text string) Prints { return Prints{Exact: k.print(exact, exactly(text))} }

// form is one of those in which a text is found; the same letters have another print in each.
type form string

const (
	exact   form = "exact"
	address form = "address"
	ofSlug  form = "slug"
)

func (k Key) print(as form, text []rune) Print {
	r := k.roller(as, len(text))
	return Print{Length: len(text), Rolling: r.short(r.of(text)), HMAC: mac(k.mac(), as, text)}
}

func (k Key) mac() hash.Hash { return hmac.New(sha256.New, k[:]) }

func mac(h hash.Hash, as form, text []rune) string {
	h.Reset()
	h.Write([]byte(string(as) + ":" + string(text)))
	return hex.EncodeToString(h.Sum(nil))
}

// prime is that of the rolling hash, a polynomial.
const prime = 1<<61 - 1

// roller computes the rolling hash of all texts of a length.
type roller struct{ base, top uint64 }

func (k Key) roller(as form, length int) roller {
	h := k.mac()
	h.Write([]byte("rolling " + as))
	r := roller{base: binary.BigEndian.Uint64(h.Sum(nil))%(prime-2) + 2, top: 1}
	for range length - 1 {
		r.top = times(r.top, r.base)
	}
	return r
}

func times(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	x := lo&prime + (lo>>61 | hi<<3)
	return x&prime + x>>61
}

func (r roller) of(text []rune) (h uint64) {
	for _, c := range text {
		h = r.add(h, c)
	}
	return h
}

func (r roller) add(h uint64, c rune) uint64 { return (times(h, r.base) + uint64(c)) % prime }

func (r roller) drop(h uint64, c rune) uint64 {
	return (h + prime - times(r.top, uint64(c))%prime) % prime
}

func (r roller) short(h uint64) uint16 { return uint16(h) }

// exactly is a text with one space for each run of what separates words.
func exactly(text string) []rune {
	out := make([]rune, 0, len(text))
	for _, c := range text {
		if strings.ContainsRune("\t\n\f\r ", c) {
			if len(out) > 0 && out[len(out)-1] == ' ' {
				continue
			}
			c = ' '
		}
		out = append(out, c)
	}
	return out
}

// asAddress is a text in small letters, with one hyphen for each run of what may stand
// between its words in an address.
func asAddress(text string) []rune {
	out := make([]rune, 0, len(text))
	for _, c := range strings.ReplaceAll(text, "%20", " ") {
		if strings.ContainsRune("\t\n\f\r ._+-", c) {
			if len(out) > 0 && out[len(out)-1] == '-' {
				continue
			}
			out = append(out, '-')
			continue
		}
		out = append(out, small(c))
	}
	return out
}

// small is the same for all characters that differ in their size alone, as regular
// expressions see it.
func small(c rune) rune {
	least := c
	for next := unicode.SimpleFold(c); next != c; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if least == c && unicode.SimpleFold(c) == c {
		return c
	}
	return unicode.ToLower(least)
}

// Finder finds the texts of prints in other texts.
type Finder struct {
	key    Key
	prints []Prints
	of     [][2]roller // for each: exactly, and as an address
	mac    hash.Hash
	exact  map[int]string // that were found as they were written, by the number of their prints
	others map[string]int // that stand for them in addresses
}

// Finder is for prints that the key has made.
func (k Key) Finder(prints []Prints) *Finder {
	f := &Finder{key: k, prints: prints, mac: k.mac(), exact: map[int]string{}, others: map[string]int{}}
	for _, p := range prints {
		f.of = append(f.of, [2]roller{k.roller(exact, p.Exact.Length), k.roller(address, p.Address.Length)})
	}
	return f
}

// Look looks through a text.
func (f *Finder) Look(text string) {
	var plain, small []rune
	for i, p := range f.prints {
		if _, found := f.exact[i]; found {
			continue
		}
		if plain == nil {
			plain, small = exactly(text), asAddress(text)
		}
		f.windows(exact, p.Exact, f.of[i][0], plain, func(found string) { f.exact[i] = found })
		f.windows(address, p.Address, f.of[i][1], small, func(found string) { f.others[strings.ReplaceAll(found, "-", " ")] = i })
		f.slugs(p.Slug, text, func(found string) { f.others[strings.ReplaceAll(found, "-", " ")] = i })
	}
}

// All tells whether every text was found as it was written.
func (f *Finder) All() bool { return len(f.exact) == len(f.prints) }

// Texts are those that were found. Of one that was found as it was written, what stands
// for it in addresses is known by that.
func (f *Finder) Texts() (out []string) {
	for i := range f.prints {
		if text, found := f.exact[i]; found {
			out = append(out, text)
		}
	}
	for _, text := range slices.Sorted(maps.Keys(f.others)) {
		if _, found := f.exact[f.others[text]]; !found {
			out = append(out, text)
		}
	}
	return out
}

// windows looks at all of a text that has the length.
func (f *Finder) windows(as form, p Print, r roller, text []rune, found func(string)) {
	if p.Length < 1 || len(text) < p.Length {
		return
	}
	h := r.of(text[:p.Length-1])
	for end := p.Length; end <= len(text); end++ {
		h = r.add(h, text[end-1])
		window := text[end-p.Length : end]
		if r.short(h) == p.Rolling && mac(f.mac, as, window) == p.HMAC {
			found(string(window))
			return
		}
		h = r.drop(h, window[0])
	}
}

// maxSlug is the longest address that is looked at.
const maxSlug = 300

// slugs looks at the parts of an address of a practice, of which the last may have an s.
func (f *Finder) slugs(p Print, slug string, found func(string)) {
	if p.Length < 1 || len(slug) < p.Length || len(slug) > maxSlug {
		return
	}
	for start := 0; start+p.Length <= len(slug); start++ {
		end := start + p.Length
		if start > 0 && slug[start-1] != '-' {
			continue
		}
		if rest := slug[end:]; rest != "" && rest[0] != '-' && rest != "s" && !strings.HasPrefix(rest, "s-") {
			continue
		}
		if s := slug[start:end]; mac(f.mac, ofSlug, []rune(s)) == p.HMAC {
			found(s)
		}
	}
}
