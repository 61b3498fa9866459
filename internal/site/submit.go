package site

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/likeness"
	"praksis/internal/review"
	"praksis/web"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
)

// answerWithin is what submitters are promised.
const answerWithin = "10 arbejdsdage"

// maxSending bounds the submissions that are looked at and stored at once; others
// wait for their turn.
const maxSending = 16

// intakeRoutes are the pages where one submits. What acts is a POST.
func (s *Site) intakeRoutes(r chi.Router) {
	h := s.errors.Wrap
	r.Get(catalogue.PathSubmit, h(s.submit))
	r.Get(catalogue.PathSubmit+"/ligner", h(s.similarJSON))
	for _, k := range review.SubmissionKinds {
		r.Get(submitPath(k.Code), h(s.submitForm(k.Code)))
		r.Post(submitPath(k.Code), h(s.submitFormAgain(k.Code)))
	}
	// A form that is left and come back to is not posted by a GET.
	for _, step := range []string{"/tjek", "/send", "/gem"} {
		r.Get(catalogue.PathSubmit+step, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, catalogue.PathSubmit, http.StatusSeeOther)
		})
	}
	r.Post(catalogue.PathSubmit+"/tjek", h(s.submitReview))
	s.savedFormRoutes(r)
	s.submissionRoutes(r)
	s.inquiryRoutes(r)
}

func submitPath(k review.SubmissionKind) string {
	return catalogue.SubmitPath(review.SubmissionKinds.Slug(k), "")
}

// private answers with a page that is a visitor's own (keptNowhere). It is not compressed:
// beside what a visitor wrote it holds what gives the secret link, and a compressed
// answer would tell by its length what the two have in common.
func private(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(context.WithoutCancel(r.Context()), &b); err != nil { // also after the deadline
		return err
	}
	h := w.Header()
	h.Set("Content-Type", typeHTML)
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the visitor has left when this fails
	return nil
}

// submitShell is the frame of a page of the intake.
func (s *Site) submitShell(title string) web.Shell {
	sh := s.shell(title, "")
	sh.Path, sh.PublicURL = catalogue.PathSubmit, ""
	sh.Noindex, sh.Script = true, "submit.js"
	sh.Crumbs = []web.Crumb{{Label: "Del et eksempel", Path: catalogue.PathSubmit}, {Label: title}}
	return sh
}

// submit shows the ways in.
func (s *Site) submit(w http.ResponseWriter, r *http.Request) error {
	about, err := s.aboutLink(r.Context(), r.URL.Query().Get("om"))
	if err != nil {
		return err
	}
	v := web.Submit{Shell: s.shell("Del et eksempel", catalogue.PathSubmit), Days: answerWithin, About: about}
	v.Crumbs = []web.Crumb{{Label: "Del et eksempel"}}
	slug := strings.TrimPrefix(about.URL, catalogue.PracticePath(""))
	for _, x := range ways {
		if x.takes == "" {
			continue
		}
		v.Ways = append(v.Ways, web.SubmitWay{Label: review.SubmissionKinds.Label(x.kind), Takes: x.takes, Text: x.text, Button: x.button,
			URL: catalogue.SubmitPath(review.SubmissionKinds.Slug(x.kind), slug)})
	}
	if v.Wanted, err = s.wanted(r.Context()); err != nil && !errors.Is(err, catalogue.ErrPreparing) {
		return err
	}
	var b bytes.Buffer
	if err := web.SubmitPage(v).Render(r.Context(), &b); err != nil {
		return err
	}
	httpx.Write(w, r, http.StatusOK, typeHTML, b.Bytes())
	return nil
}

// aboutLink leads to the published practice of a slug; empty when there is none.
func (s *Site) aboutLink(ctx context.Context, slug string) (web.Link, error) {
	slug, err := slugOf(slug)
	if err != nil {
		return web.Link{}, nil
	}
	_, p, err := s.store.PublicPractice(ctx, 0, slug)
	if _, moved := errors.AsType[*catalogue.MovedError](err); moved || errors.Is(err, catalogue.ErrNotFound) || errors.Is(err, catalogue.ErrGone) {
		return web.Link{}, nil
	}
	if err != nil || p.State != catalogue.StatePublished {
		return web.Link{}, err
	}
	return web.Link{Label: p.Title, URL: catalogue.PracticePath(slug)}, nil
}

// submitForm serves an empty form.
func (s *Site) submitForm(kind review.SubmissionKind) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		x := &sending{Key: rand.Text(), Served: time.Now().Unix()}
		x.Submission.Kind = kind
		x.Submission.About = r.URL.Query().Get("om")
		prefill(&x.Submission.Practice, r.URL.Query(), s.index.Taxonomy())
		return s.showForm(w, r, http.StatusOK, x, formState{fresh: true})
	}
}

// submitFormAgain serves a form with what has been typed: with a row more or
// less, taken over from a shorter way, or come back to from the review step.
func (s *Site) submitFormAgain(kind review.SubmissionKind) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(w, r); err != nil {
			return err
		}
		x, err := readSending(r.PostForm)
		if err != nil {
			return err
		}
		if x.Submission.Kind != kind {
			x.further(kind)
		}
		return s.showForm(w, r, http.StatusOK, x, formState{add: r.PostForm.Get("add")})
	}
}

// formState says how a form is shown.
type formState struct {
	add    string // the part that gets a further row
	fresh  bool   // nothing has been typed
	faults []review.Fault
	notCPR bool            // ten digits stand in the way, which may be something else
	warned bool            // warnings stand on the form, which has no review step
	more   []web.FormError // beside the faults
	saved  *savedNotice    // the form was opened from a saved one
}

func (s *Site) showForm(w http.ResponseWriter, r *http.Request, status int, x *sending, how formState) error {
	about, err := s.aboutLink(r.Context(), x.Submission.About)
	if err != nil { // a link less is no reason to lose what was typed
		s.log.ErrorContext(r.Context(), "what a form is about could not be read", "error", err)
	} else if about.URL == "" {
		x.Submission.About = ""
	}
	kind := x.Submission.Kind
	way := wayOf(kind)
	f := newForm(&x.Submission, &x.Contact, s.index.Taxonomy(), how)
	f.record.Action = submitPath(kind)
	v := web.SubmitForm{Shell: s.submitShell(review.SubmissionKinds.Label(kind)), Heading: way.heading, Lead: way.lead, About: about, Question: kind == review.KindQuestion, Action: catalogue.PathSubmit + "/tjek", Send: "Videre",
		Sections: f.sections(), Hidden: x.hidden(), Draft: x.draft(), FormID: draftOf("form", x.Key), Fresh: how.fresh, Actors: f.actors(), NotCPR: f.notCPR()}
	v.Errors = append(f.errors(), how.more...)
	if kind != review.KindQuestion {
		v.Save = pathSave
	}
	if how.saved != nil {
		v.Saved = how.saved.SavedForm
	}
	if way.next != "" {
		v.More = web.Link{Label: way.more, URL: submitPath(way.next)}
		v.MoreText = way.moreText
	}
	if len(v.Errors) > 0 {
		v.Title = "Fejl: " + v.Title
	}
	return private(w, r, status, web.SubmitFormPage(v))
}

// check tidies what was sent and says what is wrong with it. A CPR number
// blocks: it goes back to the one who typed it, and nowhere else. notCPR tells
// that ten digits block which may be something else.
func (s *Site) check(x *review.Submission, c *review.Contact) (faults []review.Fault, notCPR bool) {
	faults = review.CheckSubmission(x, c, s.index.Taxonomy())
	for _, w := range review.Warnings(x) {
		if w.Blocks {
			faults = append(faults, review.Fault{Field: w.Field, Message: w.Message})
			notCPR = notCPR || w.Kind == review.WarnDigits
		}
	}
	return faults, notCPR
}

// submitReview shows what will be sent.
func (s *Site) submitReview(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	x, err := readSending(r.PostForm)
	if err != nil {
		return err
	}
	if faults, notCPR := s.check(&x.Submission, &x.Contact); len(faults) > 0 {
		return s.showForm(w, r, http.StatusUnprocessableEntity, x, formState{faults: faults, notCPR: notCPR})
	}
	a := &agreed{}
	if err := s.loadKept(r.Context(), x, a); err != nil { // what is sent looks again
		s.log.ErrorContext(r.Context(), "kept files could not be read", "error", err)
	}
	return s.showReview(w, r, http.StatusOK, x, a)
}

// maxSimilarShown is how many practices a submission is held against.
const maxSimilarShown = 3

// similarJSON answers while a title is typed. What is typed is not published: it
// is kept neither here nor on the way.
func (s *Site) similarJSON(w http.ResponseWriter, r *http.Request) error {
	type practice struct {
		Title string `json:"title"`
		Who   string `json:"who"`
		URL   string `json:"url"`
	}
	out := struct {
		Practices []practice `json:"practices"`
	}{[]practice{}}
	q := r.URL.Query().Get("q")
	if len(q) > 2000 {
		return &httpx.BadRequestError{Message: "Teksten er for lang."}
	}
	cards, err := likeness.Practices(r.Context(), s.index, s.store, q, maxSimilarShown)
	if err != nil {
		return err
	}
	for _, c := range cards {
		out.Practices = append(out.Practices, practice{c.Title, c.Organisation.Name, catalogue.PracticePath(c.Slug)})
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.Header().Set("X-Robots-Tag", "noindex")
	httpx.Write(w, r, http.StatusOK, typeJSON, b)
	return nil
}
