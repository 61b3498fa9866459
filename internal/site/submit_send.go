package site

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// Names of what the buttons of the review step do.
const (
	fieldStep  = "step"  // edit, or save
	fieldDrop  = "drop"  // the public ID of a kept file
	fieldAgain = "again" // what was sent before is another, or is corrected
	stepEdit   = "edit"
	stepSave   = "save"
	againNew   = "new"
	againMend  = "correct"
)

// submitSend takes what has been reviewed, or does what another button of the page
// says. Whatever happens, the files that came are there for the next try.
func (s *Site) submitSend(w http.ResponseWriter, r *http.Request) error {
	u, x, err := s.readUpload(w, r)
	if u != nil {
		defer u.remove()
	}
	if err != nil {
		return err
	}
	// An upload may take longer than a page; what has come in is not lost when
	// the visitor leaves now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), sendTimeout)
	defer cancel()
	r = r.WithContext(ctx)
	a := readAgreed(u.Value)
	if err := s.sending.Acquire(ctx, 1); err != nil {
		return s.showAlone(w, r, x, a, err)
	}
	defer s.sending.Release(1)
	x.FilesNotCPR = u.Value.Get(fieldFiles) != "" // the box is on this page
	if err := errors.Join(s.dropUndeclared(ctx, x, a), s.loadKept(ctx, x, a)); err != nil {
		return s.showAlone(w, r, x, a, err)
	}
	if drop := u.Value.Get(fieldDrop); drop != "" {
		if err := s.store.DropKeptFile(ctx, x.Key, drop); err != nil {
			return s.showAlone(w, r, x, a, err)
		}
		if err := s.loadKept(ctx, x, a); err != nil {
			return s.showAlone(w, r, x, a, err)
		}
	}
	faults, notCPR := s.check(&x.Submission, &x.Contact)
	files := s.readFiles(ctx, u, a, x.filesDeclared())
	a.warnOfFiles(&x.Submission, files...)
	keep := func() { s.keepFiles(ctx, r, x, a, files) }
	switch {
	case len(faults) > 0:
		keep()
		return s.showForm(w, r, http.StatusUnprocessableEntity, x, formState{faults: faults, notCPR: notCPR})
	case u.Value.Get(fieldStep) == stepEdit:
		keep()
		return s.showForm(w, r, http.StatusOK, x, formState{})
	case u.Value.Get(fieldStep) == stepSave:
		keep()
		return s.save(w, r, x)
	case u.Value.Get(fieldDrop) != "":
		keep()
		status := http.StatusOK
		if a.wrong() {
			status = http.StatusUnprocessableEntity
		}
		return s.showReview(w, r, status, x, a)
	}
	if _, err := slugOf(a.about); err == nil {
		x.Submission.About = a.about
	}
	if about, err := s.aboutLink(ctx, x.Submission.About); err != nil {
		return s.showAlone(w, r, x, a, err)
	} else if about.URL == "" {
		x.Submission.About = ""
	}
	a.answered = known(review.Warnings(&x.Submission), a.fileWarnings, a.answered)
	x.Submission.Answered = a.answered
	a.check(&x.Submission)
	if a.wrong() {
		keep()
		return s.showReview(w, r, http.StatusUnprocessableEntity, x, a)
	}
	token, again, err := s.send(ctx, r, x, a, files, u.Value.Get(fieldAgain))
	refused, isRefused := errors.AsType[*review.RefusedError](err)
	switch {
	case errors.Is(err, errAsk):
		keep()
		return s.askWhich(w, r, x, a, token)
	case errors.Is(err, postgres.ErrSavedMeanwhile):
		keep()
		saved, err := s.savedMeanwhile(ctx, x)
		if err != nil {
			return s.showAlone(w, r, x, a, err)
		}
		return s.showConflict(w, r, x, saved)
	case errors.Is(err, postgres.ErrKeptGone):
		keep()
		a.again = true
		a.errors = append(a.errors, web.FormError{Message: "En af dine filer er her ikke mere. Vælg den igen.", URL: "#filer"})
		return s.showReview(w, r, http.StatusUnprocessableEntity, x, a)
	case isRefused && refused.Faults[0].Field == review.FieldAttachment:
		keep()
		a.errors = append(a.errors, web.FormError{Message: refused.Faults[0].Message, URL: "#filer"})
		return s.askWhich(w, r, x, a, token)
	case isRefused:
		return err
	case err != nil:
		keep()
		return s.showAlone(w, r, x, a, err)
	}
	to := submissionPath(token) + "?ny=1"
	switch again {
	case sentAgain:
		to = submissionPath(token) + "?ny=2"
	case sentMended:
		to = submissionPath(token) + "?gjort=rettet"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// errAsk tells that the form has sent something else before: the visitor must say
// which of the two this is.
var errAsk = errors.New("the form has sent something else before")

// outcome is what became of what was sent.
type outcome int

const (
	sentNew outcome = iota
	sentAgain
	sentMended
)

// maxOfOneForm bounds the submissions of one form, one after the other.
const maxOfOneForm = 20

// send keeps a submission, or what again says of one whose form has sent another
// before, and gives the token of its link. With errAsk the token is that of the
// other one.
func (s *Site) send(ctx context.Context, r *http.Request, x *sending, a *agreed, files []checkedFile, again string) (token string, how outcome, err error) {
	now := time.Now().UTC()
	n := postgres.NewSubmission{ClientKey: x.Key, Submission: x.Submission, Contact: x.Contact, FormKey: x.Key, Kept: a.choices(), Saved: x.Saved, SavedVersion: x.Version,
		HeldReason: review.Suspicious(&x.Submission, review.Sending{Honeypot: x.Honeypot, Took: x.took(now), Recent: s.recent.add(httpx.Client(r), now)})}
	for _, f := range files {
		n.Attachments = append(n.Attachments, f.NewAttachment)
	}
	for i := range maxOfOneForm {
		receipt, err := s.store.Submit(ctx, n, now)
		if errors.Is(err, postgres.ErrSavedMeanwhile) { // no harm where it is the same
			if saved, e := s.savedMeanwhile(ctx, x); e == nil && sameTyped(x, saved) {
				n.SavedVersion = saved.Version
				receipt, err = s.store.Submit(ctx, n, now)
			}
		}
		switch {
		case err != nil:
			return "", 0, fmt.Errorf("submit: %w", err)
		case !receipt.Again:
			return receipt.Token, sentNew, nil
		case !receipt.Other:
			return receipt.Token, sentAgain, nil
		case i == 0 && again == againMend:
			act := review.Act{Action: review.Correct, Content: &x.Submission}
			_, err := s.store.Apply(ctx, postgres.On{Token: receipt.Token, Files: postgres.Files{FormKey: x.Key, Kept: n.Kept, New: n.Attachments}}, act, now)
			if errors.Is(err, review.ErrDecided) {
				return receipt.Token, 0, errAsk
			}
			return receipt.Token, sentMended, err
		case again != againNew:
			return receipt.Token, 0, errAsk
		}
		if n.ClientKey, err = nextKey(n.ClientKey, &x.Submission); err != nil {
			return "", 0, err
		}
	}
	return "", 0, fmt.Errorf("a form has sent %d submissions: %w", maxOfOneForm, catalogue.ErrConflict)
}

// nextKey is the key of the submission that a form sends after another one. It
// follows from both, so that this one posted twice is one.
func nextKey(key string, s *review.Submission) (string, error) {
	content, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte("next:"+key+":"), content...))
	return base64.RawURLEncoding.EncodeToString(sum[:]), nil
}

// askWhich shows the review step with the question whether this corrects what the
// form has sent before.
func (s *Site) askWhich(w http.ResponseWriter, r *http.Request, x *sending, a *agreed, token string) error {
	var err error
	if a.sent, err = s.store.SubmissionByToken(r.Context(), token); err != nil {
		return s.showAlone(w, r, x, a, err)
	}
	a.sentToken = token
	question := "Du har allerede sendt »" + sentTitle(a.sent) + "«. Svar på, om det her er en rettelse til det, eller om det er nyt."
	if _, err := a.sent.State.After(review.Correct); err != nil {
		question = "Du har allerede sendt »" + sentTitle(a.sent) + "«, og det kan ikke rettes mere. Svar på, om det her er nyt."
	}
	a.errors = append([]web.FormError{{Message: question, URL: "#sendt-foer"}}, a.errors...)
	return s.showReview(w, r, http.StatusConflict, x, a)
}

// shownSent is how many characters of a text stand for the title of what was sent.
const shownSent = 60

// sentTitle is what the page calls something that was sent.
func sentTitle(v *postgres.SubmissionView) string {
	for _, text := range []string{v.Content.Practice.Title, v.Content.Text, v.Content.Link} {
		text = strings.TrimSuffix(text, ".")
		if r := []rune(text); len(r) > shownSent {
			return string(r[:shownSent]) + "…"
		}
		if text != "" {
			return text
		}
	}
	return v.Reference
}

// failed is the status of a form that is given back because it could not be kept.
func failed(w http.ResponseWriter, err error) int {
	if errors.Is(err, catalogue.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
		w.Header().Set("Retry-After", "5")
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// showAlone gives the review step back with everything typed when it could not be
// kept. What the page else says of the catalogue may be missing.
func (s *Site) showAlone(w http.ResponseWriter, r *http.Request, x *sending, a *agreed, err error) error {
	id, status := httpx.RequestID(r.Context()), failed(w, err)
	s.log.ErrorContext(r.Context(), "a submission could not be kept", "error", err)
	a.alone = true
	message := "Vi kunne ikke gemme det lige nu. Det, du har skrevet, står her endnu. Vent lidt, og tryk på »Send« igen."
	if errors.Is(err, catalogue.ErrOutcomeUnknown) {
		message = "Forbindelsen til databasen blev afbrudt, mens vi gemte. Vi ved ikke, om det nåede frem. Det, du har skrevet, står her endnu. Vent lidt, og tryk på »Send« igen: Det bliver ikke sendt to gange."
	}
	a.errors = append(a.errors, web.FormError{Message: message + " Fejlnummer: " + id})
	return s.showReview(w, r, status, x, a)
}
