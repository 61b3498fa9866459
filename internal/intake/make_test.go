package intake

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
)

// The files of the tests, made here: good ones, and hostile ones from them.

type entryOf struct {
	name, content string
	store         bool
}

func zipOf(entries ...entryOf) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.store {
			h.Method = zip.Store
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			panic(err)
		}
		_, _ = w.Write([]byte(e.content))
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const contentTypes = `<?xml version="1.0" encoding="UTF-8"?><Types><Override PartName="/word/document.xml" ContentType="%s"/></Types>`

// docxOf is a Word document with paragraphs, and whatever is to be in it too.
func docxOf(text string, more ...entryOf) []byte {
	body := `<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>celle</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>`
	return zipOf(append([]entryOf{{name: "[Content_Types].xml", content: fmt.Sprintf(contentTypes, docxMain)}, {name: "word/document.xml", content: body}}, more...)...)
}

func relsOf(kind, target string) entryOf {
	return entryOf{name: "word/_rels/settings.xml.rels", content: `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="` + target + `" TargetMode="External"/></Relationships>`}
}

func odtOf(text string, more ...entryOf) []byte {
	return zipOf(append([]entryOf{{name: "mimetype", content: ODT, store: true},
		{name: "content.xml", content: `<office:document-content xmlns:office="o" xmlns:text="t"><office:body><text:h>Titel</text:h><text:p>` + text + `<text:s/>slut</text:p></office:body></office:document-content>`}}, more...)...)
}

func pdfOf(objects string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" + objects + "\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

func deflated(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

func streamOf(dict, content string) string {
	return fmt.Sprintf("3 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n", dict, len(content), content)
}

func pngOf(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// claiming is a PNG whose header claims another size.
func claiming(w, h uint32) []byte {
	b := pngOf(4, 4)
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func jpegOf() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 40)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// located is a photo that says where it was taken.
func located() []byte {
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08" + // IFD0 at 8
		"\x00\x01\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x1a\x00\x00\x00\x00" + // the GPS directory at 26
		"\x00\x01\x00\x02\x00\x05\x00\x00\x00\x03\x00\x00\x00\x2c\x00\x00\x00\x00" + strings.Repeat("\x00", 24)
	b := jpegOf()
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return bytes.Join([][]byte{b[:2], segment, []byte(exif), b[2:]}, nil)
}

// lying is a zip of which an entry claims to be small.
func lying() []byte {
	b := docxOf("x", entryOf{name: "word/media/a.xml", content: strings.Repeat("a", 60<<20)})
	for i := 0; ; {
		j := bytes.Index(b[i:], []byte("PK\x01\x02"))
		if j < 0 {
			return b
		}
		i += j
		if name := b[i+46:]; bytes.HasPrefix(name, []byte("word/media/a.xml")) {
			binary.LittleEndian.PutUint32(b[i+24:], 1000)
		}
		i += 4
	}
}

func many(n int, content string) []entryOf {
	out := make([]entryOf, n)
	for i := range out {
		out[i] = entryOf{name: fmt.Sprintf("word/media/%d.png", i), content: content, store: true}
	}
	return out
}

const billionLaughs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><w:document><w:t>&c;</w:t></w:document>`
