package review

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"praksis/internal/catalogue"
)

// Values are what an item says, by the names of its noun's fields. A field that is
// empty is left out.
type Values map[string][]string

// One is the value of a field that holds one; empty for none.
func (v Values) One(field string) string {
	if list := v[field]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// clone is a copy that shares no list with v.
func (v Values) clone() Values {
	out := Values{}
	for name, list := range v {
		if len(list) > 0 {
			out[name] = slices.Clone(list)
		}
	}
	return out
}

// Fingerprint tells whether an item says the same: equal values have the same.
func (v Values) Fingerprint() string {
	b, err := json.Marshal(v.clone()) // in the order of the names
	if err != nil {
		panic(err) // texts alone
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// ItemID names an item: a term, an organisation, a rule of the thesaurus.
type ItemID struct {
	Noun Noun `json:"noun"`
	// Key is the slug, which never changes; of a rule its number.
	Key string `json:"key"`
}

// Vocabulary is all items at one moment. The ones that were merged or retired are
// among them.
type Vocabulary map[ItemID]Values

// Live tells whether an item is there to be used: neither merged nor retired.
func (v Vocabulary) Live(id ItemID) bool {
	x, ok := v[id]
	return ok && x.One(FieldSuccessor) == "" && x.One(FieldRetired) == ""
}

// Now is the item that stands for one: the last of its successors.
func (v Vocabulary) Now(id ItemID) ItemID {
	for range len(v) { // a circle ends too
		next := v[id].One(FieldSuccessor)
		if next == "" {
			break
		}
		id.Key = next
	}
	return id
}

// ItemChange is what an act does to one item.
type ItemChange struct {
	Item ItemID `json:"item"`
	// Before and After have the fields that change; empty ones with an empty list.
	// Before is nil for an item that is made.
	Before Values `json:"before"`
	After  Values `json:"after"`
}

// VocabularyAction is the sort of an act on the vocabularies.
type VocabularyAction string

// What an editor does to an item, to many practices at once, or to what was done.
const (
	AddItem    VocabularyAction = "add"
	ChangeItem VocabularyAction = "change"
	MergeItem  VocabularyAction = "merge"
	RetireItem VocabularyAction = "retire"
	ReviveItem VocabularyAction = "revive"
	RetagItems VocabularyAction = "retag"
	UndoAct    VocabularyAction = "undo"
	// EraseFromItem is what is noted of an erasure. It changes nothing, and is not undone.
	EraseFromItem VocabularyAction = "erase"
)

// VocabularyAct is an action with all that comes with it.
type VocabularyAct struct {
	Action VocabularyAction
	// Item is what it is done to; of a new one the noun alone.
	Item ItemID
	// Values are what an item shall say, by the fields of the form.
	Values Values
	// Seen is the fingerprint of the item as the editor has seen it. Empty: whatever
	// it says.
	Seen string
	// Into is the key of the item that Item is merged into.
	Into string
	// Undo is what an earlier act did.
	Undo []ItemChange
	// Uses are how often items are used: of Item, or of those that Undo made.
	Uses map[ItemID]int
}

// fixed tells whether an item has a meaning of its own in the program (domain.md,
// "Vocabularies").
func fixed(id ItemID) bool {
	return id.Noun == Noun(catalogue.TargetGroup) && (id.Key == catalogue.AcrossGroups || id.Key == catalogue.NotStated)
}

// Apply is the vocabulary after changes; v stays as it is.
func (v Vocabulary) Apply(changes []ItemChange) Vocabulary {
	out := maps.Clone(v)
	for _, c := range changes {
		x := out[c.Item].clone()
		maps.Copy(x, c.After)
		out[c.Item] = x.clone() // without what is empty
	}
	return out
}

// DecideVocabulary says what follows from an act. It fails with a *RefusedError that
// says, by field, what must be mended, with catalogue.ErrConflict when the item is
// another one than was seen, and with catalogue.ErrNotFound when there is none. An act
// that changes nothing has no changes.
func DecideVocabulary(v Vocabulary, act VocabularyAct) ([]ItemChange, error) {
	info := act.Item.Noun.Info()
	if act.Action == UndoAct {
		return undo(v, act)
	}
	if info == nil {
		return nil, fmt.Errorf("noun %q: %w", act.Item.Noun, catalogue.ErrNotFound)
	}
	now, exists := v[act.Item]
	switch {
	case act.Action == AddItem && info.Adds:
		return makeItem(v, info, act)
	case !exists:
		return nil, fmt.Errorf("%s %q: %w", act.Item.Noun, act.Item.Key, catalogue.ErrNotFound)
	case act.Seen != "" && act.Seen != now.Fingerprint():
		return nil, fmt.Errorf("%s %q was changed: %w", act.Item.Noun, act.Item.Key, catalogue.ErrConflict)
	}
	var changes []ItemChange
	switch {
	case act.Action == ChangeItem && info.Fresh:
		return replace(v, info, act)
	case act.Action == ChangeItem:
		changes = addChange(nil, act.Item, now, info.typed(now, act.Values))
	case act.Action == MergeItem && info.Merges:
		var err error
		if changes, err = merge(v, info, act); err != nil {
			return nil, err
		}
	case act.Action == RetireItem && info.Retires:
		if err := mayRetire(v, info, act.Item, act.Uses[act.Item]); err != nil {
			return nil, err
		}
		changes = []ItemChange{{act.Item, Values{FieldRetired: nil}, Values{FieldRetired: {RetiredYes}}}}
	case act.Action == ReviveItem && now.One(FieldRetired) != "":
		changes = []ItemChange{{act.Item, Values{FieldRetired: now[FieldRetired]}, Values{FieldRetired: nil}}}
	default:
		return nil, refusal([]Fault{{"", "Det kan man ikke gøre med " + info.The + "."}})
	}
	return checked(v, changes)
}

// checked are changes after which the vocabulary still holds together.
func checked(v Vocabulary, changes []ItemChange) ([]ItemChange, error) {
	after := v.Apply(changes)
	for _, c := range changes {
		if faults := checkItem(after, c.Item); len(faults) > 0 {
			return nil, refusal(faults)
		}
	}
	return changes, nil
}

// addChange adds what makes an item say something else, unless it says so already.
func addChange(list []ItemChange, id ItemID, now, want Values) []ItemChange {
	c := ItemChange{id, Values{}, Values{}}
	for name := range fields(now, want) {
		if !slices.Equal(now[name], want[name]) {
			c.Before[name], c.After[name] = now[name], want[name]
		}
	}
	if len(c.After) == 0 {
		return list
	}
	return append(list, c)
}

func fields(a, b Values) map[string]struct{} {
	out := map[string]struct{}{}
	for _, v := range []Values{a, b} {
		for name := range v {
			out[name] = struct{}{}
		}
	}
	return out
}

// vocabulary tells whether a noun is one of the vocabularies.
func (n Noun) vocabulary() bool {
	return slices.Contains(catalogue.Vocabularies, catalogue.Vocabulary(n))
}

// ancestors are the keys of those above an item, nearest first, merged ones as their
// successors. Where the tree is none, the list has the item itself.
func (v Vocabulary) ancestors(id ItemID) (out []string) {
	for p := v[id].One(FieldParent); p != ""; {
		above := v.Now(ItemID{id.Noun, p})
		if slices.Contains(out, above.Key) {
			return out
		}
		out = append(out, above.Key)
		p = v[above].One(FieldParent)
	}
	return out
}

// refers tells whether an item refers to another one as what stands above it, or as
// what it is about.
func (v Vocabulary) refers(id ItemID, to ItemID) bool {
	info := id.Noun.Info()
	if info == nil || !v.Live(id) {
		return false
	}
	for _, f := range info.Fields {
		if f.Of != to.Noun || f.Name == FieldSuccessor {
			continue
		}
		for _, key := range v[id][f.Name] {
			if v.Now(ItemID{f.Of, key}) == to {
				return true
			}
		}
	}
	return false
}

// UsersOf are the items that refer to an item, in no order: those below it, the
// solutions with a contact form, the organisations that an organisation follows.
func (v Vocabulary) UsersOf(to ItemID) (out []ItemID) {
	for id := range v {
		if id != to && v.refers(id, to) {
			out = append(out, id)
		}
	}
	return out
}

// Label is what an act was done to, as the list of events shows it.
func (v Vocabulary) Label(id ItemID) string {
	info := id.Noun.Info()
	if info == nil {
		return id.Key
	}
	name := info.Name(v[id])
	if id.Noun == NounSynonyms {
		name = strings.Join(slices.Concat(v[id]["same"], v[id]["search"]), ", ")
	}
	if id.Noun == NounPage {
		name = "Om kataloget"
	}
	if r := []rune(name); len(r) > maxLabel {
		name = string(r[:maxLabel])
	}
	return name
}
