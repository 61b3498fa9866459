package site

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

func submissionPath(token string) string { return catalogue.PathSubmit + "/" + token }

// isToken tells whether a text can be the token of a secret link.
func isToken(s string) bool {
	return len(s) == 43 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// submissionRoutes are the pages of a secret link. A GET never acts: a mail
// program that looks at links must not withdraw anything.
func (s *Site) submissionRoutes(r chi.Router) {
	const base = catalogue.PathSubmit + "/{token}"
	h := func(f func(http.ResponseWriter, *http.Request, string) error) http.HandlerFunc {
		return s.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
			token := chi.URLParam(r, "token")
			// What cannot be a token need not be looked for.
			if !isToken(token) {
				return s.noSubmission(w, r)
			}
			err := f(w, r, token)
			switch {
			case errors.Is(err, catalogue.ErrNotFound):
				return s.noSubmission(w, r)
			case errors.Is(err, review.ErrDecided):
				http.Redirect(w, r, submissionPath(token)+"?gjort=afgjort", http.StatusSeeOther)
				return nil
			}
			return err
		})
	}
	r.Get(base, h(s.submission))
	r.Post(base+"/svar", h(s.submissionAnswer))
	r.Get(base+"/svar", h(func(w http.ResponseWriter, r *http.Request, token string) error {
		http.Redirect(w, r, submissionPath(token), http.StatusSeeOther)
		return nil
	}))
	r.Post(base+"/mailadresse", h(s.submissionEmail))
	r.Get(base+"/mailadresse", h(func(w http.ResponseWriter, r *http.Request, token string) error {
		http.Redirect(w, r, submissionPath(token), http.StatusSeeOther)
		return nil
	}))
	r.Post(base+"/vent", h(func(w http.ResponseWriter, r *http.Request, token string) error {
		err := s.apply(r, token, review.Act{Action: review.Resume})
		if err == nil || errors.Is(err, review.ErrDecided) {
			// Where nothing was asked the desk has it now; a second press changes nothing.
			sub, err := s.store.SubmissionByToken(r.Context(), token)
			if err != nil {
				return err
			}
			if sub.State == review.InReview {
				return s.done(w, r, token, "aabnet", nil)
			}
		}
		return s.done(w, r, token, "mere-tid", err)
	}))
	r.Get(base+"/vent", h(func(w http.ResponseWriter, r *http.Request, token string) error {
		http.Redirect(w, r, submissionPath(token), http.StatusSeeOther)
		return nil
	}))
	r.Get(base+"/ret", h(s.submissionCorrect))
	r.Post(base+"/ret", h(s.submissionCorrected))
	r.Get(base+"/traek-tilbage", h(s.confirm(web.SubmissionConfirm{Heading: "Vil du trække din indsendelse tilbage?",
		Text: "Så læser vi den ikke, og den bliver ikke udgivet. Du kan ikke fortryde, men du kan sende en ny.", Button: "Træk den tilbage"}, "/traek-tilbage")))
	r.Post(base+"/traek-tilbage", h(func(w http.ResponseWriter, r *http.Request, token string) error {
		return s.done(w, r, token, "trukket", s.apply(r, token, review.Act{Action: review.Withdraw}))
	}))
	r.Get(base+"/slet-kontakt", h(s.confirm(web.SubmissionConfirm{Heading: "Vil du slette dine kontaktoplysninger?",
		Text: "Vi sletter din mailadresse og dit navn nu. Så kan vi ikke skrive til dig, men du kan stadig følge din indsendelse her. Gem adressen på siden, for vi kan ikke sende den igen.", Button: "Slet dem nu"}, "/slet-kontakt")))
	r.Post(base+"/slet-kontakt", h(func(w http.ResponseWriter, r *http.Request, token string) error {
		return s.done(w, r, token, "slettet", s.store.EraseContact(r.Context(), token, time.Now().UTC()))
	}))
}

// apply carries out what the submitter of a link does.
func (s *Site) apply(r *http.Request, token string, a review.Act) error {
	_, err := s.store.Apply(r.Context(), postgres.On{Token: token}, a, time.Now().UTC())
	return err
}

// done leads back to the page of the link after an act.
func (s *Site) done(w http.ResponseWriter, r *http.Request, token, what string, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r, submissionPath(token)+"?gjort="+what, http.StatusSeeOther)
	return nil
}

// doneMessages are what a page of a link says that was just done.
var doneMessages = map[string]string{
	"svar": "Tak, vi har fået dit svar", "rettet": "Tak, det er rettet", "trukket": "Din indsendelse er trukket tilbage",
	"mailadresse": "Tak, adressen er gemt, og vi sender igen", "slettet": "Dine kontaktoplysninger er slettet", "aabnet": "Det er åbnet igen. Redaktionen ser på det", "mere-tid": "Du har fået mere tid. Vi venter på dit svar",
	"afgjort": "Det kan ikke ændres mere. Se her, hvordan det gik",
}

// noSubmission says what to do where a link leads nowhere.
func (s *Site) noSubmission(w http.ResponseWriter, r *http.Request) error {
	v := web.Problem{Shell: s.submitShell("Vi kan ikke finde indsendelsen"), Heading: "Vi kan ikke finde indsendelsen",
		Text:  "Måske er adressen ikke kommet helt med. Kopiér hele linket fra mailen, også det, der står på næste linje.",
		Links: []web.Link{{Label: "Send et nyt eksempel", URL: catalogue.PathSubmit}, {Label: "Gå til forsiden", URL: catalogue.PathFront}}}
	if s.Authority.Contact != "" {
		v.Text += " Hjælper det ikke, så skriv til " + s.Authority.Contact + ", og nævn dit nummer."
	}
	return private(w, r, http.StatusNotFound, web.ProblemPage(v))
}

// submission shows where a submission stands.
func (s *Site) submission(w http.ResponseWriter, r *http.Request, token string) error {
	sub, err := s.store.SubmissionByToken(r.Context(), token)
	if err != nil {
		return err
	}
	v := s.submissionView(sub, token)
	switch r.URL.Query().Get("ny") {
	case "1":
		v.New = true
	case "2":
		v.New, v.Again = true, true
	}
	v.Done = doneMessages[r.URL.Query().Get("gjort")]
	return private(w, r, http.StatusOK, web.SubmissionStatusPage(v))
}

// explanations say what a state means for the one who sent it.
var explanations = map[review.SubmissionState]string{
	review.Received:         "Vi har modtaget det. En redaktør læser det snart.",
	review.Held:             "Vi har modtaget det. En redaktør læser det snart.",
	review.InReview:         "En redaktør er ved at læse det.",
	review.ChangesRequested: "Vi har spurgt dig om noget. Svar herunder, så kommer vi videre.",
	review.Accepted:         "Det er udgivet i kataloget. Tak for hjælpen.",
	review.Exists:           "Det findes allerede i kataloget.",
	review.Declined:         "Vi har ikke taget det med. Herunder kan du se hvorfor.",
	review.Replied:          "Vi har svaret. Svaret står herunder.",
	review.WithdrawnBySelf:  "Du har trukket det tilbage. Vi gør ikke mere ved det.",
	review.SetAside:         "Vi har lagt det til side. Herunder kan du se hvorfor. Du kan åbne det igen.",
}

// goneExplanations say what has become since of what was published.
var goneExplanations = map[catalogue.State]string{
	catalogue.StateWithdrawn: "Det blev udgivet, men er trukket tilbage igen. På siden står hvorfor.",
	catalogue.StateRemoved:   "Det blev udgivet, men er fjernet fra kataloget igen.",
	catalogue.StateMerged:    "Det er udgivet i kataloget sammen med et andet eksempel om det samme. Tak for hjælpen.",
}

func (s *Site) submissionView(sub *postgres.SubmissionView, token string) web.SubmissionPage {
	v := web.SubmissionPage{Shell: s.submitShell("Din indsendelse: " + catalogue.LowerFirst(review.SubmissionStates.Label(sub.State))), Reference: sub.Reference,
		State: review.SubmissionStates.Label(sub.State), Explanation: explanations[sub.State], Days: answerWithin, Base: submissionPath(token), Draft: draftOf("svar", token)}
	v.Crumbs[1].Label = "Din indsendelse"
	if sub.ErasedAt != nil {
		v.Explanation = "Vi har slettet det, du sendte, og ved ikke længere, hvem du er. Her står kun, hvad der blev besluttet."
	}
	if sub.Place > 0 {
		v.Place = fmt.Sprintf("Den er nummer %d i køen.", sub.Place)
	}
	if gone, ok := goneExplanations[sub.PracticeState]; ok && sub.State == review.Accepted && sub.ErasedAt == nil {
		v.Explanation = gone
	}
	if sub.PracticeTitle != "" {
		v.Result = web.Link{Label: sub.PracticeTitle, URL: catalogue.PracticePath(sub.PracticeSlug)}
	}
	for _, e := range sub.Events {
		line, ok := eventLine(e)
		if ok {
			v.Events = append(v.Events, line)
		}
	}
	can := func(a review.Action) bool { _, err := sub.State.After(a); return err == nil }
	v.CanAnswer = can(review.Answer) && sub.ErasedAt == nil && len(sub.OpenQuestions()) > 0
	v.Wait = waits(sub, time.Now().UTC())
	if sub.ErasedAt == nil {
		v.CanCorrect, v.CanWithdraw = can(review.Correct), can(review.Withdraw)
	}
	if v.CanAnswer {
		s.putQuestions(&v, newAnswers(sub, nil, s.index.Taxonomy()), 0)
	}
	for _, m := range sub.Unsent {
		if reason := review.MailReason(m.Code, m.Status, m.RefusedAt != nil); m.GivenUp() && sub.Contact != nil && !slices.Contains(v.Unreached, reason) {
			v.Unreached, v.Email = append(v.Unreached, reason), emailField(sub.Contact.Email, "")
		}
	}
	v.Parts = s.sentSections(&sub.Content, nil)
	for _, a := range sub.Attachments {
		f := web.SentFile{Name: a.Name, Alt: a.TextAlternative, Notes: a.Notes}
		if !a.TextRead && !strings.HasPrefix(a.Type, "image/") {
			f.Notes = append(f.Notes, "Vi kan ikke læse al teksten i filen. En redaktør ser den igennem.")
		}
		v.Attachments = append(v.Attachments, f)
	}
	if sub.Contact != nil {
		v.EraseOn = sub.EraseOn.Danish()
		if v.EraseOn == "" {
			v.EraseOn = "senere"
		}
	}
	return v
}

// waits says what happens if the submitter does not answer, and has the press that
// undoes what has happened; nil while neither is near.
func waits(sub *postgres.SubmissionView, now time.Time) *web.SubmissionWait {
	day := func(t time.Time) string { return catalogue.DanishDay(t, now) }
	again := "Åbn det igen med ét klik, så ser redaktionen på det."
	if len(sub.OpenQuestions()) > 0 {
		again = "Åbn det igen med ét klik, så har du god tid til at svare."
	}
	switch f := sub.Facts; {
	case sub.ErasedAt != nil:
	case sub.State == review.SetAside:
		return &web.SubmissionWait{Heading: "Lagt til side", Text: "Vi lagde det til side " + day(f.Moved) + ". Intet er slettet. " + again, Button: "Åbn det igen"}
	case sub.State == review.ChangesRequested && f.Reminders > 0:
		return &web.SubmissionWait{Heading: "Vi mangler dit svar", Text: "Vi mindede dig om det " + day(f.Reminded) + ". Hører vi ikke fra dig, lægger vi det til side " + day(f.AsideOn()) + ".", Button: "Giv mig mere tid"}
	}
	return nil
}

func emailField(value, problem string) web.Field {
	return web.Field{Type: web.FieldMail, Name: "email", ID: "email", Label: "Din mailadresse", Value: value, Error: problem, Auto: "email", Must: true}
}

// eventLine is a line of the history; what is for the desk alone is not shown.
func eventLine(e postgres.SubmissionEvent) (web.SubmissionLine, bool) {
	line := web.SubmissionLine{When: catalogue.DanishTime(e.At), Text: e.Text}
	switch e.Kind {
	case review.EventReceived:
		line.What, line.Text = "Vi modtog din indsendelse.", ""
	case review.EventTaken:
		line.What, line.Text = "En redaktør begyndte at læse.", ""
	case review.EventAsked:
		line.What = "Redaktionen spurgte:"
	case review.EventAnswered:
		line.What = "Du svarede:"
		if line.Text == "" {
			line.What = "Du svarede."
		}
	case review.EventCorrected:
		line.What, line.Text = "Du rettede det, du havde sendt.", ""
	case review.EventWithdrawn:
		line.What, line.Text = "Du trak det tilbage.", ""
	case review.EventReminded:
		line.What, line.Text = "Vi mindede dig om spørgsmålet.", ""
	case review.EventSetAside:
		if line.What = "Vi lagde det til side:"; line.Text == "" {
			line.What = "Vi lagde det til side, fordi vi ikke fik svar."
		}
	case review.EventResumed:
		line.What, line.Text = "Det blev åbnet igen.", ""
	case review.EventMoreTime:
		line.What, line.Text = "Du fik mere tid.", ""
	case review.EventEmailMended:
		line.What = "Din mailadresse blev rettet."
	case review.EventContactErased:
		line.What, line.Text = "Dine kontaktoplysninger blev slettet.", ""
	case review.EventContentErased:
		line.What, line.Text = "Det, du sendte, blev slettet.", ""
	case review.EventTextErased:
		line.What, line.Text = "Redaktionen slettede noget af det, du sendte.", ""
	case review.EventPublished:
		line.What, line.Text = "Det blev udgivet.", "" // why without what is the desk's matter
	case review.EventExists:
		line.What = "Det findes i forvejen."
	case review.EventReplied:
		line.What = "Redaktionen svarede:"
	case review.EventDeclined:
		line.What = "Vi tog det ikke med. " + review.DeclineReasons.Label(review.DeclineReason(e.Reason)) + "."
	default:
		return line, false
	}
	return line, true
}

// submissionEmail takes another address of the submitter, while mails to the one
// they gave are given up.
func (s *Site) submissionEmail(w http.ResponseWriter, r *http.Request, token string) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	sub, err := s.store.SubmissionByToken(r.Context(), token)
	if err != nil {
		return err
	}
	v := s.submissionView(sub, token)
	if len(v.Unreached) == 0 { // nothing to mend, or no more
		http.Redirect(w, r, submissionPath(token), http.StatusSeeOther)
		return nil
	}
	typed := r.PostForm.Get("email")
	address, fault := review.Email(typed)
	if fault == "" {
		err := s.store.MendEmail(r.Context(), postgres.On{Token: token}, "", address, 0, time.Now().UTC())
		var refused *review.RefusedError
		switch {
		case errors.Is(err, catalogue.ErrConflict): // done meanwhile
			http.Redirect(w, r, submissionPath(token), http.StatusSeeOther)
			return nil
		case errors.As(err, &refused) && len(refused.Faults) > 0:
			fault, typed = refused.Faults[0].Message, review.Mask(typed)
		default:
			return s.done(w, r, token, "mailadresse", err)
		}
	}
	v.Title = "Fejl: " + v.Title
	v.Errors = []web.FormError{{Message: fault, URL: "#email"}}
	v.Email = emailField(catalogue.Visible(typed), fault)
	return private(w, r, http.StatusUnprocessableEntity, web.SubmissionStatusPage(v))
}

// confirm asks before an act that cannot be undone.
func (s *Site) confirm(v web.SubmissionConfirm, path string) func(http.ResponseWriter, *http.Request, string) error {
	return func(w http.ResponseWriter, r *http.Request, token string) error {
		if _, err := s.store.SubmissionByToken(r.Context(), token); err != nil {
			return err
		}
		v := v
		v.Shell = s.submitShell(v.Heading)
		v.Action = submissionPath(token) + path
		v.Back = web.Link{Label: "Nej, gå tilbage", URL: submissionPath(token)}
		return private(w, r, http.StatusOK, web.SubmissionConfirmPage(v))
	}
}

// submissionCorrect serves the form with what was sent.
func (s *Site) submissionCorrect(w http.ResponseWriter, r *http.Request, token string) error {
	sub, err := s.store.SubmissionByToken(r.Context(), token)
	if err != nil {
		return err
	}
	if _, err := sub.State.After(review.Correct); err != nil {
		return err
	}
	return s.showCorrection(w, r, http.StatusOK, token, sub, &sub.Content, formState{})
}

// submissionCorrected takes what was corrected.
func (s *Site) submissionCorrected(w http.ResponseWriter, r *http.Request, token string) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	sub, err := s.store.SubmissionByToken(r.Context(), token)
	if err != nil {
		return err
	}
	c, _ := readContent(r.PostForm, sub.Content.Kind.Form())
	c.Kind, c.About, c.NotCPR = sub.Content.Kind, sub.Content.About, r.PostForm.Get("not_cpr") != ""
	c.Practice.Kind = sub.Content.Practice.Kind
	if _, err := sub.State.After(review.Correct); err != nil {
		return s.showTooLate(w, r, token, sub, &c)
	}
	c.Named = append(c.Named, sub.Content.Named...)
	c.Answered = append(readAgreed(r.PostForm).answered, sub.Content.Answered...)
	add := r.PostForm.Get("add")
	if add != "" || r.PostForm.Get("remove") != "" {
		return s.showCorrection(w, r, http.StatusOK, token, sub, &c, formState{add: add})
	}
	faults, notCPR := s.check(&c, &review.Contact{})
	// A correction is of what was sent, not of who sent it.
	faults = slices.DeleteFunc(faults, func(f review.Fault) bool { return f.Field == "email" })
	how := formState{faults: faults, notCPR: notCPR, warned: true, more: unanswered(&c, c.Answered)}
	if len(faults)+len(how.more) > 0 {
		return s.showCorrection(w, r, http.StatusUnprocessableEntity, token, sub, &c, how)
	}
	err = s.apply(r, token, review.Act{Action: review.Correct, Content: &c})
	if errors.Is(err, review.ErrDecided) { // since it was read
		return s.showTooLate(w, r, token, sub, &c)
	}
	return s.done(w, r, token, "rettet", err)
}

// showTooLate gives an answer or a correction back that came after the decision: the
// text, and a form that it can be sent with as a new example.
func (s *Site) showTooLate(w http.ResponseWriter, r *http.Request, token string, sub *postgres.SubmissionView, c *review.Submission) error {
	x := &sending{Submission: *c, Key: rand.Text(), Served: time.Now().Unix()}
	data, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return private(w, r, http.StatusConflict, web.TooLatePage(web.TooLate{Shell: s.submitShell("Det, du skrev, er ikke sendt"), Question: c.Kind == review.KindQuestion,
		Reference: sub.Reference, Status: web.Link{Label: "Se, hvordan det gik", URL: submissionPath(token)}, Parts: s.sentSections(c, nil),
		Action: submitPath(c.Kind), Hidden: []web.Hidden{{Name: fieldData, Value: string(data)}}}))
}

func (s *Site) showCorrection(w http.ResponseWriter, r *http.Request, status int, token string, sub *postgres.SubmissionView, c *review.Submission, how formState) error {
	sent, err := json.Marshal(&sub.Content) // what a draft of the browser must be a correction of
	if err != nil {
		return err
	}
	about, err := s.aboutLink(r.Context(), c.About)
	if err != nil {
		return err
	}
	f := newForm(c, nil, s.index.Taxonomy(), how)
	f.record.Action = submissionPath(token) + "/ret"
	v := web.SubmitForm{Shell: s.submitShell("Ret din indsendelse"), Heading: "Ret det, du har sendt", Lead: "Det, du sendte først, bliver ikke væk. Redaktionen ser begge dele.", About: about, Question: c.Kind == review.KindQuestion,
		Action: f.record.Action, Send: "Gem rettelsen", Sections: f.sections(), Hidden: append(web.NameAnswers(c.Named), typedField(typedStamp(r.PostForm)), web.Hidden{Name: fieldVersion, Value: draftOf("v", string(sent))}), Draft: draftOf("ret", token), Actors: f.actors(),
		NotCPR: f.notCPR(), Back: web.Link{Label: "Fortryd", URL: submissionPath(token)}}
	if how.warned {
		v.Warnings = s.warnings(c, c.Answered, true)
	}
	v.Errors = append(f.errors(), how.more...)
	if len(v.Errors) > 0 {
		v.Title = "Fejl: " + v.Title
	}
	return private(w, r, status, web.SubmitFormPage(v))
}
