package web

// DeskQueue is what waits at the desk, and for whom.
type DeskQueue struct {
	Desk
	// Parts are the queue's main views, States its submissions by state.
	Parts, States []QueueChip
	Colleagues    []QueueChip // what each of the others has
	Search        string
	Hidden        []Hidden // the filters that the search keeps
	Heading       string
	Chosen        []Link // the filters that hold, each with an address without it
	Rows          []DeskRow
	Empty         string // said where there are no rows
	Pages         Pagination
}

// QueueChip is a view of the queue with how many rows it has.
type QueueChip struct {
	Label, URL string
	Count      int
	Alarm      bool // something is overdue or has failed
	Current    bool
}

func (c QueueChip) class() string {
	if c.Alarm && c.Count > 0 {
		return "queue__chip queue__chip--alarm"
	}
	return "queue__chip"
}

// DeskRow is a row of the queue: a submission, or a published practice.
type DeskRow struct {
	URL, Title, Who, Kind, State string
	Holder                       string // who has the ball, as a badge says
	Desk                         bool   // the desk has it
	Overdue                      string // as a badge says; empty: it is not
	Sentence                     string // who has to move, since when, until when
	Taken                        string // who has it at the desk; may be empty
	Mine                         bool
	Facts                        string   // reference, files
	Notes                        []string // what to look out for
	Pick                         DeskPick // without a name it cannot be picked
}
