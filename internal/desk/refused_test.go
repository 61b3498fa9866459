package desk_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/review"

	"github.com/go-chi/chi/v5"
)

// The log tells who came in, who did not and where, what a role was refused and what
// another site's page tried, a line each, and nothing of what was typed; what a client
// writes begins no line (ASVS 16.3, 16.4).
func TestRefusalsAreLogged(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	lines := func(do func()) (out []string) {
		f.log.Reset()
		do()
		for line := range strings.Lines(f.log.String()) {
			if !strings.Contains(line, "msg=request ") {
				out = append(out, line)
			}
			if !strings.HasPrefix(line, "time=") || strings.Contains(line, "hemmelig") {
				t.Errorf("a line of the log: %s", line)
			}
		}
		return out
	}
	writer := f.as(review.RoleWriter)
	v := f.visitor()
	for what, c := range map[string]struct {
		do   func()
		want []string
	}{
		"a wrong password": {func() {
			v.do("POST", "/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {"hemmelig fejl"}})
		}, []string{"level=WARN", `msg="sign-in refused"`, "editor=1", "step=password"}},
		"an address that nobody has": {func() {
			v.do("POST", "/redaktion/log-ind", url.Values{"mail": {"hemmelig@kl.example"}, "adgangskode": {"hemmelig\ntime=2026 level=INFO"}})
		}, []string{"level=WARN", `msg="sign-in refused"`, "editor=0"}},
		"a sign-in": {func() { f.editor("rita") }, []string{"level=INFO", `msg="signed in"`, "editor=1", "by=password"}},
		"a role": {func() {
			writer.do("GET", pathOf(id)+"/slet", nil)
		}, []string{"level=WARN", `msg="the role may not do it"`, "role=writer"}},
		"another site's page": {func() {
			writer.do("POST", pathOf(id), url.Values{"handling": {"gem"}}, "Origin", "https://ond.example\ntime=2026 level=INFO", "Sec-Fetch-Site", "cross-site")
		}, []string{"level=WARN", `msg="form of another origin refused"`, `https://ond.example\ntime`}},
	} {
		got := lines(c.do)
		if len(got) != 1 {
			t.Errorf("%s: %d lines: %q", what, len(got), got)
			continue
		}
		for _, want := range append(c.want, "time=") {
			if !strings.Contains(got[0], want) {
				t.Errorf("%s: %s lacks %s", what, got[0], want)
			}
		}
	}
}

// No route of the desk sends a request back, and none answers to a method that it has
// not named (ASVS 13.4.4).
func TestDeskMethods(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	methods := map[string]map[string]bool{}
	if err := chi.Walk(f.handler.(chi.Routes), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if methods[pattern] == nil {
			methods[pattern] = map[string]bool{}
		}
		methods[pattern][method] = true
		return nil
	}); err != nil || len(methods) < 20 {
		t.Fatalf("%d routes, %v", len(methods), err)
	}
	for pattern, has := range methods {
		path := strings.NewReplacer("{id}", "1", "{slug}", "x", "{kind}", "receipt", "{noun}", "x", "{key}", "x", "{token}", "x").Replace(pattern)
		for _, method := range []string{http.MethodTrace, http.MethodConnect, http.MethodPut, http.MethodDelete, http.MethodPatch} {
			if has[method] {
				t.Errorf("%s %s is a route", method, pattern)
			}
			if w := v.do(method, path, nil); w.Code < 400 {
				t.Errorf("%s %s: %d", method, pattern, w.Code)
			}
		}
	}
}

// Reading changes nothing: after a GET and a HEAD of every page of the desk the database
// says what it said (ASVS 3.5.3).
func TestReadingChangesNothing(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	var slug string
	if err := f.pool.QueryRow(t.Context(), `SELECT slug FROM practice ORDER BY id LIMIT 1`).Scan(&slug); err != nil {
		t.Fatal(err)
	}
	const tables = `SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT IN ('sessions', 'river_job', 'river_leader', 'river_queue', 'river_client', 'river_client_queue', 'river_notification')`
	state := func() string {
		t.Helper()
		var names, out string
		if err := f.pool.QueryRow(t.Context(), tables).Scan(&names); err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, name := range strings.Fields(names) {
			// Of each table the number of rows and the last transaction that wrote one.
			parts = append(parts, "(SELECT '"+name+"' || count(*) || coalesce(max(xmin::text::bigint)::text, '') FROM "+name+")")
		}
		if err := f.pool.QueryRow(t.Context(), "SELECT "+strings.Join(parts, " || ' ' || ")).Scan(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	v.get("/redaktion") // the first page after a sign-in makes the browser a known one
	before, n := state(), 0
	err := chi.Walk(f.handler.(chi.Routes), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method == http.MethodGet {
			path := strings.NewReplacer("{id}", strconv.FormatInt(id, 10), "{slug}", slug, "{kind}", "receipt", "{noun}", "maalgrupper", "{key}", "1", "{token}", "x").Replace(pattern)
			for _, method := range []string{"GET", "HEAD"} {
				if w := v.do(method, path+"?handling=udgiv&gjort=ja&side=2", nil); w.Code < 400 {
					n++
				}
			}
		}
		return nil
	})
	if after := state(); err != nil || n < 20 || after != before {
		t.Errorf("%d pages, %v: before\n%s\nafter\n%s", n, err, before, after)
	}
}
