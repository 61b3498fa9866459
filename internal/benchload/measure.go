package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// The limits.
const (
	cpuFactor = 1.3 // of a page from memory; of 304 and HEAD, of such an answer of the limit
	p95Factor = 2.0 // likewise, at eight connections
	many      = 10_000
)

// browser is how a browser asks.
const browser = "gzip, deflate, br, zstd"

// bench is one run.
type bench struct {
	options
	limit, ours *process
	mail, word  string // that the demonstration's editor signs in with
	practices   []string
	lines       []line
}

// line is one of the table.
type line struct {
	what, limit, measured, bound string
	ok                           bool
}

func (b *bench) add(ok bool, what, limit, measured, bound string) {
	b.lines = append(b.lines, line{what, limit, measured, bound, ok})
}

var signIn = regexp.MustCompile(`sign in as (\S+) with the password (\S+)`)

// serve starts the program.
func (b *bench) serve(ctx context.Context, log io.Writer) (*process, error) {
	progress("starting")
	return start(ctx, log, func(line string) string {
		if m := signIn.FindStringSubmatch(line); m != nil {
			b.mail, b.word = m[1], m[2]
		}
		_, rest, _ := strings.Cut(line, "Praksiskataloget: http://")
		addr, _, _ := strings.Cut(rest, "/")
		return addr
	}, b.bin, "serve", "--addr", b.addr, "--data", b.data)
}

func (b *bench) measure(ctx context.Context) error {
	sitemap, err := b.get("/sitemap/eksempler-1.xml")
	if err != nil {
		return err
	}
	for _, m := range regexp.MustCompile(`<loc>https?://[^/<]+(/eksempler/[^<]+)</loc>`).FindAllStringSubmatch(sitemap, -1) {
		b.practices = append(b.practices, m[1])
	}
	if len(b.practices) < 200 {
		return fmt.Errorf("there are only %d practices", len(b.practices))
	}
	if err := b.settle(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		do   func(context.Context) error
	}{{"pages", b.pages}, {"connections", b.connections}, {"publications", b.publications}} {
		if b.only != "" && b.only != part.name {
			continue
		}
		if err := part.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settle waits until what the program does behind the first visitors is over, a minute
// at most.
func (b *bench) settle(ctx context.Context) error {
	for range 60 {
		before, err := b.ours.cpu()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		after, err := b.ours.cpu()
		if err != nil {
			return err
		}
		if after-before < 50*time.Millisecond {
			return nil
		}
	}
	return nil
}

// get reads a page as it is.
func (b *bench) get(path string) (string, error) {
	r, err := http.Get("http://" + b.ours.addr + path)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return string(body), err
}

// sample is what one page cost in one round.
type sample struct{ cpu, p95, p99 float64 } // µs, of a request

// slicesEach is how often the limit and the program take turns while one page is measured,
// so that what else the machine does meets both.
const slicesEach = 10

// side is one of two servers that are compared.
type side struct {
	*process
	request
	crowd
	load
	before time.Duration // the processor's time
}

// compare asks the limit and the program in turn, each for one thing all the time.
func (b *bench) compare(n int, limits, ours request) (s [2]sample, err error) {
	sides := [2]*side{{process: b.limit, request: limits}, {process: b.ours, request: ours}}
	for _, x := range sides {
		if x.crowd, err = come(x.addr, n); err != nil {
			return s, err
		}
		defer x.leave()
		x.ask([]request{x.request}, b.each/5) // warm
		x.load = *newLoad()
		if x.before, err = x.cpu(); err != nil {
			return s, err
		}
	}
	for range slicesEach {
		for _, x := range sides {
			x.add(x.ask([]request{x.request}, b.each/slicesEach))
		}
	}
	for i, x := range sides {
		after, err := x.cpu() // what a server does behind the other's turn is its own
		if err != nil {
			return s, err
		}
		want := 200
		if x.tag != "" {
			want = 304
		}
		if len(x.errs) > 0 || x.answers[want] != len(x.took) || len(x.took) == 0 {
			return s, fmt.Errorf("%+v: %v %v", x.request, x.answers, x.errs)
		}
		µs := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
		s[i] = sample{µs(after-x.before) / float64(len(x.took)), µs(x.percentile(95)), µs(x.percentile(99))}
	}
	return s, nil
}

// pages measures what is rendered already, beside the limit.
func (b *bench) pages(ctx context.Context) error {
	kinds := []struct{ name, path string }{
		{"front", "/"}, {"list", "/eksempler"}, {"search", "/eksempler?q=telefon"}, {"example", b.practices[0]},
	}
	type key struct {
		what   string
		coding string
		n      int
	}
	var order []key
	limits, ours := map[key][]sample{}, map[key][]sample{}
	one := func(k key, q, beside request) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if limits[k] == nil {
			order = append(order, k)
		}
		s, err := b.compare(k.n, beside, q)
		limits[k], ours[k] = append(limits[k], s[0]), append(ours[k], s[1])
		return err
	}
	for round := range b.rounds {
		progress("pages already rendered, round %d of %d", round+1, b.rounds)
		for _, kind := range kinds {
			c, err := dial(b.ours.addr)
			if err != nil {
				return err
			}
			a, err := c.ask(request{path: kind.path}.bytes())
			c.conn.Close()
			if err != nil {
				return err
			}
			for _, n := range []int{1, 8} {
				if round == 0 && n == 1 { // compressed again, better, before it is measured
					if _, err := drive(b.ours.addr, 1, []request{{path: kind.path, coding: browser}}, b.each); err != nil {
						return err
					}
					if err := b.settle(ctx); err != nil {
						return err
					}
				}
				if err := one(key{kind.name, "compressed", n}, request{path: kind.path, coding: browser}, request{path: "/", coding: browser}); err != nil {
					return err
				}
			}
			if err := one(key{kind.name, "as it is", 8}, request{path: kind.path}, request{path: fmt.Sprintf("/%d", a.length)}); err != nil {
				return err
			}
			if kind.name != "list" {
				continue
			}
			if err := one(key{kind.name, "304", 8}, request{path: kind.path, coding: browser, tag: a.tag}, request{path: "/", coding: browser, tag: a.tag}); err != nil {
				return err
			}
			if err := one(key{kind.name, "HEAD", 8}, request{path: kind.path, coding: browser, method: "HEAD"}, request{path: "/", coding: browser, method: "HEAD"}); err != nil {
				return err
			}
		}
	}
	for _, k := range order {
		mid := func(of func(sample) float64) (limit, measured, ratio float64) {
			var l, m, r []float64
			for i, s := range ours[k] {
				l, m, r = append(l, of(limits[k][i])), append(m, of(s)), append(r, of(s)/max(of(limits[k][i]), 1))
			}
			return median(l), median(m), median(r)
		}
		what := fmt.Sprintf("%s, %s, %d connections: ", k.what, k.coding, k.n)
		limit, measured, ratio := mid(func(s sample) float64 { return s.cpu })
		b.add(ratio <= cpuFactor, what+"CPU", fmt.Sprintf("%.0f µs", limit), fmt.Sprintf("%.0f µs, %.2f times", measured, ratio), fmt.Sprintf("≤ %g times", cpuFactor))
		if k.n == 8 && k.coding != "304" && k.coding != "HEAD" {
			limit, measured, ratio = mid(func(s sample) float64 { return s.p95 })
			l99, m99, r99 := mid(func(s sample) float64 { return s.p99 })
			b.add(ratio <= p95Factor, what+"p95", fmt.Sprintf("%.2f ms", limit/1000), fmt.Sprintf("%.2f ms, %.2f times (p99 %.2f ms, %.2f times; the limit's %.2f)", measured/1000, ratio, m99/1000, r99, l99/1000), fmt.Sprintf("≤ %g times", p95Factor))
		}
	}
	return nil
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x[len(x)/2]
}

// connections holds many connections open, each of which asks several times.
func (b *bench) connections(context.Context) error {
	progress("%d connections", many)
	var mu sync.Mutex
	answers, errs := map[int]int{}, map[string]int{}
	var all sync.WaitGroup
	dialling := make(chan struct{}, 64)
	var open sync.WaitGroup // until all are
	open.Add(many)
	q := request{path: "/eksempler", coding: browser}.bytes()
	begun := time.Now()
	for range many {
		all.Go(func() {
			dialling <- struct{}{}
			c, err := dial(b.ours.addr)
			<-dialling
			open.Done()
			if err == nil {
				defer c.conn.Close()
				open.Wait()
				for range 3 {
					var a answer
					if a, err = c.ask(q); err != nil {
						break
					}
					mu.Lock()
					answers[a.status]++
					mu.Unlock()
				}
			}
			if err != nil {
				mu.Lock()
				errs[err.Error()]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for text, n := range errs {
		fmt.Fprintf(os.Stderr, "%d times: %s\n", n, text)
	}
	b.add(len(errs) == 0 && answers[200] == 3*many, fmt.Sprintf("%d connections at once, each asks three times", many), "",
		fmt.Sprintf("answers %v, %d errors, %.1f s", answers, len(errs), time.Since(begun).Seconds()), "all 200, no error")
	return nil
}
