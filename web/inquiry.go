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
	// Section is the ID of the form's section where it stands, without its prefix.
	Section string
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
				out = append(out, InquiryPart{x.Name, x.Label, facts, strings.TrimPrefix(s.ID, f.SectionPrefix)})
			}
		}
		for _, row := range s.Rows {
			if facts := filledFields(row.Fields, ""); len(facts) > 0 {
				path, _, _ := strings.Cut(row.Fields[0].Name, "]")
				out = append(out, InquiryPart{path + "]", row.Legend, facts, strings.TrimPrefix(s.ID, f.SectionPrefix)})
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

// InquiryAsk is a part with what it must say, if it is not right.
type InquiryAsk struct {
	InquiryPart
	ID     string
	Hidden []Hidden
	Text   Field
	Note   string // that it says something else than when it was answered
}

// open tells whether its correction is not folded.
func (a InquiryAsk) open() bool { return a.Text.Value != "" || a.Text.Error != "" }

// longFact is from how many letters on a text is folded under its beginning: some ten
// lines of a telephone.
const longFact, beginning = 500, 160

// begins is the beginning of a text that is folded; empty for a short one.
func (f Fact) begins() string {
	r := []rune(f.Value)
	if len(r) <= longFact {
		return ""
	}
	return strings.Join(strings.Fields(string(r[:beginning])), " ") + " …"
}

// InquiryStep is what is asked about at once; one step is shown, and the others are a line.
type InquiryStep struct {
	ID, Label string
	Value     string // of the button that leads there
	State     string // whether it is answered, and how
	Answered  bool
	Here      bool
	Asks      []InquiryAsk
	Last      bool // the remark, and the sending
}

// InquiryPage is what the secret link of an inquiry shows.
type InquiryPage struct {
	Shell
	Errors       []FormError
	Done         string
	Lead         []string
	About        []string // what is to be known of it, folded
	Note         string   // what the desk writes
	Closed       string   // why nothing can be answered any more; empty while it can
	Action       string
	Draft        string // key of what the browser keeps
	Hidden       []Hidden
	Progress     string // how many steps are answered
	Saved        bool   // what was just answered
	Rest         string // label of the button that says that the rest is right; empty: there is none
	Steps        []InquiryStep
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
	Lead         string // what becomes of who is asked
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
	Mail        Link    // to the mail that it becomes; none once it is sent
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
