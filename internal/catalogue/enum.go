package catalogue

import "strings"

// The closed lists of the model. A value's code is stored and exported, its
// slug stands in addresses, its label is what a visitor reads (domain.md,
// "Words").
type (
	// Kind tells an example from a lesson and from a list of advice.
	Kind string
	// Effect is what a finding says that a practice did for somebody.
	Effect string
	// Voice is whose assessment a finding is, not who wrote it down; empty
	// when the source does not say.
	Voice string
	// RetentionStatus tells whether a practice was kept; empty when the source
	// does not say.
	RetentionStatus string
	// Period is a phase of the COVID-19 measures on the social area in 2020.
	Period string
	// Use tells whether a practice can be used today; empty until an editor has
	// assessed it.
	Use string
	// SourceKind is the genre of a source.
	SourceKind string
	// Asked tells whether a source asked citizens themselves; empty when it does
	// not say.
	Asked string
	// OrganisationKind is the sort of actor.
	OrganisationKind string
	// State is where a practice stands towards the public.
	State string
)

// The codes that the code itself asks for by name.
const (
	KindExample Kind = "example"
	KindLesson  Kind = "lesson"
	KindAdvice  Kind = "advice"

	EffectPositive Effect = "positive"
	EffectMixed    Effect = "mixed"
	EffectNone     Effect = "none"
	EffectNegative Effect = "negative"

	VoiceCitizen Voice = "citizen"

	RetentionRetained RetentionStatus = "retained"

	UseNow              Use = "now"
	UseWithRestrictions Use = "with_restrictions"
	UseAccount          Use = "account"

	AskedYes Asked = "yes"
	AskedNo  Asked = "no"

	PeriodLockdown Period = "lockdown"

	Municipality OrganisationKind = "municipality"
	Region       OrganisationKind = "region"
	RegionUnit   OrganisationKind = "region_unit"
	StateBody    OrganisationKind = "state"
	NGO          OrganisationKind = "ngo"
	Volunteers   OrganisationKind = "volunteers"
	Several      OrganisationKind = "several"

	StatePublished State = "published"
	StateWithdrawn State = "withdrawn"
	StateRemoved   State = "removed"
	StateMerged    State = "merged"
)

// NotStated is the slug and, in words, the label of what a source leaves open.
// It is an honest value with a row of its own, never spread over others.
const (
	NotStated      = "ikke-oplyst"
	NotStatedLabel = "Ikke oplyst"
)

// NotAssessed is the slug and, in words, the label of what no editor has
// assessed yet.
const (
	NotAssessed      = "ikke-vurderet"
	NotAssessedLabel = "Ikke vurderet"
)

// Option is one value of a closed list.
type Option[T ~string] struct {
	Code  T
	Slug  string
	Label string
}

// Options is a closed list in the order in which it is shown.
type Options[T ~string] []Option[T]

// The closed lists.
var (
	Kinds = Options[Kind]{
		{KindExample, "eksempel", "Eksempel"},
		{KindLesson, "laering", "Læring"},
		{KindAdvice, "anbefaling", "Anbefaling"},
	}
	Effects = Options[Effect]{
		{EffectPositive, "god", "God effekt"},
		{EffectMixed, "blandet", "Blandet effekt"},
		{EffectNone, "ingen", "Ingen effekt"},
		{EffectNegative, "daarlig", "Dårlig effekt"},
	}
	Voices = Options[Voice]{
		{VoiceCitizen, "borger", "Borger"},
		{"relative", "paaroerende", "Pårørende"},
		{"employee", "medarbejder", "Medarbejder"},
		{"leader", "leder", "Leder"},
		{"organisation", "tilbuddet-eller-forvaltningen", "Tilbuddet eller forvaltningen"},
		{"authority", "myndighed-eller-organisation", "Myndighed eller organisation"},
		{"study", "undersoegelse", "Undersøgelse"},
		{"journalist", "journalist", "Journalist"},
	}
	Retentions = Options[RetentionStatus]{
		{RetentionRetained, "fastholdt", "Fastholdt"},
		{"decided", "besluttet", "Besluttet"},
		{"partly", "delvist", "Delvist fastholdt"},
		{"intended", "oenskes-fortsat", "Ønskes fortsat"},
		{"considered", "overvejes", "Overvejes"},
		{"pilot", "proeves-af", "Prøves af"},
		{"undecided", "ikke-besluttet", "Ikke besluttet"},
		{"not_planned", "ikke-planlagt", "Ikke planlagt"},
		{"ended", "ophoert", "Ophørt"},
		{"blocked", "kraever-lovaendring", "Kræver lovændring"},
	}
	Periods = Options[Period]{
		{PeriodLockdown, "nedlukning", "Nedlukning (fra 11. marts 2020)"},
		{"reopening", "genaabning", "Genåbning (fra midten af april 2020)"},
		{"after", "efter", "Efter restriktionerne (fra 10. juni 2020)"},
	}
	Uses = Options[Use]{
		{UseNow, "nu", "Kan bruges nu"},
		{UseWithRestrictions, "kun-under-restriktioner", "Kun under restriktioner"},
		{UseAccount, "fortaelling", "Fortæller, hvad der skete"},
	}
	Askeds = Options[Asked]{
		{AskedYes, "ja", "Ja, borgere er selv spurgt"},
		{AskedNo, "nej", "Nej, borgere er ikke spurgt"},
	}
	SourceKinds = Options[SourceKind]{
		{"web_page", "webside", "Webside"},
		{"template", "skabelon", "Udfyldt skabelon"},
		{"note", "notat", "Notat fra medarbejdere"},
		{"interviews", "interview", "Interviewundersøgelse"},
		{"article", "artikel", "Artikel"},
		{"letter", "brev", "Brev"},
		{"news", "nyhed", "Nyhed"},
	}
	OrganisationKinds = Options[OrganisationKind]{
		{Municipality, "kommune", "Kommune"},
		{Region, "region", "Region"},
		{RegionUnit, "specialomraade", "Specialområde i en region"},
		{StateBody, "stat", "Statslig myndighed"},
		{NGO, "organisation", "Organisation eller forening"},
		{Volunteers, "frivillige", "Frivillige"},
		{Several, "flere", "Flere kommuner"},
	}
	States = Options[State]{
		{StatePublished, "udgivet", "Udgivet"},
		{StateWithdrawn, "trukket-tilbage", "Trukket tilbage"},
		{StateRemoved, "fjernet", "Fjernet"},
		{StateMerged, "flettet", "Lagt sammen"},
	}
)

// Parse finds a value by code, slug or label, whatever its case.
func (o Options[T]) Parse(s string) (T, bool) {
	s = strings.TrimSpace(s)
	for _, x := range o {
		if strings.EqualFold(s, string(x.Code)) || strings.EqualFold(s, x.Slug) || strings.EqualFold(s, x.Label) {
			return x.Code, true
		}
	}
	return "", false
}

// Has tells whether code is one of the list's codes.
func (o Options[T]) Has(code T) bool {
	for _, x := range o {
		if x.Code == code {
			return true
		}
	}
	return false
}

// Codes lists the codes, for messages.
func (o Options[T]) Codes() []string {
	out := make([]string, len(o))
	for i, x := range o {
		out[i] = string(x.Code)
	}
	return out
}

// Slug is the code's form in addresses; NotStated for the empty code.
func (o Options[T]) Slug(code T) string { return o.get(code).Slug }

// Label is the code's Danish label; NotStatedLabel for the empty code.
func (o Options[T]) Label(code T) string { return o.get(code).Label }

func (o Options[T]) get(code T) Option[T] {
	for _, x := range o {
		if x.Code == code {
			return x
		}
	}
	return Option[T]{Slug: NotStated, Label: NotStatedLabel}
}
