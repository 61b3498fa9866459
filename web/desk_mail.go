package web

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
	Note, Save, Action string
	// Placeholders are what the mail fills in, with what each is.
	Placeholders []Fact
	Keep         string // address that keeps what is being typed
	Hidden       []Hidden
	Fields       []Field
	Kept         *DeskKept
	Stale        *DeskStale
	Dirty        bool // what the form says is not saved
}
