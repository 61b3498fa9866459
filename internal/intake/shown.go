package intake

import (
	"archive/zip"
	"encoding/xml"
	"image"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// How large the pictures of a document, or of a page of a PDF, may be together, in
// square centimetres, and still be logos: one of 6 by 2. A larger one has room for
// lines that can be read. The heads and feet of pages, where logos stand, have
// room for more of them.
const (
	maxLogos      = 12.0
	maxLetterhead = 40.0
)

// wordsInside is how many pixels a picture outside of them may have, however small
// it is shown.
const wordsInside = 300_000

// Units in a centimetre.
const (
	emuInCM    = 360_000
	pointsInCM = 72 / 2.54
	pixelsInCM = 96 / 2.54 // where nothing tells how large a picture is shown
)

// shown is how large pictures are shown, by the name of their part.
type shown struct {
	area map[string]float64 // square centimetres
	// cropped are those of which a piece is shown. head are those in the heads and
	// feet of pages, body those elsewhere.
	cropped, head, body map[string]bool
	size                float64 // of what is being read
	last                string
}

func newShown() *shown {
	return &shown{area: map[string]float64{}, cropped: map[string]bool{}, head: map[string]bool{}, body: map[string]bool{}}
}

func (s *shown) add(name string, head bool) {
	name = strings.ToLower(name)
	s.last = name
	s.area[name] = max(s.area[name], s.size)
	if head {
		s.head[name] = true
	} else {
		s.body[name] = true
	}
}

// docx takes the pictures of a part of a Word document, whose relations are given.
func (s *shown) docx(part string, relations map[string]string) func(xml.StartElement) {
	base := path.Base(part)
	head := strings.HasPrefix(base, "header") || strings.HasPrefix(base, "footer")
	s.size = 0
	return func(x xml.StartElement) {
		switch x.Name.Local {
		case "extent":
			s.size = number(attr(x, "cx")) / emuInCM * number(attr(x, "cy")) / emuInCM
		case "shape", "rect":
			if style := attr(x, "style"); style != "" {
				s.size = styled(style, "width") * styled(style, "height")
			}
		case "blip":
			s.add(relations[attr(x, "embed")], head)
		case "imagedata":
			s.add(relations[attr(x, "id")], head)
			if attr(x, "cropleft")+attr(x, "cropright")+attr(x, "croptop")+attr(x, "cropbottom") != "" {
				s.cropped[s.last] = true
			}
		case "srcRect":
			if len(x.Attr) > 0 {
				s.cropped[s.last] = true
			}
		}
	}
}

// odt takes the pictures of a part of an OpenDocument text: all of the styles are
// for the heads and feet of pages.
func (s *shown) odt(part string, x xml.StartElement) {
	switch x.Name.Local {
	case "frame":
		s.size = length(attr(x, "width")) * length(attr(x, "height"))
	case "image":
		s.add(strings.TrimPrefix(attr(x, "href"), "./"), part == "styles.xml")
	}
}

func number(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n > 0 && n < 1e12) {
		return 0
	}
	return n
}

var measure = regexp.MustCompile(`^([0-9.]+)(cm|mm|in|pt|px)$`)

// length is a length with its unit in centimetres; 0 when it is none.
func length(s string) float64 {
	m := measure.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0
	}
	return number(m[1]) * map[string]float64{"cm": 1, "mm": 0.1, "in": 2.54, "pt": 1 / pointsInCM, "px": 1 / pixelsInCM}[m[2]]
}

// styled is a length in the style of a shape.
func styled(style, name string) float64 {
	for part := range strings.SplitSeq(style, ";") {
		if key, value, _ := strings.Cut(part, ":"); strings.TrimSpace(key) == name {
			return length(value)
		}
	}
	return 0
}

// relations are the parts that a part of a Word document names, by their ids.
func (a *archive) relations(part string) (map[string]string, error) {
	out := map[string]string{}
	e := a.find(path.Join(path.Dir(part), "_rels", path.Base(part)+".rels"))
	if e == nil {
		return out, nil
	}
	return out, a.elements(e, func(x xml.StartElement) error {
		if target := attr(x, "Target"); strings.HasPrefix(target, "/") {
			out[attr(x, "Id")] = strings.TrimPrefix(target, "/")
		} else {
			out[attr(x, "Id")] = path.Join(path.Dir(part), target)
		}
		return nil
	})
}

// isPicture tells whether a part is a picture of a kind that can be measured.
func isPicture(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".jpe":
		return true
	}
	return false
}

// pictures says that there may be words in a document's pictures, all in all.
func (f *File) pictures(a *archive, s *shown) error {
	var logos, letterhead float64
	for _, e := range a.entries {
		name := strings.ToLower(e.Name)
		if !isPicture(name) || strings.HasPrefix(name, "thumbnails/") || strings.HasPrefix(name, "docprops/thumbnail.") {
			continue // those are the first page, made small
		}
		pixels, known, err := a.pictureSize(e)
		if err != nil {
			return err
		}
		// As the document says, and by its pixels where it does not, or where only
		// a piece is shown.
		area := s.area[name]
		if area == 0 || s.cropped[name] {
			area = max(area, float64(pixels)/pixelsInCM/pixelsInCM)
		}
		switch head := s.head[name] && !s.body[name]; {
		case !known || !head && pixels >= wordsInside:
			f.unread(pictured)
		case head:
			letterhead += area
		default:
			logos += area
		}
	}
	if logos >= maxLogos || letterhead >= maxLetterhead {
		f.unread(pictured)
	}
	return nil
}

// pictureSize is how many pixels a picture has; it is not known of what is none.
func (a *archive) pictureSize(e *zip.File) (pixels int, known bool, err error) {
	r, err := a.open(e)
	if err != nil {
		return 0, false, err
	}
	defer r.Close()
	c, _, err := image.DecodeConfig(r)
	return c.Width * c.Height, err == nil, nil
}
