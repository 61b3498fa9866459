package review

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"

	"golang.org/x/text/unicode/norm"
)

// Text is the one gate by which running text comes in, from a form, an import,
// the seeds or an editor: it gives s in the canonical form in which it is
// checked, counted, kept and searched. That is Unicode's NFC, with plain spaces
// and hyphens, line breaks as \n, and without what a PDF or a word processor
// leaves between the letters: soft hyphens, ligatures, zero-width and direction
// marks. Spaces at the ends go. Characters that are no text (NUL, bytes that are
// no UTF-8) stay, for catalogue.Storable to refuse. It is idempotent.
func Text(s string) string {
	return strings.TrimSpace(canonical(s))
}

// Line is Text for what has no line breaks: each run of white space becomes one
// space.
func Line(s string) string {
	return strings.Join(strings.Fields(canonical(s)), " ")
}

// Canonical brings all texts of a record to the form that Text, Line and Address
// give. It asks nothing: a draft may hold what is no date and no organisation.
func Canonical(p *catalogue.Practice) {
	for v := range p.Values() {
		canonicalValue(v)
	}
}

func canonicalValue(v catalogue.Value) {
	s := v.Text()
	switch {
	case s == nil:
	case v.Kind == catalogue.FieldProse:
		*s = Text(*s)
	case v.Kind == catalogue.FieldURL:
		*s = Address(*s)
	default:
		*s = Line(*s)
	}
}

// unstorable is what is said of a text that catalogue.Storable refuses.
const unstorable = "Teksten har tegn, der ikke kan gemmes. Slet dem, de ses som �."

// Unstorable are the texts of a record that the database would refuse. It shows
// them as catalogue.Visible does, to be given back to the one who typed them.
func Unstorable(p *catalogue.Practice) (faults []Fault) {
	for v := range p.Values() {
		for _, s := range v.Strings() {
			if !catalogue.Storable(*s) {
				*s = catalogue.Visible(*s)
				faults = append(faults, Fault{v.Path(), unstorable})
			}
		}
	}
	return faults
}

// ligatures are single characters that PDFs have for several letters.
var ligatures = map[rune]string{'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "st", 'ﬆ': "st"}

func canonical(s string) string {
	if plainText(s) {
		return s
	}
	if !utf8.ValidString(s) {
		return s // refused by catalogue.Storable
	}
	var b strings.Builder
	b.Grow(len(s))
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case r == '\r':
			if i+1 == len(runes) || runes[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case r == '\n' || r == 0:
			b.WriteRune(r)
		case r == '\t' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			b.WriteByte('\n')
		case r == '\u2010' || r == '\u2011': // hyphens that must not be mistaken for letters by any search
			b.WriteByte('-')
		case invisible(r):
			b.WriteString(instead(b.String(), r, runes[i+1:]))
		case ligatures[r] != "":
			b.WriteString(ligatures[r])
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// plainText tells whether nothing is to be done: printable ASCII and line
// breaks, or the letters of Danish.
func plainText(s string) bool {
	for _, r := range s {
		if r < ' ' && r != '\n' || r == 0x7f || r > 0x7e && !strings.ContainsRune("æøåÆØÅé»«§", r) {
			return false
		}
	}
	return true
}

// invisible tells whether a character is there only for a machine: control and
// format characters (soft hyphen, zero-width space, byte order mark, direction
// marks, word joiner).
func invisible(r rune) bool { return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) }

// instead is what stands for an invisible character, of which the text before
// and after is given: nothing between letters, and in an emoji what joins its
// parts. Between digits it keeps them apart, so that a number that was written
// in two parts, as CPR numbers are, stays so.
func instead(before string, r rune, after []rune) string {
	last, _ := utf8.DecodeLastRuneInString(before)
	for len(after) > 0 && invisible(after[0]) {
		after = after[1:]
	}
	if len(after) == 0 {
		return ""
	}
	switch {
	case unicode.IsDigit(last) && unicode.IsDigit(after[0]):
		return "-"
	case r == '\u200d' && pictorial(last) && pictorial(after[0]):
		return "\u200d"
	}
	return ""
}

// pictorial tells whether a character can stand in an emoji of several parts.
func pictorial(r rune) bool {
	return unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || r == '\ufe0f'
}

// Address is the gate for web addresses: s with its scheme, which some write as
// Https, in small letters, and without what no address has around it.
func Address(s string) string {
	s = Line(s)
	if scheme, rest, ok := strings.Cut(s, "://"); ok && len(scheme) <= len("https") {
		s = strings.ToLower(scheme) + "://" + rest
	}
	return s
}

// addressFault says in Danish what is wrong with a web address; nothing is
// when it can lead anybody somewhere.
func addressFault(s string) string {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsFunc(s, unicode.IsSpace):
		return "»" + s + "« er ikke en webadresse. Den skal begynde med https:// eller http://."
	case u.User != nil:
		return "Adressen har et brugernavn eller en adgangskode i sig. Skriv den uden."
	case !publicHost(u.Hostname()):
		return "Adressen »" + u.Hostname() + "« kan kun åbnes inde hos jer selv. Skriv en, som alle kan åbne, eller lad feltet stå tomt."
	}
	return ""
}

// privateEndings are names that only local networks have (RFC 6761, 6762, 8375
// and what is usual).
var privateEndings = []string{".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".corp", ".home", ".private", ".home.arpa"}

// publicHost tells whether a host can be reached from anywhere: a name with a
// dot, or a public IP address. What ends in a number is an IP address to a
// browser (WHATWG URL), so it must be one as it is usually written.
func publicHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap()
		return ip.IsGlobalUnicast() && !ip.IsPrivate() && !carrierShared.Contains(ip)
	}
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || dot == len(host)-1 {
		return false
	}
	if last := host[dot+1:]; strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		return false
	}
	for _, end := range privateEndings {
		if strings.HasSuffix(host, end) {
			return false
		}
	}
	return true
}

// carrierShared is the network between a provider and its customers (RFC 6598).
var carrierShared = netip.MustParsePrefix("100.64.0.0/10")
