package intake

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"praksis/internal/review"
)

// Holds tells whether a text, such as a name, stands in a file that Recognise has
// taken: in its words, or in anything beside them, such as who wrote it or a
// comment, what a part of it is called, and where a link leads. Small and capital
// letters are one, and so is all white space. whole is false when there may be
// more than can be read.
func Holds(r io.ReaderAt, size int64, f File, text string) (has, whole bool, err error) {
	words, whole, err := Text(r, size, f)
	if err != nil || strings.Contains(folded(words), folded(text)) {
		return err == nil, whole, err
	}
	if f.Type == PDF { // whose short strings are not read
		return false, whole && len(text) >= minString, nil
	}
	if f.Type != DOCX && f.Type != ODT {
		return false, false, nil
	}
	a, err := openArchive(r, size)
	if err != nil {
		return false, false, err
	}
	b := beside{want: inName(text)}
	for _, e := range a.entries {
		err := b.look(e.Name)
		if err == nil && readPart(e.Name) {
			err = errors.Join(a.tokens(e, b.token), b.end())
		}
		switch _, refused := errors.AsType[*Error](err); {
		case errors.Is(err, errEnough):
			return true, whole, nil
		case refused:
			whole = false
		case err != nil:
			return false, false, err
		}
	}
	return false, whole, nil
}

// beside looks for a text in what is no part of a document's running text.
type beside struct {
	want  string
	chars strings.Builder // of the element that is being read
}

// look is errEnough where the text is found.
func (b *beside) look(s string) error {
	if strings.Contains(inName(s), b.want) {
		return errEnough
	}
	return nil
}

func (b *beside) end() error {
	s := b.chars.String()
	b.chars.Reset()
	return b.look(s)
}

func (b *beside) token(t xml.Token) error {
	switch x := t.(type) {
	case xml.StartElement:
		if err := b.end(); err != nil {
			return err
		}
		for _, a := range x.Attr {
			if err := b.look(a.Value); err != nil {
				return err
			}
		}
	case xml.EndElement:
		return b.end()
	case xml.CharData:
		b.chars.Write(x)
	case xml.Comment:
		return b.look(string(x))
	case xml.ProcInst:
		return b.look(string(x.Inst))
	}
	return nil
}

// folded is a text as it is looked for.
func folded(s string) string { return strings.ToLower(review.Line(s)) }

// inName is a text as it is looked for in the names of parts, addresses and the
// like, where other signs stand for the space between its words.
func inName(s string) string { return folded(spaces.Replace(s)) }

var spaces = strings.NewReplacer("%20", " ", ".", " ", "_", " ", "-", " ", "+", " ")
