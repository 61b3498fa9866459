package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/mail/texts"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

const (
	pathMails = web.PathDesk + "/mails"
	pathTexts = web.PathDesk + "/mailtekster"
)

// mails shows what has not been sent, without whom it goes to: that is seen
// with the submission as long as it is kept.
func (d *Desk) mails(w http.ResponseWriter, r *http.Request) error {
	list, err := d.store.UnsentMails(r.Context())
	if err != nil {
		return err
	}
	v := web.DeskMails{Desk: d.page(r, "Mails, der ikke er sendt", pathMails)}
	// First what somebody must do something about.
	slices.SortStableFunc(list, func(a, b postgres.Mail) int {
		return cmp.Compare(b2i(b.GivenUp()), b2i(a.GivenUp()))
	})
	for _, m := range list {
		x := web.DeskMail{Subject: m.Subject, Kind: texts.Kind(m.Kind).Label(), When: catalogue.DanishTime(m.CreatedAt), State: "Bliver sendt om lidt."}
		if m.Attempts > 0 {
			x.State = fmt.Sprintf("Forsøgt %s. Vi prøver igen.", times(m.Attempts))
			x.Reason, x.Code, x.Answer = reason(m), code(m), m.Error
		}
		if m.GivenUp() {
			x.GivenUp, x.State = true, "Opgivet efter et døgn."
			if m.RefusedAt != nil {
				x.State = "Afvist. Vi prøver ikke igen af os selv."
			}
			x.AgainURL = fmt.Sprintf("%s/%d/igen", pathMails, m.ID)
		}
		if m.SubmissionID != 0 {
			x.URL = submissionPath(m.SubmissionID)
			if m.Recipient != "" && x.GivenUp {
				x.EmailURL = emailPath(m.SubmissionID)
			}
		}
		v.Mails = append(v.Mails, x)
	}
	return d.show(w, r, http.StatusOK, web.DeskMailsPage(v))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// reason is why a mail was not taken, in plain words.
func reason(m postgres.Mail) string {
	return review.MailReason(m.Code, m.Status, m.RefusedAt != nil)
}

// code is the mail server's answer in figures.
func code(m postgres.Mail) string {
	if m.Code == 0 {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", m.Code, m.Status))
}

func emailPath(id int64) string { return submissionPath(id) + partEmail }

// Names of the fields of a mended address: what it shall be, and what it was when
// the page was made.
const fieldEmail, fieldEmailSeen = "email", "foer"

// typedEmail is a mended address as an editor has typed it.
type typedEmail struct {
	email, seen string
	page        string    // key of the page that it stands on
	keptAt      time.Time // when it was kept; the zero time where it was not
}

func readEmail(v url.Values) *typedEmail {
	return &typedEmail{email: v.Get(fieldEmail), seen: v.Get(fieldEmailSeen), page: pageOf(v)}
}

// email asks for another address of a submitter.
func (d *Desk) email(w http.ResponseWriter, r *http.Request) error {
	s, err := d.submissionOf(r)
	if err != nil {
		return err
	}
	kept, _, err := d.unsaved(r, partForm(s.ID, partEmail))
	if err != nil {
		return err
	}
	var typed *typedEmail
	if kept != nil {
		typed = readEmail(kept.Values)
		typed.keptAt = kept.KeptAt
	}
	return d.showEmail(w, r, http.StatusOK, s, typed, "")
}

func (d *Desk) submissionOf(r *http.Request) (*postgres.SubmissionView, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	return d.store.SubmissionByID(r.Context(), id)
}

// showEmail shows the submitter's address, as it was typed where that is not nil.
func (d *Desk) showEmail(w http.ResponseWriter, r *http.Request, status int, s *postgres.SubmissionView, typed *typedEmail, fault string) error {
	own := partForm(s.ID, partEmail)
	_, others, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	v := web.DeskEmail{Desk: d.page(r, "Ret indsenderens mailadresse", pathMails), Reference: s.Reference, Action: own.path, Keep: own.path + pathKeep, Erased: s.Contact == nil,
		Save: "Ret adressen, og send igen", Back: web.Link{Label: "Gå til indsendelsen", URL: submissionPath(s.ID)}}
	saved := ""
	if s.Contact != nil {
		saved = s.Contact.Email
	}
	email, page := saved, rand.Text()
	if typed != nil && (fault != "" || strings.TrimSpace(typed.email) != saved) { // it may have been mended since
		email, page, v.Dirty = catalogue.Visible(typed.email), typed.page, true
		switch {
		case typed.seen != saved:
			v.Save = "Brug min i stedet, og send igen"
			v.Stale = &web.DeskStale{Text: "Mailadressen er rettet, siden du åbnede siden. Den, du har skrevet, står her endnu, men er ikke gemt. Gemmer du nu, erstatter den den gemte.",
				Both: []web.DeskBoth{{Label: "Mailadresse", Saved: saved, Typed: email}}, Discard: own.discardPost("Behold den gemte, og kassér min", page, e.ID)}
		case !typed.keptAt.IsZero():
			v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(typed.keptAt), Discard: own.discardPost("Kassér det", page, e.ID)}
		}
	}
	if v.Kept == nil && len(others) > 0 {
		v.Kept = &web.DeskKept{}
	}
	if v.Kept != nil {
		v.Kept.Others = others
	}
	// Who sends a stale one again has seen the other.
	v.Hidden = append(own.hidden(page, e.ID), web.Hidden{Name: fieldEmailSeen, Value: saved})
	v.Field = web.Field{Type: web.FieldMail, ID: fieldEmail, Name: fieldEmail, Label: "Indsenderens mailadresse", Value: email, Error: fault, Must: true}
	for _, m := range s.Unsent {
		if m.GivenUp() {
			v.Failed = append(v.Failed, web.Fact{Label: m.Subject, Value: strings.TrimSpace(reason(m) + " " + inBrackets(code(m)))})
		}
	}
	if fault != "" {
		v.Errors = []web.FormError{{Message: fault, URL: "#" + fieldEmail}}
	}
	return d.show(w, r, status, web.DeskEmailPage(v))
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// mendEmail takes it, and sends what has not been sent; unless somebody has mended
// the address since: then both are shown.
func (d *Desk) mendEmail(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	s, err := d.submissionOf(r)
	if err != nil {
		return err
	}
	own, typed := partForm(s.ID, partEmail), readEmail(r.PostForm)
	if r.PostForm.Get("handling") == discard {
		d.closeForm(r, own, typed.page)
		return seeOther(w, r, own.path)
	}
	typed.page = d.keepPosted(r, own, false)
	address, fault := review.Email(typed.email)
	if fault != "" {
		return d.showEmail(w, r, http.StatusUnprocessableEntity, s, typed, fault)
	}
	_, e := d.auth.At(r.Context())
	err = d.store.MendEmail(r.Context(), postgres.On{Submission: s.ID}, typed.seen, address, e.ID, d.now())
	refused, isRefused := errors.AsType[*review.RefusedError](err)
	switch {
	case isRefused && len(refused.Faults) > 0:
		typed.email = review.Mask(typed.email)
		return d.showEmail(w, r, http.StatusUnprocessableEntity, s, typed, refused.Faults[0].Message)
	case errors.Is(err, catalogue.ErrConflict), errors.Is(err, catalogue.ErrNotFound): // or the contact data are erased
		if s, err = d.submissionOf(r); err != nil {
			return err
		}
		if s.Contact == nil {
			d.closeForm(r, own, typed.page)
		}
		return d.showEmail(w, r, http.StatusConflict, s, typed, "")
	case err != nil:
		return err
	}
	d.closeForm(r, own, typed.page)
	return seeOther(w, r, submissionPath(s.ID)+"?gjort=mailadresse")
}

// sendAgain tries a mail once more that was given up.
func (d *Desk) sendAgain(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return catalogue.ErrNotFound
	}
	if err := d.store.SendAgain(r.Context(), id); err != nil {
		return err
	}
	return &httpx.RedirectError{URL: pathMails, Status: http.StatusSeeOther}
}

func times(n int) string {
	if n == 1 {
		return "1 gang"
	}
	return fmt.Sprintf("%d gange", n)
}

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
	v := web.DeskText{Desk: d.page(r, own.kind.Label(), pathTexts), Note: textNote(saved) + ".", Placeholders: "{" + strings.Join(texts.Placeholders, "}, {") + "}",
		Action: own.path, Keep: own.path + pathKeep, Save: "Gem teksten"}
	v.Crumbs = slices.Insert(v.Crumbs, 1, web.Crumb{Label: titleTexts, Path: pathTexts})
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
