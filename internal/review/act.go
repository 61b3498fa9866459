package review

import (
	"errors"

	"praksis/internal/catalogue"
)

// Action is what somebody does to a submission or to a practice.
type Action string

// What an editor does to a submission: takes it, saves a draft, asks the
// submitter, publishes, points to a practice that says it already, or declines.
const (
	Take    Action = "take"
	Save    Action = "save"
	Ask     Action = "ask"
	Publish Action = "publish"
	Point   Action = "point"
	Decline Action = "decline"
	Reply   Action = "reply" // to a question
	// LayAside sets it aside for now, with a reason that the submitter is told.
	LayAside Action = "lay_aside"
)

// What the submitter does to it: answers a question, corrects what was sent, or
// withdraws it.
const (
	Answer   Action = "answer"
	Correct  Action = "correct"
	Withdraw Action = "withdraw"
)

// Resume opens again what was set aside, or gives the submitter their time anew.
// The submitter does it, or an editor.
const Resume Action = "resume"

// What the program does where a question is not answered: it reminds, and in the
// end sets the submission aside.
const (
	Remind   Action = "remind"
	PutAside Action = "put_aside"
)

// What an editor does to a practice that has been published: writes a new
// revision, withdraws it with a public explanation or brings it back, removes it,
// merges it into another one; gives it another address, lets a further one lead to
// it; says when it is to be looked at again, and that it has been; puts it into a
// solution together with another practice.
const (
	Revise            Action = "revise"
	WithdrawPractice  Action = "withdraw_practice"
	RepublishPractice Action = "republish_practice"
	RemovePractice    Action = "remove_practice"
	MergePractice     Action = "merge_practice"
	Readdress         Action = "readdress"
	Redirect          Action = "redirect"
	SetReview         Action = "set_review"
	LookedThrough     Action = "looked_through"
	JoinSolution      Action = "join_solution"
)

// Act is an action with all that comes with it.
type Act struct {
	Action Action
	// Editor is who acts; 0 for the submitter and for the system.
	Editor int64
	// Version is what an editor has seen: of a submission its version, for a
	// revision the number of the practice's current one. The submitter acts on
	// what is there.
	Version int
	// Edition is what an editor has seen of a practice: a number that every change
	// of it counts up (postgres.PracticeView), of Into IntoEdition. 0 acts on
	// whatever it says. PracticeNow and IntoNow are those that they have.
	Edition, IntoEdition int
	PracticeNow, IntoNow int
	// Holder is the other editor who has the submission, as the page has said; 0 for
	// nobody.
	Holder int64
	// Draft is the record as an editor has typed it, unchecked; nil leaves the
	// draft as it is. Cleared comes with it: the keys of the warnings that the
	// editor has answered.
	Draft   *catalogue.Practice
	Cleared []string
	// Seen are the attachments that the editor has looked through, by public ID.
	Seen []string
	// Text is the question, the answer, the reply, or what the submitter is told; of a
	// withdrawn practice it is the public explanation.
	Text string
	// Reason is a DeclineReason, or why a practice was removed or merged, which
	// only the desk reads.
	Reason string
	// Overruled are the reasons for publishing without what the checklist asks for; nil
	// for a revision that nobody was shown the checklist of.
	Overruled map[CheckItem]string
	// Questions are asked about fields; Text is the one about the whole then, which may
	// be empty. Answers are the submitter's: Content comes along where they correct.
	Questions []Question
	Answers   []QuestionAnswer
	// NotCPR is set when ten digits in the text of an answer were declared to be no
	// CPR number.
	NotCPR bool
	// Content is what the submitter corrects the submission to.
	Content *Submission
	// Slug is a practice's new address, or the one that is to lead to it.
	Slug string
	// Day is by when a practice is looked at again; empty for no day. With Publish
	// it is by when what is published at once gets its second look.
	Day catalogue.Date
	// Solution is the slug of the one that two practices are put into.
	Solution string
	// Into is the practice that another one is merged into, or joined with, as it
	// stands; nil when there is none.
	Into *catalogue.Practice
	// Taxonomy is what a record's references are checked against. It is needed
	// to publish and to revise.
	Taxonomy *catalogue.Taxonomy
	// Change is what an editor calls a revision; the rule may call it more
	// (ChangeKind).
	Change Change
}

// canonical is the act with its texts as the gate of text.go gives them.
func (a Act) canonical() Act {
	a.Text, a.Reason, a.Slug, a.Day = Text(a.Text), Text(a.Reason), Line(a.Slug), catalogue.ReadDate(Line(string(a.Day)))
	if a.Draft != nil {
		draft := a.Draft.Clone()
		Canonical(&draft)
		a.Draft = &draft
	}
	return a
}

// EventKind is what happened to a submission or a practice.
type EventKind string

// What happens to a submission.
const (
	EventReceived      EventKind = "received"
	EventBegun         EventKind = "begun" // by an editor: nobody sent it
	EventTaken         EventKind = "taken"
	EventTakenOver     EventKind = "taken_over" // from another editor
	EventReminded      EventKind = "reminded"
	EventSetAside      EventKind = "set_aside"
	EventResumed       EventKind = "resumed"   // what was set aside
	EventMoreTime      EventKind = "more_time" // for the submitter
	EventAsked         EventKind = "asked"
	EventAnswered      EventKind = "answered"
	EventCorrected     EventKind = "corrected"
	EventWithdrawn     EventKind = "withdrawn"
	EventDeclined      EventKind = "declined"
	EventReplied       EventKind = "replied"
	EventExists        EventKind = "exists"
	EventPublished     EventKind = "published"
	EventContactErased EventKind = "contact_erased"
	EventContentErased EventKind = "content_erased" // all that was sent
	EventTextErased    EventKind = "text_erased"    // a text or an attachment
	EventEmailMended   EventKind = "email_mended"   // of the submitter
	// What happens to inquiries about a submission or a practice; the reason is the
	// InquiryKind.
	EventInquirySent     EventKind = "inquiry_sent"
	EventInquiryAnswered EventKind = "inquiry_answered"
	EventInquiryClosed   EventKind = "inquiry_closed"
)

// What happens to a practice, beside EventPublished, EventWithdrawn and
// EventTextErased.
const (
	EventAdded EventKind = "added" // findings of a submission
	// What a changed seed proposed was taken, beside the revision that it made, or not:
	// the reason is for the desk.
	EventProposalTaken     EventKind = "proposal_taken"
	EventProposalDismissed EventKind = "proposal_dismissed"
	EventRevised           EventKind = "revised"
	EventRepublished       EventKind = "republished"
	EventRemoved           EventKind = "removed"
	EventMerged            EventKind = "merged"
	EventTookOver          EventKind = "took_over"   // another one was merged into it; the text is that one's slug
	EventReaddressed       EventKind = "readdressed" // the text is the address that it had
	EventRedirected        EventKind = "redirected"  // the text is the address that leads to it
	EventReviewSet         EventKind = "review_set"  // the text is the day, empty for none
	EventLookDue           EventKind = "look_due"    // it was published at once; the text is the day
	EventLooked            EventKind = "looked"
	EventJoined            EventKind = "joined" // the text is the slug of the solution
)

// GoneThrough are the events of a practice at which an editor has gone through all
// of it.
var GoneThrough = []string{string(EventPublished), string(EventAdded), string(EventRevised), string(EventTookOver), string(EventLooked)}

// Event is one thing that happened. A kind of "" is none.
type Event struct {
	Kind   EventKind
	Editor int64 // 0: the submitter, or the system
	Reason string
	Text   string
	// Change is what the public is told of a change to a practice; empty where
	// nothing was changed.
	Change Change
}

// ErrDecided is returned for an action that the state of a submission or a
// practice does not allow: somebody has decided meanwhile.
var ErrDecided = errors.New("it has been decided")

// transitions say from which state of a submission an action leads to which.
var transitions = map[Action]map[SubmissionState]SubmissionState{
	Take:     {Received: InReview, Held: InReview, InReview: InReview, ChangesRequested: ChangesRequested},
	Save:     {Received: InReview, Held: InReview, InReview: InReview, ChangesRequested: ChangesRequested}, // to save is to take
	Ask:      {Received: ChangesRequested, Held: ChangesRequested, InReview: ChangesRequested, ChangesRequested: ChangesRequested},
	Publish:  {Received: Accepted, Held: Accepted, InReview: Accepted, ChangesRequested: Accepted},
	Point:    {Received: Exists, Held: Exists, InReview: Exists, ChangesRequested: Exists},
	Decline:  {Received: Declined, Held: Declined, InReview: Declined, ChangesRequested: Declined},
	Reply:    {Received: Replied, Held: Replied, InReview: Replied, ChangesRequested: Replied},
	Answer:   {ChangesRequested: InReview, InReview: InReview, SetAside: InReview},
	Correct:  {Received: Received, Held: Held, InReview: InReview, ChangesRequested: InReview, SetAside: InReview},
	Withdraw: {Received: WithdrawnBySelf, Held: WithdrawnBySelf, InReview: WithdrawnBySelf, ChangesRequested: WithdrawnBySelf, SetAside: WithdrawnBySelf},
	Resume:   {ChangesRequested: ChangesRequested, SetAside: ChangesRequested},
	Remind:   {ChangesRequested: ChangesRequested},
	PutAside: {ChangesRequested: SetAside},
	LayAside: {Received: SetAside, Held: SetAside, InReview: SetAside, ChangesRequested: SetAside},
}

// practiceTransitions say the same of a practice. What is withdrawn still shows
// its text: it can be mended and published again, get another address, or be
// removed. Nothing leads on from what is removed or merged.
var practiceTransitions = map[Action]map[catalogue.State]catalogue.State{
	Revise:            {catalogue.StatePublished: catalogue.StatePublished, catalogue.StateWithdrawn: catalogue.StateWithdrawn},
	WithdrawPractice:  {catalogue.StatePublished: catalogue.StateWithdrawn},
	RepublishPractice: {catalogue.StateWithdrawn: catalogue.StatePublished},
	RemovePractice:    {catalogue.StatePublished: catalogue.StateRemoved, catalogue.StateWithdrawn: catalogue.StateRemoved},
	MergePractice:     {catalogue.StatePublished: catalogue.StateMerged},
	Readdress:         {catalogue.StatePublished: catalogue.StatePublished, catalogue.StateWithdrawn: catalogue.StateWithdrawn},
	Redirect:          {catalogue.StatePublished: catalogue.StatePublished, catalogue.StateWithdrawn: catalogue.StateWithdrawn},
	SetReview:         {catalogue.StatePublished: catalogue.StatePublished},
	LookedThrough:     {catalogue.StatePublished: catalogue.StatePublished},
	JoinSolution:      {catalogue.StatePublished: catalogue.StatePublished},
}

// After is the state that an action leads to; ErrDecided when it cannot be done.
func (s SubmissionState) After(a Action) (SubmissionState, error) {
	to, ok := transitions[a][s]
	if !ok {
		return s, ErrDecided
	}
	return to, nil
}

// OnPractice tells whether an action is done to a practice, and not to a
// submission.
func (a Action) OnPractice() bool { return practiceTransitions[a] != nil }

// After is the state of a practice that an action leads to; false when it cannot be
// done.
func (a Action) After(s catalogue.State) (to catalogue.State, ok bool) {
	to, ok = practiceTransitions[a][s]
	return to, ok
}

// sees tells whether an act is on a version that somebody has seen: all that
// editors do is, but for what the submitter and the program do.
func (a Act) sees() bool {
	return !a.Action.bySubmitter() && (a.Editor != 0 || a.Action != Resume && a.Action != Remind && a.Action != PutAside)
}

// bySubmitter tells whether an action is the submitter's.
func (a Action) bySubmitter() bool { return a == Answer || a == Correct || a == Withdraw }

// WritesRecord tells whether an action checks a record against the taxonomy and
// writes a revision.
func (a Action) WritesRecord() bool { return a == Publish || a == Revise }
