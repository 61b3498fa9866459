package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
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

// ticksPerSecond is what the system counts the processor's time in for every process.
const ticksPerSecond = 100

// cpu is the processor's time that the process has taken, in the program and in the
// system.
func (p *process) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name may have spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("/proc: too few fields")
	}
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticksPerSecond, errors.Join(err1, err2)
}
