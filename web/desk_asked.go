package web

import "strconv"

// DeskAsked is a question that the submitter was sent, with what they answered.
type DeskAsked struct {
	About Link // what it is about, with its place on the page; no address: the whole
	State string
	Said  []DeskSaid
}

// DeskAskedList are the questions that the submitter was sent, the newest first.
type DeskAskedList struct {
	Heading string // how many wait and are answered
	Open    bool   // one of them is news, or waits
	Rows    []DeskAsked
}

// fresh says how many answers a step has that the desk has not acted on; empty for none.
func (s DeskStep) fresh() string {
	switch s.Answers {
	case 0:
		return ""
	case 1:
		return "1 nyt svar"
	}
	return strconv.Itoa(s.Answers) + " nye svar"
}
