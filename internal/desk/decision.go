package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// actions are what the buttons of the decisions do.
var actions = map[string]review.Action{
	"genaabn": review.Resume, "": review.Save, "gem": review.Save, "tag": review.Take, "spoerg": review.Ask, "afvis": review.Decline, "til-side": review.LayAside, "besvar": review.Reply, "findes": review.Point, "udgiv": review.Publish, "udgiv-se": review.Publish,
}

// act does with a submission what the pressed button says, together with what
// was typed and ticked. When that is refused, nothing of it is done: the page
// comes back with everything as it was typed.
func (d *Desk) act(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	f := readForm(r.PostForm)
	f.step = submissionSteps.at(r.URL.Query().Get(fieldStep))
	s, err := d.store.SubmissionByID(r.Context(), id)
	if err != nil {
		return err
	}
	own := submissionForm(id)
	switch f.action {
	case discard:
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	case discardDraft:
		d.closeForm(r, own, f.page)
		return d.leave(w, r, own, f, s.Content.NotCPR)
	}
	f.page = d.keepPosted(r, own, s.Content.NotCPR)
	d.holdLease(r, own)
	if faults := review.Unstorable(&f.practice); len(faults) > 0 {
		return d.showSubmission(w, r, http.StatusUnprocessableEntity, s, f, pageState{faults: faults, unsaved: true})
	}
	if done, err := d.editForm(w, r, s, f); done {
		return err
	}
	if what, to, next := strings.Cut(f.action, ":"); next && what == "videre" {
		f.action, f.next = "gem", submissionSteps.at(to)
	}
	action, known := actions[f.action]
	if !known {
		return &badAction
	}
	if f.version != s.Version && f.conflict.version == s.Version {
		f = d.resolved(f, d.savedForm(s))
	}
	_, e := d.auth.At(r.Context())
	draft := withoutEmptyRows(f.practice)
	a := review.Act{Action: action, Editor: e.ID, Version: f.version, Holder: f.holder, Draft: &draft, Cleared: f.cleared, Text: f.text()}
	switch action {
	case review.Ask:
		for _, path := range slices.Sorted(maps.Keys(f.asks)) {
			a.Questions = append(a.Questions, review.Question{Field: path, Text: f.asks[path]})
		}
	case review.Publish:
		a.Overruled = f.overruled
	}
	for _, x := range s.Attachments {
		if slices.Contains(f.seen, x.PublicID) {
			a.Seen = append(a.Seen, x.PublicID)
		}
	}
	on := postgres.On{Submission: id}
	switch action {
	case review.Decline:
		a.Reason = f.reason
	case review.Point:
		on.Practice = existing(f)
	case review.Publish:
		if f.action == "udgiv-se" {
			a.Day = catalogue.Date(cmp.Or(f.later, d.secondLook()))
		}
	}
	done, err := d.store.Apply(r.Context(), on, a, d.now())
	if err != nil {
		return d.refused(w, r, id, f, err)
	}
	d.closeForm(r, own, f.page)
	d.errors.Log.InfoContext(r.Context(), "submission", "submission", id, "action", action, "editor", e.ID)
	if action == review.Publish {
		return seeOther(w, r, catalogue.PracticePath(done.Practice))
	}
	if f.action == "" {
		f.action = "gem"
	}
	if action == review.Save || action == review.Take || action == review.Ask || action == review.Resume {
		f.seen = nil // it is noted
		return d.leave(w, r, own, f, s.Content.NotCPR)
	}
	return seeOther(w, r, doneAtStep(own, f.action, cmp.Or(f.next, f.step)))
}

// doneAt is where a form is shown again, and what was done with it told.
func doneAt(own deskForm, action string) string { return doneAtStep(own, action, "") }

// doneAtStep is the same at a step of a draft.
func doneAtStep(own deskForm, action, step string) string {
	step = own.steps().query(own.steps().at(step))
	if action == discardDraft {
		return own.path + step
	}
	to := own.path + "?gjort=" + url.QueryEscape(action)
	if step != "" {
		to += "&" + step[1:]
	}
	return to
}

// leave leads on from a form that is saved or given up. The texts to the submitter
// that were not sent with it are kept, alone: another editor's draft is no
// conflict with them. Where they cannot be kept, the page comes with them in it.
func (d *Desk) leave(w http.ResponseWriter, r *http.Request, own deskForm, f draftForm, notCPR bool) error {
	values := url.Values{fieldPage: {rand.Text()}, fieldAlone: {"1"}}
	for name, action := range messages {
		if action != f.action && r.PostForm.Get(name) != "" {
			values.Set(name, r.PostForm.Get(name))
		}
	}
	for _, name := range f.left(f.action) {
		values.Set(name, r.PostForm.Get(name))
	}
	values["set"] = f.seen
	left := readForm(values)
	left.step = cmp.Or(f.next, f.step)
	if len(left.left("")) == 0 && len(left.seen) == 0 {
		return seeOther(w, r, doneAtStep(own, f.action, cmp.Or(f.next, f.step)))
	}
	_, e := d.auth.At(r.Context())
	_, err := d.keep(r.Context(), e.ID, own, values, notCPR)
	if err == nil {
		return seeOther(w, r, doneAtStep(own, f.action, cmp.Or(f.next, f.step)))
	}
	if _, refused := errors.AsType[*review.RefusedError](err); !refused {
		d.errors.Log.WarnContext(r.Context(), "a text that was not sent is not kept", "error", err)
	}
	s, err := d.store.SubmissionByID(r.Context(), own.submission)
	if err != nil {
		return err
	}
	return d.showSubmission(w, r, http.StatusOK, s, left.beside(d.savedForm(s)), pageState{done: doneMessages[f.action], dirty: true})
}

// editForm does what changes the form alone and saves nothing: rows, terms and words
// that are suggested, the step that is shown, and the preview.
func (d *Desk) editForm(w http.ResponseWriter, r *http.Request, s *postgres.SubmissionView, f draftForm) (done bool, err error) {
	a := pageState{dirty: true, stale: f.version != s.Version}
	switch what, rest, _ := strings.Cut(f.action, ":"); what {
	case "trin":
		f.step = submissionSteps.at(rest)
		a.dirty = !d.says(f, d.savedForm(s))
	case "vis":
		page, faults, err := d.keepDraft(r, submissionForm(s.ID), f, s.Content.NotCPR)
		if err != nil { // the preview would not show it, and nobody would
			return true, err
		}
		if len(faults) > 0 {
			a.faults, a.unsaved = faults, true
			return true, d.showSubmission(w, r, http.StatusUnprocessableEntity, s, f, a)
		}
		return true, seeOther(w, r, submissionPath(s.ID)+partPreview+"?"+url.Values{fieldPage: {page}}.Encode())
	case "kilde", "svar": // a text that was offered
		if err := d.takeText(r.Context(), &f, s, what, rest); err != nil {
			return true, err
		}
	case "brug": // what the submitter has corrected
		list, n, row := strings.Cut(strings.TrimSuffix(rest, "]"), "[")
		x := catalogue.FieldAt(list)
		switch at, _ := strconv.Atoi(n); {
		case x == nil || x.Asked == catalogue.FormNone || x.Asked > catalogue.FormFull:
			return true, &badAction
		case !row:
			x.Take(&f.practice, &s.Content.Practice)
		case x.Kind != catalogue.FieldRows || x.Plain() || !x.TakeRow(&f.practice, &s.Content.Practice, at-1, catalogue.FormFull):
			return true, &badAction
		}
	default:
		if done, err := d.editDraft(&f); !done || err != nil {
			return done, err
		}
	}
	return true, d.showSubmission(w, r, http.StatusOK, s, f, a)
}

// daysToLook is how long what was published at once waits for its second look, unless
// the editor says another day.
const daysToLook = 14

// secondLook is that day, as it stands in a form.
func (d *Desk) secondLook() string {
	return catalogue.DanishDate(d.now().In(catalogue.Copenhagen).AddDate(0, 0, daysToLook))
}

// text is the one that goes with the pressed button, of those in the form.
func (f draftForm) text() string {
	return map[string]string{"spoerg": f.ask, "besvar": f.reply, "afvis": f.decline, "til-side": f.aside, "findes": f.existsOf}[f.action]
}

// existing is the slug that was picked or typed, also as a whole address.
func existing(f draftForm) string {
	s := f.slug
	if s == "" {
		return f.exists
	}
	if u, err := url.Parse(s); err == nil {
		s = u.Path
	}
	return strings.Trim(s[strings.LastIndexByte(strings.TrimRight(s, "/"), '/')+1:], "/ ")
}

// refused answers what was not done: with the submission as it is now, the
// draft as it was typed, and why.
func (d *Desk) refused(w http.ResponseWriter, r *http.Request, id int64, f draftForm, err error) error {
	var refused *review.RefusedError
	var unfinished *review.UnfinishedError
	var taken *review.TakenError
	switch a := (pageState{wrong: map[string]string{}, unsaved: true}); {
	case errors.As(err, &refused):
		for _, x := range refused.Faults {
			switch x.Field {
			case review.FieldPractice:
				if a.wrong[fieldSlug] = x.Message; existing(f) == "" {
					a.wrong[fieldSlug] = "Vælg et eksempel, eller skriv adressen på det."
				}
			case review.FieldReason:
				a.wrong[fieldReason] = x.Message
			case review.FieldDay:
				a.wrong[fieldLater] = x.Message
			case review.FieldText:
				a.wrong[map[string]string{"spoerg": fieldAsk, "besvar": fieldReply, "udgiv": fieldReply, "udgiv-se": fieldReply, "afvis": fieldDecline, "til-side": fieldAside, "findes": fieldExists}[f.action]] = x.Message
			default:
				path, ask := strings.CutPrefix(x.Field, review.PrefixQuestion)
				item, overruled := strings.CutPrefix(x.Field, review.PrefixOverruled)
				switch {
				case ask:
					a.wrong[askPrefix+path] = x.Message
				case overruled:
					a.wrong[overrulePrefix+item] = x.Message
				default:
					a.faults = append(a.faults, x)
				}
			}
		}
		return d.again(w, r, http.StatusUnprocessableEntity, id, f, a)
	case errors.As(err, &unfinished):
		a.unfinished(unfinished)
		return d.again(w, r, http.StatusUnprocessableEntity, id, f, a)
	case errors.As(err, &taken):
		a.taken, a.unsaved = true, false
		return d.again(w, r, http.StatusConflict, id, f, a)
	case errors.Is(err, catalogue.ErrConflict):
		a.stale, a.unsaved = true, false
		s, err := d.store.SubmissionByID(r.Context(), id)
		if err != nil {
			return err
		}
		if actions[f.action] == review.Publish && s.State == review.Accepted && d.sameText(f, d.savedForm(s)) { // a second press of the same button
			d.closeForm(r, submissionForm(id), f.page)
			return seeOther(w, r, catalogue.PracticePath(s.PracticeSlug))
		}
		return d.showSubmission(w, r, http.StatusConflict, s, f, a)
	}
	return err
}

// again shows the submission as it is now with the draft as it was typed.
func (d *Desk) again(w http.ResponseWriter, r *http.Request, status int, id int64, f draftForm, a pageState) error {
	s, err := d.store.SubmissionByID(r.Context(), id)
	if err != nil {
		return err
	}
	return d.showSubmission(w, r, status, s, f, a)
}

var badAction = httpx.BadRequestError{Message: "Knappen findes ikke. Hent siden igen."}
