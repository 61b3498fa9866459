package search

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// The folder of an index:
//
//	index-0/            a slot: one process at a time, by file lock
//	  lock
//	  opening           names the generation that is being opened
//	  anew, building    somebody asks for a new one; how far that has come
//	  g000007/          a generation: one index from building to rebuilding
//	    meta.json       written last, so that one without it is half built
//	    root.bolt, *.zap
//
// maxSlots is far above the number of processes on one machine; more is a
// leak of processes, which an error shows.
const maxSlots = 64

const (
	lockFile    = "lock"
	openingFile = "opening"
	metaFile    = "meta.json"
)

// slot is the folder that this process has taken.
type slot struct {
	dir  string
	lock *os.File
}

// takeSlot takes the first free slot under dir.
func takeSlot(dir string) (*slot, error) {
	for n := range maxSlots {
		s := &slot{dir: filepath.Join(dir, fmt.Sprintf("index-%d", n))}
		if err := os.MkdirAll(s.dir, 0o700); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(filepath.Join(s.dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			s.lock = f
			return s, nil
		}
		f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
	}
	return nil, fmt.Errorf("%s: all %d index folders are in use", dir, maxSlots)
}

// intact tells whether the slot's folder is still the one that was taken: where it
// was removed, another process may take its name.
func (s *slot) intact() bool {
	ours, err := s.lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(filepath.Join(s.dir, lockFile))
	return err == nil && os.SameFile(ours, there)
}

// release lets another process have the slot.
func (s *slot) release() error { return s.lock.Close() }

// meta says what a generation was made of.
type meta struct {
	Fingerprint string `json:"fingerprint"` // of mapping and analysis
	Identity    string `json:"identity"`    // of the database
}

// generations lists the slot's generations, oldest first.
func (s *slot) generations() ([]string, error) {
	return filepath.Glob(filepath.Join(s.dir, "g[0-9]*")) // sorted
}

// newGeneration makes the folder of the next generation.
func (s *slot) newGeneration() (string, error) {
	dirs, err := s.generations()
	if err != nil {
		return "", err
	}
	n := 0
	if len(dirs) > 0 {
		fmt.Sscanf(filepath.Base(dirs[len(dirs)-1]), "g%d", &n)
	}
	dir := filepath.Join(s.dir, fmt.Sprintf("g%06d", n+1))
	return dir, os.Mkdir(dir, 0o700)
}

// keepOnly removes all generations but one, and an opening mark that was left
// behind.
func (s *slot) keepOnly(dir string) error {
	dirs, err := s.generations()
	if gone := s.unmarkOpening(); !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	for _, d := range dirs {
		if d != dir {
			err = errors.Join(err, os.RemoveAll(d))
		}
	}
	return err
}

// usableGeneration is the newest finished generation that was made of want; an
// error tells why there is none.
func (s *slot) usableGeneration(want meta) (string, error) {
	dirs, err := s.generations()
	if err != nil {
		return "", err
	}
	if mark, err := s.askedAnew(); mark != nil || err != nil {
		return "", cmp.Or(err, errAsked)
	}
	suspect, err := os.ReadFile(filepath.Join(s.dir, openingFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		b, err := os.ReadFile(filepath.Join(dirs[i], metaFile))
		if err != nil {
			continue // half built
		}
		var got meta
		switch {
		case json.Unmarshal(b, &got) != nil:
			return "", fmt.Errorf("%w: %s is not readable", errDamaged, metaFile)
		case got != want:
			return "", errForeign
		case strings.TrimSpace(string(suspect)) == filepath.Base(dirs[i]):
			return "", fmt.Errorf("%w: the last start did not survive opening it", errDamaged)
		}
		return dirs[i], nil
	}
	return "", errors.New("no search index yet")
}

// writeMeta marks a generation as whole.
func writeMeta(dir string, m meta) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return writeAtomically(filepath.Join(dir, metaFile), b)
}

// markOpening marks that dir is about to be opened. A damaged segment can end the
// process in a way that nothing here can stop; the next start then sees the
// mark. unmarkOpening takes it away.
func (s *slot) markOpening(dir string) error {
	return writeAtomically(filepath.Join(s.dir, openingFile), []byte(filepath.Base(dir)))
}

// unmarkOpening fails with os.ErrNotExist when there is no mark.
func (s *slot) unmarkOpening() error { return os.Remove(filepath.Join(s.dir, openingFile)) }

// writeAtomically replaces a file as a whole or not at all.
func writeAtomically(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
