package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"praksis/internal/ops/config"

	"github.com/alecthomas/kong"
)

// parsed is a command line read with an environment, as main does it; out is what the
// command prints.
func parsed(t *testing.T, env []string, args ...string) (c *cli, ctx *kong.Context, out *strings.Builder) {
	t.Helper()
	c, out = &cli{}, &strings.Builder{}
	k, err := c.parser(env)
	if err != nil {
		t.Fatal(err)
	}
	k.Exit, k.Stdout = func(int) { t.Errorf("%q ends: %s", args, out) }, out
	ctx, err = k.Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	ctx.BindTo(t.Context(), (*context.Context)(nil))
	return c, ctx, out
}

// flagsOf are all flags of the program, those of one name once.
func flagsOf(t *testing.T) []*kong.Flag {
	t.Helper()
	_, ctx, _ := parsed(t, nil, "licences")
	var list []*kong.Flag
	var look func(n *kong.Node)
	look = func(n *kong.Node) {
		for _, f := range n.Flags {
			if !slices.ContainsFunc(list, func(x *kong.Flag) bool { return x.Name == f.Name }) {
				list = append(list, f)
			}
		}
		for _, c := range n.Children {
			look(c)
		}
	}
	look(ctx.Model.Node)
	return list
}

// Whoever adds a flag whose name sounds secret says what of it may be shown, by the tag
// secret:"all", "part" (an address that may have a password) or "no".
func TestSecretsAreClassified(t *testing.T) {
	for _, f := range flagsOf(t) {
		if len(f.Envs) > 0 && !config.Classified(f) {
			t.Errorf("--%s: what of it is secret? Give its field the tag secret:\"all\", \"part\" or \"no\"", f.Name)
		}
	}
}

// No secret is shown, from wherever it comes and however it is asked for.
func TestConfigShowsNoSecret(t *testing.T) {
	const secret = "Hemmeligt7"
	file := filepath.Join(t.TempDir(), "secret")
	tried := 0
	for _, f := range flagsOf(t) {
		if len(f.Envs) == 0 || !config.Secret(f) {
			continue
		}
		tried++
		value := secret
		if f.Tag.Get("secret") == "part" {
			value = "postgres://u:" + secret + "@db.example:5432/p?sslpassword=" + secret
		}
		if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"show", "check"} {
			for _, how := range []struct{ env, args []string }{
				{env: []string{f.Envs[0] + "=" + value}},
				{env: []string{f.Envs[0] + "_FILE=" + file}},
				{args: []string{"--" + f.Name, value}},
				{args: []string{"--json", "--" + f.Name, value}},
			} {
				if len(how.args) > 0 && !slices.ContainsFunc(globalAndServe(t), func(x string) bool { return x == f.Name }) {
					continue // of another command
				}
				c, ctx, out := parsed(t, how.env, append([]string{"config", command}, how.args...)...)
				err := ctx.Run(c)
				said := out.String()
				if err != nil {
					said += err.Error()
				}
				if strings.Contains(said, secret) {
					t.Errorf("config %s, %q %q:\n%s", command, how.env, how.args, said)
				}
				if command == "show" && !strings.Contains(said, f.Name) {
					t.Errorf("--%s is not shown:\n%s", f.Name, said)
				}
			}
		}
	}
	if tried < 8 {
		t.Errorf("only %d secrets", tried)
	}
}

func globalAndServe(t *testing.T) (names []string) {
	t.Helper()
	_, ctx, _ := parsed(t, nil, "config", "show")
	for _, f := range ctx.Flags() {
		names = append(names, f.Name)
	}
	return names
}

// What cannot be meant is told before a start, and a start ends with it: both ask the
// same function.
func TestConfigCheck(t *testing.T) {
	const db = "--database-url=postgres://u@db.example/p"
	oidc := []string{"--oidc-issuer=https://id.example.dk", "--oidc-client-id=x", "--public-url=https://praksis.example.dk", "--trusted-proxies=1"}
	smtp := []string{"--smtp-host=mail.example.dk", "--mail-from=praksis@example.dk", "--public-url=https://praksis.example.dk", "--trusted-proxies=1"}
	for _, c := range []struct {
		env  []string
		args []string
		want []string // parts of the faults, in their order
	}{
		{},
		{args: oidc},
		{args: smtp},
		{args: []string{db, "--read-url=postgres://u@replica.example/p", "--direct-url=postgres://u@db.example:6543/p", "--migrate-url=postgres://owner@db.example/p", "--pooler=transaction"}},
		{env: []string{"PRAKSIS_CHECK_LINKS=", "PRAKSIS_SMTP_PORT=", "PRAKSIS_TRUSTED_PROXIES=", "PRAKSIS_POOLER=", "PRAKSIS_LOG_LEVEL=", "DATABASE_URL=", "PRAKSIS_CLIENT_HEADER="}},
		{env: []string{"PRAKSIS_PUBLIC_URL=https://praksis.example.dk ", "PRAKSIS_TRUSTED_PROXIES=1\n"}},

		{args: []string{"--public-url=praksis.example.dk"}, want: []string{"--public-url"}},
		{args: []string{"--public-url=https://praksis.example.dk"}, want: []string{"--trusted-proxies"}},
		{args: []string{"--public-url=http://praksis.example.dk", "--addr=0.0.0.0:80"}, want: nil},
		{args: []string{"--public-url=http://praksis.example.dk", "--addr=127.0.0.1:80"}, want: []string{"--trusted-proxies"}},
		{args: []string{"--trusted-proxies=-1"}, want: []string{"--trusted-proxies"}},
		{args: []string{"--addr=8080"}, want: []string{"--addr"}},
		{args: []string{"--addr=127.0.0.1:99999"}, want: []string{"--addr"}},
		{args: []string{"--addr=:http"}, want: []string{"--addr"}},
		{args: []string{"--accessibility-url=was.digst.dk/x"}, want: []string{"--accessibility-url"}},
		{args: []string{"--authority-contact=nobody"}, want: []string{"--authority-contact"}},
		{args: []string{"--clamd=localhost"}, want: []string{"--clamd"}},
		{args: []string{"--clamd=/run/clamd.sock"}},

		{args: []string{"--pooler=session"}, want: []string{"--database-url"}},
		{args: []string{"--direct-url=postgres://u@db.example/p"}, want: []string{"--database-url"}},
		{args: []string{"--migrate-url=postgres://u@db.example/p"}, want: []string{"--database-url"}},
		{args: []string{db, "--migrate-url=postgres://owner@db.example/new"}, want: []string{`--migrate-url leads to the database "new"`}},
		{args: []string{db, "--direct-url=postgres://u@db.example/new"}, want: []string{`--direct-url leads to the database "new"`}},
		{args: []string{db, "--migrate-url=postgres://owner@db.example/new", "--pooler=session"}},
		{args: []string{db, "--migrate-url=postgres://owner@127.0.0.1"}},
		{args: []string{"--read-url=postgres://u@db.example/p"}, want: []string{"--database-url"}},
		{args: []string{db, "--read-url=postgres://other@db.example:5432/p"}, want: []string{"same database"}},
		{args: []string{db, "--direct-url=postgres://u@db.example:6543/p", "--read-url=postgres://db.example:6543/p"}, want: []string{"same database"}},
		{args: []string{"--database-url=host=a,b dbname=p", "--read-url=host=a,b dbname=p target_session_attrs=prefer-standby"}},
		{args: []string{"--database-url=postgres://u@db.example:x/p"}, want: []string{"--database-url"}},
		{args: []string{"--database-url=x"}, want: []string{"--database-url"}},
		{args: []string{db + "?sslmode=maybe"}, want: []string{"sslmode"}},
		{args: []string{db + "?hostaddr=1"}, want: []string{"hostaddr"}},

		{args: oidc[:1], want: []string{"--oidc-client-id"}},
		{args: []string{"--oidc-client-id=x"}, want: []string{"--oidc-issuer"}},
		{args: []string{"--oidc-client-secret=x"}, want: []string{"--oidc-issuer"}},
		{args: []string{"--oidc-editor-roles=x"}, want: []string{"--oidc-issuer"}},
		{args: append([]string{"--oidc-editor-roles=x"}, oidc...), want: []string{"--oidc-role-claim"}},
		{args: []string{"--oidc-issuer=http://id.example.dk", "--oidc-client-id=x"}, want: []string{"https://"}},
		{args: []string{"--oidc-issuer=http://127.0.0.1:9000", "--oidc-client-id=x"}},
		{args: []string{"--oidc-issuer=https://id.example.dk", "--oidc-client-id=x", "--public-url=http://praksis.example.dk", "--addr=0.0.0.0:80"}, want: []string{"not https"}},

		{args: smtp[:1], want: []string{"--mail-from"}},
		{args: append([]string{"--smtp-user=u"}, smtp...), want: []string{"--smtp-password"}},
		{args: append([]string{"--smtp-password=u"}, smtp...), want: []string{"--smtp-password"}},
		{args: append([]string{"--smtp-port=70000"}, smtp...), want: []string{"--smtp-port"}},
		{args: append([]string{"--smtp-tls=none", "--smtp-user=u", "--smtp-password=x"}, smtp...), want: []string{"in clear"}},
		{args: []string{"--smtp-user=u", "--smtp-password=x"}, want: []string{"--smtp-host"}},
		{args: append([]string{"--desk-mail=desk@praksis.local"}, smtp...), want: []string{"--desk-mail"}},

		// All at once, what cannot be read and what nothing reads among them.
		{env: []string{"PRAKSIS_SMTP_PORT=abc", "PRAKSIS_PUBLIC_ULR=https://x.dk", "DATABASE_URI=postgres://db/p"}, args: []string{"--pooler=session", "--clamd=x"},
			want: []string{"PRAKSIS_SMTP_PORT", "--clamd", "--pooler", "DATABASE_URI is read by nothing: did you mean DATABASE_URL?", "did you mean PRAKSIS_PUBLIC_URL?"}},
	} {
		x, ctx, out := parsed(t, c.env, append([]string{"config", "check", "--json"}, c.args...)...)
		err := ctx.Run(x)
		var r settingsReport
		if failed := json.Unmarshal([]byte(out.String()), &r); failed != nil {
			t.Fatal(failed, out)
		}
		if (err != nil) != (len(c.want) > 0) || len(r.Faults) != len(c.want) {
			t.Errorf("%q %q: %v, %q, want %q", c.env, c.args, err, r.Faults, c.want)
			continue
		}
		for i, part := range c.want {
			if !strings.Contains(r.Faults[i], part) || strings.Contains(r.Faults[i], "\n") {
				t.Errorf("%q %q: %q, want %q", c.env, c.args, r.Faults[i], part)
			}
		}
		// A start ends with the same.
		s, _, _ := parsed(t, c.env, append([]string{"serve"}, c.args...)...)
		addr, _ := readAddr(t.Context(), s.Serve.Addr)
		var ends []string
		if err := s.Serve.check(s, addr); err != nil {
			ends = severally(err)
		}
		if err := s.settings.Fault(); err != nil {
			ends = append(severally(err), ends...)
		}
		told := slices.DeleteFunc(r.Faults, func(f string) bool {
			return strings.Contains(f, "is read by nothing") || strings.HasPrefix(f, "--addr")
		})
		if !slices.Equal(ends, told) {
			t.Errorf("%q %q: the start ends with %q, and config check tells %q", c.env, c.args, ends, told)
		}
	}
}

// The retired variable is read of the process itself.
func TestClientHeaderIsRetired(t *testing.T) {
	t.Setenv(clientHeader, "X-Real-IP")
	c, ctx, out := parsed(t, os.Environ(), "config", "check")
	if err := ctx.Run(c); err == nil || !strings.Contains(out.String(), "PRAKSIS_TRUSTED_PROXIES") || strings.Contains(out.String(), clientHeader+" is read by nothing") {
		t.Errorf("%v: %s", err, out)
	}
	t.Setenv(clientHeader, " ")
	c, ctx, out = parsed(t, os.Environ(), "config", "check")
	if err := ctx.Run(c); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// README's table has every setting, with its variable and its default, and no other.
func TestReadmeHasTheSettings(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "| flag | environment | default |")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := map[string]string{}
	named := regexp.MustCompile("`--([a-z-]+)`")
	for row := range strings.SplitSeq(table, "\n") {
		if cells := strings.SplitN(row, "|", 3); len(cells) == 3 {
			for _, m := range named.FindAllStringSubmatch(cells[1], -1) {
				rows[m[1]] = cells[2]
			}
		}
	}
	for _, f := range flagsOf(t) {
		if len(f.Envs) == 0 {
			continue
		}
		row, found := rows[f.Name]
		delete(rows, f.Name)
		if !found {
			t.Errorf("--%s (%s) is not in README.md", f.Name, f.Envs[0])
			continue
		}
		if rule := "PRAKSIS_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")); f.Envs[0] != rule && f.Name != "database-url" {
			t.Errorf("--%s has the variable %s, not %s, which README.md tells", f.Name, f.Envs[0], rule)
		}
		if f.HasDefault && !strings.Contains(row, f.Default) {
			t.Errorf("README.md does not tell the default of --%s, %q: %s", f.Name, f.Default, row)
		}
	}
	for name := range rows {
		t.Errorf("README.md has a setting --%s that is none", name)
	}
}
