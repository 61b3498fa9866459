package review

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// HoldsCPR tells whether there may be a CPR number in a text, in its letters or in
// what a reader sees of them. It is asked of every text of a visitor that is no
// part of a submission's content, which Warnings looks through.
func HoldsCPR(s string) bool { return holdsCPR(s, false) }

// holdsCPR tells whether there is a CPR number in a text, in its letters or in
// what a reader sees of them. With notCPR one that is not sure is none.
func holdsCPR(s string, notCPR bool) bool {
	return slices.ContainsFunc(findNumbers(s), func(n number) bool { return n.sure || !notCPR }) || hidesCPR(s)
}

// hidesCPR tells whether a reader sees a CPR number that FindCPR does not find in
// the letters: written with Markdown's signs, HTML's names or the escapes of
// addresses between its digits.
func hidesCPR(s string) bool {
	if !strings.ContainsAny(s, "\\*_~`&<[%") {
		return false
	}
	seen := html.UnescapeString(markdownSigns.ReplaceAllString(s, ""))
	seen = percent.ReplaceAllStringFunc(seen, func(run string) string {
		plain, err := url.PathUnescape(run)
		if err != nil || !utf8.ValidString(plain) {
			return run
		}
		return plain
	})
	return len(FindCPR(Text(seen))) > len(FindCPR(s))
}

// percent are the escapes of addresses, which stand beside "50 %" in a text.
var percent = regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`)

// markdownSigns are what a reader does not see of Markdown: emphasis, escapes,
// comments and tags, and the address of a link.
var markdownSigns = regexp.MustCompile("<!--.*?-->|<[^>]*>|\\]\\([^)]*\\)|[\\\\*_~`\\[\\]]")
