package web

// PathDeskCut is where a document is cut into examples.
const PathDeskCut = PathDesk + "/opdel"

// deskCutForm is the ID of the form of a document that is being cut.
const deskCutForm = "opdeling"

// CutContents is the ID of the contents of a document that is cut.
const CutContents = "indhold"

// DeskCut is a document that is cut into proposed examples, or the question for one.
type DeskCut struct {
	Desk
	Action, Keep, File string
	Hidden             []Hidden
	Kept               *DeskKept
	Dirty              bool
	// Choose and Text ask for the document; Templates are those that the site gives out.
	Choose, Text Field
	Templates    []Link
	Made         []Link // the drafts that were just made
	// NotCPR is the box that says of ten digits that they are something else, in the
	// form of the file or in that of the text; may be nil.
	NotCPR       *FieldOption
	NotCPRInFile bool

	// The rest is shown of a document that has come.
	Started  bool
	Name     string
	Told     []string       // what was left out of it
	FileKept string         // how long the file waits for the drafts; empty where there is none
	Contents []DeskCutGroup // empty where there is one example, or none
	// ActorChosen is who did what is chosen in the contents.
	ActorChosen Field
	Practices   []DeskCutPractice
	Left        []DeskCutPiece // what no place was found for
	Template    []string       // the template's own words, outside of all examples
	Actors      []string
	Discard     DeskPost
}

// DeskCutGroup are examples of the contents that stand behind each other and are of one
// actor.
type DeskCutGroup struct {
	Actor, Count string
	Open         bool
	Examples     []DeskCutLine
}

// DeskCutLine is a line of the contents: the box that chooses the example, and where it
// stands.
type DeskCutLine struct {
	URL    string
	Choose FieldOption
}

// DeskCutPractice is one proposed example beside its original.
type DeskCutPractice struct {
	ID, Heading string
	Fields      []Field
	Answers     []Fact
	Pieces      []DeskCutPiece
	Join, Drop  FieldOption
}

// DeskCutPiece is a piece of the original, with where it landed.
type DeskCutPiece struct {
	Text, Where string
	Quiet       bool // nobody answered anything with it
	Move        Field
	To          Field // which example, of what has no place
}
