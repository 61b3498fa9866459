package web

import (
	"slices"
	"strings"
)

// Submit is the page with the ways of submitting.
type Submit struct {
	Shell
	About  Link // the practice that it is about; may be empty
	Ways   []SubmitWay
	Wanted Wanted
	Days   string // within which there is an answer: "10 arbejdsdage"
}

// SubmitWay is one way of submitting, with what it takes.
type SubmitWay struct{ Label, Takes, Text, URL, Button string }

// SubmitForm is one way's form, or the form that corrects what was sent.
type SubmitForm struct {
	Shell
	Heading, Lead string
	Question      bool // what About leads to is asked about, not told of
	About         Link
	Errors        []FormError
	Warnings      []Warning // of a correction; a first submission is warned on the review step
	Sections      []FormSection
	Action, Send  string
	Hidden        []Hidden
	More          Link   // the next way, which takes over what is typed
	MoreText      string // what it asks about
	// Draft is the name of the draft in the browser; with a "-" it is that of one saved
	// form, answer or correction, and no other. Empty: none is kept.
	Draft  string
	FormID string // the same on all pages of one form; empty in a correction
	Fresh  bool   // nothing has been typed yet
	Actors []string
	Back   Link
	Save   string       // where the form is saved to be gone on with later; empty: it cannot be
	Saved  SavedForm    // that it was opened from
	NotCPR *FieldOption // the box that says of ten digits that they are something else; may be nil
}

// SavedForm is what a form says that was opened from a saved one.
type SavedForm struct {
	Done     string   // what was just done; may be empty
	Until    string   // the day on which it is erased; empty where the form is not a saved one
	EraseURL string   // where it is erased at once
	Files    []string // that go with it
}

// SavedConflict shows what was typed where a saved form was saved from elsewhere
// since it was opened.
type SavedConflict struct {
	Shell
	Mine, Saved  []FilledSection
	Save, Review string // where what was typed is saved in its place, or gone on with
	Hidden       []Hidden
	Use          string // the saved form's address
}

// TooLate gives back what was typed after a submission could not be changed any more.
type TooLate struct {
	Shell
	Reference string
	Question  bool // it is sent as a new question, and not as an example
	Parts     []FilledSection
	Status    Link
	Action    string // where the form is with it filled in
	Hidden    []Hidden
}

// FormError is a line of the error summary.
type FormError struct{ Message, URL string }

// FormSection is a part of a form: fields, or rows of fields.
type FormSection struct {
	ID, Heading, Intro string
	Error              string // of a list as a whole
	Fields             []Field
	Rows               []FormRow
	Add                FormButton
}

// FormRow is one row of a repeated part.
type FormRow struct {
	ID, Legend string
	Fields     []Field
	Remove     FormButton
}

// FormButton is a button that comes back with the form changed.
type FormButton struct{ Label, Name, Value, Action string }

// Field is one question of a form.
type Field struct {
	Type  FieldType
	Name  string // the record's path: "findings[1].text"
	ID    string
	Label string
	Hint  string
	Value string
	Error string
	// Options are those of a select, of checkboxes or of radio buttons.
	Options []FieldOption
	Rows    int
	Auto    string // what the browser may fill in
	List    string // ID of a list of suggestions
	Must    bool
	Folded  bool // a list of more than a few is folded, under what is chosen in it
	Similar bool // examples like what is typed are shown below
	// Asked are the names in the field that are asked back.
	Asked []NameQuestion
}

// NameQuestion asks what a name means that the catalogue does not know: radio
// buttons, and with them the name that they are about.
type NameQuestion struct {
	Written Hidden
	Choices Field
}

// FieldType is how a field is asked.
type FieldType string

// The types; the first four are those of an input.
const (
	FieldText   FieldType = "text"
	FieldMail   FieldType = "email"
	FieldPhone  FieldType = "tel"
	FieldURL    FieldType = "url"
	FieldArea   FieldType = "area"
	FieldSelect FieldType = "select"
	FieldChecks FieldType = "checks"
	FieldRadios FieldType = "radios"
)

// FieldOption is one of several values to choose.
type FieldOption struct {
	ID, Value, Label string
	Chosen           bool
	Below            bool // a child of the one before
}

// describedBy names the hint and the error of the field.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-fejl")
	}
	return strings.Join(ids, " ")
}

// folded tells whether the list of choices is folded, and open whether it begins
// unfolded.
func (f Field) folded() bool { return len(f.Options) > 8 || f.Folded && len(f.Options) > 4 }
func (f Field) open() bool   { return f.Error != "" || !f.Folded && f.chosen() > 0 }

// summary is what a folded list stands under.
func (f Field) summary() string {
	if s := f.Filled(); f.Folded && s != "" {
		return "Valgt: " + s
	}
	return "Vælg i listen"
}

// chosen is how many values are chosen.
func (f Field) chosen() (n int) {
	for _, o := range f.Options {
		if o.Chosen {
			n++
		}
	}
	return n
}

// Warning is something that may show who a submission is about.
type Warning struct {
	ID, Key, Field, Message, Excerpt string
	URL                              string // of the field, where it is on the page
	Answered                         bool
	Label                            string // of the box that answers it
}

// SubmitReview is the step before sending.
type SubmitReview struct {
	Shell
	Errors        []FormError
	Parts         []FilledSection
	About         Link
	Similar       []SimilarPractice
	SimilarChosen string // slug; empty: it is another one
	Warnings      []Warning
	WarningError  string
	Hidden        []Hidden
	Sent          SentBefore
	Save          bool            // it can be saved to be gone on with later
	Files         []FileField     // places that are left
	Kept          []KeptFileField // files that came with an earlier try
	FileLimits    string
	FilesNotCPR   *FieldOption // the box that says of ten digits in files that they are something else; may be nil
	FileAgain     bool         // files were chosen before, and must be chosen again
	Question      bool         // it is answered, and not published
	Licence       ConsentField
	Contact       ConsentField
	Authority     string
	Days          string
	Draft, Typed  string // the name of the draft in the browser, and its moment that is shown here
}

// FilledSection is a heading with what was typed below it.
type FilledSection struct {
	Heading string
	Facts   []Fact
}

// SimilarPractice is a practice that may be the same.
type SimilarPractice struct{ ID, Slug, Title, Who, Summary, URL string }

// FileField is a place for an attachment.
type FileField struct{ ID, Name, Label, Error, AltID, AltName, Alt, AltError string }

// KeptFileField is a file that came with an earlier try, and is sent with this one.
type KeptFileField struct {
	ID, Name, Size, AltID, AltName, Alt, AltError string
	Notes                                         []string // what was found and changed in it
}

// SentBefore is what a form has sent before, where it sends something else now;
// else without a title.
type SentBefore struct {
	Title, URL string
	CanCorrect bool
}

// ConsentField is a box that must be ticked.
type ConsentField struct {
	Chosen bool
	Error  string
}

// SubmissionPage shows who sent something where it stands.
type SubmissionPage struct {
	Shell
	New, Again  bool // just received; received before, and not changed by this
	Reference   string
	State       string
	Explanation string
	Place       string
	Questions   []AskedQuestion // that wait, or that is answered once more
	Ask         string          // what is said before them
	Wait        *SubmissionWait // what happens without an answer; nil: nothing soon
	Errors      []FormError
	Done        string // what the visitor has just done
	Events      []SubmissionLine
	Parts       []FilledSection
	Attachments []SentFile
	Result      Link // the practice that it became, or that exists
	Days        string
	EraseOn     string // empty once the contact data are erased
	// Unreached are the reasons why mails to the submitter were given up; Email is
	// then where they can give another address.
	Unreached   []string
	Email       Field
	CanAnswer   bool
	Actors      []string // names to choose among in a correction
	CanCorrect  bool
	CanWithdraw bool
	Base        string       // address of the page
	Draft       string       // name of the answer's draft in the browser
	Hidden      []Hidden     // of the answer
	Warnings    []Warning    // of the answer that was not sent
	NotCPR      *FieldOption // the box that says of ten digits in it that they are something else; may be nil
}

// SubmissionWait says what has happened, or will, because there is no answer, with
// the press that undoes it.
type SubmissionWait struct{ Heading, Text, Button string }

// SubmissionLine is one line of the history.
type SubmissionLine struct {
	When, What, Text string
	Marks            []string // what an editor is to look at in the text
	Compare          Link     // to the difference that it made, for the desk; empty: none
}

// AskedQuestion is a question of the desk, to be answered in its place.
type AskedQuestion struct {
	ID, Title, Text string
	Sent            string // what was sent of it; empty: nothing, or the whole
	Before          []SubmissionLine
	Answer          Field
	// Correct are the fields that put right what was sent; Corrected is set where they
	// say something else than it.
	Correct      []Field
	Corrected    bool
	CorrectLabel string // what they are folded under
}

// SubmissionConfirm asks before something that cannot be undone.
type SubmissionConfirm struct {
	Shell
	Heading, Text, Button, Action string
	Hidden                        []Hidden
	Back                          Link
}

// lower is the file's label within a sentence.
func (f FileField) lower() string { return strings.ToLower(f.Label) }

// SentFile is an attachment as its sender sees it.
type SentFile struct {
	Name, Alt string
	Notes     []string // what was found and changed in it
}

// fileErrors tells whether something is wrong with a file that was chosen.
func (v SubmitReview) fileErrors() bool {
	return slices.ContainsFunc(v.Files, func(f FileField) bool { return f.Error != "" || f.AltError != "" })
}

// chooseFiles is what the places for files are folded under.
func (v SubmitReview) chooseFiles() string {
	if len(v.Kept) > 0 {
		return "Vælg flere filer"
	}
	return "Vælg filer"
}
