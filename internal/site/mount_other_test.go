//go:build !linux

package site_test

import "os"

func mountTmpfs(string, int) error { return os.ErrPermission }

func unmount(string) error { return nil }
