package review

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// InquiryKind is what somebody at the source is asked by a secret link.
type InquiryKind string

// The kinds: whether what an example says is right, and whether what was done is
// still in use.
const (
	InquiryCheck     InquiryKind = "check"
	InquiryStillUsed InquiryKind = "still_used"
)

// InquiryKinds with what the desk calls them.
var InquiryKinds = catalogue.Options[InquiryKind]{
	{Code: InquiryCheck, Slug: "tjek", Label: "Kommunens tjek"},
	{Code: InquiryStillUsed, Slug: "i-brug", Label: "Bruges det stadig?"},
}

// StillUsed is the answer to whether it is.
type StillUsed string

// The answers.
const (
	UsedYes    StillUsed = "yes"
	UsedPartly StillUsed = "partly"
	UsedNo     StillUsed = "no"
)

// StillUsedAnswers with their labels.
var StillUsedAnswers = catalogue.Options[StillUsed]{
	{Code: UsedYes, Slug: "ja", Label: "Ja"},
	{Code: UsedPartly, Slug: "delvist", Label: "Delvist"},
	{Code: UsedNo, Slug: "nej", Label: "Nej"},
}

// Retention is what such an answer says of retention.
func (u StillUsed) Retention() catalogue.RetentionStatus {
	return map[StillUsed]catalogue.RetentionStatus{UsedYes: catalogue.RetentionRetained, UsedPartly: "partly", UsedNo: "ended"}[u]
}

const (
	// InquiryKept is how long a link of an inquiry can be answered: two months have
	// a holiday and a meeting in them.
	InquiryKept = 60 * 24 * time.Hour
	// InquiryAgain is how long after it was published, or asked last, an example is
	// asked about again.
	InquiryAgain = 365 * 24 * time.Hour
	// MaxInquiryText is the most characters of one answer. The database holds the same.
	MaxInquiryText = 2000
	// MaxInquiryNote is the most characters of what the desk writes with a link.
	MaxInquiryNote = 1000
	// MaxInquired is the most people who are asked at once.
	MaxInquired = 10
	// maxInquiryAnswers is far above the parts of the longest example.
	maxInquiryAnswers = 1000
)

// PartAnswer is what somebody says of one part of an example: a field, or a row of a
// list.
type PartAnswer struct {
	Path  string // as Field.Path, or of a row "findings[2]"
	Right bool   // it is right; else Text says what it must say
	Text  string
	Shown string // fingerprint of what the part said when it was answered
}

// InquiryAnswer is an answer as a whole.
type InquiryAnswer struct {
	Parts []PartAnswer // of a check
	Used  StillUsed    // of the other kind
	Text  string       // a remark, or why it is not in use
	// Unfinished is set while whoever answers goes on: the desk gets no mail yet.
	Unfinished bool
}

// Fields of an inquiry's answer that faults name, beside the paths of parts.
const (
	FieldUsed   = "inquiry.used"
	FieldRemark = "inquiry.text"
)

// Canonical is the answer with its texts as the gate of text.go gives them.
func (a InquiryAnswer) Canonical() InquiryAnswer {
	a.Text = Text(a.Text)
	a.Parts = slices.Clone(a.Parts)
	for i := range a.Parts {
		a.Parts[i].Text = Text(a.Parts[i].Text)
	}
	return a
}

// Check is a *RefusedError when the answer to an inquiry of a kind must be mended
// before it is taken: something is missing, too long, or has a CPR number.
func (a InquiryAnswer) Check(kind InquiryKind) error {
	var faults []Fault
	text := func(field, s string) {
		switch {
		case utf8.RuneCountInString(s) > MaxInquiryText:
			faults = append(faults, Fault{field, fmt.Sprintf("Teksten er for lang. Der er plads til %d tegn.", MaxInquiryText)})
		case !catalogue.Legible(s):
			faults = append(faults, Fault{field, Illegible})
		case holdsCPR(s, false):
			faults = append(faults, Fault{field, cprMessage})
		}
	}
	switch kind {
	case InquiryStillUsed:
		if !StillUsedAnswers.Has(a.Used) {
			faults = append(faults, Fault{FieldUsed, "Vælg ja, delvist eller nej."})
		}
		if a.Text == "" && (a.Used == UsedPartly || a.Used == UsedNo) {
			faults = append(faults, Fault{FieldRemark, "Skriv kort, hvad der er anderledes, eller hvorfor I er holdt op."})
		}
	default:
		if len(a.Parts) == 0 && a.Text == "" {
			faults = append(faults, Fault{FieldRemark, "Svar om mindst én del, eller skriv en bemærkning."})
		}
		if len(a.Parts) > maxInquiryAnswers {
			return fmt.Errorf("%d answers to one inquiry", len(a.Parts))
		}
	}
	for _, x := range a.Parts {
		if !x.Right && x.Text == "" {
			faults = append(faults, Fault{x.Path, "Skriv, hvad der skal stå."})
		}
		text(x.Path, x.Text)
	}
	text(FieldRemark, a.Text)
	return refusal(faults)
}

// Confirms tells whether an answer to a check says of every part, as it is now, that
// it is right, and nothing else. now are the parts' fingerprints by path.
func (a InquiryAnswer) Confirms(now map[string]string) bool {
	right := map[string]bool{}
	for _, x := range a.Parts {
		if !x.Right || now[x.Path] != x.Shown {
			return false
		}
		right[x.Path] = true
	}
	return a.Text == "" && len(now) > 0 && len(right) == len(now)
}

// Mended tells whether every part that an answer to a check wants corrected says
// something else by now. now are the parts' fingerprints by path.
func (a InquiryAnswer) Mended(now map[string]string) bool {
	return !slices.ContainsFunc(a.Parts, func(x PartAnswer) bool { return !x.Right && now[x.Path] == x.Shown })
}

// Summary says in Danish, and without what was written, what an answer comes to.
func (a InquiryAnswer) Summary(kind InquiryKind) string {
	if kind == InquiryStillUsed {
		return "Bruges stadig: " + catalogue.LowerFirst(StillUsedAnswers.Label(a.Used)) + "."
	}
	right := 0
	for _, x := range a.Parts {
		if x.Right {
			right++
		}
	}
	out := fmt.Sprintf("Stemmer: %d. Skal rettes: %d.", right, len(a.Parts)-right)
	if a.Text != "" {
		out += " Der er en bemærkning."
	}
	return out
}

// RefuseNote is a *RefusedError when what the desk writes with a link cannot be sent.
func RefuseNote(note string) error {
	if note == "" {
		return nil
	}
	faults := message(note, "", false)
	if len(faults) == 0 && utf8.RuneCountInString(note) > MaxInquiryNote {
		faults = []Fault{{FieldText, fmt.Sprintf("Teksten er for lang. Der er plads til %d tegn.", MaxInquiryNote)}}
	}
	return refusal(faults)
}

// InquiryMail has the link of an inquiry about what has a title, and answers until a day.
func InquiryMail(kind InquiryKind, title, note string, until time.Time) Mail {
	m := Mail{Kind: MailCheck, Values: map[string]string{"title": title, "text": note, "until": catalogue.DanishDate(until.In(catalogue.Copenhagen))}}
	if kind == InquiryStillUsed {
		m.Kind = MailStillUsed
	}
	return m
}

// InquiryAnsweredMail tells the desk that somebody has answered.
func InquiryAnsweredMail(kind InquiryKind, title, summary string) Mail {
	return Mail{Kind: MailInquiryAnswered, Values: map[string]string{"reference": InquiryKinds.Label(kind), "title": title, "text": summary}}
}

// InquiryErasure is when the address of an inquiry, and what was written to it, are
// erased, in UTC: a year after whatever ended it.
func InquiryErasure(ended time.Time) time.Time { return ended.UTC().AddDate(0, monthsAfterDecision, 0) }

// What the history says of an inquiry that the desk is done with.
const (
	LinkTakenBack = "Linket er taget tilbage."
	AnswerTakenIn = "Svaret er taget med."
	NeverAsked    = "Spørgsmålet blev ikke sendt."
)

// AsksAgain are the states of retention that a first round asks about: what was only
// considered, wished for, tried or decided in 2020.
var AsksAgain = []catalogue.RetentionStatus{"decided", "intended", "considered", "pilot", "undecided"}
