package pgtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"praksis/internal/postgres/embedded"
)

// A test process cannot stop the server at its end: it is not told of it, and
// may be killed. So it leaves a supervisor behind: the same executable once more,
// with this variable naming the server's folder. It is one process for the
// folder, asks every few seconds whether anybody uses the server, stops it when
// nobody does, and ends.
const supervisorEnv = "PRAKSIS_PGTEST_SUPERVISOR"

// supervisionInterval is the time between two looks. Until then the next go test finds the
// server running.
var supervisionInterval = 3 * time.Second

func init() {
	if dir := os.Getenv(supervisorEnv); dir != "" {
		supervise(dir)
		os.Exit(0)
	}
}

// startSupervisor sees to it that there is a supervisor.
func startSupervisor(dir string) error {
	held := lockSupervisor(dir)
	if held == nil {
		return nil // he is there
	}
	held.Close()
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(exe)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), supervisorEnv+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // he outlives Ctrl-C
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the supervisor: %w", err)
	}
	return cmd.Process.Release()
}

// supervise is the supervisor's work.
func supervise(dir string) {
	for held := lockSupervisor(dir); held != nil; held = lockSupervisor(dir) {
		for unused := false; !unused; {
			time.Sleep(supervisionInterval)
			var err error
			if unused, err = stopUnused(dir); err != nil {
				return // the folder has been deleted, perhaps
			}
		}
		// Somebody may have come after the stop, seen the lock held, and
		// relied on us: look again when it is free.
		held.Close()
		if unused, err := stopUnused(dir); unused || err != nil {
			return
		}
	}
}

func stopUnused(dir string) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
	defer cancel()
	return embedded.StopUnused(ctx, dir)
}

// lockSupervisor returns the locked file that says there is a supervisor, or nil if
// there is another.
func lockSupervisor(dir string) *os.File {
	f, err := os.OpenFile(filepath.Join(dir, "supervisor.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		f.Close()
		return nil
	}
	return f
}
