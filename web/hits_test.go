package web

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Whatever stands on a card, it stands in its place and nowhere else; what it lacks
// leaves nothing behind.
func TestHits(t *testing.T) {
	odd := `<b> & "x" 'y' æ`
	text := func(s string) Text { return Text{{Text: "før "}, {Text: s, Highlighted: true}, {Text: " efter"}} }
	full := Hit{URL: "/eksempler/a?b&c", Title: text(odd + "1"), Summary: text(odd + "2"), Who: text(odd + "3"), Kind: odd + "4", ForWhom: text(odd + "5"), How: text(odd + "6"),
		Snippet: text(odd + "7"), SnippetFrom: odd + "8", Scope: odd + "9", Verdicts: []EffectBadge{{Class: "effect--positive", Text: "God", Voice: odd}}, Across: odd + "10", Retention: odd + "11", Note: odd + "12"}
	var b strings.Builder
	if err := hits([]Hit{full, {URL: "/eksempler/b", Title: Plain("Kort")}}).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	cards := doc.Find("ol.hits > li > article.hit")
	if cards.Length() != 2 {
		t.Fatalf("%d cards: %s", cards.Length(), b.String())
	}
	first := cards.Eq(0)
	for selector, want := range map[string]string{
		"h3 > a": "før " + odd + "1 efter", "h3 mark": odd + "1", ".hit__summary": "før " + odd + "2 efter", ".hit__who > .hit__name": "før " + odd + "3 efter", ".hit__who > .badge": odd + "4",
		".hit__facts > div:first-child > dd": "før " + odd + "5 efter", ".hit__facts > div:last-child > dd > mark": odd + "6", ".hit__snippet": odd + "8: før " + odd + "7 efter", ".marks > .marks__of:first-child": odd + "9:",
		".marks > .effect--positive": "God · " + odd, ".marks > .effect ~ .marks__of": odd + "10", ".retention": odd + "11", ".hit__note": odd + "12",
	} {
		if got := first.Find(selector); got.Length() != 1 || got.Text() != want {
			t.Errorf("%s: %q (%d), want %q", selector, got.Text(), got.Length(), want)
		}
	}
	if got := first.Find("h3 > a").AttrOr("href", ""); got != full.URL {
		t.Errorf("it leads to %q", got)
	}
	second := cards.Eq(1)
	if second.Find("h3 > a").Text() != "Kort" || second.Find(".badge, .hit__snippet, .hit__facts, .marks > *, .hit__note, mark").Length() != 0 {
		t.Errorf("of what it lacks there is something: %s", b.String())
	}
}
