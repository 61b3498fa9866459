package export

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

var update = flag.Bool("update", false, "write FORMAT.md")

// FORMAT.md lists the fields as the table has them.
func TestFormatIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "by `make generate` -->\n", "<!-- /fields -->"
	before, rest, ok := strings.Cut(string(doc), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("FORMAT.md has no place for the table")
	}
	want := before + begin + fieldsTable() + end + after
	switch {
	case *update:
		if err := os.WriteFile("FORMAT.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	case string(doc) != want:
		t.Error("FORMAT.md is not as catalogue.Fields says: make generate")
	}
}

// fieldsTable is the part of FORMAT.md that lists the record's fields, in
// Markdown.
func fieldsTable() string {
	var b strings.Builder
	b.WriteString("| field | what | form |\n|---|---|---|\n")
	for _, f := range catalogue.Fields {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Path, f.Doc, form(f))
		if f.Plain() {
			continue
		}
		for _, x := range f.Fields {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", x.Path, x.Doc, form(x))
		}
	}
	return b.String()
}

// form says how a field is written.
func form(f *catalogue.Field) string {
	switch f.Kind {
	case catalogue.FieldRows:
		if f.Plain() {
			return "list: " + form(f.Fields[0])
		}
		return fmt.Sprintf("list, %d at most", f.Limit)
	case catalogue.FieldTerms:
		of := string(f.Vocabulary)
		return "list of slugs or labels of `" + of + "`, or objects"
	case catalogue.FieldOrganisation:
		return "code, slug, short name or full name, or the object that export writes"
	case catalogue.FieldVoices:
		return "list of `" + strings.Join(f.Options.Codes(), "`, `") + "`"
	case catalogue.FieldFlag:
		return "true or false"
	case catalogue.FieldNumber:
		return "number"
	case catalogue.FieldInstant:
		return "time"
	case catalogue.FieldDate:
		return "date"
	case catalogue.FieldURL:
		return fmt.Sprintf("web address that all can open, %d characters", f.Limit)
	case catalogue.FieldProse:
		return fmt.Sprintf("Markdown, %d characters", f.Limit)
	}
	switch {
	case f.Options != nil:
		return "`" + strings.Join(f.Options.Codes(), "`, `") + "`"
	case f.Limit > 0:
		return fmt.Sprintf("text, %d characters", f.Limit)
	}
	return "text"
}
