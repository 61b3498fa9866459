package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/search"
)

// diskSeen is what a folder's disk is like.
type diskSeen struct {
	What        string // "the data folder"
	Setting     string // the variable that names it
	Dir         string
	Err         error
	Free, Total uint64 // bytes
	Inodes      uint64 // that are left; of disks that count them
	CountsThem  bool
	ReadOnly    bool
	Writable    bool // for whoever asks
}

// Limits of what a disk must have left, beside Settings.LeastFree.
const (
	littleFree  = 1 << 30 // bytes
	littleShare = 0.05
	fewInodes   = 1000
)

func judgeDisks(list []diskSeen, least uint64) Finding {
	worst := good("")
	var said []string
	for _, d := range list {
		f := judgeDisk(d, least)
		said = append(said, f.Seen)
		if worse(f.Grade, worst.Grade) {
			worst = f
		}
	}
	if worst.Grade == Good {
		worst.Seen = strings.Join(said, "; ")
	}
	return worst
}

func judgeDisk(d diskSeen, least uint64) Finding {
	where := fmt.Sprintf("%s (%s)", d.What, d.Dir)
	switch {
	case errors.Is(d.Err, fs.ErrNotExist):
		return warning(where+" is not there", "make it, or name another with "+d.Setting+"; praksis serve makes it when it needs it")
	case errors.Is(d.Err, syscall.ENOTDIR):
		return fault(where+" is no folder", "name a folder with "+d.Setting)
	case d.Err != nil:
		return fault(where+" cannot be looked at: "+oneLine(d.Err), "run this as the user that praksis serve runs as")
	case d.ReadOnly:
		return fault(where+" is on a disk that can only be read", "mount it read-write, or name another folder with "+d.Setting)
	case !d.Writable:
		return fault(where+" cannot be written to by this user", "run this as the user that praksis serve runs as; if you do: chown -R that user "+d.Dir)
	case d.Free < least:
		return fault(fmt.Sprintf("%s has %s left", where, bytes(d.Free)), "make room, or a larger disk: df -h "+d.Dir)
	case d.CountsThem && d.Inodes < fewInodes:
		return fault(fmt.Sprintf("%s has room for %d more files", where, d.Inodes), "remove files: df -i "+d.Dir)
	case d.Free < littleFree, float64(d.Free) < littleShare*float64(d.Total):
		return warning(fmt.Sprintf("%s has %s of %s left", where, bytes(d.Free), bytes(d.Total)), "make room, or a larger disk: df -h "+d.Dir)
	}
	return good("%s has %s left", d.What, bytes(d.Free))
}

func worse(a, b Grade) bool {
	order := map[Grade]int{Good: 0, Unseen: 1, Warning: 2, Fault: 3}
	return order[a] > order[b]
}

// folderSeen is one folder or file below the data folder.
type folderSeen struct {
	Name  string // from the data folder on
	Mode  fs.FileMode
	Owner int
}

// judgeFolders judges who may read what lies in the data folder, and whose it is; owner
// is whose the data folder is.
func judgeFolders(data string, list []folderSeen, owner int) Finding {
	var open, written, strange []string
	for _, f := range list {
		switch perm := f.Mode.Perm(); {
		case perm&0o002 != 0 && f.Mode&fs.ModeSticky == 0:
			written = append(written, f.Name)
		case f.Name == "." && perm&0o005 != 0: // what is below it is closed by it
			open = append(open, fmt.Sprintf("%s (%04o)", f.Name, perm))
		}
		if f.Owner != owner {
			strange = append(strange, f.Name)
		}
	}
	switch {
	case len(written) > 0:
		return fault("anybody on this machine can write to "+some(written), "chmod -R o-rwx "+data)
	case len(strange) > 0:
		return fault(fmt.Sprintf("not everything in the data folder belongs to the same user: %s", some(strange)), fmt.Sprintf("chown -R --reference=%s %[1]s (a command was run as another user: run them as the one of praksis serve)", data))
	case len(open) > 0:
		return warning("other users of this machine can look into the data folder", "chmod 0700 "+data)
	}
	return good("all in the data folder belongs to one user, and others cannot look into it")
}

// indexSeen is what the index and the database are like.
type indexSeen struct {
	Slots  []search.Slot
	Err    error
	Held   map[string]bool // slots that a process has, by folder
	Known  bool            // who has them can be told here
	Answer answer          // of the running instance
	Asked  error
}

func judgeIndex(x indexSeen, c postgres.CatalogueFacts, data string) Finding {
	const anew = "restart praksis serve: it makes the index anew by itself"
	if errors.Is(x.Err, fs.ErrNotExist) || x.Err == nil && len(x.Slots) == 0 {
		return warning("there is none yet in "+data, "start praksis serve, which makes it; if it has run, give its data folder in PRAKSIS_DATA")
	} else if x.Err != nil {
		return fault("it cannot be looked at: "+oneLine(x.Err), "run this as the user that praksis serve runs as")
	}
	current := 0
	for _, s := range x.Slots {
		held := x.Held[s.Dir]
		switch {
		case s.Fault != nil:
			return fault("it cannot be read: "+oneLine(s.Fault), "run this as the user that praksis serve runs as; if you do, remove "+s.Dir+" and restart praksis serve")
		case !s.Whole && held:
			return warning("it is being made", "wait: praksis serve tells in its log when it is ready")
		case !s.Whole:
			continue // begun, and left
		case s.Identity != c.Identity && held:
			return fault("the index that is in use was made of another catalogue than the database has", "see that praksis serve and this command have the same DATABASE_URL; then restart praksis serve")
		case s.Identity != c.Identity && x.Known:
			return warning("the index in the data folder was made of another catalogue than the database has", "see that PRAKSIS_DATA and DATABASE_URL belong together; then start praksis serve, which makes it anew")
		case s.Identity != c.Identity:
			return warning("an index in the data folder was made of another catalogue than the database has", anew)
		case s.Opening && !held && x.Known:
			return warning("whoever opened it last did not survive that", anew)
		case s.Current:
			current++
		}
	}
	if x.Asked == nil && x.Answer.Version > 0 {
		if x.Answer.Version > c.Version {
			return fault(fmt.Sprintf("the instance has reached version %d, and the database has %d", x.Answer.Version, c.Version), "see that praksis serve and this command have the same DATABASE_URL; after a restore, restart praksis serve")
		}
		if line := x.Answer.line("index"); line != "" && line != "ok" {
			return fault("the index "+line, "look in the log of praksis serve; restart it")
		}
		return good("made of this catalogue; the instance has reached version %d, the database %d", x.Answer.Version, c.Version)
	}
	if current == 0 {
		return good("made of this catalogue by another release: the next start makes it anew")
	}
	return good("made of this catalogue by this release")
}

// process is a running praksis serve; its PID is 0 where it is not known.
type process struct {
	PID       int
	Files     uint64 // that it may have open; 0: not known
	Resident  uint64 // bytes
	Limit     uint64 // of its control group, in bytes; 0: none
	GoLimit   string // GOMEMLIMIT in its environment
	Slots     map[string]bool
	Known     bool              // that locks can be told at all
	Settings  map[string]string // the settings in its environment
	Resembles bool              // it is this command itself, for lack of another
}

// whose names the process in what is said of it.
func (p process) whose() string {
	if p.Resembles {
		return "this command, which the server resembles if it is started alike"
	}
	return fmt.Sprintf("the server (process %d)", p.PID)
}

// Limits of memory, in bytes.
const (
	leastMemory = 256 << 20
	goShare     = 0.9 // of the group's limit that Go's may be
	fullShare   = 0.9
)

func judgeMemory(p process) Finding {
	switch {
	case p.Limit == 0:
		return good("no limit is set for %s", p.whose())
	case p.Limit < leastMemory:
		return fault(fmt.Sprintf("%s may have %s, and %s is the least", p.whose(), bytes(p.Limit), bytes(leastMemory)), "raise MemoryMax= of the unit, or the container's limit")
	case !p.Resembles && float64(p.Resident) > fullShare*float64(p.Limit):
		return warning(fmt.Sprintf("%s has %s of the %s that it may have", p.whose(), bytes(p.Resident), bytes(p.Limit)), "raise MemoryMax= of the unit, or the container's limit")
	}
	set := fmt.Sprintf("set GOMEMLIMIT=%dMiB", p.Limit*8/10>>20)
	limit, ok := goBytes(p.GoLimit)
	switch {
	case p.GoLimit == "":
		return warning(fmt.Sprintf("%s may have %s, and Go is not told", p.whose(), bytes(p.Limit)), set)
	case !ok:
		return fault(fmt.Sprintf("GOMEMLIMIT=%s cannot be read", p.GoLimit), set)
	case limit == 0:
		return good("%s may have %s, and Go is told to have no limit", p.whose(), bytes(p.Limit))
	case float64(limit) > goShare*float64(p.Limit):
		return warning(fmt.Sprintf("GOMEMLIMIT=%s is too close to the %s of %s: the kernel ends it before Go hurries", p.GoLimit, bytes(p.Limit), p.whose()), set)
	}
	return good("%s may have %s, Go is told %s", p.whose(), bytes(p.Limit), p.GoLimit)
}

// Limits of open files: each connection is one, and the index has some hundred.
const (
	leastFiles = 1024
	someFiles  = 4096
)

func judgeFiles(p process) Finding {
	const how = "LimitNOFILE=65536 in the unit, or --ulimit nofile=65536 for the container"
	switch {
	case p.Files == 0:
		return unseen("this system does not tell")
	case p.Files < leastFiles:
		return fault(fmt.Sprintf("%s may have %d files open", p.whose(), p.Files), how)
	case p.Files < someFiles:
		return warning(fmt.Sprintf("%s may have %d files open, of which each visitor's connection is one", p.whose(), p.Files), how)
	}
	return good("%s may have %d files open", p.whose(), p.Files)
}

// judgeSettings judges the settings: what a start would refuse, and what the running
// server has otherwise than this command.
func judgeSettings(err error, unread []string, ours map[string]string, p process) Finding {
	switch {
	case err != nil:
		return fault("a start would refuse them: "+oneLine(err), "mend that setting; praksis config check tells all of them")
	case len(unread) > 0:
		return warning(some(unread), "mend the name; praksis config check tells all of them")
	}
	if p.PID == 0 || p.Resembles {
		return good("they contradict each other in nothing that a start would refuse")
	}
	var differ []string
	for name, value := range p.Settings {
		if ours[name] != value {
			differ = append(differ, name)
		}
	}
	if len(differ) > 0 {
		return warning("the running server has other settings in its environment than this command: "+some(sorted(differ)),
			"give this command the server's: set -a; . /etc/praksis/praksis.env; praksis doctor")
	}
	return good("they contradict each other in nothing that a start would refuse, and are those of the running server")
}

func judgeZone(winter, summer time.Duration, err error) Finding {
	if err != nil {
		return fault("Europe/Copenhagen cannot be loaded: "+oneLine(err), "unset ZONEINFO: the program brings its own")
	}
	if winter != time.Hour || summer != 2*time.Hour {
		return fault(fmt.Sprintf("Europe/Copenhagen is %s before UTC in January and %s in July", span(winter), span(summer)), "unset ZONEINFO, or mend the file that it names")
	}
	return good("Europe/Copenhagen is one hour before UTC in winter and two in summer")
}
