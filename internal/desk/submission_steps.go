package desk

import (
	"cmp"
	"maps"
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
	x := beside{d: d, s: s, f: f, a: a, b: b, draft: withoutEmptyRows(f.practice), ask: v.Open && !v.Question && !s.FromDesk}
	x.sent()
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
	v.Steps = x.steps(stepShown(f.step, a))
	v.Asked = x.asked()
	for _, at := range slices.Sorted(maps.Keys(x.warnings)) {
		for _, w := range x.warnings[at] {
			switch {
			case w.URL == "":
				v.Warnings = append(v.Warnings, w)
			case !w.Answered:
				v.Elsewhere = append(v.Elsewhere, web.Link{Label: w.Field + " (" + cmp.Or(w.Excerpt, "se feltet") + ")", URL: w.URL})
			}
		}
	}
	for _, c := range x.checklist {
		item := web.DeskChecked{Label: review.CheckItems.Label(c.Item), Lack: c.Lack, Done: c.Done, URL: b.URL(c.Field)}
		if c.Item == review.CheckFiles {
			item.URL = "#" + fieldFiles
		}
		if name := overrulePrefix + string(c.Item); !c.Firm && !c.Done {
			item.Reason = web.Field{Type: web.FieldText, Name: name, ID: web.FieldID(name), Label: "Grund til at udgive uden", Hint: "Kun redaktionen ser den.", Value: f.overruled[c.Item], Error: a.wrong[name]}
		}
		v.Checklist = append(v.Checklist, item)
	}
	if s.ErasedAt == nil && v.Open {
		v.Alike, err = d.alike(r.Context(), &x.draft)
	}
	v.Line = s.Reference + " · " + review.SubmissionKinds.Label(s.Kind) + " · " + queueStates.Label(s.State)
	if s.State.Open() {
		v.Line += " · " + s.Facts.Sentence(d.now())
	}
	return err
}

// stepShown is the step to show: that of the first thing that is wrong, unless
// something is wrong on the one that was shown.
func stepShown(step string, a pageState) string {
	var wrong []string
	for _, x := range a.faults {
		wrong = append(wrong, stepOf(x.Field))
	}
	for _, name := range slices.Sorted(maps.Keys(a.wrong)) {
		path, ask := strings.CutPrefix(name, askPrefix)
		switch {
		case a.wrong[name] == "":
		case ask:
			wrong = append(wrong, stepOf(path))
		case name == fieldFiles:
			wrong = append(wrong, web.DeskStepRead)
		default:
			wrong = append(wrong, web.DeskStepDecide)
		}
	}
	if len(wrong) == 0 || slices.Contains(wrong, step) {
		return stepAt(step)
	}
	return wrong[0]
}
