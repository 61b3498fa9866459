package web

import "fmt"

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

// Notice is a heading with a sentence or two.
type Notice struct{ Heading, Text string }

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
	Files      Field  // attachments to go too; without options there are none
	Elsewhere  []Fact // where it stands beside
	Everywhere Field  // the choice to erase it there too; without options it stands nowhere else
	Hidden     []Hidden
	OutOfReach string // what is not erased by it
	Keep       string // address that keeps what is being typed, but for the text
	Kept       *DeskKept
	Dirty      bool // something is typed
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
	Saved   string // what is saved is called
	Save    bool   // the form of the draft has buttons that save or give up
	// Discard takes what is saved in place of what was typed, where the form has none.
	Discard DeskPost
}
