package web

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// effect is the mark of an effect. It is written by hand: a list has dozens, and a
// template makes a set of classes for each.
func effect(m EffectBadge) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := rowBuffers.Get().(*[]byte)
		defer rowBuffers.Put(b)
		*b = appendEffect((*b)[:0], m)
		_, err := w.Write(*b)
		return err
	})
}

func appendEffect(b []byte, m EffectBadge) []byte {
	b = appendElement(b, `<p class="effect `, m.Class, `">`)
	b = append(appendEscaped(b, m.Text), ' ')
	if m.Voice != "" {
		b = appendElement(b, `<span class="effect__voice">· `, m.Voice, `</span>`)
	}
	return append(b, `</p>`...)
}
