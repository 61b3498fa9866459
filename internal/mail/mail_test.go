package mail

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http/httptest"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var when = time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)

func identity(t *testing.T) Identity {
	t.Helper()
	id, err := ParseIdentity("Praksiskataloget på nettet <katalog@example.dk>", "desk@example.dk")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func message() Message {
	return Message{ID: "abc@example.dk", To: "ida@example.dk", Subject: "Tak for dit bidrag: Gåture på plejehjemmet", Text: "Hej\n\nSe <her>: https://example.dk/indsend/x?a=1&b=2.\nHilsen", Date: when}
}

func TestCompose(t *testing.T) {
	msg, err := identity(t).compose(message())
	if err != nil {
		t.Fatal(err)
	}
	var raw strings.Builder
	if _, err := msg.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(raw.String()))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for k, v := range m.Header {
		if len(v) != 1 {
			t.Errorf("%s: %q", k, v)
		}
		if got[k], err = new(mime.WordDecoder).DecodeHeader(v[0]); err != nil {
			t.Error(err)
		}
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Errorf("%s, %v", kind, err)
	}
	delete(got, "Content-Type")
	want := map[string]string{
		"From": `Praksiskataloget på nettet <katalog@example.dk>`, "To": "<ida@example.dk>", "Reply-To": "<desk@example.dk>",
		"Subject": "Tak for dit bidrag: Gåture på plejehjemmet", "Message-Id": "<abc@example.dk>", "Date": "Sun, 22 Nov 2026 13:00:00 +0000",
		"Mime-Version": "1.0", "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": "da",
	}
	got["From"] = strings.ReplaceAll(got["From"], `"`, "")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []string{
		"Hej\n\nSe <her>: https://example.dk/indsend/x?a=1&b=2.\nHilsen\n",
		"<!doctype html>\n<html lang=\"da\">\n<head><meta charset=\"utf-8\"><title>Tak for dit bidrag: Gåture på plejehjemmet</title></head>\n<body>\n" +
			"<p>Hej</p>\n<p>Se &lt;her&gt;: <a href=\"https://example.dk/indsend/x?a=1&amp;b=2\">https://example.dk/indsend/x?a=1&amp;b=2</a>.<br>\nHilsen</p>\n</body>\n</html>\n",
	} {
		p, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(p)
		if diff := cmp.Diff(want, strings.ReplaceAll(string(text), "\r\n", "\n")); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

// Whatever anybody types into a form or a text, it becomes neither a header nor
// a recipient.
func TestInjection(t *testing.T) {
	id := identity(t)
	for _, bad := range []string{
		"a@b.dk\r\nBcc: x@y.dk", "a@b.dk\nBcc: x@y.dk", "a@b.dk\rBcc: x@y.dk", "a@b.dk\x00", "a@b.dk\u2028Bcc: x@y.dk", "a@b.dk\u0085x", "\na@b.dk", "a@b.dk\n",
		"a@b.dk, x@y.dk", "a@b.dk;x@y.dk", "A <a@b.dk>", "<a@b.dk>", `"a b"@c.dk`, `"a\r\n"@c.dk`, `"x@y.dk>"@c.dk`, "a@b.dk (x)", "gruppe:a@b.dk;", "a", "", "@", "a@", "a@b@c.dk", "a@[127.0.0.1]",
		"a@b.dk RCPT TO:<x@y.dk>", strings.Repeat("a", 250) + "@b.dk",
	} {
		m := message()
		m.To = bad
		if _, err := id.compose(m); !errors.Is(err, ErrAddress) {
			t.Errorf("to %q: %v", bad, err)
		}
	}
	for _, bad := range []string{"x\r\nBcc: x@y.dk", "x\nBcc: x@y.dk", "x\rBcc: x@y.dk", "x\r\n\r\n<h1>", "x\x00", "x\u2028y", "x\u0085y", "x\v", "\n"} {
		m := message()
		m.Subject = bad
		if _, err := id.compose(m); !errors.Is(err, errHeader) {
			t.Errorf("subject %q: %v", bad, err)
		}
		m = message()
		m.ID = bad + "@example.dk"
		if _, err := id.compose(m); !errors.Is(err, errHeader) {
			t.Errorf("message ID %q: %v", bad, err)
		}
		for _, modify := range []func(*Identity){func(id *Identity) { id.From.Name = bad }, func(id *Identity) { id.Desk.Name = bad }} {
			other := id
			modify(&other)
			if _, err := other.compose(message()); !errors.Is(err, errHeader) {
				t.Errorf("name %q: %v", bad, err)
			}
		}
		if _, err := ParseIdentity("A"+bad+" <a@b.dk>", ""); err == nil && strings.ContainsFunc(bad, control) {
			t.Errorf("sender %q is taken", bad)
		}
	}
	// In the body, everything is text.
	m := message()
	m.Text = "Hej\r\n.\r\nQUIT\r\n\r\nBcc: x@y.dk\n\n<script>alert(1)</script> https://x.dk/\"onmouseover=\"x javascript:alert(1)"
	msg, err := id.compose(m)
	if err != nil {
		t.Fatal(err)
	}
	var raw strings.Builder
	if _, err := msg.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(raw.String(), "\r\n\r\n")
	if strings.Contains(head, "Bcc") || strings.Contains(body, "<script>alert(1)</script></p>") {
		t.Errorf("%s", raw.String())
	}
	if page := HTML(m.Subject, m.Text); strings.Contains(page, "<script") || strings.Contains(page, `"onmouseover`) || strings.Count(page, "href") != 1 {
		t.Error(page)
	}
}

// Nothing but ASCII goes out, whatever the address's domain, the names and the
// subject have.
func TestHeadersAreASCII(t *testing.T) {
	id, err := ParseIdentity("Åse på Øen <katalog@rødgrød.dk>", "Redaktion \"Ålborg\" <desk@xn--rdgrd-vuad.dk>")
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"ida@rødgrød.dk", "ida@xn--rdgrd-vuad.dk", "Ida@RØDGRØD.dk"} {
		m := message()
		m.To = to
		msg, err := id.compose(m)
		if err != nil {
			t.Fatal(to, err)
		}
		raw, err := source(msg)
		if err != nil {
			t.Fatal(to, err)
		}
		head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
		for _, want := range []string{"@xn--rdgrd-vuad.dk>\r\n", "From: =?utf-8?", " =?UTF-8?q?Tak_for"} {
			if !strings.Contains(head, want) {
				t.Errorf("no %q in\n%s", want, head)
			}
		}
		if rcpt, err := msg.GetRecipients(); err != nil || len(rcpt) != 1 || !strings.EqualFold(rcpt[0], "<ida@xn--rdgrd-vuad.dk>") && !strings.EqualFold(rcpt[0], "ida@xn--rdgrd-vuad.dk") {
			t.Errorf("goes to %q, %v", rcpt, err)
		}
	}
	for _, bad := range []string{"åse@kommune.dk", "а@kommune.dk"} {
		m := message()
		m.To = bad
		if _, err := id.compose(m); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	// A header that is raw is not sent.
	msg, err := id.compose(message())
	if err != nil {
		t.Fatal(err)
	}
	msg.SetGenHeaderPreformatted("X-Raw", "æ")
	if _, err := source(msg); !errors.Is(err, errRaw) {
		t.Errorf("raw: %v", err)
	}
}

func TestInbox(t *testing.T) {
	b, err := NewInbox(identity(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := message()
	second := message()
	second.ID, second.ToDesk, second.To, second.Subject, second.Date = "def@example.dk", true, "", "Ny <b>indsendelse</b>", when.Add(time.Minute)
	for _, m := range []Message{m, second, m} { // one of them twice
		if err := b.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	list, err := b.Letters("")
	if err != nil || len(list) != 2 || list[0].To != "desk@example.dk" || list[1].MessageID != m.ID || list[1].Text != m.Text || list[1].Subject != m.Subject {
		t.Fatalf("%+v, %v", list, err)
	}
	get := func(host, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "http://"+host+path, nil)
		b.ServeHTTP(w, r)
		return w
	}
	for _, host := range []string{"127.0.0.1:8080", "localhost", "[::1]:8080"} {
		if w := get(host, InboxPath); w.Code != 200 || !strings.Contains(w.Body.String(), "Ny &lt;b&gt;indsendelse&lt;/b&gt;") || !strings.Contains(w.Body.String(), m.Subject) {
			t.Errorf("%s: %d %s", host, w.Code, w.Body)
		}
	}
	if w := get("localhost", InboxPath+"?til=ida@example.dk"); strings.Contains(w.Body.String(), "indsendelse") || !strings.Contains(w.Body.String(), m.Subject) {
		t.Error(w.Body)
	}
	page := get("localhost", InboxPath+"/"+list[1].Name).Body.String()
	if !strings.Contains(page, `<a href="https://example.dk/indsend/x?a=1&amp;b=2">`) || !strings.Contains(page, "Se &lt;her&gt;") || !strings.Contains(page, m.ID) {
		t.Error(page)
	}
	if w := get("localhost", InboxPath+"/"+list[1].Name+".eml"); w.Code != 200 || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %s", w.Code, w.Header())
	}
	for _, path := range []string{"evil.example:8080" + InboxPath, "localhost" + InboxPath + "/../../etc/passwd", "localhost" + InboxPath + "/" + strings.Repeat("0", 32), "localhost" + InboxPath + "/x.eml"} {
		host, path, _ := strings.Cut(path, "/")
		if w := get(host, "/"+path); w.Code != 404 {
			t.Errorf("%s %s: %d", host, path, w.Code)
		}
	}
}

// A mail that one leaves by one press says so to mail programs (RFC 8058), and no other
// does; what is no https address in ASCII becomes no header.
func TestUnsubscribe(t *testing.T) {
	id := identity(t)
	header := func(m Message) mail.Header {
		t.Helper()
		msg, err := id.compose(m)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := source(msg)
		if err != nil {
			t.Fatal(err)
		}
		read, err := mail.ReadMessage(strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		return read.Header
	}
	m := message()
	if h := header(m); h.Get("List-Unsubscribe") != "" || h.Get("List-Unsubscribe-Post") != "" {
		t.Errorf("%v", h)
	}
	m.Unsubscribe = "https://xn--praksis-p-nettet-rxb.example.dk:8443/foelg/" + strings.Repeat("A-_9", 10) + "abc/stop"
	if h := header(m); h.Get("List-Unsubscribe") != "<"+m.Unsubscribe+">" || h.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("%v", h)
	}
	for _, bad := range []string{"http://example.dk/x", "mailto:x@example.dk", "https://example.dk/x>, <https://other.dk", "https://example.dk/x\r\nBcc: x@y.dk", "https://rødgrød.dk/x"} {
		m.Unsubscribe = bad
		if _, err := id.compose(m); !errors.Is(err, errHeader) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
