package embedded

import (
	"os"
	"os/exec"
	"syscall"
)

// rootInNamespace makes the command root of a user namespace of its own.
func rootInNamespace(c *exec.Cmd) {
	c.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
	c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
	c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
}
