package review

import (
	"time"

	"praksis/internal/catalogue"
)

// InquiryStage is where an inquiry stands. It is computed from its facts, and never
// stored.
type InquiryStage string

// The stages. An inquiry is overdue once the days are over that the source is given, and
// stays so when its link has run out.
const (
	InquiryPrepared InquiryStage = "prepared"
	InquirySent     InquiryStage = "sent"
	InquiryOverdue  InquiryStage = "overdue"
	InquiryAnswered InquiryStage = "answered"
	InquiryClosed   InquiryStage = "closed"
)

// InquiryStages in the order of the desk's work.
var InquiryStages = catalogue.Options[InquiryStage]{
	{Code: InquiryAnswered, Slug: "svar", Label: "Svar, der venter på os"},
	{Code: InquiryOverdue, Slug: "over-fristen", Label: "Over fristen"},
	{Code: InquiryPrepared, Slug: "forberedt", Label: "Forberedt, ikke sendt"},
	{Code: InquirySent, Slug: "sendt", Label: "Sendt"},
	{Code: InquiryClosed, Slug: "lukket", Label: "Lukket"},
}

// MaxPrepared is the most prepared inquiries that are sent, or left out, at once.
const MaxPrepared = 50

// InquiryFacts are what an inquiry's stage follows from; an instant is nil for what has
// not happened.
type InquiryFacts struct {
	Prepared                         time.Time
	Asked, Expires, Answered, Closed *time.Time
}

// Stage is where the inquiry stands at an instant.
func (f InquiryFacts) Stage(now time.Time) InquiryStage {
	switch {
	case f.Closed != nil:
		return InquiryClosed
	case f.Answered != nil:
		return InquiryAnswered
	case f.Asked == nil:
		return InquiryPrepared
	case f.Asked.Before(CheckOverdue(now)):
		return InquiryOverdue
	}
	return InquirySent
}

// Holder is who has to move at an instant.
func (f InquiryFacts) Holder(now time.Time) Holder {
	switch f.Stage(now) {
	case InquiryPrepared, InquiryAnswered:
		return HolderDesk
	case InquirySent, InquiryOverdue:
		return HolderMunicipality
	}
	return HolderNobody
}

// Sentence says in Danish who has to move at an instant, since when and until when.
func (f InquiryFacts) Sentence(now time.Time) string {
	day := func(t time.Time) string { return catalogue.DanishDay(t, now) }
	switch f.Stage(now) {
	case InquiryPrepared:
		return "Forberedt " + day(f.Prepared) + ". Ikke sendt: Det gør en redaktør."
	case InquiryAnswered:
		return "Kilden svarede " + day(*f.Answered) + ". Svaret venter på redaktionen."
	case InquirySent:
		return "Sendt " + day(*f.Asked) + ". Venter på kilden, svar senest " + day(catalogue.AddWorkdays(*f.Asked, CheckDays)) + "."
	case InquiryOverdue:
		if f.Expires != nil && !now.Before(*f.Expires) {
			return "Sendt " + day(*f.Asked) + ". Linket udløb " + day(*f.Expires) + " uden svar."
		}
		return "Sendt " + day(*f.Asked) + ". Venter på kilden. Fristen var " + day(catalogue.AddWorkdays(*f.Asked, CheckDays)) + "."
	}
	if f.Answered != nil {
		return "Kilden svarede " + day(*f.Answered) + ". Lukket " + day(*f.Closed) + "."
	}
	return "Lukket " + day(*f.Closed) + " uden svar."
}
