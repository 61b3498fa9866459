package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func TestContactErased(t *testing.T) {
	d := newDesk(t, 0)
	secrets := []string{"Hanne", "hanne@viborg.example", "87654321"}
	has := func(what string, want bool, token string) {
		t.Helper()
		all := everything(t, d.pool)
		for _, s := range append(secrets, token) {
			if strings.Contains(all, s) != want {
				t.Errorf("%s: %s is stored: %v", what, s, !want)
			}
		}
	}
	r := d.submit(t, example("a"))
	if err := d.ask(t.Context(), r.ID, 1, "Hvor længe?", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	if err := d.answer(t.Context(), r.Token, "Et år. Kærlig hilsen Hanne", now); err != nil {
		t.Fatal(err)
	}
	has("before", true, r.Token)
	for range 2 { // the second time there is nothing left to erase
		if err := d.EraseContact(t.Context(), r.Token, now); err != nil {
			t.Fatal(err)
		}
	}
	v, err := d.SubmissionByToken(t.Context(), r.Token)
	if err != nil || v.Contact != nil || v.EraseOn != "" || len(v.Events) != 4 || v.Events[3].Kind != review.EventContactErased {
		t.Fatalf("%+v, %v", v, err)
	}
	if v.Events[2].Text == "" {
		t.Error("the desk has lost an answer that it needs")
	}
	if unsent := one[int](t, d.pool, `SELECT count(*) FROM mail WHERE sent_at IS NULL AND kind <> 'desk_new' AND kind <> 'answered'`); unsent != 0 {
		t.Errorf("%d mails would be sent to nobody", unsent)
	}
	// Who has no address gets no mail, nor does the desk get it.
	if err := d.decline(t.Context(), r.ID, v.Version, review.TooLittle, "For lidt", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM mail WHERE kind = 'declined'`); n != 0 {
		t.Error("a mail without an address")
	}
	has("erased", false, r.Token)

	r = d.submit(t, example("b"))
	wantErr(t, "another reference", d.EraseContactByReference(t.Context(), "AAAA-AAAA", now), catalogue.ErrNotFound)
	if err := d.EraseContactByReference(t.Context(), strings.ToLower(r.Reference), now); err != nil {
		t.Fatal(err)
	}
	has("by reference", false, r.Token)
}

func TestContactEraseDue(t *testing.T) {
	d := newDesk(t, 0)
	open, closed := d.submit(t, example("a")), d.submit(t, example("b"))
	if err := d.decline(t.Context(), closed.ID, 1, review.TooLittle, "For lidt", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		at   time.Time
		want int
		gone postgres.Receipt
	}{
		{now.AddDate(0, 12, -1), 0, postgres.Receipt{}},
		{now.AddDate(0, 12, 0), 1, closed},
		{now.AddDate(0, 24, -1), 0, closed},
		{now.AddDate(0, 24, 1), 1, open},
	} {
		if n, err := d.EraseDue(t.Context(), x.at); err != nil || n != x.want {
			t.Errorf("%v: %d erased, %v", x.at, n, err)
		}
		if x.gone.ID != 0 && d.view(t, x.gone.ID).Contact != nil {
			t.Errorf("%v: still there", x.at)
		}
	}
	if all := everything(t, d.pool); strings.Contains(all, "Hanne") || strings.Contains(all, "viborg.example") {
		t.Error("something of a person is left")
	}
}

// One that cannot be erased, because somebody holds it or because of a fault,
// keeps no other from being erased, and is erased when it can be.
func TestContactEraseDueGoesOn(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	pool, err := pgxpool.New(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	d := deskOn(t, pool)
	first, second, third := d.submit(t, example("a")), d.submit(t, example("b")), d.submit(t, example("c"))
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	exec := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(fmt.Sprintf(`
		CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF OLD.submission_id = %d THEN RAISE 'not now'; END IF;
			RETURN OLD;
		END $$;
		CREATE TRIGGER refuse BEFORE DELETE ON submission_contact FOR EACH ROW EXECUTE FUNCTION refuse()`, first.ID))
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `SELECT 1 FROM submission WHERE id = $1 FOR UPDATE`, second.ID); err != nil {
		t.Fatal(err)
	}
	due := now.AddDate(0, 25, 0)
	n, err := d.EraseDue(t.Context(), due)
	if n != 1 || err == nil || d.view(t, third.ID).Contact != nil || d.view(t, first.ID).Contact == nil {
		t.Fatalf("%d erased, %v", n, err)
	}
	for _, want := range []string{fmt.Sprintf("submission %d: ", first.ID), fmt.Sprintf("submission %d: ", second.ID), "not now", "lock timeout"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	for _, secret := range []string{"Hanne", "viborg.example", "87654321"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error says %q", secret)
		}
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	exec(`DROP TRIGGER refuse ON submission_contact`)
	if n, err := d.EraseDue(t.Context(), due); n != 2 || err != nil {
		t.Errorf("%d erased, %v", n, err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.EraseDue(over, due); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
