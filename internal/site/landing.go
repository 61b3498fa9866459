package site

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// Bounds of a landing page: what a reader takes in, and what a page may weigh.
const (
	maxSummed    = 300 // practices that are summed up, the newest; more would take long to read
	maxGroups    = 12  // target groups in the table
	maxFindings  = 20  // findings of each effect
	maxContrasts = 4
	maxSides     = 3 // findings on each side of a contrast
	landingHits  = 6
)

// landing is what a landing page is about.
type landing struct {
	kind, name, definition, path string
	query                        catalogue.Query
	keep                         func(catalogue.Finding) bool // which findings it is about; nil: all
	group                        func(slug string) bool       // which target groups it is about; nil: all
	neighbours                   []web.NeighbourGroup
	invite                       string // to tell of an example
	tell                         string // slug of whom it is to be told
	actor                        bool   // it is about who, not about what
}

// termPage is the landing page of a term or a solution.
func (s *Site) termPage(facet string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		slug, err := slugOf(chi.URLParam(r, "slug"))
		if err != nil {
			return err
		}
		t := s.index.Taxonomy()
		f := t.Facet(facet)
		canonical, ok := t.ResolveSlug(facet, slug)
		if !ok {
			return catalogue.ErrNotFound
		}
		if canonical != slug {
			return &httpx.RedirectError{URL: catalogue.LandingPath(facet, canonical), Status: http.StatusMovedPermanently}
		}
		term := t.Term(f.Vocabulary, slug)
		l := landing{kind: f.Label, name: term.Label, definition: term.Definition, path: catalogue.LandingPath(facet, slug), query: catalogue.Query{}.With(facet, slug)}
		if f.InFinding {
			if facet == catalogue.FacetTargetGroup {
				l.group = func(s string) bool { return f.Within(s, slug) }
			}
			l.keep = func(x catalogue.Finding) bool {
				refs := x.TargetGroups
				if facet == catalogue.FacetContactForm {
					refs = x.ContactForms
				}
				return slices.ContainsFunc(refs, func(ref catalogue.TermRef) bool { return f.Within(ref.Slug, slug) })
			}
		}
		if facet == catalogue.FacetSolution {
			l.keep = aboutForms(term.ContactForms)
		}
		l.neighbours = termNeighbours(t, f, slug)
		return s.serveLanding(w, r, l)
	}
}

// aboutForms keeps findings by some contact forms, and those that state none.
func aboutForms(forms []string) func(catalogue.Finding) bool {
	return func(x catalogue.Finding) bool {
		return len(forms) == 0 || len(x.ContactForms) == 0 ||
			slices.ContainsFunc(x.ContactForms, func(r catalogue.TermRef) bool { return slices.Contains(forms, r.Slug) })
	}
}

// termNeighbours are a value's parent, its children, what stands beside it, and
// the solution or contact form of the same name.
func termNeighbours(t *catalogue.Taxonomy, f *catalogue.FacetTree, slug string) []web.NeighbourGroup {
	self := f.Value(slug)
	group := func(label string, take func(catalogue.FacetValue) bool) web.NeighbourGroup {
		g := web.NeighbourGroup{Label: label}
		for _, v := range f.Values {
			if take(v) && v.Slug != slug && v.Slug != catalogue.NotStated {
				g.Items = append(g.Items, web.Link{Label: v.Label, URL: catalogue.LandingPath(f.Name, v.Slug)})
			}
		}
		return g
	}
	groups := []web.NeighbourGroup{
		group("Hører under", func(v catalogue.FacetValue) bool { return v.Slug == self.Parent }),
		group("Herunder", func(v catalogue.FacetValue) bool { return v.Parent == slug }),
	}
	if f.Name != catalogue.FacetSolution {
		groups = append(groups, group("Ved siden af", func(v catalogue.FacetValue) bool { return v.Parent == self.Parent }))
	}
	twins := map[string]string{catalogue.FacetContactForm: catalogue.FacetSolution, catalogue.FacetSolution: catalogue.FacetContactForm}
	if other := t.Facet(twins[f.Name]); other != nil {
		if v := other.Value(slug); v != nil {
			groups = append(groups, web.NeighbourGroup{Label: "Som " + catalogue.LowerFirst(other.Label), Items: []web.Link{{Label: v.Label, URL: catalogue.LandingPath(other.Name, slug)}}})
		}
	}
	return slices.DeleteFunc(groups, func(g web.NeighbourGroup) bool { return len(g.Items) == 0 })
}

// actorPage is the landing page of an organisation; each kind has its own
// folder.
func (s *Site) actorPage(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	t := s.index.Taxonomy()
	o := t.Organisation(slug)
	if o == nil || o.Slug != slug {
		return catalogue.ErrNotFound
	}
	path := catalogue.ActorPath(o.Kind, slug)
	if r.URL.Path != path {
		return &httpx.RedirectError{URL: path, Status: http.StatusMovedPermanently}
	}
	l := landing{actor: true, kind: catalogue.OrganisationKinds.Label(o.Kind), name: o.Name, path: path, query: catalogue.Query{}.With(catalogue.FacetActor, slug)}
	others := func(label string, take func(catalogue.Organisation) bool) {
		g := web.NeighbourGroup{Label: label}
		for _, x := range t.Organisations {
			if take(x) && x.Slug != slug {
				g.Items = append(g.Items, web.Link{Label: x.Name, URL: catalogue.ActorPath(x.Kind, x.Slug)})
			}
		}
		slices.SortFunc(g.Items, func(a, b web.Link) int { return danish.Compare(a.Label, b.Label) })
		if len(g.Items) > 0 {
			l.neighbours = append(l.neighbours, g)
		}
	}
	switch o.Kind {
	case catalogue.Municipality:
		l.invite = "Har I i " + o.Name + " gjort noget under covid-19, som andre kan lære af?"
		l.tell = o.Slug
		others("Region", func(x catalogue.Organisation) bool { return x.Slug == o.Parent })
		others("Andre kommuner i regionen", func(x catalogue.Organisation) bool { return x.Kind == catalogue.Municipality && x.Parent == o.Parent })
	case catalogue.Region:
		// The region and its municipalities are two things; its page has both.
		l.query = l.query.Add(catalogue.FacetActor, catalogue.MunicipalitiesOf(slug))
		l.definition = "Eksempler fra regionen selv og fra kommunerne i regionen."
		if o.ValidTo != "" {
			l.definition += " Regionen findes til og med " + o.ValidTo.Danish() + "."
		}
		others("Regionens specialområder", func(x catalogue.Organisation) bool { return x.Kind == catalogue.RegionUnit && x.Parent == slug })
		others("Kommuner i regionen", func(x catalogue.Organisation) bool { return x.Kind == catalogue.Municipality && x.Parent == slug })
	default:
		others("Region", func(x catalogue.Organisation) bool { return o.Parent != "" && x.Slug == o.Parent })
		others("Andre af samme slags", func(x catalogue.Organisation) bool { return x.Kind == o.Kind && x.Parent == o.Parent })
	}
	return s.serveLanding(w, r, l)
}

func (s *Site) serveLanding(w http.ResponseWriter, r *http.Request, l landing) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: l.path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, l.path, func(ctx context.Context) (*httpx.Page, error) {
		ids, total, err := s.index.Newest(ctx, l.query, maxSummed)
		if err != nil {
			return nil, err
		}
		practices, err := s.store.Practices(ctx, ids)
		if err != nil {
			return nil, err
		}
		v := landingView(l, practices, total)
		v.Shell = s.shell(l.name, l.path)
		v.Description = l.definition
		v.Crumbs = []web.Crumb{{Label: l.name}}
		if strings.HasPrefix(l.path, catalogue.PathSolutions) {
			v.Crumbs = append([]web.Crumb{{Label: "Løsninger", Path: catalogue.PathSolutions}}, v.Crumbs...)
		}
		v.Noindex = total == 0
		return rendered(ctx, web.LandingPage(v), len(practices) == len(ids), v.Noindex)
	})
}

// landingView is a landing page without its shell.
func landingView(l landing, practices []*catalogue.Practice, total int) web.Landing {
	o := catalogue.NewOverview(practices, l.keep)
	if l.group != nil { // a finding may be for other groups too; they have pages of their own
		o.Contrasts = slices.DeleteFunc(o.Contrasts, func(c catalogue.Contrast) bool { return !l.group(c.TargetGroup.Slug) })
	}
	v := web.Landing{Kind: l.kind, Name: l.name, Definition: l.definition, Total: total, FinderURL: catalogue.FinderPath(l.query), Neighbours: l.neighbours, Invite: l.invite}
	if l.invite != "" {
		v.Tell = web.Link{Label: "Fortæl det på et halvt minut", URL: submitPath(review.KindTip) + "?aktoer=" + l.tell}
	}
	if total == 0 {
		return v
	}
	if l.actor {
		v.Lead = catalogue.Examples(total) + "."
	} else {
		v.Lead = catalogue.Examples(total) + " fra " + count(len(o.Actors), "aktør", "aktører") + "."
		if n := len(o.Kept); n > 0 {
			v.Lead += " Fastholdt af " + strconv.Itoa(n) + "."
		}
		for _, a := range o.Actors {
			v.Actors = append(v.Actors, web.Link{Label: a.Name, URL: catalogue.ActorPath(a.Kind, a.Slug)})
		}
		slices.SortFunc(v.Actors, func(a, b web.Link) int { return danish.Compare(a.Label, b.Label) })
	}
	effects := o.Effects()
	for _, e := range catalogue.Effects {
		if n := effects[e.Code]; n > 0 {
			v.Effects = append(v.Effects, web.EffectCount{Mark: mark(e.Code, nil), Count: count(n, "erfaring", "erfaringer")})
		}
	}
	for _, c := range o.Contrasts[:min(maxContrasts, len(o.Contrasts))] {
		v.Contrasts = append(v.Contrasts, web.Contrast{Group: c.TargetGroup.Label, For: side(c.For), Against: side(c.Against)})
	}
	v.Matrix = matrix(&o, l.group)
	v.Said = said(&o)
	for _, p := range o.Preconditions {
		v.Needs = append(v.Needs, fmt.Sprintf("%s (%s)", p.Label, catalogue.Examples(p.Count)))
	}
	for _, status := range catalogue.Retentions {
		if n := o.Retention[status.Code]; n > 0 {
			v.Retention = append(v.Retention, web.Fact{Label: status.Label, Value: catalogue.Examples(n)})
		}
	}
	if n := o.Retention[""]; n > 0 && len(v.Retention) > 0 {
		v.Retention = append(v.Retention, web.Fact{Label: catalogue.NotStatedLabel, Value: catalogue.Examples(n)})
	}
	for _, x := range o.Solutions {
		if url := catalogue.LandingPath(catalogue.FacetSolution, x.Slug); url != l.path {
			v.Solutions = append(v.Solutions, web.Link{Label: fmt.Sprintf("%s (%d)", x.Label, x.Count), URL: url})
		}
	}
	for _, p := range practices[:min(landingHits, len(practices))] {
		v.Hits = append(v.Hits, hit(p.Card()))
	}
	return v
}

// matrix is who says what of the effect for each target group, those with most
// findings first.
func matrix(o *catalogue.Overview, about func(slug string) bool) (rows []web.MatrixRow) {
	type cell map[catalogue.Effect][]catalogue.Experience
	cells := map[catalogue.TermRef]cell{}
	var groups []catalogue.TermRef
	for _, e := range o.Experiences {
		for _, g := range e.TargetGroups {
			if about != nil && !about(g.Slug) {
				continue
			}
			if cells[g] == nil {
				cells[g] = cell{}
				groups = append(groups, g)
			}
			cells[g][e.Effect] = append(cells[g][e.Effect], e)
		}
	}
	total := func(g catalogue.TermRef) (n int) {
		for _, list := range cells[g] {
			n += len(list)
		}
		return n
	}
	slices.SortStableFunc(groups, func(a, b catalogue.TermRef) int { return total(b) - total(a) })
	for _, g := range groups[:min(maxGroups, len(groups))] {
		row := web.MatrixRow{Group: g.Label, URL: catalogue.LandingPath(catalogue.FacetTargetGroup, g.Slug)}
		for _, e := range catalogue.Effects {
			list := cells[g][e.Code]
			row.Cells = append(row.Cells, web.MatrixCell{Effect: e.Label, Count: len(list), Voices: voices(list)})
		}
		rows = append(rows, row)
	}
	return rows
}

// said are the findings, effect by effect.
func said(o *catalogue.Overview) (out []web.Said) {
	for _, e := range catalogue.Effects {
		s := web.Said{ID: "siger-" + e.Slug}
		n := 0
		for _, x := range o.Experiences {
			if x.Effect != e.Code {
				continue
			}
			if n++; n > maxFindings {
				s.More++
				continue
			}
			row := findingRow(x.Finding)
			row.Practice = web.Link{Label: x.Organisation.Name + ": " + x.Title, URL: catalogue.PracticePath(x.Slug)}
			s.Findings = append(s.Findings, row)
		}
		if n > 0 {
			s.Label = "Læs " + count(n, "erfaring", "erfaringer") + " med " + catalogue.LowerFirst(e.Label)
			out = append(out, s)
		}
	}
	return out
}

// side is one side of a contrast.
func side(list []catalogue.Experience) web.ContrastSide {
	s := web.ContrastSide{Voices: voices(list), Count: count(len(list), "erfaring", "erfaringer")}
	for _, e := range list[:min(maxSides, len(list))] {
		s.Lines = append(s.Lines, web.ContrastLine{Text: e.Text, Voice: voiceLine(e.Voice), Practice: web.Link{Label: e.Organisation.Name, URL: catalogue.PracticePath(e.Slug)}})
	}
	return s
}

func voices(list []catalogue.Experience) string {
	var out []string
	for _, v := range catalogue.VoicesOf(list) {
		if v != "" {
			out = append(out, v.InWords())
		}
	}
	return catalogue.Join(out, "og")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// solutions lists all solutions with their spread.
func (s *Site) solutions(w http.ResponseWriter, r *http.Request) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: catalogue.PathSolutions, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, catalogue.PathSolutions, func(ctx context.Context) (*httpx.Page, error) {
		v := web.Solutions{Shell: s.shell("Løsninger", catalogue.PathSolutions)}
		v.Description = "Den samme idé på tværs af kommuner, regioner og organisationer: hvem brugte den, og hvem fastholdt den?"
		v.Crumbs = []web.Crumb{{Label: "Løsninger"}}
		whole := true
		for _, x := range s.index.Taxonomy().Terms[catalogue.SolutionList] {
			ids, total, err := s.index.Newest(ctx, catalogue.Query{}.With(catalogue.FacetSolution, x.Slug), maxSummed)
			if err != nil {
				return nil, err
			}
			if total == 0 || x.Successor != "" {
				continue
			}
			practices, err := s.store.Practices(ctx, ids)
			if err != nil {
				return nil, err
			}
			whole = whole && len(practices) == len(ids)
			o := catalogue.NewOverview(practices, aboutForms(x.ContactForms))
			spread := "Bruges af " + strconv.Itoa(len(o.Actors))
			if n := len(o.Kept); n > 0 {
				spread += ", fastholdt af " + strconv.Itoa(n)
			}
			v.List = append(v.List, web.Solution{Label: x.Label, URL: catalogue.LandingPath(catalogue.FacetSolution, x.Slug), Definition: x.Definition, Spread: spread,
				Effect: mark(catalogue.Glance(findingsOf(o.Experiences)))})
		}
		slices.SortStableFunc(v.List, func(a, b web.Solution) int { return danish.Compare(a.Label, b.Label) })
		return rendered(ctx, web.SolutionsPage(v), whole, false)
	})
}

func findingsOf(list []catalogue.Experience) (out []catalogue.Finding) {
	for _, e := range list {
		out = append(out, e.Finding)
	}
	return out
}
