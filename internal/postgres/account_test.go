package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	template "praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

var accountNow = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// withRoles is a store with one editor of each role.
func withRoles(t *testing.T, pool *pgxpool.Pool) (*postgres.Store, map[review.Role]int64) {
	t.Helper()
	s := postgres.New(pool)
	s.Letters = func(l review.Letter) (string, string, error) {
		return string(l.Kind), l.Token + " " + l.Values["until"], nil
	}
	ids := map[review.Role]int64{}
	for _, o := range review.Roles {
		id, err := s.AddEditor(t.Context(), postgres.Editor{Email: o.Slug + "@example.dk", Name: o.Label, Role: o.Code, PasswordHash: "x"}, accountNow)
		if err != nil {
			t.Fatal(err)
		}
		ids[o.Code] = id
	}
	return s, ids
}

func TestRoleEventsAreTheData(t *testing.T) {
	pool := pgtest.New(t)
	rows, _ := pool.Query(t.Context(), `SELECT role, table_name, kind FROM role_event`)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e review.RoleEvent, err error) {
		return e, row.Scan(&e.Role, &e.Table, &e.Kind)
	})
	if err != nil {
		t.Fatal(err)
	}
	in := map[review.RoleEvent]bool{}
	for _, e := range list {
		in[e] = true
	}
	for _, e := range review.RoleEvents() {
		if !in[e] {
			t.Errorf("role_event lacks (%s, %s, %s): add it in a migration", e.Role, e.Table, e.Kind)
		}
		delete(in, e)
	}
	for e := range in {
		t.Errorf("role_event has (%s, %s, %s), and review.RoleEvents has not", e.Role, e.Table, e.Kind)
	}
}

// Every role and every kind of row, written by the application's own login past all
// of the program's checks.
func TestRolesInSQL(t *testing.T) {
	pool := template.Some(t, 1)
	s, ids := withRoles(t, pool)
	if _, err := s.Submit(t.Context(), postgres.NewSubmission{ClientKey: "roller-0123456789abcdef", Contact: review.Contact{Email: "ida@example.dk"},
		Submission: review.Submission{Kind: review.KindTip, Text: "Et tip om telefontid."}}, accountNow); err != nil {
		t.Fatal(err)
	}
	write := map[string]string{
		"submission_event": `INSERT INTO submission_event (submission_id, kind, state, by_editor, at) SELECT id, '%s', 'received', %d, now() FROM submission`,
		"practice_event":   `INSERT INTO practice_event (practice_id, kind, by_editor, at) SELECT id, '%s', %d, now() FROM practice`,
		"account_event":    `INSERT INTO account_event (editor_id, kind, by_editor, at) SELECT min(id), '%s', %d, now() FROM editor`,
		"vocabulary_event": `INSERT INTO vocabulary_event (kind, undoes, noun, key, label, changes, by_editor, at)
			SELECT k, CASE k WHEN 'undo' THEN (SELECT max(id) FROM vocabulary_event) END, 'tema', 'x', 'X', '[]', %[2]d, now() FROM (VALUES ('%[1]s')) AS x (k)`,
		"solution_contrast": `WITH added AS (INSERT INTO solution_contrast (solution_id, term_id, reason, by_editor, at)
			  SELECT (SELECT max(id) FROM solution), (SELECT min(id) FROM term WHERE vocabulary = 'maalgruppe'), 'x', %[2]d, now() WHERE '%[1]s' = 'added' RETURNING id),
			ended AS (UPDATE solution_contrast SET ended_by = %[2]d, ended_at = now() WHERE '%[1]s' = 'ended' RETURNING id) SELECT id FROM added UNION ALL SELECT id FROM ended`,
		"link_event":   `WITH l AS (INSERT INTO link (url) VALUES ('https://kl.dk/') RETURNING id) INSERT INTO link_event (link_id, kind, by_editor, at) SELECT id, '%s', %d, now() FROM l`,
		"empty_search": `INSERT INTO empty_search (key, text, hidden_by, hidden_at) SELECT sha256('x'), '%s', %d, now()`,
		"draft":        `INSERT INTO draft (submission_id, content, updated_at, updated_by) SELECT id, '{}', now(), %[2]d FROM submission WHERE '%[1]s' <> ''`,
		"mail_text":    `INSERT INTO mail_text (kind, subject, body, updated_at, updated_by) VALUES ('receipt', '%s', 'x', now(), %d)`,
	}
	if _, err := pool.Exec(t.Context(), `INSERT INTO vocabulary_event (kind, noun, key, label, changes, at) VALUES ('add', 'tema', 'x', 'X', '[]', now())`); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `INSERT INTO solution_contrast (solution_id, term_id, reason, by_editor, at)
		SELECT (SELECT min(id) FROM solution), (SELECT min(id) FROM term WHERE vocabulary = 'maalgruppe'), 'x', $1, now()`, ids[review.RoleEditor]); err != nil {
		t.Fatal(err)
	}
	may := map[review.RoleEvent]bool{}
	kinds := map[review.Caused]bool{{Table: "submission_event", Kind: "withdrawn"}: true, {Table: "submission_event", Kind: "corrected"}: true}
	for _, e := range review.RoleEvents() {
		may[e], kinds[e.Caused] = true, true
	}
	tried := 0
	for c := range kinds {
		if c.Table == "erasure" { // only the functions of the owner write it
			continue
		}
		for role, id := range ids {
			err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
				tag, err := tx.Exec(t.Context(), fmt.Sprintf(write[c.Table], c.Kind, id))
				if err == nil && tag.RowsAffected() == 0 {
					t.Errorf("%v: nothing to write", c)
				}
				return errors.Join(err, errUndo)
			})
			pe, refused := errors.AsType[*pgconn.PgError](err)
			if refused && pe.ConstraintName != "role_may_not" {
				t.Fatal(err)
			}
			if tried++; refused == may[review.RoleEvent{Role: role, Caused: c}] {
				t.Errorf("a %s writes %s in %s: refused %t", role, c.Kind, c.Table, refused)
			}
		}
	}
	if tried < 80 {
		t.Errorf("only %d were tried", tried)
	}
	// Nobody gets round it by a table of their own, by a closed account, or without an event.
	checker := ids[review.RoleChecker]
	for what, sql := range map[string]string{
		"a temporary table": fmt.Sprintf(`CREATE TEMP TABLE role_event ON COMMIT DROP AS SELECT 'checker' AS role, 'practice_event' AS table_name, 'revised' AS kind; INSERT INTO practice_event (practice_id, kind, by_editor, at) SELECT id, 'revised', %d, now() FROM practice`, checker),
		"an erasure":        fmt.Sprintf(`SELECT erase_text('revision', id, NULL, content, content_hash, %d, 'x', now()) FROM revision`, checker),
		"no event":          `INSERT INTO revision (practice_id, number, origin, content_hash, created_at, content) SELECT practice_id, 99, 'editor', '', now(), content FROM revision; SET CONSTRAINTS ALL IMMEDIATE`,
		"a second end":      fmt.Sprintf(`UPDATE solution_contrast SET ended_by = %d, ended_at = now(); UPDATE solution_contrast SET ended_by = NULL, ended_at = NULL`, ids[review.RoleEditor]),
		"a new row":         `INSERT INTO role_event VALUES ('checker', 'practice_event', 'revised')`,
		"a closed account":  fmt.Sprintf(`UPDATE editor SET closed_at = now() WHERE id = %d; INSERT INTO practice_event (practice_id, kind, by_editor, at) SELECT id, 'revised', %[1]d, now() FROM practice`, ids[review.RoleEditor]),
	} {
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return execAll(t, tx, sql) })
		if pe, refused := errors.AsType[*pgconn.PgError](err); !refused || pe.Code != "42501" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

var errUndo = errors.New("undo")

// execAll runs statements one after another: the extended protocol takes one.
func execAll(t *testing.T, tx pgx.Tx, sql string) error {
	for _, one := range strings.Split(sql, ";") {
		if _, err := tx.Exec(t.Context(), one); err != nil {
			return err
		}
	}
	return nil
}

// The role counts that the account has now, whatever a session knows.
func TestApplyReadsTheRole(t *testing.T) {
	pool := template.Some(t, 1)
	s, ids := withRoles(t, pool)
	r, err := s.Submit(t.Context(), postgres.NewSubmission{ClientKey: "roller-0123456789abcdef", Contact: review.Contact{Email: "ida@example.dk"},
		Submission: review.Submission{Kind: review.KindTip, Text: "Et tip om telefontid."}}, accountNow)
	if err != nil {
		t.Fatal(err)
	}
	act := review.Act{Action: review.Decline, Editor: ids[review.RoleEditor], Version: 1, Reason: string(review.TooLittle), Text: "Fortæl mere."}
	if err := s.SetEditorRole(t.Context(), ids[review.RoleEditor], review.RoleEditor, review.RoleWriter, ids[review.RoleAdministrator], accountNow); err != nil {
		t.Fatal(err)
	}
	_, err = s.Apply(t.Context(), postgres.On{Submission: r.ID}, act, accountNow)
	if refused, ok := errors.AsType[*review.RoleError](err); !ok || refused.Role != review.RoleWriter || !errors.Is(err, catalogue.ErrForbidden) {
		t.Fatalf("%v", err)
	}
	if n := one[int](t, pool, `SELECT version FROM submission`); n != 1 {
		t.Errorf("version %d after a refused act", n)
	}
	act.Editor = ids[review.RoleAdministrator]
	if _, err := s.Apply(t.Context(), postgres.On{Submission: r.ID}, act, accountNow); err != nil {
		t.Error(err)
	}
}

func TestAccounts(t *testing.T) {
	pool := pgtest.New(t)
	s, ids := withRoles(t, pool)
	ctx, admin := t.Context(), ids[review.RoleAdministrator]
	wantErr(t, "an editor invites", func() error {
		_, err := s.InviteEditor(ctx, postgres.Editor{Email: "ny@example.dk", Name: "Ny", Role: review.RoleWriter}, "a-token", ids[review.RoleEditor], accountNow)
		return err
	}(), catalogue.ErrForbidden)
	wantErr(t, "an editor promotes itself", s.SetEditorRole(ctx, ids[review.RoleEditor], review.RoleEditor, review.RoleAdministrator, ids[review.RoleEditor], accountNow), catalogue.ErrForbidden)
	wantErr(t, "the last one goes", s.CloseEditor(ctx, admin, admin, accountNow), review.ErrLastAdministrator)
	wantErr(t, "the last one is demoted", s.SetEditorRole(ctx, admin, review.RoleAdministrator, review.RoleEditor, 0, accountNow), review.ErrLastAdministrator)
	// One who is only invited does not count.
	invited, err := s.InviteEditor(ctx, postgres.Editor{Email: "ny@example.dk", Name: "Ny", Role: review.RoleAdministrator}, "a-token", admin, accountNow)
	if err != nil {
		t.Fatal(err)
	}
	wantErr(t, "the last active one goes", s.CloseEditor(ctx, admin, admin, accountNow), review.ErrLastAdministrator)
	wantErr(t, "another role by now", s.SetEditorRole(ctx, invited, review.RoleWriter, review.RoleEditor, admin, accountNow), catalogue.ErrConflict)
	if _, err := s.JoinEditor(ctx, "a-token", "hash", accountNow); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"factor":   s.ResetEditorFactor(ctx, ids[review.RoleWriter], admin, accountNow),
		"sessions": s.EndEditorSessions(ctx, ids[review.RoleWriter], admin, accountNow),
		"close":    s.CloseEditor(ctx, ids[review.RoleWriter], admin, accountNow),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	wantErr(t, "closed twice", s.CloseEditor(ctx, ids[review.RoleWriter], admin, accountNow), catalogue.ErrNotFound)
	events, err := s.AccountEvents(ctx, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range events {
		told = append(told, fmt.Sprintf("%s %s by %s", e.Name, e.Kind, e.ByName))
	}
	for _, want := range []string{"Ny invited by Administrator", "Ny joined by Ny", "Skribent closed by Administrator", "Skribent factor_reset by Administrator", "Skribent sessions_ended by Administrator"} {
		if !strings.Contains(strings.Join(told, "\n"), want) {
			t.Errorf("no event %q in\n%s", want, strings.Join(told, "\n"))
		}
	}
	if len(events) != 5 {
		t.Errorf("%d events, and refused acts have none:\n%s", len(events), strings.Join(told, "\n"))
	}
	// Of two administrators who demote each other at once, one stays.
	var wait sync.WaitGroup
	errs := make([]error, 2)
	for i, pair := range [][2]int64{{admin, invited}, {invited, admin}} {
		wait.Go(func() {
			errs[i] = s.SetEditorRole(ctx, pair[0], review.RoleAdministrator, review.RoleEditor, pair[1], accountNow)
		})
	}
	wait.Wait()
	if n := one[int](t, pool, `SELECT count(*) FROM editor WHERE role = 'administrator'`); n != 1 || (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("%d administrators are left: %v", n, errs)
	}
}

func TestInvitation(t *testing.T) {
	pool := pgtest.New(t)
	s, ids := withRoles(t, pool)
	ctx, admin := t.Context(), ids[review.RoleAdministrator]
	id, err := s.InviteEditor(ctx, postgres.Editor{Email: "Ny@Example.dk", Name: " Ny ", Role: review.RoleWriter}, "first", admin, accountNow)
	if err != nil {
		t.Fatal(err)
	}
	if mail := one[string](t, pool, `SELECT kind || ' ' || recipient || ' ' || body FROM mail`); mail != "invitation ny@example.dk first 9. november 2026 kl. 10.00" {
		t.Errorf("%q", mail)
	}
	e, err := s.InvitedEditor(ctx, "first", accountNow)
	if err != nil || e.ID != id || e.Role != review.RoleWriter || e.Invited == nil {
		t.Fatalf("%+v, %v", e, err)
	}
	if err := s.InviteAgain(ctx, id, "second", admin, accountNow.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	_, err = s.InvitedEditor(ctx, "first", accountNow)
	wantErr(t, "the old link", err, catalogue.ErrNotFound)
	_, err = s.JoinEditor(ctx, "second", "hash", accountNow.Add(postgres.InvitationKept+2*time.Hour))
	wantErr(t, "too late", err, catalogue.ErrNotFound)
	if e, err = s.JoinEditor(ctx, "second", "hash", accountNow.Add(2*time.Hour)); err != nil || e.ID != id || e.PasswordHash != "hash" || e.Invited != nil {
		t.Fatalf("%+v, %v", e, err)
	}
	_, err = s.JoinEditor(ctx, "second", "other", accountNow.Add(2*time.Hour))
	wantErr(t, "used up", err, catalogue.ErrNotFound)
	wantErr(t, "who has come", s.InviteAgain(ctx, id, "third", admin, accountNow), catalogue.ErrConflict)
	// Whoever comes in otherwise has come: the link gives a password to nobody any more.
	for what, in := range map[string]func(id int64) error{
		"by a provider":   func(id int64) error { return s.LinkEditorOIDC(ctx, id, "https://id.example", "7") },
		"by the operator": func(id int64) error { return s.SetEditorPassword(ctx, id, "hash") },
	} {
		id, err := s.InviteEditor(ctx, postgres.Editor{Email: strings.ReplaceAll(what, " ", ".") + "@example.dk", Name: "Ny", Role: review.RoleWriter}, what, admin, accountNow)
		if err != nil {
			t.Fatal(err)
		}
		if err := in(id); err != nil {
			t.Fatal(err)
		}
		if e, err := s.EditorByID(ctx, id); err != nil || e.Invited != nil {
			t.Errorf("%s: invited still: %v", what, err)
		}
		_, err = s.JoinEditor(ctx, what, "other", accountNow)
		wantErr(t, what, err, catalogue.ErrNotFound)
	}
	if n := one[int](t, pool, `SELECT count(*) FROM editor_invitation`); n != 0 {
		t.Errorf("%d invitations are left", n)
	}
}
