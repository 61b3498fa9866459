package web

// DeskInquiryList are the questions to people at the source, with what can be done to
// several prepared ones.
type DeskInquiryList struct {
	Desk
	Parts       []QueueChip // by stage
	Search      string
	Hidden      []Hidden // what the search keeps
	Kind, Actor Field    // filters of the search
	Heading     string
	Chosen      []Link // the filters that hold, each with an address without it
	Rows        []DeskRow
	Empty       string // said where there are no rows
	Pages       Pagination
	Picks       bool   // some rows can be picked
	Send        string // where the picked ones go
	PickAll     string // the page with all of them picked, or none
	PickedAll   bool
}

// DeskInquirySend are the mails of prepared inquiries, to be sent by one press.
type DeskInquirySend struct {
	Desk
	Lead, Action, Keep string
	Hidden             []Hidden
	All                Field // address for those that have none; without a name there is no such field
	Items              []DeskInquiryMail
	Kept               *DeskKept
	Dirty              bool
	Back               Link
}

// DeskInquiryMail is one of them as it would be sent.
type DeskInquiryMail struct {
	ID, Title, Who string
	Page           Link // what it is about
	Subject, Body  string
	Cannot         string // why it cannot be sent
	Pick           DeskPick
	Email          Field
}
