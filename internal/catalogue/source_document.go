package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// OfDocument is what a source says of its document, without its place in it and the
// address.
func (s Source) OfDocument() Source {
	s.Place, s.URL = "", ""
	return s
}

// DocumentHash tells a document from any other: sources that say the same of it, word
// for word, have the same. It is the SHA-256, in hexadecimal, of OfDocument's JSON.
// Hashes are stored, so what gives one must not change.
func (s Source) DocumentHash() string {
	b, err := json.Marshal(s.OfDocument())
	if err != nil {
		panic(err) // texts alone
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Says is the source with what a document says now.
func (s Source) Says(document Source) Source {
	document.Place, document.URL = s.Place, s.URL
	return document
}
