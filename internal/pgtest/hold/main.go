// Command hold runs a command while the tests' PostgreSQL server is up, so that
// the test processes of one run need not each start it, and stops it after:
//
//	go run ./internal/pgtest/hold -- go test ./...
//
// It passes on signals, and ends with the command's exit code (128 + its number
// if a signal ended it; go run makes 1 of any but 0).
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"praksis/internal/pgtest"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: hold -- command [argument ...]")
		return 2
	}
	// From here on a signal must not end us before the server has stopped.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)

	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	release, err := pgtest.Hold(ctx)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hold:", err)
		return 1
	}
	code := execute(args, signals)
	if err := release(); err != nil {
		fmt.Fprintln(os.Stderr, "hold:", err)
		code = max(code, 1)
	}
	return code
}

// execute runs the command to its end and returns its exit code.
func execute(args []string, signals <-chan os.Signal) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "hold:", err)
		return 127 // as a shell
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			cmd.Process.Signal(s)
		case err := <-ended:
			exit, failed := errors.AsType[*exec.ExitError](err)
			switch {
			case err == nil:
				return 0
			case !failed:
				fmt.Fprintln(os.Stderr, "hold:", err)
				return 1
			}
			if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
				return 128 + int(status.Signal())
			}
			return exit.ExitCode()
		}
	}
}
