package intake

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	encoding "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	docxMain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	macros   = "Dokumentet har makroer i sig. Gem det som almindelig DOCX eller PDF, og prøv igen."
	outside  = "Dokumentet henter noget udefra, når det åbnes. Gem det som PDF, og prøv igen."
	embedded = "Dokumentet har andre filer i sig. Det er kun dokumentets egen tekst, vi har læst."
	pictured = "Dokumentet har billeder i sig. Teksten i dem har vi ikke læst."
	// templateCut is said of a template that is fetched from elsewhere.
	templateCut      = "Dokumentet henter en skabelon, når det åbnes. Vi har gemt det uden den henvisning. Teksten er den samme."
	attachedTemplate = "attachedTemplate"
)

// docx checks a Word document: the main type, no macros and controls, and
// nothing that is fetched from elsewhere when it is opened.
func (f *File) docx(a *archive) error {
	var main, program bool
	err := a.elements(a.find("[Content_Types].xml"), func(e xml.StartElement) error {
		kind := strings.ToLower(attr(e, "ContentType"))
		main = main || kind == docxMain && a.find(strings.TrimPrefix(attr(e, "PartName"), "/")) != nil && strings.HasPrefix(attr(e, "PartName"), "/word/")
		program = program || strings.Contains(kind, "macroenabled") || strings.Contains(kind, "vbaproject")
		return nil
	})
	if err != nil {
		return err
	}
	for _, e := range a.entries {
		name := strings.ToLower(e.Name)
		switch ext := path.Ext(name); {
		case strings.HasSuffix(name, "/"):
		case strings.Contains(name, "vbaproject") || strings.Contains(name, "vbadata") || strings.Contains(name, "/activex/"):
			program = true
		case strings.Contains(name, "/embeddings/") && (ext == ".bin" || ext == ".exe"):
			return refuse("Dokumentet har andre filer i sig. Fjern dem, eller gem dokumentet som PDF, og prøv igen.")
		case strings.Contains(name, "/embeddings/") || ext == ".html" || ext == ".htm" || ext == ".mht" || ext == ".rtf" || ext == ".docx" || ext == ".txt":
			f.unread(embedded)
		default:
			f.otherPart(e.Name)
		}
	}
	if program {
		return refuse(macros)
	}
	if !main {
		return refuse("Filen er hverken et Word-dokument eller en anden type, vi kan tage imod. %s", takenTypes)
	}
	pictures := newShown()
	for _, e := range a.entries {
		switch name := strings.ToLower(e.Name); {
		case strings.HasSuffix(name, ".rels"):
			if err := a.elements(e, f.relationship); err != nil {
				return err
			}
		case strings.HasPrefix(name, "word/") && strings.HasSuffix(name, ".xml"):
			codes := words{only: true}
			relations, err := a.relations(e.Name)
			if err != nil {
				return err
			}
			picture := pictures.docx(e.Name, relations)
			err = a.tokens(e, func(t xml.Token) error {
				if x, ok := t.(xml.StartElement); ok {
					picture(x)
				}
				return codes.docx(t)
			})
			if errors.Is(err, errEnough) {
				f.unread(pictured) // not all of them have been seen
			} else if err != nil {
				return err
			}
			if fetching.MatchString(codes.String()) {
				return refuse(outside)
			}
		}
	}
	return f.pictures(a, pictures)
}

// otherPart says of a part that it may have words in it that are not read. The
// pictures are looked at all together.
func (f *File) otherPart(name string) {
	switch ext := strings.ToLower(path.Ext(name)); {
	case readPart(name) || isPicture(name):
	case ext == ".odttf" || ext == ".ttf" || ext == ".otf" || ext == ".fntdata":
	default:
		f.unread(embedded)
	}
}

// relationship refuses what leads out of the document by itself. Links that a
// reader follows are fine. The template that many documents name, on somebody's
// own disk, a share or SharePoint, is taken out of what is kept (Kept).
func (f *File) relationship(e xml.StartElement) error {
	if e.Name.Local != "Relationship" || !strings.EqualFold(attr(e, "TargetMode"), "External") {
		return nil
	}
	switch path.Base(attr(e, "Type")) {
	case "hyperlink":
		return nil
	case attachedTemplate:
		if !f.Changed {
			f.Notes = append(f.Notes, templateCut)
		}
		f.Changed = true
		return nil
	}
	return refuse(outside)
}

// fetching are field codes that start or fetch something when they are updated.
var fetching = regexp.MustCompile(`(?i)\bDDE(?:AUTO)?\b|\bINCLUDE(?:PICTURE|TEXT)\s+"?(?:[a-z]+:/|\\\\|//)`)

// odt checks an OpenDocument text: its type first and plain, no encryption, and
// no programs.
func (f *File) odt(a *archive) error {
	first := a.entries[0]
	r, err := a.open(first)
	if err != nil {
		return err
	}
	kind, err := io.ReadAll(io.LimitReader(r, 100))
	r.Close()
	if err != nil {
		return unpackError(err)
	}
	content := a.find("content.xml")
	if first.Method != zip.Store || string(kind) != ODT || content == nil {
		return refuse("Filen er hverken et ODT-dokument eller en anden type, vi kan tage imod. %s", takenTypes)
	}
	for _, e := range a.entries {
		name := strings.ToLower(e.Name)
		switch {
		case strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/") || strings.HasPrefix(name, "dialogs/"):
			return refuse("%s", strings.Replace(macros, "DOCX", "ODT", 1))
		case strings.HasPrefix(name, "object ") || strings.HasPrefix(name, "objectreplacements/"):
			f.unread(embedded)
		case name != "mimetype" && !strings.HasSuffix(name, "/") && !strings.HasPrefix(name, "thumbnails/") && name != "layout-cache":
			f.otherPart(e.Name)
		}
	}
	pictures := newShown()
	for _, name := range []string{"META-INF/manifest.xml", "content.xml", "styles.xml"} {
		e := a.find(name)
		if e == nil {
			continue
		}
		err := a.elements(e, func(x xml.StartElement) error {
			pictures.odt(name, x)
			switch x.Name.Local {
			case "encryption-data":
				return refuse("Filen er beskyttet med adgangskode. Fjern adgangskoden, og prøv igen.")
			case "script", "event-listener", "libraries":
				return refuse("%s", strings.Replace(macros, "DOCX", "ODT", 1))
			case "image", "object", "object-ole", "plugin", "applet", "floating-frame", "section-source":
				if to := strings.ToLower(attr(x, "href")); strings.Contains(to, ":") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `\\`) {
					return refuse(outside)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return f.pictures(a, pictures)
}

// unread says that the words of a part are not known.
func (f *File) unread(note string) {
	if f.Readable {
		f.Notes = append(f.Notes, note)
	}
	f.Readable = false
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// Limits of XML: deeper and longer than any document written by hand.
const (
	maxDepth  = 200
	maxTokens = 3_000_000
)

// tokens reads a part's XML. Entities are not declared in such documents: what
// declares some is refused.
func (a *archive) tokens(e *zip.File, f func(xml.Token) error) error {
	r, err := a.open(e)
	if err != nil {
		return err
	}
	defer r.Close()
	d := xmlDecoder(r)
	depth := 0
	for n := 0; ; n++ {
		t, err := d.RawToken()
		if err == io.EOF && depth == 0 {
			return nil
		}
		if err != nil {
			return unpackError(err)
		}
		switch x := t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.Directive:
			return refuse(damaged)
		case xml.ProcInst:
			if x.Target == "xml" {
				continue
			}
		}
		if depth > maxDepth || n > maxTokens {
			return refuse(tooMuch)
		}
		if err := f(t); err != nil {
			return err
		}
	}
}

// xmlDecoder reads XML in any encoding that it names or begins with.
func xmlDecoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(transform.NewReader(r, encoding.BOMOverride(encoding.UTF8.NewDecoder())))
	d.CharsetReader = func(name string, in io.Reader) (io.Reader, error) {
		if name = strings.ToLower(name); strings.HasPrefix(name, "utf-") { // as its first bytes say
			return in, nil
		}
		x, err := htmlindex.Get(name)
		if err != nil {
			return nil, err
		}
		return x.NewDecoder().Reader(in), nil
	}
	return d
}

// elements reads the elements of a part.
func (a *archive) elements(e *zip.File, f func(xml.StartElement) error) error {
	return a.tokens(e, func(t xml.Token) error {
		if x, ok := t.(xml.StartElement); ok {
			return f(x)
		}
		return nil
	})
}
