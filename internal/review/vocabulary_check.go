package review

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// checkItem says what is wrong with an item among the others.
func checkItem(v Vocabulary, id ItemID) (faults []Fault) {
	info := id.Noun.Info()
	x := v[id]
	add := func(field, format string, args ...any) {
		faults = append(faults, Fault{field, Mask(fmt.Sprintf(format, args...))})
	}
	for i := range info.Fields {
		f := &info.Fields[i]
		if f.Must && len(x[f.Name]) == 0 {
			add(f.Name, "Udfyld »%s«.", f.Label)
		}
		if f.Max > 0 && len(x[f.Name]) > f.Max {
			add(f.Name, "Der er %d. Der er plads til %d.", len(x[f.Name]), f.Max)
		}
		for _, s := range x[f.Name] {
			if message := f.wrong(v, s); message != "" {
				add(f.Name, "%s", message)
			}
		}
	}
	if len(faults) > 0 || !v.Live(id) {
		return faults
	}
	if info.Tree && slices.Contains(v.ancestors(id), id.Key) {
		add(FieldParent, "Vælg en anden: Den, du har valgt, hører selv under »%s«.", info.Name(x))
	}
	unique := map[Noun][]string{NounOrganisation: {"name", "code"}, NounSolution: {FieldLabel}}[id.Noun]
	if id.Noun.vocabulary() {
		unique = []string{FieldLabel}
	}
	for _, name := range unique {
		for other, y := range v {
			same := other.Noun == id.Noun && other != id && strings.EqualFold(y.One(name), x.One(name)) && x.One(name) != ""
			if same && (v.Live(other) || id.Noun == NounOrganisation) {
				add(name, "»%s« er brugt i forvejen. Skriv noget andet, eller læg de to sammen.", x.One(name))
			}
		}
	}
	switch id.Noun {
	case NounOrganisation:
		faults = append(faults, checkOrganisation(v, x)...)
	case NounSynonyms:
		faults = append(faults, checkRule(x)...)
	case NounDocument:
		if d := catalogue.Date(x.One("date")); d != "" {
			if message := dateFault(d); message != "" {
				add("date", "%s", message)
			}
		}
	}
	return faults
}

// wrong says what is wrong with one value; empty for nothing.
func (f *VocabularyField) wrong(v Vocabulary, s string) string {
	switch {
	case !catalogue.Legible(s):
		return Illegible
	case HoldsCPR(s):
		return "Det ligner et CPR-nummer. Det må ikke stå her. Fjern det."
	case f.Limit > 0 && utf8.RuneCountInString(s) > f.Limit:
		return fmt.Sprintf("»%s« er for lang. Der er plads til %d tegn.", cutText(s), f.Limit)
	}
	switch f.Kind {
	case KindOption:
		if !slices.ContainsFunc(f.Options, func(o VocabularyOption) bool { return o.Value == s }) {
			return "Vælg en af mulighederne."
		}
	case KindDate:
		if _, ok := catalogue.Date(s).Start(); !ok || len(s) != len("2027-01-01") {
			return fmt.Sprintf("»%s« er ikke en dag. Skriv fx 1. januar 2027.", cutText(s))
		}
	case KindItem, KindItems:
		if f.Name == FieldSuccessor {
			return ""
		}
		if to := v.Now(ItemID{f.Of, s}); !v.Live(to) {
			return fmt.Sprintf("»%s« kan ikke vælges: Den er udgået eller findes ikke.", cutText(s))
		}
	case KindMembers:
		if !isSlug(s) {
			return fmt.Sprintf("»%s« er ikke adressen på et eksempel.", cutText(s))
		}
	}
	return ""
}

// cutText is a text short enough for a message.
func cutText(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// checkOrganisation holds an organisation to what the model says of its kind.
func checkOrganisation(v Vocabulary, x Values) (faults []Fault) {
	kind := catalogue.OrganisationKind(x.One("kind"))
	parent := x.One(FieldParent)
	below := kind == catalogue.Municipality || kind == catalogue.RegionUnit
	code := x.One("code")
	if code != "" && !fourDigits(code) {
		faults = append(faults, Fault{"code", "Koden skal være fire cifre."})
	}
	if code == "" && kind == catalogue.Municipality {
		faults = append(faults, Fault{"code", "En kommune skal have sin officielle kode."})
	}
	switch {
	case below && parent == "":
		faults = append(faults, Fault{FieldParent, "Vælg en region."})
	case !below && parent != "":
		faults = append(faults, Fault{FieldParent, "Kun kommuner og specialområder hører under en region. Vælg ingen."})
	case parent != "" && v[ItemID{NounOrganisation, parent}].One("kind") != string(catalogue.Region):
		faults = append(faults, Fault{FieldParent, "Vælg en region."})
	}
	from, to := x.One("valid_from"), x.One("valid_to")
	if from != "" && to != "" && to < from {
		faults = append(faults, Fault{"valid_to", "Den sidste dag er før den første."})
	}
	if x.One("followed_by") != "" && to == "" {
		faults = append(faults, Fault{"valid_to", "Skriv den sidste dag, når en anden tager over."})
	}
	return faults
}

func fourDigits(s string) bool {
	return len(s) == 4 && strings.Trim(s, "0123456789") == ""
}

// SynonymRule is the rule of the thesaurus that an item is.
func (v Values) SynonymRule() catalogue.SynonymRule {
	return catalogue.SynonymRule{Same: v["same"], Search: v["search"], Means: v["means"], Finds: v["finds"]}
}

// SynonymValues are what a rule says as an item.
func SynonymValues(r catalogue.SynonymRule) Values {
	return Values{"same": r.Same, "search": r.Search, "means": r.Means, "finds": r.Finds}.clone()
}

func checkRule(x Values) (faults []Fault) {
	r := x.SynonymRule()
	oneWay := len(r.Search)+len(r.Means)+len(r.Finds) > 0
	switch {
	case len(r.Same) > 0 && oneWay:
		return []Fault{{"same", "Brug enten det første felt eller de tre andre."}}
	case !oneWay && len(r.Same) < 2:
		return []Fault{{"same", "Skriv mindst to ord, hvert på sin linje."}}
	case oneWay && len(r.Search) == 0:
		return []Fault{{"search", "Skriv, hvad der søges på."}}
	case oneWay && len(r.Means)+len(r.Finds) == 0:
		return []Fault{{"means", "Skriv, hvad det betyder, eller hvad det er beslægtet med."}}
	}
	for name, list := range x {
		for _, entry := range list {
			if len(strings.Fields(entry)) > catalogue.MaxSynonymWords {
				faults = append(faults, Fault{name, fmt.Sprintf("»%s« er for mange ord. Der er plads til %d i hvert udtryk.", cutText(entry), catalogue.MaxSynonymWords)})
			}
			if name == "means" && slices.Contains(r.Finds, entry) {
				faults = append(faults, Fault{"finds", fmt.Sprintf("»%s« kan ikke både betyde det samme og være beslægtet.", cutText(entry))})
			}
		}
	}
	return faults
}

// NoMember is the refusal of an address that is no example's among a solution's.
func NoMember(slug string) error {
	return refusal([]Fault{{FieldMembers, Mask("Der er intet eksempel med adressen »" + cutText(slug) + "«. Ret den, eller slet linjen.")}})
}
