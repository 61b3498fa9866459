package web

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// InquiryPart is a part of a record of which somebody at the source says whether it is
// right: a field, or a row of a list.
type InquiryPart struct {
	Path  string // as Field.Path, or of a row "findings[2]"
	Label string
	Facts []Fact // without a label where the part is a single field
}

// Fingerprint tells one content of a part from another.
func (p InquiryPart) Fingerprint() string {
	h := sha256.New()
	for _, f := range p.Facts {
		h.Write([]byte(f.Label + "\x00" + f.Value + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// Parts are the parts of the form's record that say something.
func (f *RecordForm) Parts() (out []InquiryPart) {
	for _, s := range f.Sections() {
		for _, x := range s.Fields {
			if facts := filledFields([]Field{x}, ""); len(facts) > 0 {
				facts[0].Label = ""
				out = append(out, InquiryPart{x.Name, x.Label, facts})
			}
		}
		for _, row := range s.Rows {
			if facts := filledFields(row.Fields, ""); len(facts) > 0 {
				path, _, _ := strings.Cut(row.Fields[0].Name, "]")
				out = append(out, InquiryPart{path + "]", row.Legend, facts})
			}
		}
	}
	return out
}

// Fingerprints are those of parts, by their paths.
func Fingerprints(parts []InquiryPart) map[string]string {
	out := map[string]string{}
	for _, p := range parts {
		out[p.Path] = p.Fingerprint()
	}
	return out
}

// InquiryAsk is a part with what is answered of it.
type InquiryAsk struct {
	InquiryPart
	ID     string
	Hidden []Hidden
	Answer Field // right, or not
	Text   Field // what it must say
}

// InquiryPage is what the secret link of an inquiry shows.
type InquiryPage struct {
	Shell
	Errors       []FormError
	Done         string
	Lead         []string
	Note         string // what the desk writes
	Closed       string // why nothing can be answered any more; empty while it can
	Action       string
	Draft        string // key of what the browser keeps
	Hidden       []Hidden
	Asks         []InquiryAsk
	All          bool // there is more than one part to be answered at once
	Used, Remark Field
	Kept         []Field // what was typed and comes too late
	Preview      Link
}

// used tells whether the page asks if something is in use.
func (v InquiryPage) used() bool { return len(v.Used.Options) > 0 }

// DeskInquiries are what was asked at the source about a submission or an example.
type DeskInquiries struct {
	Desk
	Back         Link
	Cannot       string // why nobody can be asked; empty: somebody can
	Items        []DeskInquiry
	Action, Keep string
	Hidden       []Hidden
	Fields       []Field // of a new inquiry
	Kept         *DeskKept
	Dirty        bool
}

// DeskInquiry is one of them, with what was answered.
type DeskInquiry struct {
	ID, Heading string
	Facts       []Fact
	Waits       bool // for the desk
	Parts       []DeskInquiryPart
	Remark      string
	Marks       []string
	Mend        Link    // to where what is to be corrected is; none where nothing is
	Fields      []Field // of what can be done with it
	Buttons     []DeskInquiryButton
}

// DeskInquiryPart is a part with what was said of it, beside what stands there now.
type DeskInquiryPart struct {
	Label   string
	Now     []Fact
	Right   bool
	Text    string
	Changed bool // since it was answered
	Marks   []string
}

// DeskInquiryButton does something with an inquiry.
type DeskInquiryButton struct{ Value, Label, Class string }

// changes tells whether any part is to be changed.
func (q DeskInquiry) changes() bool {
	return slices.ContainsFunc(q.Parts, func(p DeskInquiryPart) bool { return !p.Right })
}
