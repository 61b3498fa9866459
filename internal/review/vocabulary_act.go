package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
)

// typed is what an item says once a form is saved. What acts set, and what is fixed,
// stays.
func (n *NounInfo) typed(now, form Values) Values {
	out := now.clone()
	for i := range n.Fields {
		f := &n.Fields[i]
		if f.Own || f.Fixed && now != nil {
			continue
		}
		delete(out, f.Name)
		if list := f.canonical(form[f.Name]); len(list) > 0 {
			out[f.Name] = list
		}
	}
	n.keepName(now, out)
	return out
}

// keepName makes the name that an item had one of its other names, so that who
// searches for it finds the item still, as long as there is room. The name that it has
// is none of the others.
func (n *NounInfo) keepName(now, want Values) {
	f := n.field(n.Others)
	if f == nil || now == nil {
		return
	}
	old, name := now.One(n.Fields[0].Name), want.One(n.Fields[0].Name)
	if old == "" || name == "" || old == name {
		return
	}
	is := func(s string) func(string) bool {
		return func(x string) bool { return strings.EqualFold(x, s) }
	}
	list := slices.DeleteFunc(slices.Clone(want[f.Name]), is(name))
	if !strings.EqualFold(old, name) && !slices.ContainsFunc(list, is(old)) && len(list) < f.Max {
		list = append(list, old)
	}
	delete(want, f.Name)
	if len(list) > 0 {
		want[f.Name] = list
	}
}

// canonical are values in the form in which they are kept: without empty ones, and
// sorted where their order says nothing.
func (f *VocabularyField) canonical(list []string) (out []string) {
	for _, s := range list {
		switch f.Kind {
		case KindProse:
			s = Text(s)
		case KindDate, KindSourceDate:
			s = string(catalogue.ReadDate(Line(s)))
		default:
			s = Line(s)
		}
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if f.Kind == KindItems || f.Kind == KindMembers {
		slices.Sort(out)
	}
	if !f.many() && len(out) > 1 {
		out = out[:1]
	}
	return out
}

// Typed is what a form of a noun says, in the form in which it is kept.
func (n *NounInfo) Typed(now, form Values) Values { return n.typed(now, form) }

// makeItem makes an item. Its key is made of its name.
func makeItem(v Vocabulary, info *NounInfo, act VocabularyAct) ([]ItemChange, error) {
	values := info.typed(nil, act.Values)
	id := act.Item
	name := info.Name(values)
	if info.Noun == NounSynonyms {
		id.Key = v.nextNumber(info.Noun)
	} else if id.Key = catalogue.Slugify(name); id.Key == "" && name != "" {
		return nil, refusal([]Fault{{info.Fields[0].Name, "Navnet skal have mindst ét bogstav eller tal."}})
	}
	if x, taken := v[id]; taken {
		message := "Der er allerede en " + info.One + " med den adresse: »" + info.Name(x) + "«."
		if x.One(FieldRetired) != "" {
			message += " Den er udgået. Tag den i brug igen, eller skriv et andet navn."
		} else {
			message += " Skriv et andet navn."
		}
		return nil, refusal([]Fault{{info.Fields[0].Name, message}})
	}
	after := v.Apply([]ItemChange{{id, nil, values}})
	if faults := checkItem(after, id); len(faults) > 0 {
		return nil, refusal(faults)
	}
	return []ItemChange{{id, nil, values}}, nil
}

// nextNumber is the key of a new item of a noun whose keys are numbers.
func (v Vocabulary) nextNumber(n Noun) string {
	last := 0
	for id := range v {
		if id.Noun == n {
			i, _ := strconv.Atoi(id.Key)
			last = max(last, i)
		}
	}
	return strconv.Itoa(last + 1)
}

// replace retires an item and makes another one, which says what was typed.
func replace(v Vocabulary, info *NounInfo, act VocabularyAct) ([]ItemChange, error) {
	now := v[act.Item]
	want := info.typed(now, act.Values)
	if len(addChange(nil, act.Item, now, want)) == 0 {
		return nil, nil
	}
	if now.One(FieldRetired) != "" {
		return nil, refusal([]Fault{{"", "Den er udgået. Tag den i brug igen først."}})
	}
	retired := ItemChange{act.Item, Values{FieldRetired: nil}, Values{FieldRetired: {RetiredYes}}}
	made, err := makeItem(v.Apply([]ItemChange{retired}), info, VocabularyAct{Item: ItemID{Noun: info.Noun}, Values: want})
	if err != nil {
		return nil, err
	}
	return append([]ItemChange{retired}, made...), nil
}

// merge gives an item a successor. Where that stood below the item, it takes its
// place in the tree; a solution's members become the successor's.
func merge(v Vocabulary, info *NounInfo, act VocabularyAct) ([]ItemChange, error) {
	old, into := act.Item, ItemID{act.Item.Noun, act.Into}
	now := v[old]
	switch {
	case fixed(old):
		return nil, refusal([]Fault{{"into", "»" + info.Name(now) + "« har en fast betydning og kan ikke lægges sammen med andet."}})
	case !v.Live(old):
		return nil, refusal([]Fault{{"into", "»" + info.Name(now) + "« er lagt sammen eller udgået i forvejen."}})
	case act.Into == "":
		return nil, refusal([]Fault{{"into", "Vælg, hvad den skal lægges sammen med."}})
	case into == old:
		return nil, refusal([]Fault{{"into", "Vælg en anden end den selv."}})
	case !v.Live(into) || fixed(into):
		return nil, refusal([]Fault{{"into", "Vælg en, der er i brug."}})
	}
	var changes []ItemChange
	target := v[into]
	want := target.clone()
	if info.Tree && slices.Contains(v.ancestors(into), old.Key) {
		delete(want, FieldParent)
		if p := now.One(FieldParent); p != "" {
			want[FieldParent] = []string{v.Now(ItemID{old.Noun, p}).Key}
		}
	}
	moved := now.clone()
	if info.Noun == NounSolution {
		want[FieldMembers] = info.field(FieldMembers).canonical(slices.Concat(target[FieldMembers], now[FieldMembers]))
		delete(moved, FieldMembers)
	}
	moved[FieldSuccessor] = []string{into.Key}
	changes = addChange(changes, into, target, want) // first: the tree has no circle on the way
	return addChange(changes, old, now, moved), nil
}

// mayRetire refuses to retire what is in use.
func mayRetire(v Vocabulary, info *NounInfo, id ItemID, uses int) error {
	name := "»" + info.Name(v[id]) + "«"
	switch {
	case fixed(id):
		return refusal([]Fault{{"", name + " har en fast betydning og kan ikke udgå."}})
	case !v.Live(id):
		return refusal([]Fault{{"", name + " er lagt sammen eller udgået i forvejen."}})
	case uses > 0:
		return refusal([]Fault{{"", name + " er i brug og kan ikke udgå. Læg den sammen med en anden, eller mærk eksemplerne om først."}})
	}
	return nil
}

// HasErased tells whether a text was erased from what changes say.
func HasErased(changes []ItemChange) bool {
	for _, c := range changes {
		for _, values := range []Values{c.Before, c.After} {
			for _, list := range values {
				if slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, ErasedMark) }) {
					return true
				}
			}
		}
	}
	return false
}

// undo does the inverse of what an act did, unless somebody has changed it since, or a
// text was erased from it, which then is not known any more. What was made is retired,
// since its address may have been used.
func undo(v Vocabulary, act VocabularyAct) ([]ItemChange, error) {
	if HasErased(act.Undo) {
		return nil, refusal([]Fault{{"", "Det kan ikke fortrydes: Noget af teksten er slettet. Ret det selv."}})
	}
	var changes []ItemChange
	for _, c := range slices.Backward(act.Undo) {
		now, exists := v[c.Item]
		info := c.Item.Noun.Info()
		if !exists || info == nil {
			return nil, refusal([]Fault{{"", "Det kan ikke fortrydes: Den findes ikke mere."}})
		}
		for name := range c.After {
			if !slices.Equal(now[name], c.After[name]) {
				label := name
				if f := info.field(name); f != nil {
					label = f.Label
				}
				return nil, refusal([]Fault{{"", fmt.Sprintf("Det kan ikke fortrydes: »%s« er ændret siden (%s). Fortryd det nyeste først, eller ret det selv.", info.Name(now), label)}})
			}
		}
		if c.Before == nil {
			if err := mayRetire(v, info, c.Item, act.Uses[c.Item]); err != nil {
				return nil, err
			}
			changes = append(changes, ItemChange{c.Item, Values{FieldRetired: nil}, Values{FieldRetired: {RetiredYes}}})
			continue
		}
		changes = append(changes, ItemChange{c.Item, c.After, c.Before})
	}
	return checked(v, changes)
}
