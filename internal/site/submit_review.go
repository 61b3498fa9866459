package site

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/likeness"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// agreed is what is answered on the review step, and what is wrong with it.
type agreed struct {
	about            string   // the slug that was said to be the same
	answered         []string // warnings
	licence, contact bool
	alts             [maxFiles]string

	errors                     []web.FormError
	unanswered                 bool
	fileWarnings               []web.Warning // of the files that came, and of those that are kept
	licenceError, contactError string
	files                      [maxFiles]string // what is wrong with each file
	altErrors                  [maxFiles]string
	again                      bool // files must be chosen again
	digits                     bool // ten digits in a file stand in the way, which may be something else
	kept                       []keptFile
	sent                       *postgres.SubmissionView // what the form has sent before, where this is something else
	sentToken                  string
	alone                      bool // shown without what the database knows, which is away
}

func readAgreed(v url.Values) *agreed {
	a := &agreed{about: v.Get("om"), licence: v.Get("ok_licence") != "", contact: v.Get("ok_contact") != ""}
	for _, key := range v["answered"] {
		if len(a.answered) < catalogue.MaxRows && len(key) <= catalogue.MaxSlug {
			a.answered = append(a.answered, key)
		}
	}
	for i := range a.alts {
		a.alts[i] = review.Line(v.Get(altName(i)))
	}
	return a
}

// check notes what has not been answered.
func (a *agreed) check(s *review.Submission) {
	unanswered := unanswered(s, a.answered)
	for _, w := range a.fileWarnings {
		if !w.Answered {
			unanswered = append(unanswered, web.FormError{Message: "Svar på, om det kan blive stående: " + strings.TrimSuffix(w.Message, "."), URL: "#" + w.ID})
		}
	}
	a.unanswered = len(unanswered) > 0
	a.errors = append(unanswered, a.errors...)       // those are of files
	if !a.licence && s.Kind != review.KindQuestion { // nothing of a question is published
		a.licenceError = "Sæt kryds, hvis andre må bruge teksten. Ellers kan vi ikke tage imod den."
		a.errors = append(a.errors, web.FormError{Message: a.licenceError, URL: "#ok-licence"})
	}
	if !a.contact {
		a.contactError = "Sæt kryds, hvis vi må svare dig på din mailadresse."
		a.errors = append(a.errors, web.FormError{Message: a.contactError, URL: "#ok-contact"})
	}
}

// answerable are the warnings that a submitter may answer. Those that block, and
// ten digits that were declared to be no CPR number, are the form's own.
func answerable(s *review.Submission) []review.Warning {
	return slices.DeleteFunc(review.Warnings(s), func(w review.Warning) bool {
		return w.Blocks || s.NotCPR && w.Kind == review.WarnDigits
	})
}

// unanswered leads to the answerable warnings without an answer.
func unanswered(s *review.Submission, answered []string) (out []web.FormError) {
	for _, w := range review.Unanswered(answerable(s), answered) {
		out = append(out, web.FormError{Message: "Svar på, om det kan blive stående: " + strings.TrimSuffix(w.Message, "."), URL: "#" + warningID(w)})
	}
	return out
}

func (a *agreed) wrong() bool { return len(a.errors) > 0 }

// warnOfFiles adds what the names of the files, and the words on them, may show of
// somebody: of those that are kept, and of those that have just come.
func (a *agreed) warnOfFiles(s *review.Submission, came ...checkedFile) {
	add := func(name, words string) {
		for _, w := range review.FileWarnings(s, name, words) {
			x := answerBox(w, a.answered)
			x.Field = "Teksten om filen »" + name + "«"
			if w.Field == review.FieldFileName {
				x.Field = "Navnet på filen »" + name + "«"
			}
			if !slices.ContainsFunc(a.fileWarnings, func(y web.Warning) bool { return x.ID == y.ID }) {
				a.fileWarnings = append(a.fileWarnings, x)
			}
		}
	}
	for _, k := range a.kept {
		add(k.Name, k.TextAlternative)
	}
	for _, f := range came {
		add(f.Name, f.TextAlternative)
	}
}

// answerBox is a warning with the box that answers it.
func answerBox(w review.Warning, answered []string) web.Warning {
	return web.Warning{ID: warningID(w), Key: w.Key, Message: w.Message, Excerpt: w.Excerpt, Answered: slices.Contains(answered, w.Key), Label: "Jeg har set på det, og det kan blive stående"}
}

// known are the answers that belong to a warning; nothing else is kept.
func known(warnings []review.Warning, ofFiles []web.Warning, answered []string) []string {
	return slices.DeleteFunc(answered, func(key string) bool {
		return !slices.ContainsFunc(warnings, func(w review.Warning) bool { return w.Key == key }) && !slices.ContainsFunc(ofFiles, func(w web.Warning) bool { return w.Key == key })
	})
}

func warningID(w review.Warning) string { return "advarsel-" + web.FieldID(w.Key) }

// showReview is the step before sending.
func (s *Site) showReview(w http.ResponseWriter, r *http.Request, status int, x *sending, a *agreed) error {
	sub := &x.Submission
	data, err := json.Marshal(x)
	if err != nil {
		return err
	}
	v := web.SubmitReview{Shell: s.submitShell("Se det igennem, og send"), Errors: a.errors, Days: answerWithin, Authority: s.Authority.Name,
		Hidden: []web.Hidden{{Name: fieldData, Value: string(data)}}, FileAgain: a.again, SimilarChosen: a.about,
		FileLimits: "Højst tre filer på 10 MB hver: PDF, Word, OpenDocument, PNG eller JPEG. Kun redaktionen ser dem."}
	if a.wrong() {
		v.Title = "Fejl: " + v.Title
	}
	// What the page says of the catalogue is a comfort: without it what was typed is
	// shown all the same.
	lost := func(err error) {
		s.log.ErrorContext(r.Context(), "the review step says less of the catalogue", "error", err)
		a.alone = true
	}
	if !a.alone {
		if v.About, err = s.aboutLink(r.Context(), sub.About); err != nil {
			lost(err)
		}
	}
	v.Parts = s.sentSections(sub, &x.Contact)
	a.warnOfFiles(sub)
	v.Warnings = append(s.warnings(sub, a.answered, false), a.fileWarnings...)
	if a.unanswered {
		v.WarningError = "Svar på hvert sted: ret det, eller sæt kryds."
	}
	v.Licence = web.ConsentField{Chosen: a.licence, Error: a.licenceError}
	v.Contact = web.ConsentField{Chosen: a.contact, Error: a.contactError}
	v.Files, v.Kept = a.fileFields()
	if a.digits || x.FilesNotCPR {
		v.FilesNotCPR = &web.FieldOption{ID: "files-not-cpr", Value: "1", Label: "De ti tal i filerne er ikke et CPR-nummer", Chosen: x.FilesNotCPR}
	}
	if a.sent != nil {
		_, refused := a.sent.State.After(review.Correct)
		v.Sent = web.SentBefore{Title: sentTitle(a.sent), URL: submissionPath(a.sentToken), CanCorrect: refused == nil}
	}
	v.Draft, v.Typed = x.draft(), strconv.FormatInt(x.Typed, 10)
	v.Save = sub.Kind != review.KindQuestion
	v.Question = sub.Kind == review.KindQuestion
	if !v.Question && !a.alone && (sub.About == "" || a.about == sub.About) {
		cards, err := likeness.Practices(r.Context(), s.index, s.store, similarityText(sub), maxSimilarShown)
		if err != nil {
			lost(err)
		}
		for _, c := range cards {
			v.Similar = append(v.Similar, web.SimilarPractice{ID: "om-" + c.Slug, Slug: c.Slug, Title: c.Title, Who: c.Organisation.Name, Summary: c.Summary, URL: catalogue.PracticePath(c.Slug)})
		}
		if len(v.Similar) > 0 && a.about != "" {
			v.About = web.Link{} // the choice below says it
		}
	}
	return private(w, r, status, web.SubmitReviewPage(v))
}

// similarityText is what a submission is held against others by.
func similarityText(s *review.Submission) string {
	if s.Kind.Brief() {
		return s.Text
	}
	return s.Practice.Title + " " + s.Practice.Summary
}

// warnings are what may show who a submission is about, with what was answered.
// onForm tells that the fields are on the same page.
func (s *Site) warnings(sub *review.Submission, answered []string, onForm bool) (out []web.Warning) {
	labels := map[string]string{}
	for _, part := range newForm(sub, nil, s.index.Taxonomy(), formState{}).sections() {
		for _, x := range part.Fields {
			labels[x.Name] = x.Label
		}
		for _, row := range part.Rows {
			for _, x := range row.Fields {
				labels[x.Name] = row.Legend + ": " + x.Label
			}
		}
	}
	for _, w := range answerable(sub) {
		x := answerBox(w, answered)
		x.Field = labels[w.Field]
		if onForm {
			x.URL = "#" + web.FieldID(w.Field)
		}
		out = append(out, x)
	}
	return out
}

// sentSections are what was typed, as the form asked for it; what was left blank is
// left out.
func (s *Site) sentSections(sub *review.Submission, c *review.Contact) []web.FilledSection {
	return web.FilledSections(newForm(sub, c, s.index.Taxonomy(), formState{}).sections())
}
