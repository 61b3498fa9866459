package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"praksis/internal/ops/doctor"
	"praksis/internal/pgtest"
	"praksis/internal/postgres/embedded"

	"github.com/jackc/pgx/v5"
)

// A bundle holds no secret, and nothing of anybody, however it came to stand where the
// doctor looks. (Installations that are broken: make try-doctor.)
func TestDoctorBundle(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	at, err := url.Parse(app)
	if err != nil {
		t.Fatal(err)
	}
	const databaseSecret, mailSecret, providerSecret = "dybt hemmeligt&ord", "mailens-adgangskode", `udbyderens"nøgle`
	at.User = url.UserPassword(at.User.Username(), databaseSecret)
	for _, sql := range []string{
		`INSERT INTO editor (email, name, created_at, role) VALUES ('rita.hemmelig@kommune.example', 'Rita Hemmeligsen', now(), 'administrator')`,
		`INSERT INTO mail (message_id, kind, recipient, subject, body, created_at, attempts, error) VALUES ('a@b', 'received', 'borger@privat.example', 'Kære Sonja Sørensen', 'hemmeligt indhold', now(), 3, 'borger@privat.example unknown')`,
		`INSERT INTO river_job (state, kind, args, errors, max_attempts, finalized_at) VALUES ('discarded', 'send_mail', '{"name":"Sonja Sørensen"}', ARRAY['{"error":"borger@privat.example"}'::jsonb], 1, now())`,
		`INSERT INTO operation_run (kind, started, finished, ok, detail) VALUES ('backup', now(), now(), false, '{"error":"to sonja@privat.example at 203.0.113.77"}')`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, []byte("level=INFO msg=request route=/eksempler ms=3\nlevel=ERROR to=sonja@privat.example from=203.0.113.77 link=/i/q7Hd83kslWm20dkQm4hz0a password="+mailSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	gone, err := net.Listen("tcp", "127.0.0.1:0") // nobody answers there soon
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	_, port, _ := net.SplitHostPort(gone.Addr().String())
	file := filepath.Join(t.TempDir(), "bundle.zip")
	out, errs, code := run(t, []string{"DATABASE_URL=" + at.String(), "PRAKSIS_MIGRATE_URL=" + owner, "PRAKSIS_DATA=" + t.TempDir(), "PRAKSIS_ADDR=127.0.0.1:" + port, "PRAKSIS_METRICS_ADDR=127.0.0.1:" + port,
		"PRAKSIS_SMTP_HOST=127.0.0.1", "PRAKSIS_SMTP_PORT=" + port, "PRAKSIS_SMTP_USER=afsenderen", "PRAKSIS_SMTP_PASSWORD=" + mailSecret, "PRAKSIS_MAIL_FROM=post@praksis.example",
		"PRAKSIS_OIDC_ISSUER=http://127.0.0.1:" + port, "PRAKSIS_OIDC_CLIENT_ID=x", "PRAKSIS_OIDC_CLIENT_SECRET=" + providerSecret}, "", "doctor", "--json", "--bundle", file, "--log", log)
	var report doctor.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 2 || report.Code() != 2 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, out, errs)
	}
	for _, c := range report.Results {
		want := map[string]doctor.Grade{"database": doctor.Good, "schema": doctor.Good, "rights": doctor.Good, "letters": doctor.Good, "sign-in": doctor.Fault, "mail-server": doctor.Fault, "instance": doctor.Fault, "backup": doctor.Fault, "seeds": doctor.Fault}[c.Name]
		if want != "" && c.Grade != want {
			t.Errorf("%s: %+v", c.Name, c)
		}
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
		quoted, _ := json.Marshal(providerSecret)
		for _, secret := range []string{databaseSecret, url.QueryEscape(databaseSecret), url.PathEscape(databaseSecret), mailSecret, "afsenderen", providerSecret, strings.Trim(string(quoted), `"`),
			"Rita", "Hemmelig", "hemmelig", "Sonja", "privat.example", "kommune.example", "203.0.113.77", "q7Hd83kslWm20dkQm4hz0a"} {
			if strings.Contains(string(b), secret) {
				t.Errorf("%s has %q:\n%s", f.Name, secret, b)
			}
		}
		if strings.HasSuffix(f.Name, ".json") && !json.Valid(b) {
			t.Errorf("%s is no JSON any more:\n%s", f.Name, b)
		}
		if f.Name == "log.txt" && !strings.Contains(string(b), "route=/eksempler ms=3") {
			t.Errorf("nothing is left of the log: %s", b)
		}
	}
	if got := strings.Join(names, " "); got != "doctor.json doctor.txt versions.json tables.json jobs.json config.txt log.txt" {
		t.Errorf("the bundle has %s", got)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the bundle's mode: %v, %v", info.Mode(), err)
	}
}

// Without a server the doctor starts none, and leaves nothing behind; with one that
// hangs it comes to an end.
func TestDoctorStartsNothing(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	begun := time.Now()
	out, errs, code := run(t, []string{"PRAKSIS_ADDR=" + l.Addr().String(), "PRAKSIS_METRICS_ADDR=none"}, "", "doctor", "--data", data)
	if code != 2 || !strings.Contains(out, "no private PostgreSQL runs") || !strings.Contains(out, "nothing answers at") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if took := time.Since(begun); took > time.Minute { // 5 s, and a machine that is busy
		t.Errorf("it took %s", took)
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Error("it has made the data folder")
	}
	if _, err := embedded.Look(filepath.Join(data, "postgres")); err == nil {
		t.Error("it has started a server")
	}
}
