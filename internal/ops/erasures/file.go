package erasures

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// writeTime is what writing may take: an erasure waits for it, and others for that.
const writeTime = 2 * time.Second

// lockPause is the time between two tries to have the file alone.
const lockPause = 5 * time.Millisecond

// File is a journal that is written to, by any number of processes at once.
type File struct {
	path  string
	alone chan struct{} // holds one value while somebody writes
	time  time.Duration
}

// NewFile is the journal at a path, which is made when it is first written to.
func NewFile(path string) *File {
	return &File{path: path, alone: make(chan struct{}, 1), time: writeTime}
}

// Path is where it is.
func (f *File) Path() string { return f.path }

// Append adds lines, and returns when they are on the disk. It gives up after a while
// (writeTime): what it has failed to write may stand there nevertheless.
func (f *File) Append(lines []byte) error {
	late := time.After(f.time)
	select {
	case f.alone <- struct{}{}:
	case <-late:
		return fmt.Errorf("%s: an earlier line is still being written", f.path)
	}
	done := make(chan error, 1)
	go func() { // a share that hangs holds up nobody but this
		done <- f.append(lines, time.Now().Add(f.time))
		<-f.alone
	}()
	select {
	case err := <-done:
		return err
	case <-late:
		return fmt.Errorf("%s: writing takes longer than %s", f.path, f.time)
	}
}

func (f *File) append(lines []byte, until time.Time) (err error) {
	_, missing := os.Stat(f.path)
	file, err := os.OpenFile(f.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := lock(file, until); err != nil {
		return err
	}
	torn, err := endsTorn(file)
	if err != nil {
		return err
	}
	if torn {
		note, err := Entry{Torn: true, At: time.Now().UTC().Truncate(time.Second)}.Line()
		if err != nil {
			return err
		}
		lines = append(append([]byte("\n"), note...), lines...)
	}
	if _, err := file.Write(lines); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if missing == nil {
		return nil
	}
	folder, err := os.Open(filepath.Dir(f.path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// lock has the file alone; it is let go when it is closed.
func lock(file *os.File, until time.Time) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil || !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return err
		}
		if time.Now().After(until) {
			return fmt.Errorf("%s: another process has it", file.Name())
		}
		time.Sleep(lockPause)
	}
}

// endsTorn tells whether the last line was cut off.
func endsTorn(file *os.File) (bool, error) {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return false, err
	}
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return last[0] != '\n', err
}
