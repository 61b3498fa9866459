package doctor

import (
	"bufio"
	stdbytes "bytes"
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"praksis/internal/search"
)

func lookSettings(_ context.Context, p *patient) (Finding, error) {
	return judgeSettings(p.Fault, p.Unread, settingsOf(os.Environ()), p.holder()), nil
}

// settingsOf are the program's settings in an environment. How much is logged, and where
// it listens for whom, may well be another one's.
func settingsOf(environ []string) map[string]string {
	out := map[string]string{}
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if (strings.HasPrefix(name, "PRAKSIS_") && !strings.HasPrefix(name, "PRAKSIS_LOG") || name == "DATABASE_URL") && value != "" {
			out[name] = value
		}
	}
	return out
}

func lookDisk(_ context.Context, p *patient) (Finding, error) {
	list := []diskSeen{seeDisk("the data folder", "PRAKSIS_DATA", p.Data), seeDisk("the folder of temporary files", "TMPDIR", os.TempDir())}
	if p.BackupDir != "" {
		list = append(list, seeDisk("the folder of backups", "PRAKSIS_BACKUP_DIR", p.BackupDir))
	}
	return judgeDisks(list, p.LeastFree), nil
}

// wOK and rdOnly are as on Linux and macOS alike.
const (
	wOK    = 2
	rdOnly = 1
)

func seeDisk(what, setting, dir string) diskSeen {
	d := diskSeen{What: what, Setting: setting, Dir: dir}
	var st syscall.Statfs_t
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		d.Err = syscall.ENOTDIR // statfs answers for a file too
		return d
	}
	if d.Err = syscall.Statfs(dir, &st); d.Err != nil {
		return d
	}
	d.Free, d.Total = st.Bavail*uint64(st.Bsize), st.Blocks*uint64(st.Bsize)
	d.Inodes, d.CountsThem = uint64(st.Ffree), st.Files > 0
	d.ReadOnly = uint64(st.Flags)&rdOnly != 0
	d.Writable = syscall.Access(dir, wOK) == nil
	return d
}

// deep is how many levels of the data folder are looked at: what lies deeper was made by
// those who made these.
const deep = 3

func lookFolders(_ context.Context, p *patient) (Finding, error) {
	root, err := os.Stat(p.Data)
	if err != nil {
		return unseen("there is no data folder yet"), nil
	}
	var list []folderSeen
	err = filepath.WalkDir(p.Data, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(p.Data, path)
		if err != nil {
			if path == p.Data {
				return err
			}
			return nil // the folder itself is in the list
		}
		if strings.Count(name, string(filepath.Separator)) >= deep {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil || info.Mode()&(fs.ModeSymlink|fs.ModeSocket) != 0 {
			return nil // gone meanwhile, or nothing of its own
		}
		list = append(list, folderSeen{name, info.Mode(), ownerOf(info)})
		return nil
	})
	if err != nil {
		return Finding{}, err
	}
	return judgeFolders(p.Data, list, ownerOf(root)), nil
}

func ownerOf(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

func lookIndex(ctx context.Context, p *patient) (Finding, error) {
	c, err := p.catalogue(ctx)
	if err != nil {
		return Finding{}, err
	}
	h := p.holder()
	x := indexSeen{Held: h.Slots, Known: h.Known}
	x.Slots, x.Err = search.Look(filepath.Join(p.Data, "index"))
	x.Answer, x.Asked = p.direct(ctx)
	if x.Asked == nil && p.Mark != nil && x.Answer.Catalogue != p.Mark(c.Identity) {
		x.Asked = errAway // an instance of another catalogue says nothing of this one
	}
	return judgeIndex(x, c, p.Data), nil
}

func lookMemory(_ context.Context, p *patient) (Finding, error) {
	return judgeMemory(p.holder()), nil
}
func lookFiles(_ context.Context, p *patient) (Finding, error) { return judgeFiles(p.holder()), nil }

func lookZone(context.Context, *patient) (Finding, error) {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		return judgeZone(0, 0, err), nil
	}
	before := func(m time.Month) time.Duration {
		_, s := time.Date(2026, m, 15, 12, 0, 0, 0, zone).Zone()
		return time.Duration(s) * time.Second
	}
	return judgeZone(before(time.January), before(time.July), nil), nil
}

// findHolder finds the process that has an index of the data folder: the server that
// runs on it. Who has a file lock, Linux tells in /proc/locks. Without a server it is
// this process.
func findHolder(data string) process {
	found := process{Slots: map[string]bool{}}
	locks, err := os.ReadFile("/proc/locks")
	found.Known = err == nil
	holders := lockHolders(locks)
	files, _ := filepath.Glob(filepath.Join(data, "index", "index-[0-9]*", "lock"))
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			continue
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			continue
		}
		if pid := holders[uint64(st.Ino)]; pid > 0 && isServer(pid) {
			found.Slots[filepath.Dir(f)] = true
			if found.PID == 0 {
				found.PID = pid
			}
		}
	}
	if found.PID == 0 {
		found.PID, found.Resembles = os.Getpid(), true
	}
	of := filepath.Join("/proc", strconv.Itoa(found.PID))
	if b, err := os.ReadFile(filepath.Join(of, "limits")); err == nil {
		found.Files = openFiles(string(b))
	}
	if b, err := os.ReadFile(filepath.Join(of, "status")); err == nil {
		found.Resident = resident(string(b))
	}
	if b, err := os.ReadFile(filepath.Join(of, "environ")); err == nil {
		environ := strings.Split(strings.TrimRight(string(b), "\x00"), "\x00")
		found.Settings = settingsOf(environ)
		for _, kv := range environ {
			if value, ok := strings.CutPrefix(kv, "GOMEMLIMIT="); ok {
				found.GoLimit = value
			}
		}
	}
	if b, err := os.ReadFile(filepath.Join(of, "cgroup")); err == nil {
		found.Limit = groupLimit("/sys/fs/cgroup", string(b))
	}
	return found
}

// isServer tells whether a process is one of this program that serves: the number of an
// inode may be that of a file on another disk.
func isServer(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && slices.Contains(strings.Split(string(b), "\x00"), "serve")
}

// lockHolders are the processes that hold file locks, by the inode's number.
func lockHolders(locks []byte) map[uint64]int {
	out := map[uint64]int{}
	for s := bufio.NewScanner(stdbytes.NewReader(locks)); s.Scan(); {
		// 1: FLOCK  ADVISORY  WRITE 4711 fe:01:12345 0 EOF
		f := strings.Fields(s.Text())
		if len(f) < 6 || f[1] != "FLOCK" {
			continue
		}
		pid, _ := strconv.Atoi(f[4])
		if at := strings.Split(f[5], ":"); len(at) == 3 {
			if inode, err := strconv.ParseUint(at[2], 10, 64); err == nil {
				out[inode] = pid
			}
		}
	}
	return out
}

// openFiles is how many files a process may have open, of its /proc/…/limits.
func openFiles(limits string) uint64 {
	for line := range strings.Lines(limits) {
		if rest, ok := strings.CutPrefix(line, "Max open files"); ok {
			if f := strings.Fields(rest); len(f) > 0 {
				if f[0] == "unlimited" {
					return math.MaxUint64
				}
				n, _ := strconv.ParseUint(f[0], 10, 64)
				return n
			}
		}
	}
	return 0
}

// resident is what a process has in memory, of its /proc/…/status.
func resident(status string) uint64 {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return n << 10
		}
	}
	return 0
}

// groupLimit is the least limit of memory of a control group and those above it; 0 where
// there is none. root is where they are mounted, and of is /proc/…/cgroup.
func groupLimit(root, of string) (least uint64) {
	for line := range strings.Lines(of) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		base, file := root, "memory.max"
		if slices.Contains(strings.Split(parts[1], ","), "memory") { // the first version
			base, file = filepath.Join(root, "memory"), "memory.limit_in_bytes"
		} else if parts[1] != "" {
			continue
		}
		for at := filepath.Clean("/" + parts[2]); ; at = filepath.Dir(at) {
			if b, err := os.ReadFile(filepath.Join(base, at, file)); err == nil {
				n, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 64)
				if err == nil && n < 1<<60 && (least == 0 || n < least) { // the first version has a huge number for none
					least = n
				}
			}
			if at == "/" {
				break
			}
		}
	}
	return least
}

// goBytes reads GOMEMLIMIT; 0 is none (off).
func goBytes(s string) (uint64, bool) {
	if s == "off" || s == "" {
		return 0, true
	}
	for i, unit := range []string{"TiB", "GiB", "MiB", "KiB", "B", ""} {
		if number, ok := strings.CutSuffix(s, unit); ok {
			n, err := strconv.ParseUint(number, 10, 64)
			return n << (10 * max(0, 4-i)), err == nil
		}
	}
	return 0, false
}
