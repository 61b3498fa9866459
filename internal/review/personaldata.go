package review

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

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
	if plain, err := url.PathUnescape(seen); err == nil {
		seen = plain
	}
	return len(FindCPR(Text(seen))) > len(FindCPR(s))
}

// markdownSigns are what a reader does not see of Markdown: emphasis, escapes,
// comments and tags, and the address of a link.
var markdownSigns = regexp.MustCompile("<!--.*?-->|<[^>]*>|\\]\\([^)]*\\)|[\\\\*_~`\\[\\]]")
