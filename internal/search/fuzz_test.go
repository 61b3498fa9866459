package search

import (
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// bombs are queries made to hurt (faults.md, rows 19 and 20).
var bombs = map[string]string{
	"star":            "*",
	"regexp":          ".*",
	"prefix":          "a*",
	"fuzzy syntax":    "gåtur~9 AND (title:x OR ((((((",
	"quotes":          `"gåtur i \ skoven" -" +'`,
	"marks":           "a" + strings.Repeat("\u0301", 10_000),
	"only marks":      strings.Repeat("\u0301", 10_000),
	"zero width":      strings.Repeat("\u200b", 5_000) + "gåtur",
	"right to left":   "\u202e rutåg \u202d",
	"invalid":         "g\xc3tur \xff\xfe \x00",
	"megabyte":        strings.Repeat("familieindsats ", 70_000),
	"one long word":   strings.Repeat("bostøtte", 10_000),
	"hyphens":         strings.Repeat("a-", 5_000) + "b",
	"paragraphs":      strings.Repeat("§ 1", 500),
	"all slips":       "familieindsatz demensnetvark sorgmodul sovnforlob nabovejleter stresgruppe mentorhjelp cykelverksted musikforlop aldreteam boliglinye brogygger trivselsplon madklupper kulturkafe sprogkurzus haveforlob frivilliqnet ungdomsmodol laeseprojekd fritidstelbud netvarksmode praktikstodte borgermoder",
	"all unknown":     "qwxzvbnm wqzxcvbq zxqwvbnk xqzwkvbn qqzzxxww wwxxqqzz zzwwqqxx xzqwxzqw vqxzvqxz kqxzkqxw wzxqwzxk bqxzwbqx qzxwvkbn wxqzkvbw zqxwbvkq xwzqvbkz qxwzbvkx wqxzvkbz zxqwkbvw xqwzbkvq qwzxkvbx wzqxbvkz zqwxvbkq xzwqkbvz",
	"all common":      "indsats netværk team forløb gruppe model metode besøg plan guide projekt tilbud hus rum aften dag møde klub portal kort måling kampagne støtte kontakt",
	"common prefixes": "familie børne ungdoms sundheds skole fritids nabo netværks hverdags trivsels sprog kultur bolig uddannelses praktik demens sorg stress relations dialog mentor mødre handicap natur",
	"labels":          "voksne med handicap autisme angst depression ensomhed hjemløse telefon video udendørs socialt udsatte psykisk sårbare",
	"stop words":      strings.Repeat("og i at det en den til er som på ", 30),
}

func FuzzSearch(f *testing.F) {
	for _, text := range bombs { // short: what is long is cut, and slow to minimise
		f.Add(text[:min(len(text), 200)])
	}
	f.Add("gåture sårbare unge")
	f.Add("web- og telefonbaserede § 104 covid-19")
	x := indexOf(f,
		practice("Gåture i naturen med sårbare unge", groups("angst"), body("Familieindsats efter § 104 under covid-19.")),
		practice("Facebook-gruppe for husvilde", groups("hjemloese"), body("Web- og telefonbaserede tilbud, walk'n'talk.")),
		practice("Bostøtte i Teams", groups("psykisk"), body("Samtaler over Skype i boligerne.")))
	f.Fuzz(func(t *testing.T, text string) {
		for _, sort := range []catalogue.Sort{catalogue.SortRelevance, catalogue.SortName} {
			q := catalogue.Query{Text: text, Sort: sort, Filters: catalogue.Filters{"kontaktform": {text}}}
			if r := search(t, x, q); r.Total != 0 {
				t.Errorf("%d have the contact form %q", r.Total, text)
			}
			q.Filters = nil
			r, again := search(t, x, q), search(t, x, q)
			if r.Total != len(r.IDs) || r.Total+len(r.Near) > 3 {
				t.Errorf("total %d of %v, near %v", r.Total, r.IDs, r.Near)
			}
			if !slices.Equal(r.IDs, again.IDs) || !slices.Equal(r.Near, again.Near) {
				t.Error("the same query, another answer")
			}
			if text == "" && r.Total != 3 {
				t.Errorf("no text: %d", r.Total)
			}
		}
	})
}
