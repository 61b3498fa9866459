package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"praksis/internal/pgtest"
)

// TestEditors keeps accounts from the command line. A password is never printed
// unless it was made here, and is never an argument, which others could see.
func TestEditors(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	env := []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner}
	for _, c := range []struct {
		stdin string
		args  []string
		code  int
		says  string
	}{
		{"fire ord uden sammenhæng\n", []string{"add", "Rita@Kommune.example", "--name", "Rita"}, 0, ""},
		{"fire ord uden sammenhæng\n", []string{"add", "rita@kommune.example", "--name", "Rita"}, 1, "has an account already"},
		{"kort\n", []string{"add", "per@kommune.example", "--name", "Per"}, 1, "12 to 128 characters"},
		{"", []string{"add", "per", "--name", "Per"}, 1, "not a mail address: it has no @"},
		{"", []string{"add", "per@kommune.example", "--name", "Per", "--generate"}, 0, ""},
		{"", []string{"add", "ole@kommune.example", "--name", "Ole", "--oidc-only"}, 0, ""},
		{"en anden og lang kode\n", []string{"password", "rita@kommune.example"}, 0, ""},
		{"", []string{"reset-totp", "rita@kommune.example"}, 0, ""},
		{"", []string{"unlink-oidc", "rita@kommune.example"}, 0, ""},
		{"", []string{"end-sessions", "rita@kommune.example"}, 0, ""},
		{"", []string{"close", "per@kommune.example"}, 0, ""},
		{"", []string{"close", "per@kommune.example"}, 1, "no open account"},
	} {
		out, errs, code := run(t, env, c.stdin, append([]string{"editor"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%v: %d %s", c.args, code, errs)
		}
		made := regexp.MustCompile(`^[a-z2-7]{5}(-[a-z2-7]{5}){3}\n$`).MatchString(out)
		if generate := c.args[len(c.args)-1] == "--generate"; made != generate || !generate && out != "" {
			t.Errorf("%v printed %q", c.args, out)
		}
	}
	out, errs, code := run(t, env, "", "editor", "list")
	want := "ole@kommune.example\tOle\teditor\nrita@kommune.example\tRita\tadministrator, password\nper@kommune.example\tPer\teditor, closed\n"
	if code != 0 || out != want {
		t.Errorf("%d %s\n%s", code, errs, out)
	}
}

// TestDemoEditor signs in with what a loopback run prints, and the old password
// is worth nothing after the next start.
func TestDemoEditor(t *testing.T) {
	data := t.TempDir()
	told := regexp.MustCompile(`sign in as (\S+) with the password (\S+)`)
	signIn := func(p *process, m []string) string {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := &http.Client{Jar: jar}
		resp, err := c.PostForm(strings.TrimRight(p.base, "/")+"/redaktion/log-ind", url.Values{"mail": {m[1]}, "adgangskode": {m[2]}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.Request.URL.Path
	}
	p := serve(t, data)
	first := told.FindStringSubmatch(p.out.String())
	if first == nil {
		t.Fatalf("no sign-in is told: %s", p.out)
	}
	if at := signIn(p, first); at != "/redaktion" {
		t.Errorf("signed in, and at %s", at)
	}
	p.end(t, syscall.SIGTERM)
	p = serve(t, data)
	second := told.FindStringSubmatch(p.out.String())
	if second == nil || second[2] == first[2] {
		t.Fatalf("told %q, then %q", first, second)
	}
	if at := signIn(p, first); at != "/redaktion/log-ind" {
		t.Errorf("with the old password, and at %s", at)
	}
	if at := signIn(p, second); at != "/redaktion" {
		t.Errorf("signed in, and at %s", at)
	}
	p.end(t, syscall.SIGTERM)
}
