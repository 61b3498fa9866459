// Package synth makes synthetic practices, to measure the catalogue at sizes
// that it does not have yet. They are skewed as in life: big municipalities
// write more than small ones, a few terms are used much and most seldom.
// Nothing in them is true.
package synth

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
)

// Generator makes practices of given vocabularies and organisations. It is
// safe for concurrent use.
type Generator struct {
	seed  uint64
	orgs  weighted[catalogue.Organisation]
	terms map[catalogue.Vocabulary]weighted[catalogue.Term]
}

// New makes a generator. The same arguments give the same records.
func New(seed uint64, terms map[catalogue.Vocabulary][]catalogue.Term, orgs []catalogue.Organisation) *Generator {
	g := &Generator{seed: seed, terms: map[catalogue.Vocabulary]weighted[catalogue.Term]{}}
	for _, o := range orgs {
		g.orgs.add(o, organisationWeight(o))
	}
	for v, list := range terms {
		var w weighted[catalogue.Term]
		// Which terms are common has nothing to do with their order, nor with
		// the seed: catalogues of two seeds are alike.
		for rank, i := range rand.New(rand.NewPCG(uint64(len(list)), 4)).Perm(len(list)) {
			if list[i].Successor == "" {
				w.add(list[i], 1/(float64(rank)+1.5))
			}
		}
		g.terms[v] = w
	}
	return g
}

// Record is the practice number i, from 0. It depends on i and the generator
// only, and passes review.Check.
func (g *Generator) Record(i int) *catalogue.Practice {
	r := &record{Generator: g, Rand: rand.New(rand.NewPCG(g.seed, uint64(i)))}
	p := &r.Practice
	p.Kind = kinds.pick(r.Rand)
	org := r.orgs.pick(r.Rand)
	r.place = org.ShortName
	if r.place == "" {
		r.place = org.Name
	}
	p.Organisation.Slug = org.Slug
	if r.chance(.06) {
		if other := r.orgs.pick(r.Rand); other.Slug != org.Slug {
			p.Partners = []catalogue.OrganisationRef{{Slug: other.Slug}}
		}
	}
	if r.chance(.25) {
		p.Provider = upper(r.compound()) + " " + oneOf(r.Rand, institutionNames)
	}
	p.TargetGroups = r.draw(catalogue.TargetGroup, 1+few.pick(r.Rand))
	p.ContactForms = r.draw(catalogue.ContactForm, few.pick(r.Rand))
	p.Perspectives = r.draw(catalogue.Perspective, min(2, few.pick(r.Rand)))
	p.Themes = r.draw(catalogue.Theme, 1+few.pick(r.Rand))
	p.Preconditions = r.draw(catalogue.Precondition, few.pick(r.Rand))
	if r.chance(.08) {
		p.TransferTo = r.draw(catalogue.TargetGroup, 1)
	}
	if r.chance(.25) {
		p.Solutions = r.draw(catalogue.SolutionList, 1)
	}
	r.topic()
	p.Slug = slug(p.Title, i)
	r.sources()
	for n := findingCount.pick(r.Rand); len(p.Findings) < n; {
		p.Findings = append(p.Findings, r.finding())
	}
	for n := retentionCount.pick(r.Rand); len(p.Retention) < n; {
		p.Retention = append(p.Retention, r.retention())
	}
	r.time()
	if r.chance(.15) {
		p.LegalBasis = []string{oneOf(r.Rand, laws)}
	}
	if r.chance(.12) {
		p.Resources = r.fill(oneOf(r.Rand, resources))
	}
	if r.chance(.15) {
		p.Links = []catalogue.Link{{Label: upper(r.compound()), URL: fmt.Sprintf("https://www.example.com/%d", i)}}
	}
	r.answers()
	r.rest()
	return p
}

// restShare is how often a field is filled that nothing above fills.
const restShare = .05

// rest fills, now and then, what the table of fields has and nothing above
// fills, so that a new field is in the records as soon as it is in the table.
// It draws from numbers of its own: the rest of a record stays as it was.
func (r *record) rest() {
	own := &record{Generator: r.Generator, Rand: rand.New(rand.NewPCG(r.Uint64(), 1)), place: r.place, what: r.what}
	if own.Float64() < restShare {
		r.Advice = []catalogue.Advice{{Text: upper(own.compound()) + "."}, {Text: upper(own.compound()) + "."}}
	}
	if own.Float64() < restShare {
		r.SearchWords = []string{own.compound(), own.compound()}
	}
	for v := range r.Practice.Values() {
		if !v.Content || !v.Empty() || own.Float64() >= restShare {
			continue
		}
		switch text := v.Text(); {
		case v.Terms() != nil:
			*v.Terms() = own.draw(v.Vocabulary, 1)
		case text == nil:
		case v.Options != nil:
			*text = oneOf(own.Rand, v.Options).Code
		case v.Kind == catalogue.FieldDate:
			*text = string(own.date(time.Date(2020, 3, 11, 0, 0, 0, 0, time.UTC), 700))
		case v.Kind == catalogue.FieldURL:
			*text = fmt.Sprintf("https://www.example.com/%d", own.IntN(1000))
		case v.Kind == catalogue.FieldLine || v.Kind == catalogue.FieldProse:
			*text = upper(own.compound())
		}
	}
	for i, f := range r.Findings { // citizens whom nobody asked are quoted
		if r.Sources[max(f.Source, 1)-1].Asked == catalogue.AskedNo {
			r.Findings[i].Quoted = slices.Contains(f.Voices, catalogue.VoiceCitizen)
		}
	}
	from, _ := r.PeriodFrom.Start()
	if to, ok := r.PeriodTo.Start(); ok && to.Before(from) { // the two were drawn apart
		r.PeriodFrom, r.PeriodTo = r.PeriodTo, r.PeriodFrom
	}
}

// record is one practice in the making.
type record struct {
	*Generator
	*rand.Rand
	catalogue.Practice
	place string // who does it, as one says it
	what  string // what it is about: one compound
}

func (r *record) chance(p float64) bool { return r.Float64() < p }

// draw takes at most n different terms.
func (r *record) draw(v catalogue.Vocabulary, n int) []catalogue.TermRef {
	var out []catalogue.TermRef
	for range n {
		t := r.terms[v].pick(r.Rand)
		again := false
		for _, x := range out {
			again = again || x.Slug == t.Slug
		}
		if !again {
			out = append(out, catalogue.TermRef{Slug: t.Slug, Label: t.Label})
		}
	}
	return out
}

func (r *record) finding() catalogue.Finding {
	f := catalogue.Finding{Effect: effects.pick(r.Rand), Voices: voiceList(voices.pick(r.Rand)), Source: r.IntN(len(r.Sources) + 1)}
	f.TargetGroups = r.TargetGroups[:1]
	if r.chance(.4) {
		f.TargetGroups = r.draw(catalogue.TargetGroup, 1)
	}
	if len(r.ContactForms) > 0 && r.chance(.7) {
		f.ContactForms = r.ContactForms[:1]
	}
	f.Text = r.fill(oneOf(r.Rand, outcomes[f.Effect]))
	if r.chance(.3) {
		f.Condition = r.fill(oneOf(r.Rand, conditions))
	}
	return f
}

// voiceList has one voice, or none where it is not stated.
func voiceList(v catalogue.Voice) catalogue.VoiceList {
	if v == "" {
		return nil
	}
	return catalogue.VoiceList{v}
}

func (r *record) retention() catalogue.Retention {
	x := catalogue.Retention{Status: retentions.pick(r.Rand)}
	if r.chance(.7) {
		x.AsOf = r.date(time.Date(2020, 5, 1, 0, 0, 0, 0, time.UTC), 800)
	}
	if r.chance(.5) {
		x.Note = r.fill(oneOf(r.Rand, kept))
	}
	if r.chance(.2) {
		x.DecidedBy = "Ledelsen i " + r.place
	}
	return x
}

func (r *record) sources() {
	for range 1 + few.pick(r.Rand)/2 {
		s := catalogue.Source{Kind: sourceKinds.pick(r.Rand), Publisher: r.place, Place: upper(r.compound())}
		s.Document = fmt.Sprintf("Erfaringer med %s i %s", r.compound(), r.place)
		s.Date = r.date(time.Date(2020, 4, 1, 0, 0, 0, 0, time.UTC), 700)
		r.Sources = append(r.Sources, s)
	}
}

func (r *record) time() {
	for _, x := range []struct {
		period catalogue.Period
		share  float64
	}{{catalogue.PeriodLockdown, .7}, {"reopening", .35}, {"after", .25}} {
		if r.chance(x.share) {
			r.Periods = append(r.Periods, x.period)
		}
	}
	if r.chance(.3) {
		r.PeriodFrom = r.date(time.Date(2020, 3, 11, 0, 0, 0, 0, time.UTC), 60)
	}
	if r.PeriodFrom != "" && r.chance(.3) {
		r.PeriodTo = r.date(time.Date(2020, 6, 1, 0, 0, 0, 0, time.UTC), 300)
	}
	r.Use = uses.pick(r.Rand)
	first := time.Date(2020, 8, 25, 8, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(2000*24)) * time.Hour)
	r.FirstPublished = &first
}

// date is up to days after from, with the precision that sources tend to have.
func (r *record) date(from time.Time, days int) catalogue.Date {
	t := from.AddDate(0, 0, r.IntN(days))
	switch x := r.Float64(); {
	case x < .45:
		return catalogue.Date(t.Format("2006-01-02"))
	case x < .8:
		return catalogue.Date(t.Format("2006-01"))
	case x < .9:
		return catalogue.Date(t.Format("2006") + "-" + oneOf(r.Rand, []string{"spring", "summer", "autumn", "winter"}))
	default:
		return catalogue.Date(t.Format("2006"))
	}
}

// slug is of the title, and of the number, so that no two records share it.
func slug(title string, i int) string {
	n := fmt.Sprintf("-%d", i+1)
	s := catalogue.Slugify(title)
	return strings.TrimRight(s[:min(len(s), catalogue.MaxSlug-len(n))], "-") + n
}
