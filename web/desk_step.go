package web

import (
	"strconv"

	"github.com/a-h/templ"
)

// DeskStepRead and DeskStepDecide are the IDs of the first step and of the last, which
// are no fields.
const DeskStepRead, DeskStepDecide = "laes", "afgoer"

// DeskDraft is the form of a draft, in steps.
type DeskDraft struct {
	Action    string
	Keep      string // address that keeps what is being typed
	Hidden    []Hidden
	Open      bool   // it can be changed
	Dirty     bool   // what the form says is not saved
	Apart     bool   // what is kept is a draft until it is published, and not lost when the page is left
	Preview   string // address; empty: it has none
	Discard   string // label of the button that throws it away; empty: it has none
	Steps     []DeskStep
	Sides     DeskSides
	Warnings  []Warning // that stand at no field of the form
	Elsewhere []Link    // to those at fields that are not answered
	Actors    []string
}

// keeps tells the script where what is being typed is kept: of what is decided
// nothing can be saved.
func (v DeskDraft) keeps() templ.Attributes {
	if !v.Open {
		return nil
	}
	a := templ.Attributes{"data-keep": v.Keep}
	if v.Apart {
		a["data-apart"] = true
	}
	return a
}

// stepAction is where the form goes while a step is shown.
func (v DeskDraft) stepAction() string {
	for i, s := range v.Steps {
		if s.Here && i > 0 {
			return v.Action + "?trin=" + s.ID
		}
	}
	return v.Action
}

// DeskSides are the words for what stands beside a draft, and for the draft.
type DeskSides struct {
	Beside, Draft string // over the two
	Label         string // read before what stands beside
	None, Gone    string // where nothing does, and where the draft has a row no more
}

// DeskStep is one step of a draft, at most about a screen high. All stand on
// the page, and one is shown.
type DeskStep struct {
	ID, Label string
	Here      bool
	Lacks     int  // what is to be looked at there
	Changed   bool // from what is published
	Answers   int  // of the submitter, which the desk has not acted on
	Parts     []DeskPart
	Off       bool   // not led to: there is nothing
	Next      string // ID of the next one; empty on the last
	NextLabel string
}

// DeskPart is a part of a step: fields, or rows of fields, with what came beside.
type DeskPart struct {
	ID, Heading, Error string
	Changed            bool // from what is published
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
	Changed  bool // from what is published
	Same     bool // as what is published
	Marks    []DeskMark
	Warnings []Warning
	Terms    []DeskSuggestion
	Take     FormButton // takes over what the submitter has corrected; none without a value
	Ask      DeskAsk
}

// long tells whether what came scrolls in a field of its own.
func (f DeskField) long() bool { return len(f.Came) > longCame }

// lacks is a number with the word that a reader hears.
func (s DeskStep) lacks() string { return strconv.Itoa(s.Lacks) }

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
	Change            string // what became of the row that is published, in a word; empty: nothing
	Same              bool   // as what is published
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
