package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/review"
	"praksis/web"
)

// Bounds of what is posted.
const (
	maxFormBytes = 1 << 20 // far above all texts at their limits that anybody writes
	// Three attachments of 10 MB, and the form. What is larger is read to its end
	// all the same, so that the form can be given back: a browser that is cut off
	// shows nothing.
	maxUploadBytes = 96 << 20
)

// Names of the form's own fields; those of the content are the record's paths.
const (
	fieldKey      = "key"    // of the client: a double post has the same
	fieldServed   = "served" // when the first form was served, in Unix seconds
	fieldKind     = "kind"
	fieldAbout    = "about"
	fieldData     = "data" // the whole state, on the review step
	fieldHoneypot = "website"
	fieldFiles    = "files_not_cpr" // ten digits in the files are no CPR number
	fieldSaved    = "saved"         // the token of the saved form that this was opened from
	fieldVersion  = "version"       // of what this was opened from
	fieldTyped    = "typed"         // when the browser kept the draft of this, in its own milliseconds
)

// sending is what travels from step to step. Nothing of it is kept here until
// it is sent.
type sending struct {
	Submission review.Submission `json:"submission"`
	Contact    review.Contact    `json:"contact"`
	Key        string            `json:"key"`
	Served     int64             `json:"served"`
	Honeypot   string            `json:"trap,omitempty"`
	Saved      string            `json:"saved,omitempty"`
	// FilesNotCPR is set when ten digits in the files were declared to be no CPR
	// number; of the text Submission.NotCPR tells.
	FilesNotCPR bool  `json:"files_not_cpr,omitempty"`
	Version     int   `json:"version,omitempty"` // of the saved form, when this was opened from it
	Typed       int64 `json:"typed,omitempty"`   // see fieldTyped; 0 where it has no draft
}

// draft is the name of the form's draft in the browser: one saved form has its own.
func (x *sending) draft() string {
	if x.Saved == "" {
		return string(x.Submission.Kind)
	}
	return draftOf("gemt", x.Saved+" "+string(x.Submission.Kind))
}

// draftOf is the name of the draft of one thing, which a name in the browser must
// not give away.
func draftOf(use, secret string) string {
	sum := sha256.Sum256([]byte("draft:" + secret))
	return use + "-" + hex.EncodeToString(sum[:8])
}

// typedStamp is what a form posted as the moment of its draft; 0 when it has none.
func typedStamp(v url.Values) int64 {
	n, _ := strconv.ParseInt(v.Get(fieldTyped), 10, 64)
	return max(n, 0)
}

// typedField carries that moment along; a script puts it.
func typedField(at int64) web.Hidden {
	return web.Hidden{Name: fieldTyped, Value: strconv.FormatInt(at, 10)}
}

// filesDeclared tells whether files with ten bare digits are taken.
func (x *sending) filesDeclared() bool { return x.FilesNotCPR || x.Submission.NotCPR }

// took is the time since the first form was served; 0 when it is not known.
func (x *sending) took(now time.Time) time.Duration {
	if x.Served <= 0 || x.Served > now.Unix() {
		return 0
	}
	return max(now.Sub(time.Unix(x.Served, 0)), time.Millisecond)
}

// hidden are the fields that a form carries along.
func (x *sending) hidden() []web.Hidden {
	list := []web.Hidden{{Name: fieldAbout, Value: x.Submission.About}, {Name: fieldKey, Value: x.Key},
		{Name: fieldKind, Value: string(x.Submission.Kind)}, {Name: fieldServed, Value: strconv.FormatInt(x.Served, 10)}, typedField(x.Typed)}
	if x.Saved != "" {
		list = append(list, web.Hidden{Name: fieldSaved, Value: x.Saved}, web.Hidden{Name: fieldVersion, Value: strconv.Itoa(x.Version)})
	}
	if x.FilesNotCPR {
		list = append(list, web.Hidden{Name: fieldFiles, Value: "1"})
	}
	return append(list, web.NameAnswers(x.Submission.Named)...)
}

// badForm is a post that no form of ours makes.
var badForm = &httpx.BadRequestError{Message: "Vi kunne ikke læse det, du sendte. Gå tilbage, og prøv igen."}

// readForm reads a posted form, bounded.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	return formError(r.ParseForm())
}

// formError keeps what was posted out of the error, which may be logged.
func formError(err error) error {
	switch err := httpx.BodyError(err).(type) {
	case *httpx.TooLargeError, *httpx.TooSlowError:
		return err
	}
	if err != nil {
		return badForm
	}
	return nil
}

// readSending is the state of a posted form: its fields, or the review step's
// one field with everything.
func readSending(v url.Values) (*sending, error) {
	x := &sending{}
	if data := v.Get(fieldData); data != "" {
		if err := json.Unmarshal([]byte(data), x); err != nil {
			return nil, badForm
		}
	} else {
		kind, ok := review.SubmissionKinds.Parse(v.Get(fieldKind))
		if !ok {
			return nil, badForm
		}
		x.Submission, x.Contact = readContent(v, kind.Form())
		x.Submission.Kind, x.Submission.About = kind, v.Get(fieldAbout)
		x.Submission.NotCPR, x.FilesNotCPR = v.Get("not_cpr") != "", v.Get(fieldFiles) != ""
		x.Key, x.Honeypot, x.Saved = v.Get(fieldKey), v.Get(fieldHoneypot), v.Get(fieldSaved)
		x.Served, _ = strconv.ParseInt(v.Get(fieldServed), 10, 64)
		x.Version, _ = strconv.Atoi(v.Get(fieldVersion))
		x.Typed = typedStamp(v)
	}
	s := &x.Submission
	s.Practice.KeepAsked(catalogue.FormFull) // whatever else the field with everything holds
	if _, err := slugOf(s.About); err != nil {
		s.About = ""
	}
	if !isToken(x.Saved) {
		x.Saved = ""
	}
	// A key of another making could be guessed, and with it the secret link.
	if len(x.Key) < 16 || len(x.Key) > 64 || !review.SubmissionKinds.Has(s.Kind) {
		return nil, badForm
	}
	return x, nil
}

// readContent is what was typed, as it was typed, without the rows that nothing
// was written in and the one that a button takes out.
func readContent(v url.Values, form catalogue.Form) (review.Submission, review.Contact) {
	get := func(name string) string { return strings.TrimSpace(strings.ReplaceAll(v.Get(name), "\r\n", "\n")) }
	p := catalogue.ReadForm(v, form)
	if list, row, ok := strings.Cut(strings.TrimSuffix(v.Get("remove"), "]"), "["); ok {
		n, err := strconv.Atoi(row)
		if f := catalogue.ListAt(list); err == nil && f != nil {
			f.RemoveRow(&p, n-1)
		}
	}
	p.DropEmptyRows()
	return review.Submission{Practice: p, Link: get("link"), Text: get("text"), Named: catalogue.ReadNameChoices(v)},
		review.Contact{Name: get("contact_name"), Email: get("email"), Phone: get("phone")}
}

// further takes what was typed over to the next way.
func (x *sending) further(to review.SubmissionKind) {
	s := &x.Submission
	s.Kind = to
	done := &s.Practice.Answers.Done
	*done = strings.TrimSpace(*done + "\n\n" + s.Text)
	s.Text = ""
}
