package desk

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/web"
)

// fieldInternal is the field of an internal note.
const fieldInternal = "note"

// typedNote is a note as somebody has typed it.
type typedNote struct {
	page, text string
	keptAt     time.Time
}

func readNote(v url.Values) *typedNote {
	return &typedNote{page: pageOf(v), text: message(v, fieldInternal)}
}

// note is where an internal note is written.
func (d *Desk) note(w http.ResponseWriter, r *http.Request) error {
	own, known := formAt(r.URL.Path)
	if !known {
		return catalogue.ErrNotFound
	}
	kept, _, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	var typed *typedNote
	if kept != nil {
		typed = readNote(kept.Values)
		typed.keptAt = kept.KeptAt
	}
	return d.showNote(w, r, http.StatusOK, own, typed, "")
}

func (d *Desk) showNote(w http.ResponseWriter, r *http.Request, status int, own deskForm, typed *typedNote, fault string) error {
	page, back, err := d.noted(r, own)
	if err != nil {
		return movedOr(w, r, err, partNote)
	}
	_, others, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	v := web.DeskWrite{Desk: page, Action: own.path, Keep: own.path + pathKeep, Save: "Gem noten", Back: back,
		Lead: "Kun redaktionen kan læse noten. Den kan ikke rettes bagefter. Skriv ikke navne på borgere."}
	key, text := rand.Text(), ""
	if typed != nil {
		key, text, v.Dirty = typed.page, typed.text, true
		if !typed.keptAt.IsZero() {
			v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(typed.keptAt), Discard: own.discardPost("Kassér det", key, e.ID)}
		}
	}
	if v.Kept == nil && len(others) > 0 {
		v.Kept = &web.DeskKept{}
	}
	if v.Kept != nil {
		v.Kept.Others = others
	}
	v.Hidden = own.hidden(key, e.ID)
	v.Field = web.Field{Type: web.FieldArea, ID: fieldInternal, Name: fieldInternal, Label: "Note", Value: text, Rows: 5, Error: fault, Must: true}
	if fault != "" {
		v.Errors = []web.FormError{{Message: fault, URL: "#" + fieldInternal}}
	}
	return d.show(w, r, status, web.DeskWritePage(v))
}

// noted is the page of a note, and the way back to what it is about.
func (d *Desk) noted(r *http.Request, own deskForm) (web.Desk, web.Link, error) {
	if own.practice != "" {
		p, err := d.store.PracticeForDesk(r.Context(), own.practice)
		if err != nil {
			return web.Desk{}, web.Link{}, err
		}
		return d.practicePage(r, p, "Note til eksemplet"), web.Link{Label: "Tilbage til eksemplet", URL: web.DeskPracticePath(p.Record.Slug)}, nil
	}
	s, err := d.store.SubmissionByID(r.Context(), own.submission)
	if err == nil && s.ErasedAt != nil {
		err = catalogue.ErrNotFound
	}
	if err != nil {
		return web.Desk{}, web.Link{}, err
	}
	v := d.page(r, "Note til indsendelse "+s.Reference, web.PathDesk)
	v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: s.Reference, Path: submissionPath(s.ID)}, {Label: "Note"}}
	return v, web.Link{Label: "Tilbage til indsendelsen", URL: submissionPath(s.ID)}, nil
}

// addNote adds the note to the history.
func (d *Desk) addNote(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	own, known := formAt(r.URL.Path)
	if !known {
		return catalogue.ErrNotFound
	}
	typed := readNote(r.PostForm)
	if r.PostForm.Get("handling") == discard {
		d.closeForm(r, own, typed.page)
		return seeOther(w, r, own.path)
	}
	typed.page = d.keepPosted(r, own, false)
	_, e := d.auth.At(r.Context())
	var err error
	if own.practice != "" {
		err = d.store.NotePractice(r.Context(), own.practice, typed.text, e.ID, d.now())
	} else {
		err = d.store.NoteSubmission(r.Context(), own.submission, typed.text, e.ID, d.now())
	}
	if refused, is := errors.AsType[*review.RefusedError](err); is {
		return d.showNote(w, r, http.StatusUnprocessableEntity, own, typed, refused.Faults[0].Message)
	}
	if err != nil {
		return err
	}
	d.closeForm(r, own, typed.page)
	return seeOther(w, r, strings.TrimSuffix(own.path, partNote)+"?gjort=note")
}
