package web

import (
	"cmp"
	"context"
	"io"
	"strings"

	"praksis/internal/difference"

	"github.com/a-h/templ"
)

// Difference shows how one version of a practice differs from another.
type Difference struct {
	// Before and After name the two versions, as at the top of two columns.
	Before, After string
	// Inline and Side lead to the two ways of showing it; Sided is the one that is
	// shown.
	Inline, Side Link
	Sided        bool
	Parts        []difference.Part
	// Level is that of the headings of fields; 0 means 2.
	Level int
}

// level is that of the headings of fields.
func (v Difference) level() int { return cmp.Or(v.Level, 2) }

// changeLabels are what became of a field or a row.
var changeLabels = map[difference.Op]string{difference.Kept: "Ændret", difference.Added: "Tilføjet", difference.Removed: "Fjernet"}

// changeClasses are their looks.
var changeClasses = map[difference.Op]string{difference.Kept: "", difference.Added: "difference__row--added", difference.Removed: "difference__row--removed"}

// pieces shows a text with what became of its pieces, but for those of one sort. A
// screen reader hears where a piece begins and ends. It writes no white space
// that the text does not have, which a template would.
func pieces(list []difference.Piece, without difference.Op) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, x := range list {
			text := templ.EscapeString(x.Text)
			switch {
			case x.Op == without:
			case x.Op == difference.Kept:
				b.WriteString(text)
			case x.Op == difference.Gap:
				b.WriteString(`<span class="difference__gap"><span aria-hidden="true"> […] </span><span class="sr-only"> (uændret tekst er udeladt) </span></span>`)
			case x.Op == difference.Added:
				b.WriteString(`<ins><span class="sr-only"> tilføjet: </span>` + text + `<span class="sr-only"> slut </span></ins>`)
			default:
				b.WriteString(`<del><span class="sr-only"> fjernet: </span>` + text + `<span class="sr-only"> slut </span></del>`)
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// whole shows a text that was added or removed as a whole, of which its heading
// tells.
func whole(list []difference.Piece) string {
	var b strings.Builder
	for _, x := range list {
		b.WriteString(x.Text)
	}
	return b.String()
}
