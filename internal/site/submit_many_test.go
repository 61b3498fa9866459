package site_test

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// reviewed is the form of the review step of a tip, ready to be sent; i makes it
// another one's.
func (s *submitter) reviewed(i int) url.Values {
	s.t.Helper()
	s.open("/indsend/tip")
	s.fill("", with(s.patient(), "text", fmt.Sprintf("Bostøtten gik ture i skoven med borgerne, hold %d.", i), "organisation", "Aarhus Kommune", "email", "bostoette@aarhus.example"))
	v := s.values()
	for name, value := range agreeing {
		v.Set(name, value)
	}
	return v
}

// Two hundred honest senders of one office, at the same moment: all are taken.
func TestManySendAtOnce(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	first := s.reviewed(0)
	data := first.Get("data")
	_, key, _ := strings.Cut(data, `"key":"`)
	key, _, _ = strings.Cut(key, `"`)
	if key == "" {
		t.Fatalf("the review step carries no key: %s", data)
	}
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			v := maps.Clone(first)
			other := fmt.Sprintf("%s%03d", key[:len(key)-3], i)
			v["data"] = []string{strings.ReplaceAll(strings.ReplaceAll(data, key, other), "hold 0", fmt.Sprintf("hold %d", i))}
			if w := s.upload("/indsend/send", v); w.Code != http.StatusSeeOther {
				t.Errorf("sender %d: %d", i, w.Code)
			}
		})
	}
	all.Wait()
	if n := f.count(`SELECT count(*) FROM submission`); n != 200 {
		t.Errorf("%d of 200 are stored", n)
	}
}

// Uploads that come a byte at a time take the places of nobody else: pages,
// small forms and the uploads of others go on.
func TestSlowUploadsHoldNobodyUp(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	v := s.reviewed(1)
	srv := httptest.NewServer(f.handler)
	defer srv.Close()
	addr := strings.TrimPrefix(srv.URL, "http://")
	for range 600 { // above all bounds on requests at work
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_, err = io.WriteString(c, "POST /indsend/send HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n-")
		if err != nil {
			t.Fatal(err)
		}
	}
	begun := time.Now()
	get := func(path string) int {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_, _ = io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode
	}
	for _, path := range []string{"/", "/eksempler?q=telefon", "/indsend/tip"} {
		if status := get(path); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
	if w := s.post("/indsend/tjek", url.Values{"kind": {"tip"}, "key": {"abcdefghijklmnopqrst"}, "text": {"Vi gik ture."}}); w.Code != 422 {
		t.Errorf("a small form: %d", w.Code)
	}
	// Another client (httptest's address is not the loopback that the slow ones have).
	if w := s.upload("/indsend/send", v); w.Code != http.StatusSeeOther {
		t.Errorf("another's upload: %d", w.Code)
	}
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("it took %s: somebody waited for the slow ones", took)
	}
}
