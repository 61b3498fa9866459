package site_test

import (
	"fmt"
	"syscall"
)

// mountTmpfs makes a folder a disk of some bytes.
func mountTmpfs(dir string, size int) error {
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size))
}

func unmount(dir string) error { return syscall.Unmount(dir, 0) }
