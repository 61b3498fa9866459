package postgres_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

func TestUnsavedForms(t *testing.T) {
	d := newDesk(t, 0)
	ctx, rita, per := t.Context(), d.ids[0], d.ids[1]
	const form = "/redaktion/mailtekster#receipt"
	keep := func(editor int64, page, text string, at time.Time) error {
		return d.KeepForm(ctx, editor, postgres.UnsavedForm{Form: form, Page: page, Values: map[string][]string{"body": {text}}}, false, at)
	}
	for _, x := range []struct{ page, text string }{{"page-one-1", "Først"}, {"page-one-1", "Så skrev Rita det"}, {"page-two-2", "I et andet vindue"}} {
		if err := keep(rita, x.page, x.text, now); err != nil {
			t.Fatal(err)
		}
	}
	list, err := d.UnsavedForms(ctx, rita, form)
	if err != nil || len(list) != 2 || list[0].Values["body"][0] != "Så skrev Rita det" || list[1].Page != "page-two-2" {
		t.Errorf("%+v, %v", list, err)
	}
	// Nobody else has it, and other forms do not.
	for _, x := range []struct {
		editor int64
		form   string
	}{{per, form}, {rita, "/redaktion/mailtekster#question"}} {
		if list, err := d.UnsavedForms(ctx, x.editor, x.form); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	}
	// What was saved is gone, and what its page sends late is not kept.
	if err := d.CloseForm(ctx, rita, form, "page-one-1", now); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "late", keep(rita, "page-one-1", "For sent", now), postgres.ErrPageClosed)
	if all := everything(t, d.pool); strings.Contains(all, "For sent") || strings.Contains(all, "Så skrev Rita det") {
		t.Error("what was saved is kept")
	}
	// A CPR number and what is no text are stored nowhere.
	for what, bad := range map[string]string{"CPR number": "Borgeren 010203-1234", "NUL": "x\x00", "bytes": "\xff"} {
		if _, ok := errors.AsType[*review.RefusedError](keep(rita, "page-two-2", bad, now)); !ok {
			t.Errorf("%s was kept", what)
		}
	}
	if all := everything(t, d.pool); strings.Contains(all, "010203") || !strings.Contains(all, "I et andet vindue") {
		t.Error("a refused form was stored, or took the place of the one before")
	}
	// Erased after a week, and with the account.
	if err := keep(per, "page-three", "Pers", now.AddDate(0, 0, 6)); err != nil {
		t.Fatal(err)
	}
	if n, err := d.EraseUnsaved(ctx, now.AddDate(0, 0, 8)); err != nil || n != 2 {
		t.Errorf("%d erased, %v", n, err)
	}
	if list, err := d.UnsavedForms(ctx, per, form); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if err := d.CloseEditor(ctx, per, 0, now); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d.pool, `SELECT count(*) FROM unsaved_form`); n != 0 {
		t.Errorf("%d are left", n)
	}
}

func TestCarriedForms(t *testing.T) {
	d := newDesk(t, 0)
	ctx, secret := t.Context(), []byte("Borgeren hedder Hanne Testsen")
	key, err := d.CarryForm(ctx, secret, now)
	if err != nil {
		t.Fatal(err)
	}
	stored := one[[]byte](t, d.pool, `SELECT content FROM carried_form`)
	if bytes.Contains(stored, []byte("Hanne")) {
		t.Error("the database can read it")
	}
	for _, wrong := range []string{"", "x", strings.ToLower(key)} {
		_, err := d.TakeCarried(ctx, wrong, now)
		wantErr(t, "another key", err, catalogue.ErrNotFound)
	}
	if got, err := d.TakeCarried(ctx, key, now.Add(postgres.CarriedKept)); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%s, %v", got, err)
	}
	_, err = d.TakeCarried(ctx, key, now)
	wantErr(t, "twice", err, catalogue.ErrNotFound)
	if key, err = d.CarryForm(ctx, secret, now); err != nil {
		t.Fatal(err)
	}
	_, err = d.TakeCarried(ctx, key, now.Add(postgres.CarriedKept+time.Second))
	wantErr(t, "too late", err, catalogue.ErrNotFound)
	if n, err := d.EraseUnsaved(ctx, now.Add(time.Hour)); err != nil || n != 1 {
		t.Errorf("%d erased, %v", n, err)
	}
	// Anybody can send one: what is kept has an end.
	large := make([]byte, 30<<20)
	for range 2 {
		if _, err := d.CarryForm(ctx, large, now); err != nil {
			t.Fatal(err)
		}
	}
	_, err = d.CarryForm(ctx, large, now)
	wantErr(t, "too much", err, catalogue.ErrUnavailable)
}

// Two editors change one mail text, or an account twice at once: the slower is
// told and nothing is overwritten.
func TestGuards(t *testing.T) {
	d := newDesk(t, 0)
	ctx, id := t.Context(), d.ids[0]
	save := func(version int, subject string) error {
		return d.SaveMailText(ctx, review.MailReceipt, subject, "Hej", version, id, now)
	}
	wantErr(t, "a version that never was", save(3, "Nul"), catalogue.ErrConflict)
	if err := save(0, "Et"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "the first by two", save(0, "To"), catalogue.ErrConflict)
	if err := save(1, "To"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "the second by two", save(1, "Tre"), catalogue.ErrConflict)
	if got := one[string](t, d.pool, `SELECT subject FROM mail_text`); got != "To" {
		t.Errorf("the text is %q", got)
	}

	e, err := d.EditorByID(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{nil, catalogue.ErrConflict} {
		if err := d.ChangeEditorPassword(ctx, id, e.Epoch, "hash", now); !errors.Is(err, want) {
			t.Errorf("password %d: %v", i, err)
		}
		if err := d.ChangeEditorTOTP(ctx, id, e.TOTPSecret, "secret", now); !errors.Is(err, want) {
			t.Errorf("factor %d: %v", i, err)
		}
		if err := d.LinkEditorOIDC(ctx, id, "https://issuer.example", "sub"); !errors.Is(err, want) {
			t.Errorf("provider %d: %v", i, err)
		}
	}
	wantErr(t, "no such editor", d.ChangeEditorPassword(ctx, 12345, 1, "x", now), catalogue.ErrNotFound)
}
