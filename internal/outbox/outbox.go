// Package outbox holds the arguments of every job that is done later, and
// nothing else: whoever enqueues one and whoever does it meet here.
package outbox

// SendMail sends the mail with the ID. Its text stands in the table, not in
// the queue, so that erasing it there erases it.
type SendMail struct {
	ID int64 `json:"id"`
}

// Kind names the job in the queue.
func (SendMail) Kind() string { return "send_mail" }

// EraseDue erases the contact data and the content of what was set aside, whose
// day has come, and what editors typed and did not save.
type EraseDue struct{}

// Kind names the job in the queue.
func (EraseDue) Kind() string { return "erase_due" }

// EraseUnsent erases forms that were saved and files that were kept, and never
// sent.
type EraseUnsent struct{}

// Kind names the job in the queue.
func (EraseUnsent) Kind() string { return "erase_unsent" }

// Remind reminds those who have not answered the desk's question, in the end sets
// aside what they sent, and prepares questions whether examples are still in use.
type Remind struct {
	// Day is the day whose run it is (review.RunDay). There is one job for each.
	Day string `json:"day"`
}

// Kind names the job in the queue.
func (Remind) Kind() string { return "remind" }

// CheckLinks checks some of the addresses in published practices: those that an
// editor asks for, and those of the week's round.
type CheckLinks struct{}

// Kind names the job in the queue.
func (CheckLinks) Kind() string { return "check_links" }

// RemindDesk tells the desk which examples are due for review, once a week.
type RemindDesk struct{}

// Kind names the job in the queue.
func (RemindDesk) Kind() string { return "remind_desk" }

// Digest tells those who follow lists what is new in them.
type Digest struct {
	// Day is the day whose run it is (review.RunDay). There is one job for each.
	Day string `json:"day"`
}

// Kind names the job in the queue.
func (Digest) Kind() string { return "digest" }

// QueueOperations is the queue of what is done with the whole of the catalogue: those
// work on it who have a folder for backups.
const QueueOperations = "operations"

// Backup writes a backup.
type Backup struct {
	// Day is the day whose run it is (review.RunDay). There is one job for each.
	Day string `json:"day"`
}

// Kind names the job in the queue.
func (Backup) Kind() string { return "backup" }

// Drill restores the newest backup aside and compares it.
type Drill struct {
	// Week is the Monday of the week whose run it is, in Denmark.
	Week string `json:"week"`
}

// Kind names the job in the queue.
func (Drill) Kind() string { return "drill" }

// SendAttempts is how often a mail is tried before it is given up: with the
// pauses of jobs.SendMail, in the course of a day.
const SendAttempts = 11
