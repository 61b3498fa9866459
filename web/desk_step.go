package web

// DeskStepRead and DeskStepDecide are the IDs of the first step and of the last, which
// are no fields.
const DeskStepRead, DeskStepDecide = "laes", "afgoer"

// DeskStep is one step of a submission, at most about a screen high. All stand on
// the page, and one is shown.
type DeskStep struct {
	ID, Label string
	Here      bool
	Lacks     int // what is to be looked at there
	Answers   int // of the submitter, which the desk has not acted on
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
