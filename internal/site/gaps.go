package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/review"
	"praksis/web"
)

// Bounds of the page of gaps.
const (
	maxGapSearches = 20
	maxWanted      = 4
)

// gaps is what the catalogue does not have. What is searched for in vain changes with
// no catalogue version: the page is made each time.
func (s *Site) gaps(w http.ResponseWriter, r *http.Request) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: catalogue.PathGaps, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, catalogue.PathGaps, func(ctx context.Context) (*httpx.Page, error) {
		m, err := s.index.Matrix(ctx, catalogue.Query{})
		if err != nil {
			return nil, err
		}
		t := s.index.Taxonomy()
		v := web.Gaps{Lead: "Her er huller i det, vi ved. Kender du noget, der hører til her? Vælg det, så begynder du på et eksempel, hvor det er udfyldt.",
			Overview: web.Link{Label: "Se overblikket over det, vi har", URL: catalogue.PathOverview}}
		v.Alone, v.Silent = alone(&m.Groups, tellAbout), silent(&m.Groups)
		v.Cells = cellGaps(&m.Groups)
		if v.Municipalities, v.Missing, err = s.municipalityGaps(ctx, t); err != nil {
			return nil, err
		}
		searches, _, _, err := s.store.EmptySearches(ctx, false, 5*maxGapSearches)
		if err != nil {
			return nil, err
		}
		for _, x := range searches {
			if publicSearch(x.Text) && len(v.Searches) < maxGapSearches {
				v.Searches = append(v.Searches, web.Link{Label: "»" + x.Text + "«", URL: submitPath(review.KindShort) + "?" + url.Values{paramTitle: {x.Text}}.Encode()})
			}
		}
		v.Shell = s.shell("Hvad mangler kataloget?", catalogue.PathGaps)
		v.Description = "Målgrupper, kontaktformer og kommuner, som kataloget ved for lidt om, og det, andre søger efter og ikke finder."
		v.Crumbs = []web.Crumb{{Label: "Overblik", Path: catalogue.PathOverview}, {Label: "Hvad mangler?"}}
		v.Style = "whole.css"
		return rendered(ctx, web.GapsPage(v), false, false)
	})
}

// publicSearch tells whether words that were searched for in vain may be shown to all:
// the dictionary has each of them, so that none is a name or a slip. They were seen on
// three days, and no editor has hidden them.
func publicSearch(text string) bool {
	words := danish.Tokens(text)
	if len(words) == 0 || len(words) > maxTitleWords || text != review.SearchToKeep(text) {
		return false
	}
	return !slices.ContainsFunc(words, func(w danish.Token) bool { return !danish.IsWord(w.Term) })
}

// maxTitleWords is how many words a title that an address fills in may have.
const maxTitleWords = 6

// tellAbout is the form in which one tells of a target group.
func tellAbout(slug string) string {
	return submitPath(review.KindShort) + "?" + url.Values{catalogue.FacetTargetGroup: {slug}}.Encode()
}

// silent are the target groups of which there is no finding.
func silent(of *catalogue.MatrixTable) (out []web.Counted) {
	for i, v := range of.Rows {
		if v.Slug != "" && of.InRow[i].Findings() == 0 {
			out = append(out, web.Counted{Label: v.Label, URL: tellAbout(v.Slug)})
		}
	}
	return out
}

// cellGaps are the contact forms that nobody, or one voice alone, tells of, for each
// target group at the top of which there are findings.
func cellGaps(of *catalogue.MatrixTable) (out []web.GapsOf) {
	for i, v := range of.Rows {
		if v.Slug == "" || v.Depth > 0 || of.InRow[i].Findings() == 0 || v.Slug == catalogue.NotStated || v.Slug == catalogue.AcrossGroups {
			continue
		}
		g := web.GapsOf{ID: "mangler-" + v.Slug, Label: v.Label}
		for j, form := range of.Columns {
			if form.Slug == "" {
				continue
			}
			link := web.Link{Label: form.Label, URL: tellAbout(v.Slug) + "&" + url.Values{catalogue.FacetContactForm: {form.Slug}}.Encode()}
			voices := of.Cell(i, j).Voices.Voices()
			switch {
			case of.Cell(i, j).Findings() == 0:
				g.None = append(g.None, link)
			case len(voices) == 1:
				link.Label += " (" + voices[0].InShort() + ")"
				g.One = append(g.One, link)
			}
		}
		if len(g.None)+len(g.One) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// municipalityGaps are the municipalities that no example is from, by region.
func (s *Site) municipalityGaps(ctx context.Context, t *catalogue.Taxonomy) (out []web.GapsOf, heading string, err error) {
	found, err := s.index.Search(ctx, catalogue.Query{Sort: catalogue.SortNewest, Page: 1})
	if err != nil {
		return nil, "", err
	}
	has := map[string]bool{}
	for _, f := range found.Facets {
		if f.Name == catalogue.FacetActor {
			for _, v := range f.Values {
				has[v.Slug] = v.Count > 0
			}
		}
	}
	n := 0
	byRegion := map[string]int{}
	for _, o := range t.Organisations {
		if o.Kind != catalogue.Municipality || has[o.Slug] || !t.Exists(o) {
			continue
		}
		n++
		i, known := byRegion[o.Parent]
		if !known {
			i = len(out)
			byRegion[o.Parent] = i
			label := "Uden region"
			if region := t.Organisation(o.Parent); region != nil {
				label = region.Name
			}
			out = append(out, web.GapsOf{ID: "kommuner-" + o.Parent, Label: label})
		}
		out[i].None = append(out[i].None, web.Link{Label: o.Name, URL: tipLink(o.Slug).URL})
	}
	for i := range out {
		slices.SortFunc(out[i].None, func(a, b web.Link) int { return danish.Compare(a.Label, b.Label) })
		out[i].Label += " (" + count(len(out[i].None), "kommune", "kommuner") + ")"
	}
	slices.SortFunc(out, func(a, b web.GapsOf) int { return danish.Compare(a.Label, b.Label) })
	return out, count(n, "kommune", "kommuner") + " har ingen eksempler i kataloget", nil
}

// wanted is what the catalogue lacks most: groups of which only the services have
// spoken, those with most findings first.
func (s *Site) wanted(ctx context.Context) (w web.Wanted, err error) {
	m, err := s.index.Matrix(ctx, catalogue.Query{})
	if err != nil {
		return w, err
	}
	type group struct {
		web.Link
		findings int
	}
	var list []group
	for i, v := range m.Groups.Rows {
		if c := m.Groups.InRow[i]; v.Slug != "" && c.Voices.OnlyOwn() {
			list = append(list, group{web.Link{Label: "borgernes egne ord om " + catalogue.LowerFirst(v.Label), URL: tellAbout(v.Slug)}, c.Findings()})
		}
	}
	slices.SortStableFunc(list, func(a, b group) int { return b.findings - a.findings })
	for _, g := range list[:min(maxWanted, len(list))] {
		w.Links = append(w.Links, g.Link)
	}
	w.All = web.Link{Label: "Se alt, hvad kataloget mangler", URL: catalogue.PathGaps}
	return w, nil
}

// paramTitle is the query parameter of a form whose title is filled in.
const paramTitle = "titel"

// prefill fills in what the address of a form says of the example: who, whom for, how,
// and in words that were searched for, what.
func prefill(p *catalogue.Practice, values url.Values, t *catalogue.Taxonomy) {
	if o, _ := t.ReadOrganisation(values.Get(catalogue.FacetActor)); o != nil {
		p.Organisation = o.Ref()
	}
	for vocabulary, to := range map[catalogue.Vocabulary]*[]catalogue.TermRef{catalogue.TargetGroup: &p.TargetGroups, catalogue.ContactForm: &p.ContactForms} {
		for _, slug := range values[string(vocabulary)] {
			slug, known := t.ResolveSlug(string(vocabulary), slug)
			if x := t.Term(vocabulary, slug); known && x != nil && len(*to) < maxFilledIn {
				*to = append(*to, catalogue.TermRef{Slug: x.Slug, Label: x.Label})
			}
		}
	}
	if title := strings.TrimSpace(values.Get(paramTitle)); publicSearch(title) {
		p.Title = catalogue.UpperFirst(title)
	}
}

// maxFilledIn is how many values of a vocabulary an address fills in.
const maxFilledIn = 5
