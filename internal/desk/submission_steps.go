package desk

import (
	"net/http"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// steps puts what came beside the draft, step by step, with the checklist.
func (d *Desk) steps(r *http.Request, v *web.DeskSubmission, s *postgres.SubmissionView, f draftForm, a pageState, b *web.RecordForm) (err error) {
	if v.Erased = s.ErasedAt != nil; v.Erased {
		b.Form = catalogue.FormNone // nothing is left to ask for
	}
	x := d.besideSent(s, f, a, b)
	x.reads = !v.Open
	x.ask = v.Open && !v.Question && !s.FromDesk
	if x.wanted, err = d.wanted(r.Context(), s, &x.draft); err != nil {
		return err
	}
	if v.Open && !v.Question {
		unread := 0
		for _, file := range s.Attachments {
			if (file.Digits || !file.TextRead) && file.SeenBy == "" && !slices.Contains(f.seen, file.PublicID) {
				unread++
			}
		}
		about, err := d.about(r.Context(), s)
		if err != nil {
			return err
		}
		record := &x.draft
		if about != nil { // what is published is that one with it
			record = review.Preview(&x.draft, about, s.ReceivedAt, b.Taxonomy)
		}
		x.checklist = review.Checklist(record, len(s.OpenQuestions()), unread)
		for i, c := range x.checklist {
			if about != nil {
				x.checklist[i].Field, _, _ = strings.Cut(c.Field, "[")
			}
		}
		v.Preview = submissionPath(s.ID) + partPreview
	}
	x.show(&v.DeskDraft)
	v.Asked = x.asked()
	v.Checklist = x.checked(func(c review.Checked) bool { return !c.Firm })
	if s.ErasedAt == nil && v.Open {
		v.Alike, err = d.alike(r.Context(), &x.draft)
	}
	v.Line = s.Reference + " · " + review.SubmissionKinds.Label(s.Kind) + " · " + queueStates.Label(s.State)
	if s.State.Open() {
		v.Line += " · " + s.Facts.Sentence(d.now())
	}
	return err
}

// sentSides are the words for what came and the draft.
var sentSides = web.DeskSides{Beside: "Det, der kom ind", Draft: "Det, der bliver udgivet", Label: "Kom ind", None: "Kom ikke med.", Gone: "Står ikke i kladden."}
