package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/difference"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// pathDifference follows the address of a submission or a practice: there two of
// its versions are compared.
const pathDifference = "/forskel"

// Names of the fields that choose what is compared, and how it is shown.
const (
	fieldFrom, fieldTo, fieldView = "fra", "til", "visning"
	viewSided                     = "sider"
)

// Keys of what can be compared: what was sent, a version of it, what is kept of the
// draft, a revision, what the public sees, and what a changed seed proposes.
const (
	sideSent, sideVersion, sideDraft, sideRevision, sidePublic, sideProposal = "sendt", "version-", "kladde", "udgave-", "offentlig", "forslag"
)

// side is something that can be compared.
type side struct {
	key, label string
	load       func(context.Context) (content, error)
}

// content is what one side says. Sent is set for what a submitter sent.
type content struct {
	record *catalogue.Practice
	sent   *review.Submission
}

// comparePath is the address of a difference.
func comparePath(of, from, to string) string {
	return of + pathDifference + "?" + url.Values{fieldFrom: {from}, fieldTo: {to}}.Encode()
}

// compare shows how two of some sides differ: those that the address asks for, or
// else the first and the last. What it asks for and is not there is catalogue.ErrNotFound.
func (d *Desk) compare(w http.ResponseWriter, r *http.Request, v web.DeskDifference, sides []side) error {
	q := r.URL.Query()
	pick := func(field string, otherwise int) (int, error) {
		if key := q.Get(field); key != "" {
			otherwise = slices.IndexFunc(sides, func(s side) bool { return s.key == key })
		}
		if otherwise < 0 {
			return 0, catalogue.ErrNotFound
		}
		return otherwise, nil
	}
	from, err := pick(fieldFrom, 0)
	if err != nil {
		return err
	}
	to, err := pick(fieldTo, len(sides)-1)
	if err != nil {
		return err
	}
	choose := func(name, label string, chosen int) web.Field {
		f := web.Field{Type: web.FieldSelect, ID: name, Name: name, Label: label, Value: sides[chosen].key}
		for i, s := range sides {
			f.Options = append(f.Options, web.FieldOption{ID: fmt.Sprintf("%s-%d", name, i+1), Value: s.key, Label: s.label, Chosen: i == chosen})
		}
		return f
	}
	v.From, v.To = choose(fieldFrom, "Fra", from), choose(fieldTo, "Til", to)
	v.D = web.Difference{Before: sides[from].label, After: sides[to].label, Sided: q.Get(fieldView) == viewSided}
	at := comparePath(strings.TrimSuffix(v.Action, pathDifference), sides[from].key, sides[to].key)
	v.D.Inline, v.D.Side = web.Link{Label: "I teksten", URL: at}, web.Link{Label: "Side om side", URL: at + "&" + fieldView + "=" + viewSided}
	if v.D.Sided {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldView, Value: viewSided})
	}
	a, err := sides[from].load(r.Context())
	if err != nil {
		return err
	}
	b, err := sides[to].load(r.Context())
	if err != nil {
		return err
	}
	v.D.Parts = d.differ(a, b)
	return d.show(w, r, http.StatusOK, web.DeskDifferencePage(v))
}

// differ is how two sides differ. Two versions of what was sent are compared as they
// were sent; one of them and a record are compared as the draft that it begins.
func (d *Desk) differ(a, b content) []difference.Part {
	if a.sent != nil && b.sent != nil {
		beside := difference.Texts([]difference.Text{{Label: "Tekst", Before: a.sent.Text, After: b.sent.Text}, {Label: "Link", Before: a.sent.Link, After: b.sent.Link}})
		return difference.Short(append(beside, difference.Of(&a.sent.Practice, &b.sent.Practice, difference.Draft, d.index.Taxonomy())...))
	}
	extent := difference.Content
	for _, c := range []*content{&a, &b} {
		if c.sent != nil {
			begun := review.Draft(c.sent)
			c.record = &begun
		}
	}
	return difference.Short(difference.Of(a.record, b.record, extent, d.index.Taxonomy()))
}

// submissionDifference compares two versions of a submission, of its draft and of
// what became of it.
func (d *Desk) submissionDifference(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	s, err := d.store.SubmissionByID(r.Context(), id)
	if err != nil {
		return err
	}
	if s.ErasedAt != nil {
		return catalogue.ErrNotFound // nothing of it is left to compare
	}
	sides, err := d.submissionSides(r.Context(), s)
	if err != nil {
		return err
	}
	v := web.DeskDifference{Desk: d.page(r, "Forskelle i indsendelse "+s.Reference, web.PathDesk), Action: submissionPath(id) + pathDifference,
		Back: web.Link{Label: "Tilbage til indsendelsen", URL: submissionPath(id)}}
	v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: s.Reference, Path: submissionPath(id)}, {Label: "Forskelle"}}
	return d.compare(w, r, v, sides)
}

// submissionSides are all that can be compared of a submission, the oldest first.
func (d *Desk) submissionSides(ctx context.Context, s *postgres.SubmissionView) ([]side, error) {
	sides := []side{{sideSent, "Det, der kom ind", func(context.Context) (content, error) { return content{sent: &s.Original}, nil }}}
	for n := 2; n <= len(s.Versions); n++ {
		sides = append(sides, side{versionKey(n), "Rettet " + catalogue.DanishTime(s.Versions[n-1]), func(ctx context.Context) (content, error) {
			v, err := d.store.SubmissionVersion(ctx, s.ID, n)
			return content{sent: &v}, err
		}})
	}
	if s.Draft != nil {
		sides = append(sides, side{sideDraft, "Kladden, gemt " + catalogue.DanishTime(s.DraftAt), func(context.Context) (content, error) { return content{record: s.Draft}, nil }})
	}
	slug := s.PracticeSlug
	if slug == "" {
		slug = s.Content.About
	}
	if slug == "" {
		return sides, nil
	}
	practice, err := d.practiceSides(ctx, slug)
	return append(sides, practice...), err
}

// practiceSides are a practice's revisions and what the public sees of it; none
// where there is no such practice.
func (d *Desk) practiceSides(ctx context.Context, slug string) (sides []side, err error) {
	id, list, err := d.store.RevisionsBySlug(ctx, slug)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	for _, x := range list {
		sides = append(sides, side{revisionKey(x.Number), fmt.Sprintf("Udgave %d, %s", x.Number, catalogue.DanishDate(x.At.In(catalogue.Copenhagen))), func(ctx context.Context) (content, error) {
			p, err := d.store.RevisionRecord(ctx, id, x.Number)
			return content{record: p}, err
		}})
	}
	public, err := d.store.PublicRecord(ctx, id)
	if err == nil && public != nil {
		sides = append(sides, side{sidePublic, "Det, alle kan se nu", func(context.Context) (content, error) { return content{record: public}, nil }})
	}
	return sides, err
}

func versionKey(n int) string {
	if n == 1 {
		return sideSent
	}
	return sideVersion + strconv.Itoa(n)
}

func revisionKey(n int) string { return sideRevision + strconv.Itoa(n) }

// compareEvents leads from each event of a submission that changed what it says to
// the difference that it made.
func compareEvents(s *postgres.SubmissionView, lines []web.SubmissionLine, events []postgres.SubmissionEvent) []web.SubmissionLine {
	if s.ErasedAt != nil {
		return lines
	}
	version := 1
	for i, e := range events {
		was := version
		for version < len(s.Versions) && !s.Versions[version].After(e.At) {
			version++
		}
		switch {
		case e.Kind == review.EventPublished && s.Published > 0:
			lines[i].Compare = web.Link{Label: "Se forskellen på det, der kom ind, og det, der blev udgivet", URL: comparePath(submissionPath(s.ID), versionKey(version), revisionKey(s.Published))}
		case version > was:
			lines[i].Compare = web.Link{Label: "Se forskellen", URL: comparePath(submissionPath(s.ID), versionKey(was), versionKey(version))}
		}
	}
	return lines
}
