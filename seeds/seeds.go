// Package seeds holds what the catalogue starts from: organisations,
// vocabularies, synonyms and the source documents' practices.
//
// They are written as YAML, one file a source document, in the record format of
// catalogue.Practice. What the program carries is seeds.json, which
// seeds/generate makes of them: it is read many times as fast, and its hash
// tells at every start, without reading it, whether there is anything to load.
package seeds

//go:generate go run ./generate

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"

	"praksis/internal/catalogue"
)

//go:embed seeds.json
var generated []byte

// Seeds is all that the files hold.
type Seeds struct {
	Organisations []catalogue.Organisation `json:"organisations"`
	// Terms are the vocabularies and, under catalogue.SolutionList, the solutions.
	Terms map[catalogue.Vocabulary][]catalogue.Term `json:"terms"`
	// Synonyms are the thesaurus of the search.
	Synonyms  []catalogue.SynonymRule `json:"synonyms"`
	Practices []catalogue.Practice    `json:"practices"`
}

// Taxonomy is all but the practices.
func (s Seeds) Taxonomy() *catalogue.Taxonomy {
	return catalogue.NewTaxonomy(s.Terms, s.Organisations, s.Synonyms...)
}

// Hash is the SHA-256 of the seeds in hexadecimal: other seeds, another hash.
var Hash = sync.OnceValue(func() string { return contentHash(generated) })

// Number grows whenever the seeds change: generate counts it up. A database that
// has seeds of a higher number keeps them.
var Number = sync.OnceValue(func() int {
	number, _ := Header(generated)
	return number
})

// Header is the number that a seeds.json begins with, and the SHA-256, in
// hexadecimal, of the rest, by which two branches that count the number up
// cannot be merged without counting again. Without a header it is 0 and empty.
func Header(file []byte) (number int, content string) {
	line, _, _ := bytes.Cut(file, []byte("\n"))
	if _, err := fmt.Fscanf(bytes.NewReader(line), headerForm, &number, &content); err != nil {
		return 0, ""
	}
	return number, content
}

// headerForm is the first line of seeds.json.
const headerForm = `{"number":%d,"content":%q,`

// WithHeader is a seeds.json with a number, before the rest of it.
func WithHeader(number int, rest []byte) []byte {
	return append(fmt.Appendf(nil, headerForm+"\n", number, contentHash(rest)), rest...)
}

func contentHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Load reads the seeds. Every call gives values of its own.
func Load() (Seeds, error) {
	var s Seeds
	if err := json.Unmarshal(generated, &s); err != nil {
		return s, fmt.Errorf("seeds/seeds.json (make generate makes it again): %w", err)
	}
	return s, nil
}
