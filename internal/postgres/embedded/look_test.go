package embedded

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Look finds the server that runs, starts none, and leaves nothing behind.
func TestLook(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pg")
	if _, err := Look(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("a look has made the folder")
	}
	s, err := Start(t.Context(), dir, "fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	found, err := Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), found.AdminURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	conn.Close(t.Context())
	if err := s.Stop(); err != nil { // the look holds nobody up
		t.Fatal(err)
	}
	if _, err := Look(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("stopped: %v", err)
	}
}
