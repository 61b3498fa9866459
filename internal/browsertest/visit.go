package browsertest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Loaded is something that a page has asked for.
type Loaded struct {
	URL  string
	Type string // as Chromium has it: Document, Stylesheet, Script, Font, …
	// Bytes are those that came over the line, head and all, as Chromium counts them; 0 of
	// what it had already.
	Bytes int
	Done  bool
}

// Visits follows what the pages of a tab load.
type Visits struct {
	ctx context.Context
	mu  sync.Mutex
	all map[network.RequestID]*Loaded
}

// settles is true when nothing that the page asks for by itself is on its way.
const settles = `document.readyState === 'complete' && document.fonts.status === 'loaded'`

// Watch begins to follow what a tab loads.
func Watch(t testing.TB, ctx context.Context) *Visits {
	t.Helper()
	v := &Visits{ctx: ctx, all: map[network.RequestID]*Loaded{}}
	if err := chromedp.Listen(ctx, func(ev any) {
		v.mu.Lock()
		defer v.mu.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(ev.Request.URL, "data:") {
				v.all[ev.RequestID] = &Loaded{URL: ev.Request.URL, Type: string(ev.Type)}
			}
		case *network.EventLoadingFinished:
			if l := v.all[ev.RequestID]; l != nil {
				l.Bytes, l.Done = int(ev.EncodedDataLength), true
			}
		case *network.EventLoadingFailed:
			if l := v.all[ev.RequestID]; l != nil {
				l.Done = true
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	call(t, ctx, network.Enable, network.EnableParams{})
	return v
}

// First opens a page as somebody does who was never here, and returns what it loaded.
func (v *Visits) First(t testing.TB, url string) []Loaded {
	t.Helper()
	call(t, v.ctx, network.ClearBrowserCache, cdp.Empty{})
	return v.Again(t, url)
}

// Again opens a page with what the browser has kept.
func (v *Visits) Again(t testing.TB, url string) []Loaded {
	t.Helper()
	Do(t, v.ctx, chromedp.Navigate("about:blank"))
	v.mu.Lock()
	clear(v.all)
	v.mu.Unlock()
	Do(t, v.ctx, chromedp.Navigate(url))
	Eventually(t, v.ctx, settles)
	// Two frames later nothing that the page asks for by itself is still to come.
	Eval[bool](t, v.ctx, `new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`)
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []Loaded
	for _, l := range v.all {
		out = append(out, *l)
	}
	return out
}

// Shift is how much of the page that is shown has moved while it loaded (CLS), and what
// has.
func Shift(t testing.TB, ctx context.Context) (sum float64, moved string) {
	t.Helper()
	found := Eval[struct {
		Sum   float64
		Moved string
	}](t, ctx, `new Promise(r => {
		let Sum = 0, moved = []
		const o = new PerformanceObserver(l => l.getEntries().forEach(e => {
			if (e.hadRecentInput) return
			Sum += e.value
			for (const s of e.sources) moved.push((s.node?.outerHTML ?? s.node?.textContent ?? '').slice(0, 80) + ' ' + s.previousRect.y + '→' + s.currentRect.y + ' ' + s.previousRect.height + '→' + s.currentRect.height)
		}))
		o.observe({type: 'layout-shift', buffered: true})
		setTimeout(() => r({Sum, Moved: moved.join(' | ')}), 50)
	})`)
	return found.Sum, found.Moved
}

// Slower has a tab's processor be so many times slower.
func Slower(t testing.TB, ctx context.Context, times float64) {
	t.Helper()
	call(t, ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times})
}

func call[P any](t testing.TB, ctx context.Context, command cdp.Command[P, cdp.Empty], params P) {
	t.Helper()
	if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, tg, command, params)
	}); err != nil {
		t.Fatal(err)
	}
}
