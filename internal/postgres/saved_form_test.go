package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

const formKey = "noegle-med-nok-tegn-formular"

// saved is a form that is half filled in.
func saved(key, email string) postgres.NewSavedForm {
	return postgres.NewSavedForm{FormKey: key, Content: []byte(`{"text":"Vi gik ture"}`), Submission: review.Submission{Kind: review.KindTip, Text: "Vi gik ture"},
		Contact: review.Contact{Email: email}, Client: "192.0.2.7"}
}

func (d desk) save(t *testing.T, n postgres.NewSavedForm, at time.Time) postgres.SavedForm {
	t.Helper()
	f, err := d.SaveForm(t.Context(), n, at)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSavedForm(t *testing.T) {
	d := newDesk(t, 0)
	if err := d.KeepFile(t.Context(), formKey, "192.0.2.7", attached("referat"), now); err != nil {
		t.Fatal(err)
	}
	f := d.save(t, saved(formKey, "ida@viborg.example"), now)
	if !f.Mailed || f.EraseOn != catalogue.Date(now.AddDate(0, 0, 30).Format(time.DateOnly)) || len(f.Token) != 43 || f.FormKey == formKey {
		t.Errorf("%+v", f)
	}
	// The link is mailed, and neither it nor what was typed stands anywhere else.
	if got := mails(t, d.pool); got != "saved_form ida@viborg.example" {
		t.Errorf("mails %q", got)
	}
	body := one[string](t, d.pool, `SELECT body FROM mail`)
	if !strings.Contains(body, linkBase+"kladde/"+f.Token) || strings.Contains(body, "ture") {
		t.Errorf("the mail says %s", body)
	}
	for _, table := range []string{"saved_form", "saved_form_link", "kept_file"} {
		for _, secret := range []string{f.Token, f.FormKey, formKey, "192.0.2", "viborg.example"} {
			if all := one[string](t, d.pool, `SELECT coalesce(string_agg(x::text, ' '), '') FROM `+table+` x`); strings.Contains(all, secret) {
				t.Errorf("%s holds %q", table, secret)
			}
		}
	}
	again, err := d.SavedForm(t.Context(), f.Token, now.AddDate(0, 0, 29))
	if err != nil || string(again.Content) != `{"text":"Vi gik ture"}` || again.FormKey != f.FormKey {
		t.Errorf("%+v, %v", again, err)
	}
	if files, err := d.KeptFiles(t.Context(), f.FormKey, false, now.AddDate(0, 0, 29)); err != nil || len(files) != 1 || files[0].Name != attached("referat").Name {
		t.Errorf("%+v, %v", files, err)
	}

	// Saved again, from where it was opened, it is the same one for 30 days more,
	// and so is a page that is still open elsewhere. No further mail is sent.
	n := saved(f.FormKey, "ida@viborg.example")
	n.Token, n.Version, n.Content = f.Token, f.Version, []byte(`{"text":"Vi gik lange ture"}`)
	renewed := d.save(t, n, now.AddDate(0, 0, 10))
	if renewed.Mailed || renewed.Token != f.Token || renewed.FormKey != f.FormKey || renewed.EraseOn != catalogue.Date(now.AddDate(0, 0, 40).Format(time.DateOnly)) {
		t.Errorf("%+v", renewed)
	}
	first := saved(formKey, "ida@viborg.example")
	first.Version = renewed.Version
	same := d.save(t, first, now.AddDate(0, 0, 11))
	if same.Token != f.Token || same.Version != 3 {
		t.Errorf("%+v", same)
	}
	// A page that was opened before overwrites nothing, and sends nothing.
	n.Content = []byte(`{"text":"Vi løb"}`)
	first.Version = 0
	older := example("b")
	older.ClientKey, older.FormKey, older.Saved, older.SavedVersion = f.FormKey, f.FormKey, f.Token, f.Version
	_, err = d.SaveForm(t.Context(), n, now.AddDate(0, 0, 11))
	wantErr(t, "a form opened before it was saved again", err, postgres.ErrSavedMeanwhile)
	_, err = d.SaveForm(t.Context(), first, now.AddDate(0, 0, 11))
	wantErr(t, "the form that it was saved from first", err, postgres.ErrSavedMeanwhile)
	_, err = d.Submit(t.Context(), older, now.AddDate(0, 0, 11))
	wantErr(t, "an older page that is sent", err, postgres.ErrSavedMeanwhile)
	if kept, err := d.SavedForm(t.Context(), f.Token, now.AddDate(0, 0, 11)); err != nil || string(kept.Content) != string(first.Content) || kept.Version != 3 || one[int](t, d.pool, `SELECT count(*) FROM submission`) != 0 {
		t.Errorf("%+v, %v", kept, err)
	}
	n.Version = same.Version
	// Another address gets the link.
	n.Contact.Email = "ida.jensen@viborg.example"
	if !d.save(t, n, now.AddDate(0, 0, 11)).Mailed {
		t.Error("another address has no link")
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM saved_form`); n != 1 {
		t.Errorf("%d saved forms", n)
	}

	// Sent, it is gone, and its file is the submission's.
	sub := example("a")
	sub.ClientKey, sub.FormKey, sub.Saved, sub.SavedVersion = f.FormKey, f.FormKey, f.Token, 4
	files, err := d.KeptFiles(t.Context(), f.FormKey, false, now.AddDate(0, 0, 12))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	sub.Kept = []postgres.KeptChoice{{PublicID: files[0].PublicID, TextAlternative: "Et referat"}}
	r, err := d.Submit(t.Context(), sub, now.AddDate(0, 0, 12))
	if err != nil {
		t.Fatal(err)
	}
	if v := d.view(t, r.ID); len(v.Attachments) != 1 || v.Attachments[0].TextAlternative != "Et referat" {
		t.Errorf("%+v", v.Attachments)
	}
	var out strings.Builder
	if err := d.WriteAttachment(t.Context(), d.view(t, r.ID).Attachments[0].PublicID, &out); err != nil || out.String() != "referat" {
		t.Errorf("%q, %v", out.String(), err)
	}
	_, err = d.SavedForm(t.Context(), f.Token, now.AddDate(0, 0, 12))
	wantErr(t, "a saved form that was sent", err, catalogue.ErrNotFound)
	if n := one[int](t, d.pool, `SELECT (SELECT count(*) FROM kept_file) + (SELECT count(*) FROM kept_file_chunk) + (SELECT count(*) FROM mail WHERE kind = 'saved_form' AND (recipient <> '' OR body <> ''))`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestSavedFormIsErased(t *testing.T) {
	d := newDesk(t, 0)
	if err := d.KeepFile(t.Context(), formKey, "192.0.2.7", attached("referat"), now); err != nil {
		t.Fatal(err)
	}
	if err := d.KeepFile(t.Context(), "en-anden-noegle-formular", "192.0.2.7", attached("referat"), now); err != nil {
		t.Fatal(err)
	}
	f := d.save(t, saved(formKey, "ida@viborg.example"), now)
	left := func() [3]int {
		return [3]int{one[int](t, d.pool, `SELECT count(*) FROM saved_form`), one[int](t, d.pool, `SELECT count(*) FROM kept_file`), one[int](t, d.pool, `SELECT count(*) FROM kept_file_chunk`)}
	}
	for _, c := range []struct {
		at   time.Time
		want [3]int
	}{{now.Add(23 * time.Hour), [3]int{1, 2, 2}}, {now.Add(25 * time.Hour), [3]int{1, 1, 1}}, {now.AddDate(0, 0, 29), [3]int{1, 1, 1}}, {now.AddDate(0, 0, 30), [3]int{}}} {
		if _, _, err := d.EraseUnsent(t.Context(), c.at); err != nil {
			t.Fatal(err)
		}
		if got := left(); got != c.want {
			t.Errorf("at %s: %v, not %v", c.at, got, c.want)
		}
	}
	// Whoever has the link can do it at once; the mail is not sent any more.
	f = d.save(t, saved(formKey+"2", "ida@viborg.example"), now)
	if err := d.KeepFile(t.Context(), f.FormKey, "192.0.2.7", attached("referat"), now); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.EraseSavedForm(t.Context(), f.Token, now); err != nil {
			t.Fatal(err)
		}
	}
	if got := left(); got != [3]int{} {
		t.Errorf("erased at once: %v", got)
	}
	if list, err := d.UnsentMails(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM mail WHERE recipient <> '' OR body <> ''`); n != 0 {
		t.Errorf("%d mails have an address or a text", n)
	}
	_, err := d.SavedForm(t.Context(), f.Token, now)
	wantErr(t, "an erased one", err, catalogue.ErrNotFound)
}

func TestSavedFormRefuses(t *testing.T) {
	d := newDesk(t, 0)
	for what, spoil := range map[string]func(*postgres.NewSavedForm){
		"in the text": func(n *postgres.NewSavedForm) { n.Submission.Text = "Hun er 010190-1234" },
		"in the name": func(n *postgres.NewSavedForm) { n.Contact.Name = "010190-1234" },
	} {
		n := saved(formKey, "ida@viborg.example")
		spoil(&n)
		_, err := d.SaveForm(t.Context(), n, now)
		if _, refused := errors.AsType[*review.RefusedError](err); !refused {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM saved_form`) + one[int](t, d.pool, `SELECT count(*) FROM mail`); n != 0 {
		t.Errorf("%d rows", n)
	}
	// A stranger gets three links a day, from wherever they are ordered; what is saved is
	// kept all the same.
	key := func(i int) string { return fmt.Sprintf("noegle-med-nok-tegn-%d", i) }
	for i := range 4 {
		n := saved(key(i), []string{"Ida@viborg.example", "ida@Viborg.example "}[i%2])
		n.Client = fmt.Sprintf("192.0.2.%d", i)
		if f := d.save(t, n, now); f.Mailed != (i < 3) || f.Unmailed != (i == 3) {
			t.Errorf("link %d: %+v", i+1, f)
		}
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM saved_form`); n != 4 {
		t.Errorf("%d saved forms", n)
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM mail`); n != 3 {
		t.Errorf("%d mails", n)
	}
	// Saved once more on the next day, it gets its link.
	n4 := saved(key(3), "ida@viborg.example")
	n4.Version = 1
	if f := d.save(t, n4, now.Add(25*time.Hour)); !f.Mailed || f.Unmailed {
		t.Errorf("the next day: %+v", f)
	}
	d.save(t, saved(key(4), "ida@viborg.example"), now.Add(25*time.Hour))
	// A network has forty sent.
	at := now.Add(72 * time.Hour)
	for i := range 41 {
		n := saved(key(100+i), fmt.Sprintf("a%d@viborg.example", i))
		n.Client = "198.51.100.1"
		if f := d.save(t, n, at); f.Mailed != (i < 40) || f.Unmailed != (i == 40) {
			t.Errorf("link %d of a network: %+v", i+1, f)
		}
	}
	// And no more room than is bounded.
	n := saved(key(200), "b@viborg.example")
	n.Client, n.Content = "198.51.100.2", []byte(`"`+strings.Repeat("a", 1<<20-2)+`"`)
	for i := range 33 {
		n.FormKey, n.Contact.Email = key(200+i), fmt.Sprintf("b%d@viborg.example", i)
		if _, err := d.SaveForm(t.Context(), n, at); (i < 32) != (err == nil) || i == 32 && !errors.Is(err, postgres.ErrNoRoom) {
			t.Errorf("room %d: %v", i+1, err)
		}
	}
}
