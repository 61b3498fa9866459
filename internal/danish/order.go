package danish

import (
	"bytes"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// A collator is not safe for concurrent use.
var collators = sync.Pool{New: func() any { return &collator{Collator: collate.New(language.Danish)} }}

type collator struct {
	*collate.Collator
	buf collate.Buffer
}

// Key is s as bytes that compare in Danish alphabetical order: … x, y, z, æ,
// ø, å, with aa as å. It agrees with Postgres' COLLATE "da-x-icu".
func Key(s string) []byte {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	c.buf.Reset()
	return bytes.Clone(c.KeyFromString(&c.buf, s))
}

// Compare orders a and b alphabetically: negative, zero or positive.
func Compare(a, b string) int {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	return c.CompareString(a, b)
}
