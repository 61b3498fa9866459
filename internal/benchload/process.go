package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// process is a server of its own process, so that nobody else's work counts as its.
type process struct {
	cmd  *exec.Cmd
	out  io.Closer
	addr string
}

// start starts a program and waits until read has found its address in what it prints.
func start(ctx context.Context, log io.Writer, read func(line string) (addr string), name string, args ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, out: out}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if p.addr = read(lines.Text()); p.addr != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s %s ended at once", filepath.Base(name), strings.Join(args, " ")), cmd.Wait())
}

// stop ends it, and waits for that.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	_ = p.cmd.Wait() // it was told to end
	return nil
}

// cpu is the processor's time that the process has taken, in the program and in the
// system. It is read from the process's own clock: /proc counts in hundredths of a second.
func (p *process) cpu() (time.Duration, error) {
	const whole = 2 // CPUCLOCK_SCHED of all threads (clock_getcpuclockid)
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^p.cmd.Process.Pid<<3|whole), &t); err != nil {
		return 0, fmt.Errorf("the clock of a process: %w", err)
	}
	return time.Duration(t.Nano()), nil
}
