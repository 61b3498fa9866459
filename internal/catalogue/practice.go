package catalogue

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Limits of a practice's texts, in characters. The database holds the same.
const (
	MaxTitle   = 160  // two lines of a card
	MaxSummary = 300  // domain.md
	MaxSlug    = 80   // domain.md
	MaxShort   = 400  // one sentence: condition, note, place in a source
	MaxFinding = 1000 // one sentence, or a few that belong together
	MaxAnswer  = 20_000
	MaxURL     = 2000
)

// MaxRows bounds each repeated part of a practice (findings, sources, links,
// …): far above what the sources hold, low enough for a page.
const MaxRows = 100

// MaxSearchPhrases bounds the words that a practice is searched by beside its text.
const MaxSearchPhrases = 12

// Practice is one thing that an actor did, with what it taught. It is at once
// the content of a revision, the record of import, export and seeds, and the
// JSON of a practice's page.
type Practice struct {
	Slug         string          `json:"slug,omitempty"`
	Key          string          `json:"key,omitempty"` // of a seed: never changes, never shown
	Kind         Kind            `json:"kind,omitempty"`
	Title        string          `json:"title"`
	Summary      string          `json:"summary,omitempty"`
	Organisation OrganisationRef `json:"organisation"`
	// Partners take part beside the lead organisation.
	Partners []OrganisationRef `json:"partners,omitempty"`
	// Provider is the named institution or team.
	Provider     string    `json:"provider,omitempty"`
	TargetGroups []TermRef `json:"target_groups,omitempty"`
	ContactForms []TermRef `json:"contact_forms,omitempty"`
	Perspectives []TermRef `json:"perspectives,omitempty"`
	Themes       []TermRef `json:"themes,omitempty"`
	Answers      Answers   `json:"answers,omitzero"`
	Findings     []Finding `json:"findings,omitempty"`
	// TransferTo are target groups that the source only supposes: a
	// hypothesis, never counted as effect nor as target group.
	TransferTo    []TermRef   `json:"transfer_to,omitempty"`
	Preconditions []TermRef   `json:"preconditions,omitempty"`
	Advice        []Advice    `json:"advice,omitempty"`
	Retention     []Retention `json:"retention,omitempty"`
	Periods       []Period    `json:"periods,omitempty"`
	PeriodFrom    Date        `json:"period_from,omitempty"`
	PeriodTo      Date        `json:"period_to,omitempty"`
	// Use is what the practice is good for today.
	Use        Use      `json:"use,omitempty"`
	LegalBasis []string `json:"legal_basis,omitempty"`
	Resources  string   `json:"resources,omitempty"`
	Sources    []Source `json:"sources,omitempty"`
	Links      []Link   `json:"links,omitempty"`
	Contact    string   `json:"contact,omitempty"`
	// SearchWords are words and questions that people search by and that the
	// practice does not say itself. They rank it, and are never shown.
	SearchWords []string  `json:"search_words,omitempty"`
	ReviewBy    Date      `json:"review_by,omitempty"`
	Solutions   []TermRef `json:"solutions,omitempty"`

	// What the catalogue adds. An import keeps FirstPublished of a practice
	// that is new to it and passes over the others.
	State          State      `json:"state,omitempty"`
	StateReason    string     `json:"state_reason,omitempty"`
	Revision       int        `json:"revision,omitempty"`
	FirstPublished *time.Time `json:"first_published,omitempty"`
	Updated        *time.Time `json:"updated,omitempty"`
	// Checked is when the municipality, or whoever did it, confirmed what it says.
	Checked *time.Time `json:"checked,omitempty"`
	// Reviewed is when an editor last went through it: published or changed it, or said
	// that it still holds. It is nil where no editor has.
	Reviewed *time.Time `json:"reviewed,omitempty"`
	// DeadLinks are those of its addresses that do not work any more.
	DeadLinks []DeadLink `json:"dead_links,omitempty"`
}

// Answers are the DASSOS template's questions, in Markdown; any may be blank.
type Answers struct {
	Done      string `json:"done,omitempty"`
	Worked    string `json:"worked,omitempty"`
	ForWhom   string `json:"for_whom,omitempty"`
	Spread    string `json:"spread,omitempty"`
	Retention string `json:"retention,omitempty"`
	Other     string `json:"other,omitempty"`
	Quality   string `json:"quality,omitempty"`
	NextTime  string `json:"next_time,omitempty"`
}

// Advice is one piece of advice that a source gives to others.
type Advice struct {
	Text string `json:"text"`
	// Situation is when it is of use: "Før samtalen".
	Situation string `json:"situation,omitempty"`
	// Preconditions are those that it helps to meet.
	Preconditions []TermRef `json:"preconditions,omitempty"`
}

// Finding is what a practice did for somebody, who says so, and on what
// condition.
type Finding struct {
	// Key stays with the finding across revisions.
	Key          string    `json:"key,omitempty"`
	TargetGroups []TermRef `json:"target_groups"`
	ContactForms []TermRef `json:"contact_forms,omitempty"`
	// Effect is that of the practice described. It is empty in a lesson that tells
	// what the crisis did to people, and is counted nowhere then.
	Effect Effect `json:"effect"`
	// Voices are whose assessment it is; none when the source does not say.
	Voices    VoiceList `json:"voice,omitempty"`
	Condition string    `json:"condition,omitempty"`
	Text      string    `json:"text"`
	// Source is the place of the finding's source in Practice.Sources, from 1;
	// 0 means the first where there is one.
	Source int `json:"source,omitempty"`
	// Quoted marks what a citizen is quoted for in a document that asked none.
	Quoted bool `json:"quoted,omitempty"`
	// Solutions are those that it is about, where it is not about all of the
	// practice's. One that the practice has left is ignored.
	Solutions []TermRef `json:"solutions,omitempty"`
}

// Retention is one dated statement of whether a practice was kept.
type Retention struct {
	Status    RetentionStatus `json:"status,omitempty"`
	Note      string          `json:"note,omitempty"`
	DecidedBy string          `json:"decided_by,omitempty"`
	AsOf      Date            `json:"as_of,omitempty"`
}

// Source is where a practice is known from.
type Source struct {
	Kind      SourceKind `json:"kind"`
	Document  string     `json:"document"`
	Publisher string     `json:"publisher,omitempty"`
	Date      Date       `json:"date,omitempty"`
	// Place is the heading or page within the document.
	Place string `json:"place,omitempty"`
	URL   string `json:"url,omitempty"`
	// About tells how the document was made: how it was collected, whom it asked
	// and how many, what it leaves out.
	About string `json:"about,omitempty"`
	// Asked tells whether it asked citizens themselves.
	Asked Asked `json:"asked,omitempty"`
}

// Link leads to something outside that belongs to the practice.
type Link struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// DeadLink is an address of a practice that does not work any more.
type DeadLink struct {
	URL string `json:"url"`
	// Since is the day on which it was first found so.
	AsOf Date `json:"as_of"`
}

// DeadSince is the day since which an address of the practice does not work; empty
// for one that does.
func (p *Practice) DeadSince(url string) Date {
	for _, d := range p.DeadLinks {
		if d.URL == url {
			return d.AsOf
		}
	}
	return ""
}

// URLs are the addresses that the practice leads to, each once: of its links and
// its sources.
func (p *Practice) URLs() (out []string) {
	add := func(url string) {
		if url != "" && !slices.Contains(out, url) {
			out = append(out, url)
		}
	}
	for _, l := range p.Links {
		add(l.URL)
	}
	for _, s := range p.Sources {
		add(s.URL)
	}
	return out
}

// TermRef names a term of a vocabulary, or a solution. In a record it may be
// written as a slug or a label alone.
type TermRef struct {
	// ID is set, and alone, in the record as a revision holds it.
	ID    int64  `json:"id,omitempty"`
	Slug  string `json:"slug,omitempty"`
	Label string `json:"label,omitempty"`
}

// UnmarshalJSON takes an object, or a string that is a slug or a label.
func (r *TermRef) UnmarshalJSON(b []byte) error {
	type object TermRef
	return stringOr(b, &r.Slug, (*object)(r))
}

// OrganisationRef names an organisation. In a record it may be written as a
// code, slug, short or full name alone.
type OrganisationRef struct {
	// ID is set, and alone, in the record as a revision holds it.
	ID        int64            `json:"id,omitempty"`
	Slug      string           `json:"slug,omitempty"`
	Code      string           `json:"code,omitempty"`
	Name      string           `json:"name,omitempty"`
	ShortName string           `json:"short_name,omitempty"`
	Kind      OrganisationKind `json:"kind,omitempty"`
}

// UnmarshalJSON takes an object, or a string that is any of an organisation's
// names.
func (r *OrganisationRef) UnmarshalJSON(b []byte) error {
	type object OrganisationRef
	return stringOr(b, &r.Slug, (*object)(r))
}

func stringOr(b []byte, s *string, object any) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, s)
	}
	return json.Unmarshal(b, object)
}

// Refs makes references of slugs or labels.
func Refs(slugs ...string) []TermRef {
	out := make([]TermRef, len(slugs))
	for i, s := range slugs {
		out[i].Slug = s
	}
	return out
}

// Slugs are the slugs of refs.
func Slugs(refs []TermRef) []string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = r.Slug
	}
	return out
}

// Organisations are the lead and the partners.
func (p *Practice) Organisations() []OrganisationRef {
	return append([]OrganisationRef{p.Organisation}, p.Partners...)
}

// CurrentRetention are the statements of the latest date; undated ones count
// as older than any dated one.
func (p *Practice) CurrentRetention() []Retention {
	var latest time.Time
	var out []Retention
	for _, r := range p.Retention {
		t, _ := r.AsOf.Start()
		switch {
		case len(out) == 0 || t.After(latest):
			out, latest = []Retention{r}, t
		case t.Equal(latest):
			out = append(out, r)
		}
	}
	return out
}

// SourceDate is the latest date of the practice's sources.
func (p *Practice) SourceDate() (latest time.Time) {
	for _, s := range p.Sources {
		if t, ok := s.Date.Start(); ok && t.After(latest) {
			latest = t
		}
	}
	return latest
}

// Completeness is how much of the template is filled.
type Completeness string

// The degrees of completeness.
const (
	Tip     Completeness = "tip"     // title and actor, hardly more
	Partial Completeness = "partial" // what was done, and for whom
	Full    Completeness = "full"    // also an effect and whether it was kept
)

// Completenesses with their labels.
var Completenesses = Options[Completeness]{
	{Tip, "tip", "Kun et tip"},
	{Partial, "delvist", "Delvist beskrevet"},
	{Full, "fuldt", "Fuldt beskrevet"},
}

// Completeness is derived from what is filled.
func (p *Practice) Completeness() Completeness {
	switch {
	case p.Answers.Done == "" || len(p.TargetGroups) == 0:
		return Tip
	case len(p.Findings) == 0 || len(p.Retention) == 0:
		return Partial
	default:
		return Full
	}
}

// AddFindingTerms adds the findings' target groups and contact forms to the
// practice's own, which by domain.md are those stated for the whole and those
// of its findings.
func (p *Practice) AddFindingTerms() {
	add := func(to *[]TermRef, refs []TermRef) {
		for _, r := range refs {
			if !slices.ContainsFunc(*to, func(x TermRef) bool { return x.Slug == r.Slug }) {
				*to = append(*to, r)
			}
		}
	}
	for _, f := range p.Findings {
		add(&p.TargetGroups, f.TargetGroups)
		add(&p.ContactForms, f.ContactForms)
	}
}

// Card is what a list shows of a practice.
type Card struct {
	Slug         string            `json:"slug"`
	Kind         Kind              `json:"kind"`
	Title        string            `json:"title"`
	Summary      string            `json:"summary,omitempty"`
	Organisation OrganisationRef   `json:"organisation"`
	Partners     []OrganisationRef `json:"partners,omitempty"`
	Provider     string            `json:"provider,omitempty"`
	TargetGroups []TermRef         `json:"target_groups,omitempty"`
	ContactForms []TermRef         `json:"contact_forms,omitempty"`
	// Verdicts are empty when no finding states an effect.
	Verdicts []Verdict `json:"verdicts"`
	// VerdictsFor names the findings that the verdicts are of, where a list asks
	// for some: "For angst via telefon". VerdictsAcross are those of what holds
	// across target groups then. The read model has neither.
	VerdictsFor    string    `json:"verdicts_for,omitempty"`
	VerdictsAcross []Verdict `json:"verdicts_across,omitempty"`
	// Found is the finding for which the practice was found, where a list asks for
	// an effect or a voice.
	Found          *Finding          `json:"found,omitempty"`
	Retention      []RetentionStatus `json:"retention,omitempty"`
	Use            Use               `json:"use,omitempty"`
	FirstPublished *time.Time        `json:"first_published,omitempty"`
}

// Card is the practice as a list shows it.
func (p *Practice) Card() Card {
	c := Card{Slug: p.Slug, Kind: p.Kind, Title: p.Title, Summary: p.Summary, Organisation: p.Organisation,
		Partners: p.Partners, Provider: p.Provider, TargetGroups: p.TargetGroups, ContactForms: p.ContactForms,
		Use: p.Use, FirstPublished: p.FirstPublished}
	c.Verdicts = Verdicts(p.Findings)
	for _, r := range p.CurrentRetention() {
		if r.Status != "" && !slices.Contains(c.Retention, r.Status) {
			c.Retention = append(c.Retention, r.Status)
		}
	}
	return c
}

// In is the card with the verdicts of the findings that a scope asks for; findings
// and solutions are all of the practice's.
func (c Card) In(s FindingScope, findings []Finding, solutions []TermRef) Card {
	c.Found = s.Found(findings, solutions)
	if s.Label != "" {
		c.VerdictsFor = s.Label
		c.TargetGroups = s.first(c.TargetGroups)
		c.Verdicts, c.VerdictsAcross = s.Verdicts(findings, solutions)
	}
	return c
}

// ReservedSlug tells whether an address is a page's of its own at the desk, where an
// example is begun: no example is called so.
func ReservedSlug(slug string) bool { return slug == "ny" }

// Slugify makes an address of a title: æ→ae, ø→oe, å→aa, other diacritics
// dropped, at most MaxSlug characters, cut at a word.
func Slugify(title string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(title) {
		s, ok := slugRunes[r]
		if !ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
			s, ok = string(r), true
		}
		if !ok {
			dash = b.Len() > 0
			continue
		}
		if dash {
			b.WriteByte('-')
			dash = false
		}
		b.WriteString(s)
	}
	s := b.String()
	if len(s) <= MaxSlug {
		return s
	}
	if i := strings.LastIndexByte(s[:MaxSlug+1], '-'); i > 0 {
		return s[:i]
	}
	return s[:MaxSlug]
}

var slugRunes = map[rune]string{'æ': "ae", 'ø': "oe", 'å': "aa", 'ä': "ae", 'ö': "oe", 'ü': "y", 'é': "e", 'è': "e", 'ê': "e", 'á': "a", 'à': "a", 'ó': "o", 'ß': "ss"}
