package auth

import (
	"strings"
	"testing"

	"praksis/internal/postgres"
	"praksis/internal/review"
)

func TestProviderGivesRoles(t *testing.T) {
	f := newFixture(t, Config{OIDC: OIDC{Issuer: entra, RoleClaim: "roles", EditorRoles: []string{"red"}, AdministratorRoles: []string{"adm"}, WriterRoles: []string{"skr"}, CheckerRoles: []string{"læs"}}})
	of := func(values ...any) user {
		return user{signed: claims{"roles": values}, more: func() claims { return nil }}
	}
	for _, x := range []struct {
		claim []any
		want  review.Role
	}{
		{[]any{"skr"}, review.RoleWriter}, {[]any{"læs", "adm", "red"}, review.RoleAdministrator}, // the first stays one below
		{[]any{"red"}, review.RoleAdministrator},
	} {
		e, err := f.store.EditorByID(t.Context(), f.id)
		if err != nil {
			t.Fatal(err)
		}
		e, err = f.auth.takeRole(t.Context(), e, of(x.claim...))
		kept, failed := f.store.EditorByID(t.Context(), f.id)
		if err != nil || failed != nil || e.Role != x.want || kept.Role != x.want {
			t.Errorf("%v: %s, kept %s, want %s: %v, %v", x.claim, e.Role, kept.Role, x.want, err, failed)
		}
	}
	if !strings.Contains(f.log.String(), "nobody else manages accounts") {
		t.Error("the log does not tell that the last administrator stays one")
	}
	if _, err := f.store.AddEditor(t.Context(), postgres.Editor{Email: "to@example.dk", Name: "To", Role: review.RoleAdministrator}, f.clock); err != nil {
		t.Fatal(err)
	}
	e, err := f.store.EditorByID(t.Context(), f.id)
	if err != nil {
		t.Fatal(err)
	}
	if e, err = f.auth.takeRole(t.Context(), e, of("red", "læs")); err != nil || e.Role != review.RoleEditor {
		t.Errorf("%s, %v", e.Role, err)
	}
	events, err := f.store.AccountEvents(t.Context(), f.id, 10)
	if err != nil || len(events) != 3 || events[0].By != 0 || events[0].Role != review.RoleEditor {
		t.Errorf("%+v, %v", events, err)
	}
	if f.auth.cfg.OIDC.roleMissing(of("andet")) == "" || f.auth.cfg.OIDC.roleMissing(of("læs")) != "" {
		t.Error("who comes in")
	}
	// With the editors' roles alone an account keeps its own.
	if _, told := (OIDC{RoleClaim: "roles", EditorRoles: []string{"red"}}).role(of("red")); told {
		t.Error("the claim lets in, and gives no role")
	}
}
