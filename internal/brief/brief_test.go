package brief

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"

	"pgregory.net/rapid"
)

var (
	groupsDrawn = []catalogue.TermRef{{Slug: "angst", Label: "Angst"}, {Slug: "autisme", Label: "Autisme"}, {Slug: "unge", Label: "Unge"}, {Slug: catalogue.AcrossGroups, Label: "På tværs"}, {Slug: catalogue.NotStated, Label: "Ikke oplyst"}}
	anyVoice    = rapid.SampledFrom(catalogue.Voices.Codes())
	anyEffect   = rapid.SampledFrom(append(catalogue.Effects.Codes(), ""))
)

// anyInput draws examples that have all kinds of findings.
func anyInput(t *rapid.T) Input {
	in := Input{Date: time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)}
	for i := range rapid.IntRange(0, 7).Draw(t, "examples") {
		actor := rapid.SampledFrom([]string{"aarhus", "viborg", "randers"}).Draw(t, "actor")
		p := &catalogue.Practice{Slug: fmt.Sprint("e", i), Title: fmt.Sprint("Eksempel nr. ", i), Organisation: catalogue.OrganisationRef{Slug: actor, Name: catalogue.UpperFirst(actor) + " Kommune", ShortName: catalogue.UpperFirst(actor)}}
		for n := range rapid.IntRange(0, 6).Draw(t, "findings") {
			f := catalogue.Finding{Effect: catalogue.Effect(anyEffect.Draw(t, "effect")), Text: fmt.Sprintf("Fund %c%c", 'a'+i, 'a'+n), TargetGroups: rapid.SliceOfNDistinct(rapid.SampledFrom(groupsDrawn), 1, 2, func(r catalogue.TermRef) string { return r.Slug }).Draw(t, "groups")}
			for _, v := range rapid.SliceOfNDistinct(anyVoice, 0, 2, rapid.ID).Draw(t, "voices") {
				f.Voices = append(f.Voices, catalogue.Voice(v))
			}
			p.Findings = append(p.Findings, f)
		}
		if rapid.Bool().Draw(t, "kept") {
			p.Retention = []catalogue.Retention{{Status: catalogue.RetentionStatus(rapid.SampledFrom(catalogue.Retentions.Codes()).Draw(t, "status"))}}
		}
		in.Examples = append(in.Examples, Example{ID: int64(i + 1), Practice: p})
	}
	return in
}

// counted are the numbers of findings by effect and voice, counted anew.
func counted(in Input) (all int, byEffect map[catalogue.Effect]int, byVoice map[[2]string]int, actors map[string]bool) {
	byEffect, byVoice, actors = map[catalogue.Effect]int{}, map[[2]string]int{}, map[string]bool{}
	for _, e := range in.Examples {
		for _, f := range e.Practice.Findings {
			if f.Effect == "" {
				continue
			}
			all++
			byEffect[f.Effect]++
			actors[e.Practice.Organisation.Slug] = true
			voices := f.Voices
			if len(voices) == 0 {
				voices = catalogue.VoiceList{""}
			}
			for _, v := range voices {
				byVoice[[2]string{string(f.Effect), v.InShort()}]++
			}
		}
	}
	return all, byEffect, byVoice, actors
}

var (
	goodLine  = regexp.MustCompile(`^God effekt i (\d+) af (\d+) erfaring(?:er)?\. Det siger (.+)\.$`)
	otherPart = regexp.MustCompile(`(?i)(blandet effekt|ingen effekt|dårlig effekt) i (\d+) \(([^)]*)\)`)
	saidPart  = regexp.MustCompile(`^(.+?) \(?(\d+)\)?$`)
	between2  = regexp.MustCompile(`, (?:og )?| og `)
)

// Every number in the resumé is a count of the findings, every voice stands beside an
// effect that it has stated, and every one that has stated it is there.
func TestResume(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		b := New(in)
		all, byEffect, byVoice, actors := counted(in)
		if len(b.Resume) == 0 || len(b.Resume) > 5 {
			t.Fatalf("%d lines", len(b.Resume))
		}
		said := map[[2]string]int{}
		read := func(effect catalogue.Effect, n, list string) {
			if strconv.Itoa(byEffect[effect]) != n {
				t.Fatalf("%s in %s of %d: %q", effect, n, byEffect[effect], b.Resume)
			}
			list = strings.ReplaceAll(list, "nogen, som kilden ikke nævner", "ikke oplyst")
			for _, part := range between2.Split(list, -1) {
				x := saidPart.FindStringSubmatch(part)
				if x == nil {
					t.Fatalf("%q in %q", part, list)
				}
				n, _ := strconv.Atoi(x[2])
				said[[2]string{string(effect), x[1]}] = n
			}
		}
		for _, line := range b.Resume {
			if x := goodLine.FindStringSubmatch(line); x != nil {
				read(catalogue.EffectPositive, x[1], x[3])
				if x[2] != strconv.Itoa(all) {
					t.Fatalf("of %s, not %d", x[2], all)
				}
			} else if !strings.HasPrefix(line, "Dårlig effekt er meldt for") {
				for _, x := range otherPart.FindAllStringSubmatch(line, -1) {
					effect, _ := catalogue.Effects.Parse(x[1])
					read(effect, x[2], x[3])
				}
			}
		}
		if fmt.Sprint(said) != fmt.Sprint(byVoice) {
			t.Fatalf("the resumé says %v, the findings %v\n%q", said, byVoice, b.Resume)
		}
		few := all < 3 || len(actors) < 2
		if strings.Contains(strings.Join(b.Resume, " "), tooFew) != (few && all > 0) {
			t.Fatalf("%d findings of %d actors: %q", all, len(actors), b.Resume)
		}
		// What else is counted.
		kept, citizens := 0, 0
		for _, e := range in.Examples {
			if len(e.Practice.Retention) > 0 && e.Practice.Retention[0].Status == catalogue.RetentionRetained {
				kept++
			}
			if slices.ContainsFunc(e.Practice.Findings, func(f catalogue.Finding) bool {
				return f.Effect != "" && slices.Contains(f.Voices, catalogue.VoiceCitizen)
			}) {
				citizens++
			}
		}
		last := b.Resume[len(b.Resume)-1]
		for n, words := range map[int]string{kept: "Fastholdt i ", citizens: "Borgere siger selv noget i "} {
			if kept == citizens {
				break // the map has one of them
			}
			if all > 0 && n > 0 && !strings.Contains(last, words+strconv.Itoa(n)+" af ") {
				t.Fatalf("%s%d: %q", words, n, last)
			}
		}
	})
}

// Nothing is said to have happened that no finding says: each row of the table of
// findings is one, with its own effect, groups and voices, and each finding has a row.
func TestNothingIsInvented(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		var want, got []string
		for i, e := range in.Examples {
			for _, f := range e.Practice.Findings {
				voices := "Ikke oplyst, hvem der siger det"
				if len(f.Voices) > 0 {
					var words []string
					for _, v := range f.Voices {
						words = append(words, v.InWords())
					}
					voices = catalogue.UpperFirst(strings.Join(words, " og "))
				}
				about := "For " + catalogue.GroupsInWords(f.TargetGroups)
				if f.Effect != "" {
					about = catalogue.Effects.Label(f.Effect) + " for " + catalogue.GroupsInWords(f.TargetGroups)
				}
				want = append(want, fmt.Sprintf("%s|%s.|%s|%s, eksempel %d", about, f.Text, voices, e.Practice.Organisation.ShortName, i+1))
			}
		}
		for _, s := range New(in).Sections {
			for _, b := range s.Blocks {
				if b.Table == nil || b.Table.Head[0] != "Fund" {
					continue
				}
				for _, row := range b.Table.Rows {
					if len(row) != 3 || len(row[2]) != 0 {
						t.Fatalf("a row of %d cells; the last is for the reader", len(row))
					}
					var parts []string
					for _, p := range slices.Concat(row[0], row[1]) {
						parts = append(parts, words(p))
					}
					got = append(got, strings.Join(parts, "|"))
				}
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Fatalf("got  %q\nwant %q", got, want)
		}
	})
}

func words(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// all is what a brief says, in one text.
func all(b Brief) string {
	var out strings.Builder
	out.WriteString(b.Title + "\n")
	for _, s := range b.Sections {
		out.WriteString(s.Heading + "\n")
		for _, x := range s.Blocks {
			out.WriteString(x.Blank + words(x.Runs) + "\n")
			if x.Table != nil {
				for _, row := range x.Table.Rows {
					for _, c := range row {
						for _, p := range c {
							out.WriteString(words(p) + "\n")
						}
					}
				}
			}
		}
	}
	return out.String()
}

// The table of target groups counts what findings say for each, with who says so, and
// names too few as such.
func TestGroups(t *testing.T) {
	t.Parallel()
	finding := func(e catalogue.Effect, voice ...catalogue.Voice) catalogue.Finding {
		return catalogue.Finding{Effect: e, TargetGroups: groupsDrawn[:1], Voices: voice, Text: "x"}
	}
	example := func(id int64, actor string, f ...catalogue.Finding) Example {
		return Example{ID: id, Practice: &catalogue.Practice{Slug: actor, Title: actor, Organisation: catalogue.OrganisationRef{Slug: actor, Name: actor}, Findings: f}}
	}
	for _, c := range []struct {
		examples []Example
		want     []string
	}{
		{[]Example{example(1, "a", finding("positive", "leader", "citizen"), finding("positive", "leader")), example(2, "b", finding("negative"))},
			[]string{"Angst", "2 (ledere 2 og borgere 1)", "0", "0", "1 (ikke oplyst 1)"}},
		{[]Example{example(1, "a", finding("positive", "leader"), finding("mixed", "leader"), finding("negative", "citizen"))},
			[]string{"Angst\n" + tooFew, "1 (ledere 1)", "1 (ledere 1)", "0", "1 (borgere 1)"}},
		{[]Example{example(1, "a", finding("none", "study")), example(2, "b", finding("none", "study"))},
			[]string{"Angst\n" + tooFew, "0", "0", "2 (undersøgelse 2)", "0"}},
	} {
		m := &maker{Input: Input{Examples: c.examples}}
		m.collect()
		var got []string
		for _, cell := range groupTable(m.groups()).Rows[0] {
			var lines []string
			for _, p := range cell {
				lines = append(lines, words(p))
			}
			got = append(got, strings.Join(lines, "\n"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// The target groups for which something went badly are named by how often it did, not by
// how much is said of them.
func TestGroupsWith(t *testing.T) {
	t.Parallel()
	finding := func(group int, e catalogue.Effect) catalogue.Finding {
		return catalogue.Finding{Effect: e, TargetGroups: groupsDrawn[group : group+1], Text: "x"}
	}
	m := &maker{Input: Input{Examples: []Example{{ID: 1, Practice: &catalogue.Practice{Findings: []catalogue.Finding{
		finding(0, "positive"), finding(0, "positive"), finding(0, "negative"), finding(1, "negative"), finding(1, "negative")}}}}}}
	m.collect()
	first := func(group int) string { return catalogue.GroupsInWords(groupsDrawn[group : group+1]) }
	if got, want := m.groupsWith(catalogue.EffectNegative), first(1)+" (2) og "+first(0)+" (1)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A contrast is told with both sides, and asked about; what is gone of it is left out.
func TestContrast(t *testing.T) {
	t.Parallel()
	in := Input{Date: time.Now(), Examples: []Example{
		{ID: 7, Note: "Spørg Bo\u2028om tal", Practice: &catalogue.Practice{Slug: "a", Title: "A", Organisation: catalogue.OrganisationRef{Slug: "aarhus", Name: "Aarhus Kommune"},
			Findings: []catalogue.Finding{{Effect: "positive", Voices: catalogue.VoiceList{"employee"}, TargetGroups: groupsDrawn[:1], Text: "Mere ro"}, {Effect: "negative", Voices: catalogue.VoiceList{"citizen"}, TargetGroups: groupsDrawn[:1], Text: "De savnede det"}, {Effect: "negative", Voices: catalogue.VoiceList{"citizen"}, TargetGroups: groupsDrawn[:1], Text: "Kedeligt"}}}},
		{ID: 8, Practice: &catalogue.Practice{Slug: "b", Title: "B", Organisation: catalogue.OrganisationRef{Slug: "viborg", Name: "Viborg Kommune"}}},
	}}
	in.Contrasts = []catalogue.Contrast{{Solution: catalogue.TermRef{Slug: "lukket", Label: "Lukket dagtilbud"}, TargetGroups: groupsDrawn[:1],
		For:     catalogue.ContrastSide{Voices: []catalogue.Voice{"employee"}, Count: 1, First: []catalogue.FindingRef{{Practice: 7}, {Practice: 99}, {Practice: 8}}},
		Against: catalogue.ContrastSide{Voices: []catalogue.Voice{"citizen"}, Count: 1, First: []catalogue.FindingRef{{Practice: 7, Number: 1}}}}}
	text := all(New(in))
	for _, want := range []string{"God effekt: Mere ro. (medarbejdere, Aarhus Kommune, eksempel 1)", "Dårlig effekt: De savnede det. (borgere, Aarhus Kommune, eksempel 1)", "Hvem ligner os mest?",
		"»Lukket dagtilbud« for angst", "Jeres note: Spørg Bo", "Ingen erfaring er fra pårørende eller ledere.", "ikke en anbefaling"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
	if strings.Contains(strings.ToLower(text), "best practice") {
		t.Error("nothing is best practice")
	}
}

// The sections are those of a Danish agenda, in their order, and none is empty.
func TestOrder(t *testing.T) {
	t.Parallel()
	for _, in := range []Input{{}, {Examples: []Example{{Practice: &catalogue.Practice{Title: "x"}}}}} {
		var got []string
		for _, s := range New(in).Sections {
			got = append(got, s.Heading)
			if len(s.Blocks) == 0 {
				t.Errorf("%s is empty", s.Heading)
			}
		}
		if s := strings.Join(got, ", "); s != "Resumé, Indstilling, Baggrund, Sagsfremstilling, Økonomi og ressourcer, Huller, Spørgsmål til drøftelse, Kilder" {
			t.Error(s)
		}
	}
}
