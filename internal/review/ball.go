package review

import (
	"time"

	"praksis/internal/catalogue"
)

// Holder is who has to move next.
type Holder string

// Who can have the ball.
const (
	HolderDesk         Holder = "desk"
	HolderSubmitter    Holder = "submitter"
	HolderMunicipality Holder = "municipality"
	HolderNobody       Holder = "nobody"
)

// Holders with their addresses and labels.
var Holders = catalogue.Options[Holder]{
	{Code: HolderDesk, Slug: "redaktionen", Label: "Redaktionen"},
	{Code: HolderSubmitter, Slug: "indsenderen", Label: "Indsenderen"},
	{Code: HolderMunicipality, Slug: "kommunen", Label: "Kommunen"},
	{Code: HolderNobody, Slug: "ingen", Label: "Ingen"},
}

// The desk's own time limits, in working days: what every submitter is promised,
// and the shorter one after an answer, since the case is read already.
const (
	AnswerDays   = 10
	ReactionDays = 5
	// CheckDays is how long the municipality is given to check.
	CheckDays = 10
)

// Facts of a submission are what its place in the queue follows from.
type Facts struct {
	State SubmissionState
	// Moved is when the ball last went from one to another: when it came, was asked,
	// answered, set aside, opened again or decided.
	Moved time.Time
	// Answered is set when what moved it last was the submitter's answer.
	Answered bool
	// Check is what the municipality was asked about it.
	Check CheckFacts
	// Reminders were sent since Moved, the last one at Reminded.
	Reminders int
	Reminded  time.Time
}

// CheckFacts are what is known of the municipality's checks of a submission
// (InquiryCheck).
type CheckFacts struct {
	// Asked is when the latest link was sent that works, unless it expires, and is not
	// answered; the zero time for none.
	Asked time.Time
	// Answered is when the latest answer came; the zero time for none.
	Answered time.Time
	// Waits is set while the desk has not taken an answer in.
	Waits bool
}

// out tells whether at now the municipality has something to answer, and the desk
// nothing that it answered: of two who are asked, the first answer is the desk's turn.
func (c CheckFacts) out(now time.Time) bool {
	return !c.Asked.IsZero() && !c.Waits && now.Before(c.Asked.Add(InquiryKept))
}

// Ball is who has to move, since when, and until when. It is computed whenever it
// is shown, and never stored.
type Ball struct {
	Holder Holder
	Since  time.Time
	// Until is the beginning of the last day, in Denmark; the zero time for nobody.
	Until time.Time
	// Overdue is set when that day is over.
	Overdue bool
}

// holder is who has to move in a state.
func (s SubmissionState) holder() Holder {
	switch s {
	case Received, Held, InReview:
		return HolderDesk
	case ChangesRequested:
		return HolderSubmitter
	}
	return HolderNobody
}

// StatesOf are the states in which somebody has the ball. The municipality has it
// in those of the desk.
func StatesOf(h Holder) (out []SubmissionState) {
	for _, o := range SubmissionStates {
		if o.Code.holder() == h {
			out = append(out, o.Code)
		}
	}
	return out
}

// after are the facts after an action that leads from one state to another. The
// time begins anew when the ball goes to another, when the submitter is asked or
// answers once more, and when they are given more time.
func (f Facts) after(from, to SubmissionState, a Action, now time.Time) Facts {
	f.State = to
	check := f.Check
	switch {
	case a == Remind:
		f.Reminders, f.Reminded = f.Reminders+1, now
	case from.holder() != to.holder() || from.Open() != to.Open() || a == Ask || a == Answer || a == Resume && f.Reminders > 0:
		return Facts{State: to, Moved: now, Answered: a == Answer || a == Correct, Check: check}
	}
	return f
}

// checked tells whether what came to the desk last was the municipality's answer. An
// answer gives the desk its time anew; a link that ran out, or was taken back, does
// not: the submitter has waited all the while.
func (f Facts) checked() bool { return f.Check.Answered.After(f.Moved) }

// deskSince is when the ball came to the desk, while it has it.
func (f Facts) deskSince() time.Time {
	if f.checked() {
		return f.Check.Answered
	}
	return f.Moved
}

// deskDays are the working days that the desk has.
func (f Facts) deskDays() int {
	if f.Answered || f.checked() {
		return ReactionDays
	}
	return AnswerDays
}

// Ball is who has to move at the instant now.
func (f Facts) Ball(now time.Time) Ball {
	b := Ball{Holder: f.State.holder(), Since: f.Moved}
	switch {
	case b.Holder == HolderDesk && f.Check.out(now):
		b.Holder, b.Since, b.Until = HolderMunicipality, f.Check.Asked, catalogue.AddWorkdays(f.Check.Asked, CheckDays)
	case b.Holder == HolderDesk:
		b.Since = f.deskSince()
		b.Until = catalogue.AddWorkdays(b.Since, f.deskDays())
	case b.Holder == HolderSubmitter:
		b.Until = catalogue.Day(f.Moved).AddDate(0, 0, daysToReminder)
	}
	b.Overdue = !b.Until.IsZero() && catalogue.Day(now).After(b.Until)
	return b
}

// DeskOverdue is the instant before which the ball must have come to the desk to
// be overdue at now; answered is set where an answer brought it. Later is in time.
func DeskOverdue(now time.Time, answered bool) time.Time {
	return workdaysBefore(now, (Facts{Answered: answered}).deskDays())
}

// CheckOverdue is the same for the municipality.
func CheckOverdue(now time.Time) time.Time { return workdaysBefore(now, CheckDays) }

// CheckExpired is the instant at or before which a link must have been sent to have
// expired at now.
func CheckExpired(now time.Time) time.Time { return now.Add(-InquiryKept) }

// workdaysBefore is the first instant from which so many working days are not over at now.
func workdaysBefore(now time.Time, days int) time.Time {
	day := catalogue.Day(now)
	for today := day; !catalogue.AddWorkdays(day, days).Before(today); {
		day = day.AddDate(0, 0, -1)
	}
	return day.AddDate(0, 0, 1)
}

// SubmitterOverdue is the same for the submitter.
func SubmitterOverdue(now time.Time) time.Time {
	return catalogue.Day(now).AddDate(0, 0, -daysToReminder)
}

// ended are the first words of what nobody has to do anything about.
var ended = map[SubmissionState]string{
	Accepted: "Udgivet", Exists: "Fandtes i forvejen, afgjort", Declined: "Afvist", Replied: "Besvaret", WithdrawnBySelf: "Trukket tilbage", SetAside: "Lagt til side",
}

// Sentence says in Danish who has to move at the instant now, since when and until
// when.
func (f Facts) Sentence(now time.Time) string {
	b := f.Ball(now)
	day := func(t time.Time) string { return catalogue.DanishDay(t, now) }
	since, until := " siden "+day(b.Since), ", svar senest "+day(b.Until)+"."
	switch {
	case b.Until.Equal(catalogue.Day(now)):
		until = ", svar senest i dag."
	case b.Overdue:
		until = ". Fristen var " + day(b.Until) + "."
	}
	switch b.Holder {
	case HolderDesk:
		if f.checked() {
			return "Kommunen svarede på tjekket " + day(b.Since) + ". Venter på redaktionen" + until
		}
		if f.Answered {
			return "Indsenderen svarede " + day(b.Since) + ". Venter på redaktionen" + until
		}
		return "Venter på redaktionen" + since + until
	case HolderMunicipality:
		return "Venter på kommunens tjek" + since + until
	case HolderSubmitter:
		step, due := f.NextStep()
		switch {
		case f.Reminders == 0:
			return "Venter på indsenderen" + since + until
		case step == Remind:
			return "Venter på indsenderen" + since + ". Mindet om det " + day(f.Reminded) + "."
		}
		return "Venter på indsenderen" + since + ". Mindet om det sidste gang " + day(f.Reminded) + ", lægges til side " + day(due) + "."
	}
	return ended[f.State] + " " + day(b.Since) + ". Venter på ingen."
}
