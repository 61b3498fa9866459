package review_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

const group = review.Noun(catalogue.TargetGroup)

func item(n review.Noun, key string) review.ItemID { return review.ItemID{Noun: n, Key: key} }

// vocabulary is a small one: a tree of groups, two forms, solutions and
// organisations, and a rule.
func vocabulary() review.Vocabulary {
	v := review.Vocabulary{
		item(review.NounSolution, "gaature"):                   {"label": {"Gåture"}, "members": {"a", "b"}},
		item(review.NounSolution, "walk-and-talk"):             {"label": {"Walk and talk"}, "members": {"b", "c"}},
		item(review.Noun(catalogue.ContactForm), "telefon"):    {"label": {"Telefon"}},
		item(review.Noun(catalogue.ContactForm), "opringning"): {"label": {"Opringning"}},
		item(review.NounOrganisation, "region-midtjylland"):    {"name": {"Region Midtjylland"}, "kind": {"region"}},
		item(review.NounOrganisation, "skive"):                 {"name": {"Skive Kommune"}, "kind": {"municipality"}, "code": {"0779"}, "parent": {"region-midtjylland"}},
		item(review.NounSynonyms, "7"):                         {"same": {"gåtur", "spadseretur"}},
		item(review.NounDocument, "brev"):                      {"document": {"Et brev"}, "kind": {"letter"}},
		item(review.NounPage, "om"):                            {"body": {"Om kataloget."}},
	}
	for key, parent := range map[string]string{"voksne": "", "angst": "psykisk", "psykisk": "voksne", "depression": "psykisk", "boern": "", "paa-tvaers": ""} {
		v[item(group, key)] = review.Values{"label": {key}}
		if parent != "" {
			v[item(group, key)]["parent"] = []string{parent}
		}
	}
	return v
}

func TestDecideVocabulary(t *testing.T) {
	seen := vocabulary()[item(group, "angst")].Fingerprint()
	for name, c := range map[string]struct {
		act   review.VocabularyAct
		field string // of the fault; "!" where it is taken, "409" a conflict, "404" not found
	}{
		"rename":              {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "angst"), Seen: seen, Values: review.Values{"label": {"Angst og uro"}, "parent": {"psykisk"}}}, "!"},
		"stale":               {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "angst"), Seen: "0", Values: review.Values{"label": {"Angst og uro"}}}, "409"},
		"nothing there":       {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "x"), Values: review.Values{"label": {"x"}}}, "404"},
		"a name in use":       {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "angst"), Values: review.Values{"label": {"DEPRESSION"}}}, "label"},
		"no name":             {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "angst"), Values: review.Values{}}, "label"},
		"a number":            {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "angst"), Values: review.Values{"label": {"Angst 010203-1234"}}}, "label"},
		"below itself":        {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "voksne"), Values: review.Values{"label": {"voksne"}, "parent": {"angst"}}}, "parent"},
		"its own parent":      {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "voksne"), Values: review.Values{"label": {"voksne"}, "parent": {"voksne"}}}, "parent"},
		"no such parent":      {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "voksne"), Values: review.Values{"label": {"voksne"}, "parent": {"x"}}}, "parent"},
		"move":                {review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "psykisk"), Values: review.Values{"label": {"psykisk"}, "parent": {"boern"}}}, "!"},
		"add":                 {review.VocabularyAct{Action: review.AddItem, Item: item(group, ""), Values: review.Values{"label": {"Ældre mænd"}}}, "!"},
		"add what is there":   {review.VocabularyAct{Action: review.AddItem, Item: item(group, ""), Values: review.Values{"label": {"Angst!"}}}, "label"},
		"merge":               {review.VocabularyAct{Action: review.MergeItem, Item: item(group, "psykisk"), Into: "angst"}, "!"},
		"merge with itself":   {review.VocabularyAct{Action: review.MergeItem, Item: item(group, "angst"), Into: "angst"}, "into"},
		"merge with nothing":  {review.VocabularyAct{Action: review.MergeItem, Item: item(group, "angst"), Into: "x"}, "into"},
		"merge what is fixed": {review.VocabularyAct{Action: review.MergeItem, Item: item(group, "paa-tvaers"), Into: "angst"}, "into"},
		"retire":              {review.VocabularyAct{Action: review.RetireItem, Item: item(group, "angst")}, "!"},
		"retire what is used": {review.VocabularyAct{Action: review.RetireItem, Item: item(group, "angst"), Uses: map[review.ItemID]int{item(group, "angst"): 1}}, ""},
		"a rule of one word":  {review.VocabularyAct{Action: review.AddItem, Item: item(review.NounSynonyms, ""), Values: review.Values{"same": {"bål"}}}, "same"},
		"a rule":              {review.VocabularyAct{Action: review.AddItem, Item: item(review.NounSynonyms, ""), Values: review.Values{"search": {"bål"}, "finds": {"lejr"}}}, "!"},
		"no code":             {review.VocabularyAct{Action: review.ChangeItem, Item: item(review.NounOrganisation, "skive"), Values: review.Values{"name": {"Skive Kommune"}, "parent": {"region-midtjylland"}}}, "code"},
		"no region":           {review.VocabularyAct{Action: review.ChangeItem, Item: item(review.NounOrganisation, "skive"), Values: review.Values{"name": {"Skive Kommune"}, "code": {"0779"}, "parent": {"skive"}}}, "parent"},
		"ended, and no day":   {review.VocabularyAct{Action: review.ChangeItem, Item: item(review.NounOrganisation, "region-midtjylland"), Values: review.Values{"name": {"Region Midtjylland"}, "followed_by": {"skive"}}}, "valid_to"},
		"a page is added":     {review.VocabularyAct{Action: review.AddItem, Item: item(review.NounPage, "")}, "404"},
	} {
		changes, err := review.DecideVocabulary(vocabulary(), c.act)
		var refused *review.RefusedError
		switch {
		case c.field == "!":
			if err != nil || len(changes) == 0 {
				t.Errorf("%s: %v, %v", name, changes, err)
			}
		case c.field == "409":
			if !errors.Is(err, catalogue.ErrConflict) {
				t.Errorf("%s: %v", name, err)
			}
		case c.field == "404":
			if !errors.Is(err, catalogue.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		case !errors.As(err, &refused) || refused.Faults[0].Field != c.field:
			t.Errorf("%s: %v", name, err)
		}
	}
}

// anyAct is any act on any item, sensible or not.
func anyAct(r *rand.Rand, v review.Vocabulary) review.VocabularyAct {
	ids := slices.SortedFunc(maps.Keys(v), func(a, b review.ItemID) int {
		if a.Noun != b.Noun {
			return compare(a.Noun, b.Noun)
		}
		return compare(a.Key, b.Key)
	})
	one := func() review.ItemID { return ids[r.IntN(len(ids))] }
	act := review.VocabularyAct{Item: one(), Values: review.Values{}, Into: one().Key,
		Action: []review.VocabularyAction{review.AddItem, review.ChangeItem, review.MergeItem, review.MergeItem, review.RetireItem, review.ReviveItem}[r.IntN(6)]}
	for _, f := range act.Item.Noun.Info().Fields {
		list := v[act.Item][f.Name]
		switch r.IntN(3) {
		case 0:
			list = v[one()][f.Name]
		case 1:
			if f.Kind == review.KindItem || f.Kind == review.KindItems {
				list = []string{one().Key}
			} else if f.Kind == review.KindLine {
				list = []string{string(rune('A' + r.IntN(26)))}
			}
		}
		act.Values[f.Name] = list
	}
	return act
}

func compare[T ~string](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// taxonomy is what the catalogue makes of a vocabulary's groups.
func taxonomy(v review.Vocabulary) *catalogue.Taxonomy {
	var list []catalogue.Term
	for id, x := range v {
		if id.Noun == group && x.One("retired") == "" {
			list = append(list, catalogue.Term{Slug: id.Key, Label: x.One("label"), Parent: x.One("parent"), Successor: x.One("successor")})
		}
	}
	return catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{catalogue.TargetGroup: list}, nil)
}

// Whatever is done, the tree stays a tree in which every live group stands once, and
// undoing gives back what was: an item that was made is retired.
// Whoever searches for an item's former name finds it still.
func TestOldNameIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		id         review.ItemID
		says, want review.Values
	}{
		"renamed":         {item(group, "angst"), review.Values{"label": {"Uro"}, "synonyms": {"bange"}}, review.Values{"label": {"Uro"}, "synonyms": {"bange", "angst"}}},
		"known already":   {item(group, "angst"), review.Values{"label": {"Uro"}, "synonyms": {"Angst"}}, review.Values{"label": {"Uro"}, "synonyms": {"Angst"}}},
		"only the case":   {item(group, "angst"), review.Values{"label": {"Angst"}}, review.Values{"label": {"Angst"}}},
		"one of its own":  {item(group, "angst"), review.Values{"label": {"Uro"}, "synonyms": {"uro"}}, review.Values{"label": {"Uro"}, "synonyms": {"angst"}}},
		"not renamed":     {item(group, "angst"), review.Values{"label": {"angst"}, "synonyms": {"bange"}}, review.Values{"label": {"angst"}, "synonyms": {"bange"}}},
		"an organisation": {item(review.NounOrganisation, "skive"), review.Values{"name": {"Skive-Salling Kommune"}, "code": {"0779"}}, review.Values{"name": {"Skive-Salling Kommune"}, "kind": {"municipality"}, "code": {"0779"}, "spellings": {"Skive Kommune"}}},
		"a solution":      {item(review.NounSolution, "gaature"), review.Values{"label": {"Gå sammen"}}, review.Values{"label": {"Gå sammen"}}},
	} {
		if got := c.id.Noun.Info().Typed(vocabulary()[c.id], c.says); got.Fingerprint() != c.want.Fingerprint() {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestVocabularyHoldsTogether(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		v := vocabulary()
		taken := 0
		for range 40 {
			act := anyAct(r, v)
			act.Uses = map[review.ItemID]int{act.Item: len(v.UsersOf(act.Item))}
			changes, err := review.DecideVocabulary(v, act)
			if err != nil || len(changes) == 0 {
				continue
			}
			taken++
			after := v.Apply(changes)
			tree := taxonomy(after).Facet(catalogue.FacetTargetGroup)
			stands := map[string]int{}
			for _, x := range tree.Values {
				stands[x.Slug]++
			}
			for id := range after {
				if id.Noun == group && after.Live(id) && stands[id.Key] != 1 {
					t.Fatalf("seed %d: %+v: %s stands %d times", seed, act, id.Key, stands[id.Key])
				}
			}
			uses := map[review.ItemID]int{}
			for _, c := range changes {
				uses[c.Item] = len(after.UsersOf(c.Item))
			}
			back, err := review.DecideVocabulary(after, review.VocabularyAct{Action: review.UndoAct, Undo: changes, Uses: uses})
			if err != nil {
				t.Fatalf("seed %d: %+v: undone: %v", seed, act, err)
			}
			undone := after.Apply(back)
			for id, x := range undone {
				was, before := v[id]
				if before && !reflect.DeepEqual(x, was) || !before && undone.Live(id) {
					t.Fatalf("seed %d: %+v: %v is %v, was %v", seed, act, id, x, was)
				}
			}
			v = after
		}
		if taken == 0 {
			t.Fatalf("seed %d: nothing was done", seed)
		}
	}
}

func TestUndoTells(t *testing.T) {
	v := vocabulary()
	rename := review.VocabularyAct{Action: review.ChangeItem, Item: item(group, "angst"), Values: review.Values{"label": {"Uro"}, "parent": {"psykisk"}}}
	first, err := review.DecideVocabulary(v, rename)
	if err != nil {
		t.Fatal(err)
	}
	v = v.Apply(first)
	rename.Values = review.Values{"label": {"Uro"}, "parent": {"voksne"}, "synonyms": {"angst"}}
	second, _ := review.DecideVocabulary(v, rename)
	moved := v.Apply(second)
	// Another field than the one that was changed since is undone all the same.
	if _, err := review.DecideVocabulary(moved, review.VocabularyAct{Action: review.UndoAct, Undo: first}); err != nil {
		t.Errorf("undone after a move: %v", err)
	}
	rename.Values = review.Values{"label": {"Frygt"}, "parent": {"voksne"}, "synonyms": {"angst"}}
	third, _ := review.DecideVocabulary(moved, rename)
	var refused *review.RefusedError
	if _, err := review.DecideVocabulary(moved.Apply(third), review.VocabularyAct{Action: review.UndoAct, Undo: first}); !errors.As(err, &refused) {
		t.Errorf("undone over another name: %v", err)
	}
}
