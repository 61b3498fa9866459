package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// ParagraphKind is what a paragraph of a text is.
type ParagraphKind uint8

// The kinds.
const (
	Body ParagraphKind = iota
	Heading
	Bullet
	Number
)

// Paragraph is a piece of a text that stands alone, for what is no web page. It has at
// least one span.
type Paragraph struct {
	Kind ParagraphKind
	// First tells the first point of a numbered list.
	First bool
	Spans []Span
}

// Span is words within a paragraph; a line break that was meant is one in Text.
type Span struct {
	Text         string
	Bold, Italic bool
	URL          string // empty for no link
}

// Paragraphs is a text in pieces. Lists within lists stand in one.
func Paragraphs(s string) (out []Paragraph) {
	root, source := Parse(s)
	var open Paragraph
	var style Span   // what the next words have
	var depth [3]int // of emphasis, by its level
	var said bool    // the point's kind was given to its first paragraph
	end := func() {
		for _, x := range open.Spans {
			if strings.TrimSpace(x.Text) != "" {
				out = append(out, open)
				break
			}
		}
		open = Paragraph{}
	}
	add := func(text string) {
		if text == "" {
			return
		}
		x := style
		x.Text = text
		open.Spans = append(open.Spans, x)
	}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch x := n.(type) {
		case *ast.Heading:
			if entering {
				open.Kind = Heading
			} else {
				end()
			}
		case *ast.ListItem:
			said = !entering && said
		case *ast.Paragraph, *ast.TextBlock:
			if !entering {
				end()
				break
			}
			if item, point := n.Parent().(*ast.ListItem); point && !said {
				said = true
				open.Kind = Bullet
				if list := item.Parent().(*ast.List); list.IsOrdered() {
					open.Kind, open.First = Number, item.PreviousSibling() == nil
				}
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			if entering {
				add(strings.TrimRight(string(n.Lines().Value(source)), "\n"))
				end()
			}
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				value := x.Segment.Value(source)
				if _, code := n.Parent().(*ast.CodeSpan); !code && !x.IsRaw() {
					value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
				}
				switch {
				case x.HardLineBreak():
					add(string(value) + "\n")
				case x.SoftLineBreak():
					add(string(value) + " ")
				default:
					add(string(value))
				}
			}
		case *ast.String:
			if entering {
				add(string(x.Value))
			}
		case *ast.Emphasis:
			if entering {
				depth[x.Level]++
			} else {
				depth[x.Level]--
			}
			style.Italic, style.Bold = depth[1] > 0, depth[2] > 0
		case *ast.Link:
			style.URL = ""
			if entering {
				style.URL = string(x.Destination)
			}
		case *ast.AutoLink:
			if entering {
				style.URL = string(x.URL(source))
				if x.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(style.URL, "mailto:") {
					style.URL = "mailto:" + style.URL
				}
				add(string(x.Label(source)))
				style.URL = ""
			}
		}
		return ast.WalkContinue, nil
	}) // the walker gives no error
	end()
	return out
}
