// Package embedded runs a private PostgreSQL server in a data folder, from the
// initdb and postgres programs that the machine already has.
//
// Every process that names the same folder shares one server: the first one in
// starts it, the last one out stops it. The server outlives its users' violent
// ends (kill -9, Ctrl-C in the terminal), and the next Start joins it, or
// starts it again if it has died. It listens on a Unix socket only, which
// nobody but the user running it can open; therefore no passwords.
//
// The folder holds
//
//	pg15/         the cluster, named by its major version
//	pg15.log      what the server writes
//	start.lock    held while a process starts, joins or leaves
//	users.lock    held, shared, by every process that uses the server
//	server.lock   held by the server's own processes as long as one of them lives
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// How long Start waits for a server that is starting, recovering or dying, and
// Stop for one that shuts down. Recovery after a crash replays at most what was
// written since the last checkpoint, seconds here, but disks can be slow.
const serverTimeout = 90 * time.Second

// The names of the lock files in the folder.
const (
	startLock  = "start.lock"
	usersLock  = "users.lock"
	serverLock = "server.lock"
)

// Server is a running PostgreSQL that this process uses. It is safe for
// concurrent use.
type Server struct {
	bin  Binaries
	dir  string // the folder given to Start, absolute and without symbolic links
	data string // the cluster in it
	sock string // the folder of the Unix socket
	port string // names the socket; nothing listens on TCP

	settings []string // that it is started with

	mu    sync.Mutex
	users *os.File // the shared lock; nil once stopped
}

// Start joins the server of the folder dir, or starts it, making folder,
// cluster and login roles first where they are missing. Settings ("name=value")
// are handed to a server that Start starts, and have no effect on one it joins.
//
// It returns ctx's error if that ends first, and otherwise errors of one line
// in English that say what to do: no usable PostgreSQL on the machine, a
// cluster made by another version or distribution, no right to the folder. A
// Start that fails leaves no server behind that was not there already.
//
// [Server.Keep] revives a server that dies under its users.
func Start(ctx context.Context, dir string, settings ...string) (_ *Server, err error) {
	for _, kv := range settings {
		if name, _, ok := strings.Cut(kv, "="); !ok || name == "" {
			return nil, fmt.Errorf("embedded PostgreSQL: setting %q is not of the form name=value", kv)
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded PostgreSQL: %w", err)
	}
	// A link may lead elsewhere tomorrow, while the server runs on.
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	gate, err := lock(ctx, filepath.Join(dir, startLock), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer gate.Close()

	s := &Server{dir: dir, settings: settings}
	if s.users, err = lock(ctx, filepath.Join(dir, usersLock), syscall.LOCK_SH); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.users.Close()
		}
	}()
	made := false
	if s.bin, s.data, made, err = choose(ctx, dir); err != nil {
		return nil, err
	}
	if !made {
		if err := s.initdb(ctx); err != nil {
			return nil, err
		}
	}
	if err := s.up(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// How often Keep looks, and how long it waits after it could not start the server.
const (
	lookEvery  = 250 * time.Millisecond
	reviveWait = 2 * time.Second
)

// Keep starts the server again whenever it has died, killed from outside or by
// the system for its memory, until ctx is done or the server is stopped. It logs
// what it does. Connections of before fail; those made after it came back work.
func (s *Server) Keep(ctx context.Context, log *slog.Logger) {
	for wait := lookEvery; sleep(ctx, wait) == nil; {
		revived, stopped, err := s.revive(ctx)
		wait = lookEvery
		switch {
		case stopped || ctx.Err() != nil:
			return
		case err != nil:
			log.Error("the private PostgreSQL has died and does not start again", "error", err)
			wait = reviveWait
		case revived:
			log.Warn("the private PostgreSQL had died and was started again")
		}
	}
}

// revive starts the server if no process of it is left.
func (s *Server) revive(ctx context.Context) (revived, stopped bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == nil {
		return false, true, nil
	}
	if lives, err := s.serverLives(); err != nil || lives {
		return false, false, err
	}
	gate, err := lock(ctx, filepath.Join(s.dir, startLock), syscall.LOCK_EX)
	if err != nil {
		return false, false, err
	}
	defer gate.Close()
	return true, false, s.up(ctx)
}

// Stop leaves the server, and shuts it down when nobody else uses it: open
// transactions are rolled back, what was committed is on disk. It waits until
// the last process of the server has gone, 90 s at most, and returns an error
// if one has not. A second Stop does nothing.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == nil {
		return nil
	}
	defer func() { s.users.Close(); s.users = nil }()
	ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
	defer cancel()
	// Behind the gate, so that nobody joins a server that is about to stop.
	gate, err := lock(ctx, filepath.Join(s.dir, startLock), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer gate.Close()
	if !tryLock(s.users, syscall.LOCK_EX) {
		return nil // somebody else uses it
	}
	return s.halt(ctx)
}

// StopUnused stops the server of the folder dir if no process uses it, as when
// all its users were killed. It reports whether it was unused; then none runs
// any more, unless there is an error.
func StopUnused(ctx context.Context, dir string) (unused bool, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return false, err
	}
	if dir, err = filepath.EvalSymlinks(dir); errors.Is(err, os.ErrNotExist) {
		return true, nil
	} else if err != nil {
		return false, err
	}
	gate, err := lock(ctx, filepath.Join(dir, startLock), syscall.LOCK_EX)
	if err != nil {
		return false, err
	}
	defer gate.Close()
	users, err := os.OpenFile(filepath.Join(dir, usersLock), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false, err
	}
	defer users.Close()
	if !tryLock(users, syscall.LOCK_EX) {
		return false, nil
	}
	clusters, err := clustersIn(dir)
	if err != nil {
		return true, err
	}
	for _, data := range clusters {
		s := &Server{dir: dir, data: data}
		err = errors.Join(err, s.halt(ctx))
	}
	return true, err
}

// Binaries tells which programs the server was found with.
func (s *Server) Binaries() Binaries { return s.bin }

// lock opens path, making it if need be, and waits until it can lock it. It
// asks again and again, since a waiting flock cannot be interrupted.
func lock(ctx context.Context, path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("embedded PostgreSQL: %w", err)
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			f.Close()
			return nil, fmt.Errorf("embedded PostgreSQL: locking %s: %w", path, err)
		}
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			f.Close()
			return nil, fmt.Errorf("embedded PostgreSQL: another process is starting or stopping the server in %s: %w", filepath.Dir(path), err)
		}
	}
}

func tryLock(f *os.File, how int) bool {
	return syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB) == nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
