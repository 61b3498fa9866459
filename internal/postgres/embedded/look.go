package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrNotRunning tells that no server runs in a folder.
var ErrNotRunning = errors.New("no private PostgreSQL runs")

// Look finds the server that runs in the folder dir, without starting one, and without
// making, locking or holding anything: it may be stopped meanwhile. The error is
// ErrNotRunning where none seems to run; one that died is found all the same, and
// answers nobody.
func Look(dir string) (*Server, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w, and there is no data of one", ErrNotRunning)
	} else if err != nil {
		return nil, err
	}
	clusters, err := clustersIn(dir)
	if err != nil {
		return nil, err
	}
	switch len(clusters) {
	case 0:
		return nil, fmt.Errorf("%w, and there is no data of one", ErrNotRunning)
	case 1:
	default:
		return nil, fmt.Errorf("%s holds %d clusters: move away those that are not to be used", dir, len(clusters))
	}
	s := &Server{dir: dir, data: clusters[0]}
	pm := s.postmaster()
	if !pm.ready {
		return nil, fmt.Errorf("%w (its log is %s)", ErrNotRunning, s.logFile())
	}
	s.port, s.sock = pm.port, pm.sock
	return s, nil
}
