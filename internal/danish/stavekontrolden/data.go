// Package stavekontrolden holds the words that Danish compounds are made of,
// derived from the dictionary Stavekontrolden. Unlike the rest of the
// repository the data is under MPL 1.1: see NOTICE.md and LICENCE beside it.
package stavekontrolden

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
)

//go:generate go run ./generate -aff /usr/share/hunspell/da_DK.aff -dic /usr/share/hunspell/da_DK.dic -own ../members.txt -out members.txt.gz

//go:embed members.txt.gz
var packed []byte

// Members is the data as sorted lines of fields with tabs between. NOTICE.md
// says what they mean.
func Members() string {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err) // the file is part of the program
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	return string(text)
}
