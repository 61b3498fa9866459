package config

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// grammar has a flag of each kind.
type grammar struct {
	DatabaseURL string     `env:"DATABASE_URL" secret:"part"`
	Level       slog.Level `env:"PRAKSIS_LOG_LEVEL" default:"info"`
	Serve       struct {
		Name     string        `env:"PRAKSIS_NAME" default:"KL"`
		Folder   string        `env:"PRAKSIS_FOLDER" default:"data" type:"path"`
		Port     int           `env:"PRAKSIS_PORT_OF_US"`
		Links    *bool         `env:"PRAKSIS_LINKS" negatable:""`
		Plain    bool          `env:"PRAKSIS_PLAIN"`
		Wait     time.Duration `env:"PRAKSIS_WAIT" default:"1s"`
		Roles    []string      `env:"PRAKSIS_ROLES"`
		Mode     string        `env:"PRAKSIS_MODE" enum:"one,two" default:"one"`
		Password string        `env:"PRAKSIS_PASSWORD" secret:"all"`
		NewToken string        `env:"PRAKSIS_NEW_TOKEN"` // nobody has said whether it is secret
		Args     []string      `arg:"" optional:""`
	} `cmd:""`
	Other struct {
		Only int `env:"PRAKSIS_ONLY_OTHER"`
	} `cmd:""`
}

func parse(t *testing.T, env []string, files map[string]string, args ...string) (*grammar, *Reader, *kong.Context) {
	t.Helper()
	r, g := NewReader(env, "PRAKSIS_RETIRED"), &grammar{}
	r.readFile = func(name string) ([]byte, error) {
		if text, found := files[name]; found {
			return []byte(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	k, err := r.New(g, kong.Exit(func(int) { t.Error("exit") }))
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := k.Parse(append([]string{"serve"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	return g, r, ctx
}

func TestReader(t *testing.T) {
	for _, c := range []struct {
		env   []string
		args  []string
		files map[string]string
		want  string // of the fields that are seen below
		fault string
	}{
		{want: "KL data 0 nil false 1s [] one "},
		// What compose files give for what is not set.
		{env: []string{"PRAKSIS_NAME=", "PRAKSIS_FOLDER=", "PRAKSIS_PORT_OF_US=", "PRAKSIS_LINKS=", "PRAKSIS_PLAIN= ", "PRAKSIS_WAIT=", "PRAKSIS_ROLES=", "PRAKSIS_MODE=", "PRAKSIS_PASSWORD=", "PRAKSIS_PASSWORD_FILE=", "PRAKSIS_LOG_LEVEL=\n"},
			want: "KL data 0 nil false 1s [] one "},
		{env: []string{"PRAKSIS_NAME=  Aarhus Kommune\n", "PRAKSIS_PORT_OF_US= 25 ", "PRAKSIS_LINKS=false\r\n", "PRAKSIS_PLAIN=true", "PRAKSIS_WAIT=2m", "PRAKSIS_MODE= two", "PRAKSIS_PASSWORD=ab=c \n"},
			want: "Aarhus Kommune data 25 false true 2m0s [] two ab=c"},
		{env: []string{`PRAKSIS_ROLES= a , b\,c ,, d`}, want: "KL data 0 nil false 1s [a b,c d] one "},
		{args: []string{"--roles", " x, y ", "--roles=z", "--name", " Odense ", "--no-links", "--", " one", "two,three"}, env: []string{"PRAKSIS_ROLES=a", "PRAKSIS_LINKS=true"},
			want: "Odense data 0 false false 1s [x y z] one  |  one|two,three"},
		{env: []string{"PRAKSIS_PASSWORD_FILE=/run/p"}, files: map[string]string{"/run/p": "hemmelig\n"}, want: "KL data 0 nil false 1s [] one hemmelig"},
		{env: []string{"PRAKSIS_PASSWORD_FILE=/run/p"}, files: map[string]string{"/run/p": " \n"}, fault: "PRAKSIS_PASSWORD_FILE: /run/p is empty"},
		{env: []string{"PRAKSIS_PASSWORD_FILE=/run/q"}, fault: "PRAKSIS_PASSWORD_FILE: open /run/q: file does not exist"},
		{env: []string{"PRAKSIS_PASSWORD_FILE=/run/p", "PRAKSIS_PASSWORD=x"}, files: map[string]string{"/run/p": "y"}, fault: "PRAKSIS_PASSWORD and PRAKSIS_PASSWORD_FILE are both given: remove one"},
		{env: []string{"PRAKSIS_NAME_FILE=/run/p"}, files: map[string]string{"/run/p": "y"}, want: "KL data 0 nil false 1s [] one "}, // no secret: see TestUnknown
		// All that cannot be read is told at once.
		{env: []string{"PRAKSIS_PORT_OF_US=x", "PRAKSIS_LINKS=maybe", "PRAKSIS_WAIT=5", "PRAKSIS_MODE=three", "PRAKSIS_LOG_LEVEL=loud"},
			fault: "PRAKSIS_LOG_LEVEL: \"loud\" cannot be read: give debug, info, warn or error\n" +
				"PRAKSIS_PORT_OF_US: \"x\" cannot be read: give a number\n" +
				"PRAKSIS_LINKS: \"maybe\" cannot be read: give true or false\n" +
				"PRAKSIS_WAIT: \"5\" cannot be read: give a duration, such as 30s or 12h\n" +
				"PRAKSIS_MODE: \"three\" is none of one, two"},
		{args: []string{"--port", "7"}, env: []string{"PRAKSIS_PORT_OF_US=x"}, want: "KL data 7 nil false 1s [] one "},
		{env: []string{"PRAKSIS_ONLY_OTHER=x"}, want: "KL data 0 nil false 1s [] one "}, // of a command that is not run
	} {
		g, r, _ := parse(t, c.env, c.files, c.args...)
		if err := r.Fault(); err != nil || c.fault != "" {
			if err == nil || err.Error() != c.fault {
				t.Errorf("%q: the fault is %v, want %s", c.env, err, c.fault)
			}
			continue
		}
		s := g.Serve
		folder := s.Folder[strings.LastIndexByte(s.Folder, '/')+1:]
		links := "nil"
		if s.Links != nil {
			links = fmt.Sprint(*s.Links)
		}
		got := fmt.Sprint(s.Name, " ", folder, " ", s.Port, " ", links, " ", s.Plain, " ", s.Wait, " ", s.Roles, " ", s.Mode, " ", s.Password)
		if len(s.Args) > 0 {
			got += " | " + strings.Join(s.Args, "|")
		}
		if got != c.want {
			t.Errorf("%q %q: %s, want %s", c.env, c.args, got, c.want)
		}
	}
}

// Each setting says where it comes from, and shows nothing that is secret.
func TestSettings(t *testing.T) {
	_, r, ctx := parse(t, []string{"DATABASE_URL=postgres://u:S3cret@db/p", "PRAKSIS_PASSWORD_FILE=/run/p", "PRAKSIS_NEW_TOKEN=S3cret", "PRAKSIS_WAIT=S3", "PRAKSIS_ROLES=a , b", "PRAKSIS_ONLY_OTHER=7"},
		map[string]string{"/run/p": "S3cret"}, "--port", "7", "--no-links")
	var got []string
	for _, s := range r.Settings(ctx) {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", s.Flag, s.Variable, s.Source, s.File, s.Value)))
	}
	want := []string{
		"database-url DATABASE_URL environment  postgres://u:xxxxx@db/p",
		"level PRAKSIS_LOG_LEVEL default  info",
		"name PRAKSIS_NAME default  KL",
		"folder PRAKSIS_FOLDER default  data",
		"port PRAKSIS_PORT_OF_US flag  7",
		"links PRAKSIS_LINKS flag  false",
		"plain PRAKSIS_PLAIN not set",
		"wait PRAKSIS_WAIT environment  S3",
		"roles PRAKSIS_ROLES environment  a,b",
		"mode PRAKSIS_MODE default  one",
		"password PRAKSIS_PASSWORD_FILE file /run/p (hidden)",
		"new-token PRAKSIS_NEW_TOKEN environment  (hidden)",
		"only PRAKSIS_ONLY_OTHER environment  7",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if err := r.Fault(); err == nil || strings.Contains(err.Error(), "S3cret") {
		t.Error(err)
	}
}

// An address that cannot be read shows nothing of itself where it may be a secret.
func TestFaultsShowNoSecret(t *testing.T) {
	var g struct {
		Token int `env:"PRAKSIS_TOKEN" secret:"all"`
		Key   int `env:"PRAKSIS_KEY"`
	}
	r := NewReader([]string{"PRAKSIS_TOKEN=S3cret", "PRAKSIS_KEY=S3cret"})
	k, err := r.New(&g)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Parse(nil); err != nil {
		t.Fatal(err)
	}
	if err := r.Fault(); err == nil || strings.Contains(err.Error(), "S3cret") || strings.Count(err.Error(), "cannot be read") != 2 {
		t.Error(err)
	}
}

func TestUnknown(t *testing.T) {
	for _, c := range []struct {
		env  string
		want string
	}{
		{"PRAKSIS_NAME=x", ""},
		{"PRAKSIS_NAEM=x", "PRAKSIS_NAEM is read by nothing: did you mean PRAKSIS_NAME?"},
		{"praksis_name=x", "praksis_name is read by nothing: did you mean PRAKSIS_NAME?"},
		{"PRAKSIS_NAEM=", ""},
		{"PRAKSIS_PASWORD_FILE=x", "PRAKSIS_PASWORD_FILE is read by nothing: did you mean PRAKSIS_PASSWORD_FILE?"},
		{"PRAKSIS_NAME_FILE=x", "PRAKSIS_NAME_FILE is read by nothing"}, // it is no secret
		{"PRAKSIS_WHOLLY_DIFFERENT_THING=x", "PRAKSIS_WHOLLY_DIFFERENT_THING is read by nothing"},
		{"PRAKSIS_RETIRED=x", ""},
		{"DATABASE_URI=x", "DATABASE_URI is read by nothing: did you mean DATABASE_URL?"},
		{"DATABSE_URL=x", "DATABSE_URL is read by nothing: did you mean DATABASE_URL?"},
		{"POSTGRES_URL=x", "POSTGRES_URL is read by nothing: did you mean DATABASE_URL?"},
		{"PRAKSIS_DATABASE_URL=x", "PRAKSIS_DATABASE_URL is read by nothing: did you mean DATABASE_URL?"},
		{"OTHER_NAME=x", ""},
		// Kubernetes gives these for a service of our name.
		{"PRAKSIS_SERVICE_HOST=10.0.0.1", ""},
		{"PRAKSIS_SERVICE_PORT_HTTP=80", ""},
		{"PRAKSIS_WEB_SERVICE_PORT=80", ""},
		{"PRAKSIS_PORT=tcp://10.0.0.1:80", ""},
		{"PRAKSIS_PORT_80_TCP_ADDR=10.0.0.1", ""},
		{"PRAKSIS_PORT=80", "PRAKSIS_PORT is read by nothing"},
	} {
		_, r, _ := parse(t, []string{c.env}, nil)
		if got := strings.Join(r.Unknown(), "\n"); got != c.want && !(c.want == "PRAKSIS_PORT is read by nothing" && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: %q, want %q", c.env, got, c.want)
		}
	}
	// Where the address is given, those of others may stand beside it.
	if _, r, _ := parse(t, []string{"DATABASE_URL=x", "DATABASE_URI=y", "POSTGRES_URL=z"}, nil); len(r.Unknown()) > 0 {
		t.Error(r.Unknown())
	}
	if _, r, _ := parse(t, []string{"PRAKSIS_NAME= x", "PRAKSIS_ROLES=a, b", "OTHER= y"}, nil); !slices.Equal(r.Spaced(), []string{"PRAKSIS_NAME had blanks around its value, which were taken off"}) {
		t.Error(r.Spaced())
	}
}

// The help names the variables, which kong does not read.
func TestHelp(t *testing.T) {
	var out strings.Builder
	r := NewReader(nil)
	k, err := r.New(&grammar{}, kong.Writers(&out, &out), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = k.Parse([]string{"serve", "--help"})
	if !strings.Contains(out.String(), "$PRAKSIS_PASSWORD") {
		t.Error(out.String())
	}
}

func TestSecretFile(t *testing.T) {
	if _, err := readFile(t.TempDir()); err == nil {
		t.Error("a folder is a file")
	}
	if _, err := readFile("/dev/null/x"); err == nil || errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
}
