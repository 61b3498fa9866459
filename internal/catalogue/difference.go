package catalogue

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
)

// ContentHash tells whether a record says anything else than a revision does:
// it is the SHA-256, in hexadecimal, of the record's content, with references
// by slug alone. Stored hashes are compared with it, so what a record of old
// gives must never change: a new field must be left out of the JSON while it is
// empty, and the order of Practice's fields stays.
func (p *Practice) ContentHash() string {
	c := p.Clone()
	for v := range c.Values() {
		switch {
		case !v.Content:
			v.Clear()
		case v.terms != nil && (*v.Terms() != nil || v.Missing != ""):
			*v.Terms() = Refs(Slugs(*v.Terms())...)
		case v.org != nil:
			*v.Organisation() = OrganisationRef{Slug: v.Organisation().Slug}
		}
	}
	b, err := json.Marshal(&c)
	if err != nil {
		panic(err) // strings, numbers and truth values alone
	}
	b = oneVoice.ReplaceAll(b, []byte(`"voice":"$1"`))
	b = bytes.Replace(b, []byte(`"use":"with_restrictions"`), []byte(`"needs_restrictions":true`), 1)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// oneVoice is a finding's only voice, which format 1 wrote as a string, as it
// wrote needs_restrictions. Neither can stand inside a text: its quotes are
// escaped there.
var oneVoice = regexp.MustCompile(`"voice":\["([a-z]+)"\]`)

// Difference is one field that two records say differently of.
type Difference struct {
	// Path is that of the value in the second record, or in the first where the
	// second has none: "findings[2].text".
	Path string
	*Field
	// Before and After are as Value.String gives them; one may be empty.
	Before, After string
}

// Differences are the fields of content in which b differs from a, in the order
// of Fields. Findings are held against each other by their keys, other rows by
// what they say, and then by their places.
func Differences(a, b *Practice) []Difference {
	return differences(a, b, func(f *Field) bool { return f.Content })
}

// DraftDifferences are the same of two drafts, with what forms ask for beside the
// content.
func DraftDifferences(a, b *Practice) []Difference {
	return differences(a, b, func(f *Field) bool { return f.Content || f.Asked != FormNone })
}

func differences(a, b *Practice, of func(*Field) bool) []Difference {
	var out []Difference
	differ := func(f *Field, rowA, rowB int) {
		d := Difference{Field: f}
		if rowA >= 0 {
			v := Value{f, a, rowA}
			d.Path, d.Before = v.Path(), v.String()
		}
		if rowB >= 0 {
			v := Value{f, b, rowB}
			d.Path, d.After = v.Path(), v.String()
		}
		if of(f) && d.Before != d.After {
			out = append(out, d)
		}
	}
	for _, f := range Fields {
		if f.Kind != FieldRows {
			differ(f, 0, 0)
			continue
		}
		for _, pair := range pairRows(f, a, b) {
			for _, x := range f.Fields {
				differ(x, pair[0], pair[1])
			}
		}
	}
	return out
}

// pairRows is PairRows, and rows that are left over in their order: what was
// typed over is said of one row, not of two. Of findings with keys none is left.
func pairRows(f *Field, a, b *Practice) [][2]int {
	pairs := PairRows(f, a, b)
	for j, pair := range pairs {
		if pair[0] >= 0 || pair[1] < 0 {
			continue
		}
		i := slices.IndexFunc(pairs, func(x [2]int) bool {
			return x[1] < 0 && (f.Path != "findings" || a.Findings[x[0]].Key == "" || b.Findings[pair[1]].Key == "")
		})
		if i >= 0 {
			pairs[j][0], pairs = pairs[i][0], slices.Delete(pairs, i, i+1)
		}
	}
	return pairs
}
