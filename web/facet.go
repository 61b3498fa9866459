package web

import (
	"context"
	"io"
	"strconv"
	"sync"

	"github.com/a-h/templ"
)

// facetRows are values of a facet, each a list item with its children in it. It is
// written by hand: the finder has hundreds on every page, and a template takes
// several times as long for each.
func facetRows(items []FacetItem) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := rowBuffers.Get().(*[]byte)
		defer rowBuffers.Put(b)
		*b = appendFacetRows((*b)[:0], items)
		_, err := w.Write(*b)
		return err
	})
}

// rowBuffers are used again.
var rowBuffers = sync.Pool{New: func() any { return new([]byte) }}

func appendFacetRows(b []byte, items []FacetItem) []byte {
	for _, i := range items {
		b = append(b, "<li>"...)
		if i.Box {
			class, checked := "facet facet--box", ""
			if i.Selected {
				class, checked = "facet facet--box facet--chosen", ` checked`
			}
			b = append(append(append(b, `<label class="`...), class...), `"><input type="checkbox" id="`...)
			b = appendRowID(b, i)
			b = append(b, `" name="`...)
			b = appendEscaped(b, i.Facet)
			b = append(b, `" value="`...)
			b = appendEscaped(b, i.Value)
			b = append(append(append(b, '"'), checked...), `><span>`...)
			b = appendEscaped(b, i.Label)
			b = append(b, `</span> <small>`...)
			b = strconv.AppendInt(b, int64(i.Count), 10)
			b = append(b, `</small></label>`...)
		} else if i.ToggleURL == "" {
			b = append(b, `<span class="facet facet--none" id="`...)
			b = appendRowID(b, i)
			b = append(b, `"><span>`...)
			b = appendEscaped(b, i.Label)
			b = append(b, `</span> <small>`...)
			b = strconv.AppendInt(b, int64(i.Count), 10)
			b = append(b, `</small></span>`...)
		} else {
			class, pressed, note := "facet", "", ""
			if i.Selected {
				class, pressed, note = "facet facet--on", ` aria-current="true"`, ` <span class="sr-only">– valgt, fjern filter</span>`
			}
			b = append(append(append(b, `<a class="`...), class...), `" id="`...)
			b = appendRowID(b, i)
			b = append(b, `" href="`...)
			b = appendEscaped(b, i.ToggleURL)
			b = append(append(append(b, `" rel="nofollow"`...), pressed...), `><span>`...)
			b = appendEscaped(b, i.Label)
			b = append(append(b, note...), `</span> <small>`...)
			b = strconv.AppendInt(b, int64(i.Count), 10)
			b = append(b, `</small></a>`...)
		}
		if len(i.Children) > 0 {
			b = append(b, `<ul class="facet-list">`...)
			b = appendFacetRows(b, i.Children)
			b = append(b, `</ul>`...)
		}
		b = append(b, "</li>"...)
	}
	return b
}

// menuOptions are the choices of a FacetMenu, written by hand for the same reason.
func menuOptions(list []FacetOption) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := rowBuffers.Get().(*[]byte)
		defer rowBuffers.Put(b)
		*b = (*b)[:0]
		for _, o := range list {
			*b = append(*b, `<option value="`...)
			*b = appendEscaped(*b, o.Value)
			*b = append(*b, `">`...)
			*b = appendEscaped(*b, o.Label)
			*b = append(*b, " ("...)
			*b = strconv.AppendInt(*b, int64(o.Count), 10)
			*b = append(*b, ")</option>"...)
		}
		_, err := w.Write(*b)
		return err
	})
}

// appendRowID appends the ID of a row: tema-telefon.
func appendRowID(b []byte, i FacetItem) []byte {
	return appendEscaped(append(appendEscaped(b, i.Facet), '-'), i.Value)
}

// appendEscaped appends a text for HTML, also inside of quotation marks, as
// html.EscapeString escapes it.
func appendEscaped(b []byte, s string) []byte {
	done := 0
	for i := 0; i < len(s); i++ {
		var as string
		switch s[i] {
		case '&':
			as = "&amp;"
		case '<':
			as = "&lt;"
		case '>':
			as = "&gt;"
		case '"':
			as = "&#34;"
		case '\'':
			as = "&#39;"
		default:
			continue
		}
		b = append(append(b, s[done:i]...), as...)
		done = i + 1
	}
	return append(b, s[done:]...)
}
