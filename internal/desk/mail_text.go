package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/mail/texts"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// typedText is a mail's text as an editor has typed it.
type typedText struct {
	texts.Text
	version int    // of the text that they have seen, 0: the program's own
	page    string // key of the page that it stands on
	wrong   string
	keptAt  time.Time // when it was kept; the zero time where it was not
}

func readText(v url.Values) typedText {
	version, err := strconv.ParseInt(v.Get("version"), 10, 32)
	if err != nil {
		version = 0
	}
	return typedText{Text: texts.Text{Subject: v.Get("subject"), Body: v.Get("body")}, version: int(version), page: pageOf(v)}
}

// canonical is a text as it is saved.
func canonical(t texts.Text) texts.Text {
	return texts.Text{Subject: review.Line(t.Subject), Body: review.Text(t.Body)}
}

// savedTexts are the texts that editors have written.
func (d *Desk) savedTexts(r *http.Request) (map[texts.Kind]postgres.MailText, error) {
	list, err := d.store.MailTexts(r.Context())
	written := map[texts.Kind]postgres.MailText{}
	for _, t := range list {
		written[texts.Kind(t.Kind)] = t
	}
	return written, err
}

// textNote says whose a text is.
func textNote(saved postgres.MailText) string {
	if saved.Version == 0 {
		return "Programmets egen tekst"
	}
	return "Rettet af " + cmp.Or(saved.UpdatedBy, "en redaktør") + " " + catalogue.DanishTime(saved.UpdatedAt)
}

// texts lists the mails. Each text has a page of its own, so that a button saves
// all that was typed on it.
func (d *Desk) texts(w http.ResponseWriter, r *http.Request) error {
	written, err := d.savedTexts(r)
	if err != nil {
		return err
	}
	v := web.DeskTexts{Desk: d.page(r, titleTexts, pathTexts)}
	if r.URL.Query().Has("gjort") {
		v.Done = "Teksten er gemt."
	}
	for _, k := range texts.Kinds {
		kept, _, err := d.unsaved(r, textForm(k))
		if err != nil {
			return err
		}
		v.Texts = append(v.Texts, web.DeskTextRow{Link: web.Link{Label: k.Label(), URL: textForm(k).path}, Note: textNote(written[k]), Unsaved: kept != nil})
	}
	return d.show(w, r, http.StatusOK, web.DeskTextsPage(v))
}

// titleTexts is what the list of mails is called.
const titleTexts = "Mailtekster"

func (d *Desk) text(w http.ResponseWriter, r *http.Request) error {
	own, known := formAt(r.URL.Path)
	if !known {
		return catalogue.ErrNotFound
	}
	kept, _, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	if kept == nil {
		return d.showText(w, r, http.StatusOK, own, nil)
	}
	t := readText(kept.Values)
	t.keptAt = kept.KeptAt
	return d.showText(w, r, http.StatusOK, own, &t)
}

// showText shows one text, as it was typed where that is not nil.
func (d *Desk) showText(w http.ResponseWriter, r *http.Request, status int, own deskForm, typed *typedText) error {
	written, err := d.savedTexts(r)
	if err != nil {
		return err
	}
	_, others, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	saved := written[own.kind]
	now, _ := texts.Default(own.kind)
	if saved.Version > 0 {
		now = texts.Text{Subject: saved.Subject, Body: saved.Body}
	}
	v := web.DeskText{Desk: d.page(r, own.kind.Label(), pathTexts), Note: textNote(saved) + ".",
		Action: own.path, Keep: own.path + pathKeep, Save: "Gem teksten"}
	v.Crumbs = slices.Insert(v.Crumbs, 1, web.Crumb{Label: titleTexts, Path: pathTexts})
	for _, x := range own.kind.Placeholders() {
		v.Placeholders = append(v.Placeholders, web.Fact{Label: "{" + x.Name + "}", Value: x.Meaning})
	}
	t, page, wrong := now, rand.Text(), ""
	if typed != nil && (typed.wrong != "" || canonical(typed.Text) != canonical(now)) { // it may have been saved since
		t, page, wrong = texts.Text{Subject: catalogue.Visible(typed.Subject), Body: catalogue.Visible(typed.Body)}, typed.page, typed.wrong
		v.Dirty = true
		switch {
		case typed.version != saved.Version:
			v.Save = "Gem min i stedet"
			by := cmp.Or(saved.UpdatedBy, "En anden redaktør") + " har gemt teksten"
			if saved.Version > 0 {
				by += " " + catalogue.DanishTime(saved.UpdatedAt)
			}
			v.Stale = &web.DeskStale{Text: by + ". Det, du har skrevet, står her endnu, men er ikke gemt. Gemmer du nu, erstatter det den gemte.",
				Discard: own.discardPost("Behold den gemte, og kassér min", page, e.ID)}
			for _, b := range []web.DeskBoth{{Label: "Emne", Saved: now.Subject, Typed: t.Subject}, {Label: "Tekst", Saved: now.Body, Typed: t.Body}} {
				if canonical(texts.Text{Body: b.Saved}) != canonical(texts.Text{Body: b.Typed}) {
					v.Stale.Both = append(v.Stale.Both, b)
				}
			}
		case !typed.keptAt.IsZero():
			v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(typed.keptAt), Discard: own.discardPost("Kassér det", page, e.ID)}
		}
	}
	if len(others) > 0 {
		if v.Kept == nil {
			v.Kept = &web.DeskKept{}
		}
		v.Kept.Others = others
	}
	if wrong != "" {
		v.Errors = []web.FormError{{Message: wrong, URL: "#body"}}
	}
	// Who sends a stale one again has seen the other.
	v.Hidden = append(own.hidden(page, e.ID), web.Hidden{Name: "version", Value: strconv.Itoa(saved.Version)})
	v.Fields = []web.Field{
		{Type: web.FieldText, ID: "subject", Name: "subject", Label: "Emne", Value: t.Subject},
		{Type: web.FieldArea, ID: "body", Name: "body", Label: "Tekst", Value: t.Body, Rows: 16, Error: wrong},
	}
	return d.show(w, r, status, web.DeskTextPage(v))
}

// saveText saves a text, unless another editor has saved one since: then both are
// shown.
func (d *Desk) saveText(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	own, known := formAt(r.URL.Path)
	if !known {
		return catalogue.ErrNotFound
	}
	typed := readText(r.PostForm)
	if r.PostForm.Get("handling") == discard {
		d.closeForm(r, own, typed.page)
		return seeOther(w, r, own.path)
	}
	typed.page = d.keepPosted(r, own, false)
	t := canonical(typed.Text)
	var unfit texts.CheckError
	if review.HoldsCPR(t.Subject + " " + t.Body) {
		typed.wrong = "Det ligner et CPR-nummer. Det må ikke stå i en mail. Fjern det."
	} else if errors.As(t.Check(), &unfit) {
		typed.wrong = string(unfit)
	}
	if typed.wrong != "" {
		return d.showText(w, r, http.StatusUnprocessableEntity, own, &typed)
	}
	err := d.store.SaveMailText(r.Context(), review.MailKind(own.kind), t.Subject, t.Body, typed.version, e.ID, d.now())
	if errors.Is(err, catalogue.ErrConflict) {
		written, err := d.savedTexts(r)
		if err != nil {
			return err
		}
		// Two editors may have mended one slip, or one pressed twice.
		if x := written[own.kind]; (texts.Text{Subject: x.Subject, Body: x.Body}) != t {
			return d.showText(w, r, http.StatusConflict, own, &typed)
		}
	} else if err != nil {
		return err
	}
	d.closeForm(r, own, typed.page)
	return seeOther(w, r, pathTexts+"?gjort")
}
