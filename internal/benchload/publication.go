package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// The limits of publications.
const (
	publicationEvery  = time.Second
	publicationFactor = 3.0 // of p95 without
	readPages         = 200
	readers           = 8
	staleAtMost       = time.Second
	// rendersAtMost is how often one address may be rendered for one version.
	rendersAtMost = 1
)

// editor is signed in at the desk.
type editor struct {
	client http.Client
	base   string
}

func (b *bench) signIn() (*editor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	e := &editor{http.Client{Jar: jar, Timeout: answerWithin}, "http://" + b.ours.addr + "/redaktion"}
	_, err = e.page(e.client.PostForm(e.base+"/log-ind", url.Values{"mail": {b.mail}, "adgangskode": {b.word}}))
	return e, err
}

func (*editor) page(answer *http.Response, err error) (*goquery.Document, error) {
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", answer.Request.URL, answer.Status)
	}
	return goquery.NewDocumentFromReader(answer.Body)
}

// decide withdraws the practice at an address, or publishes it again, and tells when
// that was decided.
func (e *editor) decide(path string, withdraw bool) (time.Time, error) {
	at := e.base + path
	d, err := e.page(e.client.Get(at))
	if err != nil {
		return time.Time{}, err
	}
	form := url.Values{}
	d.Find("#afgoerelser input, #afgoerelser textarea").Each(func(_ int, x *goquery.Selection) {
		form.Add(x.AttrOr("name", ""), x.AttrOr("value", x.Text()))
	})
	button, text := "udgiv-igen", "igen-grund"
	if withdraw {
		button, text = "traek", "traek-tekst"
	}
	form.Set(text, "Det hører til en måling.")
	form.Set("handling", button)
	_, err = e.page(e.client.PostForm(at, form))
	return time.Now(), err
}

// publications changes the catalogue every second while readers read, and compares with
// when nothing changes.
func (b *bench) publications(ctx context.Context) error {
	e, err := b.signIn()
	if err != nil {
		return err
	}
	one := b.practices[len(b.practices)-1]
	requests := b.mostRead()
	during := 10 * b.each
	var quiet, changing, ratios, renders []float64
	var seen time.Duration
	most, changes := 0, 0
	for round := range (b.rounds + 1) / 2 {
		progress("publications, round %d of %d", round+1, (b.rounds+1)/2)
		for _, n := range []time.Duration{b.each, during} { // the first renders them
			l, err := drive(b.ours.addr, readers, requests, n)
			if err := ended(l, err); err != nil {
				return err
			}
			if n == during {
				quiet = append(quiet, ms(l.percentile(95)))
			}
		}
		done := make(chan error, 1)
		end, stop := context.WithTimeout(ctx, during)
		go func() { done <- b.change(end, e, one, &seen, &changes) }()
		l, err := drive(b.ours.addr, readers, requests, during)
		stop()
		if err := ended(l, err); err != nil {
			return err
		}
		if err := <-done; err != nil {
			return err
		}
		all := 0
		for _, n := range l.rendered {
			most = max(most, n)
			all += n
		}
		changing = append(changing, ms(l.percentile(95)))
		ratios = append(ratios, changing[round]/max(quiet[round], 0.001))
		renders = append(renders, float64(all)/during.Seconds())
	}
	b.add(median(ratios) <= publicationFactor, fmt.Sprintf("a publication every second, %d readers of %d pages: p95", readers, readPages), fmt.Sprintf("%.2f ms without", median(quiet)),
		fmt.Sprintf("%.2f ms, %.2f times", median(changing), median(ratios)), fmt.Sprintf("≤ %g times", publicationFactor))
	b.add(most <= rendersAtMost && changes > 0, "how often a page is rendered for a version, at most", "", fmt.Sprintf("%d (%.0f pages a second, %d publications)", most, median(renders), changes), fmt.Sprintf("≤ %d", rendersAtMost))
	b.add(seen <= staleAtMost && changes > 0, "from a decision until its page is another, at most", "", fmt.Sprintf("%.2f s", seen.Seconds()), "≤ "+staleAtMost.String())
	return nil
}

func ended(l *load, err error) error {
	if err == nil && (len(l.errs) > 0 || len(l.answers) != 1 || l.answers[200] == 0) {
		err = fmt.Errorf("answers %v, %v", l.answers, l.errs)
	}
	return err
}

// change withdraws and publishes a practice in turn, until the time is over and it is
// public; seen becomes the longest time that its page was the former one.
func (b *bench) change(ctx context.Context, e *editor, one string, seen *time.Duration, changes *int) error {
	tick := time.NewTicker(publicationEvery)
	defer tick.Stop()
	c, err := dial(b.ours.addr)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	tag := func() (string, error) {
		a, err := c.ask(request{path: one}.bytes())
		return a.tag, err
	}
	for withdraw := true; ctx.Err() == nil || !withdraw; withdraw = !withdraw {
		before, err := tag()
		if err != nil {
			return err
		}
		decided, err := e.decide(one, withdraw)
		if err != nil {
			return err
		}
		*changes++
		for {
			asked := time.Now()
			now, err := tag()
			if err != nil {
				return err
			}
			if now != before {
				*seen = max(*seen, asked.Sub(decided))
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		<-tick.C
	}
	return nil
}

// mostRead are the pages that are read most: the front, lists, searches and examples.
func (b *bench) mostRead() (all []request) {
	paths := []string{"/", "/eksempler", "/loesninger", "/overblik", "/maalgrupper", "/kommuner"}
	for _, word := range []string{"telefon", "besøg", "natur", "skærm", "ensomhed", "pårørende", "unge", "gåtur", "bostøtte", "misbrug", "psykisk", "samtale", "gruppe", "familie", "job", "hjem", "angst", "demens", "frivillige", "netværk"} {
		paths = append(paths, "/eksempler?q="+url.QueryEscape(word))
	}
	for page := 2; page <= 20; page++ {
		paths = append(paths, fmt.Sprintf("/eksempler?side=%d", page))
	}
	for _, path := range append(paths, b.practices[:readPages-len(paths)]...) {
		all = append(all, request{path: path, coding: browser})
	}
	return all
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
