package site

import (
	"praksis/internal/catalogue"
	"praksis/internal/practicepage"
	"praksis/internal/search"
	"praksis/web"
)

// highlightedHits are the cards with what was searched for marked in them.
func highlightedHits(cards []catalogue.Card, f found) []web.Hit {
	out := make([]web.Hit, len(cards))
	for i, c := range cards {
		out[i] = highlightedHit(c, f.quotes[c.Slug])
	}
	return out
}

// highlightedHit is a card with what was searched for marked, and what else was
// found in the practice.
func highlightedHit(c catalogue.Card, q search.Quote) web.Hit {
	h := practicepage.Hit(c)
	for i, to := range []*web.Text{&h.Title, &h.Summary, &h.Who, &h.ForWhom, &h.How} {
		// The index may be of an older text.
		if i < len(q.Shown) && len(*to) == 1 && (*to)[0].Text == q.Shown[i] {
			*to = segments(q.Shown[i], q.Spans[i])
		}
	}
	if h.Snippet == nil && q.Text != "" { // else it is the finding that the filters ask for
		h.SnippetFrom, h.Snippet = q.Label, segments(q.Text, q.Marks)
	}
	return h
}

// segments cuts a text at its marks.
func segments(text string, spans []search.Span) web.Text {
	out := make(web.Text, 0, 2*len(spans)+1)
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

// help is what may serve better than the search as typed.
func help(q catalogue.Query, f found) web.Help {
	var h web.Help
	for _, c := range f.DidYouMean {
		h.Meant = append(h.Meant, web.Counted{Label: c.Text, URL: catalogue.FinderPath(q.WithText(c.Text)), Count: c.Count})
	}
	for _, o := range f.Offers {
		url := catalogue.FinderPath(f.Taxonomy.Canonical(q.WithText(o.Text).With(o.Facet, o.Slugs...)))
		h.Offers = append(h.Offers, web.Offer{ID: "vis-" + o.Facet + "-" + o.Slugs[0], Facet: catalogue.FacetByName(o.Facet).Label, Label: o.Label, URL: url, Count: o.Count, Named: o.Facet == catalogue.FacetNear})
	}
	return h
}
