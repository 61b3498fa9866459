package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// TestWithdrawnOnEveryInstance runs two servers on one database. What is withdrawn at
// the desk of one is gone from search, lists, sitemap and open data of both within a
// second, their caches warm; and back when it is published again.
func TestWithdrawnOnEveryInstance(t *testing.T) {
	data := t.TempDir()
	first := serve(t, data)
	second := serve(t, data)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	editor := &http.Client{Jar: jar}
	m := regexp.MustCompile(`sign in as (\S+) with the password (\S+)`).FindStringSubmatch(second.out.String()) // the last one's holds
	if m == nil {
		t.Fatalf("no sign-in is told: %s", second.out)
	}
	desk := strings.TrimSuffix(first.base, "/") + "/redaktion"
	page := func(answer *http.Response, err error) *goquery.Document {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		d, err := goquery.NewDocumentFromReader(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", answer.Request.URL, answer.Status, err)
		}
		return d
	}
	page(editor.PostForm(desk+"/log-ind", url.Values{"mail": {m[1]}, "adgangskode": {m[2]}}))

	get := func(p *process, path string) (int, string) {
		t.Helper()
		answer, err := http.Get(strings.TrimSuffix(p.base, "/") + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		b, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(b)
	}
	const slug = "toender-gaature-i-naturen-med-saarbare-unge"
	_, body := get(first, "/eksempler/"+slug+".json")
	var p struct {
		Title        string
		Organisation struct{ Slug string }
		TargetGroups []struct{ Slug string } `json:"target_groups"`
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil || p.Title == "" || len(p.TargetGroups) == 0 {
		t.Fatalf("%v: %s", err, body)
	}
	q := url.Values{"q": {p.Title}}.Encode()
	lists := []string{"/eksempler?" + q, "/eksempler.json?" + q, "/sitemap/eksempler-1.xml", "/kommuner/" + p.Organisation.Slug, "/maalgrupper/" + p.TargetGroups[0].Slug}
	all := first.total(t)
	// standing tells on which of both servers' lists it stands, and how many there are.
	standing := func() (out string) {
		t.Helper()
		for n, server := range []*process{first, second} {
			out += fmt.Sprintf("%d: %d of", n, server.total(t)-all)
			for i, path := range lists {
				if status, body := get(server, path); status != http.StatusOK {
					out += fmt.Sprintf(" %s %d", path, status)
				} else if strings.Contains(body, "eksempler/"+slug) || strings.Contains(body, `"`+slug+`"`) {
					out += fmt.Sprint(" ", i)
				}
			}
			if _, body := get(server, "/eksempler/"+slug); strings.Contains(body, `content="noindex"`) {
				out += " withdrawn"
			}
			out += "; "
		}
		return out
	}
	const there, gone = "0: 0 of 0 1 2 3 4; 1: 0 of 0 1 2 3 4; ", "0: -1 of withdrawn; 1: -1 of withdrawn; "
	for range 2 { // the second from memory
		if got := standing(); got != there {
			t.Fatalf("before: %s", got)
		}
	}
	for _, c := range []struct{ button, text, want string }{{"traek", "traek-tekst", gone}, {"udgiv-igen", "igen-grund", there}, {"traek", "traek-tekst", gone}} {
		at := desk + "/eksempler/" + slug
		form := url.Values{}
		page(editor.Get(at)).Find("#afgoerelser input, #afgoerelser textarea").Each(func(_ int, x *goquery.Selection) {
			form.Add(x.AttrOr("name", ""), x.AttrOr("value", x.Text()))
		})
		form.Set(c.text, "Det var forældet.")
		form.Set("handling", c.button)
		page(editor.PostForm(at, form))
		for deadline := time.Now().Add(foundWithin); ; time.Sleep(10 * time.Millisecond) {
			asked := time.Now() // before: what is asked for takes its time
			got := standing()
			if got == c.want {
				break
			}
			if asked.After(deadline) {
				t.Fatalf("%s: after %v %s", c.button, foundWithin, got)
			}
		}
	}
	// What is asked for by its address is told to be withdrawn.
	for _, server := range []*process{first, second} {
		if _, body := get(server, "/eksempler/"+slug+".json"); !strings.Contains(body, `"state":"withdrawn"`) {
			t.Errorf("its open data do not say so: %s", body)
		}
	}
	first.end(t, syscall.SIGTERM)
	second.end(t, syscall.SIGTERM)
}
