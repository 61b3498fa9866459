package catalogue

import (
	"strings"
	"unicode/utf8"
)

// Storable tells whether s is a text that can be stored: UTF-8 without the
// character NUL, which the database refuses. No browser sends anything else from
// a form, but others do.
func Storable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Legible tells whether s is storable and has no replacement character, which Visible
// puts for what was not: whoever typed it is to write that anew, or to delete it.
func Legible(s string) bool { return Storable(s) && !strings.ContainsRune(s, utf8.RuneError) }

// Visible is s with the replacement character for whatever keeps it from being
// storable, to be shown to the one who sent it.
func Visible(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}
