package site

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/markdown"
	"praksis/internal/practicepage"
	"praksis/internal/review"
	"praksis/web"
)

const (
	// maxCompared is how many examples stand side by side: more have no room on a page of A4.
	maxCompared = 4
	// maxCompareAsked bounds the examples that an address names: all of a shortlist can be
	// ticked.
	maxCompareAsked = review.MaxShortlist
	// compareOffers is how many examples like the first one are offered to be added.
	compareOffers = 4
)

// comparedPaths are the fields that are compared, in the order of an example's page; what
// its findings tell stands before the answers.
var (
	comparedBefore = []string{"summary", "provider", "target_groups", "contact_forms", "periods", "use"}
	comparedAfter  = []string{"answers.worked", "answers.for_whom", "answers.done", "preconditions", "resources", "legal_basis", "retention", "answers.retention", "transfer_to", "answers.spread", "answers.other", "answers.quality", "answers.next_time", "sources"}
)

// compared is one example of a comparison.
type compared struct {
	id   int64
	slug string
	p    *catalogue.Practice
}

// compare sets two to four examples side by side.
func (s *Site) compare(w http.ResponseWriter, r *http.Request) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(r.URL.RawQuery) > catalogue.MaxQueryString {
		return &httpx.BadRequestError{Message: "Adressen kan ikke læses. Vælg eksemplerne igen."}
	}
	var asked []string
	for _, x := range values[catalogue.ParamPractice] {
		if x = strings.TrimSpace(x); x != "" && !slices.Contains(asked, x) && len(asked) < maxCompareAsked {
			asked = append(asked, x)
		}
	}
	path := catalogue.ComparePath(asked...)
	if r.URL.RequestURI() != path {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		list, notices, err := s.comparedOf(ctx, asked)
		if err != nil {
			return nil, err
		}
		v := compareView(list)
		v.Shell = s.shell("Sammenlign eksempler", path)
		v.Noindex, v.Style = true, "whole.css"
		v.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.PathPractices}, {Label: "Sammenlign"}}
		v.Notices = notices
		whole := true
		if len(list) > 0 && len(list) < maxCompared {
			if v.Add, whole, err = s.compareOffers(ctx, list); err != nil {
				return nil, err
			}
		}
		return rendered(ctx, web.ComparePage(v), whole, true)
	})
}

// comparedOf are the examples that can be compared, and what is to be said of the others.
func (s *Site) comparedOf(ctx context.Context, asked []string) (list []compared, notices []string, err error) {
	for i, name := range asked {
		if more := len(asked) - i; len(list) == maxCompared && more > 1 {
			notices = append(notices, "Der er plads til fire eksempler. De sidste "+strconv.Itoa(more)+", du valgte, er ikke med.")
			break
		}
		slug, err := slugOf(name)
		if err != nil {
			notices = append(notices, "»"+catalogue.Visible(name)+"« er ikke et eksempel. Måske er adressen skrevet forkert.")
			continue
		}
		id, p, now, err := s.movedPractice(ctx, slug)
		if now != slug {
			notices = append(notices, "»"+slug+"« har fået en ny adresse: »"+now+"«.")
			slug = now
		}
		switch {
		case errors.Is(err, catalogue.ErrNotFound):
			notices = append(notices, "Vi kender ikke eksemplet »"+slug+"«. Måske er adressen skrevet forkert.")
		case errors.Is(err, catalogue.ErrGone):
			notices = append(notices, "Eksemplet »"+slug+"« er fjernet fra kataloget.")
		case err != nil:
			return nil, nil, err
		case p.State != catalogue.StatePublished:
			notices = append(notices, "»"+p.Title+"« er trukket tilbage og kan ikke sammenlignes.")
		case slices.ContainsFunc(list, func(x compared) bool { return x.id == id }):
		case len(list) == maxCompared:
			notices = append(notices, "Der er plads til fire eksempler. »"+p.Title+"« er ikke med.")
		default:
			list = append(list, compared{id, slug, p})
		}
	}
	return list, notices, nil
}

// compareOffers are examples like those that are compared, each to be added; whole is false
// where one of them has gone.
func (s *Site) compareOffers(ctx context.Context, list []compared) (out []web.Link, whole bool, err error) {
	var ids []int64
	var slugs []string
	for _, x := range list {
		slugs = append(slugs, x.slug)
	}
	for _, id := range s.index.Similar(ctx, list[0].id, compareOffers+maxCompared) {
		if !slices.ContainsFunc(list, func(x compared) bool { return x.id == id }) && len(ids) < compareOffers {
			ids = append(ids, id)
		}
	}
	cards, err := s.store.Cards(ctx, s.confirmed(), ids)
	if err != nil {
		return nil, false, err
	}
	for _, c := range cards {
		out = append(out, web.Link{Label: c.Organisation.Name + ": " + c.Title, URL: catalogue.ComparePath(append(slices.Clone(slugs), c.Slug)...)})
	}
	return out, len(cards) == len(ids), nil
}

// compareView sets the examples side by side, question by question. What all say alike
// stands in one list, and what none says in one line.
func compareView(list []compared) web.Compare {
	var v web.Compare
	for i, x := range list {
		var others []string
		for j, y := range list {
			if j != i {
				others = append(others, y.slug)
			}
		}
		c := x.p.Card()
		v.Columns = append(v.Columns, web.CompareColumn{Title: x.p.Title, Who: c.Who(), Slug: x.slug, URL: catalogue.PracticePath(x.slug), Verdicts: practicepage.Hit(c).Verdicts, Remove: catalogue.ComparePath(others...)})
	}
	if len(list) < 2 {
		return v
	}
	var silent []string
	add := func(label string, cells []web.CompareCell) {
		empty, alike := true, true
		for i := range cells {
			cells[i].Example = list[i].p.Title
			empty = empty && cells[i].Plain == ""
			alike = alike && cells[i].Plain == cells[0].Plain
		}
		switch {
		case empty:
			silent = append(silent, "»"+label+"«")
		case alike:
			v.Same = append(v.Same, web.CompareSame{Label: label, Cell: cells[0]})
		default:
			v.Rows = append(v.Rows, web.CompareRow{ID: "spoergsmaal-" + strconv.Itoa(len(v.Rows)+1), Label: label, Cells: cells})
		}
	}
	fields := func(paths []string) {
		for _, path := range paths {
			f := catalogue.FieldAt(path)
			cells := make([]web.CompareCell, len(list))
			for i, x := range list {
				cells[i] = compareCell(f, x.p)
			}
			add(f.Label, cells)
		}
	}
	fields(comparedBefore)
	for _, voice := range append(catalogue.Voices.Codes(), "") {
		cells, said := make([]web.CompareCell, len(list)), false
		for i, x := range list {
			cells[i] = compareVoice(catalogue.Voice(voice), x.p)
			said = said || cells[i].Plain != ""
		}
		if said {
			add(voiceQuestion(catalogue.Voice(voice)), cells)
		}
	}
	fields(comparedAfter)
	if len(silent) > 0 {
		v.Silent = "Ingen af kilderne siger noget om: " + catalogue.Join(silent, "og") + "."
	}
	return v
}

// voiceQuestion heads what one voice says.
func voiceQuestion(v catalogue.Voice) string {
	if v == "" {
		return "Sagt, uden at kilden oplyser af hvem"
	}
	return "Det siger " + v.InWords()
}

// compareVoice are the findings of one voice, by their effects. One of several voices
// stands under each.
func compareVoice(v catalogue.Voice, p *catalogue.Practice) (c web.CompareCell) {
	var mine []catalogue.Finding
	var plain []string
	for _, f := range p.Findings {
		if slices.Contains(f.Speakers(), v) {
			mine = append(mine, f)
			plain = append(plain, string(f.Effect)+" "+f.Condition+" "+f.Text)
		}
	}
	c.Findings = practicepage.FindingsBy(mine, func(i int) web.Finding {
		line := practicepage.FindingLine(mine[i])
		if len(mine[i].Speakers()) == 1 {
			line.Voice = "" // the row says it
		}
		return line
	})
	c.Plain, c.None = strings.Join(plain, "\n"), "Ikke hørt her."
	return c
}

// compareCell is what one example says in a field.
func compareCell(f *catalogue.Field, p *catalogue.Practice) web.CompareCell {
	c := web.CompareCell{None: "Kilden siger ikke noget om det."}
	switch f.Path {
	case "use":
		c.None = catalogue.NotAssessedLabel + "."
		if p.Use != "" {
			c.Lines = []string{catalogue.Uses.Label(p.Use)}
		}
	case "periods":
		for _, x := range p.Periods {
			c.Lines = append(c.Lines, catalogue.Periods.Label(x))
		}
	case "legal_basis":
		c.Lines = p.LegalBasis
	case "retention":
		for _, x := range p.Retention {
			l := practicepage.RetentionLine(x)
			text := strings.TrimSpace(l.Note)
			if l.Status != "" {
				text = strings.TrimSpace(l.Status + ". " + text)
			}
			if by := strings.Join(slices.DeleteFunc([]string{l.By, l.When}, func(s string) bool { return s == "" }), ", "); by != "" {
				text += " (" + by + ")"
			}
			c.Lines = append(c.Lines, text)
		}
	case "sources":
		for _, x := range practicepage.View(p).Sources {
			c.Sources = append(c.Sources, x)
			c.Plain += x.Text + x.Place + "\n"
		}
		return c
	default:
		x := f.Of(p)
		if refs := x.Terms(); refs != nil {
			for _, t := range *refs {
				c.Lines = append(c.Lines, t.Label)
			}
		} else if text := x.Text(); text != nil && *text != "" {
			c.Plain, c.HTML = *text, "<p>"+html.EscapeString(*text)+"</p>"
			if f.Kind == catalogue.FieldProse {
				c.HTML = markdown.HTMLBelow(3, *text)
			}
			return c
		}
	}
	c.Plain = strings.Join(c.Lines, "\n")
	return c
}
