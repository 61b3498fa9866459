package site

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// pathSave takes a form to go on with later.
const pathSave = catalogue.PathSubmit + "/gem"

// savedNotice is what a form says that was opened from a saved one.
type savedNotice struct{ web.SavedForm }

// savedFormRoutes are the pages of forms that were saved to be gone on with later,
// from any machine: whoever has the link has the form. A GET never acts.
func (s *Site) savedFormRoutes(r chi.Router) {
	base := catalogue.SavedFormPath("{token}")
	h := func(f func(http.ResponseWriter, *http.Request, string) error) http.HandlerFunc {
		return s.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
			token := chi.URLParam(r, "token")
			if !isToken(token) {
				return s.noSavedForm(w, r)
			}
			err := f(w, r, token)
			if errors.Is(err, catalogue.ErrNotFound) {
				return s.noSavedForm(w, r)
			}
			return err
		})
	}
	r.Post(pathSave, s.errors.Wrap(s.submitSave))
	r.Get(base, h(s.savedForm))
	r.Get(base+"/slet", h(s.eraseSavedForm))
	r.Post(base+"/slet", h(func(w http.ResponseWriter, r *http.Request, token string) error {
		if err := s.store.EraseSavedForm(r.Context(), token, time.Now().UTC()); err != nil {
			return err
		}
		return private(w, r, http.StatusOK, web.ProblemPage(web.Problem{Shell: s.submitShell("Kladden er slettet"), Heading: "Kladden er slettet",
			Text:  "Vi har slettet det, du havde skrevet, og dine filer. Linket virker ikke mere.",
			Links: []web.Link{{Label: "Begynd forfra", URL: catalogue.PathSubmit}, {Label: "Gå til forsiden", URL: catalogue.PathFront}}}))
	}))
}

// noSavedForm says what to do where a link leads nowhere.
func (s *Site) noSavedForm(w http.ResponseWriter, r *http.Request) error {
	return private(w, r, http.StatusNotFound, web.ProblemPage(web.Problem{Shell: s.submitShell("Vi kan ikke finde kladden"), Heading: "Vi kan ikke finde kladden",
		Text:  "En kladde bliver slettet, når du sender eksemplet, når du selv sletter den, og 30 dage efter du sidst gemte den. Har du ikke gjort nogen af delene, så kopiér hele linket fra mailen, også det, der står på næste linje.",
		Links: []web.Link{{Label: "Send et nyt eksempel", URL: catalogue.PathSubmit}, {Label: "Gå til forsiden", URL: catalogue.PathFront}}}))
}

// submitSave saves a form to be gone on with later.
func (s *Site) submitSave(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	x, err := readSending(r.PostForm)
	if err != nil {
		return err
	}
	return s.save(w, r, x)
}

// save keeps what was typed, unfinished as it is, and leads to the page of the link
// that is mailed. A CPR number is kept nowhere.
func (s *Site) save(w http.ResponseWriter, r *http.Request, x *sending) error {
	missing := x.Contact.Email == ""
	all, notCPR := s.check(&x.Submission, &x.Contact)
	blocked := map[string]bool{}
	for _, w := range review.Warnings(&x.Submission) {
		blocked[w.Field] = blocked[w.Field] || w.Blocks
	}
	// Who is written to must be right; what is unfinished is why it is saved.
	faults := slices.DeleteFunc(all, func(f review.Fault) bool {
		return !blocked[f.Field] && !slices.Contains([]string{"email", "contact_name", "phone"}, f.Field)
	})
	if missing {
		for i := range faults {
			if faults[i].Field == "email" {
				faults[i].Message = "Skriv din mailadresse, så vi kan sende dig et link til kladden."
			}
		}
	}
	if len(faults) > 0 {
		return s.showForm(w, r, http.StatusUnprocessableEntity, x, formState{faults: faults, notCPR: notCPR})
	}
	not := func(status int, message string) error {
		return s.showForm(w, r, status, x, formState{more: []web.FormError{{Message: message}}})
	}
	if x.Honeypot != "" {
		return not(http.StatusUnprocessableEntity, "Vi kunne ikke gemme kladden. Lad det felt stå tomt, som ikke skal udfyldes.")
	}
	kept := *x
	kept.Key, kept.Saved, kept.Version, kept.Typed = "", "", 0, 0 // what the links follow from, and what is of the page
	content, err := json.Marshal(&kept)
	if err != nil {
		return err
	}
	n := postgres.NewSavedForm{FormKey: x.Key, Token: x.Saved, Version: x.Version, Content: content, Submission: x.Submission, Contact: x.Contact, Client: httpx.Client(r)}
	f, err := s.store.SaveForm(r.Context(), n, time.Now().UTC())
	if errors.Is(err, postgres.ErrSavedMeanwhile) {
		var saved *sending
		if saved, err = s.savedMeanwhile(r.Context(), x); err == nil {
			if !sameTyped(x, saved) {
				return s.showConflict(w, r, x, saved)
			}
			n.Token, n.Version = saved.Saved, saved.Version
			f, err = s.store.SaveForm(r.Context(), n, time.Now().UTC())
		}
	}
	switch {
	case errors.Is(err, postgres.ErrNoRoom) && x.Saved != "":
		return not(http.StatusServiceUnavailable, "Vi har ikke plads til mere lige nu, så det nye er ikke gemt hos os. Det, du gemte sidst, ligger der endnu. Prøv igen senere, eller send det, du har nu.")
	case errors.Is(err, postgres.ErrNoRoom):
		return not(http.StatusServiceUnavailable, "Vi har ikke plads til flere kladder lige nu, så din er ikke gemt hos os. Prøv igen senere, eller send det, du har nu.")
	case err != nil:
		id := httpx.RequestID(r.Context())
		s.log.ErrorContext(r.Context(), "a form could not be saved", "error", err)
		return not(failed(w, err), "Vi kunne ikke gemme kladden lige nu. Det, du har skrevet, står her endnu. Prøv igen om lidt. Fejlnummer: "+id)
	}
	to := catalogue.SavedFormPath(f.Token) + "?gemt=igen"
	switch {
	case f.Mailed:
		to = catalogue.SavedFormPath(f.Token) + "?gemt=sendt"
	case f.Unmailed:
		to = catalogue.SavedFormPath(f.Token) + "?gemt=uden"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// readSaved is the form of a saved one's content.
func readSaved(f postgres.SavedForm) (*sending, error) {
	x := &sending{}
	if err := json.Unmarshal(f.Content, x); err != nil {
		return nil, err
	}
	x.Key, x.Saved, x.Version = f.FormKey, f.Token, f.Version
	x.Submission.Practice.KeepAsked(catalogue.FormFull)
	if !review.SubmissionKinds.Has(x.Submission.Kind) {
		return nil, catalogue.ErrNotFound
	}
	return x, nil
}

// savedMeanwhile is the saved form that another version of was opened by x.
func (s *Site) savedMeanwhile(ctx context.Context, x *sending) (*sending, error) {
	f, err := s.store.SavedForm(ctx, x.Saved, time.Now().UTC())
	if x.Saved == "" || errors.Is(err, catalogue.ErrNotFound) { // it was saved from this very form
		f, err = s.store.SavedForm(ctx, postgres.SavedToken(x.Key), time.Now().UTC())
	}
	if err != nil {
		return nil, err
	}
	return readSaved(f)
}

// sameTyped tells whether two forms have the same typed in; what is answered on the
// review step is not typed.
func sameTyped(a, b *sending) bool {
	typed := func(x sending) []byte {
		x.Submission.Answered, x.Submission.About = nil, ""
		data, _ := json.Marshal([]any{x.Submission, x.Contact}) // it was read from JSON or a form
		return data
	}
	return bytes.Equal(typed(*a), typed(*b))
}

// showConflict shows what was typed beside what somebody has saved since the form was
// opened. Which of the two stays is for the visitor to say.
func (s *Site) showConflict(w http.ResponseWriter, r *http.Request, x, saved *sending) error {
	mine := *x
	mine.Saved, mine.Version = saved.Saved, saved.Version // the key stays: kept files belong to it
	data, err := json.Marshal(&mine)
	if err != nil {
		return err
	}
	return private(w, r, http.StatusConflict, web.SavedConflictPage(web.SavedConflict{Shell: s.submitShell("Kladden er ændret et andet sted"),
		Mine: s.sentSections(&x.Submission, &x.Contact), Saved: s.sentSections(&saved.Submission, &saved.Contact),
		Save: pathSave, Review: catalogue.PathSubmit + "/tjek", Hidden: []web.Hidden{{Name: fieldData, Value: string(data)}},
		Use: catalogue.SavedFormPath(saved.Saved)}))
}

// savedForm opens the form with everything filled in.
func (s *Site) savedForm(w http.ResponseWriter, r *http.Request, token string) error {
	f, err := s.store.SavedForm(r.Context(), token, time.Now().UTC())
	if err != nil {
		return err
	}
	x, err := readSaved(f)
	if err != nil {
		return err
	}
	a := &agreed{}
	if err := s.loadKept(r.Context(), x, a); err != nil {
		return err
	}
	notice := savedNotice{web.SavedForm{Until: f.EraseOn.Danish(), EraseURL: catalogue.SavedFormPath(token) + "/slet"}}
	for _, k := range a.kept {
		notice.Files = append(notice.Files, k.Name+" ("+sizeInWords(k.Size)+")")
	}
	switch r.URL.Query().Get("gemt") {
	case "sendt":
		notice.Done = "Kladden er gemt, og vi har sendt et link til " + x.Contact.Email
	case "uden":
		notice.Done = "Kladden er gemt, men vi kan ikke sende flere links før i morgen. Gem adressen på denne side, så kan du komme tilbage til kladden"
	case "igen":
		notice.Done = "Kladden er gemt. Det link, du har fået, virker stadig"
	}
	return s.showForm(w, r, http.StatusOK, x, formState{saved: &notice})
}

// eraseSavedForm asks before a saved form is erased.
func (s *Site) eraseSavedForm(w http.ResponseWriter, r *http.Request, token string) error {
	if _, err := s.store.SavedForm(r.Context(), token, time.Now().UTC()); err != nil {
		return err
	}
	return private(w, r, http.StatusOK, web.SubmissionConfirmPage(web.SubmissionConfirm{Shell: s.submitShell("Vil du slette kladden?"), Heading: "Vil du slette kladden?",
		Text: "Vi sletter det, du har skrevet, og dine filer. Du kan ikke fortryde.", Button: "Slet kladden",
		Action: catalogue.SavedFormPath(token) + "/slet", Back: web.Link{Label: "Nej, gå tilbage", URL: catalogue.SavedFormPath(token)}}))
}
