package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"praksis/internal/pgtest"
)

// TestFaultClients sends bodies, headers and addresses that are far too large, and opens
// far more connections than there are visitors, some of which send or read slowly
// (faults.md, rows 15, 16, 17 and 34): each is answered early and by its status, others
// are served meanwhile, and afterwards the process holds what it held before.
func TestFaultClients(t *testing.T) {
	_, app := pgtest.NewURLs(t)
	temp := t.TempDir()
	p := serve(t, t.TempDir(), "DATABASE_URL="+app, "TMPDIR="+temp)
	defer p.end(t, syscall.SIGTERM)
	addr := strings.TrimSuffix(strings.TrimPrefix(p.base, "http://"), "/")
	most := rounds(1000, 10000)
	mix := func() {
		t.Helper()
		for _, path := range []string{"", "eksempler?q=ture", "eksempler", "indsend/tip", "healthz", "findes/ikke"} {
			if err := readWhole(p.base + path); err != nil {
				t.Errorf("/%s: %v", path, err)
			}
		}
	}
	for range 20 {
		mix()
	}
	var calm, crowded, after99 time.Duration
	if *faults {
		calm = slowOf(t, p)
	}
	// The connections of the warming up count as those of afterwards do.
	http.DefaultClient.CloseIdleConnections()
	before := settled(t, p, heldBy{fds: 1 << 20})
	if before.threads == 0 || before.memory == 0 {
		t.Fatalf("nothing is known of the process: %+v", before)
	}

	t.Run("huge", func(t *testing.T) {
		for _, c := range tooLarge() {
			status, err := c.send(addr)
			if err != nil || !c.want[status] {
				t.Errorf("%s: %d, %v", c.name, status, err)
			}
		}
		mix()
	})
	now := settled(t, p, before)
	if more := now.memory - before.memory; more > 50<<20 {
		t.Errorf("what is too large takes %d MB", more>>20)
	}

	t.Run("many", func(t *testing.T) {
		var all []net.Conn
		defer func() {
			for _, c := range all {
				c.Close()
			}
		}()
		for n := range most {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatalf("connection %d: %v", n, err)
			}
			all = append(all, c)
			said := []string{
				"POST /indsend/tjek HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na", // a byte of a body
				"GET /eksempler HTTP/1.1\r\nHost: x\r\n\r\n", // a whole request, whose answer is not read
				"",                              // nothing
				"GET / HTTP/1.1\r\nHost: x\r\n", // half a header
			}[n*2/most*2+n%2] // those last that are ended first
			if _, err := io.WriteString(c, said); err != nil {
				t.Fatalf("connection %d: %v", n, err)
			}
		}
		held, err := holds(p.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		if held.fds < most*9/10 {
			t.Errorf("only %d of %d connections are there: the run proves nothing", held.fds, most)
		}
		if held.memory > 600<<20 {
			t.Errorf("%d connections take %d MB", most, held.memory>>20)
		}
		mix()
		if *faults {
			crowded = slowOf(t, p)
		}
		// Who sends no header, or half of one, is ended by the server.
		var closed sync.WaitGroup
		for _, c := range all[len(all)-2:] {
			if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			closed.Go(func() {
				if _, err := io.Copy(io.Discard, c); err != nil && !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("who sends no header is not ended: %v", err)
				}
			})
		}
		closed.Wait()
	})
	http.DefaultClient.CloseIdleConnections()
	after := settled(t, p, before)
	if after.fds > before.fds+before.fds/10+5 {
		t.Errorf("%d files and connections are open, and %d were before", after.fds, before.fds)
	}
	if after.threads > before.threads+20 {
		t.Errorf("%d threads, and %d before", after.threads, before.threads)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
	mix()
	if *faults {
		after99 = slowOf(t, p)
		// A ratio within one run; below some milliseconds it is the machine's noise.
		for what, d := range map[string]time.Duration{"among the connections": crowded, "after them": after99} {
			if d > 2*max(calm, 25*time.Millisecond) {
				t.Errorf("p99 %s is %s, and was %s", what, d, calm)
			}
		}
	}
	saw(t, most, "%d ways to send too much answered by 4xx, %d MB more; %d connections, then %d files open (%d before), %d threads (%d); p99 of pages %.1f ms before, %.1f among them, %.1f afterwards",
		len(tooLarge()), (now.memory-before.memory)>>20, most, after.fds, before.fds, after.threads, before.threads, ms(calm), ms(crowded), ms(after99))
}

// slowOf is what one page of a hundred takes longer than, for a few visitors.
func slowOf(t *testing.T, p *process) time.Duration {
	t.Helper()
	var mu sync.Mutex
	var all []time.Duration
	var visitors sync.WaitGroup
	for v := range 4 {
		visitors.Go(func() {
			for n := range 500 {
				begun := time.Now()
				if err := readWhole(p.base + []string{"", "eksempler?q=ture", "eksempler", "om"}[(n+v)%4]); err != nil {
					t.Error(err)
				}
				mu.Lock()
				all = append(all, time.Since(begun))
				mu.Unlock()
			}
		})
	}
	visitors.Wait()
	slices.Sort(all)
	return all[len(all)*99/100]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// readWhole asks for a page and reads it.
func readWhole(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 500 {
		return errors.New(resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// large is a request that is too large, written until it is answered or cut off.
type large struct {
	name   string
	header string
	body   func(w io.Writer) error
	want   map[int]bool
}

// sentAtMost bounds what one of them sends.
const sentAtMost = 20 << 20

func tooLarge() []large {
	form := "POST /indsend/tjek HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	endless := func(w io.Writer) error {
		chunk := append(append([]byte("8000\r\n"), bytes.Repeat([]byte("a"), 0x8000)...), "\r\n"...)
		for n := 0; n < sentAtMost; n += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return err
			}
		}
		return nil
	}
	declared := func(w io.Writer) error {
		part := bytes.Repeat([]byte("a"), 1<<16)
		for n := 0; n < sentAtMost; n += len(part) {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		return nil
	}
	var fields strings.Builder
	for n := range 10000 {
		fmt.Fprintf(&fields, "felt%d=%d&", n, n)
	}
	var parts bytes.Buffer
	m := multipart.NewWriter(&parts)
	for n := range 2000 {
		if err := m.WriteField(fmt.Sprint("felt", n), strings.Repeat("a", 100)); err != nil {
			panic(err) // a buffer takes all
		}
	}
	whole := func(b []byte) func(io.Writer) error {
		return func(w io.Writer) error { _, err := w.Write(b); return err }
	}
	large413, large431, bad := map[int]bool{413: true}, map[int]bool{431: true, 414: true}, map[int]bool{400: true, 413: true, 422: true}
	return []large{
		{"10 GB declared", form + "Content-Length: 10737418240\r\n\r\n", declared, large413},
		{"10 GB declared as an upload", "POST /indsend/send HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 10737418240\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n", declared, large413},
		{"chunks without end", form + "Transfer-Encoding: chunked\r\n\r\n", endless, large413},
		{"10,000 fields", form + fmt.Sprintf("Content-Length: %d\r\n\r\n", fields.Len()), whole([]byte(fields.String())), bad},
		{"2,000 parts", fmt.Sprintf("POST /indsend/send HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", m.FormDataContentType(), parts.Len()), whole(parts.Bytes()), bad},
		{"a header of 1 MB", "GET / HTTP/1.1\r\nHost: x\r\nX-A: ", whole(append(bytes.Repeat([]byte("a"), 1<<20), "\r\n\r\n"...)), large431},
		{"an address of 1 MB", "GET /eksempler?q=", whole(append(bytes.Repeat([]byte("a"), 1<<20), " HTTP/1.1\r\nHost: x\r\n\r\n"...)), large431},
	}
}

var statusLine = regexp.MustCompile(`^HTTP/1\.1 (\d{3}) `)

// send gives the status of the answer, which may come before all is sent.
func (l large) send(addr string) (int, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return 0, err
	}
	first := make([]byte, 64)
	n, read := 0, make(chan error, 1)
	go func() {
		var err error
		n, err = io.ReadAtLeast(c, first, 13)
		read <- err
	}()
	_, err = io.WriteString(c, l.header)
	if err == nil {
		err = l.body(c)
	}
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
		err = nil // it was cut off: the answer says why
	}
	if err := errors.Join(err, <-read); err != nil {
		return 0, err
	}
	m := statusLine.FindSubmatch(first[:n])
	if m == nil {
		return 0, fmt.Errorf("%q", first[:n])
	}
	return strconv.Atoi(string(m[1]))
}

// heldBy is what a process holds.
type heldBy struct {
	fds, threads int
	memory       int64 // resident
}

func holds(pid int) (h heldBy, err error) {
	dir := fmt.Sprintf("/proc/%d", pid)
	fds, err := os.ReadDir(dir + "/fd")
	if err != nil {
		return h, err
	}
	h.fds = len(fds)
	b, err := os.ReadFile(dir + "/status")
	if err != nil {
		return h, err
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		switch {
		case len(f) < 2:
		case f[0] == "Threads:":
			h.threads, err = strconv.Atoi(f[1])
		case f[0] == "VmRSS:":
			h.memory, err = strconv.ParseInt(f[1], 10, 64)
			h.memory <<= 10
		}
		if err != nil {
			return h, err
		}
	}
	return h, nil
}

// settled is what a process holds when that has not changed for a second and its
// connections are not many more than before; it waits no longer than the longest of the
// server's limits.
func settled(t *testing.T, p *process, before heldBy) (h heldBy) {
	t.Helper()
	same := 0
	for end := time.Now().Add(100 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		now, err := holds(p.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		same++
		if now.fds != h.fds {
			same = 0
		}
		if h = now; same >= 10 && h.fds <= before.fds+before.fds/10+5 {
			break
		}
	}
	return h
}
