package catalogue

import "testing"

func TestStorable(t *testing.T) {
	for s, want := range map[string]string{"": "", "Århus\n\t😀": "Århus\n\t😀", "a\x00b": "a\ufffdb", "a\xffb": "a\ufffdb", "\xed\xa0\x80": "\ufffd", "\xff\x00": "\ufffd\ufffd"} {
		if got := Visible(s); got != want || !Storable(got) || Storable(s) != (s == want) {
			t.Errorf("%q: storable %v, visible %q", s, Storable(s), got)
		}
	}
}
