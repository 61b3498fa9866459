package review

import (
	"errors"
	"testing"
)

// Every action on every state: it leads somewhere known, or is refused, and
// what has been decided stays so.
func TestTransitions(t *testing.T) {
	for a, from := range transitions {
		for _, o := range SubmissionStates {
			to, err := o.Code.After(a)
			if (err == nil) != o.Code.Open() && a != Answer {
				t.Errorf("%s on %s: %s, %v", a, o.Code, to, err)
			}
			if err != nil && (!errors.Is(err, ErrDecided) || to != o.Code) {
				t.Errorf("%s on %s: %s, %v", a, o.Code, to, err)
			}
			if err == nil && (!SubmissionStates.Has(to) || from[o.Code] != to) {
				t.Errorf("%s on %s leads to %s", a, o.Code, to)
			}
		}
	}
	if _, err := Received.After(Answer); err == nil {
		t.Error("an answer to no question")
	}
	if _, err := Received.After("nonsense"); err == nil {
		t.Error("nonsense was done")
	}
}
