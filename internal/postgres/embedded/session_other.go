//go:build !linux

package embedded

import "syscall"

// ownSession gives a program a session of its own, away from the terminal.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
