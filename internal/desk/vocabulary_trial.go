package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/internal/search"
	"praksis/web"
)

const (
	// maxTried is how many of a rule's words are tried: a search each, three times.
	maxTried = 6
	// maxNearWords is how many words of the catalogue are proposed.
	maxNearWords = 6
	// maxTrialTitles is how many titles are shown of what comes and of what goes.
	maxTrialTitles = 5
)

// The buttons that take a proposed word into a rule are named after the field that it
// goes to, with the word behind it.
const (
	meansAlike = "means:"
	findsAlike = "finds:"
)

// alikeOf reads the button of a proposed word: the field that it goes to, and the word.
func alikeOf(button string) (field, word string, ok bool) {
	for _, b := range []string{meansAlike, findsAlike} {
		if word, ok := strings.CutPrefix(button, b); ok && word != "" {
			return strings.TrimSuffix(b, ":"), word, true
		}
	}
	return "", "", false
}

// addAlike proposes words of the catalogue for a rule that holds one way: those that
// look like what people search for, and that it has not.
func (d *Desk) addAlike(ctx context.Context, p *web.DeskItem, rule catalogue.SynonymRule) error {
	if len(rule.Search) == 0 || len(rule.Same) > 0 {
		return nil
	}
	list, err := d.index.AlikeWords(ctx, rule.Search[0], maxNearWords)
	if err != nil {
		return err
	}
	p.Alike = &web.DeskNearWords{Word: "»" + catalogue.Visible(rule.Search[0]) + "«"}
	for _, a := range list {
		if slices.Contains(slices.Concat(rule.Means, rule.Finds), a.Word) {
			continue
		}
		p.Alike.Words = append(p.Alike.Words, web.DeskNearWord{Word: a.Word, Found: "finder " + examples(a.Hits), Means: meansAlike + a.Word, Finds: findsAlike + a.Word})
	}
	return nil
}

// addTrials tells what the words of a rule find now, and would find with it.
func (d *Desk) addTrials(ctx context.Context, p *web.DeskItem, v review.Vocabulary, id review.ItemID, says review.Values) error {
	rule := says.SynonymRule()
	words := rule.Same
	if len(words) == 0 {
		words = rule.Search
	}
	words = words[:min(len(words), maxTried)]
	if err := d.addAlike(ctx, p, rule); err != nil {
		return err
	}
	if len(words) == 0 {
		p.Trials = []web.DeskTrial{{Word: "Skriv først de ord, som reglen gælder for."}}
		return nil
	}
	whole := rule.Check() == nil
	var rules []catalogue.SynonymRule
	if whole {
		rules = append(rules, rule)
	}
	old := v[id].SynonymRule().String()
	for _, r := range d.index.Taxonomy().Synonyms {
		if id.Key == "" || r.String() != old {
			rules = append(rules, r)
		}
	}
	trials, err := d.index.TrySynonyms(ctx, rules, words)
	if err != nil {
		return err
	}
	var ids []int64
	for _, t := range trials {
		ids = append(ids, shown(t.After, t.Before)...)
		ids = append(ids, shown(t.Before, t.After)...)
		ids = append(ids, shown(t.NearAfter, t.NearBefore)...)
		ids = append(ids, shown(nearLost(t))...)
	}
	cards, err := d.store.CardsByID(ctx, 0, ids)
	if err != nil {
		return err
	}
	links := func(ids []int64) (out []web.Link) {
		for _, id := range ids {
			if c, ok := cards[id]; ok {
				out = append(out, web.Link{Label: c.Title, URL: catalogue.PracticePath(c.Slug)})
			}
		}
		return out
	}
	for _, t := range trials {
		x := web.DeskTrial{Word: "»" + t.Word + "«", Before: found(len(t.Before), len(t.NearBefore)), After: found(len(t.After), len(t.NearAfter)), Gained: links(shown(t.After, t.Before)), Lost: links(shown(t.Before, t.After))}
		if !whole { // what it finds now is all that there is to tell
			x.After = ""
			p.Trials = append(p.Trials, x)
			continue
		}
		x.NearGained, x.NearLost = links(shown(t.NearAfter, t.NearBefore)), links(shown(nearLost(t)))
		x.More = changed("Blandt dem, der tæller med", len(only(t.After, t.Before)), len(only(t.Before, t.After)))
		x.NearMore = changed("Blandt dem, der ligner", len(only(t.NearAfter, t.NearBefore)), len(only(nearLost(t))))
		if x.More+x.NearMore == "" {
			x.More = "Der kommer ingen til, og ingen går fra."
		}
		if t.Broad {
			x.Broad = "Ordet bliver for bredt: Det finder mindst tre gange så meget som uden synonymer, og mere end hvert tiende eksempel. Skriv hellere, at det er beslægtet."
		}
		p.Trials = append(p.Trials, x)
	}
	return nil
}

// only are those of a that b has not.
func only(a, b []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(a), func(id int64) bool { return slices.Contains(b, id) })
}

func shown(a, b []int64) []int64 {
	list := only(a, b)
	return list[:min(len(list), maxTrialTitles)]
}

// nearLost are those that resemble now, and those that do so or count with the rule:
// who begins to count has not gone.
func nearLost(t search.Trial) (before, after []int64) {
	return t.NearBefore, slices.Concat(t.NearAfter, t.After)
}

// changed says how many come and go; empty where none do.
func changed(where string, gained, lost int) string {
	if gained+lost == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %d kommer til, %d går fra.", where, gained, lost)
}

// found says how much a word finds.
func found(hits, near int) string {
	text := examples(hits)
	if near > 0 {
		text += fmt.Sprintf(" og %d, der ligner", near)
	}
	return text
}
