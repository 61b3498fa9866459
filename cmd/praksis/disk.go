package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
)

// leastFree is what a disk must have left, in bytes: an upload and its spool.
const leastFree = 128 << 20

// checkDisk fails where a folder's disk is nearly full. The words name no folder.
func checkDisk(what, dir string) func(context.Context) error {
	return func(context.Context) error {
		var st syscall.Statfs_t
		if err := syscall.Statfs(dir, &st); err != nil {
			return fmt.Errorf("the folder of %s cannot be read", what)
		}
		if free := st.Bavail * uint64(st.Bsize); free < leastFree {
			return fmt.Errorf("%d MB left for %s", free>>20, what)
		}
		return nil
	}
}

// checkDisks looks at the folders that we write to.
func checkDisks(data string) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := checkDisk("data", data)(ctx); err != nil {
			return err
		}
		return checkDisk("temporary files", os.TempDir())(ctx)
	}
}
