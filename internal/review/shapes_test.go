package review

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
)

// Every shape of JSON that was ever written to the database is read for ever:
// each has a file here, which is never changed. What is read of it is written
// again as the file says, or as the one beside it with the ending .now.json
// does, once the record has changed.
func TestShapesOfOldAreRead(t *testing.T) {
	files, err := filepath.Glob("testdata/shapes/*-*.json")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".now.json") {
			continue
		}
		var into any = new(catalogue.Practice)
		if strings.HasPrefix(filepath.Base(file), "submission") {
			into = new(Submission)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if err := d.Decode(into); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if now, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".now.json"); err == nil {
			b = now
		}
		written, err := json.Marshal(into)
		if err != nil {
			t.Fatal(err)
		}
		var have, want any
		if err := json.Unmarshal(written, &have); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s:\n%s", file, diff)
		}
	}
}
