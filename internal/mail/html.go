package mail

import (
	"html"
	"regexp"
	"strings"
)

// address is a link in a plain text. The sign that ends a sentence is not of it.
var address = regexp.MustCompile(`https?://[^\s<>"'` + "`" + `]*[^\s<>"'` + "`" + `.,;:!?)\]}]`)

// HTML is a mail's plain text as a simple page: paragraphs, line breaks, and
// links that can be followed. Everything else in the text stays text.
func HTML(title, text string) string {
	return "<!doctype html>\n<html lang=\"da\">\n<head><meta charset=\"utf-8\"><title>" + html.EscapeString(title) + "</title></head>\n<body>\n" + paragraphs(text) + "</body>\n</html>\n"
}

func paragraphs(text string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), "\n\n") {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		b.WriteString("<p>")
		for i, line := range strings.Split(p, "\n") {
			if i > 0 {
				b.WriteString("<br>\n")
			}
			b.WriteString(linked(line))
		}
		b.WriteString("</p>\n")
	}
	return b.String()
}

func linked(line string) string {
	var b strings.Builder
	end := 0
	for _, at := range address.FindAllStringIndex(line, -1) {
		url := html.EscapeString(line[at[0]:at[1]])
		b.WriteString(html.EscapeString(line[end:at[0]]) + `<a href="` + url + `">` + url + `</a>`)
		end = at[1]
	}
	b.WriteString(html.EscapeString(line[end:]))
	return b.String()
}
