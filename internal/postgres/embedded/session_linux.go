package embedded

import (
	"os"
	"syscall"
)

// ownSession gives a program a session of its own, away from the terminal. As
// root, which PostgreSQL refuses to run as, it also gives it a user namespace
// where our uid is 1 (daemon): PostgreSQL then sees an ordinary user, while the
// files stay ours, so that nothing is chowned and no other account is needed.
func ownSession() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() == 0 {
		one := func(host int) []syscall.SysProcIDMap {
			return []syscall.SysProcIDMap{{ContainerID: 1, HostID: host, Size: 1}}
		}
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings, attr.GidMappings = one(0), one(os.Getegid())
	}
	return attr
}
