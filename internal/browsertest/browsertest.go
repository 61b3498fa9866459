// Package browsertest lets tests drive a real Chromium.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// starts is how often a browser's start is tried.
const starts = 3

// Chromium starts one browser for a test and ends it with it. It fails, and
// never skips, where there is none: `make test` installs it.
func Chromium(t testing.TB) context.Context {
	t.Helper()
	path := os.Getenv("CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	if path == "" {
		t.Fatal("no Chromium: run `make test`, which installs it, or set CHROMIUM to its path")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true))
	// On a machine that is busy with other tests, a Chromium now and then ends
	// itself while it starts. That says nothing about our pages, so that it is
	// started anew; what happens once it runs is never tried twice.
	for try := 1; ; try++ {
		alloc, end := chromedp.NewExecAllocator(context.Background(), opts...)
		ctx, stop := chromedp.NewContext(alloc)
		err := chromedp.Do(ctx) // a context starts its browser when it is first used
		if err == nil {
			t.Cleanup(end)
			t.Cleanup(stop)
			return ctx
		}
		stop()
		end()
		if try == starts {
			t.Fatal(err)
		}
		t.Logf("start %d of Chromium failed: %v", try, err)
		time.Sleep(time.Second)
	}
}

// Axe is the source of the accessibility checker, from the node modules that
// `make test` installs; root is the way to the repository's root.
func Axe(t testing.TB, root string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "web/node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is missing, `make test` installs it: %v", err)
	}
	return string(b)
}

// Do carries actions out.
func Do(t testing.TB, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// Eval is what a script gives, or its promise.
func Eval[T any](t testing.TB, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

// Follow clicks what leads to another page, and returns when that page is there
// whole: a wait for words that the page being left has too would end on it.
func Follow(t testing.TB, ctx context.Context, selector string) {
	t.Helper()
	Eval[bool](t, ctx, `window.beingLeft = true`)
	Do(t, ctx, chromedp.Click(chromedp.CSS(selector)))
	Eventually(t, ctx, `window.beingLeft === undefined`)
}

// Eventually waits some seconds until js is true in a page that is loaded whole.
func Eventually(t testing.TB, ctx context.Context, js string) {
	t.Helper()
	for range 400 {
		// A page that is just being left answers with an error.
		if yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === 'complete' && (`+js+`)`)); err == nil && yes {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("never true: %s\nthe page is %s", js, Eval[string](t, ctx, `location.href + ' ' + document.body.innerText.slice(0, 600)`))
}
