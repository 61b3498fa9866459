package review

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// Pending is a submission as it stands when somebody acts on it.
type Pending struct {
	Reference string
	State     SubmissionState
	// Version is counted up by every act.
	Version  int
	Received time.Time
	// Content is what was sent, as last corrected.
	Content Submission
	// Facts say who has the ball, Question what the submitter was asked last and has
	// not answered, and Lease which editor has it.
	Facts    Facts
	Question string
	Lease    Lease
	// Erased is set when what was sent is erased: nothing opens it again.
	Erased bool
	// Adds is set when it adds to a practice that the catalogue knows.
	Adds bool
	// Draft is what an editor last saved, nil before that, and Cleared the keys
	// of the warnings that were answered with it.
	Draft   *catalogue.Practice
	Cleared []string
	// FromDesk is set when an editor began it: there is nobody to ask.
	FromDesk bool
	// Unread are the attachments that an editor must look through first and none
	// has, by public ID: their text was not read whole, or ten digits in it were
	// declared to be no CPR number.
	Unread []string
	// Open are the questions to the submitter that wait for an answer, the oldest
	// first.
	Open []Question
}

// Decision is all that follows from an act. It is carried out whole or not at
// all.
type Decision struct {
	// State is what the submission becomes; empty for an act on a practice.
	State SubmissionState
	// Facts say who has the ball then.
	Facts Facts
	// Lease is the editor's hold on it; nil leaves it as it is. Who has decided, has
	// none.
	Lease *Lease
	// Event is what its history says.
	Event Event
	// Draft and Cleared replace those of the submission, unless Draft is nil.
	Draft   *catalogue.Practice
	Cleared []string
	// Seen are attachments that have been looked through.
	Seen []string
	// Content is a further version of what was sent, or nil.
	Content *Submission
	// Asked are questions to the submitter, and Closed those that are answered.
	Asked  []Question
	Closed []Closed
	// Mask are texts that went because they were personal, the longest first:
	// they are covered in all that is kept of the submission.
	Mask []string
	// EraseOn is the day on which the contact data are erased, in UTC; the zero
	// time leaves it as it is.
	EraseOn time.Time
	// Mails are what the submitter and the desk are told.
	Mails []Mail

	// Revision is what is published of it, or nil.
	Revision *Revision
	// Keys are those of the findings of a practice that is merged, with the keys that
	// they have in Revision.
	Keys map[string]string
	// Practice is a practice's next state, or nil where it stays as it is.
	Practice *PracticeChange
	// PracticeEvent is what the practice's history says, and IntoEvent what that of
	// the one says that it is merged into or joined with.
	PracticeEvent, IntoEvent Event
	// Slug is the practice's new address, Redirect one that leads to it; empty:
	// none.
	Slug, Redirect string
	// ReviewBy is the day by which it is to be looked at again, and LookBy that of a
	// second look; one that is empty takes the day away, nil leaves it.
	ReviewBy, LookBy *catalogue.Date
	// Solution is the slug of the one that the practice and the other are put into.
	Solution string
}

// Revision is a record to be published, checked. Of a practice that is merged it is
// that of the one that stays.
type Revision struct {
	Record *catalogue.Practice
	// New makes it a practice of its own. Its slug is then a wish: the first
	// free one of those that its title and organisation can give is taken.
	New bool
	// Editorial is set when review date and solutions, which the practice holds
	// and not its revisions, are changed to the record's too.
	Editorial bool
}

// PracticeChange is a practice's next state. Explanation is public.
type PracticeChange struct {
	State       catalogue.State
	Explanation string
}

// How long contact data are kept, in months. After a decision somebody may ask
// why, or those who read the example ask for whom to talk to: a year covers
// both. A submission that is still open after two years is not going to be
// answered, and nobody may keep data for that.
const (
	monthsAfterDecision = 12
	monthsWhileOpen     = 24
)

// CameToNothing are the states of what was sent and is not published. What was
// sent is erased then, a year after the decision.
var CameToNothing = []SubmissionState{Declined, WithdrawnBySelf, Exists, Replied, SetAside}

// ContentDue is the instant of the latest decision after which, at now, what was
// sent and set aside is erased.
func ContentDue(now time.Time) time.Time { return now.UTC().AddDate(0, -monthsAfterDecision, 0) }

// MaxMessage is the most characters of a question, an answer or the text of a
// decision: more than anybody reads in a mail. The database holds the same.
const MaxMessage = 4000

// Fields of an act that faults name; all others are of the record.
const (
	FieldText     = "act.text"
	FieldReason   = "act.reason"
	FieldPractice = "act.practice"
	FieldSlug     = "act.slug"
	FieldDay      = "act.day"
	FieldSolution = "act.solution"
)

// RefusedError says, by field, what must be mended before an act is carried out.
type RefusedError struct{ Faults []Fault }

func (e *RefusedError) Error() string {
	text := "refused"
	for _, f := range e.Faults {
		text += "\n" + f.String()
	}
	return Mask(text)
}

// UnfinishedError says what an editor must do before a record is published.
type UnfinishedError struct {
	Warnings []Warning // of personal data, not answered
	Unread   []string  // attachments that an editor must look through, by public ID
	Lacking  []Checked // of the checklist, without a reason to overrule it
}

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("not published: %d warnings, %d attachments and %d points of the checklist are not dealt with", len(e.Warnings), len(e.Unread), len(e.Lacking))
}

// Receive is what follows from a submission's arrival. heldReason says why it
// is suspicious; empty when nothing is.
func Receive(reference string, content Submission, heldReason string, now time.Time) Decision {
	d := Decision{State: Received, Event: Event{Kind: EventReceived}, Content: &content, EraseOn: now.UTC().AddDate(0, monthsWhileOpen, 0)}
	if heldReason != "" {
		d.State = Held
	}
	s := Pending{Reference: reference, Content: content}
	receipt := MailReceipt
	if content.Kind == KindQuestion {
		receipt = MailReceiptQuestion
	}
	d.Mails = []Mail{s.mail(receipt, d.State), s.mail(MailDeskNew, d.State)}
	return d
}

// Begin is what follows when an editor begins an example that nobody has sent in.
// note is how the desk knows of it, for the desk alone. The submission is theirs from
// now on.
func Begin(editor int64, content Submission, note string, now time.Time) (Decision, error) {
	d := Decision{State: InReview, Lease: &Lease{editor, now, now}, Event: Event{Kind: EventBegun, Editor: editor, Text: Text(note)}, Content: &content}
	faults := numbers(content)
	if d.Event.Text != "" {
		faults = append(faults, message(d.Event.Text, "", false)...)
	}
	return d, refusal(faults)
}

// Decide says what follows from an act at the instant now: on a submission s
// and the practice p that it adds to or that is pointed to (nil when there is
// none), or, when s is nil, on the practice p itself. It changes none of what it
// is given.
//
// The error wraps catalogue.ErrConflict when somebody else was faster, and
// ErrDecided too when the state does not allow the action; it is a *RefusedError
// when something must be mended, an *UnfinishedError when warnings or
// attachments have not been dealt with. Any other is a mistake of the caller.
func Decide(s *Pending, p *catalogue.Practice, a Act, now time.Time) (Decision, error) {
	a = a.canonical()
	if a.Action.OnPractice() {
		if s != nil || p == nil {
			return Decision{}, fmt.Errorf("%s is an act on a practice", a.Action)
		}
		return decidePractice(p, a, now)
	}
	if s == nil || transitions[a.Action] == nil {
		return Decision{}, fmt.Errorf("no act on a submission: %q", a.Action)
	}
	to, err := s.State.After(a.Action)
	if err != nil {
		return Decision{}, fmt.Errorf("%w: submission %s is %s: %w", catalogue.ErrConflict, s.Reference, s.State, err)
	}
	if a.Action == Resume && s.State == SetAside && s.Question == "" && len(s.Open) == 0 { // nothing was asked
		to = InReview
	}
	if s.Erased {
		return Decision{}, fmt.Errorf("%w: submission %s is erased: %w", catalogue.ErrConflict, s.Reference, ErrDecided)
	}
	if a.sees() && a.Version != s.Version {
		return Decision{}, fmt.Errorf("submission %s is at version %d, not %d: %w", s.Reference, s.Version, a.Version, catalogue.ErrConflict)
	}
	d := Decision{State: to, Draft: a.Draft, Seen: a.Seen}
	if a.Draft != nil {
		if faults := append(Unstorable(a.Draft), numbers(Submission{Practice: *a.Draft, NotCPR: s.Content.NotCPR})...); len(faults) > 0 {
			return Decision{}, &RefusedError{faults}
		}
		d.Cleared = a.Cleared
	}
	switch {
	case !to.Open():
		d.EraseOn = now.UTC().AddDate(0, monthsAfterDecision, 0)
	case !s.State.Open(): // it is opened again
		d.EraseOn = now.UTC().AddDate(0, monthsWhileOpen, 0)
	}
	d.Facts = s.Facts.after(s.State, to, a.Action, now)
	if question := s.Content.Kind == KindQuestion; question != (a.Action == Reply) && slices.Contains([]Action{Publish, Point, Reply}, a.Action) {
		return Decision{}, &RefusedError{[]Fault{{FieldText, map[bool]string{true: "Et spørgsmål kan ikke udgives. Besvar det, eller afvis det.", false: "Det er ikke et spørgsmål. Udgiv det, eller spørg indsenderen."}[question]}}}
	}
	switch a.Action {
	case Take, Save:
		if to != s.State { // there is an event of taking, not of every save
			d.Event.Kind = EventTaken
		}
	case Ask:
		err = d.ask(s, a)
	case Decline:
		err = d.decline(s, a)
	case LayAside:
		d.Event = Event{Kind: EventSetAside, Text: a.Text}
		d.Mails = []Mail{s.mail(MailSetAside, to, "text", a.Text)}
		err = refusal(message(a.Text, "Skriv til indsenderen, hvorfor den lægges til side.", s.Content.NotCPR))
	case Reply:
		d.Event = Event{Kind: EventReplied, Text: a.Text}
		d.Mails = []Mail{s.mail(MailReplied, to, "text", a.Text)}
		err = refusal(message(a.Text, "Skriv svaret.", s.Content.NotCPR))
	case Point:
		err = d.point(s, p, a)
	case Publish:
		err = d.publish(s, p, a, now)
	case Answer:
		err = d.answer(s, a)
	case Correct:
		err = d.correct(s, a)
	case Withdraw:
		d.Event.Kind = EventWithdrawn
	case Resume:
		switch { // a second press changes nothing
		case s.State == SetAside:
			d.Event.Kind = EventResumed
		case s.Facts.Reminders > 0 && a.Editor == 0:
			d.Event.Kind = EventMoreTime
		}
	case Remind:
		d.remind(s)
	case PutAside:
		d.Event.Kind = EventSetAside
	}
	if err == nil {
		err = d.lease(s, a, now)
	}
	if err != nil {
		return Decision{}, err
	}
	d.Event.Editor = a.Editor
	return d, nil
}

func (d *Decision) decline(s *Pending, a Act) error {
	var faults []Fault
	reason := DeclineReason(a.Reason)
	if !DeclineReasons.Has(reason) {
		faults = append(faults, Fault{FieldReason, "Vælg en grund."})
	}
	d.Event = Event{Kind: EventDeclined, Reason: a.Reason, Text: a.Text}
	d.Mails = []Mail{s.mail(MailDeclined, d.State, "reason", DeclineReasons.Label(reason), "text", a.Text)}
	return refusal(append(faults, message(a.Text, "Skriv til indsenderen, hvorfor den ikke kommer med.", s.Content.NotCPR)...))
}

func (d *Decision) point(s *Pending, p *catalogue.Practice, a Act) error {
	faults := published(p, FieldPractice)
	if a.Text != "" {
		faults = append(faults, message(a.Text, "", s.Content.NotCPR)...)
	}
	d.Event = Event{Kind: EventExists, Text: a.Text}
	d.Mails = []Mail{s.mail(MailExists, d.State, "text", a.Text)}
	return refusal(faults)
}

func (d *Decision) correct(s *Pending, a Act) error {
	if a.Content == nil || !SubmissionKinds.Has(a.Content.Kind) {
		return errors.New("a correction without content, or of no kind of submission")
	}
	d.Event.Kind, d.Content = EventCorrected, a.Content
	d.Closed = closes(s.Open, &s.Content.Practice, &a.Content.Practice)
	d.Mask = removed(&s.Content, submissionTexts(a.Content))
	if s.State == ChangesRequested || s.State == SetAside { // the desk was waiting
		now := *s
		now.Content = *a.Content
		d.Mails = []Mail{now.mail(MailAnswered, d.State)}
	}
	return refusal(numbers(*a.Content))
}

// FieldAttachment is the field of what is wrong with files.
const FieldAttachment = "attachment"

// RefuseFiles is a *RefusedError when a submission would have more files than most.
func RefuseFiles(n, most int) error {
	if n <= most {
		return nil
	}
	return refusal([]Fault{{FieldAttachment, fmt.Sprintf("Der er kun plads til %d filer i alt, og du har sendt nogle før.", most)}})
}

// refusal is a *RefusedError of the faults; nil when there are none.
func refusal(faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &RefusedError{faults}
}

// published holds a practice that an act refers to to being published.
func published(p *catalogue.Practice, field string) []Fault {
	if p == nil || p.State != catalogue.StatePublished {
		return []Fault{{field, "Der er intet udgivet eksempel med den adresse. Skriv adressen på et, der er udgivet."}}
	}
	return nil
}

// cprMessage is what to do about a CPR number.
const cprMessage = "Teksten ser ud til at have et CPR-nummer. Det må ikke stå her. Fjern det."

// message holds the text of an act to its limits and to what may be written in
// it. Ten bare digits pass where they were declared to be no CPR number.
func message(text, empty string, notCPR bool) []Fault {
	switch {
	case strings.TrimSpace(text) == "":
		return []Fault{{FieldText, empty}}
	case utf8.RuneCountInString(text) > MaxMessage:
		return []Fault{{FieldText, fmt.Sprintf("Teksten er for lang. Der er plads til %d tegn.", MaxMessage)}}
	case !catalogue.Legible(text):
		return []Fault{{FieldText, Illegible}}
	case holdsCPR(text, notCPR):
		return []Fault{{FieldText, cprMessage}}
	}
	return nil
}

// numbers are the CPR numbers of a content, which is stored with none: neither
// what was sent nor a draft.
func numbers(content Submission) (faults []Fault) {
	for _, w := range Warnings(&content) {
		if w.Blocks && !slices.ContainsFunc(faults, func(f Fault) bool { return f.Field == w.Field }) {
			faults = append(faults, Fault{w.Field, cprMessage})
		}
	}
	return faults
}

// RefuseCPR is a *RefusedError when there is a CPR number in what somebody
// sends, or in the words with its attachments. The form has looked already; it
// is not stored in any case.
func RefuseCPR(content Submission, c Contact, attached ...string) error {
	faults := numbers(content)
	for field, s := range map[string]string{"contact_name": c.Name, "email": c.Email, "phone": c.Phone} {
		if holdsCPR(s, content.NotCPR) {
			faults = append(faults, Fault{field, cprMessage})
		}
	}
	// Whoever has declared ten digits spoke of the text, not of a file's name.
	if slices.ContainsFunc(attached, func(s string) bool { return holdsCPR(s, false) }) {
		faults = append(faults, Fault{FieldAttachment, cprMessage})
	}
	return refusal(faults)
}

// RefuseUnkept is a *RefusedError when a text that an editor is still typing may
// not be kept: there is a CPR number in it, or it cannot be stored. Ten bare
// digits pass where they were declared to be no CPR number.
func RefuseUnkept(text string, notCPR bool) error {
	switch {
	case !catalogue.Storable(text):
		return &RefusedError{[]Fault{{FieldText, Illegible}}}
	case holdsCPR(text, notCPR):
		return &RefusedError{[]Fault{{FieldText, cprMessage}}}
	}
	return nil
}
