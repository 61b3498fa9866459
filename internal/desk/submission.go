package desk

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

func idOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id < 1 {
		return 0, catalogue.ErrNotFound
	}
	return id, nil
}

func (d *Desk) submission(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	s, err := d.store.SubmissionByID(r.Context(), id)
	if err != nil {
		return err
	}
	f := d.savedForm(s)
	a := pageState{done: doneMessages[r.URL.Query().Get("gjort")]}
	kept, others, err := d.unsaved(r, submissionForm(id))
	if err != nil {
		return err
	}
	a.others = others
	if kept != nil {
		typed := readForm(kept.Values)
		if d.untouched(typed) {
			typed = typed.beside(f)
		}
		switch stale := typed.version != s.Version; {
		case d.says(typed, f): // it has been saved since
		case stale && a.done != "": // what was just done is what the editor wants to see
			a.others = append([]web.Link{otherPage(submissionForm(id), *kept)}, others...)
		default:
			f, a.stale, a.dirty, a.keptAt = typed, stale, true, kept.KeptAt
		}
	}
	f.step = submissionSteps.at(r.URL.Query().Get(fieldStep))
	return d.showSubmission(w, r, http.StatusOK, s, f, a)
}

// savedForm is the form as it was saved last.
func (d *Desk) savedForm(s *postgres.SubmissionView) draftForm {
	f := draftForm{page: rand.Text(), version: s.Version, events: len(s.Events), practice: draftOf(s), cleared: s.Cleared}
	f.base = d.fingerprints(f)
	return f
}

// doneMessages are what the page says that was just done, by the button.
var doneMessages = map[string]string{
	"gem": "Kladden er gemt.", "tag": "Du har taget indsendelsen over.", "spoerg": "Det, du har spurgt om, er sendt.",
	"findes": "Indsenderen får at vide, at eksemplet findes i forvejen.", "genaabn": "Indsendelsen er åbnet igen.", "afvis": "Indsendelsen er afvist, og indsenderen får besked.", "til-side": "Indsendelsen er lagt til side, og indsenderen får besked.",
	"slet": "Det er slettet.", "mailadresse": "Mailadressen er rettet. Mails, der ikke kom frem, bliver sendt igen.", "note": "Noten er gemt.",
}

// draftOf is the editor's draft, or what one begins with.
func draftOf(s *postgres.SubmissionView) catalogue.Practice {
	if s.Draft != nil {
		return *s.Draft
	}
	return review.Draft(&s.Content)
}

// pageState is what a page says beside the submission and the draft.
type pageState struct {
	done    string
	faults  []review.Fault // by the record's fields
	wrong   map[string]string
	stale   bool
	taken   bool       // another editor has it, and what was pressed was not done
	unsaved bool       // a decision was refused, and what was typed has not been saved
	dirty   bool       // what the form says is not saved
	keptAt  time.Time  // when what the form says was kept; the zero time where it was not
	others  []web.Link // to what the editor typed on other pages
}

// Names of the fields of the decisions.
const (
	fieldAsk, fieldSlug, fieldExists = "spoergsmaal", "findes-slug", "findes-tekst"
	fieldReply                       = "besvar-tekst"
	fieldReason, fieldDecline        = "afvis-grund", "afvis-tekst"
	fieldAside                       = "til-side-tekst"
	fieldLater                       = "udgiv-dag"
	fieldLaterWas                    = "udgiv-dag-foreslaaet" // the day that the page proposed
	// What stands in the way of publishing, beside the fields.
	fieldWarnings, fieldFiles = "oplysninger", "bilag"
	// askPrefix and overrulePrefix stand before what a question is about, and before an
	// item of the checklist.
	askPrefix, overrulePrefix = fieldAsk + ":", "alligevel:"
	// fieldStep is the step that is shown, in the address.
	fieldStep = "trin"
)

// showSubmission shows a submission with a draft as it was typed.
func (d *Desk) showSubmission(w http.ResponseWriter, r *http.Request, status int, s *postgres.SubmissionView, f draftForm, a pageState) error {
	_, e := d.auth.At(r.Context())
	b := d.recordForm(&f.practice, submissionPath(s.ID), a.faults)
	title := cmp.Or(s.Content.Practice.Title, f.practice.Title, review.SubmissionKinds.Label(s.Kind)+" "+s.Reference)
	v := web.DeskSubmission{Desk: d.page(r, title, web.PathDesk), Reference: s.Reference, Held: s.HeldReason,
		Facts: d.facts(s, e.ID), Parts: d.sentSections(&s.Content), Events: newestFirst(compareEvents(s, eventLines(s, s.Events), s.Events)), Corrected: d.corrected(s)}
	form := submissionForm(s.ID)
	beside := 0
	if a.stale {
		beside = s.Version
	}
	v.DeskDraft = d.draft(form, f, e.ID, beside)
	v.Open, v.Done, v.Sides = s.State.Open(), a.done, sentSides
	switch {
	case v.Held == "" || !s.State.Open():
		v.Held = ""
	case s.State == review.Held:
		v.Held = "Tilbageholdt: " + v.Held + " Indsenderen ved det ikke."
	default: // somebody has begun on it since
		v.Held = "Da den kom, blev den holdt tilbage: " + v.Held + " Indsenderen ved det ikke."
	}
	if len(v.Corrected) > 0 {
		v.First = d.sentSections(&s.Original)
	}
	if s.Content.About != "" {
		v.About = web.Link{Label: cmp.Or(s.AboutTitle, s.Content.About), URL: catalogue.PracticePath(s.Content.About)}
	}
	if s.PracticeSlug != "" {
		v.Result = web.Link{Label: cmp.Or(s.PracticeTitle, s.PracticeSlug), URL: catalogue.PracticePath(s.PracticeSlug)}
	}
	v.Dirty = a.dirty || a.unsaved || a.stale || a.taken
	if a.stale {
		v.Stale = d.stale(s, f, e.Name)
		if !v.Stale.Save {
			v.Stale.Discard = form.discardPost("Kassér det, jeg har skrevet", f.page, e.ID)
		}
	}
	v.Kept = d.kept(form, s, f, a, e.ID)
	if v.May.Save {
		v.Lease = held(s, e.ID, a.taken, d.now())
	}
	v.Reopen = s.State == review.SetAside && s.ErasedAt == nil && v.May.Save
	v.Hidden = append(v.Hidden, holderField(s, e.ID, d.now()), web.Hidden{Name: fieldLaterWas, Value: d.secondLook()})
	if s.ErasedAt == nil && v.May.Erase {
		v.Erase = web.Link{Label: "Slet noget i indsendelsen", URL: erasePath(s.ID)}
	}
	if s.ErasedAt == nil && e.Role.May(review.Comment) {
		v.Note = web.Link{Label: "Skriv en note til redaktionen", URL: submissionPath(s.ID) + partNote}
	}
	if s.Draft != nil && s.ErasedAt == nil {
		v.Compare = web.Link{Label: "Se, hvad der er ændret i forhold til det, der kom ind", URL: comparePath(submissionPath(s.ID), versionKey(len(s.Versions)), sideDraft)}
	}
	if v.Open && s.Kind != review.KindQuestion {
		v.Source = web.Link{Label: "Spørg kilden, om det stemmer", URL: inquiryForm(s.ID, "").path}
		if s.Facts.Check.Waits {
			v.Answer = web.Link{Label: "Se kommunens svar på tjekket", URL: v.Source.URL}
		}
	}
	v.Open = v.Open && v.May.Save // who may not save reads
	v.Attachments = files(s, f, a)
	for i := range v.Attachments {
		if !v.May.Begin {
			v.Attachments[i].Cut = ""
		}
	}
	v.Question = s.Kind == review.KindQuestion
	if err := d.steps(r, &v, s, f, a, b); err != nil {
		return err
	}
	for _, m := range s.Unsent {
		if m.GivenUp() {
			v.Unreached, v.EmailURL = reason(m), emailPath(s.ID)
		}
	}
	d.decisions(&v, s, f, a)
	v.SimilarPick = f.exists
	v.Errors = append(v.Errors, summary(b, a)...)
	return d.show(w, r, status, web.DeskSubmissionPage(v))
}
