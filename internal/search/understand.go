package search

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// filterMeaning is values of a facet that a phrase of a query asks for.
type filterMeaning struct {
	facet string
	slugs []string
}

// understood is a phrase of a query that asks for a filter: words[first:end].
type understood struct {
	filterMeaning
	first, end int
}

// queryPhrases are phrases that ask for a filter, by the stems of their words.
type queryPhrases map[string]filterMeaning

// maxQueryPhrase is the length of the longest phrase, in words.
const maxQueryPhrase = 6

func (p queryPhrases) add(facet, slug string, phrases ...string) {
	for _, phrase := range phrases {
		p[phraseKey(allWords(phrase))] = filterMeaning{facet, []string{slug}}
	}
}

// phraseKey is the key of a phrase: the stems of its words, or one word as it is.
func phraseKey(words []queryWord) string {
	if len(words) == 1 {
		return "=" + words[0].term // fordelt is no fordele
	}
	return stemsOf(words)
}

func stemsOf(words []queryWord) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.stem + " ")
	}
	return b.String()
}

// phrasesOfFilters are the ways in which people ask what worked, who says so and
// what was kept (domain.md, "Hits").
var phrasesOfFilters = sync.OnceValue(func() queryPhrases {
	p := queryPhrases{}
	effect := func(e catalogue.Effect, phrases ...string) {
		p.add(catalogue.FacetEffect, catalogue.Effects.Slug(e), phrases...)
	}
	effect(catalogue.EffectNegative, "hvad virkede ikke", "hvad virker ikke", "hvad virkede dårligt", "hvad virker dårligt", "hvad virkede ikke godt", "hvad virker ikke godt", "virkede ikke godt", "virker ikke godt", "fungerede ikke godt", "fungerer ikke godt", "hvad fungerede dårligt", "hvad fungerer dårligt", "virkede ikke", "virker ikke", "hvad fungerede ikke", "fungerede ikke", "fungerer ikke",
		"hvad gik galt", "gik galt", "hvad gik dårligt", "hvad gik ikke godt", "hvad var dårligt", "hvad duede ikke", "dårlige erfaringer", "negative erfaringer",
		"dårlig effekt", "negativ effekt", "for hvem virkede det ikke", "hvem virkede det ikke for", "hvem passede det ikke til", "ulemper", "hvad var ulemperne")
	effect(catalogue.EffectPositive, "hvad virkede", "hvad virker", "hvad fungerede", "hvad fungerer", "hvad virkede godt", "hvad virker godt", "hvad virkede bedst", "hvad virker bedst", "hvad fungerede godt", "hvad fungerer godt", "hvad fungerede bedst", "hvad fungerer bedst", "virkede godt", "virker godt", "fungerede godt", "fungerer godt", "hvad gik godt", "hvad var godt", "hvad hjalp", "gode erfaringer",
		"positive erfaringer", "god effekt", "positiv effekt", "for hvem virkede det", "hvem virkede det for", "fordele", "hvad var fordelene")
	effect(catalogue.EffectMixed, "blandede erfaringer", "blandet effekt", "både godt og dårligt", "både gode og dårlige erfaringer")
	effect(catalogue.EffectNone, "ingen effekt", "uden effekt", "gjorde ingen forskel")
	retention := func(code catalogue.RetentionStatus, phrases ...string) {
		p.add(catalogue.FacetRetention, catalogue.Retentions.Slug(code), phrases...)
	}
	retention(catalogue.RetentionRetained, "fastholdt", "blev fastholdt", "er fastholdt", "hvad blev fastholdt", "hvad er fastholdt", "hvad blev beholdt", "hvad er beholdt", "blev beholdt", "hvad har de beholdt", "hvad holdt de fast i")
	retention("ended", "blev ikke fastholdt", "ikke fastholdt", "hvad blev ikke fastholdt", "ophørt", "er ophørt", "hvad blev droppet", "hvad er droppet", "hvad stoppede", "er stoppet", "hvad stoppede de med")
	retention("intended", "ønskes fortsat", "vil fortsætte", "hvad vil de fortsætte med", "hvad skal fortsætte")
	for voice, nouns := range map[catalogue.Voice][]string{
		catalogue.VoiceCitizen: {"borgerne", "borgere", "beboerne", "beboere", "brugerne", "brugere"}, "relative": {"pårørende"},
		"employee": {"medarbejderne", "medarbejdere", "personalet", "ansatte"}, "leader": {"lederne", "ledere", "ledelsen"},
	} {
		slug := catalogue.Voices.Slug(voice)
		for _, noun := range withArticle(nouns) {
			for _, verb := range []string{"siger", "sagde", "mener", "mente", "synes", "syntes", "fortæller", "oplevede", "oplever", "tænker", "tænkte"} {
				p.add(catalogue.FacetVoice, slug, "hvad "+verb+" "+noun, "hvad "+verb+" "+noun+" om", "hvordan "+verb+" "+noun, "hvordan "+verb+" "+noun+" det")
			}
			p.add(catalogue.FacetVoice, slug, "ifølge "+noun, "set fra "+noun, "hvad har "+noun+" sagt")
			for _, what := range []string{"erfaringer", "oplevelser", "mening", "meninger", "holdning", "synspunkter", "stemme", "egne ord", "egne erfaringer", "perspektiv"} {
				p.add(catalogue.FacetVoice, slug, noun+"s "+what)
			}
		}
	}
	return p
})

// withArticle are nouns, and the same behind an article: pårørende, de pårørende.
func withArticle(nouns []string) []string {
	out := slices.Clone(nouns)
	for _, noun := range nouns {
		if article := "de " + noun; !strings.HasPrefix(noun, "de ") && !slices.Contains(nouns, article) {
			out = append(out, article)
		}
	}
	return out
}

// These stand before a place that is asked for: municipalitiesPhrases before a region
// of which only the municipalities are.
var (
	nearPhrases           = []string{"nær", "nær ved", "tæt på", "tæt ved", "omkring", "i nærheden af", "rundt om", "ved siden af", "nabokommuner til", "naboer til", "naboerne til"}
	inPhrases             = []string{"i", "i hele", "fra", "eksempler fra"}
	municipalitiesPhrases = []string{"kommuner i", "kommunerne i", "kommuner i hele", "kommunerne i hele", "alle kommuner i", "kommuner fra", "kommunerne fra"}
)

// namedByPhrase are values of vocabularies that are asked for by a phrase as a
// whole: their names say so.
var namedByPhrase = []string{"uden for hjemmet", "ude af hjemmet"}

// newQueryPhrases are the phrases of phrasesOfFilters, and namedByPhrase as the
// taxonomy has them.
func newQueryPhrases(names valueNames, f *facetIndex) queryPhrases {
	out := maps.Clone(phrasesOfFilters())
	for _, phrase := range namedByPhrase {
		words := allWords(phrase)
		for _, key := range nameKeys(words, false) {
			for _, v := range names[key] {
				tree := f.facets[v.facet].tree
				out[phraseKey(words)] = filterMeaning{tree.Name, []string{tree.Values[v.value].Slug}}
			}
		}
	}
	return out
}

// isPlaceAskedFor tells whether words end in what stands before a place alone: nær,
// tæt på. What follows is then a name, also where it is a word too.
func isPlaceAskedFor(before []queryWord) bool {
	for n := min(4, len(before)); n > 0; n-- {
		if slices.ContainsFunc(nearPhrases, func(p string) bool { return danish.Fold(p) == termsOf(before[len(before)-n:]) }) {
			return true
		}
	}
	return false
}

func termsOf(words []queryWord) string {
	var terms []string
	for _, w := range words {
		terms = append(terms, w.term)
	}
	return strings.Join(terms, " ")
}

// understand finds the phrases of a query that ask for a filter, the longest
// first, in the order of the text. The words have their names.
func (x *filterOfferer) understand(words []queryWord) (out []understood) {
	used := make([]bool, len(words))
	take := func(first, end int, m filterMeaning) {
		if m.facet == "" || len(x.known(m)) < len(m.slugs) || slices.Contains(used[first:end], true) || isDenied(words, used, first, end) {
			return
		}
		for i := first; i < end; i++ {
			used[i] = true
		}
		out = append(out, understood{m, first, end})
	}
	for i, w := range words {
		if w.name == nil || w.name.actor < 0 {
			continue
		}
		for n := min(4, i); n > 0; n-- {
			take(i-n, i+1, x.placeAskedFor(words[i-n:i], w))
		}
	}
	phrases := x.phrases
	for n := min(maxQueryPhrase, len(words)); n > 0; n-- {
		for i := 0; i+n <= len(words); i++ {
			take(i, i+n, phrases[phraseKey(words[i:i+n])])
		}
	}
	slices.SortFunc(out, func(a, b understood) int { return a.first - b.first })
	return out
}

// withoutPhrases makes stop words of the words that ask for a filter, where others
// are left: they are offered as the filter, and are no text. It changes the list.
func (x *filterOfferer) withoutPhrases(words []queryWord) []queryWord {
	for _, u := range x.besideText(words) {
		for i := u.first; i < u.end; i++ {
			words[i].content = false // they rank still
		}
	}
	return words
}

// besideText are the phrases that ask for a filter and are no text, since others
// words are.
func (x *filterOfferer) besideText(words []queryWord) (out []understood) {
	asked := make([]bool, len(words))
	for _, u := range x.understand(words) {
		// One word ("fastholdt") is a word of the text as well.
		if catalogue.FacetByName(u.facet).Vocabulary == "" && u.end-u.first > 1 {
			out = append(out, u)
			for i := u.first; i < u.end; i++ {
				asked[i] = true
			}
		}
	}
	for i, w := range words {
		if w.content && !asked[i] {
			return out
		}
	}
	return nil
}

// counted is the part of a text that is looked for: without the phrases beside it.
func (x *filterOfferer) counted(text string, words []queryWord) string {
	list := x.besideText(words)
	for _, u := range slices.Backward(list) { // those before keep their positions
		kept := positionsOf(words, slices.DeleteFunc(x.understand(words), func(o understood) bool { return o.first >= u.first }))
		text = removeWords(text, words[u.first].position, words[u.end-1].last, kept)
	}
	return text
}

// denials turn what stands beside them into something else.
var denials = []string{"ikke", "ingen", "aldrig", "uden", "slet", "mindre", "daarligt", "andre"}

// isDenied tells whether one of two words before a phrase, or behind it, denies it:
// "ikke god effekt", "hvad virkede dårligt". Words that are used are of another.
func isDenied(words []queryWord, used []bool, first, end int) bool {
	for i := max(0, first-2); i < min(len(words), end+2); i++ {
		if (i < first || i >= end) && !used[i] && slices.Contains(denials, words[i].term) {
			return true
		}
	}
	return false
}

// placeAskedFor is what words before the name of a municipality or a region ask for.
func (x *filterOfferer) placeAskedFor(before []queryWord, place queryWord) filterMeaning {
	is := func(phrases []string) bool {
		return slices.ContainsFunc(phrases, func(p string) bool { return danish.Fold(p) == termsOf(before) })
	}
	slug := x.facets.facets[facetPlace[catalogue.FacetActor]].tree.Values[place.name.actor].Slug
	o := x.facets.taxonomy.Organisation(slug)
	switch {
	case o == nil:
	case o.Kind == catalogue.Municipality && is(nearPhrases):
		return filterMeaning{catalogue.FacetNear, []string{slug}}
	case o.Kind == catalogue.Region && is(municipalitiesPhrases):
		return filterMeaning{catalogue.FacetActor, []string{catalogue.MunicipalitiesOf(slug)}}
	case o.Kind == catalogue.Region && is(inPhrases):
		return filterMeaning{catalogue.FacetActor, []string{slug, catalogue.MunicipalitiesOf(slug)}}
	}
	return filterMeaning{}
}

// known are the values of a meaning that the catalogue has.
func (x *filterOfferer) known(m filterMeaning) (out []string) {
	f, ok := facetPlace[m.facet]
	if !ok {
		return nil
	}
	for _, slug := range m.slugs {
		if _, ok := x.facets.facets[f].places[slug]; ok {
			out = append(out, slug)
		}
	}
	return out
}

// apply is the query with what its text asks for as filters, where the text says
// nothing else, and these filters; none where it does.
func (x *filterOfferer) apply(q catalogue.Query, words []queryWord) (catalogue.Query, []Offer) {
	found := x.understand(words)
	if len(found) == 0 {
		return q, nil
	}
	for i, w := range words {
		part := slices.ContainsFunc(found, func(u understood) bool { return u.first <= i && i < u.end })
		if !part && w.content {
			return q, nil
		}
	}
	var out []Offer
	as := q.WithText("")
	asked := map[string][]string{}
	for _, u := range found {
		if slices.ContainsFunc(out, func(o Offer) bool { return o.Facet == u.facet && slices.Equal(o.Slugs, u.slugs) }) {
			continue
		}
		asked[u.facet] = append(asked[u.facet], u.slugs...)
		as = as.With(u.facet, asked[u.facet]...) // in place of what was chosen before
		out = append(out, x.offerOf(u.filterMeaning, ""))
	}
	return as.WithPage(q.Page), out
}

// offerOf is a meaning as an offer that leaves a text.
func (x *filterOfferer) offerOf(m filterMeaning, rest string) Offer {
	tree := x.facets.facets[facetPlace[m.facet]].tree
	o := Offer{Facet: m.facet, Slugs: m.slugs, Text: rest}
	var labels []string
	for _, slug := range m.slugs {
		if v := tree.Value(slug); v != nil {
			labels = append(labels, v.Label)
		}
	}
	o.Label = catalogue.Join(labels, "eller")
	return o
}
