package site

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
)

// wrap makes an http.HandlerFunc of a page's handler. An address that leads
// nowhere, because it was rewritten on the way (capitals, escaped signs, a full
// stop that ended the sentence it stood in, Danish letters), is led to the one
// that it was made of.
func (s *Site) wrap(h httpx.Handler) http.HandlerFunc {
	return s.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		// Beside the building of a large index a page may take too long.
		waits := errors.Is(err, catalogue.ErrPreparing) || errors.Is(err, context.DeadlineExceeded) && !s.index.Ready()
		if waits && path.Ext(r.URL.Path) == "" && r.Method != http.MethodPost {
			return s.preparing(w, r)
		}
		if errors.Is(err, catalogue.ErrNotFound) && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			if to := mendedPath(r.URL); to != "" {
				return &httpx.RedirectError{URL: to, Status: http.StatusMovedPermanently}
			}
		}
		return err
	})
}

// mendedPath is the address, with its query, that a rewritten one was made of;
// empty when it has the form of an address of ours. Whether there is such a page
// is not known yet. What it gives has that form, so nobody is led in a circle.
func mendedPath(u *url.URL) string {
	path := u.EscapedPath()
	for strings.Contains(path, "%") { // escaped more than once, too
		plain, err := url.PathUnescape(path)
		if err != nil || plain == path {
			break
		}
		path = plain
	}
	var b strings.Builder
	for _, r := range strings.ToLower(catalogue.FromLatin1(path)) {
		switch latin, known := letters[r]; {
		case known:
			b.WriteString(latin)
		case r == '\\':
			b.WriteByte('/')
		case r == ' ':
			b.WriteByte('-') // at the end it goes, below
		case r > ' ' && r < 0x7f:
			b.WriteRune(r)
		}
	}
	var segments []string
	for part := range strings.SplitSeq(b.String(), "/") {
		part = strings.Trim(part, "\"'<>()[]{},;:!?%*")
		if part = strings.TrimRight(part, ".-_"); part != "" {
			segments = append(segments, part)
		}
	}
	if len(segments) > 1 && slices.Contains(secretBelow, "/"+segments[0]) {
		segments[1] = tokenAsWritten(path, segments[1])
	}
	to := "/" + strings.Join(segments, "/")
	if to == u.Path && u.RawPath == "" {
		return ""
	}
	return (&url.URL{Path: to, RawQuery: u.RawQuery}).String()
}

// secretBelow are the paths below which tokens of secret links stand.
var secretBelow = []string{catalogue.PathSubmit, catalogue.PathInquiry, catalogue.PathFollow, catalogue.PathShortlist}

// tokenAsWritten is the token that a segment in small letters was made of, as it stands in
// a path: its capitals mean something, and so does a sign at its end. What is no token stays.
func tokenAsWritten(path, segment string) string {
	for part := range strings.SplitSeq(path, "/") {
		if len(part) >= 43 && isToken(part[:43]) && strings.HasPrefix(strings.ToLower(part), segment) && strings.Trim(part[43:], "\"'<>()[]{},;:!?%*. ") == "" {
			return part[:43]
		}
	}
	return segment
}

// letters are the Danish ones as slugs have them (catalogue.Slugify).
var letters = map[rune]string{'æ': "ae", 'ø': "oe", 'å': "aa", 'ä': "ae", 'ö': "oe", 'ü': "y", 'é': "e"}
