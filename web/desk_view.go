package web

import (
	"fmt"

	"praksis/internal/difference"

	"github.com/a-h/templ"
)

// PathDesk is where the editors work. No public page leads to it.
const PathDesk = "/redaktion"

// PathDeskReview is the part of the queue with what is due for review.
const PathDeskReview = PathDesk + "?vis=gennemsyn"

// DeskSubmissionPath is the address of a submission at the desk.
func DeskSubmissionPath(id int64) string { return fmt.Sprintf("%s/indsendelser/%d", PathDesk, id) }

// PartInquiry stands behind the address of a submission or an example at the desk: what
// people at the source are asked about it.
const PartInquiry = "/tjek"

// DeskInquiryPath is where an answer to an inquiry is read: of a submission or, for 0,
// of a practice.
func DeskInquiryPath(submission int64, practice string) string {
	if submission != 0 {
		return DeskSubmissionPath(submission) + PartInquiry
	}
	return DeskPracticePath(practice) + PartInquiry
}

// DeskInvitationPath is where somebody who was invited to the desk comes in.
func DeskInvitationPath(token string) string { return PathDesk + "/invitation/" + token }

// DeskMay says what the role of whoever is signed in may do: buttons for the rest
// are not shown.
type DeskMay struct {
	Save, Ask, Reply, Publish, Point, Decline, LayAside bool // of a submission
	Begin, Erase, MendAddress, SendAgain, EditText      bool
	AskSource, Vocabulary, Accounts                     bool
}

// Desk is what every page of the desk shares.
type Desk struct {
	Shell
	Editor string // who is signed in; empty: nobody
	Role   string // what they are, in Danish
	May    DeskMay
	Here   string // address of the part of the desk that the page belongs to
	Done   string // what the editor has just done
	Errors []FormError
	// Session is when the editor is signed out; nil for who is not signed in.
	Session *DeskSession
}

// DeskSession is when a session ends if nothing is done before.
type DeskSession struct {
	Seconds int    `json:"seconds"` // from now
	Until   string `json:"until"`   // "14.32"
	// Taken says which other editor has what is being typed; empty: none.
	Taken string `json:"taken,omitempty"`
}

// DeskKept is a form with what the editor typed before and has not saved.
type DeskKept struct {
	Heading, Text string // empty: what they typed on other pages is all there is
	Discard       DeskPost
	Others        []Link // what they typed on other pages
}

// DeskPost is a form of one button.
type DeskPost struct {
	Action, Label string
	Hidden        []Hidden
}

// DeskBoth is one field of which two editors say different things.
type DeskBoth struct{ Label, Saved, Typed string }

// DeskChoice is a part of a draft of which two editors say different things: one
// of the two is chosen.
type DeskChoice struct {
	Name  string // of the field that chooses
	Label string
	Note  string     // who has changed it; empty: not known
	Both  []DeskBoth // without labels where the part is a single field
	Saved bool       // what is saved is chosen
}

// DeskNote is a page that says one thing, and may let the editor go on with what
// they have typed.
type DeskNote struct {
	Desk
	Text  string
	ID    string // of the logged error
	Post  *DeskPost
	Links []Link
}

// nav are the parts of the desk.
func (d Desk) nav() []Link {
	links := []Link{{"Indsendelser", PathDesk}, {"Eksempler", PathDeskExamples}, {"Svar fra kilder", PathDesk + PartInquiry}}
	if d.May.Begin {
		links = append(links, Link{"Del op", PathDeskCut})
	}
	links = append(links, Link{"Ordforråd", PathDesk + "/ordforraad"}, Link{"Links", PathDeskLinks}, Link{"Søgninger", PathDeskSearches}, Link{"Mails", PathDesk + "/mails"}, Link{"Mailtekster", PathDesk + "/mailtekster"})
	if d.May.Accounts {
		links = append(links, Link{"Redaktører", PathDesk + "/redaktoerer"})
	}
	return append(links, Link{"Konto", PathDesk + "/konto"})
}

// DeskSignIn is the first step of a sign-in.
type DeskSignIn struct {
	Desk
	Fields []Field
	Hidden []Hidden
	OIDC   string // address of the sign-in at a provider; empty: there is none
	// Notice says that the session has ended. Carries is set when what the editor
	// typed goes with the form.
	Notice  Notice
	Carries bool
}

// Notice is a heading with a sentence or two.
type Notice struct{ Heading, Text string }

// DeskCode is the second step of a sign-in.
type DeskCode struct {
	Desk
	Field   Field
	Hidden  []Hidden
	Carries bool
}

// DeskFactor sets up a second factor.
type DeskFactor struct {
	Desk
	Must        bool // nothing else can be done before
	Image       string
	Secret, URL string
	Fields      []Field
	Hidden      []Hidden
	Carries     bool
}

// DeskSubmission is one submission with what came beside the draft.
type DeskSubmission struct {
	Desk
	Reference   string
	Facts       []Fact
	Held        string
	Unreached   string // why a mail to the submitter was given up; empty: none was
	EmailURL    string // where the submitter's address is mended
	About       Link
	Result      Link
	Parts       []FilledSection // what came
	Steps       []DeskStep
	Preview     string // address
	Checklist   []DeskChecked
	Corrected   []Fact // in what Parts, as last corrected, differ from First, as it came
	First       []FilledSection
	Attachments []DeskFile
	Events      []SubmissionLine
	Stale       *DeskStale
	Lease       *DeskLease // nil: no other editor has it
	Kept        *DeskKept
	Dirty       bool // what the form says is not saved
	Reopen      bool // it is set aside, and can be opened again
	Open        bool // there is something to decide
	Action      string
	Keep        string // address that keeps what is being typed
	Hidden      []Hidden
	Warnings    []Warning // that stand at no field of the form
	Elsewhere   []Link    // to those at fields that are not answered
	Line        string    // which it is, in a line
	Question    bool      // it is answered, and not published
	Reply       Field
	Ask         DeskAsk // about the whole
	Asking      []Fact  // questions about fields that are typed and not sent
	NobodyToAsk bool    // the desk began it
	Later       Field   // by when it is looked at again that is published at once
	Alike       []DeskAlike
	SimilarPick string
	Exists      []Field
	Decline     []Field
	Aside       Field // why it is set aside
	Actors      []string
	Compare     Link // how the draft differs from what came
	Note        Link // where an internal note is written
	Source      Link // where those who did it are asked
	Erase       Link // where something of it can be erased
	Erased      bool // all that was sent
}

// DeskStepRead and DeskStepDecide are the IDs of the first step and of the last, which
// are no fields.
const DeskStepRead, DeskStepDecide = "laes", "afgoer"

// DeskStep is one step of a submission, at most about a screen high. All stand on
// the page, and one is shown.
type DeskStep struct {
	ID, Label string
	Here      bool
	Lacks     int // what is to be looked at there
	Parts     []DeskPart
	Off       bool   // not led to: the submission has nothing there
	Next      string // ID of the next one; empty on the last
	NextLabel string
}

// DeskPart is a part of a step: fields, or rows of fields, with what came beside.
type DeskPart struct {
	ID, Heading, Error string
	Fields             []DeskField
	Rows               []DeskPair
	Gone               []DeskGone // rows that came and that the draft has not
	Ask                DeskAsk    // about the list as a whole
	Add                FormButton
}

// DeskField is a field of the draft with what came for it and what is to be seen to.
type DeskField struct {
	Field
	Came     string
	Marks    []DeskMark
	Warnings []Warning
	Terms    []DeskSuggestion
	Take     FormButton // takes over what the submitter has corrected; none without a value
	Ask      DeskAsk
}

// long tells whether what came scrolls in a field of its own.
func (f DeskField) long() bool { return len(f.Came) > longCame }

// longCame is from how many bytes on a text scrolls: some ten lines.
const longCame = 500

// DeskMark is something that an editor should know of a field.
type DeskMark struct {
	Text  string
	Lacks bool // something must be done
}

// DeskSuggestion is a term or a word that can be added by one press.
type DeskSuggestion struct {
	FormButton
	Why string
}

// DeskPair is a row of the draft with the row that came.
type DeskPair struct {
	ID, Legend, About string
	Open              bool
	Came              []Fact
	Fields            []DeskField
	Ask               DeskAsk
	Remove            FormButton
}

// DeskGone is a row that came.
type DeskGone struct {
	Legend string
	Came   []Fact
}

// DeskAsk is where the submitter is asked about something: what was said, and a
// further question. Without a name nothing can be asked.
type DeskAsk struct {
	Field  Field
	Thread []DeskSaid
}

// open tells whether a question stands in it.
func (a DeskAsk) open() bool { return a.Field.Value != "" || a.Field.Error != "" }

// DeskSaid is a question or an answer.
type DeskSaid struct {
	Who, When, Text string
	Marks           []string
	Waits           bool // a question that waits for its answer
}

// DeskChecked is an item of the checklist. Reason overrules it, and has no name where
// nothing can.
type DeskChecked struct {
	Label, Lack string
	Done        bool
	URL         string // of where it is mended; empty: nowhere on the page
	Reason      Field
}

// DeskAlike is a published example that is like the draft, with what both say.
type DeskAlike struct {
	SimilarPractice
	Parts []DeskAlikePart
}

// DeskAlikePart is a field of both, word by word.
type DeskAlikePart struct {
	Label  string
	Pieces []difference.Piece
}

// DeskDifference compares two versions of a submission or a practice.
type DeskDifference struct {
	Desk
	// Action is where the two are chosen, with what is kept beside.
	Action   string
	Hidden   []Hidden
	From, To Field
	Note     string // in place of a difference; empty: there is one
	D        Difference
	Back     Link
}

// DeskProposals are what changed seeds propose.
type DeskProposals struct {
	Desk
	Lead string
	Rows []DeskProposalRow
}

// DeskProposalRow is one of them.
type DeskProposalRow struct{ URL, Title, Who, When, What string }

// DeskProposal is one of them beside what the public sees.
type DeskProposal struct {
	Desk
	D        Difference
	Action   string
	Hidden   []Hidden
	Fields   []FieldOption // that can be taken
	Warnings []Warning
	Kind     string // what the public is told of it
	Raise    bool   // it can be told as more
	Raised   bool
	Takes    bool // whoever is signed in may decide
	Practice Link
}

// DeskHistory is all that has happened to a practice, the newest first.
type DeskHistory struct {
	Desk
	Do     []Link
	Events []SubmissionLine
}

// DeskWrite asks for one text.
type DeskWrite struct {
	Desk
	Lead, Action, Save string
	Keep               string // address that keeps what is being typed
	Hidden             []Hidden
	Field              Field
	Kept               *DeskKept
	Dirty              bool // what the form says is not saved
	Back               Link
}

// DeskErase asks what is to be erased of a submission, and then whether it is.
type DeskErase struct {
	Desk
	Action string
	Back   Link
	Fields []Field // of what is asked first
	// Confirm is the second step, with what will be erased and where.
	Confirm    bool
	Nothing    bool // of it was found
	Lead, Note string
	Places     []Fact
	Files      Field // attachments to go too; without options there are none
	Hidden     []Hidden
	OutOfReach string // what is not erased by it
	Keep       string // address that keeps what is being typed, but for the text
	Kept       *DeskKept
	Dirty      bool // something is typed
}

// DeskLease says that another editor has a submission.
type DeskLease struct {
	Heading, Text string
	Refused       bool // what was pressed was not done for it
}

func (v *DeskLease) class() string {
	if v.Refused {
		return "alert-warning"
	}
	return "alert-info"
}

// role makes a refusal an alert, which is read out.
func (v *DeskLease) role() templ.Attributes {
	if v.Refused {
		return templ.Attributes{"role": "alert"}
	}
	return nil
}

// DeskStale says that somebody was faster.
type DeskStale struct {
	Text   string
	Events []SubmissionLine
	Both   []DeskBoth // without a choice
	// Choices are posted with the form of the draft.
	Choices []DeskChoice
	Unsent  []Fact // texts to the submitter, which stay whatever is chosen
	Theirs  string // what the other side of a choice is called
	Save    bool   // the form of the draft has buttons that save or give up
	// Discard takes what is saved in place of what was typed, where the form has none.
	Discard DeskPost
}

// DeskFile is an attachment with its tick.
type DeskFile struct {
	ID, URL, Name, Facts, Alt, Value string
	Cut                              string   // where it is cut into examples; empty: it has no text
	Must                             []string // why it must be looked through
	Notes                            []string // what was found and changed in it
	Seen                             string   // by whom; empty: nobody
	Ticked                           bool     // by the editor, and not saved
	Error                            string
}

// DeskMails are the mails that have not been sent.
type DeskMails struct {
	Desk
	Mails []DeskMail
}

// DeskMail is one of them. AgainURL sends one that was given up once more,
// EmailURL leads to where the submitter's address is mended.
type DeskMail struct {
	Subject, Kind, When, State, URL, AgainURL, EmailURL string
	// Reason is why it was not taken, in plain words; Code is the mail server's
	// answer in figures, and Answer all of it. Empty: not known.
	Reason, Code, Answer string
	GivenUp              bool
}

// DeskEmail asks for another address of a submitter.
type DeskEmail struct {
	Desk
	Reference, Action, Save string
	Keep                    string // address that keeps what is being typed
	Erased                  bool   // there are no contact data any more
	Failed                  []Fact
	Hidden                  []Hidden
	Field                   Field
	Kept                    *DeskKept
	Stale                   *DeskStale
	Dirty                   bool // what the form says is not saved
	Back                    Link
}

// DeskTexts are the mails whose texts can be changed.
type DeskTexts struct {
	Desk
	Texts []DeskTextRow
}

// DeskTextRow is one of them.
type DeskTextRow struct {
	Link
	Note    string
	Unsaved bool // the editor has typed something that is not saved
}

// DeskText is the text of one kind of mail, to be changed.
type DeskText struct {
	Desk
	Note, Placeholders, Save, Action string
	Keep                             string // address that keeps what is being typed
	Hidden                           []Hidden
	Fields                           []Field
	Kept                             *DeskKept
	Stale                            *DeskStale
	Dirty                            bool // what the form says is not saved
}

// DeskAccount is the editor's own account.
type DeskAccount struct {
	Desk
	Mail      string
	RoleText  string // what the role may do
	HasFactor bool
	Fields    []Field
	Events    []SubmissionLine
}

// DeskAccounts are all accounts, with the form that invites a new editor.
type DeskAccounts struct {
	Desk
	Rows         []DeskAccountRow
	Action, Keep string
	Hidden       []Hidden
	Fields       []Field
	Kept         *DeskKept
	Dirty        bool // something is typed
	Events       []SubmissionLine
}

// DeskAccountRow is one of them.
type DeskAccountRow struct{ Name, URL, Mail, Role, State, Factor string }

// DeskAccountOf is one account with what can be done to it.
type DeskAccountOf struct {
	Desk
	Facts   []Fact
	Action  string
	Hidden  []Hidden
	Choose  Field // the role
	Open    bool  // it is not closed
	Invited bool  // its owner has not come yet
	Events  []SubmissionLine
}

// DeskInvitation asks somebody who was invited for a password.
type DeskInvitation struct {
	Desk
	Name, Mail, Action string
	Field              Field
}
