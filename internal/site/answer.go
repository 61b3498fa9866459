package site

import (
	"slices"

	"praksis/internal/review"
	"praksis/web"
)

// checkedAnswer is what an answer to the desk may show of somebody.
type checkedAnswer struct {
	blocked    string // what must be removed or declared; empty: nothing
	unanswered string // the ID of the first box that is not ticked; empty: none
	warnings   []web.Warning
	notCPR     *web.FieldOption // the box for ten digits, where there are some
}

// readAnswer looks through an answer, as the form is looked through: a CPR number
// blocks, ten bare digits do until they are declared to be none, and what else is
// found is answered.
func readAnswer(s *review.Submission, text string, notCPR bool, answered []string) (c checkedAnswer) {
	for _, w := range review.AnswerWarnings(s, text, notCPR || s.NotCPR) {
		switch {
		case w.Kind == review.WarnDigits:
			c.notCPR = &web.FieldOption{ID: "not-cpr", Value: "1", Label: "Det er ikke et CPR-nummer", Chosen: notCPR || s.NotCPR}
			if w.Blocks && c.blocked == "" {
				c.blocked = w.Message
			}
		case w.Blocks:
			c.blocked = w.Message
		default:
			x := answerBox(w, answered)
			x.Field = "Dit svar"
			c.warnings = append(c.warnings, x)
		}
	}
	if i := slices.IndexFunc(c.warnings, func(w web.Warning) bool { return !w.Answered }); i >= 0 {
		c.unanswered = c.warnings[i].ID
	}
	return c
}

// add takes what another answer may show beside.
func (c *checkedAnswer) add(x checkedAnswer) {
	for _, w := range x.warnings {
		if !slices.ContainsFunc(c.warnings, func(y web.Warning) bool { return y.ID == w.ID }) {
			c.warnings = append(c.warnings, w)
		}
	}
	if c.unanswered == "" {
		c.unanswered = x.unanswered
	}
	if x.notCPR != nil {
		c.notCPR = x.notCPR
	}
}
