package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/review"
)

// Bounds of what is posted.
const (
	maxFormBytes   = 1 << 20  // far above all texts at their limits that anybody writes
	maxUploadBytes = 32 << 20 // three attachments of 10 MB, and the form
	maxMemory      = 1 << 20  // of an upload; the rest is spooled to files
	maxFormRows    = 30       // of findings and of sources
	maxAnswerText  = 4000     // of an answer to the desk; the database holds the same
)

// Names of the form's own fields; those of the content are the record's paths.
const (
	fieldKey    = "key"    // of the client: a double post has the same
	fieldServed = "served" // when the first form was served, in Unix seconds
	fieldKind   = "kind"
	fieldAbout  = "about"
	fieldData   = "data" // the whole state, on the review step
	fieldTrap   = "website"
)

// sending is what travels from step to step. Nothing of it is kept here until
// it is sent.
type sending struct {
	Submission review.Submission `json:"submission"`
	Contact    review.Contact    `json:"contact"`
	Key        string            `json:"key"`
	Served     int64             `json:"served"`
	Trap       string            `json:"trap,omitempty"`
}

// took is the time since the first form was served; 0 when it is not known.
func (x *sending) took(now time.Time) time.Duration {
	if x.Served <= 0 || x.Served > now.Unix() {
		return 0
	}
	return max(now.Sub(time.Unix(x.Served, 0)), time.Millisecond)
}

// hidden are the fields that a form carries along.
func (x *sending) hidden() map[string]string {
	return map[string]string{fieldKey: x.Key, fieldServed: strconv.FormatInt(x.Served, 10), fieldKind: string(x.Submission.Kind), fieldAbout: x.Submission.About}
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
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return &httpx.TooLargeError{}
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
		x.Submission, x.Contact = readContent(v)
		x.Submission.Kind, x.Submission.About = kind, v.Get(fieldAbout)
		x.Submission.NotCPR = v.Get("not_cpr") != ""
		x.Key, x.Trap = v.Get(fieldKey), v.Get(fieldTrap)
		x.Served, _ = strconv.ParseInt(v.Get(fieldServed), 10, 64)
	}
	s := &x.Submission
	s.Practice.Slug, s.Practice.Key, s.Practice.State = "", "", ""
	if _, err := slugOf(s.About); err != nil {
		s.About = ""
	}
	// A key of another making could be guessed, and with it the secret link.
	if len(x.Key) < 16 || len(x.Key) > 64 || !review.SubmissionKinds.Has(s.Kind) {
		return nil, badForm
	}
	return x, nil
}

// readContent is what was typed, as it was typed.
func readContent(v url.Values) (review.Submission, review.Contact) {
	get := func(name string) string { return strings.TrimSpace(strings.ReplaceAll(v.Get(name), "\r\n", "\n")) }
	refs := func(name string) []catalogue.TermRef {
		list := slices.DeleteFunc(slices.Clone(v[name]), func(s string) bool { return s == "" })
		if len(list) == 0 {
			return nil
		}
		return catalogue.Refs(list[:min(len(list), catalogue.MaxRows)]...)
	}
	p := catalogue.Practice{
		Title: get("title"), Summary: get("summary"), Organisation: catalogue.OrganisationRef{Slug: get("organisation")}, Provider: get("provider"),
		TargetGroups: refs("target_groups"), ContactForms: refs("contact_forms"), Preconditions: refs("preconditions"),
		Answers: catalogue.Answers{Done: get("answers.done"), Worked: get("answers.worked"), ForWhom: get("answers.for_whom"), Spread: get("answers.spread"),
			Retention: get("answers.retention"), Other: get("answers.other"), Quality: get("answers.quality")},
		Resources: get("resources"), Contact: get("contact"),
	}
	for _, x := range v["periods"] {
		if len(p.Periods) < catalogue.MaxRows {
			p.Periods = append(p.Periods, catalogue.Period(x))
		}
	}
	if s := get("legal_basis[1]"); s != "" {
		p.LegalBasis = []string{s}
	}
	r := catalogue.Retention{Status: catalogue.RetentionStatus(get("retention[1].status")), DecidedBy: get("retention[1].decided_by"), AsOf: catalogue.Date(get("retention[1].as_of"))}
	if r != (catalogue.Retention{}) {
		p.Retention = []catalogue.Retention{r}
	}
	for i := range maxFormRows {
		at := func(list, field string) string { return fmt.Sprintf("%s[%d].%s", list, i+1, field) }
		if remove := v.Get("remove"); remove != fmt.Sprintf("findings[%d]", i+1) {
			f := catalogue.Finding{TargetGroups: refs(at("findings", "target_groups")), ContactForms: refs(at("findings", "contact_forms")), Effect: catalogue.Effect(get(at("findings", "effect"))),
				Voice: catalogue.Voice(get(at("findings", "voice"))), Condition: get(at("findings", "condition")), Text: get(at("findings", "text"))}
			if len(f.TargetGroups)+len(f.ContactForms) > 0 || f.Effect != "" || f.Voice != "" || f.Condition != "" || f.Text != "" {
				p.Findings = append(p.Findings, f)
			}
		}
		if remove := v.Get("remove"); remove != fmt.Sprintf("sources[%d]", i+1) {
			x := catalogue.Source{Kind: catalogue.SourceKind(get(at("sources", "kind"))), Document: get(at("sources", "document")), Publisher: get(at("sources", "publisher")),
				Date: catalogue.Date(get(at("sources", "date"))), URL: get(at("sources", "url"))}
			if x != (catalogue.Source{}) {
				p.Sources = append(p.Sources, x)
			}
		}
	}
	return review.Submission{Practice: p, Link: get("link"), Text: get("text")},
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
