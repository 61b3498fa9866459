package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"praksis/internal/api"
	"praksis/internal/auth"
	"praksis/internal/catalogue"
	"praksis/internal/desk"
	"praksis/internal/httpx"
	"praksis/internal/intake"
	"praksis/internal/jobs"
	"praksis/internal/letters"
	"praksis/internal/linkcheck"
	"praksis/internal/mail"
	"praksis/internal/ops/metrics"
	"praksis/internal/postgres"
	"praksis/internal/search"
	"praksis/internal/site"
	"praksis/web"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/errgroup"
)

type serveCmd struct {
	Addr             string `help:"Address to listen on: 127.0.0.1:8080 when not given, or the socket that systemd hands over." env:"PRAKSIS_ADDR" placeholder:"HOST:PORT"`
	ReadURL          string `secret:"part" help:"Address of a streaming replica of the database, to read public pages from while it can be read from; the server itself, without a pooler." env:"PRAKSIS_READ_URL" placeholder:"URL"`
	PublicURL        string `secret:"part" help:"Address that visitors use, for absolute links; https there turns on HSTS." env:"PRAKSIS_PUBLIC_URL" placeholder:"URL"`
	MetricsAddr      string `help:"Address to give out metrics at, for Prometheus: 127.0.0.1:9464 when not given, and none where others have that; \"none\" for none." env:"PRAKSIS_METRICS_ADDR" placeholder:"HOST:PORT"`
	AuthorityName    string `help:"Who answers for the catalogue." default:"KL" env:"PRAKSIS_AUTHORITY_NAME"`
	AuthorityContact string `help:"Function mailbox of the authority." env:"PRAKSIS_AUTHORITY_CONTACT" placeholder:"MAIL"`
	AccessibilityURL string `secret:"part" help:"The accessibility statement made in the state's tool; without it our own page serves." env:"PRAKSIS_ACCESSIBILITY_URL" placeholder:"URL"`
	Clamd            string `help:"Virus scanner to show attachments to: a path of a socket, or HOST:PORT." env:"PRAKSIS_CLAMD" placeholder:"ADDR"`
	TrustedProxies   int    `help:"How many reverse proxies of ours every request comes through, each of which adds to X-Forwarded-For; 0: the address of a visitor is that of the connection." default:"0" env:"PRAKSIS_TRUSTED_PROXIES" placeholder:"N"`
	CheckLinks       *bool  `help:"Check every week whether the addresses that published examples lead to still work. Without it, that is done where --public-url is given." negatable:"" env:"PRAKSIS_CHECK_LINKS"`
	backupFlags      `embed:""`
	BackupKeep       int    `help:"How many days backups are kept in --backup-dir." default:"14" env:"PRAKSIS_BACKUP_KEEP" placeholder:"DAYS"`
	DrillURL         string `help:"Address, with the rights of its owner, of an empty database that drills restore into and empty again; without it each makes one beside the catalogue's and drops it." env:"PRAKSIS_DRILL_URL" secret:"part" placeholder:"URL"`
	oidcFlags        `embed:""`
	mailFlags        `embed:""`
}

// Timeouts of a connection. A client that is slower is not served, so that
// slow ones cannot hold all connections (faults.md, row 15).
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 60 * time.Second
	// drainTime answers "Connection: close" before the listener closes, so that
	// no request fails at a restart (faults.md, section 2).
	drainTime = 300 * time.Millisecond
	// shutdownTime is how long requests that are being answered may go on, uploads
	// too (faults.md, row 31).
	shutdownTime = 30 * time.Second
	stopJobsTime = 10 * time.Second
	// startPatience is how long visitors wait in a socket that was handed over, for
	// whole pages: after a restart these are there sooner. After it they are told.
	startPatience = 20 * time.Second
)

// Run serves until it is told to stop. It answers from the first moment: that it is
// starting until the database is open, then with all that needs no search, and with
// everything when the index is ready. Only on a socket that was handed over visitors
// wait for everything, for a while: that is a restart, and nobody is told.
func (s *serveCmd) Run(ctx context.Context, c *cli) error {
	begun := time.Now()
	ln, handed, err := listen(s.Addr)
	if err != nil {
		addr, _ := readAddr(ctx, s.Addr)
		return errors.Join(err, s.check(c, addr)) // all that is wrong, at once
	}
	defer ln.Close() // where the start goes no further
	if err := s.check(c, ln.Addr()); err != nil {
		return err
	}
	for _, said := range c.settings.Unknown() {
		c.log.Warn(said)
	}
	version, err := build()
	if err != nil {
		return err
	}
	cfg := site.Config{PublicURL: s.PublicURL, AccessibilityURL: s.AccessibilityURL, Build: version,
		Authority: web.Authority{Name: s.AuthorityName, Contact: s.AuthorityContact}}
	cfg.Clamd, cfg.LogTogether = s.Clamd, c.logTogether
	numbers, asked := metrics.New(version), metrics.Sources{Folders: map[string]string{"data": c.Data, "temporary": os.TempDir()}}
	numbers.Use(asked)
	endMetrics, err := s.giveOut(ctx, numbers, c.log)
	if err != nil {
		return err
	}
	defer endMetrics()
	sender, inbox, err := s.sender(ln.Addr(), cfg.PublicURL, c.Data, c.log)
	if err != nil {
		return err
	}
	local := onLoopback(ln.Addr()) && localURL(cfg.PublicURL)
	var demo <-chan demoPassword // while the database starts
	if local && c.DatabaseURL == "" {
		demo = newDemoPassword(ctx)
	}
	starting := site.NewStarting(cfg, c.log)
	var handler atomic.Pointer[http.Handler]
	use := func(h http.Handler) { handler.Store(&h) }
	use(starting)
	var served atomic.Uint64      // requests
	var building atomic.Bool      // the index
	ready := make(chan func(), 1) // what tidies memory, once all is there
	srv := &http.Server{
		Handler: httpx.ClientAddress(s.TrustedProxies, c.log)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			served.Add(1)
			(*handler.Load()).ServeHTTP(w, r)
		})),
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: httpx.MaxHeaderBytes, ErrorLog: slog.NewLogLogger(c.log.Handler(), slog.LevelDebug),
	}
	whole := httpx.Whole{Listener: ln}
	srv.ConnContext = whole.Conn
	var ending drain
	ending.install(srv)
	work, ctx := errgroup.WithContext(ctx)
	// What requests need ends after the last of them.
	background, cancelBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer cancelBackground()
	complete, stopped := make(chan struct{}), make(chan struct{})
	work.Go(func() error {
		defer close(stopped)
		if handed {
			select {
			case <-complete:
			case <-time.After(startPatience):
			case <-ctx.Done():
				return nil
			}
		}
		if err := srv.Serve(whole); ctx.Err() == nil { // before it was told to stop
			return err
		}
		return nil
	})
	work.Go(func() error { return manageMemory(ctx, &served, &building, ready, os.Getenv("GOGC") != "") })
	work.Go(func() error {
		<-ctx.Done()
		tellManager(daemon.SdNotifyStopping, c.log)
		defer cancelBackground()
		return ending.end(srv, ln, stopped, c.log)
	})
	work.Go(func() (err error) {
		d, err := c.openPatiently(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.close()) }()
		asked.Store = d.Store
		numbers.Use(asked)
		if d.Polls() {
			c.log.Info("nothing is woken through the pooler: changes and jobs are found by looking for them (--direct-url leads past it)")
		}
		if d.server != nil {
			go d.server.Keep(ctx, c.log)
			err := c.patiently(ctx, func() error {
				_, err := loadSeeds(ctx, d.Store, c.log)
				return err
			})
			if err != nil {
				return err
			}
		}
		err = c.patiently(ctx, func() error {
			made, err := d.Reshape(ctx, starting.Progress)
			if made > 0 {
				c.log.Info("public read model made again for this build", "practices", made, "shape", postgres.Shape)
			}
			return err
		})
		if err != nil {
			return err
		}
		if s.ReadURL != "" {
			if err := c.patiently(ctx, func() error { return d.UseReplica(ctx, s.ReadURL, c.log) }); err != nil {
				return err
			}
			go d.FollowReplica(background)
		}
		var index *search.Index
		err = c.patiently(ctx, func() (err error) {
			index, err = search.Start(ctx, filepath.Join(c.Data, "index"), d.Store, search.Options{Log: c.log})
			return err
		})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, index.Close()) }()
		mails := letters.Letters{Base: baseURL(cfg.PublicURL, ln.Addr())}
		d.Letters, d.MailHost, d.Unsubscribe = mails.Compose, mails.Host(), mails.Unsubscribe
		signIn := auth.New(auth.Config{Secure: strings.HasPrefix(cfg.PublicURL, "https://"), Loopback: local, Client: httpx.Client,
			OIDC: s.oidc(mails.Base + desk.PathOIDCCallback)}, d.Store, c.log)
		defer signIn.Close()
		if inbox != nil {
			d.ForgetMails = inbox.Forget
		}
		if err := c.patiently(ctx, func() error { return c.eraseSince(ctx, d) }); err != nil {
			return err
		}
		var stopJobs func(context.Context) error
		err = c.patiently(ctx, func() (err error) {
			stopJobs, err = jobs.Start(ctx, d.Store, sender, s.linkChecker(mails.Base), index, s.operations(d, time.Duration(s.BackupKeep)*24*time.Hour, s.DrillURL, index), c.log)
			return err
		})
		if err != nil {
			return err
		}
		defer func() {
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopJobsTime)
			defer cancel()
			err = errors.Join(err, stopJobs(end))
		}()
		editors := desk.New(desk.Config{PublicURL: cfg.PublicURL, Authority: cfg.Authority, Clamd: s.Clamd, ChecksLinks: s.checksLinks()}, d.Store, index, signIn, c.log)
		cfg.Checks = []site.Check{
			{Name: "queue", Serves: true, Do: func(ctx context.Context) error { return d.CheckQueue(ctx, time.Now().UTC()) }},
			{Name: "disk", Serves: true, Do: checkDisks(c.Data)},
		}
		if s.ReadURL != "" {
			cfg.Checks = append(cfg.Checks, site.Check{Name: "replica", Serves: true, Do: d.CheckReplica})
		}
		pages := site.New(cfg, d.Store, index, c.log)
		defer pages.FlushLog()
		programs := api.New(api.Config{PublicURL: cfg.PublicURL, Authority: cfg.Authority, Build: cfg.Build, Problem: site.NewProblems(cfg).Page}, d.Store, index, c.log)
		use(router(pages.Routes(c.log), map[string]http.Handler{web.PathDesk: editors.Routes(), catalogue.PathAPI: programs.Routes(c.log)}, inbox, c.log))
		asked.Index, asked.Caches = index, map[string]func() httpx.CacheStats{"pages": pages.CacheStats, "api": programs.CacheStats}
		numbers.Use(asked)
		building.Store(true)
		if err := c.patiently(ctx, func() error { return index.Prepare(ctx) }); err != nil {
			if ctx.Err() != nil {
				<-background.Done() // requests go on until they are answered
			}
			return err
		}
		building.Store(false)
		close(complete)
		tellManager(daemon.SdNotifyReady, c.log)
		if demo != nil {
			if err := printDemo(ctx, d.Store, demo, ln.Addr()); err != nil {
				return err
			}
		}
		intake.Prepare(c.Data, c.log) // a file that comes before it is ready is not read
		fmt.Printf("Praksiskataloget: http://%s/ (ready after %.1f s, stop with Ctrl-C)\n", ln.Addr(), time.Since(begun).Seconds())
		wake := make(chan struct{}, 1)
		follow, behind := errgroup.WithContext(background)
		follow.Go(func() error { d.Listen(behind, wake); return nil })
		follow.Go(func() error { pages.NoteSearches(behind); return nil })
		follow.Go(func() error { d.KeepShape(behind, c.log); return nil })
		follow.Go(func() error { return index.Run(behind, wake) })
		follow.Go(func() error {
			readAhead(behind, d.Store, index, c.log)
			ready <- func() {
				if err := index.Tidy(); err != nil {
					c.log.Warn("the index's memory cannot be tidied", "err", err)
				}
				d.Store.Tidy()
				pages.Tidy()
				programs.Tidy()
			}
			return nil
		})
		return follow.Wait()
	})
	if err := work.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// readAhead reads what visitors will ask for. What cannot be read now is read when it
// is asked for.
func readAhead(ctx context.Context, store *postgres.Store, index *search.Index, log *slog.Logger) {
	if err := store.Warm(ctx); err != nil && ctx.Err() == nil {
		log.Warn("practices cannot be read ahead", "err", err)
	}
	if err := index.Warm(ctx); err != nil && ctx.Err() == nil {
		log.Warn("the index cannot be read ahead", "err", err)
	}
}

// checksLinks tells whether addresses are checked: where nobody has said, in a
// catalogue that is public.
func (s *serveCmd) checksLinks() bool {
	if s.CheckLinks != nil {
		return *s.CheckLinks
	}
	return s.PublicURL != "" && !localURL(s.PublicURL)
}

// linkChecker checks in the name of the catalogue at base; nil where it is not to.
func (s *serveCmd) linkChecker(base string) *linkcheck.Checker {
	if !s.checksLinks() {
		return nil
	}
	return linkcheck.New(base)
}

// router serves what is below some paths, and the inbox if there is one, beside the
// public pages.
// Each routes whole paths and logs its own requests: in a router that all were
// mounted in, the log could not tell a request that no route takes.
func router(public http.Handler, beside map[string]http.Handler, inbox *mail.Inbox, log *slog.Logger) http.Handler {
	if inbox != nil {
		r := chi.NewRouter()
		r.Use(httpx.Identify, httpx.Log(log), httpx.SecurityHeaders(false))
		r.Mount(mail.InboxPath, inbox)
		beside[mail.InboxPath] = r
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for path, h := range beside {
			if r.URL.Path == path || strings.HasPrefix(r.URL.Path, path+"/") {
				h.ServeHTTP(w, r)
				return
			}
		}
		public.ServeHTTP(w, r)
	})
}

// printDemo prints how to sign in at the desk of a run on loopback.
func printDemo(ctx context.Context, store *postgres.Store, made <-chan demoPassword, addr net.Addr) error {
	who, password, err := demoEditor(ctx, store, made, time.Now().UTC())
	if err != nil {
		return err
	}
	fmt.Printf("The desk:         http://%s%s  sign in as %s with the password %s\n", addr, web.PathDesk, who, password)
	fmt.Printf("Mails that would have been sent: http://%s%s\n", addr, mail.InboxPath)
	return nil
}
