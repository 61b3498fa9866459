package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// request is what a browser or a program sends for a path; tag is for a page that it
// has.
type request struct {
	path, method, coding, tag string
}

func (q request) bytes() []byte {
	if q.method == "" {
		q.method = "GET"
	}
	s := q.method + " " + q.path + " HTTP/1.1\r\nHost: bench\r\nUser-Agent: benchload\r\nAccept: text/html\r\n"
	if q.coding != "" {
		s += "Accept-Encoding: " + q.coding + "\r\n"
	}
	if q.tag != "" {
		s += "If-None-Match: " + q.tag + "\r\n"
	}
	return []byte(s + "\r\n")
}

// answer is what came back, without its body.
type answer struct {
	status int
	length int // of the body
	tag    string
	cache  string // Cache-Status
}

// connection asks one thing after the other. It reads no more of an answer than it
// must: net/http's client would take more of the machine than the server.
type connection struct {
	conn net.Conn
	in   *bufio.Reader
}

// answerWithin bounds the wait for one answer.
const answerWithin = 20 * time.Second

func dial(addr string) (*connection, error) {
	c, err := net.DialTimeout("tcp", addr, answerWithin)
	if err != nil {
		return nil, err
	}
	return &connection{c, bufio.NewReaderSize(c, 16<<10)}, nil
}

func (c *connection) ask(q []byte) (a answer, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return a, err
	}
	if _, err := c.conn.Write(q); err != nil {
		return a, err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil || len(line) < 12 {
		return a, fmt.Errorf("no answer: %w", err)
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, err
	}
	a.length = -1
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return a, err
		}
		name, value, ok := bytes.Cut(line, []byte(": "))
		if !ok {
			break // the empty line
		}
		switch value = bytes.TrimRight(value, "\r\n"); string(name) {
		case "Content-Length":
			if a.length, err = strconv.Atoi(string(value)); err != nil {
				return a, err
			}
		case "Etag":
			a.tag = string(value)
		case "Cache-Status":
			a.cache = string(value)
		case "Transfer-Encoding":
			return a, c.chunks(&a)
		}
	}
	if bytes.HasPrefix(q, []byte("HEAD ")) || a.status == 304 {
		return a, nil
	}
	if a.length < 0 {
		return a, errors.New("an answer of unknown length")
	}
	_, err = c.in.Discard(a.length)
	return a, err
}

// chunks reads the rest of a head, and a body in chunks.
func (c *connection) chunks(a *answer) error {
	body := false
	for a.length = 0; ; {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return err
		}
		line = strings.TrimRight(line, "\r\n")
		if !body {
			body = line == ""
			continue
		}
		n, err := strconv.ParseInt(line, 16, 32)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, c.in, n+2); err != nil || n == 0 {
			return err
		}
		a.length += int(n)
	}
}

// load is what several connections saw.
type load struct {
	took     []time.Duration
	answers  map[int]int    // by status
	rendered map[string]int // by what was asked for and the version that came: those that were rendered for it
	bytes    int
	errs     []error
}

func newLoad() *load { return &load{answers: map[int]int{}, rendered: map[string]int{}} }

func (l *load) add(more *load) {
	l.took = append(l.took, more.took...)
	l.errs = append(l.errs, more.errs...)
	l.bytes += more.bytes
	for status, n := range more.answers {
		l.answers[status] += n
	}
	for key, n := range more.rendered {
		l.rendered[key] += n
	}
}

func (l *load) percentile(p float64) time.Duration {
	if len(l.took) == 0 {
		return 0
	}
	slices.Sort(l.took)
	return l.took[min(len(l.took)-1, int(float64(len(l.took))*p/100))]
}

// crowd are connections that ask at once.
type crowd []*connection

// come opens n connections.
func come(addr string, n int) (crowd, error) {
	var all crowd
	for range n {
		c, err := dial(addr)
		if err != nil {
			all.leave()
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func (all crowd) leave() {
	for _, c := range all {
		c.conn.Close()
	}
}

// ask has all ask for the requests in turn, each from another place of the list on, for a
// time.
func (all crowd) ask(requests []request, during time.Duration) *load {
	asked := make([][]byte, len(requests))
	for i, q := range requests {
		asked[i] = q.bytes()
	}
	total := newLoad()
	var mu sync.Mutex
	var group sync.WaitGroup
	end := time.Now().Add(during)
	for k, c := range all {
		group.Go(func() {
			one := newLoad()
			for i := k * len(asked) / len(all); time.Now().Before(end); i++ {
				begun := time.Now()
				a, err := c.ask(asked[i%len(asked)])
				one.took = append(one.took, time.Since(begun))
				if err != nil {
					one.errs = append(one.errs, err)
					break
				}
				one.answers[a.status]++
				one.bytes += a.length
				if strings.HasSuffix(a.cache, "fwd=miss") {
					one.rendered[requests[i%len(asked)].path+" "+a.tag]++
				}
			}
			mu.Lock()
			defer mu.Unlock()
			total.add(one)
		})
	}
	group.Wait()
	return total
}

// drive has n new connections ask for a time.
func drive(addr string, n int, requests []request, during time.Duration) (*load, error) {
	all, err := come(addr, n)
	if err != nil {
		return nil, err
	}
	defer all.leave()
	return all.ask(requests, during), nil
}
