package brief

import (
	"cmp"
	"slices"
	"strconv"

	"praksis/internal/catalogue"
)

// said is a finding with the place of its example.
type said struct {
	*catalogue.Finding
	example int
}

// tally counts findings by effect and by voice. A finding of several voices counts
// under each of them, and once in all (domain.md, "verdicts").
type tally struct {
	list   []said
	counts map[catalogue.Effect]int
	voices map[catalogue.Effect]map[catalogue.Voice]int
	actors map[string]bool
}

func (t *tally) add(s said, actor string) {
	if t.counts == nil {
		t.counts, t.voices, t.actors = map[catalogue.Effect]int{}, map[catalogue.Effect]map[catalogue.Voice]int{}, map[string]bool{}
	}
	t.list = append(t.list, s)
	t.counts[s.Effect]++
	t.actors[actor] = true
	if t.voices[s.Effect] == nil {
		t.voices[s.Effect] = map[catalogue.Voice]int{}
	}
	for _, v := range s.Speakers() {
		t.voices[s.Effect][v]++
	}
}

// few tells whether the findings are too few for anything to be said of them
// (domain.md, "Summing up").
func (t *tally) few() bool { return len(t.list) < 3 || len(t.actors) < 2 }

// tooFew is what is said then.
const tooFew = "For få erfaringer til at sige noget"

// voice is how many findings of an effect a voice has; the effect is empty for any.
func (t *tally) voice(v catalogue.Voice) (n int) {
	for _, x := range t.voices {
		n += x[v]
	}
	return n
}

// saying are the voices that state an effect, those with most findings first: "tilbuddet
// (8) og borgere (3)".
func (t *tally) saying(e catalogue.Effect, form func(catalogue.Voice, int) string) string {
	var list []catalogue.Voice
	for _, v := range append(catalogue.Voices.Codes(), "") {
		if t.voices[e][catalogue.Voice(v)] > 0 {
			list = append(list, catalogue.Voice(v))
		}
	}
	slices.SortStableFunc(list, func(a, b catalogue.Voice) int {
		return cmp.Compare(t.voices[e][b], t.voices[e][a])
	})
	var words []string
	for _, v := range list {
		words = append(words, form(v, t.voices[e][v]))
	}
	return catalogue.Join(words, "og")
}

// saidBy is a voice with its number in a sentence, inCell where there is little room.
func saidBy(v catalogue.Voice, n int) string {
	who := v.InShort()
	if v == "" {
		who = "nogen, som kilden ikke nævner"
	}
	return who + " (" + strconv.Itoa(n) + ")"
}

func inCell(v catalogue.Voice, n int) string { return v.InShort() + " " + strconv.Itoa(n) }

// collect goes through the findings of the examples.
func (m *maker) collect() {
	for i, e := range m.Examples {
		p := e.Practice
		for n := range p.Findings {
			f := &p.Findings[n]
			switch s := (said{f, i}); {
			case f.Effect == "":
				m.told = append(m.told, s)
			case m.Scope.Has(f, p.Solutions):
				m.counted.add(s, p.Organisation.Slug)
			case m.Scope.HasAcross(f, p.Solutions):
				m.across = append(m.across, s)
			}
		}
	}
}

// actors are the lead organisations of the examples, each once.
func (m *maker) actors() (n int) {
	seen := map[string]bool{}
	for _, e := range m.Examples {
		seen[e.Practice.Organisation.Slug] = true
	}
	return len(seen)
}

// group is what is said of the effect for one target group.
type group struct {
	catalogue.TermRef
	tally
}

// groups are the target groups that findings name, those with most findings first.
func (m *maker) groups() []group {
	var list []group
	for _, s := range m.counted.list {
		for _, ref := range s.TargetGroups {
			at := slices.IndexFunc(list, func(g group) bool { return g.Slug == ref.Slug })
			if at < 0 {
				at = len(list)
				list = append(list, group{TermRef: ref})
			}
			list[at].add(s, m.Examples[s.example].Practice.Organisation.Slug)
		}
	}
	slices.SortStableFunc(list, func(a, b group) int { return cmp.Compare(len(b.list), len(a.list)) })
	return list
}

// those are the examples that something holds of.
func (m *maker) those(holds func(Example) bool) (out []int) {
	for i, e := range m.Examples {
		if holds(e) {
			out = append(out, i)
		}
	}
	return out
}

// heard tells whether a finding that counts, of an example, is a voice's.
func (m *maker) heard(example int, voice catalogue.Voice) bool {
	return slices.ContainsFunc(m.counted.list, func(s said) bool { return s.example == example && slices.Contains(s.Speakers(), voice) })
}

// names are the actors of examples, each once, with the numbers of the examples, which
// lead to them: "Aarhus (1 og 3) og Viborg (2)".
func (m *maker) names(examples []int) (out []Run) {
	var actors []string
	of := map[string][]int{}
	for _, at := range examples {
		actor := name(m.Examples[at].Practice.Organisation)
		if of[actor] == nil {
			actors = append(actors, actor)
		}
		of[actor] = append(of[actor], at)
	}
	for i, actor := range actors {
		out = append(out, plain(between(i, len(actors))+actor+" ("))
		for k, at := range of[actor] {
			if k > 0 {
				out = append(out, plain(between(k, len(of[actor]))))
			}
			out = append(out, m.Examples[at].link(number(at)))
		}
		out = append(out, plain(")"))
	}
	return out
}

// between is what stands before the i-th of n things in a sentence.
func between(i, n int) string {
	switch {
	case i == 0:
		return ""
	case i == n-1:
		return " og "
	}
	return ", "
}

// number is the number of an example in the list of them.
func number(example int) string { return strconv.Itoa(example + 1) }
