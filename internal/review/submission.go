package review

import (
	"slices"

	"praksis/internal/catalogue"
)

// SubmissionKind is one of the ways in.
type SubmissionKind string

// The ways in, from 30 seconds to the whole template.
const (
	KindTip   SubmissionKind = "tip"
	KindShort SubmissionKind = "short"
	KindFull  SubmissionKind = "full"
	// KindQuestion asks those who tried an example, through the desk. It is
	// answered, and never published.
	KindQuestion SubmissionKind = "question"
)

// SubmissionKinds with their addresses and labels.
var SubmissionKinds = catalogue.Options[SubmissionKind]{
	{Code: KindTip, Slug: "tip", Label: "Et tip"},
	{Code: KindShort, Slug: "kort", Label: "Et kort eksempel"},
	{Code: KindFull, Slug: "skabelon", Label: "Hele skabelonen"},
	{Code: KindQuestion, Slug: "spoergsmaal", Label: "Et spørgsmål"},
}

// Form is the form that asks for such a submission; FormNone for no kind.
func (k SubmissionKind) Form() catalogue.Form {
	return map[SubmissionKind]catalogue.Form{KindTip: catalogue.FormTip, KindShort: catalogue.FormShort, KindFull: catalogue.FormFull, KindQuestion: catalogue.FormTip}[k]
}

// Brief tells whether such a submission is a text of its own, and no record.
func (k SubmissionKind) Brief() bool { return k == KindTip || k == KindQuestion }

// SubmissionState is where a submission stands (domain.md, "From tip to
// published").
type SubmissionState string

// The states. A held one is suspicious: it waits as any other, marked.
const (
	Received         SubmissionState = "received"
	Held             SubmissionState = "held"
	InReview         SubmissionState = "in_review"
	ChangesRequested SubmissionState = "changes_requested"
	Accepted         SubmissionState = "accepted"
	Exists           SubmissionState = "exists"
	Declined         SubmissionState = "declined"
	Replied          SubmissionState = "replied" // a question alone
	WithdrawnBySelf  SubmissionState = "withdrawn"
	// SetAside is what the submitter did not answer about, or the desk left for now. It is opened again by an
	// answer, a correction, or a press of the submitter's or the desk's.
	SetAside SubmissionState = "set_aside"
)

// SubmissionStates in the submitter's plain words.
var SubmissionStates = catalogue.Options[SubmissionState]{
	{Code: Received, Slug: "modtaget", Label: "Modtaget"},
	{Code: Held, Slug: "modtaget-til-gennemsyn", Label: "Modtaget"}, // the submitter is not told of a suspicion
	{Code: InReview, Slug: "bliver-laest", Label: "Bliver læst"},
	{Code: ChangesRequested, Slug: "venter-paa-dig", Label: "Venter på dit svar"},
	{Code: Accepted, Slug: "udgivet", Label: "Udgivet"},
	{Code: Exists, Slug: "findes-i-forvejen", Label: "Findes i forvejen"},
	{Code: Declined, Slug: "afvist", Label: "Ikke taget med"},
	{Code: Replied, Slug: "besvaret", Label: "Besvaret"},
	{Code: WithdrawnBySelf, Slug: "trukket-tilbage", Label: "Trukket tilbage"},
	{Code: SetAside, Slug: "lagt-til-side", Label: "Lagt til side"},
}

// Open tells whether anybody still has something to do with a submission.
func (s SubmissionState) Open() bool {
	return slices.Contains([]SubmissionState{Received, Held, InReview, ChangesRequested}, s)
}

// Submission is what somebody sent, as it came: it is never altered.
type Submission struct {
	Kind SubmissionKind `json:"kind"`
	// Practice is what was typed, unchecked: terms by slug, the organisation by
	// whatever name was written.
	Practice catalogue.Practice `json:"practice"`
	// Link and Text are a tip: an address, or two lines.
	Link string `json:"link,omitempty"`
	Text string `json:"text,omitempty"`
	// About is the slug of the published practice that this adds a finding to;
	// empty for an example of its own.
	About string `json:"about,omitempty"`
	// Answered are the warnings of personal data that the submitter has
	// answered, by Warning.Key.
	Answered []string `json:"answered,omitempty"`
	// Named are the names of organisations that the catalogue did not know, and what
	// the submitter said that they mean.
	Named []catalogue.NameChoice `json:"named,omitempty"`
	// NotCPR is set when ten digits were declared to be no CPR number: an
	// editor must clear it before publication (domain.md).
	NotCPR bool `json:"not_cpr,omitempty"`
}

// Contact is who sent it. It stands in a table of its own and is erased.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"`
	// Phone is a work number, if one was given.
	Phone string `json:"phone,omitempty"`
}

// DeclineReason is one of the fixed reasons for declining.
type DeclineReason string

// The reasons; an editor always adds a text.
const (
	OutOfScope     DeclineReason = "out_of_scope"
	TooLittle      DeclineReason = "too_little"
	NotAnExample   DeclineReason = "not_an_example"
	PersonalData   DeclineReason = "personal_data"
	Advertisement  DeclineReason = "advertisement"
	OtherDecisions DeclineReason = "other"
)

// DeclineReasons with what the submitter reads.
var DeclineReasons = catalogue.Options[DeclineReason]{
	{Code: OutOfScope, Slug: "uden-for-omraadet", Label: "Det handler ikke om det sociale område"},
	{Code: TooLittle, Slug: "for-lidt", Label: "Vi ved for lidt om det til, at andre kan bruge det"},
	{Code: NotAnExample, Slug: "intet-eksempel", Label: "Det fortæller ikke om noget, nogen har gjort"},
	{Code: PersonalData, Slug: "personoplysninger", Label: "Det kan ikke bringes uden at vise, hvem det handler om"},
	{Code: Advertisement, Slug: "reklame", Label: "Det er reklame"},
	{Code: OtherDecisions, Slug: "andet", Label: "Andet"},
}
