package postgres_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	template "praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// line leads to a server, and can be stopped (nothing comes through, nobody is told) or
// cut.
type line struct {
	address string // of a database, by way of the line
	mu      sync.Mutex
	open    []net.Conn
	stopped chan struct{} // closed: goes on
	cut     bool
}

func lineTo(t *testing.T, address string) *line {
	t.Helper()
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	network, at := pgconn.NetworkAddress(cfg.Host, cfg.Port)
	l := &line{stopped: make(chan struct{})}
	close(l.stopped)
	u := url.URL{Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: ln.Addr().String(), Path: "/" + cfg.Database, RawQuery: "sslmode=disable"}
	l.address = u.String()
	t.Cleanup(func() { ln.Close(); l.set(false, true) })
	go func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial(network, at)
			l.mu.Lock()
			cut := l.cut || err != nil
			if !cut {
				l.open = append(l.open, client, server)
			}
			l.mu.Unlock()
			if cut {
				client.Close()
				continue
			}
			go l.carry(client, server)
			go l.carry(server, client)
		}
	}()
	return l
}

func (l *line) carry(to io.WriteCloser, from io.Reader) {
	defer to.Close()
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		l.mu.Lock()
		stopped := l.stopped
		l.mu.Unlock()
		<-stopped
		if _, failed := to.Write(piece[:n]); failed != nil || err != nil {
			return
		}
	}
}

func (l *line) set(stopped, cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.stopped:
		if stopped {
			l.stopped = make(chan struct{})
		}
	default:
		if !stopped {
			close(l.stopped)
		}
	}
	if l.cut = cut; cut {
		for _, c := range l.open {
			c.Close()
		}
		l.open = nil
	}
}

// replicated is a store whose pages are read from a replica, by way of a line. Both are
// databases of one server, and nothing goes from one to the other. In the replica the
// practice has the title "Replik", and in the primary "Primær".
func replicated(t *testing.T) (s *postgres.Store, primary, copied *pgxpool.Pool, l *line, id int64) {
	t.Helper()
	primary, copied = template.New(t), template.New(t)
	id = somePractices(t, primary, 1)[0]
	retitle(t, primary, "Primær", id)
	retitle(t, copied, "Replik", id)
	l = lineTo(t, copied.Config().ConnString())
	s, err := postgres.Open(t.Context(), postgres.Access{URL: primary.Config().ConnString()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.UseReplica(t.Context(), l.address, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	followed := make(chan struct{})
	go func() { s.FollowReplica(ctx); close(followed) }()
	t.Cleanup(func() { stop(); <-followed; s.Close() })
	return s, primary, copied, l, id
}

// until waits for something to be so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for begun := time.Now(); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("not within 30 s: %s", what)
		}
	}
}

// titleOf is the title of a practice as it is read, and kept nowhere, within the time that
// a request has.
func titleOf(t *testing.T, s *postgres.Store, id int64) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	list, err := s.LastChanged(ctx, []int64{id}, 1)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0].Practice.Title
}

// Pages come from the replica while it answers, and from the primary when it hangs, has
// gone, is locked or has an older schema; and from the replica again.
func TestReplicaFailsAndComesBack(t *testing.T) {
	t.Parallel()
	s, primary, copied, l, id := replicated(t)
	from := func(what, want string) {
		t.Helper()
		if got := titleOf(t, s, id); got != want {
			t.Errorf("%s: %s", what, got)
		}
	}
	from("at first", "Replik")
	var slug string
	if err := primary.QueryRow(t.Context(), `SELECT slug FROM public_practice WHERE id = $1`, id).Scan(&slug); err != nil {
		t.Fatal(err)
	}
	if _, p, err := s.PublicPractice(t.Context(), 0, slug); err != nil || p.Title != "Primær" {
		t.Errorf("as it is now: %v", err)
	}
	var lock pgx.Tx
	for _, fault := range []struct {
		what        string
		begin, mend func() error
	}{
		{"hangs", func() error { l.set(true, false); return nil }, func() error { l.set(false, false); return nil }},
		{"has gone", func() error { l.set(false, true); return nil }, func() error { l.set(false, false); return nil }},
		{"is locked", func() (err error) {
			if lock, err = copied.Begin(t.Context()); err == nil {
				_, err = lock.Exec(t.Context(), `LOCK TABLE public_practice IN ACCESS EXCLUSIVE MODE`)
			}
			return err
		}, func() error { return lock.Rollback(t.Context()) }},
		{"has an older schema", func() error { return asOwner(t, copied, `ALTER TABLE public_practice RENAME page TO older`) },
			func() error { return asOwner(t, copied, `ALTER TABLE public_practice RENAME older TO page`) }},
	} {
		if err := fault.begin(); err != nil {
			t.Fatal(err)
		}
		from(fault.what, "Primær")
		if _, err := s.Version(t.Context()); err != nil {
			t.Errorf("%s: %v", fault.what, err)
		}
		if err := fault.mend(); err != nil {
			t.Fatal(err)
		}
		until(t, "read again, when it no longer "+fault.what, func() bool { return titleOf(t, s, id) == "Replik" })
	}
	if err := s.CheckReplica(t.Context()); err != nil {
		t.Error(err)
	}
}

// asOwner runs a statement with the rights of the schema's owner.
func asOwner(t *testing.T, pool *pgxpool.Pool, sql string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), strings.Replace(pool.Config().ConnString(), "praksis_app", "praksis_owner", 1))
	if err != nil {
		return err
	}
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), sql)
	return err
}

const anotherDatabase = `UPDATE catalogue_version SET identity = gen_random_uuid()`

// The version is the replica's; one that stays behind is left, and is not gone back to
// before it has come as far as what was read meanwhile.
func TestReplicaNeverGoesBackwards(t *testing.T) {
	t.Parallel()
	s, primary, copied, _, id := replicated(t)
	at := version(t, s)
	const publish = `UPDATE catalogue_version SET n = n + 1`
	execSQL(t, primary, publish)
	if got := version(t, s); got != at {
		t.Errorf("at once: version %d, the replica has %d", got, at)
	}
	until(t, "a replica that stays behind is left", func() bool { return version(t, s) == at+1 })
	if err := s.CheckReplica(t.Context()); err == nil {
		t.Error("nobody is told that it is behind")
	}
	for range 30 { // some looks
		if got := version(t, s); got != at+1 {
			t.Fatalf("back to version %d", got)
		}
		time.Sleep(50 * time.Millisecond)
	}
	execSQL(t, copied, publish)
	until(t, "read again", func() bool { return s.CheckReplica(t.Context()) == nil })
	if got := version(t, s); got != at+1 || titleOf(t, s, id) != "Replik" {
		t.Errorf("version %d", got)
	}
	// A primary that has lost something is the truth all the same.
	execSQL(t, copied, publish)
	if got := version(t, s); got != at+2 {
		t.Errorf("version %d", got)
	}
	if err := asOwner(t, copied, anotherDatabase); err != nil {
		t.Fatal(err)
	}
	until(t, "another database is left", func() bool { return version(t, s) == at+1 })
}

// What cannot be a replica is told at the start; one that is away is waited for
// meanwhile.
func TestReplicaAtStart(t *testing.T) {
	primary, copied := template.New(t), template.New(t)
	s, err := postgres.Open(t.Context(), postgres.Access{URL: primary.Config().ConnString()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	log := slog.New(slog.DiscardHandler)
	use := func(address string) error { return s.UseReplica(t.Context(), address, log) }
	refused(t, "a pooler", use(poolered(t, copied.Config().ConnString())), "replica address", "server itself")
	refused(t, "a setting", use(with(t, copied.Config().ConnString(), "gssencmode=require")), "replica address")
	l := lineTo(t, copied.Config().ConnString())
	l.set(false, true)
	if err := use(l.address); err != nil {
		t.Fatal(err)
	}
	if s.CheckReplica(t.Context()) == nil {
		t.Error("nobody is told that it is away")
	}
	version(t, s)
	if err := asOwner(t, copied, anotherDatabase); err != nil {
		t.Fatal(err)
	}
	refused(t, "another database", use(copied.Config().ConnString()), "streaming replica")
}

// Connections that lead to a primary that is one no longer are thrown away, and what was
// to be written is written by new ones; where all are so it is told as passing.
func TestConnectionsToAFormerPrimary(t *testing.T) {
	app := template.New(t).Config().ConnString()
	s, err := postgres.Open(t.Context(), postgres.Access{URL: app})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var held []*pgxpool.Conn
	for range 3 {
		c, err := s.Pools()[0].Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(t.Context(), `SET default_transaction_read_only = on`); err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	for _, c := range held {
		c.Release()
	}
	if err := s.BeginShortlist(t.Context(), strings.Repeat("a", 43), now); err != nil {
		t.Errorf("written by connections to a former primary: %v", err)
	}
	only, err := postgres.Open(t.Context(), postgres.Access{URL: with(t, app, "default_transaction_read_only=on")})
	if err != nil {
		t.Fatal(err)
	}
	defer only.Close()
	if err := only.BeginShortlist(t.Context(), strings.Repeat("b", 43), now); !errors.Is(err, catalogue.ErrUnavailable) {
		t.Errorf("there is no primary: %v", err)
	}
}
