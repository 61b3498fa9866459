package search

import (
	"testing"

	"praksis/internal/catalogue"
)

// TestAlikeWords asks the seeds for words to make a synonym of: each finds what it
// says, and is another word than was asked for.
func TestAlikeWords(t *testing.T) {
	const none = "-"
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for text, want := range map[string]string{
		"ridefysioterapi": "fysioterapi", "musikskole": "skole", "spadserture": "spadsereture", "svømning i svømmehal": "", "kørsel til lægen": "", "": none, "og i det": none, "vieo": "video", "xyzzy": none,
	} {
		list, err := x.AlikeWords(t.Context(), text, 6)
		if err != nil || len(list) > 6 {
			t.Fatalf("%q: %v, %v", text, list, err)
		}
		found := want == "" || want == none && len(list) == 0
		seen := map[string]bool{text: true}
		for _, a := range list {
			found = found || a.Word == want
			n, err := x.Count(t.Context(), catalogue.Query{Text: a.Word})
			if err != nil || n != a.Hits || n == 0 || seen[a.Word] {
				t.Errorf("%q: %q finds %d, said %d, %v", text, a.Word, n, a.Hits, err)
			}
			seen[a.Word] = true
		}
		if !found {
			t.Errorf("%q: no %q in %v", text, want, list)
		}
	}
}
