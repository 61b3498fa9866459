package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// The socket's name in its folder: PostgreSQL makes it from the port.
const (
	socketPort = "5432"
	socketName = ".s.PGSQL." + socketPort
)

// The path of a Unix socket has at most 108 bytes on Linux and 104 on macOS,
// with a zero at the end.
const maxSocketDir = 103 - len("/"+socketName)

// maxLog is the size in bytes at which a starting server's log is put aside,
// replacing the one put aside before.
const maxLog = 10 << 20

func (s *Server) logFile() string { return s.data + ".log" }
func (s *Server) pidFile() string { return filepath.Join(s.data, "postmaster.pid") }

// up makes the server answer and have its roles. The caller holds the gate.
func (s *Server) up(ctx context.Context) error {
	conn, err := s.join(ctx)
	if err != nil {
		return err
	}
	started := conn == nil
	if started {
		if conn, err = s.launch(ctx); err != nil {
			return err
		}
	}
	err = errors.Join(ensureRoles(ctx, conn), conn.Close(ctx))
	if err != nil && started {
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), serverTimeout)
		defer cancel()
		err = errors.Join(err, s.halt(clean))
	}
	return err
}

// join waits for a server that is starting, recovering or dying, and connects
// to it. It returns nil if none is left, having removed the files by which
// PostgreSQL itself would refuse to start after a kill -9 or a reboot: it does
// so while the number in them belongs to any process, a zombie or a stranger.
func (s *Server) join(ctx context.Context) (*pgx.Conn, error) {
	last := errors.New("it is not ready")
	for end := time.Now().Add(serverTimeout); ; {
		pm := s.postmaster()
		ours, err := s.serverLives()
		if err != nil {
			return nil, err
		}
		byHand, known := false, true
		if !ours && pm.found {
			// Somebody may have run pg_ctl on the cluster, without our lock.
			byHand, known = worksIn(s.data)
		}
		if !ours && !byHand {
			if known && pm.found {
				os.Remove(s.pidFile())
			}
			return nil, nil
		}
		if pm.ready {
			s.sock, s.port = pm.sock, pm.port
			conn, err := s.connect(ctx)
			if err == nil {
				return conn, nil
			}
			last = err // it may be dying
		}
		if err := sleep(ctx, 25*time.Millisecond); err != nil {
			return nil, err
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("the PostgreSQL that runs in %s does not answer (%w): look in %s", s.data, last, s.logFile())
		}
	}
}

// launch starts the server and waits until it answers. It is started directly,
// without pg_ctl and its shell, in a session of its own, so that the terminal's
// Ctrl-C does not reach it.
func (s *Server) launch(ctx context.Context) (*pgx.Conn, error) {
	if err := s.chooseSocket(); err != nil {
		return nil, err
	}
	if info, err := os.Stat(s.logFile()); err == nil && info.Size() > maxLog {
		os.Rename(s.logFile(), s.logFile()+".old")
	}
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	before, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	// Every process of the server inherits this lock and none can lose it but
	// by ending: the one sure sign of whether any is left, in containers too.
	alive, err := lock(ctx, filepath.Join(s.dir, serverLock), syscall.LOCK_SH)
	if err != nil {
		return nil, err
	}
	defer alive.Close()

	args := []string{"-D", s.data}
	for _, kv := range append(slices.Clip(s.settings),
		"listen_addresses=", "port="+socketPort, "unix_socket_permissions=0700",
		`unix_socket_directories="`+strings.ReplaceAll(s.sock, `"`, `""`)+`"`) {
		args = append(args, "-c", kv)
	}
	cmd := s.command(exec.Command, "postgres", args...) // it outlives ctx
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{alive}
	if err := cmd.Start(); err != nil {
		return nil, s.cannotRun("postgres", err)
	}
	gone := make(chan struct{})
	go func() { cmd.Wait(); close(gone) }()

	for end := time.Now().Add(serverTimeout); ; {
		select {
		case <-gone:
			return nil, fmt.Errorf("PostgreSQL does not start in %s: %s: look in %s", s.data, reason(log, before), s.logFile())
		default:
		}
		err := sleep(ctx, 5*time.Millisecond)
		if pm := s.postmaster(); err == nil && pm.ready && pm.pid == cmd.Process.Pid {
			var conn *pgx.Conn
			if conn, err = s.connect(ctx); err == nil {
				return conn, nil
			}
		}
		if err == nil && time.Now().After(end) {
			err = fmt.Errorf("PostgreSQL in %s does not become ready: look in %s", s.data, s.logFile())
		}
		if err != nil {
			cmd.Process.Signal(syscall.SIGINT)
			select {
			case <-gone:
			case <-time.After(10 * time.Second):
				cmd.Process.Kill() // crash recovery is for this
				<-gone
			}
			return nil, err
		}
	}
}

// halt shuts the server down and waits until its last process has gone. One
// that somebody else has started by hand is left alone.
func (s *Server) halt(ctx context.Context) error {
	for asked := 0; ; {
		lives, err := s.serverLives()
		if err != nil {
			return err
		}
		if !lives {
			s.dropSocketDir()
			return nil
		}
		// The file may be stale, or not there yet: the number must be that of
		// a process in our cluster before it is sent a signal.
		if pm := s.postmaster(); pm.found && pm.pid != asked && isIn(pm.pid, s.data) {
			if err := syscall.Kill(pm.pid, syscall.SIGINT); err != nil && err != syscall.ESRCH {
				return fmt.Errorf("stopping PostgreSQL in %s: %w", s.data, err)
			}
			asked = pm.pid
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return fmt.Errorf("PostgreSQL in %s does not stop (%w): look in %s", s.data, err, s.logFile())
		}
	}
}

// postmaster is what postmaster.pid tells.
type postmaster struct {
	found, ready bool
	pid          int
	port, sock   string
}

func (s *Server) postmaster() (pm postmaster) {
	text, err := os.ReadFile(s.pidFile())
	if err != nil {
		return pm
	}
	pm.found = true
	// pid, data folder, start time, port, socket folder, address, memory, status
	l := strings.Split(string(text), "\n")
	pm.pid, _ = strconv.Atoi(strings.TrimSpace(l[0]))
	if pm.pid > 1 && len(l) >= 8 {
		pm.port, pm.sock = l[3], l[4]
		pm.ready = strings.TrimSpace(l[7]) == "ready"
	}
	return pm
}

// serverLives tells whether any process of a server that Start has started
// still lives.
func (s *Server) serverLives() (bool, error) {
	f, err := os.OpenFile(filepath.Join(s.dir, serverLock), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return !tryLock(f, syscall.LOCK_EX), nil
}

// worksIn tells whether any process works in the folder data, as those of a
// server do; known is false where there is no /proc to ask.
func worksIn(data string) (works, known bool) {
	cwds, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, cwd := range cwds {
		if sameDir(cwd, data) {
			return true, true
		}
	}
	return false, len(cwds) > 0
}

// isIn tells whether the process pid works in the folder data, and believes it
// where there is no /proc to ask.
func isIn(pid int, data string) bool {
	if _, err := os.Stat("/proc/self/cwd"); err != nil {
		return true
	}
	return sameDir("/proc/"+strconv.Itoa(pid)+"/cwd", data)
}

func sameDir(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// chooseSocket sets the folder of the socket: the data folder, or one in the
// folder for temporary files when that path is too long, or has a comma, which
// separates hosts in a connection string. What a dead server left is removed.
func (s *Server) chooseSocket() error {
	s.port, s.sock = socketPort, s.dir
	if len(s.dir) > maxSocketDir || strings.Contains(s.dir, ",") {
		s.sock = s.shortSocketDir()
		if len(s.sock) > maxSocketDir || strings.Contains(s.sock, ",") {
			return fmt.Errorf("no Unix socket fits in %s: choose a data folder or a TMPDIR with a shorter path", s.sock)
		}
		if err := os.Mkdir(s.sock, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
		// Anybody may make folders there; whoever owns this one owns the server.
		info, err := os.Lstat(s.sock)
		if err != nil {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Geteuid() || info.Mode().Perm() != 0o700 {
			return fmt.Errorf("%s is not a folder of ours alone: remove it, or set TMPDIR, or choose a data folder with a shorter path", s.sock)
		}
	}
	os.Remove(filepath.Join(s.sock, socketName))
	os.Remove(filepath.Join(s.sock, socketName+".lock"))
	return nil
}

// dropSocketDir removes the socket's folder if it is not the data folder.
func (s *Server) dropSocketDir() {
	if s.sock != "" && s.sock != s.dir && strings.HasPrefix(filepath.Base(s.sock), socketDirPrefix) {
		os.Remove(s.sock)
	}
}

// run executes a program of PostgreSQL to its end, or ends it when ctx does, and
// returns when none of its children is left either.
func (s *Server) run(ctx context.Context, name string, args ...string) error {
	// Its children inherit this lock, as the server's processes do.
	alive, err := lock(ctx, filepath.Join(s.dir, serverLock), syscall.LOCK_SH)
	if err != nil {
		return err
	}
	cmd := s.command(func(name string, args ...string) *exec.Cmd {
		return exec.CommandContext(ctx, name, args...)
	}, name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = &out, &out, []*os.File{alive}
	// initdb then ends its children in order. Killed, they would leave shared
	// memory with the kernel.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Start()
	alive.Close()
	if ctx.Err() != nil && err != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return s.cannotRun(name, err)
	}
	if err = cmd.Wait(); err == nil {
		return nil
	}
	if ctx.Err() != nil {
		for end := time.Now().Add(cmd.WaitDelay); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if lives, err := s.serverLives(); err != nil || !lives {
				return errors.Join(context.Cause(ctx), err)
			}
		}
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		return context.Cause(ctx)
	}
	return fmt.Errorf("%s in %s failed (%w): %s", name, s.bin.Dir, err, whatFailed(out.Bytes()))
}

// whatFailed is the line of a program's output that says what went wrong: the
// first that PostgreSQL marks as an error, or else the last that does not tell
// of the clearing up after it.
func whatFailed(out []byte) string {
	last := ""
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.Contains(line, "FATAL:"), strings.Contains(line, "error:"):
			return line
		case line == "", strings.HasPrefix(line, "initdb: removing "), strings.HasPrefix(line, "child process exited "):
		default:
			last = line
		}
	}
	return last
}

// command prepares a program of PostgreSQL. Of the environment it gets the
// little it needs: PGPORT or TZ would change its mind, NOTIFY_SOCKET speak for
// us to systemd, and our secrets are none of its business.
func (s *Server) command(make func(string, ...string) *exec.Cmd, name string, args ...string) *exec.Cmd {
	cmd := make(filepath.Join(s.bin.Dir, name), args...)
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC"}
	for _, k := range []string{"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(k); ok {
			cmd.Env = append(cmd.Env, k+"="+v)
		}
	}
	cmd.Dir = s.dir
	cmd.SysProcAttr = ownSession()
	return cmd
}

// cannotRun explains why a program did not even begin.
func (s *Server) cannotRun(name string, err error) error {
	if os.Geteuid() == 0 && (errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EUSERS)) {
		return fmt.Errorf("PostgreSQL does not run as root, and this kernel or container refuses the user namespace that would help (%w): run praksis as an ordinary user, or set DATABASE_URL", err)
	}
	return fmt.Errorf("%s in %s cannot be run (%w): %s", name, s.bin.Dir, err, remedy)
}

// reason is what the server wrote last, from the given place in its log on,
// and of that the complaint.
func reason(log *os.File, from int64) string {
	const enough = 64 << 10 // bytes
	text, err := io.ReadAll(io.NewSectionReader(log, from, enough))
	if err != nil || len(bytes.TrimSpace(text)) == 0 {
		return "it says nothing"
	}
	for line := range bytes.Lines(text) {
		for _, severity := range []string{"FATAL:", "PANIC:", "error:"} {
			if _, why, ok := strings.Cut(string(line), severity); ok {
				return strings.TrimSpace(why)
			}
		}
	}
	return lastLine(text)
}
