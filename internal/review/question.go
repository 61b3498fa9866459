package review

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// Question is what the desk asks the submitter about one field of what was sent.
type Question struct {
	// ID is the store's; 0 for one that is being asked.
	ID int64
	// Field is the path of a field of the record as Field.Path, or of a row of a list
	// as in Value.Path ("findings[2]"); empty for the whole.
	Field string
	Text  string
}

// QuestionAnswer is what the submitter says to a question.
type QuestionAnswer struct {
	Question int64 // ID
	Text     string
	// Corrected is set where the field is corrected in the content that comes with it.
	// Then the text may be empty.
	Corrected bool
}

// Closed is a question that an act answers.
type Closed QuestionAnswer

// maxQuestions bounds what is asked at once: more belongs in a telephone call.
const maxQuestions = 20

// PrefixQuestion stands before the path that a question is about, in the fields of
// faults.
const PrefixQuestion = "act.question."

// FieldQuestion is the field of what is wrong with a question about a field of the
// record; about the whole it is FieldText. FieldAnswerTo is that of an answer.
func FieldQuestion(path string) string {
	if path == "" {
		return FieldText
	}
	return PrefixQuestion + path
}

// FieldAnswerTo is the field of what is wrong with the answer to a question.
func FieldAnswerTo(id int64) string { return fmt.Sprintf("act.answer.%d", id) }

// FieldTitle is what a field or a row of the record is called in a sentence to
// somebody: "Kort fortalt", "Erfaring 2"; empty for the whole.
func FieldTitle(path string) string {
	list, rest, inRow := strings.Cut(path, "[")
	f := catalogue.FieldAt(list)
	if path == "" || f == nil {
		return ""
	}
	if !inRow || f.Kind != catalogue.FieldRows || f.Plain() {
		return f.Label
	}
	row, of, _ := strings.Cut(rest, "]")
	title := catalogue.UpperFirst(f.One) + " " + row
	if x := catalogue.FieldAt(list + "[]" + of); of != "" && x != nil {
		title += ", " + catalogue.LowerFirst(x.Label)
	}
	return title
}

// askable tells whether a path names a field of the record or a row of one of its
// lists.
func askable(path string) bool {
	list, rest, inRow := strings.Cut(path, "[")
	f := catalogue.FieldAt(list)
	if f == nil || f.Asked == catalogue.FormNone || strings.Contains(list, ".") && inRow {
		return path == ""
	}
	row, of, closed := strings.Cut(rest, "]")
	return !inRow || f.Kind == catalogue.FieldRows && closed && of == "" && len(row) > 0 && len(row) <= 3 && strings.Trim(row, "0123456789") == "" && row[0] != '0'
}

// ask asks the submitter, about the whole and about fields, in one mail.
func (d *Decision) ask(s *Pending, a Act) error {
	if s.FromDesk {
		return refusal([]Fault{{FieldText, "Redaktionen har selv begyndt eksemplet. Der er ingen indsender at spørge."}})
	}
	var list []Question
	var faults []Fault
	if strings.TrimSpace(a.Text) != "" {
		list = append(list, Question{Text: a.Text})
	}
	for _, q := range a.Questions {
		if q.Text = Text(q.Text); q.Text == "" {
			continue
		}
		if !askable(q.Field) {
			return fmt.Errorf("no field to ask about: %q", q.Field)
		}
		list = append(list, Question{Field: q.Field, Text: q.Text})
	}
	for _, q := range list {
		for _, f := range message(q.Text, "", s.Content.NotCPR) {
			faults = append(faults, Fault{FieldQuestion(q.Field), f.Message})
		}
	}
	text := inOneText(list, func(q Question) (string, string) { return q.Field, q.Text })
	switch n := utf8.RuneCountInString(text); {
	case len(list) == 0:
		faults = []Fault{{FieldText, "Skriv, hvad du vil spørge om."}}
	case len(list) > maxQuestions:
		faults = append(faults, Fault{FieldQuestion(list[0].Field), fmt.Sprintf("Der er %d spørgsmål. Stil højst %d ad gangen.", len(list), maxQuestions)})
	case n > MaxMessage && len(faults) == 0:
		faults = append(faults, Fault{FieldQuestion(list[0].Field), fmt.Sprintf("Spørgsmålene er på %d tegn i alt. Der er plads til %d.", n, MaxMessage)})
	}
	d.Asked = list
	d.Event = Event{Kind: EventAsked, Text: text}
	d.Mails = []Mail{s.mail(MailQuestion, d.State, "question", text)}
	return refusal(faults)
}

// inOneText are texts about fields as one: about the whole alone as it is, else each
// under the name of its field.
func inOneText[T any](list []T, of func(T) (field, text string)) string {
	var parts []string
	for _, x := range list {
		field, text := of(x)
		if title := FieldTitle(field); title != "" {
			if strings.HasSuffix(title, "?") {
				title = "»" + title + "«"
			}
			text = title + ": " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n\n")
}

// WithoutTitles is what inOneText has put together without the names of fields that it
// has quoted: they are nobody's words.
func WithoutTitles(text string) string {
	parts := strings.Split(text, "\n\n")
	for i, p := range parts {
		if title, rest, ok := strings.Cut(p, "?«: "); ok && strings.HasPrefix(title, "»") && isTitle(strings.TrimPrefix(title, "»")+"?") {
			parts[i] = rest
		}
	}
	return strings.Join(parts, "\n\n")
}

// isTitle tells whether a field is called so.
func isTitle(s string) bool {
	return slices.ContainsFunc(catalogue.Fields, func(f *catalogue.Field) bool { return f.Label == s })
}

// CorrectedAnswer stands for the text of an answer that is a correction alone.
const CorrectedAnswer = "Rettet."

// answer takes what the submitter says to the questions that wait, with the
// corrections that come along. A text without an ID is said to all of them, or adds
// to what was answered before.
func (d *Decision) answer(s *Pending, a Act) error {
	notCPR := s.Content.NotCPR || a.NotCPR
	answers := slices.Clone(a.Answers)
	if len(answers) == 0 {
		if faults := message(a.Text, "Skriv dit svar.", notCPR); len(faults) > 0 {
			return refusal(faults)
		}
		for _, q := range s.Open {
			d.Closed = append(d.Closed, Closed{Question: q.ID, Text: a.Text})
		}
		d.Event = Event{Kind: EventAnswered, Text: a.Text}
		d.Mails = []Mail{s.mail(MailAnswered, d.State)}
		return nil
	}
	var faults []Fault
	open := slices.Clone(s.Open)
	type said struct{ field, text string }
	var texts []said
	for _, x := range answers {
		at := slices.IndexFunc(open, func(q Question) bool { return q.ID == x.Question })
		if at < 0 {
			continue // answered meanwhile, from another window
		}
		x.Text = Text(x.Text)
		if x.Text == "" && x.Corrected {
			x.Text = CorrectedAnswer
		}
		for _, f := range message(x.Text, "Skriv et svar, eller ret feltet. Ved du det ikke, så skriv det.", notCPR) {
			faults = append(faults, Fault{FieldAnswerTo(x.Question), f.Message})
		}
		texts = append(texts, said{open[at].Field, x.Text})
		d.Closed = append(d.Closed, Closed(x))
		open = slices.Delete(open, at, at+1)
	}
	text := inOneText(texts, func(x said) (string, string) { return x.field, x.text })
	if n := utf8.RuneCountInString(text); n > MaxMessage && len(faults) == 0 {
		faults = append(faults, Fault{FieldAnswerTo(answers[0].Question), fmt.Sprintf("Svarene er på %d tegn i alt. Der er plads til %d. Gør dem kortere.", n, MaxMessage)})
	}
	if len(faults) > 0 {
		return refusal(faults)
	}
	if len(d.Closed) == 0 {
		return fmt.Errorf("%w: all questions of submission %s are answered: %w", catalogue.ErrConflict, s.Reference, ErrDecided)
	}
	if len(open) > 0 { // asked since the page was made
		d.State = ChangesRequested
	}
	d.Event = Event{Kind: EventAnswered, Text: text}
	now := *s
	if a.Content != nil {
		if !SubmissionKinds.Has(a.Content.Kind) {
			return fmt.Errorf("a correction of no kind of submission")
		}
		d.Content, now.Content = a.Content, *a.Content
		d.Mask = removed(&s.Content, append(submissionTexts(a.Content), fieldText{FieldText, text, prose}))
		if err := refusal(numbers(*a.Content)); err != nil {
			return err
		}
	}
	d.Mails = []Mail{now.mail(MailAnswered, d.State)}
	return nil
}

// closes are the open questions that a correction of the whole answers: those about
// fields that it changes.
func closes(open []Question, before, after *catalogue.Practice) (out []Closed) {
	changed := map[string]bool{}
	for _, x := range catalogue.Differences(before, after) {
		list, rest, _ := strings.Cut(x.Path, "[")
		row, _, _ := strings.Cut(rest, "]")
		changed[list] = true
		if row != "" {
			changed[list+"["+row+"]"] = true
		}
	}
	for _, q := range open {
		if changed[q.Field] {
			out = append(out, Closed{Question: q.ID, Text: CorrectedAnswer, Corrected: true})
		}
	}
	return out
}
