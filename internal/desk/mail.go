package desk

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

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

func emailPath(id int64) string { return submissionPath(id) + "/mailadresse" }

const fieldEmail = "email"

// email asks for another address of a submitter.
func (d *Desk) email(w http.ResponseWriter, r *http.Request) error {
	s, err := d.submissionOf(r)
	if err != nil {
		return err
	}
	typed := ""
	if s.Contact != nil {
		typed = s.Contact.Email
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

func (d *Desk) showEmail(w http.ResponseWriter, r *http.Request, status int, s *postgres.SubmissionView, typed, fault string) error {
	v := web.DeskEmail{Desk: d.page(r, "Ret indsenderens mailadresse", pathMails), Reference: s.Reference, Action: emailPath(s.ID), Erased: s.Contact == nil,
		Back:  web.Link{Label: "Gå til indsendelsen", URL: submissionPath(s.ID)},
		Field: web.Field{Type: web.FieldMail, ID: fieldEmail, Name: fieldEmail, Label: "Indsenderens mailadresse", Value: typed, Error: fault, Must: true}}
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

// mendEmail takes it, and sends what has not been sent.
func (d *Desk) mendEmail(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	s, err := d.submissionOf(r)
	if err != nil {
		return err
	}
	typed := r.PostForm.Get(fieldEmail)
	address, fault := review.Email(typed)
	if fault == "" {
		_, e := d.auth.At(r.Context())
		err := d.store.MendEmail(r.Context(), postgres.On{Submission: s.ID}, address, e.ID, d.now())
		var refused *review.RefusedError
		switch {
		case errors.As(err, &refused) && len(refused.Faults) > 0:
			fault, typed = refused.Faults[0].Message, review.Mask(typed)
		case err != nil:
			return err
		default:
			return seeOther(w, r, submissionPath(s.ID)+"?gjort=mailadresse")
		}
	}
	return d.showEmail(w, r, http.StatusUnprocessableEntity, s, catalogue.Visible(typed), fault)
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

func (d *Desk) texts(w http.ResponseWriter, r *http.Request) error {
	return d.showTexts(w, r, http.StatusOK, texts.Kind(""), texts.Text{}, "")
}

// showTexts shows the texts of all mails, one of them as it was typed with what
// is wrong with it.
func (d *Desk) showTexts(w http.ResponseWriter, r *http.Request, status int, kind texts.Kind, posted texts.Text, message string) error {
	list, err := d.store.MailTexts(r.Context())
	if err != nil {
		return err
	}
	v := web.DeskTexts{Desk: d.page(r, "Mailtekster", pathTexts), Placeholders: "{" + strings.Join(texts.Placeholders, "}, {") + "}"}
	if r.URL.Query().Has("gjort") {
		v.Done = "Teksten er gemt."
	}
	written := map[texts.Kind]postgres.MailText{}
	for _, t := range list {
		written[texts.Kind(t.Kind)] = t
	}
	for _, k := range texts.Kinds {
		id := "tekst-" + string(k)
		x := web.DeskText{ID: id, Heading: k.Label(), Kind: string(k), Note: "Det er programmets egen tekst."}
		t, _ := texts.Default(k)
		if override, changed := written[k]; changed {
			t = texts.Text{Subject: override.Subject, Body: override.Body}
			x.Note = "Rettet af " + cmp.Or(override.UpdatedBy, "en redaktør") + " " + catalogue.DanishTime(override.UpdatedAt) + "."
		}
		problem := ""
		if k == kind {
			t, problem, x.Open = texts.Text{Subject: catalogue.Visible(posted.Subject), Body: catalogue.Visible(posted.Body)}, message, true
			v.Errors = []web.FormError{{Message: message, URL: "#" + id + "-body"}}
		}
		x.Fields = []web.Field{
			{Type: web.FieldText, ID: id + "-subject", Name: "subject", Label: "Emne", Value: t.Subject},
			{Type: web.FieldArea, ID: id + "-body", Name: "body", Label: "Tekst", Value: t.Body, Rows: 12, Error: problem},
		}
		v.Texts = append(v.Texts, x)
	}
	return d.show(w, r, status, web.DeskTextsPage(v))
}

func (d *Desk) saveText(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	kind := texts.Kind(r.PostForm.Get("kind"))
	t := texts.Text{Subject: review.Line(r.PostForm.Get("subject")), Body: review.Text(r.PostForm.Get("body"))}
	if _, known := texts.Default(kind); !known {
		return catalogue.ErrNotFound
	}
	var unfit texts.CheckError
	if review.HoldsCPR(t.Subject + " " + t.Body) {
		return d.showTexts(w, r, http.StatusUnprocessableEntity, kind, t, "Det ligner et CPR-nummer. Det må ikke stå i en mail. Fjern det.")
	}
	if errors.As(t.Check(), &unfit) {
		return d.showTexts(w, r, http.StatusUnprocessableEntity, kind, t, string(unfit))
	}
	if err := d.store.SaveMailText(r.Context(), review.MailKind(kind), t.Subject, t.Body, e.ID, d.now()); err != nil {
		return err
	}
	return seeOther(w, r, pathTexts+"?gjort")
}
