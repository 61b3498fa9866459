package web

// FollowOrder asks who wants mails about a list, and how often.
type FollowOrder struct {
	Shell
	Errors []FormError
	Name   string // of the list
	List   Link   // to the list, with how many it has
	Cannot string // why the list cannot be followed; then nothing is asked
	Action string
	Email  Field
	How    Field
}

// Following is what somebody follows, by their secret link.
type Following struct {
	Shell
	Done    string // what was just done; may be empty
	Address string // to whom mails go, without what stands before the @
	Action  string
	Stop    string // the address that leaves all of it; empty where nothing is followed yet
	Waiting []FollowedList
	Lists   []FollowedList
}

// FollowedList is one list that somebody follows, or is asked whether they want to.
type FollowedList struct {
	ID   string // of its place on the page, and Number in the form
	List Link
	How  Field
	// Number is that of the list.
	Number string
	// Often is how often mails come, in words.
	Often string
}
