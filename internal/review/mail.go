package review

import (
	"strings"
)

// MailKind names what a mail is about. Which text it has is not said here.
type MailKind string

// What the submitter is told, and then what the desk is.
const (
	MailReceipt   MailKind = "receipt"
	MailQuestion  MailKind = "question"
	MailReminder  MailKind = "reminder"
	MailPublished MailKind = "published"
	MailExists    MailKind = "exists"
	MailDeclined  MailKind = "declined"
	MailReplied   MailKind = "replied"
	// MailReceiptQuestion is the receipt of a question.
	MailReceiptQuestion MailKind = "receipt_question"

	MailDeskNew  MailKind = "desk_new"
	MailAnswered MailKind = "answered"
)

// MailKinds are all of them.
var MailKinds = []MailKind{MailReceipt, MailQuestion, MailReminder, MailPublished, MailExists, MailDeclined, MailReceiptQuestion, MailReplied, MailDeskNew, MailAnswered}

// ToDesk tells whether a mail goes to the desk; the others go to the submitter.
// What was sent is never in a mail to the desk, nor is the secret link.
func (k MailKind) ToDesk() bool { return k == MailDeskNew || k == MailAnswered }

// Mail is a mail that an act causes, as data: text and addresses are made
// elsewhere.
type Mail struct {
	Kind MailKind
	// Values are what the text can name: "reference", "title", "state",
	// "question", "reason" and "text".
	Values map[string]string
}

// Letter is a mail with what makes it one to somebody: all that its subject and
// body are made of.
type Letter struct {
	Mail
	SubmissionID int64
	// Token is of the submitter's secret link; empty in a mail to the desk.
	Token string
	// Practice is the slug of the practice that the submission became, was added
	// to, or is said by; empty when there is none.
	Practice string
	// Subject and Body are the text that an editor has written for the kind,
	// before anything is filled in; empty for the program's own text.
	Subject, Body string
}

// shownTitle is how many characters of a tip stand for its title.
const shownTitle = 80

// title is what a mail calls a submission.
func (s *Pending) title() string {
	for _, text := range []string{s.Content.Practice.Title, s.Content.Text, s.Content.Link} {
		text = strings.Join(strings.Fields(text), " ")
		if r := []rune(text); len(r) > shownTitle {
			return string(r[:shownTitle]) + "…"
		}
		if text != "" {
			return text
		}
	}
	return s.Reference
}

// mail is a mail about s, which has come to a state; more are names and values
// in turn.
func (s *Pending) mail(kind MailKind, state SubmissionState, more ...string) Mail {
	m := Mail{Kind: kind, Values: map[string]string{"reference": s.Reference, "title": s.title(), "state": SubmissionStates.Label(state)}}
	for i := 0; i < len(more); i += 2 {
		m.Values[more[i]] = more[i+1]
	}
	return m
}

// Reminder is the mail that reminds the submitter of a question.
func Reminder(s *Pending, question string) Mail {
	return s.mail(MailReminder, s.State, "question", question)
}
