package texts

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestDefaults(t *testing.T) {
	values := map[string]string{}
	for _, p := range Placeholders {
		values[p] = "<" + p + ">"
	}
	for _, k := range Kinds {
		text, ok := Default(k)
		if !ok || k.Label() == "" {
			t.Errorf("%s has no text or label", k)
		}
		list := k.Placeholders()
		for _, x := range list {
			if x.Meaning == "" || !strings.Contains(text.Subject+text.Body, "{"+x.Name+"}") {
				t.Errorf("%s: %+v", k, x)
			}
		}
		if len(list) == 0 || len(list) == len(Placeholders) {
			t.Errorf("%s names %d placeholders", k, len(list))
		}
		subject, body := text.Fill(values)
		if strings.ContainsAny(subject+body, "{}") || !strings.Contains(subject+body, "<reference>") && !slices.Contains([]Kind{SavedForm, Follow, Digest, Invitation, Check, StillUsed, ReviewDue}, k) { // which are of nothing that was sent
			t.Errorf("%s: %s\n%s", k, subject, body)
		}
		// Whoever gets it must find the way.
		desk := k == DeskNew || k == Answered || k == InquiryAnswered || k == ReviewDue
		if !strings.Contains(body, "<link>") && !desk || !strings.Contains(body, "<url>") && desk {
			t.Errorf("%s has no link", k)
		}
		if _, bare := text.Fill(nil); strings.Contains(bare, "\n\n\n") {
			t.Errorf("%s has a hole where nothing was filled in:\n%s", k, bare)
		}
	}
	if _, ok := Default("x"); ok {
		t.Error("there is a text of no kind")
	}
}

func TestFill(t *testing.T) {
	text := Text{"Svar på {title}", "{title}\n\n{text}\n\n{nothing} {link}"}
	subject, body := text.Fill(map[string]string{"title": "A\r\nBcc: x@y.dk\u2028{link}", "text": " ", "link": "https://x.dk/"})
	if subject != "Svar på A Bcc: x@y.dk {link}" {
		t.Errorf("%q", subject)
	}
	if want := "A\nBcc: x@y.dk\u2028{link}\n\n https://x.dk/"; body != want {
		t.Errorf("%q, want %q", body, want)
	}
	if subject, _ := text.Fill(map[string]string{"title": strings.Repeat("æ", 500)}); len([]rune(subject)) > maxFilledSubject+1 {
		t.Errorf("a subject of %d characters", len([]rune(subject)))
	}
}

func TestCheck(t *testing.T) {
	for _, bad := range []Text{{"", "x"}, {"x", " "}, {"x\r\nBcc: y", "x"}, {"x\u0085y", "x"}, {"x", "{navn}"}, {"{navn}", "x"}, {strings.Repeat("x", 201), "x"}, {"x", strings.Repeat("x", 10001)}} {
		var e CheckError
		if err := bad.Check(); !errors.As(err, &e) || e.Error() == "" {
			t.Errorf("%.30q: %v", bad, err)
		}
	}
}
