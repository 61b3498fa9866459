package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// An index is asked to be built anew by a file in its slot: who has the slot sees it at
// its next look at the catalogue, builds aside, and goes on serving meanwhile; where
// nobody has it, whoever takes it next builds. The file counts, not what it says: it may
// be another user's. Beside it stands how far the building has come, or why it failed.
const (
	anewFile     = "anew"
	buildingFile = "building"
)

// failedWord begins what stands in buildingFile of a building that failed.
const failedWord = "failed: "

// tellEvery is how often it is told how far a building has come.
const tellEvery = 300 * time.Millisecond

// errAsked is why an index is built anew that nothing is wrong with.
var errAsked = errors.New("it was asked for")

// Anew is an index that was asked to be built anew.
type Anew struct {
	// Name is that of its folder.
	Name string
	// InUse tells that a process has it, which builds.
	InUse bool

	slot slot
	mark os.FileInfo
}

// AskAnew asks that all indexes under dir be built anew. It waits for nothing.
func AskAnew(dir string) ([]*Anew, error) {
	dirs, err := filepath.Glob(filepath.Join(dir, "index-[0-9]*"))
	if err != nil {
		return nil, err
	}
	var list []*Anew
	for _, d := range dirs {
		a := &Anew{Name: filepath.Base(d), slot: slot{dir: d}}
		if err := os.Remove(filepath.Join(d, buildingFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return list, err
		}
		// Looked at after it was asked: who takes the slot in between builds anyway.
		if err := writeAtomically(filepath.Join(d, anewFile), nil); err != nil {
			return list, err
		}
		if a.mark, err = os.Stat(filepath.Join(d, anewFile)); errors.Is(err, os.ErrNotExist) {
			err = nil // taken up already
		}
		if err == nil {
			a.InUse, err = a.slot.inUse()
		}
		if err != nil {
			return list, err
		}
		list = append(list, a)
	}
	return list, nil
}

// inUse tells whether a process has the slot.
func (s *slot) inUse() (bool, error) {
	f, err := os.Open(filepath.Join(s.dir, lockFile))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}

// Look tells how far the building has come that was asked for; over where it has ended:
// err tells that it failed. left is one that nobody does, since the process has ended:
// whoever takes the index next does it.
func (a *Anew) Look() (done, total int64, over, left bool, err error) {
	said, _ := os.ReadFile(filepath.Join(a.slot.dir, buildingFile))
	if now, _ := a.slot.askedAnew(); now == nil || a.mark == nil || !os.SameFile(now, a.mark) {
		if why, failed := strings.CutPrefix(string(said), failedWord); failed {
			return 0, 0, true, false, errors.New(why)
		}
		return 0, 0, true, false, nil
	}
	if used, err := a.slot.inUse(); err != nil || !used {
		return 0, 0, false, true, err
	}
	_, _ = fmt.Sscan(string(said), &done, &total)
	return done, total, false, false, nil
}

// askedAnew is the file that asks, nil where there is none.
func (s *slot) askedAnew() (os.FileInfo, error) {
	info, err := os.Stat(filepath.Join(s.dir, anewFile))
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return info, err
}

// asked is what somebody who asks is told of a building.
type asked struct {
	slot        *slot
	mark        os.FileInfo // nil where nobody has asked
	done, total int
	told        time.Time
}

// beginAnew sees who has asked before the building begins: who asks later asks for one
// more.
func (s *slot) beginAnew() *asked {
	mark, _ := s.askedAnew()
	a := &asked{slot: s, mark: mark}
	a.tell(time.Now())
	return a
}

// count counts a practice.
func (a *asked) count() {
	a.done++
	if now := time.Now(); now.Sub(a.told) >= tellEvery {
		a.tell(now)
	}
}

func (a *asked) tell(now time.Time) {
	a.told = now
	a.write(fmt.Sprintf("%d %d\n", a.done, max(a.done, a.total)))
}

// write is no more than telling: what cannot be told holds up nobody.
func (a *asked) write(text string) {
	if a.mark != nil {
		_ = os.WriteFile(filepath.Join(a.slot.dir, buildingFile), []byte(text), 0o600)
	}
}

// end answers who has asked. A building that failed is not tried again and again for
// them; one that was broken off is.
func (a *asked) end(err error) {
	if a.mark == nil || errors.Is(err, context.Canceled) {
		return
	}
	if err != nil {
		a.write(failedWord + strings.ReplaceAll(err.Error(), "\n", " "))
	} else {
		_ = os.Remove(filepath.Join(a.slot.dir, buildingFile))
	}
	if now, _ := a.slot.askedAnew(); now != nil && os.SameFile(now, a.mark) {
		_ = os.Remove(filepath.Join(a.slot.dir, anewFile))
	}
}
