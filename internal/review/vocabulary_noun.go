package review

import (
	"slices"

	"praksis/internal/catalogue"
)

// Noun is a sort of item of the vocabulary desk. Each vocabulary is one, under its
// own name.
type Noun string

// The nouns beside the vocabularies. A practice is one for events alone.
const (
	NounSolution     Noun = Noun(catalogue.SolutionList)
	NounOrganisation Noun = "aktoer"
	NounDocument     Noun = "kilde"
	NounSynonyms     Noun = "synonym"
	NounPage         Noun = "side"
	NounPractice     Noun = "eksempel"
)

// PageAbout is the key of the page about the catalogue.
const PageAbout = "om"

// Names of fields that acts set and no form has.
const (
	FieldSuccessor = "successor" // the key of the item that took its place
	FieldRetired   = "retired"   // RetiredYes, or nothing
	RetiredYes     = "ja"
)

// Names of fields that are asked for by name.
const (
	FieldLabel   = "label"
	FieldParent  = "parent"
	FieldMembers = "members"
)

// VocabularyKind is what a field of an item can hold.
type VocabularyKind int

// The kinds of fields.
const (
	KindLine       VocabularyKind = iota // one line
	KindProse                            // running text
	KindLines                            // any number of lines
	KindOption                           // one of Options
	KindDate                             // a day
	KindSourceDate                       // a date of a source, which may be a month or a season
	KindItem                             // the key of an item of the noun Of
	KindItems                            // any number of them
	KindMembers                          // slugs of practices
)

// VocabularyOption is one choice of a field.
type VocabularyOption struct{ Value, Label string }

// VocabularyField is one field of the items of a noun.
type VocabularyField struct {
	Name, Label, Help string
	Kind              VocabularyKind
	Limit             int  // of each value, in characters
	Max               int  // values; 0 for one
	Must              bool // there is at least one
	Fixed             bool // once the item is there
	Own               bool // acts set it; no form has it
	Of                Noun
	Options           []VocabularyOption
}

// many tells whether the field holds any number of values.
func (f *VocabularyField) many() bool {
	return f.Kind == KindLines || f.Kind == KindItems || f.Kind == KindMembers
}

// NounInfo is what the desk knows of a noun: from it come form, checks, difference
// and undoing.
type NounInfo struct {
	Noun Noun
	// Label names all of them, One a single one, The the one at hand.
	Label, One, The string
	Lead            string // what it is, in a sentence
	Fields          []VocabularyField
	Tree            bool // items have parents
	Merges          bool // an item can be merged into another one
	Retires         bool // an item that nobody uses can be retired
	Adds            bool // the desk can add items
	Fresh           bool // a change is an old item less and a new one more
	// Others is the field of an item's other names, where the one goes that it had
	// until it was renamed; empty for none.
	Others string
}

// field is the one with a name; nil for none.
func (n *NounInfo) field(name string) *VocabularyField {
	if i := slices.IndexFunc(n.Fields, func(f VocabularyField) bool { return f.Name == name }); i >= 0 {
		return &n.Fields[i]
	}
	return nil
}

// Info is what is known of a noun; nil for one that there is none of.
func (n Noun) Info() *NounInfo {
	if i := slices.IndexFunc(Nouns, func(x NounInfo) bool { return x.Noun == n }); i >= 0 {
		return &Nouns[i]
	}
	return nil
}

// Name is what an item is called: its first field.
func (n *NounInfo) Name(v Values) string {
	for _, f := range n.Fields {
		if s := v.One(f.Name); s != "" {
			return s
		}
	}
	return ""
}

// The limits are those of the tables.
const (
	maxLabel      = 120
	maxDefinition = 1000
	maxSolution   = 2000
	maxName       = 160
	maxShortName  = 80
	maxPage       = 20000
	maxMembers    = 2000 // a solution's members stand on one page
	maxSpellings  = 20
)

func options[T ~string](list catalogue.Options[T], unset string) (out []VocabularyOption) {
	if unset != "" {
		out = append(out, VocabularyOption{"", unset})
	}
	for _, o := range list {
		out = append(out, VocabularyOption{string(o.Code), o.Label})
	}
	return out
}

var (
	ownSuccessor = func(of Noun) VocabularyField {
		return VocabularyField{Name: FieldSuccessor, Label: "Lagt sammen med", Kind: KindItem, Of: of, Own: true}
	}
	ownRetired = VocabularyField{Name: FieldRetired, Label: "Udgået", Kind: KindOption, Options: []VocabularyOption{{RetiredYes, "ja"}}, Own: true}
)

// terms describes a vocabulary.
func terms(v catalogue.Vocabulary, label, one, the, lead string, tree bool) NounInfo {
	n := NounInfo{Noun: Noun(v), Label: label, One: one, The: the, Lead: lead, Tree: tree, Merges: true, Retires: true, Adds: true, Others: "synonyms"}
	n.Fields = []VocabularyField{
		{Name: FieldLabel, Label: "Navn", Help: "Skifter du navnet, bliver det gamle til et af »Andre ord for det samme«. Så finder søgningen det stadig.", Kind: KindLine, Limit: maxLabel, Must: true},
		{Name: "definition", Label: "Hvad betyder det?", Help: "Teksten står på siden om begrebet.", Kind: KindProse, Limit: maxDefinition},
	}
	if tree {
		n.Fields = append(n.Fields, VocabularyField{Name: FieldParent, Label: "Hører under", Help: "Den, der søger på det overordnede, finder også det underordnede.", Kind: KindItem, Of: n.Noun})
	}
	n.Fields = append(n.Fields,
		VocabularyField{Name: "synonyms", Label: "Andre ord for det samme", Help: "Ét på hver linje. Søgningen finder begrebet, når nogen skriver et af dem.", Kind: KindLines, Limit: maxLabel, Max: catalogue.MaxSynonyms},
		ownSuccessor(n.Noun), ownRetired)
	return n
}

// Nouns are all that the vocabulary desk has, in the order in which it shows them.
var Nouns = []NounInfo{
	terms(catalogue.TargetGroup, "Målgrupper", "målgruppe", "målgruppen", "Hvem eksemplerne handler om.", true),
	terms(catalogue.ContactForm, "Kontaktformer", "kontaktform", "kontaktformen", "Hvordan man mødtes.", false),
	terms(catalogue.Perspective, "Perspektiver", "perspektiv", "perspektivet", "Hvis øjne der ses med.", false),
	terms(catalogue.Theme, "Temaer", "tema", "temaet", "Hvad eksemplerne handler om.", true),
	terms(catalogue.Precondition, "Forudsætninger", "forudsætning", "forudsætningen", "Hvad der skal være på plads.", false),
	{Noun: NounSolution, Label: "Løsninger", One: "løsning", The: "løsningen", Lead: "Det samme greb hos flere.", Merges: true, Retires: true, Adds: true, Fields: []VocabularyField{
		{Name: FieldLabel, Label: "Navn", Kind: KindLine, Limit: maxLabel, Must: true},
		{Name: "description", Label: "Hvad går det ud på?", Kind: KindProse, Limit: maxSolution},
		{Name: "contact_forms", Label: "Kontaktformer", Help: "En erfaring med helt andre kontaktformer handler ikke om løsningen. Vælg ingen, hvis alle kan bruges.", Kind: KindItems, Of: Noun(catalogue.ContactForm), Max: maxMembers},
		{Name: FieldMembers, Label: "Eksempler", Help: "Kopiér eksemplets adresse fra kataloget. Én på hver linje.", Kind: KindMembers, Limit: catalogue.MaxSlug, Max: maxMembers},
		ownSuccessor(NounSolution), ownRetired}},
	{Noun: NounOrganisation, Label: "Aktører", One: "aktør", The: "aktøren", Lead: "Kommuner, regioner og de andre, der gør noget.", Retires: true, Adds: true, Others: "spellings", Fields: []VocabularyField{
		{Name: "name", Label: "Fulde navn", Help: "Fx: Aarhus Kommune", Kind: KindLine, Limit: maxName, Must: true},
		{Name: "short_name", Label: "Kort navn", Help: "Fx: Aarhus", Kind: KindLine, Limit: maxShortName},
		{Name: "kind", Label: "Slags", Kind: KindOption, Options: options(catalogue.OrganisationKinds, "Vælg"), Must: true, Fixed: true},
		{Name: "code", Label: "Officiel kode", Help: "Fire cifre. Kommuner skal have en.", Kind: KindLine, Limit: 4},
		{Name: "spellings", Label: "Andre måder at skrive navnet på", Help: "Én på hver linje. Kataloget kender selv å og aa, bindestreg og mellemrum, og ordet Kommune.", Kind: KindLines, Limit: maxName, Max: maxSpellings},
		{Name: FieldParent, Label: "Region", Help: "Kun for kommuner og for regioners specialområder.", Kind: KindItem, Of: NounOrganisation},
		{Name: "valid_from", Label: "Første dag", Help: "Lad feltet stå tomt, hvis den altid har været der. Fx: 1. januar 2027", Kind: KindDate, Limit: 10},
		{Name: "valid_to", Label: "Sidste dag", Help: "Lad feltet stå tomt, så længe den findes.", Kind: KindDate, Limit: 10},
		{Name: "followed_by", Label: "Afløses af", Help: "Den, der tager over dagen efter den sidste dag.", Kind: KindItem, Of: NounOrganisation},
		ownRetired}},
	{Noun: NounDocument, Label: "Kilder", One: "kilde", The: "kilden", Lead: "Dokumenter, som eksemplerne er hentet fra, og hvordan de er blevet til.", Retires: true, Adds: true, Fields: []VocabularyField{
		{Name: "document", Label: "Hvad hedder kilden?", Kind: KindLine, Limit: catalogue.MaxShort, Must: true},
		{Name: "kind", Label: "Hvad er det?", Kind: KindOption, Options: options(catalogue.SourceKinds, "Vælg"), Must: true},
		{Name: "publisher", Label: "Hvem står bag?", Kind: KindLine, Limit: catalogue.MaxShort},
		{Name: "date", Label: "Fra hvornår?", Help: "Fx: 16. juni 2020, juni 2020 eller foråret 2020", Kind: KindSourceDate, Limit: 20},
		{Name: "about", Label: "Om kilden", Help: "Hvordan er den blevet til? Hvem er spurgt, hvor mange, og hvem mangler?", Kind: KindProse, Limit: catalogue.MaxFinding},
		{Name: "asked", Label: "Er borgere spurgt?", Kind: KindOption, Options: options(catalogue.Askeds, catalogue.NotStatedLabel)},
		ownRetired}},
	{Noun: NounSynonyms, Label: "Synonymer", One: "regel", The: "reglen", Lead: "Ord, som søgningen skal forstå.", Retires: true, Adds: true, Fresh: true, Fields: []VocabularyField{
		{Name: "same", Label: "Ord, der betyder det samme", Help: "Ét på hver linje, mindst to. Gælder begge veje.", Kind: KindLines, Limit: maxLabel, Max: catalogue.MaxSynonyms},
		{Name: "search", Label: "Eller: Når nogen søger på", Help: "Brug de næste tre felter i stedet, når det kun gælder den ene vej.", Kind: KindLines, Limit: maxLabel, Max: catalogue.MaxSynonyms},
		{Name: "means", Label: "så mener de det samme som", Help: "Eksempler med de ord tæller med.", Kind: KindLines, Limit: maxLabel, Max: catalogue.MaxSynonyms},
		{Name: "finds", Label: "så er det beslægtet med", Help: "Eksempler med de ord vises for sig og tæller ikke med.", Kind: KindLines, Limit: maxLabel, Max: catalogue.MaxSynonyms},
		ownRetired}},
	{Noun: NounPage, Label: "Sider", One: "side", The: "siden", Fields: []VocabularyField{
		{Name: "body", Label: "Tekst", Help: "Skriv overskrifter med ## foran, og punkter med - foran. Er feltet tomt, gælder programmets egen tekst.", Kind: KindProse, Limit: maxPage}}},
}
