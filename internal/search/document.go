package search

import (
	"crypto/sha256"
	"fmt"
	"io"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// documentVersion is to be counted up when the same texts become other documents
// in a way that fingerprint cannot see.
const documentVersion = 4

// field is a part of a practice's text, in the order of its weight.
type field uint8

const (
	fieldTitle field = iota
	fieldHead        // who did it, and the labels of its terms
	fieldBody
	numFields
)

var fieldNames = [numFields]string{"title", "head", "body"}

// solutionField holds the slugs of the solutions that a practice belongs to,
// as they are, and stored.
const solutionField = "solution"

// fieldSet is a set of fields.
type fieldSet uint8

func (s fieldSet) has(f field) bool { return s&(1<<f) != 0 }

func (f field) set() fieldSet { return 1 << f }

// texts are the parts of a practice that are searched, by the table of fields.
func texts(p *catalogue.Practice) (out [numFields][]string) {
	for v := range p.Values() {
		if v.Index == catalogue.IndexNone {
			continue
		}
		f := partOf[v.Index]
		out[f] = append(out[f], v.IndexTexts()...)
	}
	return out
}

// partOf is the index's field for a part of the text.
var partOf = [...]field{catalogue.IndexTitle: fieldTitle, catalogue.IndexHead: fieldHead, catalogue.IndexBody: fieldBody}

// linkTarget is the address in a Markdown link, which is no text.
var linkTarget = regexp.MustCompile(`\]\([^)\s]*[^)]*\)`)

// textTerms are the terms of texts, those of compounds with a hyphen and of their
// members both.
func textTerms(texts []string) []string {
	var out []string
	for _, s := range texts {
		if strings.Contains(s, "](") {
			s = linkTarget.ReplaceAllString(s, "] ")
		}
		for _, t := range danish.Tokens(s) {
			out = append(out, t.Term)
		}
	}
	return out
}

// lengthSentinel is a term in the body of every document, so that the length of
// all bodies can be read in one list of postings. No text has it.
const lengthSentinel = "\x00"

// termFields is the distinct terms of documents, with the fields they are in.
type termFields map[string]fieldSet

// newDocument is the practice as bleve keeps it; its terms are added to seen.
func newDocument(id int64, p *catalogue.Practice, seen termFields) index.Document {
	d := document.NewDocument(documentID(id))
	for f, texts := range texts(p) {
		terms := textTerms(texts)
		for _, t := range terms {
			seen[t] |= field(f).set()
		}
		if field(f) == fieldBody {
			terms = append(terms, lengthSentinel)
		}
		d.AddField(document.NewTextFieldCustom(fieldNames[f], nil, nil, index.IndexField, termAnalyzer(terms)))
	}
	for i, s := range p.Solutions {
		d.AddField(document.NewTextFieldCustom(solutionField, []uint64{uint64(i)}, []byte(s.Slug), index.IndexField|index.StoreField, nil))
	}
	return d
}

// documentID is a practice's id as bleve's.
func documentID(id int64) string { return strconv.FormatInt(id, 10) }

// termAnalyzer hands bleve the terms that danish has already made. Positions and
// offsets are not kept: Highlighter finds them in the text itself.
type termAnalyzer []string

// Analyze implements analysis.Analyzer.
func (a termAnalyzer) Analyze([]byte) analysis.TokenStream {
	tokens := make([]analysis.Token, len(a))
	out := make(analysis.TokenStream, len(a))
	for i, t := range a {
		tokens[i] = analysis.Token{Term: []byte(t), Position: i + 1}
		out[i] = &tokens[i]
	}
	return out
}

// fingerprint tells one way of making documents from another: layout, fields,
// bleve, and what the analysis makes of a text that has all it can do in it.
func fingerprint() string {
	h := sha256.New()
	fmt.Fprintln(h, documentVersion, fieldNames, solutionField, scorch.Name, scorch.Version)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if strings.HasPrefix(m.Path, "github.com/blevesearch/") {
				fmt.Fprintln(h, m.Path, m.Version)
			}
		}
	}
	io.WriteString(h, strings.Join(textTerms([]string{
		"Århus Aarhus a\u030arhus ÆØÅ æøå Ærø é ü ß covid-19 COVID19 § 104 §§ 85 12-18 12–18 walk'n'talk KL’s NGO'er",
		"online-aktiviteter socio‑bus metode\u00adudvikling metodeudvik-\nling web-\nog [link](https://example.dk/x) h264 " + strings.Repeat("x", 100),
	}), " "))
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}
