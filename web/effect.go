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
		buffer := rowBuffers.Get().(*[]byte)
		defer rowBuffers.Put(buffer)
		b := append((*buffer)[:0], `<p class="effect `...)
		b = append(appendEscaped(b, m.Class), `">`...)
		b = append(appendEscaped(b, m.Text), ' ')
		if m.Voice != "" {
			b = append(b, `<span class="effect__voice">· `...)
			b = append(appendEscaped(b, m.Voice), `</span>`...)
		}
		b = append(b, `</p>`...)
		*buffer = b
		_, err := w.Write(b)
		return err
	})
}
