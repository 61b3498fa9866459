package site

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// fieldAnswer is the answer to the first question of a page, and with a hyphen and
// its number that to another one. fieldAsked are the numbers of those that the page
// shows.
const fieldAnswer, fieldAsked = "svar", "svar-paa"

// answers are what the submitter says to the questions of the desk, and puts right.
type answers struct {
	sub      *postgres.SubmissionView
	taxonomy *catalogue.Taxonomy
	// asked are the questions of the page that still wait. Where there are none, one
	// without a number stands for the last that was asked.
	asked     []postgres.SubmissionQuestion
	texts     []string // by asked
	corrected []bool   // by asked
	// content is what was sent with what is put right.
	content review.Submission
	faults  []review.Fault    // of what is put right
	wrong   map[string]string // by the names of answers
	first   int64             // the question whose answer has no number
}

// newAnswers reads what was posted; nil for a page that is shown.
func newAnswers(sub *postgres.SubmissionView, v url.Values, t *catalogue.Taxonomy) *answers {
	a := &answers{sub: sub, taxonomy: t, content: sub.Content, asked: sub.OpenQuestions(), wrong: map[string]string{}}
	a.content.Practice = sub.Content.Practice.Clone()
	if len(a.asked) > 0 {
		a.first = a.asked[0].ID
	}
	if shown := readIDs(v.Get(fieldAsked)); len(shown) > 0 {
		a.first = shown[0]
		a.asked = slices.DeleteFunc(a.asked, func(q postgres.SubmissionQuestion) bool { return !slices.Contains(shown, q.ID) })
	}
	if len(a.asked) == 0 && len(sub.Questions) > 0 {
		last := sub.Questions[len(sub.Questions)-1]
		a.asked, a.first = []postgres.SubmissionQuestion{{Text: last.Text}}, 0
	}
	a.texts, a.corrected = make([]string, len(a.asked)), make([]bool, len(a.asked))
	for i, q := range a.asked {
		a.texts[i] = review.Text(v.Get(a.name(q)))
	}
	if v != nil {
		a.correct(v)
	}
	return a
}

func readIDs(s string) (out []int64) {
	for x := range strings.FieldsSeq(s) {
		if id, err := strconv.ParseInt(x, 10, 64); err == nil && len(out) < catalogue.MaxRows {
			out = append(out, id)
		}
	}
	return out
}

// name is that of the field of an answer.
func (a *answers) name(q postgres.SubmissionQuestion) string {
	if q.ID == a.first {
		return fieldAnswer
	}
	return fmt.Sprintf("%s-%d", fieldAnswer, q.ID)
}

// place is the field or the list that a question is about, and the row, from 0, or
// -1. It is nil where nothing can be put right in its place: about the whole, about
// a list as a whole, and in what is no record.
func (a *answers) place(q postgres.SubmissionQuestion) (f *catalogue.Field, row int) {
	path, rest, inRow := strings.Cut(q.Field, "[")
	f, row = catalogue.FieldAt(path), -1
	if f == nil || q.ID == 0 || a.sub.Content.Kind.Brief() || f.Asked > catalogue.FormFull {
		return nil, row
	}
	if inRow {
		n, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
		if row = n - 1; err != nil || row < 0 || row >= f.Len(&a.sub.Content.Practice) {
			return nil, row
		}
	} else if f.Kind == catalogue.FieldRows && !f.Plain() {
		return nil, row
	}
	return f, row
}

// correct takes what is put right into the content.
func (a *answers) correct(v url.Values) {
	typed := catalogue.ReadForm(v, catalogue.FormFull)
	for i, q := range a.asked {
		f, row := a.place(q)
		if f == nil || a.again(i) || !posted(v, q.Field) {
			continue
		}
		if row >= 0 {
			f.TakeRow(&a.content.Practice, &typed, row, catalogue.FormFull)
		} else {
			f.Take(&a.content.Practice, &typed)
		}
	}
	a.content.Practice.DropEmptyRows()
	now, sent := a.content.Practice.Clone(), a.sub.Content.Practice.Clone()
	review.Canonical(&now)
	review.Canonical(&sent)
	for _, p := range []*catalogue.Practice{&now, &sent} {
		for v := range p.Values() {
			if o := v.Organisation(); o != nil {
				if known := a.taxonomy.Organisation(o.String()); known != nil {
					*o = catalogue.OrganisationRef{Slug: known.Slug}
				}
			}
		}
	}
	for _, x := range catalogue.Differences(&sent, &now) {
		for i, q := range a.asked {
			if f, _ := a.place(q); f != nil && within(x.Path, q.Field) {
				a.corrected[i] = true
			}
		}
	}
}

// again tells whether an earlier question of the page is about the same.
func (a *answers) again(i int) bool {
	return slices.ContainsFunc(a.asked[:i], func(q postgres.SubmissionQuestion) bool { return q.Field == a.asked[i].Field })
}

// posted tells whether a form has a field, or one of a row.
func posted(v url.Values, path string) bool {
	for name := range v {
		if within(name, path) {
			return true
		}
	}
	// Boxes of which none is ticked are not posted: the page says that it asks.
	return slices.Contains(v[fieldCorrects], path)
}

// fieldCorrects are the paths that a page lets one put right.
const fieldCorrects = "retter"

// within tells whether a path is a field, or one of its rows or values.
func within(path, field string) bool {
	return path == field || strings.HasPrefix(path, field+"[") || strings.HasPrefix(path, field+".")
}

// any tells whether something is put right.
func (a *answers) any() bool { return slices.Contains(a.corrected, true) }

// text is all that is said, where it is no answer any more.
func (a *answers) text() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(a.texts), func(s string) bool { return s == "" }), "\n\n")
}

// act is what is done with the answers.
func (a *answers) act(notCPR bool) review.Act {
	x := review.Act{Action: review.Answer, NotCPR: notCPR}
	if a.asked[0].ID == 0 {
		x.Text = a.texts[0]
		return x
	}
	for i, q := range a.asked {
		x.Answers = append(x.Answers, review.QuestionAnswer{Question: q.ID, Text: a.texts[i], Corrected: a.corrected[i]})
	}
	if a.any() {
		x.Content = &a.content
	}
	return x
}

// putQuestions puts the questions of a page with what was typed.
func (s *Site) putQuestions(v *web.SubmissionPage, a *answers, typed int64) {
	sent := newForm(&a.sub.Content, nil, a.taxonomy, formState{})
	now := newForm(&a.content, nil, a.taxonomy, formState{faults: a.faults})
	sent.record.Form, now.record.Form = catalogue.FormFull, catalogue.FormFull
	before, after := sent.record.Sections(), now.record.Sections()
	var ids []string
	v.Hidden = []web.Hidden{typedField(typed)}
	for i, q := range a.asked {
		name := a.name(q)
		x := web.AskedQuestion{ID: "om-" + name, Title: review.FieldTitle(q.Field), Text: q.Text, Corrected: a.corrected[i],
			Answer: web.Field{Type: web.FieldArea, Name: name, ID: name, Label: "Dit svar", Value: catalogue.Visible(a.texts[i]), Error: a.wrong[name], Rows: 4}}
		if len(a.asked) > 1 && x.Title != "" {
			x.Answer.Label = "Dit svar om " + catalogue.LowerFirst(x.Title)
			if strings.HasSuffix(x.Title, "?") {
				x.Answer.Label = "Dit svar til »" + x.Title + "«"
			}
		}
		for _, e := range a.sub.Questions {
			if q.ID != 0 && e.Field == q.Field && q.Field != "" && e.ID < q.ID && e.AnsweredAt != nil {
				x.Before = append(x.Before, web.SubmissionLine{When: catalogue.DanishTime(e.AskedAt), What: "Redaktionen spurgte:", Text: e.Text},
					web.SubmissionLine{When: catalogue.DanishTime(*e.AnsweredAt), What: "Du svarede:", Text: e.Answer})
			}
		}
		if f, row := a.place(q); f != nil {
			for _, fact := range web.FilledFields(fieldsOf(before, q.Field, row)) {
				x.Sent = strings.TrimPrefix(x.Sent+" · "+fact.Value, " · ")
			}
			if !a.again(i) {
				x.Correct, x.CorrectLabel, x.Answer.Hint = fieldsOf(after, q.Field, row), "Det var en fejl, her er det rigtige", "Var det, du sendte, en fejl, så er det nok at rette det herunder."
				if x.Sent == "" { // nothing was sent that could be wrong
					x.CorrectLabel, x.Answer.Hint = "Skriv det i skabelonens felt", "Du kan også skrive det direkte i feltet fra skabelonen herunder. Så er det nok."
				}
				v.Hidden = append(v.Hidden, web.Hidden{Name: fieldCorrects, Value: q.Field})
				if slices.ContainsFunc(x.Correct, func(f web.Field) bool { return f.List != "" }) {
					v.Actors = now.actors()
				}
			}
		}
		if q.ID != 0 {
			ids = append(ids, strconv.FormatInt(q.ID, 10))
		}
		v.Questions = append(v.Questions, x)
	}
	v.Ask = "Ved du det ikke, så skriv det. Skriv ikke navne eller CPR-numre på borgere."
	if n := len(a.asked); n > 1 {
		v.Ask = fmt.Sprintf("Der er %d spørgsmål. Svar på dem alle, og send dem samlet. ", n) + v.Ask
	}
	v.Hidden = append(v.Hidden, web.Hidden{Name: fieldAsked, Value: strings.Join(ids, " ")})
	for _, f := range a.faults {
		v.Errors = append(v.Errors, now.record.Line(f.Field, f.Message))
	}
}

// fieldsOf are the fields of a form that a question is about.
func fieldsOf(sections []web.FormSection, path string, row int) []web.Field {
	list, _, _ := strings.Cut(path, "[")
	for _, s := range sections {
		for _, f := range s.Fields {
			if f.Name == path {
				return []web.Field{f}
			}
		}
		if row >= 0 && s.Add.Value == list && row < len(s.Rows) {
			return s.Rows[row].Fields
		}
	}
	return nil
}

// submissionAnswer takes the answers to what the desk asked, with what is put right.
func (s *Site) submissionAnswer(w http.ResponseWriter, r *http.Request, token string) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	sub, err := s.store.SubmissionByToken(r.Context(), token)
	if err != nil {
		return err
	}
	a := newAnswers(sub, r.PostForm, s.index.Taxonomy())
	notCPR, agreed := r.PostForm.Get("not_cpr") != "", readAgreed(r.PostForm).answered
	if len(a.asked) == 0 { // nothing was ever asked
		http.Redirect(w, r, submissionPath(token), http.StatusSeeOther)
		return nil
	}
	var lines []web.FormError
	var said checkedAnswer
	for i, q := range a.asked {
		name, text := a.name(q), a.texts[i]
		x := readAnswer(&sub.Content, text, notCPR, agreed)
		problem := ""
		switch n := utf8.RuneCountInString(text); {
		case text == "" && !a.corrected[i] && len(a.asked) > 1:
			problem = "Skriv et svar, eller ret feltet. Ved du det ikke, så skriv det."
		case text == "" && !a.corrected[i]:
			problem = "Skriv dit svar."
		case !catalogue.Legible(text):
			problem = review.Illegible
		case n > review.MaxMessage:
			problem = fmt.Sprintf("Svaret er på %d tegn. Der er plads til %d. Gør det kortere.", n, review.MaxMessage)
		case x.blocked != "":
			problem = x.blocked
		}
		if problem != "" {
			a.wrong[name] = problem
			lines = append(lines, web.FormError{Message: problem, URL: "#" + name})
		}
		said.add(x)
	}
	if len(lines) == 0 && said.unanswered != "" {
		lines = append(lines, web.FormError{Message: "Svar på, om det kan blive stående, eller ret dit svar.", URL: "#" + said.unanswered})
	}
	more := s.checkCorrection(a, r.PostForm, notCPR, agreed, &said)
	if len(lines)+len(more)+len(a.faults) == 0 {
		err := s.apply(r, token, a.act(notCPR))
		refused, is := errors.AsType[*review.RefusedError](err)
		switch {
		case is:
			for _, f := range refused.Faults {
				at := a.asked[0]
				for _, q := range a.asked {
					if f.Field == review.FieldAnswerTo(q.ID) {
						at = q
					}
				}
				a.wrong[a.name(at)] = f.Message
				lines = append(lines, web.FormError{Message: f.Message, URL: "#" + a.name(at)})
			}
		case !errors.Is(err, review.ErrDecided):
			return s.done(w, r, token, "svar", err)
		default:
			if sub, err = s.store.SubmissionByToken(r.Context(), token); err != nil { // it is decided now
				return err
			}
		}
	}
	if _, err := sub.State.After(review.Answer); err != nil || len(lines)+len(more)+len(a.faults) == 0 {
		return s.lateAnswer(w, r, token, sub, a)
	}
	v := s.submissionView(sub, token)
	v.CanAnswer = true // one may answer again while it is read
	v.Questions = nil
	v.Title = "Fejl: " + v.Title
	v.Errors = lines
	s.putQuestions(&v, a, typedStamp(r.PostForm))
	v.Errors = append(v.Errors, more...)
	v.Warnings, v.NotCPR = said.warnings, said.notCPR
	return private(w, r, http.StatusUnprocessableEntity, web.SubmissionStatusPage(v))
}

// checkCorrection looks through what is put right as the form is looked through, and
// adds what must be answered.
func (s *Site) checkCorrection(a *answers, v url.Values, notCPR bool, agreed []string, said *checkedAnswer) []web.FormError {
	if !a.any() {
		return nil
	}
	c := &a.content
	c.NotCPR = c.NotCPR || notCPR
	c.Named = append(catalogue.ReadNameChoices(v), a.sub.Content.Named...)
	c.Answered = append(slices.Clone(agreed), a.sub.Content.Answered...)
	faults, digits := s.check(c, &review.Contact{})
	for _, f := range faults {
		if slices.ContainsFunc(a.asked, func(q postgres.SubmissionQuestion) bool { return q.Field != "" && within(f.Field, q.Field) }) {
			a.faults = append(a.faults, f)
		}
	}
	if digits && said.notCPR == nil {
		said.notCPR = &web.FieldOption{ID: "not-cpr", Value: "1", Label: "Det er ikke et CPR-nummer", Chosen: notCPR}
	}
	for _, w := range s.warnings(c, c.Answered, true) {
		if !slices.ContainsFunc(said.warnings, func(x web.Warning) bool { return x.ID == w.ID }) && !w.Answered {
			said.warnings = append(said.warnings, w)
		}
	}
	return unanswered(c, c.Answered)
}

// lateAnswer gives back an answer that came after the decision, unless it had come
// before: then it was posted twice.
func (s *Site) lateAnswer(w http.ResponseWriter, r *http.Request, token string, sub *postgres.SubmissionView, a *answers) error {
	text := a.text()
	same := func(given string) bool { return given == text }
	if slices.ContainsFunc(sub.Events, func(e postgres.SubmissionEvent) bool { return e.Kind == review.EventAnswered && same(e.Text) }) {
		return s.done(w, r, token, "svar", nil)
	}
	c := &review.Submission{Kind: review.KindTip, Text: text}
	c.Practice.Organisation = sub.Content.Practice.Organisation
	return s.showTooLate(w, r, token, sub, c)
}
