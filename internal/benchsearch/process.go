package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

// child runs this program once more with other arguments and reads the JSON
// that it prints.
func child(ctx context.Context, to any, args ...string) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return json.Unmarshal(out.Bytes(), to)
}

// keepTo starts the program again on as few processors as asked, when the
// machine gives it more: its children and the database server inherit that.
func keepTo(cores int) error {
	if runtime.NumCPU() <= cores { // NumCPU is of those that we may use
		return nil
	}
	taskset, err := exec.LookPath("taskset")
	if err != nil {
		return fmt.Errorf("there are %d processors, and no taskset to use only %d of them", runtime.NumCPU(), cores)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	var allowed []string
	for part := range strings.SplitSeq(field(status, "Cpus_allowed_list"), ",") {
		from, to, ranged := strings.Cut(part, "-")
		if !ranged {
			to = from
		}
		a, errA := strconv.Atoi(from)
		b, errB := strconv.Atoi(to)
		if errA != nil || errB != nil {
			return fmt.Errorf("cannot read the list of processors %q", part)
		}
		for ; a <= b; a++ {
			allowed = append(allowed, strconv.Itoa(a))
		}
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	args := append([]string{taskset, "-c", strings.Join(allowed[:cores], ","), exe}, os.Args[1:]...)
	return syscall.Exec(taskset, args, os.Environ())
}

// Memory is what this process has in bytes, as the system counts it, and what
// Go knows of that.
type Memory struct {
	Resident int64 // VmRSS
	Own      int64 // RssAnon: of Resident, what no file stands behind
	Peak     int64 // VmHWM
	Files    int64 // RssFile: of Resident, what is mapped from the index's files and the program
	Live     int64 // of Resident, what is alive on Go's heap
}

// measureMemory measures after a garbage collection, with what is not in use given
// back, as serve does in a quiet minute.
func measureMemory() (m Memory, err error) {
	runtime.GC()
	debug.FreeOSMemory() // collects again, which frees what sync.Pool has kept
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	m.Live = int64(stats.HeapAlloc)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return m, err
	}
	for name, to := range map[string]*int64{"VmRSS": &m.Resident, "VmHWM": &m.Peak, "RssAnon": &m.Own, "RssFile": &m.Files} {
		kb, err := strconv.ParseInt(strings.TrimSuffix(field(status, name), " kB"), 10, 64)
		if err != nil {
			return m, fmt.Errorf("/proc/self/status: %w", err)
		}
		*to = kb << 10
	}
	return m, nil
}

// field is one of the fields of /proc/self/status.
func field(status []byte, name string) string {
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// diskUse is how many bytes the files under dir have.
func diskUse(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
