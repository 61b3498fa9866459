package desk

import (
	"crypto/rand"
	"errors"
	"net/http"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/web"
)

// erasePracticePage asks for a text that is to be erased from all that there is of an
// example, and of what was sent of it.
func (d *Desk) erasePracticePage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partErase)
	}
	kept, _, err := d.unsaved(r, practiceForm(v.Record.Slug, partErase))
	if err != nil {
		return err
	}
	f := eraseForm{what: eraseText, page: rand.Text()}
	if kept != nil {
		if typed := readErase(kept.Values, nil); typed.dirty {
			f, f.keptAt = typed, kept.KeptAt
		}
	}
	return d.showErasePractice(w, r, http.StatusOK, v, f, nil)
}

// erasePractice shows where the text stands, and erases it when that has been
// confirmed.
func (d *Desk) erasePractice(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	p, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partErase)
	}
	own := practiceForm(p.Record.Slug, partErase)
	f, button := readErase(r.PostForm, nil), r.PostForm.Get("handling")
	if button == discard {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	}
	f.page = d.keepPosted(r, own, false)
	if wrong := f.check(); len(wrong) > 0 {
		return d.showErasePractice(w, r, http.StatusUnprocessableEntity, p, f, wrong)
	}
	if button == "ret" {
		return d.showErasePractice(w, r, http.StatusOK, p, f, nil)
	}
	on := postgres.On{Practice: p.Record.Slug}
	if f.sure {
		_, e := d.auth.At(r.Context())
		err := d.eraseText(r.Context(), on, f, e.ID)
		if errors.Is(err, errNothingErased) {
			f.nothing = true
			return d.confirmErasePractice(w, r, p, f)
		}
		if err != nil {
			return err
		}
		d.closeForm(r, own, f.page)
		d.errors.Log.InfoContext(r.Context(), "erased", "practice", p.ID, "what", f.what, "editor", e.ID) // not the text
		to := own.path[:len(own.path)-len(partErase)]
		if _, err := d.store.PracticeForDesk(r.Context(), p.Record.Slug); errors.Is(err, catalogue.ErrNotFound) { // its address went with the text
			to = pathExamples
		}
		return seeOther(w, r, to+"?gjort=slet")
	}
	return d.confirmErasePractice(w, r, p, f)
}

// confirmErasePractice shows what will be erased and where, and asks for the last word.
func (d *Desk) confirmErasePractice(w http.ResponseWriter, r *http.Request, p *postgres.PracticeView, f eraseForm) error {
	on, v := postgres.On{Practice: p.Record.Slug}, d.erasePracticeView(r, p, "Skal det slettes?", f)
	found, err := d.showFound(r.Context(), on, f, &v)
	if errors.Is(err, postgres.ErrErasure) {
		return d.showErasePractice(w, r, http.StatusUnprocessableEntity, p, f, map[string]string{fieldErase: "Den tekst kan ikke slettes. Skriv mere af den."})
	}
	if err != nil {
		return err
	}
	v.Confirm = true
	v.Hidden = append(v.Hidden, web.Hidden{Name: fieldWhat, Value: f.what}, web.Hidden{Name: fieldErase, Value: f.text}, web.Hidden{Name: fieldWhy, Value: f.why})
	if len(v.Places) == 0 {
		v.Lead = "»" + f.text + "« står ikke i eksemplet. Se efter, om det er skrevet på en anden måde."
	}
	if found.Attachments > 0 {
		v.Note += " Der er bilag til det, der blev sendt ind. De bliver ikke gennemsøgt her. Slet dem fra indsendelsen, hvis teksten står i dem."
	}
	return d.show(w, r, f.status(), web.DeskErasePage(v))
}

func (d *Desk) erasePracticeView(r *http.Request, p *postgres.PracticeView, title string, f eraseForm) web.DeskErase {
	_, e := d.auth.At(r.Context())
	own := practiceForm(p.Record.Slug, partErase)
	return web.DeskErase{Desk: d.practicePage(r, p, title), Hidden: own.hidden(f.page, e.ID), Action: own.path, OutOfReach: outOfReach,
		Back: web.Link{Label: "Gå tilbage til eksemplet", URL: web.DeskPracticePath(p.Record.Slug)}}
}

// showErasePractice asks for the text, with what was typed and what is wrong with it.
func (d *Desk) showErasePractice(w http.ResponseWriter, r *http.Request, status int, p *postgres.PracticeView, f eraseForm, wrong map[string]string) error {
	v := d.erasePracticeView(r, p, "Slet noget i eksemplet", f)
	v.Hidden = append(v.Hidden, f.ticked()...)
	own := practiceForm(p.Record.Slug, partErase)
	v.Keep, v.Dirty = own.path+pathKeep, f.dirty
	if !f.keptAt.IsZero() {
		_, e := d.auth.At(r.Context())
		v.Kept = &web.DeskKept{Heading: notSaved, Text: "Her er det, du skrev " + catalogue.DanishTime(f.keptAt) + ", uden den tekst, der skal slettes. Den bliver ikke husket, så skriv den igen.", Discard: own.discardPost("Kassér det", f.page, e.ID)}
	}
	v.Fields = eraseFields(f, wrong)
	for _, x := range v.Fields {
		if x.Error != "" {
			v.Errors = append(v.Errors, web.FormError{Message: x.Error, URL: "#" + x.ID})
		}
	}
	return d.show(w, r, status, web.DeskErasePage(v))
}
