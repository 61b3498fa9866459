package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// questions are what the submitter was asked, the oldest first; nobody was asked about
// a revision.
func (x *beside) questions() []postgres.SubmissionQuestion {
	if x.s == nil {
		return nil
	}
	return x.s.Questions
}

// fresh tells whether an answer is news: it came since the desk last asked, and neither
// what it corrected nor what it says stands in the draft yet.
func (x *beside) fresh(q postgres.SubmissionQuestion) bool {
	return x.open && x.s.IsNew(q) && !x.usedIn(q.Field, q.Answer) && !(q.Corrected && q.Field != "" && x.s.Draft != nil && x.takenOver(q.Field))
}

// takenOver tells whether the draft says what the submitter has corrected a field to, or
// a row of a list that stands in the same place everywhere.
func (x *beside) takenOver(path string) bool {
	list, row, inRow := strings.Cut(path, "[")
	f := catalogue.FieldAt(list)
	if f == nil {
		return false
	}
	if !inRow {
		return says(f, &x.of.Practice) == says(f, &x.f.practice)
	}
	var n int
	if _, err := fmt.Sscanf(row, "%d]", &n); err != nil || n < 1 {
		return false
	}
	now := rowSays(f, &x.of.Practice, n-1)
	return now != "" && now == rowSays(f, &x.f.practice, n-1)
}

// answers is how many new answers are about fields of a step, or about the whole: the
// submitter's, and the source's that want something corrected.
func (x *beside) answers(step string) (n int) {
	for _, q := range x.questions() {
		if x.fresh(q) && stepOf(q.Field) == step {
			n++
		}
	}
	for _, w := range x.wanted {
		if !w.mended && stepOf(w.part.Path) == step {
			n++
		}
	}
	return n
}

// asked lists what the submitter was asked, the newest first.
func (x *beside) asked() (v web.DeskAskedList) {
	waits, fresh := 0, 0
	for _, q := range slices.Backward(x.questions()) {
		row := web.DeskAsked{About: web.Link{Label: cmp.Or(review.FieldTitle(q.Field), "Det hele")}, State: "Besvaret", Said: x.said(q)}
		if list, _, _ := strings.Cut(q.Field, "["); list != "" {
			row.About.URL = x.b.URL(list)
		}
		switch {
		case q.AnsweredAt == nil && x.open:
			row.State = "Venter på svar"
			waits++
		case q.AnsweredAt == nil:
			row.State = "Ikke besvaret"
		case x.fresh(q):
			row.State = "Nyt svar"
			fresh++
		case q.Corrected:
			row.State = "Rettet"
		}
		v.Rows = append(v.Rows, row)
	}
	v.Heading = fmt.Sprintf("Det har vi spurgt om (%d)", len(v.Rows))
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{waits, "venter på svar"}, {fresh, "har nyt svar"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if v.Open = len(parts) > 0; v.Open {
		v.Heading += ": " + strings.Join(parts, ", ")
	}
	return v
}

// said is a question with its answer.
func (x *beside) said(q postgres.SubmissionQuestion) (out []web.DeskSaid) {
	out = append(out, web.DeskSaid{Who: cmp.Or(q.Editor, "Redaktionen") + " spurgte", When: catalogue.DanishTime(q.AskedAt), Text: q.Text, Waits: q.AnsweredAt == nil && x.open})
	if q.AnsweredAt == nil {
		return out
	}
	who := "Indsenderen svarede"
	if q.Corrected {
		who = "Indsenderen rettede feltet"
	}
	if q.Corrected && q.Answer == review.CorrectedAnswer { // nobody has written that
		return append(out, web.DeskSaid{Who: who, When: catalogue.DanishTime(*q.AnsweredAt)})
	}
	return append(out, web.DeskSaid{Who: who, When: catalogue.DanishTime(*q.AnsweredAt), Text: cmp.Or(q.Answer, "Svaret er slettet."), Marks: marks(review.AnswerWarnings(&x.of, q.Answer, true))})
}

// thread is what was asked and answered about a field, the oldest first.
func (x *beside) thread(path string) (out []web.DeskSaid) {
	for _, q := range x.questions() {
		if q.Field == path {
			out = append(out, x.said(q)...)
		}
	}
	return out
}
