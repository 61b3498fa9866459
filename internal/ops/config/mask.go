package config

import (
	"net/url"
	"regexp"
	"strings"
)

// Hidden stands for a value of which nothing is shown; within an address, hiddenPart
// stands for what is secret, as [url.URL.Redacted] has it.
const (
	Hidden     = "(hidden)"
	hiddenPart = "xxxxx"
)

// secretName is the name of a parameter that is a secret; "key=" of libpq are files.
var secretName = regexp.MustCompile(`(?i)pass|pwd|secret|token|_key$`)

// Mask hides what is secret in an address: the password, in whichever place it stands, of
// a URL or of libpq's list of key=value. Of what can be read as neither it shows nothing,
// nor where a secret may have been taken for another part.
func Mask(s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	if strings.Contains(s, "://") {
		return maskURL(s)
	}
	return maskPairs(s)
}

func maskURL(s string) string {
	u, err := url.Parse(s)
	// A sign in a password that should have been written as %23 or the like ends what is
	// taken for the password, or for the host.
	if err != nil || u.Host == "" || u.Opaque != "" || u.Fragment != "" || strings.Contains(u.Path+u.RawQuery, "@") || strings.Contains(u.Path, ";") {
		return Hidden
	}
	if u.RawQuery != "" {
		pairs := strings.Split(u.RawQuery, "&")
		for i, pair := range pairs {
			name, value, found := strings.Cut(pair, "=")
			if !found { // perhaps what stands behind a & in a password
				return Hidden
			}
			plain, err := url.QueryUnescape(name)
			if err != nil || secretName.MatchString(plain) || strings.Contains(value, ";") {
				pairs[i] = name + "=" + hiddenPart
			}
		}
		u.RawQuery = strings.Join(pairs, "&")
	}
	return u.Redacted()
}

// pair is one setting of libpq's list: a word, and a value that is in quotes or has no
// blanks, in which a backslash takes the meaning from the next sign.
var pair = regexp.MustCompile(`^\s*([A-Za-z_]\w*)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*|)(\s+|$)`)

func maskPairs(s string) string {
	var b strings.Builder
	for rest := s; strings.TrimSpace(rest) != ""; {
		m := pair.FindStringSubmatch(rest)
		if m == nil {
			return Hidden
		}
		rest = rest[len(m[0]):]
		value := m[2]
		if secretName.MatchString(m[1]) {
			value = hiddenPart
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(m[1] + "=" + value)
	}
	return b.String()
}
