package review

import (
	"strings"
	"time"

	"praksis/internal/catalogue"
)

// MailKind names what a mail is about. Which text it has is not said here.
type MailKind string

// What the submitter is told, and then what the desk is.
const (
	MailReceipt  MailKind = "receipt"
	MailQuestion MailKind = "question"
	MailReminder MailKind = "reminder"
	// MailLastReminder says when the submission is set aside.
	MailLastReminder MailKind = "last_reminder"

	MailPublished MailKind = "published"
	MailExists    MailKind = "exists"
	MailDeclined  MailKind = "declined"
	MailReplied   MailKind = "replied"
	// MailSetAside tells of what an editor has set aside.
	MailSetAside MailKind = "set_aside"
	// MailReceiptQuestion is the receipt of a question.
	MailReceiptQuestion MailKind = "receipt_question"

	// MailSavedForm has the link to what was typed and not sent.
	MailSavedForm MailKind = "saved_form"

	// MailCheck and MailStillUsed have the link of an inquiry, and
	// MailInquiryAnswered tells the desk of an answer.
	MailCheck           MailKind = "check"
	MailStillUsed       MailKind = "still_used"
	MailInquiryAnswered MailKind = "inquiry_answered"

	// MailInvitation has the link by which an editor who was invited comes in.
	MailInvitation MailKind = "invitation"

	// MailFollow has the link by which somebody confirms that they want to follow a list,
	// and MailDigest tells what is new in it.
	MailFollow MailKind = "follow"
	MailDigest MailKind = "digest"

	MailDeskNew  MailKind = "desk_new"
	MailAnswered MailKind = "answered"
	// MailReviewDue says which published examples are due for review.
	MailReviewDue MailKind = "review_due"
)

// MailKinds are all of them.
var MailKinds = []MailKind{MailReceipt, MailQuestion, MailReminder, MailLastReminder, MailPublished, MailExists, MailDeclined, MailSetAside, MailReceiptQuestion, MailReplied, MailSavedForm, MailFollow, MailDigest, MailInvitation, MailCheck, MailStillUsed, MailDeskNew, MailAnswered, MailInquiryAnswered, MailReviewDue}

// ToDesk tells whether a mail goes to the desk; the others go to the submitter.
// What was sent is never in a mail to the desk, nor is the secret link.
func (k MailKind) ToDesk() bool {
	return k == MailDeskNew || k == MailAnswered || k == MailInquiryAnswered || k == MailReviewDue
}

// Mail is a mail that an act causes, as data: text and addresses are made
// elsewhere.
type Mail struct {
	Kind MailKind
	// Values are what the text can name: "reference", "title", "state",
	// "question", "reason", "text" and "date"; of an invitation "name", "from" and "until".
	Values map[string]string
}

// Letter is a mail with what makes it one to somebody: all that its subject and
// body are made of.
type Letter struct {
	Mail
	SubmissionID int64
	// SavedFormID is of a saved form, whose mail is about no submission.
	SavedFormID int64
	// InquiryID is of an inquiry, whose mail is about no submission but where it goes
	// to the desk.
	InquiryID int64
	// FollowerID is of whoever follows lists, whose mail is about no submission; Lists are
	// what a digest tells.
	FollowerID int64
	Lists      []DigestList
	// Token is of the submitter's secret link, the saved form's or the follower's; empty
	// in a mail to the desk.
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

// SavedFormMail is the mail with the link to what was typed and not sent. It has
// nothing of the text.
func SavedFormMail() Mail { return Mail{Kind: MailSavedForm} }

// InvitationMail invites somebody to the desk; inviter may be empty.
func InvitationMail(name, inviter string, until time.Time) Mail {
	return Mail{Kind: MailInvitation, Values: map[string]string{"name": name, "from": inviter, "until": catalogue.DanishTime(until)}}
}

// MailRestored is the status of a mail that waited when the backup was taken that the
// catalogue was restored from (RFC 3463: the mail system, nothing more is known). No mail
// server has answered.
const MailRestored = "5.3.0"

// MailReason says in Danish why a mail was not taken, by the mail server's code
// (SMTP; 0: none answered) and status (RFC 3463; may be empty). A mail that is
// refused without an answer is one that we do not send.
func MailReason(code int, status string, refused bool) string {
	_, detail, _ := strings.Cut(status, ".")
	switch {
	case code == 0 && status == MailRestored:
		return "Kataloget er gendannet fra en sikkerhedskopi, og mailen ventede, da den blev taget. Den kan være sendt siden."
	case detail == "1.1" || detail == "1.6" || detail == "1.0" && code >= 500:
		return "Postkassen findes ikke."
	case detail == "1.2" || detail == "1.10" || detail == "4.4":
		return "Der er ingen mailserver for det, der står efter @."
	case detail == "4.7":
		return "Mailen kunne ikke sendes i en uge."
	case detail == "1.3":
		return "Adressen er ikke skrevet rigtigt."
	case detail == "1.7" || detail == "1.8":
		return "Mailserveren tager ikke imod fra vores adresse."
	case detail == "2.1":
		return "Postkassen er lukket."
	case detail == "2.2":
		return "Postkassen er fuld."
	case detail == "2.3" || detail == "3.4":
		return "Mailen er for stor."
	case strings.HasPrefix(detail, "7.") && code >= 500:
		return "Mailserveren vil ikke tage imod mails fra os."
	case code == 0 && refused:
		return "Adressen kan ikke bruges til mails."
	case code == 0:
		return "Vi kunne ikke aflevere mailen til mailserveren."
	case code < 500:
		return "Mailserveren kunne ikke tage imod mailen endnu."
	case status == "" && (code == 550 || code == 551 || code == 553):
		return "Postkassen findes ikke, eller den tager ikke imod mails fra os."
	case status == "" && code == 552:
		return "Postkassen er fuld."
	}
	return "Mailserveren afviste mailen."
}
