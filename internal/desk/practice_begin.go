package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// Names of the fields of an example that is begun.
const fieldTitle, fieldActor, fieldNote = "title", "organisation", "note"

// begunForm is what an editor types to begin an example.
type begunForm struct {
	title, actor, note string
	page               string
	keptAt             time.Time
}

func readBegun(v url.Values) begunForm {
	text := func(name string) string { return review.Line(catalogue.Visible(v.Get(name))) }
	return begunForm{title: text(fieldTitle), actor: text(fieldActor), note: message(v, fieldNote), page: pageOf(v)}
}

// key is the same for the same example sent twice from one page. Another one, typed
// where the browser has gone back to the page, is another example.
func (f begunForm) key() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.page, f.title, f.actor, f.note}, "\x00")))
	return hex.EncodeToString(sum[:])
}

func (f begunForm) typed() bool { return f.title+f.actor+f.note != "" }

// beginPage asks for what there is to say of an example that nobody has sent in.
func (d *Desk) beginPage(w http.ResponseWriter, r *http.Request) error {
	kept, _, err := d.unsaved(r, deskForm{path: pathBegin})
	if err != nil {
		return err
	}
	f := begunForm{page: rand.Text()}
	if kept != nil {
		if typed := readBegun(kept.Values); typed.typed() {
			f, f.keptAt = typed, kept.KeptAt
		}
	}
	return d.showBegin(w, r, http.StatusOK, f, nil)
}

// begin makes a submission of it, in review by the editor.
func (d *Desk) begin(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	f, own := readBegun(r.PostForm), deskForm{path: pathBegin}
	if r.PostForm.Get("handling") == discard {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	}
	key := f.key() // of the form as it was first sent, so that a double post is one
	f.page = d.keepPosted(r, own, false)
	if strings.TrimSpace(f.title) == "" {
		return d.showBegin(w, r, http.StatusUnprocessableEntity, f, map[string]string{fieldTitle: catalogue.FieldAt("title").Missing})
	}
	_, e := d.auth.At(r.Context())
	content := review.Submission{Kind: review.KindFull, Practice: catalogue.Practice{Title: f.title, Organisation: catalogue.OrganisationRef{Name: f.actor}}}
	if o := d.index.Taxonomy().Organisation(f.actor); o != nil {
		content.Practice.Organisation = o.Ref()
	}
	id, err := d.store.BeginSubmission(r.Context(), postgres.Begun{Editor: e.ID, ClientKey: "desk:" + key, Content: content, Note: f.note}, d.now())
	if refused, ok := errors.AsType[*review.RefusedError](err); ok {
		wrong := map[string]string{}
		for _, x := range refused.Faults {
			name := x.Field
			switch {
			case name == review.FieldText:
				name = fieldNote
			case strings.HasPrefix(name, fieldActor):
				name = fieldActor
			}
			wrong[name] = x.Message
		}
		return d.showBegin(w, r, http.StatusUnprocessableEntity, f, wrong)
	}
	if err != nil {
		return err
	}
	d.closeForm(r, own, f.page)
	d.errors.Log.InfoContext(r.Context(), "submission", "submission", id, "action", review.EventBegun, "editor", e.ID)
	return seeOther(w, r, submissionPath(id))
}

func (d *Desk) showBegin(w http.ResponseWriter, r *http.Request, status int, f begunForm, wrong map[string]string) error {
	own := deskForm{path: pathBegin}
	_, e := d.auth.At(r.Context())
	v := web.DeskBegin{Desk: d.page(r, "Begynd et eksempel", pathExamples), Action: own.path, Keep: own.path + pathKeep, Hidden: own.hidden(f.page, e.ID), Dirty: f.typed()}
	v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: titleExamples, Path: pathExamples}, {Label: v.Title}}
	if !f.keptAt.IsZero() {
		v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(f.keptAt), Discard: own.discardPost("Kassér det", f.page, e.ID)}
	}
	title, actor := catalogue.FieldAt("title"), catalogue.FieldAt("organisation")
	v.Fields = []web.Field{line(fieldTitle, title.Label, title.Help), line(fieldActor, actor.Label, actor.Help), area(fieldNote, "Hvordan kender vi det?", "Fx: En leder ringede 12. november. Skriv ikke navnet. Kun redaktionen kan læse det.")}
	v.Fields[0].Must, v.Fields[1].List = true, web.ActorList
	for i, value := range []string{f.title, f.actor, f.note} {
		x := &v.Fields[i]
		if x.Value, x.Error = value, wrong[x.Name]; x.Error != "" {
			v.Errors = append(v.Errors, web.FormError{Message: x.Error, URL: "#" + x.ID})
		}
	}
	for _, o := range d.index.Taxonomy().Organisations {
		v.Actors = append(v.Actors, o.Name)
	}
	return d.show(w, r, status, web.DeskBeginPage(v))
}

// showTypedPractice shows a form of the examples as it was typed.
func (d *Desk) showTypedPractice(w http.ResponseWriter, r *http.Request, f deskForm, values url.Values) error {
	if f.path == pathBegin {
		return d.showBegin(w, r, http.StatusOK, readBegun(values), nil)
	}
	if f.part == partNote {
		return d.showNote(w, r, http.StatusOK, f, readNote(values), "")
	}
	v, err := d.store.PracticeForDesk(r.Context(), f.practice)
	if err != nil {
		return movedOr(w, r, err, f.part)
	}
	switch f.part {
	case partRevise:
		typed := d.readRevision(values, v)
		return d.showRevision(w, r, http.StatusOK, v, typed, pageState{dirty: true, stale: typed.version != v.Edition})
	case partMerge:
		return d.showMerge(w, r, http.StatusOK, v, readMerge(values), nil)
	case partErase:
		return d.showErasePractice(w, r, http.StatusOK, v, readErase(values, nil), nil)
	}
	typed := readDecision(values)
	return d.showPractice(w, r, http.StatusOK, v, typed, decisionState{stale: typed.edition != v.Edition})
}
