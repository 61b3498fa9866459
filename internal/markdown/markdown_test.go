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
		"![x](javascript:alert(1))":                         `<p>x</p>`,
		"<img src=\"https://a.dk/b.png\">":                  `<p>&lt;img src=&quot;https://a.dk/b.png&quot;&gt;</p>`,
		"Se <img src=x> her":                                `<p>Se &lt;img src=x&gt; her</p>`,
		"1. ![a](http://a.dk/1.png)\n2. ![b](//a.dk/2.png)": "<ol>\n<li><a href=\"http://a.dk/1.png\">a</a></li>\n<li><a href=\"//a.dk/2.png\">b</a></li>\n</ol>",
		"![a](data:image/png;base64,iVBORw0KGgo=)":          `<p><a href="data:image/png;base64,iVBORw0KGgo=">a</a></p>`,
	} {
		got := strings.TrimSpace(HTML(in))
		if got != want {
			t.Errorf("%q:\n%s\nwant\n%s", in, got, want)
		}
	}
}

// Headings stand below the section's, whatever they were written as.
func TestHeadings(t *testing.T) {
	for in, want := range map[string]string{
		"# x":                   "<h3>x</h3>",
		"2020\n====":            "<h3>2020</h3>",
		"2020\n----":            "<h3>2020</h3>",
		"## a\n\n# b\n\n#### c": "<h4>a</h4>\n<h3>b</h3>\n<h5>c</h5>",
		"### a\n\n#### b":       "<h3>a</h3>\n<h4>b</h4>",
		"# a\n## b\n### c\n#### d\n##### e\n###### f": "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n<h6>e</h6>\n<h6>f</h6>",
		"> # x":        "<blockquote>\n<h3>x</h3>\n</blockquote>",
		"- # x":        "<ul>\n<li>\n<h3>x</h3>\n</li>\n</ul>",
		"##":           "<p>##</p>",
		"#1 på listen": "<p>#1 på listen</p>",
	} {
		if got := strings.TrimSpace(HTML(in)); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", in, got, want)
		}
	}
}

func TestHeadingsBelow(t *testing.T) {
	if got := HTMLBelow(3, "# x"); got != "<h4>x</h4>\n" {
		t.Error(got)
	}
}

// A reader sees every sign and word that was written.
func TestNothingIsLost(t *testing.T) {
	for in, want := range map[string]string{
		"> 50 borgere kom":                      "<p>&gt; 50 borgere kom</p>",
		">50 borgere kom":                       "<p>&gt;50 borgere kom</p>",
		"> 50 borgere\n> 30 besøg":              "<p>&gt; 50 borgere\n&gt; 30 besøg</p>",
		"Vi var mange.\n> 50 borgere kom":       "<p>Vi var mange.\n&gt; 50 borgere kom</p>",
		"- > 50 borgere kom":                    "<ul>\n<li>&gt; 50 borgere kom</li>\n</ul>",
		"1. > 50 borgere kom":                   "<ol>\n<li>&gt; 50 borgere kom</li>\n</ol>",
		"+ 45 borgere kom":                      "<p>+ 45 borgere kom</p>",
		"- + 45 borgere kom":                    "<ul>\n<li>+ 45 borgere kom</li>\n</ul>",
		"+45 22 33":                             "<p>+45 22 33</p>",
		"< 50 borgere kom":                      "<p>&lt; 50 borgere kom</p>",
		"> Det var godt":                        "<blockquote>\n<p>Det var godt</p>\n</blockquote>",
		"> 50 borgere kom\n> og gik igen":       "<blockquote>\n<p>50 borgere kom\nog gik igen</p>\n</blockquote>",
		"+ ring op\n+ 2 møder":                  "<ul>\n<li>ring op</li>\n<li>2 møder</li>\n</ul>",
		"```\n> 50\n```":                        "<pre><code>&gt; 50\n</code></pre>",
		"[link](javascript:alert(1))":           "<p>link</p>",
		"[link](JavaScript:alert(1)) her":       "<p>link her</p>",
		"[**fed** link](vbscript:x)":            "<p><strong>fed</strong> link</p>",
		"[link](data:text/html,x)":              "<p>link</p>",
		"[link]()":                              "<p>link</p>",
		"[](javascript:x)":                      "<p>javascript:x</p>",
		"<javascript:alert(1)>":                 "<p>javascript:alert(1)</p>",
		"[link][1]\n\n[1]: javascript:x":        "<p>link</p>",
		"[link](https://a.dk)":                  `<p><a href="https://a.dk">link</a></p>`,
		"<https://a.dk>":                        `<p><a href="https://a.dk">https://a.dk</a></p>`,
		"<b>fed</b>":                            "<p>&lt;b&gt;fed&lt;/b&gt;</p>",
		"Skriv <navn> og <!-- gem --> her":      "<p>Skriv &lt;navn&gt; og &lt;!-- gem --&gt; her</p>",
		"<div>\nto linjer\n</div>\n\n**efter**": "<p>&lt;div&gt;\nto linjer\n&lt;/div&gt;</p>\n<p><strong>efter</strong></p>",
		"<script>alert(1)</script>":             "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
	} {
		if got := strings.TrimSpace(HTML(in)); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", in, got, want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"![a](http://a.dk)", "[![a](b)](c)", "![a ![b](c)](d)", "11. marts", "1. a\n2. b", "> 1. a", "![a][b]\n\n[b]: c", "   9) x", "# a\n\nb\n===", "> 50\n+ 5", "[a](javascript:b)", "<b>c</b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := HTML(s); strings.Contains(got, "<img") || strings.Contains(got, "<h1") || strings.Contains(got, "<h2") || strings.Contains(got, `href=""`) || strings.Contains(got, "<!--") {
			t.Errorf("%q gives %s", s, got)
		}
		if root, source := Parse(s); root == nil || len(source) < len(s) {
			t.Errorf("%q", s)
		}
	})
}

// TestPlain reads plain texts with every sign within, before and behind: they are shown
// as Markdown has them.
func TestPlain(t *testing.T) {
	plain := 0
	for r := rune(1); r < 0x2100; r++ {
		for _, s := range []string{"Borgere, 12 i alt" + string(r) + "to (af 3): bedre", string(r) + "1. bølge", string(r) + "- 1) a", "Slut" + string(r), "Slut " + string(r)} {
			if !isPlain(s) {
				continue
			}
			plain++
			var b strings.Builder
			if err := reader.Convert([]byte(sentences(s)), &b); err != nil {
				t.Fatal(err)
			}
			if got := HTML(s); got != b.String() {
				t.Errorf("%q is %q, not %q", s, got, b.String())
			}
		}
	}
	if plain < 1000 || !isPlain("Kontakten blev tættere – § 85, 3 af 10 (»bedre«).") {
		t.Errorf("%d are plain", plain)
	}
}
