package desk_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"praksis/internal/auth"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/web"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser starts one Chromium for a test.
func browser(t *testing.T) context.Context {
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
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	do(t, ctx)
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

func eventually(t *testing.T, ctx context.Context, js string) {
	t.Helper()
	for range 200 {
		// A page that is just being left answers with an error.
		if yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js)); err == nil && yes {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("never true: %s\nthe page is %s", js, eval[string](t, ctx, `location.href + ' ' + document.body.innerText.slice(0, 600)`))
}

// served is the desk with the static files on loopback.
func served(t *testing.T, f *fixture) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(web.StaticRoot(), http.StripPrefix(web.StaticRoot(), httpx.Static(web.Static)))
	mux.Handle("/", f.handler)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// TestAccessible holds the desk's pages at both widths to WCAG 2.2 AA as far as
// axe can tell, and to no sideways scrolling.
func TestAccessible(t *testing.T) {
	b, err := os.ReadFile(filepath.FromSlash("../../web/node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is missing, `make test` installs it: %v", err)
	}
	source := string(b)
	f := newFixture(t, loopback())
	base := served(t, f)
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		n.Submission.Practice.Answers.Done = "Ring til Hanne Jensen på 22 33 44 55. »Jeg savner jer«, sagde en borger."
		n.HeldReason = "sendt 4 gange på et minut"
	})
	decided, _ := f.submit("b", nil)
	v := f.editor("per")
	form := filled(v.get(pathOf(decided)), "afvis")
	form.Set("afvis-grund", "other")
	form.Set("afvis-tekst", "Nej tak.")
	v.post(pathOf(decided), form)
	outside := newFixture(t, auth.Config{})
	outsideBase := served(t, outside)

	ctx := browser(t)
	check := func(name string, width int64) {
		t.Helper()
		eval[bool](t, ctx, `document.querySelectorAll('details').forEach(d => d.open = true) || true`)
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](source+";undefined")); err != nil {
			t.Fatal(err)
		}
		found := eval[string](t, ctx, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
			.then(r => JSON.stringify({passes: r.passes.length, violations: r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | '))}))`)
		var r struct {
			Passes     int
			Violations []string
		}
		if err := json.Unmarshal([]byte(found), &r); err != nil || r.Passes < 10 {
			t.Errorf("%s at %d: axe passed only %d checks, %v", name, width, r.Passes, err)
		}
		for _, x := range r.Violations {
			t.Errorf("%s at %d: %s", name, width, x)
		}
		if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s at %d: %d pixels too wide", name, width, over)
		}
		if dir := os.Getenv("PRAKSIS_SHOTS"); dir != "" {
			eval[bool](t, ctx, `document.querySelectorAll('details').forEach(d => d.open = false) || true`)
			shot(t, ctx, filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+"-"+map[int64]string{375: "375", 1280: "1280"}[width]+".png"))
		}
	}
	signIn := func(base, name, word string) {
		do(t, ctx, chromedp.Navigate(base+"/redaktion"))
		eventually(t, ctx, `location.pathname === '/redaktion/log-ind' && !!document.getElementById('mail')`)
		do(t, ctx, chromedp.SendKeys(chromedp.ID("mail"), name+"@kl.example"), chromedp.SendKeys(chromedp.ID("adgangskode"), word+kb.Enter))
	}
	for _, width := range []int64{375, 1280} {
		do(t, ctx, chromedp.EmulateViewport(width, 800))
		do(t, ctx, chromedp.Navigate(base+"/redaktion/log-ind"))
		check("sign-in", width)
		signIn(base, "rita", "forkert kodeord")
		eventually(t, ctx, `!!document.querySelector('[role=alert]')`)
		check("sign-in refused", width)
		signIn(base, "rita", password)
		eventually(t, ctx, `location.pathname === '/redaktion'`)
		for name, path := range map[string]string{"list": "/redaktion", "decided": "/redaktion?afgjort", "mails": "/redaktion/mails", "texts": "/redaktion/mailtekster", "account": "/redaktion/konto",
			"second factor": "/redaktion/log-ind/opsaet", "submission": pathOf(id), "decided submission": pathOf(decided), "not found": "/redaktion/findes-ikke"} {
			do(t, ctx, chromedp.Navigate(base+path))
			check(name, width)
		}
		do(t, ctx, chromedp.Navigate(base+pathOf(id)))
		eval[bool](t, ctx, `document.querySelector('button[value="tilfoej:findings"]').click() || true`)
		eventually(t, ctx, `!!document.getElementById('f-findings-1-text')`)
		eval[bool](t, ctx, `document.querySelector('button[value="soeg"]').click() || true`)
		eventually(t, ctx, `!!document.querySelector('input[type=radio]')`)
		eval[bool](t, ctx, `document.querySelector('button[value="udgiv"]').click() || true`)
		eventually(t, ctx, `!!document.querySelector('[role=alert]')`)
		check("submission with faults", width)
		eval[bool](t, ctx, `(document.querySelector('input[name=version]').value = '0', document.querySelector('button[value="gem"]').click()) || true`)
		eventually(t, ctx, `!!document.querySelector('.alert-warning')`)
		check("stale", width)
		do(t, ctx, chromedp.Navigate(base+"/redaktion/konto"))
		eval[bool](t, ctx, `document.querySelector('form[action="/redaktion/log-ud"] button').click() || true`)
		eventually(t, ctx, `location.pathname === '/redaktion/log-ind'`)
	}
	signIn(outsideBase, "rita", password)
	eventually(t, ctx, `location.pathname === '/redaktion/log-ind/opsaet' && document.querySelector('.desk__qr').naturalWidth === 240`)
	check("second factor first", 1280)
}

// shot keeps a picture of the page, for one's own eyes.
func shot(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Error(err)
	}
}
