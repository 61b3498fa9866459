package desk

import (
	"cmp"
	"fmt"
	"net/http"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

const (
	titleList = "Redaktionen"
	// maxDecided is how many decided ones are listed: what one looks back on.
	maxDecided = 200
)

// list is what waits; with ?afgjort what was decided.
func (d *Desk) list(w http.ResponseWriter, r *http.Request) error {
	v := web.DeskList{Desk: d.page(r, titleList, web.PathDesk)}
	waiting, err := d.store.WaitingSubmissions(r.Context())
	if err != nil {
		return err
	}
	by := map[review.SubmissionState]int{}
	for _, x := range waiting {
		by[x.State]++
	}
	for _, s := range []review.SubmissionState{review.Received, review.Held, review.InReview, review.ChangesRequested} {
		v.Counts = append(v.Counts, web.Fact{Label: stateLabels[s], Value: fmt.Sprint(by[s])})
	}
	mails, err := d.store.UnsentMails(r.Context())
	if err != nil {
		return err
	}
	failed := 0
	for _, m := range mails {
		if m.GivenUp() {
			failed++
		}
	}
	if failed > 0 {
		v.Counts = append(v.Counts, web.Fact{Label: "Mails, der ikke kom frem", Value: fmt.Sprint(failed)})
	}
	if r.URL.Query().Has("afgjort") {
		v.All = web.Link{Label: "Se det, der venter", URL: web.PathDesk}
		decided, err := d.store.DecidedSubmissions(r.Context(), maxDecided)
		if err != nil {
			return err
		}
		v.Decided = d.rows(decided)
	} else {
		v.All = web.Link{Label: "Se det, der er afgjort", URL: web.PathDesk + "?afgjort"}
		v.Waiting = d.rows(waiting)
	}
	return d.show(w, r, http.StatusOK, web.DeskListPage(v))
}

func (d *Desk) rows(list []postgres.SubmissionRow) (out []web.DeskRow) {
	for _, x := range list {
		row := web.DeskRow{URL: submissionPath(x.ID), Title: cmp.Or(x.Title, "Uden titel"), Who: cmp.Or(x.Organisation, "Ikke oplyst, hvem"),
			Kind: review.SubmissionKinds.Label(x.Kind), State: stateLabels[x.State], Reference: x.Reference, Held: x.HeldReason, Files: fileCount(x.Attachments)}
		if x.State.Open() {
			row.Age = age(x.ReceivedAt, d.now())
		} else {
			row.Age = "Kom " + catalogue.DanishTime(x.ReceivedAt)
		}
		if x.State != review.Held {
			row.Held = ""
		}
		out = append(out, row)
	}
	return out
}
