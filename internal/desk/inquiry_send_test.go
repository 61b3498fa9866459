package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

// waitingOf are the rows of the list of inquiries.
func waitingOf(d *goquery.Document) int { return d.Find(".desk__row").Length() }

// The list of inquiries is filtered in its address, and each count is what its link finds.
func TestInquiriesAreFiltered(t *testing.T) {
	f := newFixture(t, loopback())
	now := time.Now().UTC()
	if _, err := f.store.PrepareInquiries(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	v := f.editor("rita")
	slug := f.published(0)
	for i, a := range []postgres.Asked{{Practice: slug, Kind: review.InquiryCheck}, {Practice: slug, Kind: review.InquiryCheck}} {
		a.Emails, a.Tokens = []string{"kilde@kommune.example"}, []string{strings.Repeat("k", i+1)}
		if err := f.store.Ask(t.Context(), a, f.account("rita").ID, now.AddDate(0, 0, -30*i)); err != nil {
			t.Fatal(err)
		}
	}
	d := v.get("/redaktion/tjek")
	for _, a := range d.Find(".queue__chip").EachIter() {
		l := v.get(a.AttrOr("href", ""))
		if want := text(a.Find(".queue__number")); !strings.HasPrefix(text(l.Find(".queue__head h2")), want+" ") || l.Find(".queue__chip[aria-current]").Length() != 1 {
			t.Errorf("%s finds %s", text(a), text(l.Find(".queue__head h2")))
		}
	}
	for query, want := range map[string]string{"?stand=sendt": "Venter på: Kommunen", "?stand=over-fristen": "Over fristen", "?slags=tjek": "kilde@kommune.example", "?q=KILDE@": "kilde@kommune.example"} {
		d := v.get("/redaktion/tjek" + query)
		if n := waitingOf(d); n == 0 || n > 2 || !strings.Contains(text(d.Find(".desk__row")), want) {
			t.Errorf("%s: %d rows, %s", query, n, text(d.Find(".desk__row")))
		}
	}
	// The list of actors leads to each one's.
	option := d.Find("#aktoer option[value]").Eq(1)
	name, count, _ := strings.Cut(text(option), " (")
	l := v.get("/redaktion/tjek?aktoer=" + option.AttrOr("value", ""))
	if rows := text(l.Find(".queue__what").First()); !strings.Contains(rows, name) || !strings.HasPrefix(text(l.Find(".queue__head h2")), strings.TrimSuffix(count, ")")+" ") {
		t.Errorf("%s: %s", text(option), rows)
	}
	if to := l.Find(".queue__chosen a").AttrOr("href", ""); to != "/redaktion/tjek" {
		t.Errorf("without it: %s", to)
	}
	if got := text(v.get("/redaktion/tjek?q=findesikke").Find("main")); !strings.Contains(got, "Fjern et filter") {
		t.Error(got)
	}
	if got := text(v.get("/redaktion/tjek?side=99").Find("main")); !strings.Contains(got, "Så mange sider er der ikke mere") {
		t.Error(got)
	}
	// The queue leads to answers and to what is prepared.
	if n := v.get("/redaktion").Find(`.queue__chip[href="/redaktion/tjek?stand=forberedt"]`).Length(); n != 1 {
		t.Errorf("%d links from the queue", n)
	}
}

// Several prepared inquiries are sent by one press once their mails were shown; nothing
// is sent before, and nothing where an address is missing.
func TestSendSeveral(t *testing.T) {
	f := newFixture(t, loopback())
	if _, err := f.store.PrepareInquiries(t.Context(), time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	v := f.editor("rita")
	mails := func() int { return f.count(`SELECT count(*) FROM mail WHERE kind = 'still_used'`) }
	const prepared = "/redaktion/tjek?stand=forberedt"
	d := v.get(prepared)
	if v.get(prepared+"&alle=1").Find("input[name=spoergsmaal][checked]").Length() != waitingOf(d) {
		t.Error("not all are picked")
	}
	var ids []string
	for _, x := range d.Find("input[name=spoergsmaal]").EachIter() {
		ids = append(ids, x.AttrOr("value", ""))
	}
	if len(ids) < 4 {
		t.Fatal(ids)
	}
	const send = "/redaktion/tjek/send"
	if w := v.do("GET", send, nil); w.Code != http.StatusSeeOther || !strings.Contains(text(v.get(w.Header().Get("Location")).Find("[role=alert]")), "mindst ét") {
		t.Errorf("nothing picked: %d to %s", w.Code, w.Header().Get("Location"))
	}
	target := send + "?" + url.Values{"spoergsmaal": ids[:3]}.Encode()
	d = v.get(target)
	if n := d.Find("section details").Length(); n != 3 || !strings.Contains(text(d.Find("section details").First()), "Emne: ") || !strings.Contains(d.Find("section details").First().Text(), "https://praksis.example/tjek/"+postgres.HiddenToken) || mails() != 0 {
		t.Fatalf("%d mails are shown, %d sent: %s", n, mails(), text(d.Find("main")))
	}
	form := inquirySendForm(d, "send")
	form.Set("send-til-"+ids[0], "en@kommune.example")
	form.Set("send-til-"+ids[1], "to@kommune")
	form.Set("send-til-"+ids[2], "")
	d = v.page(http.StatusUnprocessableEntity, v.do("POST", send, form))
	if d.Find("#send-til-"+ids[0]).AttrOr("value", "") != "en@kommune.example" || d.Find(".form-error").Length() != 2 || d.Find("[data-errors] a").Length() != 2 || mails() != 0 {
		t.Errorf("%s, %d mails", text(d.Find("[data-errors]")), mails())
	}
	// It stands there when the editor comes back.
	if got := v.get(target).Find("#send-til-"+ids[1]).AttrOr("value", ""); got != "to@kommune" {
		t.Errorf("kept: %q", got)
	}
	if got := v.get(send).Find("section details").Length(); got != 3 {
		t.Errorf("without picks %d are kept", got)
	}
	// The second is left for later, and the third has no address.
	form.Set("send-til-"+ids[2], "tre@kommune.example")
	form["valgt"] = []string{ids[0], ids[2]}
	if to := v.post(send, form); !strings.HasPrefix(to, "/redaktion/tjek?gjort=send") || mails() != 2 || f.unsaved() != 0 {
		t.Errorf("to %s, %d mails, %d kept", to, mails(), f.unsaved())
	}
	// A colleague's page of before sends nothing twice.
	per := f.editor("per")
	d = per.page(http.StatusConflict, per.do("POST", send, func() url.Values {
		x := inquirySendForm(per.get(send+"?"+url.Values{"spoergsmaal": ids[1:4]}.Encode()), "send")
		x["spoergsmaal"], x["valgt"] = ids[:4], ids[:2]
		x.Set("send-til-"+ids[0], "en@kommune.example")
		x.Set("send-til-"+ids[1], "to@kommune.example")
		return x
	}()))
	if mails() != 2 || d.Find("section details").Length() != 2 || d.Find("#send-til-"+ids[1]).AttrOr("value", "") != "to@kommune.example" {
		t.Errorf("%d mails, %s", mails(), text(d.Find("main")))
	}
	// Left out: not sent, and not on the list any more.
	before := waitingOf(v.get(prepared))
	form = inquirySendForm(v.get(send+"?"+url.Values{"spoergsmaal": ids[1:2]}.Encode()), "drop")
	if to := v.post(send, form); !strings.Contains(to, "gjort=drop") || waitingOf(v.get(prepared)) >= before && before < 50 || mails() != 2 {
		t.Errorf("to %s", to)
	}
	if n := f.count(`SELECT count(*) FROM practice_event WHERE kind = 'inquiry_closed' AND by_editor IS NOT NULL`); n != 1 {
		t.Errorf("%d events", n)
	}
}

// inquirySendForm is the form of the page as a browser sends it.
func inquirySendForm(d *goquery.Document, button string) url.Values {
	out := url.Values{"handling": {button}}
	for _, x := range d.Find("form.submit input").EachIter() {
		name := x.AttrOr("name", "")
		if _, checked := x.Attr("checked"); checked || x.AttrOr("type", "") != "checkbox" {
			out.Add(name, x.AttrOr("value", ""))
		}
	}
	return out
}
