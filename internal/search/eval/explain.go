package eval

import (
	"context"
	"fmt"
	"io"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/search"
)

// Explain writes why each of the first n documents stands where it does.
func (e *Engine) Explain(ctx context.Context, to io.Writer, text string, n int) error {
	all, err := e.index.Explain(ctx, catalogue.Query{Text: text, Sort: catalogue.SortRelevance}, n)
	if err != nil {
		return fmt.Errorf("query %q: %w", text, err)
	}
	var b strings.Builder
	if len(all) == 0 {
		b.WriteString("nothing found\n")
	}
	for _, x := range all {
		near := ""
		if x.Near {
			near = ", near"
		}
		fmt.Fprintf(&b, "%d. %s  score %.3f: has %d of %d words, %d in its title%s\n", x.Rank, e.ids[x.ID-1], x.Score, x.Matched, x.Content, x.InTitle, near)
		if x.Bonus > 0 {
			fmt.Fprintf(&b, "     %-24s %6.3f\n", "(the whole)", x.Bonus)
		}
		for _, w := range x.Words {
			writeWord(&b, w)
		}
	}
	_, err = io.WriteString(to, b.String())
	return err
}

func writeWord(b *strings.Builder, w search.ExplainedWord) {
	how := w.Match
	if how == "" {
		how = "not there"
	}
	if !w.Content {
		how += ", stop word"
	}
	fmt.Fprintf(b, "     %-24s %6.3f  %s\n", w.Text, w.Score, how)
	for _, t := range w.Terms {
		where := ""
		if t.Field != "" {
			where = " in " + t.Field
		}
		fmt.Fprintf(b, "       %-22s %6.3f  %s%s\n", t.Term, t.Score, t.Match, where)
	}
}
