package search

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
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
const documentVersion = 7

// field is a part of a practice's text, in the order of its weight.
type field uint8

const (
	fieldTitle field = iota
	fieldHead        // the labels of its terms
	fieldBody
	fieldLaw    // the laws and paragraphs that it names
	fieldWho    // the names of who did it: found as wholes
	fieldSource // what stands on its source: makes no hit
	fieldWords  // what people search by and it does not say: makes no hit
	numFields
)

var fieldNames = [numFields]string{"title", "head", "body", "law", "who", "source", "words"}

// textFields are those that say what was done.
const textFields = fieldSet(1<<fieldTitle | 1<<fieldHead | 1<<fieldBody | 1<<fieldLaw)

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
var partOf = [...]field{
	catalogue.IndexTitle: fieldTitle, catalogue.IndexHead: fieldHead, catalogue.IndexBody: fieldBody,
	catalogue.IndexWho: fieldWho, catalogue.IndexSource: fieldSource, catalogue.IndexWords: fieldWords,
}

// linkTarget is the address in a Markdown link, which is no text.
var linkTarget = regexp.MustCompile(`\]\([^)\s]*[^)]*\)`)

// textTerm is a term of a text with its position: the number of the word that it
// is, or is a member of.
type textTerm struct {
	term     string
	position int
}

// textTerms are the terms of texts, those of compounds with a hyphen and of their
// members both.
func (c tokenCache) textTerms(texts []string) []textTerm {
	var out []textTerm
	position := 0
	for _, s := range texts {
		tokens := c.tokens(withoutLinkTargets(s))
		for i, members := 0, 0; i < len(tokens); i++ {
			if members == 0 {
				position++
				members = tokens[i].Members
			} else {
				members--
			}
			out = append(out, textTerm{tokens[i].Term, position})
		}
		position += textGap
	}
	return out
}

// tokenCache has the tokens of the texts of one practice: most are needed twice.
type tokenCache map[string][]danish.Token

func (c tokenCache) tokens(text string) []danish.Token {
	tokens, ok := c[text]
	if !ok {
		tokens = danish.Tokens(text)
		c[text] = tokens
	}
	return tokens
}

// withoutLinkTargets is a text in Markdown without the addresses of its links.
func withoutLinkTargets(s string) string {
	if !strings.Contains(s, "](") {
		return s
	}
	return linkTarget.ReplaceAllString(s, "] ")
}

// lengthSentinel is a term in the body of every document, so that the length of
// all bodies can be read in one list of postings. No text has it.
const lengthSentinel = "\x00"

// termFields is the distinct terms of documents, with the fields they are in.
type termFields map[string]fieldSet

// newDocument is the practice as bleve keeps it, and its terms by field, which are
// added to seen.
func newDocument(id int64, p *catalogue.Practice, seen termFields) (index.Document, [numFields][]textTerm) {
	var byField [numFields][]textTerm
	d := document.NewDocument(documentID(id))
	all, cache := texts(p), tokenCache{}
	for f, texts := range all {
		terms := cache.textTerms(texts)
		if field(f) == fieldLaw {
			terms = lawTerms(slices.Concat(all[:fieldLaw]...))
		}
		byField[f] = terms
		for _, t := range terms {
			seen[t.term] |= field(f).set()
		}
		if field(f) == fieldBody {
			terms = append(terms, textTerm{lengthSentinel, 0})
		}
		d.AddField(document.NewTextFieldCustom(fieldNames[f], nil, nil, index.IndexField|index.IncludeTermVectors, termAnalyzer(terms)))
	}
	var capitals []textTerm
	for _, f := range []field{fieldTitle, fieldHead, fieldBody, fieldWho} {
		for _, s := range all[f] {
			capitals = append(capitals, cache.capitalTerms(withoutLinkTargets(s))...)
		}
	}
	d.AddField(document.NewTextFieldCustom(capitalField, nil, nil, index.IndexField, termAnalyzer(capitals)))
	d.AddField(document.NewTextFieldCustom(providerField, nil, nil, index.IndexField, termAnalyzer(providerTerms(p.Provider))))
	d.AddField(document.NewTextFieldCustom(passagesField, nil, cache.encodePassages(passageTexts(p)), index.StoreField, nil))
	return d, byField
}

// documentID is a practice's id as bleve's.
func documentID(id int64) string { return strconv.FormatInt(id, 10) }

// termAnalyzer hands bleve the terms that danish has already made, with their
// positions.
type termAnalyzer []textTerm

// Analyze implements analysis.Analyzer.
func (a termAnalyzer) Analyze([]byte) analysis.TokenStream {
	tokens := make([]analysis.Token, len(a))
	out := make(analysis.TokenStream, len(a))
	for i, t := range a {
		tokens[i] = analysis.Token{Term: []byte(t.term), Position: t.position}
		out[i] = &tokens[i]
	}
	return out
}

// fingerprint tells one way of making documents from another: layout, fields,
// bleve, and what the analysis makes of a text that has all it can do in it.
func fingerprint() string {
	h := sha256.New()
	fmt.Fprintln(h, documentVersion, fieldNames, capitalField, providerField, passagesField, scorch.Name, scorch.Version)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if strings.HasPrefix(m.Path, "github.com/blevesearch/") {
				fmt.Fprintln(h, m.Path, m.Version)
			}
		}
	}
	fmt.Fprintln(h, tokenCache{}.textTerms([]string{
		"Århus Aarhus a\u030arhus ÆØÅ æøå Ærø é ü ß covid-19 COVID19 § 104 §§ 85 12-18 12–18 walk'n'talk KL’s NGO'er eﬀekt",
		"online-aktiviteter socio‑bus metode\u00adudvikling metodeudvik-\nling web-\nog [link](https://example.dk/x) h264 " + strings.Repeat("x", 100),
	}))
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}
