package search

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Slot is what a slot of the folder of indexes holds, as it lies there.
type Slot struct {
	Dir  string
	Lock string // the file that whoever uses the slot holds
	// Whole tells that there is a finished index, and Generation which.
	Whole      bool
	Generation string
	// Identity is that of the database that it was made of, and Current tells that
	// this program would make it in the same way.
	Identity string
	Current  bool
	// Opening tells that it is being opened, or that whoever opened it last did not
	// survive that.
	Opening bool
	// Fault is why it cannot be read.
	Fault error
}

// Look tells what the folder of indexes at dir holds. It opens no index, takes no
// lock, which might turn a process that starts away, and changes nothing.
func Look(dir string) ([]Slot, error) {
	if _, err := os.ReadDir(dir); err != nil {
		return nil, err
	}
	dirs, err := filepath.Glob(filepath.Join(dir, "index-[0-9]*"))
	if err != nil {
		return nil, err
	}
	slots := []Slot{}
	for _, d := range dirs {
		slots = append(slots, lookAt(&slot{dir: d}))
	}
	return slots, nil
}

func lookAt(s *slot) Slot {
	found := Slot{Dir: s.dir, Lock: filepath.Join(s.dir, lockFile)}
	dirs, err := s.generations()
	if err == nil {
		_, err = os.ReadDir(s.dir)
	}
	if err != nil {
		found.Fault = err
		return found
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		b, err := os.ReadFile(filepath.Join(dirs[i], metaFile))
		if errors.Is(err, os.ErrNotExist) {
			continue // half built
		}
		var m meta
		if err == nil {
			err = json.Unmarshal(b, &m)
		}
		if err == nil {
			// Without what bleve begins with, nothing opens.
			_, err = os.Stat(filepath.Join(dirs[i], rootFile))
		}
		found.Generation, found.Fault = filepath.Base(dirs[i]), err
		found.Whole, found.Identity, found.Current = err == nil, m.Identity, m.Fingerprint == fingerprint()
		break
	}
	if suspect, err := os.ReadFile(filepath.Join(s.dir, openingFile)); err == nil {
		found.Opening = strings.TrimSpace(string(suspect)) == found.Generation
	}
	return found
}
