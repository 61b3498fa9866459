package markdown

import (
	"strings"
	"testing"
)

// What is a list and what is a sentence.
func TestLists(t *testing.T) {
	for in, want := range map[string]string{
		"11. marts 2020 lukkede vi.":                       "<p>11. marts 2020 lukkede vi.</p>",
		"11. Marts 2020 lukkede vi.":                       "<p>11. Marts 2020 lukkede vi.</p>",
		"5. juni åbnede vi.":                               "<p>5. juni åbnede vi.</p>",
		"1. maj åbnede vi.":                                "<p>1. maj åbnede vi.</p>",
		"Vi lukkede.\n1. juni åbnede vi.":                  "<p>Vi lukkede.\n1. juni åbnede vi.</p>",
		"11. mar. lukkede vi.\n12. mar. ringede vi.":       "<p>11. mar. lukkede vi.\n12. mar. ringede vi.</p>",
		"1. bølge var hård.\n2. bølge var værre.":          "<p>1. bølge var hård.\n2. bølge var værre.</p>",
		"2. kvartal 2020 var stille.":                      "<p>2. kvartal 2020 var stille.</p>",
		"§ 85 gælder.":                                     "<p>§ 85 gælder.</p>",
		"85. Det er nummeret.":                             "<p>85. Det er nummeret.</p>",
		"2020. Det var et langt år.":                       "<p>2020. Det var et langt år.</p>",
		"14) Se bilaget.":                                  "<p>14) Se bilaget.</p>",
		"> 11. marts lukkede vi.":                          "<blockquote>\n<p>11. marts lukkede vi.</p>\n</blockquote>",
		"1. Ring op":                                       "<ol>\n<li>Ring op</li>\n</ol>",
		"1. ring op\n2. spørg":                             "<ol>\n<li>ring op</li>\n<li>spørg</li>\n</ol>",
		"1. ring op\n\n2. spørg":                           "<ol>\n<li>\n<p>ring op</p>\n</li>\n<li>\n<p>spørg</p>\n</li>\n</ol>",
		"3. ring op\n4. spørg":                             "<ol start=\"3\">\n<li>ring op</li>\n<li>spørg</li>\n</ol>",
		"1) ring op\n2) spørg":                             "<ol>\n<li>ring op</li>\n<li>spørg</li>\n</ol>",
		"1. ring\nop i morgen\n2. spørg":                   "<ol>\n<li>ring\nop i morgen</li>\n<li>spørg</li>\n</ol>",
		"1. Ring op\n11. marts 2020 lukkede vi.":           "<ol>\n<li>Ring op\n11. marts 2020 lukkede vi.</li>\n</ol>",
		"- 11. marts lukkede vi\n- 1. juni åbnede vi igen": "<ul>\n<li>11. marts lukkede vi</li>\n<li>1. juni åbnede vi igen</li>\n</ul>",
		"```\n11. marts\n```":                              "<pre><code>11. marts\n</code></pre>",
	} {
		if got := strings.TrimSpace(HTML(in)); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", in, got, want)
		}
	}
}

// No page loads a picture of others, however it is written.
func TestPictures(t *testing.T) {
	for in, want := range map[string]string{
		"![En have](https://a.dk/b.png)":                    `<p><a href="https://a.dk/b.png">En have</a></p>`,
		"![](https://a.dk/b.png \"t\")":                     `<p><a href="https://a.dk/b.png" title="t">billede</a></p>`,
		"![En have][1]\n\n[1]: https://a.dk/b.png":          `<p><a href="https://a.dk/b.png">En have</a></p>`,
		"[![En have](https://a.dk/b.png)](https://a.dk)":    `<p><a href="https://a.dk">En have</a></p>`,
		"[![](https://a.dk/b.png)](https://a.dk)":           `<p><a href="https://a.dk">billede</a></p>`,
		"![En ![lille](https://c.dk) have](https://a.dk)":   `<p><a href="https://a.dk">En lille have</a></p>`,
		"![x](javascript:alert(1))":                         `<p><a href="">x</a></p>`,
		"<img src=\"https://a.dk/b.png\">":                  `<!-- raw HTML omitted -->`,
		"Se <img src=x> her":                                `<p>Se <!-- raw HTML omitted --> her</p>`,
		"1. ![a](http://a.dk/1.png)\n2. ![b](//a.dk/2.png)": "<ol>\n<li><a href=\"http://a.dk/1.png\">a</a></li>\n<li><a href=\"//a.dk/2.png\">b</a></li>\n</ol>",
		"![a](data:image/png;base64,iVBORw0KGgo=)":          `<p><a href="data:image/png;base64,iVBORw0KGgo=">a</a></p>`,
	} {
		got := strings.TrimSpace(HTML(in))
		if got != want {
			t.Errorf("%q:\n%s\nwant\n%s", in, got, want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"![a](http://a.dk)", "[![a](b)](c)", "![a ![b](c)](d)", "11. marts", "1. a\n2. b", "> 1. a", "![a][b]\n\n[b]: c", "   9) x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := HTML(s); strings.Contains(got, "<img") {
			t.Errorf("%q gives %s", s, got)
		}
		if root, source := Parse(s); root == nil || len(source) < len(s) {
			t.Errorf("%q", s)
		}
	})
}
