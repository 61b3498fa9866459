package site

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/brief"
	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/intake"
	"praksis/web"
)

// listDOCX is the first examples of the finder's list as a meeting brief for a word
// processor.
func (s *Site) listDOCX(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q).WithPage(1)
	return s.serveDOCX(w, r, catalogue.ListPath(".docx", q)+" "+today(), func(ctx context.Context) (brief.Input, bool, error) {
		ids, total, err := s.index.Hits(ctx, q, brief.MaxExamples)
		if err != nil {
			return brief.Input{}, false, err
		}
		t := s.index.Taxonomy()
		in, whole, err := s.briefOf(ctx, ids, q.Filters)
		in.Selection, in.URL, in.Total, in.Scope = t.Sentence(q, total), catalogue.FinderPath(q), total, t.FindingScope(q)
		in.Title = "Eksempler" + strings.TrimSuffix(strings.TrimPrefix(in.Selection, catalogue.Examples(total)), ".")
		return in, whole, err
	})
}

// briefPage is the brief of examples that the address names, as a page or, with .docx
// behind it, as a document.
func (s *Site) briefPage(w http.ResponseWriter, r *http.Request) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(r.URL.RawQuery) > catalogue.MaxQueryString {
		return &httpx.BadRequestError{Message: "Adressen kan ikke læses. Begynd forfra fra listen over eksempler."}
	}
	var slugs []string
	for _, x := range values[catalogue.ParamPractice] {
		if slug, err := slugOf(x); err == nil && !slices.Contains(slugs, slug) && len(slugs) <= brief.MaxExamples { // one more tells that there were more
			slugs = append(slugs, slug)
		}
	}
	if len(slugs) == 0 {
		return &httpx.RedirectError{URL: catalogue.PathPractices, Status: http.StatusFound}
	}
	path := catalogue.BriefPath("", slugs)
	key := path + " " + today()
	input := func(ctx context.Context) (brief.Input, bool, error) { return s.briefOfSlugs(ctx, slugs) }
	if r.URL.Path != catalogue.PathBrief {
		return s.serveDOCX(w, r, "docx "+key, input)
	}
	if path != r.URL.RequestURI() {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, key, func(ctx context.Context) (*httpx.Page, error) {
		in, whole, err := input(ctx)
		if err != nil {
			return nil, err
		}
		v := brief.New(in).View()
		v.Shell = s.shell(v.Heading, path) // which a printed page is called by
		v.Style = "whole.css"
		v.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.PathPractices}, {Label: "Mødeoplæg"}}
		v.Document = web.Link{Label: "Hent som Word-dokument", URL: catalogue.BriefPath(".docx", slugs)}
		v.Noindex = true
		return rendered(ctx, web.BriefPage(v), whole, true)
	})
}

// briefFile is what the document is called where it is saved.
const briefFile = `attachment; filename="moedeoplaeg.docx"`

// shortlistBrief is the brief of a shortlist as it is now, with its notes: as a page or,
// with .docx behind its address, as a document. It is the reader's alone, and kept
// nowhere.
func (s *Site) shortlistBrief(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	now := time.Now().UTC()
	l, err := s.store.Shortlist(r.Context(), at.token, now)
	if err != nil {
		return err
	}
	s.shortlistUsed(r.Context(), &l, now)
	var ids []int64
	notes := map[int64]string{}
	gone := 0
	for _, x := range l.Items {
		if x.State != catalogue.StatePublished {
			gone++
			continue
		}
		ids, notes[x.Practice] = append(ids, x.Practice), x.Note
	}
	if len(ids) == 0 {
		http.Redirect(w, r, at.base, http.StatusSeeOther)
		return nil
	}
	all := len(ids)
	ids = ids[:min(brief.MaxExamples, all)]
	in, _, err := s.briefOf(r.Context(), ids, nil)
	if err != nil {
		return err
	}
	in.Title = l.Title
	for i := range in.Examples {
		in.Examples[i].Note = notes[in.Examples[i].ID]
	}
	if all > len(ids) {
		in.Notices = append(in.Notices, "Mappen har "+catalogue.Examples(all)+". Oplægget bygger på de første "+strconv.Itoa(len(ids)))
	}
	if gone > 0 {
		in.Notices = append(in.Notices, count(gone, chosenOneGone, chosenGone))
	}
	b := brief.New(in)
	if strings.HasSuffix(r.URL.Path, ".docx") {
		content, err := b.Document(s.PublicURL).DOCX()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Disposition", briefFile)
		w.Header().Set("X-Robots-Tag", "noindex")
		httpx.Write(w, r, http.StatusOK, intake.DOCX, content)
		return nil
	}
	v := b.View()
	v.Shell = s.shortlistShell(v.Heading)
	v.Crumbs = []web.Crumb{{Label: cmp.Or(l.Title, shortlistName(at)), Path: at.base}, {Label: "Mødeoplæg"}}
	v.Document = web.Link{Label: "Hent som Word-dokument", URL: at.base + "/oplaeg.docx"}
	v.Back = web.Link{Label: "Tilbage til mappen", URL: at.base}
	return private(w, r, http.StatusOK, web.BriefPage(v))
}

// What is said of chosen examples that are published no more.
const (
	chosenOneGone = "valgt eksempel er trukket tilbage eller fjernet og er ikke med"
	chosenGone    = "valgte eksempler er trukket tilbage eller fjernet og er ikke med"
)

// serveDOCX answers with the brief that is made of an input, as a document. key tells
// it from others.
func (s *Site) serveDOCX(w http.ResponseWriter, r *http.Request, key string, input func(context.Context) (brief.Input, bool, error)) error {
	w.Header().Set("Content-Disposition", briefFile)
	err := s.cache.Serve(w, r, key, func(ctx context.Context) (*httpx.Page, error) {
		in, whole, err := input(ctx)
		if err != nil {
			return nil, err
		}
		b, err := brief.New(in).Document(s.PublicURL).DOCX()
		return &httpx.Page{ContentType: intake.DOCX, Body: b, Whole: whole, Noindex: true}, err
	})
	if err != nil {
		w.Header().Del("Content-Disposition") // an error is a page
	}
	return err
}

// briefOf is what a brief of some practices is made of, in their order; the filters
// choose among their findings. whole is false when one has gone, or was changed
// since the index has seen it.
func (s *Site) briefOf(ctx context.Context, ids []int64, filters catalogue.Filters) (in brief.Input, whole bool, err error) {
	version := s.index.Version()
	in.Date = time.Now().In(catalogue.Copenhagen)
	list, err := s.store.Pages(ctx, s.confirmed(), ids)
	if err != nil {
		return in, false, err
	}
	whole = len(list) == len(ids)
	for _, p := range list {
		in.Examples = append(in.Examples, brief.Example{ID: p.ID, Practice: p.Practice})
		whole = whole && p.Version <= version
	}
	// Whoever asks for one effect or one voice is told of the others, too: a brief of
	// good findings alone would call good what others call bad.
	filters = maps.Clone(filters)
	delete(filters, catalogue.FacetEffect)
	delete(filters, catalogue.FacetVoice)
	in.Contrasts, err = s.index.ContrastsAmong(ids, filters)
	return in, whole, err
}

// briefOfSlugs is briefOf with the practices at some slugs, old ones too; it says which
// have been withdrawn or removed. catalogue.ErrNotFound when there is none.
func (s *Site) briefOfSlugs(ctx context.Context, slugs []string) (in brief.Input, whole bool, err error) {
	var ids []int64
	gone, unknown := 0, 0
	for _, slug := range slugs {
		id, p, _, err := s.movedPractice(ctx, slug)
		switch {
		case errors.Is(err, catalogue.ErrGone), err == nil && p.State != catalogue.StatePublished:
			gone++
		case errors.Is(err, catalogue.ErrNotFound):
			unknown++
		case err != nil:
			return in, false, err
		case !slices.Contains(ids, id):
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return in, false, catalogue.ErrNotFound
	}
	all := len(ids)
	in, whole, err = s.briefOf(ctx, ids[:min(brief.MaxExamples, all)], nil)
	if all > brief.MaxExamples {
		in.Notices = append(in.Notices, "Der er valgt flere eksempler. Oplægget bygger på de første "+strconv.Itoa(brief.MaxExamples))
	}
	if gone > 0 {
		in.Notices = append(in.Notices, count(gone, chosenOneGone, chosenGone))
	}
	if unknown > 0 {
		in.Notices = append(in.Notices, count(unknown, "adresse fører ikke til et eksempel", "adresser fører ikke til et eksempel"))
	}
	return in, whole, err
}

// maxMoves bounds how often an example that was chosen long ago has moved since.
const maxMoves = 5

// movedPractice is the practice at a slug, an old one too, also where it has moved on since,
// with the slug that it has now. The errors are those of PublicPractice, and
// catalogue.ErrNotFound where it moves on and on.
func (s *Site) movedPractice(ctx context.Context, slug string) (id int64, p *catalogue.Practice, now string, err error) {
	for range maxMoves {
		id, p, err = s.store.PublicPractice(ctx, s.confirmed(), slug)
		moved, is := errors.AsType[*catalogue.MovedError](err)
		if !is {
			return id, p, slug, err
		}
		slug = moved.Slug
	}
	return 0, nil, slug, catalogue.ErrNotFound
}

// today is the date that a brief made now has.
func today() string { return catalogue.DanishDate(time.Now().In(catalogue.Copenhagen)) }
