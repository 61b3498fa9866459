package export

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"praksis/internal/catalogue"
)

// turtle writes RDF 1.1 Turtle, one subject at a time.
type turtle struct{ bytes.Buffer }

// term is a subject, predicate or object as Turtle writes it.
type term string

// property is a predicate with its objects; without any it is not written.
type property struct {
	predicate term
	objects   []term
}

// a is the property that says what something is.
func a(class term) property { return property{"a", []term{class}} }

func is(predicate term, objects ...term) property { return property{predicate, objects} }

// prefixes declares the short names of namespaces, in pairs of name and address.
func (t *turtle) prefixes(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(t, "@prefix %s: <%s> .\n", pairs[i], pairs[i+1])
	}
}

// describe writes all that is said of a subject. Empty objects are left out.
func (t *turtle) describe(subject term, properties ...property) {
	fmt.Fprintf(t, "\n%s", subject)
	separator := " "
	for _, p := range properties {
		var objects []string
		for _, o := range p.objects {
			if o != "" {
				objects = append(objects, string(o))
			}
		}
		if len(objects) == 0 {
			continue
		}
		fmt.Fprintf(t, "%s%s %s", separator, p.predicate, strings.Join(objects, ", "))
		separator = " ;\n  "
	}
	t.WriteString(" .\n")
}

// iri is an address as a term: what Turtle does not allow between < and > is percent-encoded.
func iri(address string) term {
	var b strings.Builder
	b.WriteByte('<')
	for _, c := range []byte(strings.ToValidUTF8(address, "\uFFFD")) {
		if c <= ' ' || strings.IndexByte("<>\"{}|^`\\", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('>')
	return term(b.String())
}

var literalEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", "")

// literal is a text without a language; empty for none.
func literal(s string) term {
	if s == "" {
		return ""
	}
	return term(`"` + literalEscapes.Replace(strings.ToValidUTF8(s, "\uFFFD")) + `"`)
}

// danish is a text in Danish; empty for none. The language tag is in small letters, as
// DCAT-AP-DK asks.
func danish(s string) term {
	if s == "" {
		return ""
	}
	return literal(s) + "@da"
}

// day is the date of an instant in Denmark; empty for none.
func day(at time.Time) term {
	if at.IsZero() {
		return ""
	}
	return term(`"` + at.In(catalogue.Copenhagen).Format(time.DateOnly) + `"^^xsd:date`)
}
