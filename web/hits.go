package web

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// hits are cards. They are written by hand: a list has dozens, and a template takes
// several times as long for each.
func hits(list []Hit) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := rowBuffers.Get().(*[]byte)
		defer rowBuffers.Put(b)
		*b = append((*b)[:0], `<ol class="hits">`...)
		for i := range list {
			*b = appendHit(*b, &list[i])
		}
		*b = append(*b, "</ol>"...)
		_, err := w.Write(*b)
		return err
	})
}

func appendHit(b []byte, h *Hit) []byte {
	b = appendText(append(b, `<li><article class="hit"><p class="hit__who"><span class="hit__name">`...), h.Who)
	b = append(b, `</span>`...)
	if h.Kind != "" {
		b = appendElement(b, ` <span class="badge badge-info">`, h.Kind, `</span>`)
	}
	b = appendEscaped(append(b, `</p><h3><a href="`...), h.URL)
	b = appendText(append(b, `">`...), h.Title)
	b = appendText(append(b, `</a></h3><p class="hit__summary">`...), h.Summary)
	b = append(b, `</p>`...)
	if len(h.Snippet) > 0 {
		b = append(b, `<p class="hit__snippet">`...)
		if h.SnippetFrom != "" {
			b = append(appendEscaped(b, h.SnippetFrom), ": "...)
		}
		b = append(appendText(b, h.Snippet), `</p>`...)
	}
	if len(h.ForWhom) > 0 || len(h.How) > 0 {
		b = append(b, `<dl class="hit__facts">`...)
		b = appendFact(b, label("target_groups"), h.ForWhom)
		b = appendFact(b, label("contact_forms"), h.How)
		b = append(b, `</dl>`...)
	}
	b = append(b, `<div class="marks">`...)
	if h.Scope != "" {
		b = appendElement(b, `<p class="marks__of">`, h.Scope, `:</p>`)
	}
	for _, e := range h.Verdicts {
		b = appendEffect(b, e)
	}
	if h.Across != "" {
		b = appendElement(b, `<p class="marks__of">`, h.Across, `</p>`)
	}
	if h.Retention != "" {
		b = appendElement(b, `<p class="retention">`, h.Retention, `</p>`)
	}
	b = append(b, `</div>`...)
	if h.Note != "" {
		b = appendElement(b, `<p class="hit__note">`, h.Note, `</p>`)
	}
	return append(b, `</article></li>`...)
}

// appendElement appends a text between its tags.
func appendElement(b []byte, start, text, end string) []byte {
	return append(appendEscaped(append(b, start...), text), end...)
}

// appendFact appends a line of a card's facts; nothing for no text.
func appendFact(b []byte, term string, t Text) []byte {
	if len(t) == 0 {
		return b
	}
	b = appendElement(b, `<div><dt>`, term, `</dt><dd>`)
	return append(appendText(b, t), `</dd></div>`...)
}

// appendText appends a text with its marks; no space may come between the pieces.
func appendText(b []byte, t Text) []byte {
	for _, s := range t {
		if s.Highlighted {
			b = appendElement(b, "<mark>", s.Text, "</mark>")
		} else {
			b = appendEscaped(b, s.Text)
		}
	}
	return b
}
