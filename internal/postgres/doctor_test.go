package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"praksis/internal/pgtest"

	"github.com/jackc/pgx/v5"
)

func examine(t *testing.T, url string) *Examination {
	t.Helper()
	x, err := Examine(t.Context(), Access{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x
}

// A database as the migrations make it has nothing to complain of, and what is taken
// away or given too much is found.
func TestExamination(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	x := examine(t, app)
	f, err := x.Rights(t.Context())
	if err != nil || !f.Role || !f.Member || f.Super || len(f.Lacks)+len(f.TooMuch) > 0 {
		t.Errorf("rights of a new database: %+v, %v (a table that the application only reads stands in writtenByOthers)", f, err)
	}
	schema, err := x.Schema(t.Context())
	if err != nil || len(schema.Lacks)+len(schema.Unknown) > 0 || schema.Newest != schema.Program || schema.Queue != schema.QueueProgram {
		t.Errorf("schema: %+v, %v", schema, err)
	}
	server, err := x.Server(t.Context())
	if err != nil || server.Version < 150000 || server.Encoding != "UTF8" || !server.Cases || server.Asked.Sub(server.Now).Abs() > 1e9 {
		t.Errorf("server: %+v, %v", server, err)
	}
	if c, err := x.Catalogue(t.Context(), "demo@x.example"); err != nil || c.Identity == "" || c.Administrators != 0 || c.Demo {
		t.Errorf("catalogue: %+v, %v", c, err)
	}
	if q, err := x.QueueFacts(t.Context()); err != nil || q.Worked || q.Due != 0 {
		t.Errorf("queue: %+v, %v", q, err)
	}
	if m, err := x.MailFacts(t.Context()); err != nil || m.Waiting != 0 {
		t.Errorf("mails: %+v, %v", m, err)
	}
	if list, err := x.LastOperations(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("operations: %v, %v", list, err)
	}
	if sizes, err := x.Sizes(t.Context()); err != nil || len(sizes) < 50 {
		t.Errorf("sizes: %d, %v", len(sizes), err)
	}
	for url, owns := range map[string]bool{owner: true, app: false} {
		if o, err := TryOwner(t.Context(), url); err != nil || o.Owns != owns || o.Empty {
			t.Errorf("owner: %+v, %v", o, err)
		}
	}

	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `
		REVOKE INSERT, UPDATE ON mail FROM praksis_app; REVOKE ALL ON practice FROM praksis_app; REVOKE EXECUTE ON FUNCTION erase_text FROM praksis_app;
		GRANT DELETE ON revision TO praksis_app; DELETE FROM goose_db_version WHERE version_id = 33; INSERT INTO goose_db_version (version_id, is_applied) VALUES (900, true)`); err != nil {
		t.Fatal(err)
	}
	if f, err = x.Rights(t.Context()); err != nil || !slices.Equal(f.Lacks, []string{"EXECUTE erase_text", "INSERT mail", "SELECT practice"}) || !slices.Equal(f.TooMuch, []string{"DELETE revision"}) {
		t.Errorf("changed rights: %+v, %v", f, err)
	}
	if schema, err = x.Schema(t.Context()); err != nil || !slices.Equal(schema.Lacks, []int64{33}) || !slices.Equal(schema.Unknown, []int64{900}) {
		t.Errorf("changed schema: %+v, %v", schema, err)
	}
}

// Looking changes nothing, and finds no catalogue in an empty database.
func TestExaminationOnlyReads(t *testing.T) {
	owner, _ := pgtest.NewURLs(t)
	x := examine(t, owner)
	err := x.read(t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `DELETE FROM sessions`)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("a write: %v", err)
	}
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `DROP TABLE goose_db_version`); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Schema(t.Context()); !errors.Is(err, ErrNoTable) {
		t.Errorf("an empty database: %v", err)
	}
	if _, err := Examine(t.Context(), Access{URL: "postgres://nobody@127.0.0.1:1/x?sslmode=disable"}); !Unavailable(err) {
		t.Errorf("no server: %v", err)
	}
}

// The secrets of an address are found however they are written there.
func TestAddressSecrets(t *testing.T) {
	for at, want := range map[string]string{
		"postgres://u:p%40ss%20w@h/d": "p@ss w", "host=h password='it''s'": "", "host=h password='a b' user=u": "a b", "postgres://u@h/d?password=hemmelig": "hemmelig", "": "",
	} {
		if got := AddressSecrets(at); want != "" && !slices.Contains(got, want) {
			t.Errorf("%s: %v", at, got)
		}
	}
}
