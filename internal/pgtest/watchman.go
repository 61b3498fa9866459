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
// may be killed. So it leaves a watchman behind: the same executable once more,
// with this variable naming the server's folder. It is one process for the
// folder, asks every few seconds whether anybody uses the server, stops it when
// nobody does, and ends.
const watchmanEnv = "PRAKSIS_PGTEST_WATCHMAN"

// round is the time between two looks. Until then the next go test finds the
// server running.
var round = 3 * time.Second

func init() {
	if dir := os.Getenv(watchmanEnv); dir != "" {
		stand(dir)
		os.Exit(0)
	}
}

// watch sees to it that there is a watchman.
func watch(dir string) error {
	post := takePost(dir)
	if post == nil {
		return nil // he is there
	}
	post.Close()
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(exe)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), watchmanEnv+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // he outlives Ctrl-C
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the watchman: %w", err)
	}
	return cmd.Process.Release()
}

// stand is the watchman's work.
func stand(dir string) {
	for post := takePost(dir); post != nil; post = takePost(dir) {
		for unused := false; !unused; {
			time.Sleep(round)
			var err error
			if unused, err = stopUnused(dir); err != nil {
				return // the folder has been deleted, perhaps
			}
		}
		// Somebody may have come after the stop, seen the post taken, and
		// relied on us: look again when it is free.
		post.Close()
		if unused, err := stopUnused(dir); unused || err != nil {
			return
		}
	}
}

func stopUnused(dir string) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return embedded.StopUnused(ctx, dir)
}

// takePost returns the locked file that says there is a watchman, or nil if
// there is another.
func takePost(dir string) *os.File {
	f, err := os.OpenFile(filepath.Join(dir, "watchman.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		f.Close()
		return nil
	}
	return f
}
