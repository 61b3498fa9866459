package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"praksis/internal/httpx"
	"praksis/internal/search"
	"praksis/internal/site"
	"praksis/web"

	"golang.org/x/sync/errgroup"
)

type serveCmd struct {
	Addr             string `help:"Address to listen on." default:"127.0.0.1:8080" env:"PRAKSIS_ADDR"`
	PublicURL        string `help:"Address that visitors use, for absolute links; https there turns on HSTS." env:"PRAKSIS_PUBLIC_URL" placeholder:"URL"`
	AuthorityName    string `help:"Who answers for the catalogue." default:"KL" env:"PRAKSIS_AUTHORITY_NAME"`
	AuthorityContact string `help:"Function mailbox of the authority." env:"PRAKSIS_AUTHORITY_CONTACT" placeholder:"MAIL"`
	AccessibilityURL string `help:"The accessibility statement made in the state's tool; without it our own page serves." env:"PRAKSIS_ACCESSIBILITY_URL" placeholder:"URL"`
}

// Timeouts of a connection. A client that is slower is not served, so that
// slow ones cannot hold all connections (faults.md 15).
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 60 * time.Second
	// drainTime answers "Connection: close" before the listener closes, so that
	// no request fails at a restart (faults.md 2).
	drainTime    = 200 * time.Millisecond
	shutdownTime = 10 * time.Second
)

// Run serves until it is told to stop. It answers from the first moment: with
// the progress until the catalogue is ready.
func (s *serveCmd) Run(ctx context.Context, c *cli) error {
	begun := time.Now()
	ln, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w (choose another address with --addr)", s.Addr, err)
	}
	version, err := build()
	if err != nil {
		return err
	}
	cfg := site.Config{PublicURL: strings.TrimRight(s.PublicURL, "/"), AccessibilityURL: s.AccessibilityURL, Build: version,
		Authority: web.Authority{Name: s.AuthorityName, Contact: s.AuthorityContact}}
	starting := site.NewStarting(cfg)
	var handler atomic.Pointer[http.Handler]
	use := func(h http.Handler) { handler.Store(&h) }
	use(starting)
	srv := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }),
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: httpx.MaxHeaderBytes, ErrorLog: slog.NewLogLogger(c.log.Handler(), slog.LevelDebug),
	}
	work, ctx := errgroup.WithContext(ctx)
	// What requests need ends after the last of them.
	behind, endBehind := context.WithCancel(context.WithoutCancel(ctx))
	defer endBehind()
	work.Go(func() error {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	work.Go(func() error {
		<-ctx.Done()
		srv.SetKeepAlivesEnabled(false)
		time.Sleep(drainTime)
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		defer endBehind()
		return srv.Shutdown(end)
	})
	work.Go(func() (err error) {
		d, err := c.openPatiently(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.close()) }()
		index, err := search.Open(ctx, filepath.Join(c.Data, "index"), d.Store, search.Options{Log: c.log, Progress: starting.Progress})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, index.Close()) }()
		use(site.New(cfg, d.Store, index, c.log).Routes(c.log))
		fmt.Printf("Praksiskataloget: http://%s/ (ready after %.1f s, stop with Ctrl-C)\n", ln.Addr(), time.Since(begun).Seconds())
		wake := make(chan struct{}, 1)
		follow, behind := errgroup.WithContext(behind)
		follow.Go(func() error { d.Listen(behind, wake); return nil })
		follow.Go(func() error { return index.Run(behind, wake) })
		return follow.Wait()
	})
	if err := work.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
