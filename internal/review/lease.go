package review

import (
	"fmt"
	"time"

	"praksis/internal/catalogue"
)

// LeaseTime is how long a submission is an editor's after what they last changed.
// A telephone call fits into it; who has gone home keeps it from nobody.
const LeaseTime = 30 * time.Minute

// Lease is an editor's hold on a submission. It is begun by the first change and
// not by looking, and kept alive by saving and by what is kept while one types. It
// locks nothing: whoever has been told of it may take it over.
type Lease struct {
	Editor int64 // 0: nobody has had it
	// Since is when they began, Kept when they last changed something.
	Since, Kept time.Time
}

// Live tells whether it still holds at the instant now.
func (l Lease) Live(now time.Time) bool { return l.Editor != 0 && now.Before(l.Kept.Add(LeaseTime)) }

// By is the lease after an editor's change at now. Whoever goes on keeps the
// instant at which they began.
func (l Lease) By(editor int64, now time.Time) Lease {
	if l.Editor == editor && l.Live(now) {
		return Lease{editor, l.Since, now}
	}
	return Lease{editor, now, now}
}

// TakenError says that another editor has a submission, and that whoever acts has
// not been told.
type TakenError struct {
	Reference string
	Lease     Lease
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("submission %s is editor %d's", e.Reference, e.Lease.Editor)
}

// Unwrap makes it a conflict.
func (e *TakenError) Unwrap() error { return catalogue.ErrConflict }

// lease holds an editor's act to the lease: what another one has is theirs until
// the page has said so, which Act.Holder tells.
func (d *Decision) lease(s *Pending, a Act, now time.Time) error {
	if a.Editor == 0 {
		return nil
	}
	if s.Lease.Live(now) && s.Lease.Editor != a.Editor {
		if a.Holder != s.Lease.Editor {
			return &TakenError{s.Reference, s.Lease}
		}
		if d.Event.Kind == "" { // what else happens is told by its own event
			d.Event.Kind = EventTakenOver
		}
	}
	if d.State.Open() {
		l := s.Lease.By(a.Editor, now)
		d.Lease = &l
	}
	return nil
}
