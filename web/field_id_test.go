package web

import (
	"regexp"
	"strings"
	"testing"
)

// The ID is what the rule says, for names of all kinds.
func TestFieldID(t *testing.T) {
	other := regexp.MustCompile(`[^a-z0-9]+`)
	for _, name := range []string{"", "-", "title", "findings[1].target_groups", "[1]", "a--b", "Åben æøå 1", "x/y.z-", "\xff", "answers.done"} {
		if got, want := FieldID(name), strings.Trim(other.ReplaceAllString(name, "-"), "-"); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
