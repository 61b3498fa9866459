package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load asks one address for as long as it lasts, and counts what is not answered as it
// should be. Nothing is tried a second time: net/http does so by itself where a
// connection that it had kept was closed, and would hide what is looked for.
type load struct {
	base     string // without a slash at the end
	at       string // what is dialled, when it is not the host of base
	tls      *tls.Config
	journal  *journal
	answered atomic.Int64

	mu     sync.Mutex
	failed []string
}

func (l *load) fail(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed = append(l.failed, fmt.Sprintf(format, args...))
}

// faults are the first few failures, and how many there are.
func (l *load) faults() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%d failed of %d: %s", len(l.failed), int(l.answered.Load())+len(l.failed), strings.Join(l.failed[:min(len(l.failed), 5)], "; "))
}

// run asks with visitors, half of whom keep their connections, and submitters, until
// the function that it returns is called.
func (l *load) run(t *testing.T, visitors, submitters int) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for n := range visitors {
		all.Go(func() { l.visit(ctx, n%2 == 0) })
	}
	for n := range submitters {
		all.Go(func() { l.submit(ctx, n) })
	}
	stop = sync.OnceFunc(func() { cancel(); all.Wait() })
	t.Cleanup(stop)
	return stop
}

func (l *load) dial() (net.Conn, error) {
	d := &net.Dialer{Timeout: time.Minute}
	if l.tls != nil {
		return tls.DialWithDialer(d, "tcp", l.at, l.tls)
	}
	return d.Dial("tcp", strings.TrimPrefix(l.base, "http://"))
}

// transport is that of a browser, HTTP/2 where there is TLS.
func (l *load) transport() *http.Transport {
	t := &http.Transport{TLSClientConfig: l.tls.Clone(), ForceAttemptHTTP2: l.tls != nil}
	if l.at != "" {
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, l.at)
		}
	}
	return t
}

// visit reads pages, at most a tenth of a second apart.
func (l *load) visit(ctx context.Context, keep bool) {
	paths := []string{"/", "/eksempler?q=g%C3%A5ture", "/eksempler/toender-gaature-i-naturen-med-saarbare-unge", "/eksempler.json?side=2", "/indsend/tip"}
	var conn net.Conn
	var answers *bufio.Reader
	drop := func() {
		if conn != nil {
			conn.Close()
			conn = nil
		}
	}
	defer drop()
	for n := 0; ctx.Err() == nil; n++ {
		kept := conn != nil
		if conn == nil {
			var err error
			if conn, err = l.dial(); err != nil {
				l.fail("connecting: %v", err)
				time.Sleep(50 * time.Millisecond)
				continue
			}
			answers = bufio.NewReader(conn)
		}
		r, err := http.NewRequest("GET", l.base+paths[n%len(paths)], nil)
		if err != nil {
			l.fail("%v", err)
			return
		}
		r.Close = !keep
		begun := time.Now()
		resp, err := exchange(conn, answers, r)
		switch {
		case err != nil:
			l.fail("%s (connection kept: %t) after %s: %v", r.URL, kept, time.Since(begun), err)
			drop()
		case resp.StatusCode != http.StatusOK:
			l.fail("%s: %s", r.URL, resp.Status)
			drop()
		default:
			l.answered.Add(1)
			if resp.Close || !keep {
				drop()
			}
		}
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
	}
}

// exchange sends a request and reads the whole answer.
func exchange(conn net.Conn, answers *bufio.Reader, r *http.Request) (*http.Response, error) {
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	if err := r.Write(conn); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(answers, r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp, err
}

// submit sends one tip after another and writes down what is acknowledged.
func (l *load) submit(ctx context.Context, submitter int) {
	var base atomic.Pointer[string]
	base.Store(&l.base)
	for n := 0; ctx.Err() == nil; n++ {
		address := fmt.Sprintf("indsender-%d-%d@example.dk", submitter, n)
		jar, err := cookiejar.New(nil)
		if err != nil {
			l.fail("%v", err)
			return
		}
		transport := l.transport()
		b := &browser{ctx: context.WithoutCancel(ctx), base: &base, client: &http.Client{Jar: jar, Timeout: time.Minute, Transport: transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		review, key, err := b.review(address)
		var token string
		if err == nil {
			time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond) // it is read
			token, err = b.send(review, nil)
		}
		if err != nil {
			l.fail("submitting: %v", err)
		} else {
			l.answered.Add(3)
			l.journal.acknowledge(key, token, address)
		}
		transport.CloseIdleConnections()
	}
}

// slowly makes a body whose last part comes when rest is closed.
func slowly(first, last string, rest <-chan struct{}) io.Reader {
	return io.MultiReader(strings.NewReader(first), &waiting{rest: rest, r: strings.NewReader(last)})
}

type waiting struct {
	rest <-chan struct{}
	r    io.Reader
}

func (w *waiting) Read(p []byte) (int, error) {
	select {
	case <-w.rest:
		return w.r.Read(p)
	case <-time.After(time.Minute):
		return 0, errors.New("nobody lets the rest go")
	}
}
