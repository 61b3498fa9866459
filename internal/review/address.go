package review

import (
	"html"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

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
	case badHost(u):
		return "»" + s + "« er ikke en webadresse, som en browser kan åbne. Skriv den, som den står i browserens adressefelt."
	case u.User != nil:
		return "Adressen har et brugernavn eller en adgangskode i sig. Skriv den uden."
	case !publicHost(u.Hostname()):
		return "Adressen »" + u.Hostname() + "« kan kun åbnes inde hos jer selv. Skriv en, som alle kan åbne, eller lad feltet stå tomt."
	}
	return ""
}

// privateEndings are names that nobody has in public: what is reserved (RFC 2606,
// 6761, 6762, 7686, 8375, 9476, and .internal, .corp, .home, .mail by ICANN), and
// what local networks are usually called.
var privateEndings = []string{".local", ".localhost", ".internal", ".corp", ".home", ".mail", ".home.arpa", ".test", ".invalid", ".example", ".alt", ".onion",
	".localdomain", ".intern", ".intranet", ".lan", ".lokal", ".private", ".workgroup"}

// publicHost tells whether a host can be reached from anywhere: a name with a
// dot, or a public IP address. What ends in a number is an IP address to a
// browser (WHATWG URL), so it must be one as it is usually written.
func publicHost(host string) bool {
	host = strings.TrimSuffix(folded(host), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap()
		return ip.IsGlobalUnicast() && !ip.IsPrivate() && (ip.Is4() || global6.Contains(ip)) &&
			!slices.ContainsFunc(specialNetworks, func(n netip.Prefix) bool { return n.Contains(ip) })
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

// folded is a host as browsers read it (UTS 46): in small letters, full-width and
// circled signs as plain ones, ideographic full stops as dots.
func folded(host string) string {
	return strings.ToLower(strings.NewReplacer("\u3002", ".", "\uff0e", ".", "\uff61", ".").Replace(norm.NFKC.String(host)))
}

// badHost tells whether a host has what no name has, or a port that is none.
func badHost(u *url.URL) bool {
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return false
	}
	if n, err := strconv.Atoi(u.Port()); u.Port() != "" && (err != nil || n < 1 || n > 65535) {
		return true
	}
	host := folded(u.Hostname())
	return strings.Contains(host, "..") || strings.HasPrefix(host, ".") ||
		strings.ContainsFunc(host, func(r rune) bool {
			return r != '.' && r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		})
}

// global6 is what of IPv6 is given out; specialNetworks are those within it and
// within IPv4 that lead to nobody, or back into a local network (RFC 6890).
var (
	global6         = netip.MustParsePrefix("2000::/3")
	specialNetworks = func() (out []netip.Prefix) {
		for _, s := range strings.Fields("0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.0.2.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 2001::/23 2001:db8::/32 2002::/16") {
			out = append(out, netip.MustParsePrefix(s))
		}
		return out
	}()
)

// linkTarget finds the targets of links and pictures in Markdown.
var linkTarget = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)|<(https?://[^>\s]+)>|\]:\s*(\S+)`)

// proseFault holds the addresses in a text with Markdown to the same.
func proseFault(s string) string {
	for _, m := range linkTarget.FindAllStringSubmatch(s, -1) {
		target := Address(html.UnescapeString(m[1] + m[2] + m[3]))
		if strings.HasPrefix(target, "//") {
			target = "https:" + target
		}
		if u, err := url.Parse(target); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			if fault := addressFault(target); fault != "" {
				return fault
			}
		}
	}
	return ""
}
