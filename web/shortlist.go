package web

// Shortlist is the page of what somebody has put together for a meeting.
type Shortlist struct {
	Shell
	Base   string // the address of the page, without a slash at the end
	Lead   string
	Done   string // what was just done
	Back   Link   // to where an example was put in from; may be empty
	Errors []FormError
	// Conflict tells that somebody else has changed what was typed over.
	Conflict bool
	Edit     bool // it may be changed
	Title    Field
	Seen     Hidden // what the form's title was made from
	Items    []ShortlistItem
	Gone     []ShortlistGone // notes that were typed to what was taken out meanwhile
	Removed  []ShortlistRemoved
	Brief    Link // the meeting brief; without an address where none can be made
	Share    *ShortlistShare
	Editions []ShortlistEdition
	MayKeep  bool // an edition can be made
	Adopt    bool // it can become that of this browser
	Erase    bool
	EraseOn  string
}

// ShortlistItem is one example of a shortlist, or of an edition of one.
type ShortlistItem struct {
	ID        string // of its element
	Number    string
	Practice  Link // without an address where nothing can be read
	Who       string
	Summary   string
	Verdicts  []EffectBadge
	Retention string
	Marks     []ShortlistMark
	Note      string // as text, where it is only read
	NoteField Field
	Seen      Hidden // what the note was made from
	Theirs    string // what somebody else wrote meanwhile
	Conflict  bool
	Slug      string // to compare; empty where it cannot be
	Key       string // of the buttons
	Up, Down  bool
}

// ShortlistMark says what has become of an example.
type ShortlistMark struct {
	Text string
	Link Link
}

// ShortlistGone is a note to an example that somebody else has taken out.
type ShortlistGone struct{ Title, Note string }

// ShortlistRemoved is what can be put back.
type ShortlistRemoved struct{ Title, Key string }

// ShortlistShare are the links of a shortlist.
type ShortlistShare struct {
	Links []ShortlistLink
	More  bool // further ones can be made
}

// ShortlistLink is one of them; the address is empty where somebody else made it.
type ShortlistLink struct {
	What, URL, Made, Key string
	Here                 bool // it is the one in use
}

// ShortlistEdition leads to an edition.
type ShortlistEdition struct {
	Edition Link
	What    string
}

// Choose is a list to be ticked, for a shortlist or a comparison.
type Choose struct {
	Shell
	Sentence string
	Lead     string
	Finder   Link
	Hits     []ChooseHit
	Total    int
}

// ChooseHit is one example of it.
type ChooseHit struct {
	ID, Slug, Title, Who, URL string
	Verdicts                  []EffectBadge
}

// Edition is a shortlist as it was on a day.
type Edition struct {
	Shell
	Lead      string
	Marks     []ShortlistMark // of the edition as a whole
	Shortlist Link
	Cite      string // how minutes name it
	Address   string
	Items     []EditionItem
	Contrasts []Contrast
}

// EditionItem is one example of an edition; P is nil where nothing is left of it.
type EditionItem struct {
	ShortlistItem
	P *Practice
}
