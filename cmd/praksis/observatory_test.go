package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/site"
	"praksis/web"

	"github.com/PuerkitoBio/goquery"
)

// leastScore is what every answer of ours has by the rules of the HTTP Observatory, and
// sharedScore what public data has that other sites' pages may read: there the best
// policy about resources of other origins is not ours (docs/faults.md, section 3).
const leastScore, sharedScore = 130, 120

// scored holds that an answer has its score, and that the answers whose rules are others
// keep to those.
func scored(t testing.TB, what string, a answer, framed bool) {
	t.Helper()
	h, least := a.header, leastScore
	if h.Get("Access-Control-Allow-Origin") != "" {
		least = sharedScore
		if h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Access-Control-Allow-Credentials") != "" || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || len(h.Values("Set-Cookie")) > 0 {
			t.Errorf("%s is data for other sites' pages, with %v", what, h)
		}
	}
	plain := h.Clone() // as who has no session gets it
	plain.Del("Set-Cookie")
	if n := scoreCookies(h); n < 0 {
		t.Errorf("%s sets cookies that cost %d points: %s", what, n, h.Values("Set-Cookie"))
	}
	if score, why := observatory(plain, a.body); score < least {
		t.Errorf("%s: %d has %d points, not %d: %s", what, a.code, score, least, strings.Join(why, ", "))
	}
	// Who is framed by anybody has nothing to press.
	anybody := slices.Contains(policyOf(h)["frame-ancestors"], "*")
	if anybody && (!framed || strings.Contains(a.body, "<form") || strings.Contains(a.body, "<script") || strings.Contains(a.body, "<button") || slices.Contains(policyOf(h)["script-src"], "'self'")) {
		t.Errorf("%s may be framed by anybody", what)
	}
	if !anybody && h.Get("X-Frame-Options") != "DENY" {
		t.Errorf("%s may be framed where frame-ancestors is not known", what)
	}
}

// observatory is the score of an answer over HTTPS by the rules of the HTTP Observatory
// (mdn/mdn-http-observatory, read in 2026): 100, less what is missing, and the bonuses
// from 90 up. Whether plain HTTP leads to HTTPS is the proxy's, and is taken for granted.
func observatory(h http.Header, html string) (score int, why []string) {
	loss, bonus := 0, 0
	note := func(n int, what string) {
		if n < 0 {
			loss -= n
			why = append(why, fmt.Sprintf("%d %s", n, what))
		}
		bonus += max(n, 0)
	}
	policy := policyOf(h)
	note(scorePolicy(policy), "Content-Security-Policy")
	note(scoreCookies(h), "cookies")
	if origin := h.Get("Access-Control-Allow-Origin"); origin != "" && origin != "*" && h.Get("Access-Control-Allow-Credentials") == "true" {
		note(-50, "other origins read with cookies")
	}
	switch h.Get("Referrer-Policy") {
	case "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin":
		note(5, "")
	case "":
	default:
		note(-5, "Referrer-Policy")
	}
	note(scoreTransport(h.Get("Strict-Transport-Security")), "Strict-Transport-Security")
	if strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		note(scoreScripts(html), "scripts")
	}
	if h.Get("X-Content-Type-Options") != "nosniff" {
		note(-5, "X-Content-Type-Options")
	}
	switch frames := strings.ToLower(h.Get("X-Frame-Options")); {
	case policy["frame-ancestors"] != nil:
		note(5, "")
	case frames != "deny" && frames != "sameorigin":
		note(-20, "framing")
	}
	switch h.Get("Cross-Origin-Resource-Policy") {
	case "same-origin", "same-site":
		note(10, "")
	case "cross-origin", "":
	default:
		note(-5, "Cross-Origin-Resource-Policy")
	}
	if score = 100 - loss; score >= 90 {
		score += bonus
	}
	return max(score, 0), why
}

// policyOf is the Content-Security-Policy of an answer, by directive.
func policyOf(h http.Header) map[string][]string {
	out := map[string][]string{}
	for part := range strings.SplitSeq(h.Get("Content-Security-Policy"), ";") {
		if words := strings.Fields(strings.ToLower(part)); len(words) > 0 {
			out[words[0]] = words[1:]
		}
	}
	return out
}

func scorePolicy(policy map[string][]string) int {
	if len(policy) == 0 {
		return -25
	}
	sources := func(directive string) []string {
		if list, there := policy[directive]; there {
			return list
		}
		if list, there := policy["default-src"]; there {
			return list
		}
		return []string{"*"}
	}
	has := func(list []string, any ...string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return slices.Contains(any, s) })
	}
	broad := []string{"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
	unsafe := append([]string{"'unsafe-inline'", "data:"}, broad...)
	var active, passive bool // that come over plain HTTP
	for directive, list := range policy {
		if slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, "http:") || strings.HasPrefix(s, "ftp:") }) {
			plain := directive == "img-src" || directive == "media-src"
			active, passive = active || !plain, passive || plain
		}
	}
	switch {
	case has(sources("script-src"), unsafe...), has(sources("object-src"), broad...), active:
		return -20
	case has(sources("script-src"), "'unsafe-eval'"), has(sources("style-src"), "'unsafe-eval'"), passive:
		return -10
	case has(sources("style-src"), unsafe...):
		return 0
	case slices.Equal(policy["default-src"], []string{"'none'"}):
		return 10
	}
	return 5
}

func scoreCookies(h http.Header) int {
	list := (&http.Response{Header: h}).Cookies()
	if len(list) == 0 {
		return 0
	}
	worst := 5
	for _, c := range list {
		session := strings.Contains(strings.ToLower(c.Name), "sess") || strings.Contains(strings.ToLower(c.Name), "login")
		switch {
		case !c.Secure && session:
			worst = min(worst, -40)
		case session && !c.HttpOnly:
			worst = min(worst, -30)
		case !c.Secure, c.SameSite == http.SameSiteNoneMode:
			worst = min(worst, -20)
		case c.SameSite == 0 || c.SameSite == http.SameSiteDefaultMode:
			worst = min(worst, 0)
		}
		if !c.HttpOnly || c.Path != "/" || !strings.HasPrefix(c.Name, "__Host-") {
			worst = min(worst, -30) // all of ours are of a session, whatever they are called
		}
	}
	return worst
}

var maxAge = regexp.MustCompile(`max-age=(\d+)`)

func scoreTransport(value string) int {
	m := maxAge.FindStringSubmatch(value)
	if m == nil {
		return -20
	}
	if n, err := strconv.Atoi(m[1]); err != nil || n < 15768000 {
		return -10
	}
	return 0
}

// scoreScripts is that of the scripts of a page: those of other origins need a hash.
func scoreScripts(html string) int {
	d, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		return -20
	}
	worst, all := 0, 0
	for _, x := range d.Find("script[src]").EachIter() {
		_, hashed := x.Attr("integrity")
		switch src := x.AttrOr("src", ""); {
		case strings.HasPrefix(src, "http:"), strings.HasPrefix(src, "//"):
			worst = min(worst, -50)
		case strings.HasPrefix(src, "https:") && !hashed:
			worst = min(worst, -5)
		case hashed:
			all = 5
		}
	}
	if worst < 0 {
		return worst
	}
	return all
}

func TestObservatoryRules(t *testing.T) {
	best := func() http.Header {
		return http.Header{"Content-Type": {"text/html"}, "Content-Security-Policy": {"default-src 'none'; script-src 'self'; frame-ancestors 'none'"}, "X-Content-Type-Options": {"nosniff"},
			"Referrer-Policy": {"same-origin"}, "Strict-Transport-Security": {"max-age=63072000"}, "Cross-Origin-Resource-Policy": {"same-origin"}}
	}
	for _, x := range []struct {
		name, value, html string
		want              int
	}{
		{"", "", "", 130},
		{"Set-Cookie", "__Host-x=1; Secure; HttpOnly; SameSite=Lax; Path=/", `<script src="/a.js" integrity="sha384-x"></script>`, 140}, // what section 3 has reached
		{"Set-Cookie", "__Host-x=1; Secure; SameSite=Lax; Path=/", "", 70},
		{"Content-Security-Policy", "", "", 75},
		{"Content-Security-Policy", "default-src 'self'", "", 120},
		{"Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'none'", "", 80},
		{"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'", "", 120},
		{"Strict-Transport-Security", "", "", 80},
		{"Strict-Transport-Security", "max-age=3600", "", 120},
		{"X-Content-Type-Options", "", "", 125},
		{"Referrer-Policy", "unsafe-url", "", 120},
		{"Cross-Origin-Resource-Policy", "", "", 120},
		{"", "", `<script src="//other.example/a.js"></script>`, 50},
		{"", "", `<script src="https://other.example/a.js"></script>`, 125},
	} {
		h := best()
		if x.name != "" {
			h.Set(x.name, x.value)
		}
		if x.name == "Content-Security-Policy" && !strings.Contains(x.value, "frame-ancestors") {
			h.Set("X-Frame-Options", "DENY")
		}
		if got, why := observatory(h, x.html); got != x.want {
			t.Errorf("%s: %q, %s: %d %v, want %d", x.name, x.value, x.html, got, why, x.want)
		}
	}
	if got, _ := observatory(http.Header{"Content-Type": {"text/html"}}, ""); got != 30 { // less 20 where plain HTTP stays
		t.Errorf("nothing at all has %d", got)
	}
}

// broken holds that pages of faults are as safe as the others, and tell nothing of what is
// wrong: without a database, before the catalogue is ready, and for what is no request of
// ours.
func (m *asked) broken() {
	nobody, editor := m.visitors["nobody"], m.visitors["editor"]
	for _, x := range []struct {
		who            *visitor
		method, target string
		want           int
	}{
		{nobody, "GET", "/findes-slet-ikke", 404}, {nobody, "GET", "/redaktion/findes-slet-ikke", 404}, {nobody, "GET", "/api/v1/findes-slet-ikke", 404},
		{nobody, "GET", "/eksempler?q=%zz", 400}, {nobody, "GET", "/api/v1/practices?findes-slet-ikke=1", 400},
		{nobody, "PUT", "/", 405}, {nobody, "DELETE", "/eksempler/x", 405}, {nobody, "TRACE", "/om", 405}, {nobody, "POST", web.StaticRoot() + "favicon.svg", 405},
		{nobody, "PATCH", "/redaktion", 405}, {editor, "DELETE", "/redaktion", 405}, {nobody, "DELETE", "/api/v1/practices", 405},
	} {
		a := m.ask(x.who, x.method, x.target, nil)
		if a.code != x.want || a.header.Get("Cache-Control") != "no-store" {
			m.t.Errorf("%s %.60s: %d %q, want %d", x.method, x.target, a.code, a.header.Get("Cache-Control"), x.want)
		}
		scored(m.t, x.method+" "+x.target, a, false)
	}
	if a := m.askFrom("https://ond.example", "POST", "/indsend/tjek"); a.code != http.StatusForbidden {
		m.t.Errorf("another site's form: %d", a.code)
	} else {
		scored(m.t, "another site's form", a, false)
	}
	// Signed in anew, to have a session that cannot be read.
	if a := m.ask(editor, "POST", "/redaktion/log-ind", url.Values{"mail": {"editor@kl.example"}, "adgangskode": {worldPassword}}); a.code != http.StatusSeeOther {
		m.t.Errorf("signed in again: %d", a.code)
	}
	m.pool.Close()
	for _, target := range []string{"/indsend/" + m.things["receipt"]["sent"], "/mappe/" + m.things["shortlist"]["read"], "/foelg/" + m.things["follower"]["ordered"], "/redaktion", "/readyz"} {
		a := m.ask(editor, "GET", target, nil)
		if a.code < 500 || a.header.Get("Cache-Control") != "no-store" || strings.Contains(a.body, "pool") || strings.Contains(a.body, ".go:") {
			m.t.Errorf("%s without a database: %d %.300s", target, a.code, a.body)
		}
		scored(m.t, target+" without a database", a, false)
	}
	starting := site.NewStarting(m.cfg, slog.New(slog.DiscardHandler))
	for target, want := range map[string]int{"/": 503, "/redaktion": 503, "/readyz": 503, "/healthz": 200, "/robots.txt": 200, web.StaticRoot() + "favicon.svg": 200} {
		for _, method := range []string{"GET", "HEAD"} {
			rec := httptest.NewRecorder()
			starting.ServeHTTP(rec, httptest.NewRequest(method, target, nil))
			if a := (answer{rec.Code, rec.Header(), rec.Body.String()}); a.code != want || a.code >= 500 && a.header.Get("Cache-Control") != "no-store" {
				m.t.Errorf("%s %s at the start: %d %v", method, target, a.code, a.header)
			} else {
				scored(m.t, target+" at the start", a, false)
			}
		}
	}
}
