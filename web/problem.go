package web

import (
	"cmp"
	"net/http"
)

// Problem is an error page.
type Problem struct {
	Shell
	Heading string
	Text    string
	ID      string // of the logged error
	Links   []Link
	// Starting makes the page ask again until the catalogue is ready.
	Starting bool
	// Progress is "123 af 456" while an index is built.
	Progress string
	// Meanwhile are examples that can be read already.
	Meanwhile []Hit
}

// ProblemTexts are what error pages say, by status; 500 is among them.
type ProblemTexts map[int]struct{ Heading, Text string }

// Problem is the error page of a status, that of 500 where it has none of its
// own. A message stands in for the text; id is the logged error's. Both may be
// empty.
func (t ProblemTexts) Problem(a Authority, status int, message, id string, links ...Link) Problem {
	say, known := t[status]
	if !known {
		say = t[http.StatusInternalServerError]
	}
	return Problem{Shell: Shell{Title: say.Heading, Authority: a, Noindex: true}, Heading: say.Heading, Text: cmp.Or(message, say.Text), ID: id, Links: links}
}
