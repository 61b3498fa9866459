package licences_test

import (
	"os/exec"
	"strings"
	"testing"

	"praksis/internal/licences"
)

// The list is that of the modules that are built in, and each has a licence that we know
// and may ship.
func TestCurrent(t *testing.T) {
	c := exec.Command("go", "run", "./internal/licences/generate", "-check")
	c.Dir = "../.."
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	for _, want := range []string{"github.com/jackc/pgx/v5 v5.", "dkfds ", "SIL OPEN FONT LICENSE", "Mozilla Public License Version 2.0"} {
		if !strings.Contains(licences.Text, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
}
