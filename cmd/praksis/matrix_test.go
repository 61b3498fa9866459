package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
)

// TestMatrix asks every route of the catalogue, as the route tables have them, for every
// state of what stands in its address, as everybody who could ask: nobody, whoever has a
// link or another one, each role of the desk, and those who were signed in or are not
// yet. What a row of matrix does not permit is refused without a hint whether it is
// there; what is read changes nothing; what is nobody else's is in no other answer, and
// in no cache.
func TestMatrix(t *testing.T) {
	w := newWorld(t)
	m := &asked{world: w, refusals: map[string]answer{}}
	var routes []string
	for _, r := range w.routers {
		if err := chi.Walk(r, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
			routes = append(routes, method+" "+strings.Replace(pattern, web.StaticRoot(), "/static/", 1))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	routes = append(routes, "GET /dev/post") // which is no router's
	for key := range matrix {
		method, rest, _ := strings.Cut(key, " ")
		if path, button, is := strings.Cut(rest, " "); is { // a further row of a route
			if routes = append(routes, key); !slices.Contains(routes, method+" "+path) {
				t.Errorf("%s: %s is of no route", key, button)
			}
		} else if !slices.Contains(routes, key) {
			t.Errorf("%s has a row, and is no route", key)
		}
	}
	slices.Sort(routes)
	before := m.state()
	for _, late := range []bool{false, true} {
		slices.SortStableFunc(routes, func(a, b string) int { // what signs out at the very end
			return cmp.Compare(strings.Count(a, "/log-ud"), strings.Count(b, "/log-ud"))
		})
		for _, route := range routes {
			row, known := matrix[route]
			if !known {
				if !late {
					t.Errorf("%s has no row: say who may ask for it", route)
				}
				continue
			}
			m.row = row
			fields := strings.Fields(route)
			m.method, m.pattern = fields[0], fields[1]
			if late {
				if row.last {
					m.allowed()
				}
				continue
			}
			m.refused()
			if m.method == http.MethodGet {
				m.allowed()
				before = m.unchanged(before, "sessions", "shortlist")
				continue
			}
			// What was typed is kept where a role may not do it, and who may draft has the
			// submission from then on.
			before = m.unchanged(before, "sessions", "unsaved_form", "submission_lease")
			if !row.last {
				m.allowed()
				before = m.state()
			}
		}
	}
	var n int
	if err := w.pool.QueryRow(t.Context(), `SELECT count(*) FROM submission_lease WHERE editor_id = $1`, w.account(review.RoleChecker)).Scan(&n); err != nil || n > 0 {
		t.Errorf("who may only read has %d submissions, %v", n, err)
	}
	m.broken()
	t.Logf("%d routes, %d cells, %d requests", len(routes), m.cells, m.requests)
}

// asked is what a test asks of a world.
type asked struct {
	*world
	row
	method, pattern string
	cells, requests int
	// refusals are the answers that give no hint, by who asked where.
	refusals map[string]answer
}

// cell is one thing in one state, as one visitor asks for it.
type cell struct {
	who    *visitor
	state  string
	value  string // of what stands in the address
	target string
}

func (c cell) String() string {
	return fmt.Sprintf("%s (%s, as %s)", c.target, cmp.Or(c.state, "-"), c.who.name)
}

// columns are the visitors that a row is asked as.
func (m *asked) columns() []*visitor {
	var names []string
	switch m.sort {
	case public, machine, form:
		names = []string{"nobody", "administrator", "cookie own"}
	case link:
		names = []string{"nobody", "administrator", "cookie other"}
	case cookie:
		for _, state := range slices.Sorted(maps.Keys(m.things["cookie"])) {
			names = append(names, "cookie "+state)
		}
	default:
		names = []string{"nobody", "half", "closed", "cookie own"}
		for _, r := range review.Roles {
			names = append(names, string(r.Code))
		}
	}
	out := make([]*visitor, len(names))
	for i, name := range names {
		if out[i] = m.visitors[name]; out[i] == nil {
			m.t.Fatalf("nobody is called %s", name)
		}
	}
	return out
}

// cells are all of a row.
func (m *asked) all() (out []cell) {
	things := m.things[m.of]
	if m.of == "" || m.sort == cookie {
		things = map[string]string{"": ""}
	} else if len(things) == 0 {
		m.t.Fatalf("there is no %s", m.of)
	}
	for _, who := range m.columns() {
		for _, state := range slices.Sorted(maps.Keys(things)) {
			c := cell{who: who, state: state, value: things[state], target: m.address(things[state])}
			if m.sort == cookie {
				c.state = strings.TrimPrefix(who.name, "cookie ")
				if who.name == "nobody" {
					c.state = "none"
				}
				c.value = who.cookieValue()
			} else if m.sort == signIn {
				c.state = strings.Fields(who.name)[0]
			}
			out = append(out, c)
		}
	}
	return out
}

func (v *visitor) cookieValue() string {
	for _, c := range v.cookies {
		return c.Value
	}
	return ""
}

var placeholder = regexp.MustCompile(`\{[^}]*\}|\*`)

// address is that of a thing. What it does not say is the first.
func (m *asked) address(value string) string {
	var parts []string
	if value != "" {
		parts = strings.Split(value, "|")
	}
	path := placeholder.ReplaceAllStringFunc(m.pattern, func(string) string {
		if len(parts) == 0 {
			return "1"
		}
		part := parts[0]
		if parts = parts[1:]; m.pattern == "/static/*" {
			return part
		}
		return url.PathEscape(part)
	})
	path = strings.Replace(path, "/static/", web.StaticRoot(), 1)
	if m.query != "" {
		path += "?" + placeholder.ReplaceAllStringFunc(m.query, func(state string) string { return m.things["practice"][strings.Trim(state, "{}")] })
	}
	return path
}

// permits tells whether a visitor may do what the row is about, whatever it is done to.
func (m *asked) permits(who *visitor) bool {
	if m.sort != atTheDesk {
		return true
	}
	return who.role != "" && (m.may == "" || m.method == http.MethodGet && !m.hidden || who.role.May(m.may))
}

// wanted are the statuses of a cell.
func (m *asked) wanted(state string) []string {
	for part := range strings.SplitSeq(m.want, ",") {
		words := strings.Fields(part)
		status := words[len(words)-1]
		if m.of == "" && m.sort != cookie && m.sort != signIn || slices.ContainsFunc(words[:len(words)-1], func(w string) bool { return w == "*" || w == state }) ||
			strings.Join(words[:len(words)-1], " ") == state {
			return strings.Split(status, "/")
		}
	}
	m.t.Fatalf("%s %s: %q says nothing of %q", m.method, m.pattern, m.want, state)
	return nil
}

// do asks for a cell, and holds what holds for every answer.
func (m *asked) do(c cell, method string) answer {
	m.requests++
	var body url.Values
	if method == http.MethodPost {
		if body = m.post; body == nil {
			body = url.Values{}
		}
	}
	a := m.ask(c.who, method, c.target, body)
	if a.code >= 500 {
		m.t.Errorf("%s %s: %d", method, c, a.code)
	}
	if m.pattern == "/dev/post" { // which is on this machine alone, over plain HTTP
		a.header.Set("Strict-Transport-Security", "max-age=63072000")
	}
	scored(m.t, method+" "+c.String(), a, strings.HasPrefix(c.target, "/indlejr/"))
	for _, s := range m.secrets {
		if c.who.role == "" && !slices.Contains(s.links, c.value) && strings.Contains(a.body, s.text) {
			m.t.Errorf("%s %s tells %q", method, c, s.text)
		}
	}
	return a
}

// hides tells whether it is a secret of a cell that its thing is there. What no thing can
// be called is none, nor is what the program itself ships; and every role reads all of
// the desk, save what is hidden.
func (m *asked) hides(c cell) bool {
	if c.state == "wrong" || c.state == "no noun" || m.of == "mail text" || m.of == "noun" {
		return false
	}
	return m.sort != atTheDesk || c.who.role == "" || m.hidden || m.may == review.ManageAccounts
}

// unhinted holds that answers are the same whatever stands in the address.
func (m *asked) unhinted(c cell, a answer) {
	// The address of the thing stands in the answer, and what is made anew each time.
	at := m.pattern[:max(0, strings.IndexAny(m.pattern, "{*"))] + strings.ReplaceAll(c.value, "|", "/")
	made := regexp.MustCompile(`[A-Z2-7]{26}|(` + regexp.QuoteMeta(at) + `|` + regexp.QuoteMeta(url.QueryEscape(at)) + `)\b`)
	clean := func(s string) string { return made.ReplaceAllString(s, "_") }
	a.body = clean(a.body)
	header := http.Header{}
	for k, v := range a.header {
		if k != "Set-Cookie" && k != "Content-Length" && k != "X-Praksis-Unconfirmed" {
			header[k] = []string{clean(strings.Join(v, "\n"))}
		}
	}
	a.header = header
	key := fmt.Sprintf("%s %s %s %v %d", m.method, m.pattern, c.who.name, m.post, a.code)
	first, there := m.refusals[key]
	if !there {
		m.refusals[key] = a
		return
	}
	if got, want := fmt.Sprint(a.header)+a.body, fmt.Sprint(first.header)+first.body; got != want {
		n := 0
		for n < min(len(got), len(want)) && got[n] == want[n] {
			n++
		}
		n = max(0, n-40)
		m.t.Errorf("%s %s: the answer tells that it is there: …%.120q, not …%.120q", m.method, c, got[n:], want[n:])
	}
}

// refused asks for what the row does not permit.
func (m *asked) refused() {
	for _, c := range m.all() {
		if m.permits(c.who) {
			continue
		}
		m.cells++
		a := m.do(c, m.method)
		want := http.StatusForbidden
		switch {
		case c.who.role == "" && m.method == http.MethodGet:
			want = http.StatusSeeOther
			if to := a.header.Get("Location"); !strings.HasPrefix(to, "/redaktion/log-ind") {
				m.t.Errorf("%s leads to %s", c, to)
			}
		case c.who.role == "":
			want = http.StatusUnauthorized
		}
		if a.code != want {
			m.t.Errorf("%s %s: %d, want %d", m.method, c, a.code, want)
		}
		m.private(c, a)
		if m.hides(c) {
			m.unhinted(c, a)
		}
		if m.method == http.MethodGet {
			m.head(c, a)
		}
	}
}

// allowed asks for what the row permits.
func (m *asked) allowed() {
	same := map[string]answer{}
	for _, c := range m.all() {
		if !m.permits(c.who) {
			continue
		}
		m.cells++
		a := m.do(c, m.method)
		want := m.wanted(c.state)
		if !slices.Contains(want, strconv.Itoa(a.code)) {
			m.t.Errorf("%s %s: %d, want %s", m.method, c, a.code, strings.Join(want, " or "))
		}
		switch {
		case m.sort == public:
			m.open(c, a)
			delete(a.header, "X-Praksis-Unconfirmed") // as time goes by
			delete(a.header, "Cache-Status")          // of whoever comes first
			if m.dated {
				a.body = ""
				delete(a.header, "Content-Length")
			}
			if first, there := same[c.state]; there && (a.code != first.code || a.body != first.body || fmt.Sprint(a.header) != fmt.Sprint(first.header)) {
				m.t.Errorf("%s is not what everybody gets: %d %v, not %d %v", c, a.code, a.header, first.code, first.header)
			}
			same[c.state] = a
		case m.sort != machine:
			m.private(c, a)
		}
		if a.code == http.StatusNotFound && m.sort != public && m.hides(c) {
			m.unhinted(c, a)
		}
		if m.method == http.MethodGet {
			m.head(c, a)
		}
	}
}

// open is what holds for an answer that everybody gets.
func (m *asked) open(c cell, a answer) {
	if got := a.header.Values("Set-Cookie"); len(got) > 0 {
		m.t.Errorf("%s sets a cookie: %s", c, got)
	}
	if strings.Contains(a.header.Get("Vary"), "Cookie") {
		m.t.Errorf("%s varies by cookie", c)
	}
}

// private is what holds for an answer that is not everybody's.
func (m *asked) private(c cell, a answer) {
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		m.t.Errorf("%s %s may be kept: %d %q", m.method, c, a.code, got)
	}
	if a.code == http.StatusOK && m.sort != form && !strings.Contains(a.header.Get("X-Robots-Tag"), "noindex") {
		m.t.Errorf("%s may be found by a search engine", c)
	}
	if got := a.header.Get("Referrer-Policy"); got != "same-origin" {
		m.t.Errorf("%s tells other sites its address: %q", c, got)
	}
}

// head asks for the same without its body.
func (m *asked) head(c cell, a answer) {
	h := m.do(c, http.MethodHead)
	if h.code != a.code { // the server leaves the body out
		m.t.Errorf("HEAD %s: %d, GET %d", c, h.code, a.code)
	}
	for _, name := range []string{"Content-Type", "Cache-Control", "Location", "Content-Security-Policy"} {
		if got, want := h.header.Get(name), a.header.Get(name); got != want {
			m.t.Errorf("HEAD %s: %s is %q, with GET %q", c, name, got, want)
		}
	}
}

// tableState is what of a table changes when anything in it does.
type tableState struct{ Rows, Newest int64 }

// state is that of every table that the application can read.
func (m *asked) state() map[string]tableState {
	ctx := m.t.Context()
	rows, _ := m.pool.Query(ctx, `SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	m.must(err)
	var sql []string
	for _, table := range tables {
		sql = append(sql, fmt.Sprintf(`SELECT '%s', count(*), coalesce(max(xmin::text::bigint), 0) FROM %s`, table, table))
	}
	rows, _ = m.pool.Query(ctx, strings.Join(sql, " UNION ALL "))
	out := map[string]tableState{}
	var table string
	var s tableState
	_, err = pgx.ForEachRow(rows, []any{&table, &s.Rows, &s.Newest}, func() error { out[table] = s; return nil })
	m.must(err)
	return out
}

// unchanged holds that no table is another one, but for those named.
func (m *asked) unchanged(before map[string]tableState, but ...string) map[string]tableState {
	now := m.state()
	for table, s := range now {
		if s != before[table] && !slices.Contains(but, table) {
			m.t.Errorf("%s %s changes %s: %v, was %v", m.method, m.pattern, table, s, before[table])
		}
	}
	return now
}
