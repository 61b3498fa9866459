package review

import (
	"time"

	"praksis/internal/catalogue"
)

// How long a question waits for its answer, in days of the calendar: 15 to a mail
// that reminds of it, 7 more to the last one, and 7 more until it is set aside.
const (
	daysToReminder     = 15
	daysToLastReminder = 7
	daysToSetAside     = 7
)

// NextStep is what the program does next where the submitter does not answer, and
// the beginning of the day, in Denmark, from which it is due. A step is counted
// from the one before, so that after a time without a server nobody gets two mails
// in a day. It is of use while the submitter has the ball.
func (f Facts) NextStep() (Action, time.Time) {
	switch f.Reminders {
	case 0:
		return Remind, catalogue.Day(f.Moved).AddDate(0, 0, daysToReminder)
	case 1:
		return Remind, catalogue.Day(f.Reminded).AddDate(0, 0, daysToLastReminder)
	}
	return PutAside, catalogue.Day(f.Reminded).AddDate(0, 0, daysToSetAside)
}

// AsideOn is the beginning of the day on which it is set aside if the submitter
// stays silent and the program reminds in time.
func (f Facts) AsideOn() time.Time {
	_, due := f.NextStep()
	switch f.Reminders {
	case 0:
		return due.AddDate(0, 0, daysToLastReminder+daysToSetAside)
	case 1:
		return due.AddDate(0, 0, daysToSetAside)
	}
	return due
}

// FirstStep is the instant before which the ball must have come to the submitter,
// or a reminder been sent, for any step to be due at now.
func FirstStep(now time.Time) time.Time {
	return catalogue.Day(now).AddDate(0, 0, 1-min(daysToReminder, daysToLastReminder, daysToSetAside))
}

// remind says what follows from a reminder.
func (d *Decision) remind(s *Pending) {
	kind := MailReminder
	if s.Facts.Reminders > 0 {
		kind = MailLastReminder
	}
	d.Event.Kind = EventReminded
	d.Mails = []Mail{s.mail(kind, d.State, "question", s.Question, "date", catalogue.DanishDate(d.Facts.AsideOn()))}
}
