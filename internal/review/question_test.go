package review

import (
	"errors"
	"strings"
	"testing"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
)

func TestAsk(t *testing.T) {
	const number = "010190-1234"
	for name, c := range map[string]struct {
		text   string
		fields []Question
		fault  string // the field; "!" for a mistake of the caller
		mail   string
	}{
		"nothing":            {" ", []Question{{Field: "summary", Text: "\n"}}, FieldText, ""},
		"the whole":          {"Hvem?", nil, "", "Hvem?"},
		"a field":            {"", []Question{{Field: "summary", Text: "Hvad?"}}, "", "Kort fortalt: Hvad?"},
		"both":               {"Hvem?", []Question{{Field: "findings[2]", Text: "Hvad?"}, {Field: "answers.done", Text: "Hvor?"}}, "", "Hvem?\n\nErfaring 2: Hvad?\n\n»Hvad blev der gjort?«: Hvor?"},
		"a number":           {"", []Question{{Field: "summary", Text: number}}, FieldQuestion("summary"), ""},
		"a number, in whole": {number, nil, FieldText, ""},
		"too long":           {"", []Question{{Field: "title", Text: strings.Repeat("x", MaxMessage+1)}}, FieldQuestion("title"), ""},
		"too long together":  {strings.Repeat("x", MaxMessage), []Question{{Field: "title", Text: "x"}}, FieldText, ""},
		"no field":           {"", []Question{{Field: "state", Text: "x"}}, "!", ""},
		"no row":             {"", []Question{{Field: "findings[0]", Text: "x"}}, "!", ""},
		"a value of a row":   {"", []Question{{Field: "findings[1].text", Text: "x"}}, "!", ""},
		"too many":           {"x", make21(), FieldText, ""},
	} {
		a := act(Ask)
		a.Text, a.Questions = c.text, c.fields
		d, err := Decide(pending(InReview), nil, a, decided)
		refused, is := errors.AsType[*RefusedError](err)
		switch {
		case c.fault == "!":
			if err == nil || is {
				t.Errorf("%s: %v", name, err)
			}
		case c.fault != "":
			if !is || refused.Faults[0].Field != c.fault {
				t.Errorf("%s: %v", name, err)
			}
		case err != nil || len(d.Mails) != 1 || d.Mails[0].Values["question"] != c.mail || d.Event.Text != c.mail || len(d.Asked) == 0:
			t.Errorf("%s: %v %+v", name, err, d)
		}
	}
}

func make21() (out []Question) {
	for range maxQuestions {
		out = append(out, Question{Field: "title", Text: "x"})
	}
	return out
}

func TestAnswers(t *testing.T) {
	s := pending(ChangesRequested)
	s.Open = []Question{{ID: 1, Field: "summary", Text: "Hvad?"}, {ID: 2, Text: "Hvem?"}}
	say := func(list ...QuestionAnswer) (Decision, error) {
		a := act(Answer)
		a.Text, a.Answers = "", list
		c := s.Content
		c.Practice.Summary = "En tur."
		a.Content = &c
		return Decide(s, nil, a, decided)
	}
	d, err := say(QuestionAnswer{Question: 1, Corrected: true}, QuestionAnswer{2, "Os.", false}, QuestionAnswer{9, "Forbi", false})
	want := []Closed{{1, "Rettet.", true}, {2, "Os.", false}}
	if err != nil || d.State != InReview || d.Event.Text != "Kort fortalt: Rettet.\n\nOs." || !cmp.Equal(d.Closed, want) || d.Content == nil || len(d.Mails) != 1 {
		t.Errorf("%v %+v", err, d)
	}
	if d, err := say(QuestionAnswer{2, "Os.", false}); err != nil || d.State != ChangesRequested {
		t.Errorf("one is left: %v, %s", err, d.State)
	}
	if _, err := say(QuestionAnswer{9, "Forbi", false}); !errors.Is(err, ErrDecided) {
		t.Errorf("all answered meanwhile: %v", err)
	}
	for text, field := range map[string]string{"": FieldAnswerTo(2), "010190-1234": FieldAnswerTo(2), strings.Repeat("x", MaxMessage+1): FieldAnswerTo(2)} {
		_, err := say(QuestionAnswer{1, "Ja.", false}, QuestionAnswer{2, text, false})
		if refused, is := errors.AsType[*RefusedError](err); !is || refused.Faults[0].Field != field {
			t.Errorf("%.12q: %v", text, err)
		}
	}
	// A text alone is said to all that waits.
	a := act(Answer)
	if d, err := Decide(s, nil, a, decided); err != nil || len(d.Closed) != 2 || d.State != InReview {
		t.Errorf("%v %+v", err, d.Closed)
	}
	// A correction of the whole answers what it changes.
	a = act(Correct)
	c := s.Content
	c.Practice.Summary = "En tur."
	a.Content = &c
	if d, err := Decide(s, nil, a, decided); err != nil || !cmp.Equal(d.Closed, want[:1]) {
		t.Errorf("%v %+v", err, d.Closed)
	}
}

// What the submitter corrects away because it was personal is masked, unless the
// answer has it still.
func TestCorrectedAnswerMasks(t *testing.T) {
	s := pending(ChangesRequested)
	s.Content.Practice.Summary = "Hanne Jensen gik med."
	s.Open = []Question{{ID: 1, Field: "summary", Text: "Hvem er hun?"}}
	for answer, masks := range map[string]bool{"": true, "Det var Hanne Jensen.": false} {
		a := act(Answer)
		c := s.Content
		c.Practice.Summary = "En medarbejder gik med."
		a.Text, a.Content, a.Answers = "", &c, []QuestionAnswer{{1, answer, true}}
		d, err := Decide(s, nil, a, decided)
		if err != nil || (len(d.Mask) > 0) != masks {
			t.Errorf("%q: %v, masks %v", answer, err, d.Mask)
		}
	}
}

func TestFieldTitle(t *testing.T) {
	for path, want := range map[string]string{"": "", "summary": "Kort fortalt", "findings": "Erfaringer", "findings[3]": "Erfaring 3", "findings[3].effect": "Erfaring 3, virkede det?", "partners[2]": "Sammen med", "nothing": ""} {
		if got := FieldTitle(path); got != want {
			t.Errorf("%s: %q, not %q", path, got, want)
		}
	}
	for _, f := range catalogue.Fields {
		if askable(f.Path) != (f.Asked != catalogue.FormNone) {
			t.Errorf("%s: askable %v", f.Path, askable(f.Path))
		}
	}
}

// What is quoted of the desk's own form is taken out before somebody's words are looked
// for; what somebody has quoted stays.
func TestWithoutTitles(t *testing.T) {
	for text, want := range map[string]string{
		"»Hvad blev der gjort?«: Vi ringede.\n\nKort fortalt: Rettet.": "Vi ringede.\n\nKort fortalt: Rettet.",
		"Ja.\n\n»Hvad virkede?«: »Det var rart,« sagde han.":           "Ja.\n\n»Det var rart,« sagde han.",
		"»Hvordan går det?«: Sådan sagde hun.":                         "»Hvordan går det?«: Sådan sagde hun.",
		"Hun spurgte: »Hvad virkede?«":                                 "Hun spurgte: »Hvad virkede?«",
		"":                                                             "",
	} {
		if got := WithoutTitles(text); got != want {
			t.Errorf("%q: %q for %q", text, got, want)
		}
	}
}
