package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The test binary runs itself again as hold.
const helperEnv = "PRAKSIS_HOLD_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helperEnv) != "" {
		main()
	}
	os.Exit(m.Run())
}

// hold prepares the command with a server of its own in dir.
func hold(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), helperEnv+"=1", "PRAKSIS_PGTEST_DIR="+dir)
	return cmd
}

func code(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatal(err)
	}
	return exit.ExitCode()
}

func TestHold(t *testing.T) {
	dir, err := os.MkdirTemp("", "hold-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	up := func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "pg*", "postmaster.pid"))
		return len(found) > 0
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"the server is up meanwhile", []string{"--", "sh", "-c", `cat "$PRAKSIS_PGTEST_DIR"/pg*/postmaster.pid`}, 0, "ready"},
		{"exit code, and no dashes", []string{"sh", "-c", "exit 7"}, 7, ""},
		{"the command is killed", []string{"--", "sh", "-c", "kill -KILL $$"}, 128 + 9, ""},
		{"no such command", []string{"--", "/nowhere/command"}, 127, "/nowhere/command"},
		{"no command", []string{"--"}, 2, "usage"},
	} {
		out, err := hold(t, dir, c.args...).CombinedOutput()
		if got := code(t, err); got != c.code || !strings.Contains(string(out), c.says) {
			t.Errorf("%s: code %d, want %d; it said\n%s", c.name, got, c.code, out)
		}
		if up() {
			t.Errorf("%s: the server is still up", c.name)
		}
	}

	// A signal reaches the command, and the server is stopped after it.
	cmd := hold(t, dir, "--", "sh", "-c", `trap 'kill $!; exit 3' TERM; sleep 60 & echo ready; wait`)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(line, err)
	}
	if !up() {
		t.Error("the server is not up")
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := code(t, cmd.Wait()); got != 3 || up() {
		t.Errorf("after a signal: code %d, server up %v", got, up())
	}

	cmd = hold(t, filepath.Join(dir, "other"), "--", "true")
	cmd.Env = append(cmd.Env, "PGBIN=/nowhere")
	if out, err := cmd.CombinedOutput(); code(t, err) != 1 || !strings.Contains(string(out), "PGBIN cannot be used") {
		t.Errorf("without PostgreSQL it ended with %v and said\n%s", err, out)
	}
}
