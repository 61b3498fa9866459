package markdown

import (
	"bytes"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// pictures puts a link for each picture: what a page of ours shows is ours.
type pictures struct{}

func (pictures) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	var found []*ast.Image
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if x, ok := n.(*ast.Image); ok && entering {
			found = append(found, x)
		}
		return ast.WalkContinue, nil
	}) // the walker gives no error
	slices.Reverse(found) // those within first
	for _, x := range found {
		var put ast.Node
		if within(x) {
			put = ast.NewTextBlock() // a link within a link is none
		} else {
			link := ast.NewLink()
			link.Destination, link.Title = x.Destination, x.Title
			put = link
		}
		for c := x.FirstChild(); c != nil; c = x.FirstChild() {
			put.AppendChild(put, c)
		}
		if put.ChildCount() == 0 {
			put.AppendChild(put, ast.NewString([]byte("billede")))
		}
		if _, link := put.(*ast.Link); link {
			x.Parent().ReplaceChild(x.Parent(), x, put)
			continue
		}
		unwrap(x, put)
	}
}

// within tells whether a node stands within a link or another picture.
func within(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if k := p.Kind(); k == ast.KindLink || k == ast.KindImage {
			return true
		}
	}
	return false
}

// unwrap puts what is within a node in another one's place.
func unwrap(x, within ast.Node) {
	parent := x.Parent()
	for c := within.FirstChild(); c != nil; c = within.FirstChild() {
		parent.InsertBefore(parent, x, c)
	}
	parent.RemoveChild(parent, x)
}

// links puts the words of a link for one that leads nowhere, or to what a page of
// ours does not lead to: an address left out would lead to the page itself.
type links struct{}

func (links) Transform(doc *ast.Document, r text.Reader, _ parser.Context) {
	var found []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch x := n.(type) {
		case *ast.Link:
			if entering && (len(x.Destination) == 0 || html.IsDangerousURL(x.Destination)) {
				found = append(found, n)
			}
		case *ast.AutoLink:
			if entering && html.IsDangerousURL(x.URL(r.Source())) {
				found = append(found, n)
			}
		}
		return ast.WalkContinue, nil
	}) // the walker gives no error
	for _, n := range found {
		switch x := n.(type) {
		case *ast.Link:
			if x.ChildCount() == 0 {
				x.AppendChild(x, ast.NewString(bytes.Clone(x.Destination)))
			}
			unwrap(x, x)
		case *ast.AutoLink:
			x.Parent().ReplaceChild(x.Parent(), x, ast.NewString(bytes.Clone(x.Label(r.Source()))))
		}
	}
}

// levelKey is the level of the heading that a text stands below, in the context
// of its reading; sectionLevel where none is said, and lowestLevel the last of HTML.
var levelKey = parser.NewContextKey()

const (
	sectionLevel = 2
	lowestLevel  = 6
)

// headings brings those of a text below the one that it stands below, in their own
// order and with no level left out. One without words is the signs that were
// written.
type headings struct{}

func (headings) Transform(doc *ast.Document, _ text.Reader, c parser.Context) {
	above, said := c.Get(levelKey).(int)
	if !said {
		above = sectionLevel
	}
	var found []*ast.Heading
	var levels []int
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if x, ok := n.(*ast.Heading); ok && entering {
			if found = append(found, x); x.ChildCount() > 0 {
				levels = append(levels, x.Level)
			}
		}
		return ast.WalkContinue, nil
	}) // the walker gives no error
	slices.Sort(levels)
	levels = slices.Compact(levels)
	for _, x := range found {
		if x.ChildCount() == 0 {
			p := ast.NewParagraph()
			p.AppendChild(p, ast.NewString(bytes.Repeat([]byte("#"), x.Level)))
			x.Parent().ReplaceChild(x.Parent(), x, p)
			continue
		}
		x.Level = min(above+1+slices.Index(levels, x.Level), lowestLevel)
	}
}
