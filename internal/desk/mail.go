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
		}
		if m.Attempts > 0 || m.RefusedAt != nil {
			x.Reason, x.Code, x.Answer = reason(m), code(m), m.Error
		}
		if m.GivenUp() {
			x.GivenUp, x.State = true, "Opgivet efter et døgn."
			if m.RefusedAt != nil {
				x.State = "Afvist. Vi prøver ikke igen af os selv."
			}
			if m.Status == review.MailRestored {
				x.State = "Standset. Vi sender den ikke af os selv."
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
