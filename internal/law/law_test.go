package law

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"praksis/internal/danish"

	"golang.org/x/text/unicode/norm"
)

// shown writes references as "[text as it stands]law paragraph stk".
func shown(text string) string {
	var out []string
	for _, r := range Find(text) {
		s := strings.TrimSpace(r.Law + " " + r.Paragraph)
		if r.Subsection != "" {
			s += "/" + r.Subsection
		}
		out = append(out, "["+text[r.Start:r.End]+"]"+s)
	}
	return strings.Join(out, " ")
}

func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		// one paragraph
		"§ 85": "[§ 85]85", "§85": "[§85]85", "§\u00a085": "[§\u00a085]85", "§\u00ad85": "[§\u00ad85]85",
		"SEL 85": "[SEL 85]serviceloven 85", "SEL85": "[SEL85]serviceloven 85", "SEL-85": "[SEL-85]serviceloven 85",
		"sel § 85": "[sel § 85]serviceloven 85", "SEL§85": "[SEL§85]serviceloven 85", "sels § 85": "[sels § 85]serviceloven 85",
		"SEL § 85, stk. 2": "[SEL § 85, stk. 2]serviceloven 85/2", "SEL § 85 stk 2": "[SEL § 85 stk 2]serviceloven 85/2",
		"SEL § 85, stk.2.": "[SEL § 85, stk.2]serviceloven 85/2", "SEL 85, stk. 2, nr. 3": "[SEL 85, stk. 2, nr. 3]serviceloven 85/2",
		"SEL's § 85":      "[SEL's § 85]serviceloven 85",
		"serviceloven 85": "[serviceloven 85]serviceloven 85", "servicelovens § 85": "[servicelovens § 85]serviceloven 85",
		"service-loven § 85": "[service-loven § 85]serviceloven 85", "service loven § 85": "[service loven § 85]serviceloven 85",
		"SERVICELOV § 85": "[SERVICELOV § 85]serviceloven 85", "service\u00adloven § 85": "[service\u00adloven § 85]serviceloven 85",
		"service-\nloven § 85":             "[service-\nloven § 85]serviceloven 85",
		"Lov om social service § 85":       "[Lov om social service § 85]serviceloven 85",
		"lov om social services § 85":      "[lov om social services § 85]serviceloven 85",
		"Lov om\nsocial service\n§ 85":     "[Lov om\nsocial service\n§ 85]serviceloven 85",
		"lov om social service (SEL) § 85": "[lov om social service (SEL) § 85]serviceloven 85",
		"lov om social service (SEL).":     "[lov om social service (SEL]serviceloven",
		"serviceloven, § 85":               "[serviceloven, § 85]serviceloven 85", "Serviceloven: § 85": "[Serviceloven: § 85]serviceloven 85",
		"serviceloven (§ 85)": "[serviceloven (§ 85]serviceloven 85",
		"paragraf 85":         "[paragraf 85]85", "Paragraf  85": "[Paragraf  85]85", "par. 85": "[par. 85]85", "pgf. 85": "[pgf. 85]85",
		"serviceloven paragraf 85":     "[serviceloven paragraf 85]serviceloven 85",
		"efter § 85 i serviceloven.":   "[§ 85 i serviceloven]serviceloven 85",
		"§ 85 i lov om social service": "[§ 85 i lov om social service]serviceloven 85",
		"§ 85 efter serviceloven":      "[§ 85 efter serviceloven]serviceloven 85",
		"§ 85, stk. 2, i serviceloven": "[§ 85, stk. 2, i serviceloven]serviceloven 85/2",
		"§ 85, jf. serviceloven":       "[§ 85, jf. serviceloven]serviceloven 85",
		"§ 85 i henhold til SEL":       "[§ 85 i henhold til SEL]serviceloven 85",
		"(§ 85 (serviceloven))":        "[§ 85 (serviceloven]serviceloven 85",
		"§ 141 sundhedsloven":          "[§ 141 sundhedsloven]sundhedsloven 141",
		"§ 32 BL":                      "[§ 32 BL]barnets-lov 32", "BL § 32": "[BL § 32]barnets-lov 32",
		"§ 85-tilbud": "[§ 85]85", "§107-tilbuddet": "[§107]107", "et § 85'er": "[§ 85'er]85",
		// letters
		"§ 83 a": "[§ 83 a]83a", "§ 83a": "[§ 83a]83a", "§83A": "[§83A]83a", "SEL 83a": "[SEL 83a]serviceloven 83a", "SEL83a": "[SEL83a]serviceloven 83a",
		"SEL 83 a, stk. 3": "[SEL 83 a, stk. 3]serviceloven 83a/3", "§ 83 a i serviceloven": "[§ 83 a i serviceloven]serviceloven 83a",
		"§ 85 i tilbud": "[§ 85]85", "§ 104 e.l.": "[§ 104]104", "§ 85 f.eks.": "[§ 85]85", "§ 85 a-kasse": "[§ 85]85", "§ 85 à 3 timer": "[§ 85]85", "§ 85 og": "[§ 85]85",
		// several
		"§§ 85 og 107": "[§§ 85]85 [107]107", "§§ 83-87": "[§§ 83]83 [87]87", "§§83–87": "[§§83]83 [87]87", "§§ 124 til 137": "[§§ 124]124 [137]137",
		"§ 107/108": "[§ 107]107 [108]108", "§§ 85, 104 og 107": "[§§ 85]85 [104]104 [107]107", "§§ 107- og 108-tilbud": "[§§ 107]107 [108]108",
		"§ 85 og § 107": "[§ 85]85 [§ 107]107", "§ 85, § 104 eller § 107": "[§ 85]85 [§ 104]104 [§ 107]107",
		"§§ 82 a og b": "[§§ 82 a]82a [b]82b", "§§ 82 a-d": "[§§ 82 a]82a [d]82d", "§§ 82 a-82 d": "[§§ 82 a]82a [82 d]82d",
		"paragrafferne 85 og 107":                        "[paragrafferne 85]85 [107]107",
		"servicelovens §§ 85 og 107":                     "[servicelovens §§ 85]serviceloven 85 [107]serviceloven 107",
		"§§ 85 og 107 i serviceloven":                    "[§§ 85]serviceloven 85 [107 i serviceloven]serviceloven 107",
		"§ 85 og § 107 efter SEL":                        "[§ 85]serviceloven 85 [§ 107 efter SEL]serviceloven 107",
		"SEL § 85, stk. 1, og § 107, stk. 2":             "[SEL § 85, stk. 1]serviceloven 85/1 [§ 107, stk. 2]serviceloven 107/2",
		"SEL § 107, jf. § 141":                           "[SEL § 107]serviceloven 107 [§ 141]serviceloven 141",
		"SEL 107/108":                                    "[SEL 107]serviceloven 107 [108]serviceloven 108",
		"SEL § 85 og SUL § 141":                          "[SEL § 85]serviceloven 85 [SUL § 141]sundhedsloven 141",
		"serviceloven § 85 og § 141 i sundhedsloven":     "[serviceloven § 85]serviceloven 85 [§ 141 i sundhedsloven]sundhedsloven 141",
		"§ 101 i serviceloven og § 141 i sundhedsloven":  "[§ 101 i serviceloven]serviceloven 101 [§ 141 i sundhedsloven]sundhedsloven 141",
		"§ 101 i serviceloven, § 141 i sundhedsloven":    "[§ 101 i serviceloven]serviceloven 101 [§ 141 i sundhedsloven]sundhedsloven 141",
		"§ 85, sundhedsloven § 141":                      "[§ 85]85 [sundhedsloven § 141]sundhedsloven 141",
		"almenboligloven § 105, stk. 2, og serviceloven": "[almenboligloven § 105, stk. 2]almenboligloven 105/2 [serviceloven]serviceloven",
		"lov om almene boliger m.v. § 105":               "[lov om almene boliger m.v. § 105]almenboligloven 105",
		"§ 101, § 141 sundhedsloven":                     "[§ 101]101 [§ 141 sundhedsloven]sundhedsloven 141",
		"§§ 85 og 107 SEL":                               "[§§ 85]serviceloven 85 [107 SEL]serviceloven 107",
		"§ 85 og 3 borgere":                              "[§ 85]85",
		"SEL § 85 stk. 1 og 2":                           "[SEL § 85 stk. 1]serviceloven 85/1",
		// a law alone
		"Serviceloven": "[Serviceloven]serviceloven", "SEL": "[SEL]serviceloven", "barnets lov": "[barnets lov]barnets-lov", "Barnets Lovs": "[Barnets Lovs]barnets-lov",
		"LAB-loven": "[LAB-loven]beskaeftigelsesindsatsloven", "LAB § 36": "[LAB § 36]beskaeftigelsesindsatsloven 36", "GDPR": "[GDPR]databeskyttelsesforordningen",
		"psykiatriloven og epidemiloven": "[psykiatriloven]psykiatriloven [epidemiloven]epidemiloven",
		"aeldreloven":                    "[aeldreloven]aeldreloven", "Ældrelovens § 10": "[Ældrelovens § 10]aeldreloven 10",
		"retssikkerhedslovens § 10": "[retssikkerhedslovens § 10]retssikkerhedsloven 10", "RSL § 4": "[RSL § 4]retssikkerhedsloven 4",
		"lov om retssikkerhed og administration på det sociale område § 5":  "[lov om retssikkerhed og administration på det sociale område § 5]retssikkerhedsloven 5",
		"COVID-19-bekendtgørelsen på socialområdet (ophævet 10. juni 2020)": "[COVID-19-bekendtgørelsen på socialområdet]covid-19-bekendtgoerelsen",
		"den bekendtgørelse om covid-19, der gjaldt":                        "[bekendtgørelse om covid-19]covid-19-bekendtgoerelsen",
		"serviceloven. 85 borgere":                                          "[serviceloven]serviceloven", "serviceloven gælder 85 borgere": "[serviceloven]serviceloven",
		"serviceloven 2020": "[serviceloven]serviceloven", "serviceloven 1.000": "[serviceloven]serviceloven", "serviceloven 85, 107": "[serviceloven 85]serviceloven 85", "serviceloven 12,5": "[serviceloven]serviceloven",
		"barnets lov 1. januar 2024": "[barnets lov]barnets-lov", "serviceloven 85-årige": "[serviceloven]serviceloven", "serviceloven 85 %": "[serviceloven]serviceloven",
		"Serviceloven\n\n§ 85": "[Serviceloven]serviceloven [§ 85]85", "SEL 85. Det": "[SEL 85]serviceloven 85",
		// none
		"§ 1.000": "", "§ 1000": "", "§ 085": "", "§": "", "85": "", "§ x": "", "innovation lab": "", "LAB 3": "", "STU": "", "et par. 85 borgere": "", "et par 85-årige": "",
		"selv": "", "s e l": "", "loven": "", "lov om social": "", "bl.a. 85": "", "§ 8.5": "", "paragraf": "", "barnet. Lov": "",
	} {
		if got := shown(text); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

// Every name of every law is found in all the ways in which it may be written.
func TestNames(t *testing.T) {
	for _, l := range Laws {
		if Name(l.Slug) != l.Name {
			t.Errorf("%s: name %q", l.Slug, Name(l.Slug))
		}
		for _, n := range append([]string{l.Name}, l.Names...) {
			for _, s := range []string{n, strings.ToUpper(n), norm.NFD.String(n), danish.Fold(n), strings.ReplaceAll(n, "-", "\u2011"), n + "s"} {
				text := "efter " + s + " § 12 a, stk. 3."
				got := Find(text)
				if len(got) != 1 || got[0] != (Reference{l.Slug, "12a", "3", 6, len(text) - 1}) {
					t.Errorf("%q: %+v", text, got)
				}
			}
		}
	}
	if Name("x") != "" {
		t.Error("an unknown law has a name")
	}
}

// A long text without an answer is read once.
func TestLong(t *testing.T) {
	start := time.Now()
	for _, s := range []string{"BL (", "§ 1, ", "lov om social ", "SEL § ", "i ", "§", "§ 1 SEL ", "a-"} {
		Find(strings.Repeat(s, 50_000))
	}
	if d := time.Since(start); d > 10*time.Second { // it takes less than one
		t.Errorf("took %v", d)
	}
}

func TestString(t *testing.T) {
	for want, r := range map[string]Reference{
		"serviceloven § 85, stk. 2": {Law: "serviceloven", Paragraph: "85", Subsection: "2"},
		"§ 83 a":                    {Paragraph: "83a"},
		"STU-loven":                 {Law: "stu-loven"},
		"barnets lov § 32":          {Law: "barnets-lov", Paragraph: "32"},
	} {
		if got := r.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRule(t *testing.T) {
	for text, want := range map[string]string{
		"§ 85": "Socialpædagogisk støtte", "SEL 83 a": "Rehabiliteringsforløb", "§ 141": "Handleplan", "SUL § 141": "Alkoholbehandling",
		"§ 130": "Magtanvendelse over for voksne", "barnets lov § 32": "Støttende indsatser", "§ 8": "", "serviceloven": "", "sundhedsloven § 85": "",
	} {
		rule, ok := Find(text)[0].Rule()
		if rule.Title != want || ok != (want != "") {
			t.Errorf("%s: %q", text, rule.Title)
		}
	}
	if r := rules["serviceloven 85"]; r.Law != "serviceloven" || r.Paragraph != "85" || !slices.Contains(r.Same, "bostøtte") || len(r.Related) == 0 || r.Reason == "" {
		t.Errorf("%+v", r)
	}
}

func TestLawsFile(t *testing.T) {
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	slugs, keys := map[string]bool{}, map[string]string{}
	for _, l := range Laws {
		if !slug.MatchString(l.Slug) || slugs[l.Slug] {
			t.Errorf("slug %q is none, or there twice", l.Slug)
		}
		slugs[l.Slug] = true
		for _, n := range append([]string{l.Name}, l.Names...) {
			if n == "" || strings.TrimSpace(n) != n || strings.ContainsAny(n, "§:|") || keys[key(n)] != "" {
				t.Errorf("%s: name %q is badly written, or there twice", l.Slug, n)
			}
			keys[key(n)] = l.Slug
		}
	}
	if len(Laws) < 20 {
		t.Errorf("%d laws", len(Laws))
	}
}

func TestParagraphsFile(t *testing.T) {
	line := regexp.MustCompile(`^(title|same|related|reason): \S.*$`)
	var heads []string
	for _, l := range contentLines(paragraphsFile) {
		if m := headPattern.FindStringSubmatch(l); m != nil {
			for _, p := range paragraphsOf(m[2]) {
				heads = append(heads, m[1]+" "+p)
			}
		} else if !line.MatchString(l) {
			t.Errorf("%q is no line of a rule", l)
		}
	}
	if len(heads) != len(rules) {
		t.Errorf("%d paragraphs give %d rules: one stands twice, or has no reason", len(heads), len(rules))
	}
	for _, head := range slices.Sorted(maps.Keys(rules)) {
		r := rules[head]
		if head != r.Law+" "+r.Paragraph || Name(r.Law) == "" || !paragraphNumber.MatchString(r.Paragraph) {
			t.Errorf("%s: its law or its paragraph is none", head)
		}
		if r.Title == "" || len(r.Same)+len(r.Related) == 0 || !strings.HasSuffix(r.Reason, ".") {
			t.Errorf("%s: no title, no words, or no reason", head)
		}
		seen := map[string]bool{}
		for _, w := range append(slices.Clone(r.Same), r.Related...) {
			if strings.TrimSpace(w) != w || w == "" || len(strings.Fields(w)) > 5 || seen[danish.Fold(w)] || len(Find(w)) > 0 {
				t.Errorf("%s: %q is badly written, too long, a law, or there twice", head, w)
			}
			seen[danish.Fold(w)] = true
		}
		if got := Find((Reference{Law: r.Law, Paragraph: r.Paragraph}).String()); len(got) != 1 || got[0].Law != r.Law || got[0].Paragraph != r.Paragraph {
			t.Errorf("%s: found as %+v", head, got)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"efter § 85, stk. 2, nr. 1 i serviceloven (SEL)", "lov om almene boliger m.v. (ABL) §§ 82 a-d, 85 og 107", "SEL83a SEL 107/108 %", "par. 85 LAB § 3.4",
		"service-\nloven\u00ad§\u0301 §85'er", "§§§ 1§2§3-4–5 og § 6 jf. § 7 i henhold til SUL", "web- og telefonbaserede § \xff 9", strings.Repeat("lov om social service (", 9)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, r := range Find(text) {
			if r.Start < end || r.End <= r.Start || r.End > len(text) {
				t.Fatalf("%+v after %d in %q", r, end, text)
			}
			end = r.End
			if utf8.ValidString(text) && !utf8.ValidString(text[r.Start:r.End]) {
				t.Fatalf("%+v cuts a rune of %q", r, text)
			}
			again := Find(r.String())
			if len(again) != 1 || again[0].Law != r.Law || again[0].Paragraph != r.Paragraph || again[0].Subsection != r.Subsection {
				t.Fatalf("%q of %q is found as %+v", r, text, again)
			}
			r.Rule()
		}
	})
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("Kommunen gav bostøtte efter § 85 i serviceloven til 120 borgere, og personalet holdt kontakten i telefon hver dag under nedlukningen. ", 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Find(text)
	}
}
