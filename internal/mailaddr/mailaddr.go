// Package mailaddr reads a mail address as people type and paste it. Every
// address that is typed anywhere is read here.
package mailaddr

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Address is one mail address that mails can be sent to.
type Address struct {
	// Name is what stood beside it, as in "Ida Jensen <ida@kommune.dk>".
	Name string
	// Local is what stands before the @: ASCII, in the letters that were typed.
	Local string
	// Domain is in small letters and may have letters such as æ, ø and å.
	Domain string
	ascii  string // the domain as mail servers know it
}

// String is the address as people read it, which is also how it is kept: each
// address has one such form. Reading it gives the same address.
func (a Address) String() string { return a.Local + "@" + a.Domain }

// ASCII is the address as it goes out: the domain in its form of IDNA (xn--…).
func (a Address) ASCII() string { return a.Local + "@" + a.ascii }

// Fault is what is wrong with an address.
type Fault int

// The faults. NoDot and Reserved are those of Public.
const (
	Empty         Fault = iota + 1
	More                // more than one address, or something else beside it
	NoAt                // no @
	ManyAts             // more than one @
	Space               // white space or a control character within
	Local               // what stands before the @ is none that servers take
	LocalNotASCII       // as above, and Error.Char is the first of it that is beyond ASCII
	Domain              // what stands after the @ is the name of no host
	TooLong
	NoDot    // the domain has no dot
	Reserved // the domain is of a network of one's own: Error.Text is its end
)

var faults = map[Fault]string{Empty: "it is empty", More: "there is more than one, or something beside it", NoAt: "it has no @", ManyAts: "it has more than one @",
	Space: "it has a space or a control character in it", Local: "what stands before the @ is not right", LocalNotASCII: "a letter before the @ is beyond ASCII, and mails to such addresses get lost",
	Domain: "what stands after the @ is no host's name", TooLong: "it is too long", NoDot: "there is no dot after the @", Reserved: "its domain is known on one network only"}

// Error tells why a text is not an address. It does not repeat the text, which
// may be a person's.
type Error struct {
	Fault Fault
	Char  rune
	Text  string
}

func (e *Error) Error() string { return "not a mail address: " + faults[e.Fault] }

// Most that an address may have, in bytes as it goes out (RFC 5321).
const (
	maxAddress = 254
	maxLocal   = 64
	// maxRead is far above what is pasted with an address.
	maxRead = 4096
)

// around is what comes along when an address is copied out of a text or a list.
const around = " <>()[]{}\"'„“”‘’»«;,:"

// label is what pages and cards write before an address.
var label = regexp.MustCompile(`(?i)^(mailto|e-?mail|mail)\s*:\s*`)

// domains is the profile by which names are looked up, with the lengths that
// the DNS allows.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// Read reads one address: bare, with a name, as a mailto link, or with what was
// copied along with it. The error is an *Error.
func Read(s string) (Address, error) {
	if len(s) > maxRead {
		return Address{}, &Error{Fault: TooLong}
	}
	s = strings.TrimSpace(norm.NFC.String(strings.Map(visible, s)))
	if strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsAny(s, "\u2028\u2029") {
		return Address{}, &Error{Fault: Space}
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
	for _, pair := range []string{"<>", "[]", "()"} {
		name, rest, opened := strings.Cut(s, pair[:1])
		if !opened || !strings.Contains(rest, "@") || strings.Trim(name, around) == "" {
			continue
		}
		inner, after, _ := strings.Cut(rest, pair[1:])
		a, err := bare(inner)
		if err != nil {
			return Address{}, err
		}
		if strings.Trim(after, around+".") != "" {
			return Address{}, &Error{Fault: More}
		}
		a.Name = strings.TrimSpace(name)
		if n := len(a.Name); n > 1 && a.Name[0] == '"' && a.Name[n-1] == '"' {
			a.Name = strings.TrimSpace(strings.ReplaceAll(a.Name[1:n-1], `\"`, `"`))
		}
		if strings.Contains(name, "@") { // programs write the address twice
			same, err := bare(name)
			if err != nil || same != (Address{Local: a.Local, Domain: a.Domain, ascii: a.ascii}) {
				return Address{}, &Error{Fault: More}
			}
			a.Name = ""
		}
		return a, nil
	}
	return bare(s)
}

// visible takes out what nobody sees: zero-width characters and their like.
func visible(r rune) rune {
	switch {
	case unicode.Is(unicode.Cf, r), r == 0x34f, r >= 0xfe00 && r <= 0xfe0f:
		return -1
	case r == '＠':
		return '@'
	}
	return r
}

// bare reads an address without a name.
func bare(s string) (Address, error) {
	s = trimmed(s)
	if prefix := label.FindString(s); prefix != "" {
		s = s[len(prefix):]
		if strings.HasPrefix(strings.ToLower(prefix), "mailto") {
			s, _, _ = strings.Cut(s, "?")
			if plain, err := url.PathUnescape(s); err == nil {
				s = norm.NFC.String(plain)
			}
		}
		s = trimmed(s)
	}
	if s == "" {
		return Address{}, &Error{Fault: Empty}
	}
	switch n := strings.Count(s, "@"); {
	case n != 1 && strings.ContainsAny(s, ",;"), n > 1 && strings.ContainsAny(s, " <>/|"):
		return Address{}, &Error{Fault: More}
	case n == 0:
		return Address{}, &Error{Fault: NoAt}
	case n > 1:
		return Address{}, &Error{Fault: ManyAts}
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return Address{}, &Error{Fault: Space}
	}
	local, domain, _ := strings.Cut(s, "@")
	a := Address{Local: local}
	if err := checkLocal(local); err != nil {
		return Address{}, err
	}
	var err error
	if a.ascii, err = domains.ToASCII(domain); err != nil || numeric(a.ascii) {
		return Address{}, &Error{Fault: Domain}
	}
	// What the DNS knows decides: two names that are one there are one here.
	if a.Domain, err = domains.ToUnicode(a.ascii); err != nil {
		return Address{}, &Error{Fault: Domain}
	}
	if len(a.ASCII()) > maxAddress || len(local) > maxLocal {
		return Address{}, &Error{Fault: TooLong}
	}
	return a, nil
}

func trimmed(s string) string {
	s = strings.TrimLeft(s, around)
	return strings.TrimRight(s, around+".")
}

// numeric tells whether a domain ends as no name does: it is an IP address.
func numeric(domain string) bool {
	return strings.Trim(domain[strings.LastIndexByte(domain, '.')+1:], "0123456789") == ""
}

// checkLocal takes the dot-atom of RFC 5322, and none of the quoting that mail
// servers have read in different ways.
func checkLocal(s string) error {
	for _, r := range s {
		if r > unicode.MaxASCII {
			return &Error{Fault: LocalNotASCII, Char: r}
		}
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+/=?^_`{|}~-", r))
		}) {
			return &Error{Fault: Local}
		}
	}
	return nil
}

// reserved are the ends of domains that the public DNS has not (RFC 6761, 6762,
// 9476, and what ICANN has set aside). What ends with .example is nobody's
// either, but is meant so: it stands in documentation and demonstrations.
var reserved = map[string]bool{"local": true, "localhost": true, "localdomain": true, "invalid": true, "test": true, "internal": true, "intern": true, "lan": true, "home": true, "corp": true, "onion": true, "alt": true}

// Public is an *Error when mails to the address cannot come from elsewhere: the
// domain has no dot, or one network alone knows it.
func (a Address) Public() error {
	i := strings.LastIndexByte(a.ascii, '.')
	end := a.ascii[i+1:]
	switch {
	case i < 0:
		return &Error{Fault: NoDot}
	case reserved[end]:
		return &Error{Fault: Reserved, Text: "." + end}
	case len(end) < 2:
		return &Error{Fault: Domain}
	}
	return nil
}

// Parse reads an address that a program has kept, and mends nothing but its
// capitals: what is not an address in one of its forms is refused.
func Parse(s string) (Address, error) {
	a, err := Read(s)
	if err != nil {
		return Address{}, err
	}
	if a.Name != "" || !strings.EqualFold(s, a.String()) && !strings.EqualFold(s, a.ASCII()) {
		return Address{}, fmt.Errorf("an address was kept in a form of no address: %w", &Error{Fault: More})
	}
	return a, nil
}
