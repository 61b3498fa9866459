// Journal sends tips through servers that run, one after the other from several senders,
// until it is told to stop (SIGTERM), and writes the token of each that was acknowledged
// to a file. What is refused meanwhile is sent again as it was, as somebody does whose
// form has come back. Its arguments are the file and the servers' addresses.
package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/PuerkitoBio/goquery"
)

const senders = 4

var (
	client    = &http.Client{Timeout: 15 * time.Second}
	receipt   = regexp.MustCompile(`^/indsend/([A-Za-z0-9_-]{20,})`)
	stopped   = make(chan os.Signal, 1)
	ending    atomic.Bool
	sent      atomic.Int64
	refused   atomic.Int64
	lost      atomic.Int64 // refused without what was typed
	mu        sync.Mutex   // what follows
	last      = time.Now()
	longest   time.Duration
	journal   *os.File
	different = map[string]int{}
)

func main() {
	var err error
	if journal, err = os.Create(os.Args[1]); err != nil {
		panic(err)
	}
	signal.Notify(stopped, syscall.SIGTERM)
	var all sync.WaitGroup
	for i := range senders {
		all.Go(func() {
			for n := 0; !ending.Load(); n++ {
				send(os.Args[2+(i+n)%(len(os.Args)-2)], fmt.Sprintf("10.%d.%d.%d", i, n/250, n%250+1), fmt.Sprintf("Vi prøvede noget nyt, nummer %d-%d, og det virkede for borgerne.", i, n))
			}
		})
	}
	<-stopped
	ending.Store(true)
	all.Wait()
	fmt.Printf("%d acknowledged, %d refused meanwhile (%d without what was typed), none for %.1f s at the longest", sent.Load(), refused.Load(), lost.Load(), longest.Seconds())
	for what, n := range different {
		fmt.Printf(", %d × %s", n, what)
	}
	fmt.Println()
	if lost.Load() > 0 || sent.Load() == 0 {
		os.Exit(1)
	}
}

// send sends one tip in the name of a network address, until it is acknowledged.
func send(server, from, text string) {
	_, d := ask("GET", server+"/indsend/tip", from, "", nil, "")
	form := d.Find("form.submit")
	v := fields(form)
	v.Set("organisation", "Aarhus Kommune")
	v.Set("text", text)
	v.Set("email", "prove@aarhus.example")
	_, d = ask("POST", server+form.AttrOr("action", ""), from, "application/x-www-form-urlencoded", []byte(v.Encode()), text)
	form = d.Find("form[data-review]")
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
	path, _ := ask("POST", server+form.AttrOr("action", ""), from, w.FormDataContentType(), body.Bytes(), text)
	m := receipt.FindStringSubmatch(path)
	if m == nil {
		return // ended, or not acknowledged
	}
	mu.Lock()
	defer mu.Unlock()
	fmt.Fprintln(journal, m[1])
	sent.Add(1)
	longest = max(longest, time.Since(last))
	last = time.Now()
}

// ask asks again and again until there is an answer, and returns where it led. A page
// that refuses a form has what was typed.
func ask(method, address, from, kind string, body []byte, typed string) (path string, d *goquery.Document) {
	d, _ = goquery.NewDocumentFromReader(strings.NewReader(""))
	for !ending.Load() {
		r, err := http.NewRequest(method, address, bytes.NewReader(body))
		if err != nil {
			panic(err)
		}
		r.Header.Set("X-Forwarded-For", from)
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		answer, err := client.Do(r)
		if err == nil {
			page, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err == nil && answer.StatusCode == http.StatusOK {
				d, _ = goquery.NewDocumentFromReader(bytes.NewReader(page))
				return answer.Request.URL.Path, d
			}
			refused.Add(1)
			if typed != "" && answer.Request.Method == "POST" && !bytes.Contains(page, []byte(typed[:30])) {
				lost.Add(1)
			}
			mu.Lock()
			different[fmt.Sprint(answer.Request.Method, " ", answer.StatusCode)]++
			mu.Unlock()
		} else {
			refused.Add(1)
		}
		time.Sleep(200 * time.Millisecond)
	}
	return "", d
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
