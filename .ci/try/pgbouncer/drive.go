// Drive reads, sends in and publishes through servers that run, as a browser does, and
// tells how long things took until they were seen. Its arguments are the addresses of
// two servers on one database, or of one, and the sign-in of an editor.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// within is how soon what was published is found, and what was withdrawn is gone.
const within = time.Second

// jobsWithin is how soon a job has been done that is found by polls.
const jobsWithin = 5 * time.Second

const slug = "toender-gaature-i-naturen-med-saarbare-unge"

var (
	client = func() *http.Client {
		jar, err := cookiejar.New(nil)
		if err != nil {
			panic(err)
		}
		return &http.Client{Jar: jar, Timeout: 10 * time.Second}
	}()
	failed bool
)

func say(ok bool, format string, args ...any) {
	word := "ok    "
	if !ok {
		word, failed = "WRONG ", true
	}
	fmt.Println(word, fmt.Sprintf(format, args...))
}

func main() {
	servers, mail, password := os.Args[1:len(os.Args)-2], os.Args[len(os.Args)-2], os.Args[len(os.Args)-1]
	a, b := servers[0], servers[len(servers)-1]
	read(servers)
	token := submit(a)
	if token != "" {
		letter(a, token)
	}
	signIn(a, mail, password)
	queued(a)
	publish(a, b)
	if failed {
		os.Exit(1)
	}
}

func do(r *http.Request) (int, *goquery.Document, *http.Response) {
	answer, err := client.Do(r)
	if err != nil {
		fmt.Println(err)
		nothing, _ := goquery.NewDocumentFromReader(strings.NewReader(""))
		return 0, nothing, &http.Response{Request: r}
	}
	defer answer.Body.Close()
	d, err := goquery.NewDocumentFromReader(answer.Body)
	if err != nil {
		fmt.Println(err)
		d, _ = goquery.NewDocumentFromReader(strings.NewReader(""))
		return 0, d, answer
	}
	return answer.StatusCode, d, answer
}

func get(address string) (int, *goquery.Document) {
	r, err := http.NewRequest("GET", address, nil)
	if err != nil {
		panic(err)
	}
	status, d, _ := do(r)
	return status, d
}

func post(address, kind string, body io.Reader) (int, *goquery.Document, *http.Response) {
	r, err := http.NewRequest("POST", address, body)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", kind)
	return do(r)
}

func postForm(address string, form url.Values) (int, *goquery.Document, *http.Response) {
	return post(address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// readers ask at once, so that statements of several meet on the connections.
const readers = 12

// read asks for every kind of page, again and again.
func read(servers []string) {
	paths := []string{"/", "/eksempler", "/eksempler?q=telefon", "/eksempler/" + slug, "/eksempler/" + slug + "/aendringer", "/eksempler.json?q=ture", "/eksempler.csv", "/sitemap.xml", "/overblik", "/indsend", "/api"}
	const rounds = 8
	ask, answers := make(chan string), make(chan string)
	for range readers {
		go func() {
			for address := range ask {
				if status, _ := get(address); status != http.StatusOK {
					answers <- fmt.Sprint(address, " ", status)
				} else {
					answers <- ""
				}
			}
		}()
	}
	go func() {
		for range rounds {
			for _, path := range paths {
				for _, server := range servers {
					ask <- server + path
				}
			}
		}
		close(ask)
	}()
	asked := rounds * len(paths) * len(servers)
	bad := map[string]int{}
	for range asked {
		if answer := <-answers; answer != "" {
			bad[answer]++
		}
	}
	say(len(bad) == 0, "pages: %d of %d kinds answered, %d at a time%s", asked, len(paths), readers, list(bad))
}

func list(bad map[string]int) string {
	if len(bad) == 0 {
		return ""
	}
	return fmt.Sprint(", but: ", bad)
}

// fields are what a form sends that is left as it is.
func fields(form *goquery.Selection) url.Values {
	v := url.Values{}
	form.Find("input, textarea, select").Each(func(_ int, s *goquery.Selection) {
		name, kind := s.AttrOr("name", ""), s.AttrOr("type", "text")
		_, checked := s.Attr("checked")
		switch {
		case name == "", kind == "file", (kind == "checkbox" || kind == "radio") && !checked:
		case goquery.NodeName(s) == "textarea":
			v.Add(name, s.Text())
		case goquery.NodeName(s) == "select":
			v.Add(name, s.Find("option[selected]").AttrOr("value", ""))
		default:
			v.Add(name, s.AttrOr("value", ""))
		}
	})
	return v
}

const tip = "Vi gik ture med borgerne i stedet for at mødes indenfor, og det hed pooltur."

// submit sends a tip, and returns the token of its page.
func submit(server string) string {
	_, d := get(server + "/indsend/tip")
	form := d.Find("form.submit")
	v := fields(form)
	v.Set("organisation", "Aarhus Kommune")
	v.Set("text", tip)
	v.Set("email", "prove@aarhus.example")
	status, d, _ := postForm(server+form.AttrOr("action", ""), v)
	form = d.Find("form[data-review]")
	if status != http.StatusOK || form.Length() != 1 {
		say(false, "submission: the review step is %d", status)
		return ""
	}
	v = fields(form)
	form.Find("input[type=checkbox]").Each(func(_ int, s *goquery.Selection) { v.Add(s.AttrOr("name", ""), s.AttrOr("value", "on")) })
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range v {
		for _, value := range values {
			w.WriteField(name, value)
		}
	}
	w.Close()
	status, d, answer := post(server+form.AttrOr("action", ""), w.FormDataContentType(), &body)
	m := regexp.MustCompile(`^/indsend/([A-Za-z0-9_-]{20,})`).FindStringSubmatch(answer.Request.URL.Path)
	say(status == http.StatusOK && m != nil, "a submission is acknowledged")
	if m == nil {
		fmt.Println(status, strings.Join(strings.Fields(d.Find("main").Text()), " "))
		return ""
	}
	return m[1]
}

// letter waits for the mail about the submission, which a job sends.
func letter(server, token string) {
	begun := time.Now()
	for time.Since(begun) < 30*time.Second {
		_, d := get(server + "/dev/post")
		links := []string{}
		d.Find(`main a[href^="/dev/post/"], a[href^="/dev/post/"]`).Each(func(_ int, s *goquery.Selection) { links = append(links, s.AttrOr("href", "")) })
		for _, link := range links {
			if _, d := get(server + link); strings.Contains(d.Text(), token) {
				took := time.Since(begun)
				say(took <= jobsWithin, "jobs: its mail was sent %.1f s after", took.Seconds())
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	say(false, "jobs: no mail was sent in 30 s")
}

func signIn(server, mail, password string) {
	status, d, answer := postForm(server+"/redaktion/log-ind", url.Values{"mail": {mail}, "adgangskode": {password}})
	say(status == http.StatusOK && answer.Request.URL.Path == "/redaktion", "an editor signs in (%s %s)", answer.Request.URL.Path, strings.TrimSpace(d.Find("h1").Text()))
}

func queued(server string) {
	_, d := get(server + "/redaktion")
	say(strings.Contains(d.Text(), "Aarhus"), "the submission stands in the queue")
}

// publish withdraws an example and publishes it again, and looks for it at the other
// server.
func publish(a, b string) {
	found := func() bool {
		answer, err := client.Get(b + "/eksempler.json?q=" + url.QueryEscape("gåture i naturen"))
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return err == nil && json.Valid(text) && strings.Contains(string(text), `"`+slug+`"`)
	}
	if !found() {
		say(false, "the example is not there to begin with")
		return
	}
	worst := map[bool]time.Duration{}
	for range 4 {
		for _, c := range []struct {
			button, text string
			there        bool
		}{{"traek", "traek-tekst", false}, {"udgiv-igen", "igen-grund", true}} {
			at := a + "/redaktion/eksempler/" + slug
			_, d := get(at)
			form := url.Values{}
			d.Find("#afgoerelser input, #afgoerelser textarea").Each(func(_ int, x *goquery.Selection) {
				form.Add(x.AttrOr("name", ""), x.AttrOr("value", x.Text()))
			})
			form.Set(c.text, "Det var forældet.")
			form.Set("handling", c.button)
			status, _, _ := postForm(at, form)
			begun := time.Now()
			if status != http.StatusOK {
				say(false, "%s: %d", c.button, status)
				return
			}
			for found() != c.there && time.Since(begun) < 20*time.Second {
				time.Sleep(10 * time.Millisecond)
			}
			worst[c.there] = max(worst[c.there], time.Since(begun))
		}
	}
	say(worst[true] <= within && worst[false] <= within, "published and found within %.2f s, withdrawn and gone within %.2f s, of four times", worst[true].Seconds(), worst[false].Seconds())
}
