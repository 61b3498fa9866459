package postgres_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"praksis/internal/pgtest"
	"praksis/internal/postgres/embedded"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write migrations/schema.sql anew")

const schemaFile = "../../migrations/schema.sql"

// noise is what pg_dump writes of itself and the session.
var noise = regexp.MustCompile(`(?m)^(SET |SELECT pg_catalog\.set_config|--|\\(un)?restrict).*\n`)

// TestSchemaFile holds schema.sql, which is for readers, to what the migrations
// make. `make generate` writes it.
func TestSchemaFile(t *testing.T) {
	bin, err := embedded.FindBin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if bin.Major() != 15 {
		// Each version words its dump in its own way; 15 is what CI has.
		t.Logf("PostgreSQL %d: the file is of 15 and is not compared", bin.Major())
		return
	}
	owner, _ := pgtest.NewURLs(t)
	out, err := exec.Command(filepath.Join(bin.Dir, "pg_dump"), "--schema-only", "--no-owner", "--exclude-table=goose_db_version*", owner).Output()
	if err != nil {
		t.Fatal(err)
	}
	dump := regexp.MustCompile(`\n{3,}`).ReplaceAllString(noise.ReplaceAllString(string(out), ""), "\n\n")
	dump = "-- The schema as the migrations make it, dumped by pg_dump 15 for readers.\n\n" + strings.TrimSpace(dump) + "\n"
	if *update {
		if err := os.WriteFile(schemaFile, []byte(dump), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), dump); diff != "" {
		t.Errorf("migrations/schema.sql is stale, `make generate` mends it:\n%s", diff)
	}
}
