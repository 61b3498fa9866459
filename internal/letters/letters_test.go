package letters

import (
	"errors"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/mail/texts"
	"praksis/internal/review"
)

// Every mail that a decision causes has a text, and every text a mail.
func TestKinds(t *testing.T) {
	if len(texts.Kinds) != len(review.MailKinds) {
		t.Errorf("%d texts for %d kinds", len(texts.Kinds), len(review.MailKinds))
	}
	for _, k := range review.MailKinds {
		if _, known := texts.Default(texts.Kind(k)); !known {
			t.Errorf("%s has no text", k)
		}
	}
}

func TestCompose(t *testing.T) {
	l := Letters{Base: "https://katalog.example.dk"}
	values := map[string]string{"reference": "ABCD-2345", "title": "A\r\nBcc: x@example.dk", "question": "Hvem var med?\r\nOg {title}?"}
	for _, k := range review.MailKinds {
		x := review.Letter{Mail: review.Mail{Kind: k, Values: values}, SubmissionID: 12, Practice: "en-have"}
		if !k.ToDesk() {
			x.Token = "hemmelig"
		}
		subject, body, err := l.Compose(x)
		if err != nil || strings.ContainsAny(subject, "\r\n") {
			t.Errorf("%s: %q, %v", k, subject, err)
		}
		link := "https://katalog.example.dk/indsend/hemmelig"
		if k == review.MailSavedForm {
			link = "https://katalog.example.dk/indsend/kladde/hemmelig"
		}
		if k == review.MailCheck || k == review.MailStillUsed {
			link = "https://katalog.example.dk/tjek/hemmelig"
		}
		if k == review.MailFollow || k == review.MailDigest {
			link = "https://katalog.example.dk/foelg/hemmelig"
		}
		if k == review.MailInvitation {
			link = "https://katalog.example.dk/redaktion/invitation/hemmelig"
		}
		if secret := strings.Contains(body, link); secret == k.ToDesk() {
			t.Errorf("%s: the secret link stands in it: %v", k, secret)
		}
		at := "https://katalog.example.dk/redaktion/indsendelser/12"
		if k == review.MailReviewDue {
			at = "https://katalog.example.dk/redaktion?vis=gennemsyn"
		}
		if desk := strings.Contains(body, at); desk != k.ToDesk() {
			t.Errorf("%s: the desk's address stands in it: %v", k, desk)
		}
		told := k == review.MailPublished || k == review.MailExists
		if practice := strings.Contains(body, "https://katalog.example.dk/eksempler/en-have"); practice != told {
			t.Errorf("%s: the practice's address stands in it: %v", k, practice)
		}
		if k == review.MailQuestion && !strings.Contains(body, "Hvem var med?\nOg {title}?") {
			t.Errorf("%s", body)
		}
		x.Subject, x.Body = "Nr. {reference}", "{title} {nothing}"
		if subject, body, _ = l.Compose(x); subject != "Nr. ABCD-2345" || !strings.HasPrefix(body, "A\nBcc") {
			t.Errorf("%s: an editor's text: %q, %q", k, subject, body)
		}
	}
	if len(values) != 3 {
		t.Errorf("the values were changed: %v", values)
	}
	if _, _, err := l.Compose(review.Letter{Mail: review.Mail{Kind: "x"}}); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("a kind that is none: %v", err)
	}
}

func TestHost(t *testing.T) {
	for base, want := range map[string]string{"https://katalog.example.dk": "katalog.example.dk", "https://praksis.rødgrød.dk": "praksis.xn--rdgrd-vuad.dk", "http://127.0.0.1:8080": noHost,
		"http://[::1]:8080": noHost, "http://localhost": noHost, "": noHost} {
		if got := (Letters{Base: base}).Host(); got != want {
			t.Errorf("%s: %s", base, got)
		}
	}
}
