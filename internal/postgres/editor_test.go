package postgres_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/google/go-cmp/cmp"
)

func TestEditor(t *testing.T) {
	pool := pgtest.New(t)
	s := postgres.New(pool)
	e := postgres.Editor{Email: "Anne@Example.dk ", Name: "Anne", PasswordHash: "hash", TOTPSecret: "hemmelig"}
	id, err := s.AddEditor(t.Context(), e, now)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.AddEditor(t.Context(), postgres.Editor{Email: "anne@example.dk", Name: "En anden"}, now)
	wantErr(t, "the same address", err, catalogue.ErrConflict)
	for _, name := range []string{"", "\u00ad", "a\x00b", "a\xffb"} {
		if _, err := s.AddEditor(t.Context(), postgres.Editor{Email: "x@example.dk", Name: name}, now); err == nil {
			t.Errorf("an editor of the name %q", name)
		}
	}
	e.ID, e.Email, e.Epoch, e.Role = id, "anne@example.dk", 1, review.RoleEditor
	got, err := s.EditorByEmail(t.Context(), "ANNE@example.dk")
	if diff := cmp.Diff(e, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	must(s.LinkEditorOIDC(t.Context(), id, "https://issuer.example", "sub"))
	must(s.SetEditorPassword(t.Context(), id, "ny"))
	must(s.EndEditorSessions(t.Context(), id, 0, now))
	if got, err := s.EditorByOIDC(t.Context(), "https://issuer.example", "sub"); err != nil || got.ID != id || got.Epoch != 3 || got.PasswordHash != "ny" {
		t.Errorf("%+v, %v", got, err)
	}
	other, err := s.AddEditor(t.Context(), postgres.Editor{Email: "bo@example.dk", Name: "\u200bBo\u00ad "}, now)
	must(err)
	wantErr(t, "the same provider's user", s.LinkEditorOIDC(t.Context(), other, "https://issuer.example", "sub"), catalogue.ErrConflict)
	wantErr(t, "no such editor", s.EndEditorSessions(t.Context(), 12345, 0, now), catalogue.ErrNotFound)

	must(s.CloseEditor(t.Context(), id, 0, now))
	_, err = s.EditorByEmail(t.Context(), "anne@example.dk")
	wantErr(t, "closed", err, catalogue.ErrNotFound)
	_, err = s.EditorByOIDC(t.Context(), "https://issuer.example", "sub")
	wantErr(t, "closed", err, catalogue.ErrNotFound)
	wantErr(t, "a password of a closed account", s.SetEditorPassword(t.Context(), id, "x"), catalogue.ErrNotFound)
	if got, err := s.EditorByID(t.Context(), id); err != nil || !got.Closed || got.Epoch != 4 || got.PasswordHash+got.TOTPSecret+got.OIDCSubject != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if list, err := s.Editors(t.Context()); err != nil || len(list) != 2 || list[0].Name != "Bo" {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := s.AddEditor(t.Context(), postgres.Editor{Email: "anne@example.dk", Name: "Anne igen"}, now); err != nil {
		t.Errorf("the address of a closed account: %v", err)
	}
}

func TestEditorCodeIsUsedOnce(t *testing.T) {
	s := postgres.New(pgtest.New(t))
	id, err := s.AddEditor(t.Context(), postgres.Editor{Email: "a@example.dk", Name: "A", TOTPSecret: "x"}, now)
	if err != nil {
		t.Fatal(err)
	}
	for step := int64(100); step < 104; step++ {
		var used atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				ok, err := s.UseTOTP(t.Context(), id, step)
				if err != nil {
					t.Error(err)
				}
				if ok {
					used.Add(1)
				}
			})
		}
		wg.Wait()
		if used.Load() != 1 {
			t.Errorf("step %d was used %d times", step, used.Load())
		}
	}
	if ok, err := s.UseTOTP(t.Context(), id, 99); ok || err != nil {
		t.Errorf("an older step: %v, %v", ok, err)
	}
	if err := s.SetEditorTOTP(t.Context(), id, "ny"); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.UseTOTP(t.Context(), id, 99); !ok || err != nil {
		t.Errorf("a new secret: %v, %v", ok, err)
	}
}

func TestEditorSignInFailures(t *testing.T) {
	pool := pgtest.New(t)
	s := postgres.New(pool)
	for i, x := range [][2]string{{"a@example.dk", "192.0.2.1"}, {"A@example.dk", "192.0.2.2"}, {"b@example.dk", "192.0.2.1"}} {
		if err := s.AddSignInFailure(t.Context(), x[0], x[1], now.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if a, c, err := s.SignInFailures(t.Context(), "a@example.dk", "192.0.2.1", now); a != 2 || c != 2 || err != nil {
		t.Errorf("%d of the account, %d of the client, %v", a, c, err)
	}
	if a, c, err := s.SignInFailures(t.Context(), "a@example.dk", "192.0.2.1", now.Add(2*time.Minute)); a != 0 || c != 1 || err != nil {
		t.Errorf("later: %d of the account, %d of the client, %v", a, c, err)
	}
	if all := one[string](t, pool, `SELECT string_agg(x::text, ' ') FROM sign_in_failure x`); strings.Contains(all, "example") || strings.Contains(all, "192.") {
		t.Error("whom a failure was of is kept in clear")
	}
	if err := s.AddSignInFailure(t.Context(), "c", "d", now.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, pool, `SELECT count(*) FROM sign_in_failure`); n != 1 {
		t.Errorf("%d failures are kept", n)
	}
}
