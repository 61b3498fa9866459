package site

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/search"
	"praksis/web"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	gmtext "github.com/yuin/goldmark/text"
)

// snippetLength is how many characters of a text say why a practice was found:
// two lines of a card.
const snippetLength = 180

// explain reads the texts of those practices whose cards do not show all that
// was searched for. It reads nothing for a query without text.
func (s *Site) explain(ctx context.Context, f *found) error {
	if f.Highlighter == nil {
		return nil
	}
	ids := slices.Concat(f.IDs, f.Near, f.Alike)
	if len(ids) == 0 {
		return nil
	}
	practices, err := s.store.Practices(ctx, ids)
	if err != nil {
		return err
	}
	f.whole = f.whole && len(practices) == len(ids)
	f.texts = map[string]*catalogue.Practice{}
	for _, p := range practices {
		f.texts[p.Slug] = p
	}
	return nil
}

// highlightedHits are the cards with what was searched for marked in them.
func highlightedHits(cards []catalogue.Card, f found) []web.Hit {
	out := make([]web.Hit, len(cards))
	for i, c := range cards {
		out[i] = highlightedHit(c, f.Highlighter, f.texts[c.Slug])
	}
	return out
}

// highlightedHit is a card with what was searched for marked; of the practice, where
// there is one, it shows what else was found in it.
func highlightedHit(c catalogue.Card, m *search.Highlighter, p *catalogue.Practice) web.Hit {
	h := hit(c)
	if m == nil {
		return h
	}
	found, from := h.Snippet, h.SnippetFrom // by the filters
	on := shown(c)
	var running []string
	var lines []web.Fact
	if p != nil {
		running, lines = runningTexts(p), furtherLines(p)
	}
	all := append(slices.Clone(on), running...)
	for _, l := range lines {
		all = append(all, l.Value)
	}
	m = m.ForTexts(all...)
	for i, to := range []*web.Text{&h.Title, &h.Summary, &h.Who, &h.ForWhom, &h.How} {
		*to = segments(on[i], m.Spans(on[i]))
	}
	m = m.MissingFrom(on...)
	if passage, spans := m.Snippet(running, snippetLength); passage != "" && found == nil {
		h.Snippet = segments(passage, spans)
		return h
	}
	if found != nil {
		h.Snippet, h.SnippetFrom = found, from
		return h
	}
	for _, l := range lines {
		if passage, spans := m.Snippet([]string{l.Value}, snippetLength); passage != "" {
			h.SnippetFrom, h.Snippet = l.Label, segments(passage, spans)
			break
		}
	}
	return h
}

// shown are the texts of a card in which what was searched for can be marked.
func shown(c catalogue.Card) []string {
	return []string{c.Title, c.Summary, who(c), labels(c.TargetGroups), labels(c.ContactForms)}
}

// segments cuts a text at its marks.
func segments(text string, spans []search.Span) web.Text {
	var out web.Text
	at := 0
	for _, s := range spans {
		if at < s.Start {
			out = append(out, web.Segment{Text: text[at:s.Start]})
		}
		out = append(out, web.Segment{Text: text[s.Start:s.End], Highlighted: true})
		at = s.End
	}
	if at < len(text) {
		out = append(out, web.Segment{Text: text[at:]})
	}
	return out
}

// onCard tells whether a field stands on every card, and need not be quoted.
func onCard(f *catalogue.Field) bool {
	return f.Index == catalogue.IndexTitle || slices.Contains([]string{"summary", "target_groups", "contact_forms", "provider"}, f.Path)
}

// isRunningText tells whether a field is read as sentences.
func isRunningText(f *catalogue.Field) bool {
	return (f.Kind == catalogue.FieldProse || f.Kind == catalogue.FieldLine) && !f.Quoted
}

// runningTexts are what a practice tells beside what its card shows, as it is
// read.
func runningTexts(p *catalogue.Practice) (out []string) {
	for v := range p.Values() {
		if onCard(v.Field) || !isRunningText(v.Field) {
			continue
		}
		for _, s := range v.IndexTexts() {
			if v.Kind == catalogue.FieldProse {
				s = plainText(s)
			}
			out = append(out, s)
		}
	}
	return out
}

// furtherLines are what else of a practice is searched: it says little without
// the name of what it is.
func furtherLines(p *catalogue.Practice) (out []web.Fact) {
	for v := range p.Values() {
		if onCard(v.Field) || isRunningText(v.Field) {
			continue
		}
		texts := v.IndexTexts()
		if o := v.Organisation(); o != nil {
			texts = []string{o.ShortName} // the card has the name
		}
		if s := strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), ", "); s != "" {
			out = append(out, web.Fact{Label: v.Label, Value: s})
		}
	}
	return out
}

// plainText is what one reads of an answer in Markdown, a line for each
// paragraph and each point.
func plainText(markdown string) string {
	source := []byte(markdown)
	var b strings.Builder
	_ = ast.Walk(goldmark.DefaultParser().Parse(gmtext.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch x := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(x.Value(source))
				if x.SoftLineBreak() || x.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(x.Value)
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock, *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		default:
			if !entering && n.Type() == ast.TypeBlock && b.Len() > 0 {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	}) // the walker gives no error
	return strings.TrimSpace(b.String())
}

// help is what may serve better than the search as typed.
func help(q catalogue.Query, f found) web.Help {
	var h web.Help
	for _, c := range f.DidYouMean {
		h.Meant = append(h.Meant, web.Counted{Label: c.Text, URL: catalogue.FinderPath(q.WithText(c.Text)), Count: c.Count})
	}
	for _, o := range f.Offers {
		url := catalogue.FinderPath(f.Taxonomy.Canonical(q.WithText(o.Text).With(o.Facet, o.Slugs...)))
		h.Offers = append(h.Offers, web.Offer{ID: "vis-" + o.Facet + "-" + o.Slugs[0], Facet: catalogue.FacetByName(o.Facet).Label, Label: o.Label, URL: url, Count: o.Count})
	}
	return h
}
