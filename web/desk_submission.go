package web

import (
	"praksis/internal/difference"

	"github.com/a-h/templ"
)

// DeskSubmission is one submission with what came beside the draft.
type DeskSubmission struct {
	Desk
	DeskDraft
	Reference   string
	Facts       []Fact
	Held        string
	Unreached   string // why a mail to the submitter was given up; empty: none was
	EmailURL    string // where the submitter's address is mended
	About       Link
	Result      Link
	Parts       []FilledSection // what came
	Checklist   []DeskChecked
	Corrected   []Fact // in what Parts, as last corrected, differ from First, as it came
	First       []FilledSection
	Attachments []DeskFile
	Events      []SubmissionLine
	Stale       *DeskStale
	Lease       *DeskLease // nil: no other editor has it
	Kept        *DeskKept
	Reopen      bool   // it is set aside, and can be opened again
	Line        string // which it is, in a line
	Question    bool   // it is answered, and not published
	Reply       Field
	Ask         DeskAsk // about the whole
	Asked       DeskAskedList
	Asking      []Fact // questions about fields that are typed and not sent
	NobodyToAsk bool   // the desk began it
	Later       Field  // by when it is looked at again that is published at once
	Alike       []DeskAlike
	SimilarPick string
	Exists      []Field
	Decline     []Field
	Aside       Field // why it is set aside
	Compare     Link  // how the draft differs from what came
	Note        Link  // where an internal note is written
	Source      Link  // where those who did it are asked
	Answer      Link  // where an answer of theirs waits
	Erase       Link  // where something of it can be erased
	Erased      bool  // all that was sent
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
