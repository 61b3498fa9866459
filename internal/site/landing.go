package site

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// maxGroups bounds the rows of the table of target groups: what a reader takes in.
const maxGroups = 12

// landing is what a landing page is about.
type landing struct {
	kind, name, definition, path string
	query                        catalogue.Query // of its examples and their findings
	neighbours                   []web.NeighbourGroup
	municipality                 *catalogue.Organisation // that it is about; nil for others
	actor                        bool                    // it is about who, not about what
	successor                    web.Link                // of an organisation that ends; may be empty
	moved                        bool                    // the successor has taken its place
	codes                        []web.Fact
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
		l.neighbours = termNeighbours(t, f, slug)
		for _, c := range term.Codes {
			l.codes = append(l.codes, web.Fact{Label: map[string]string{"exact": "Svarer til", "broader": "Bredere end"}[c.Match], Value: c.Code})
		}
		return s.serveLanding(w, r, l)
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
	sameNameFacet := map[string]string{catalogue.FacetContactForm: catalogue.FacetSolution, catalogue.FacetSolution: catalogue.FacetContactForm}
	if other := t.Facet(sameNameFacet[f.Name]); other != nil {
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
		l.municipality = o
		others("Nabokommuner", func(x catalogue.Organisation) bool { return slices.Contains(catalogue.Neighbours(slug), x.Slug) })
		others("Region", func(x catalogue.Organisation) bool { return x.Slug == o.Parent }) // that of today
		others("Andre kommuner i regionen", func(x catalogue.Organisation) bool { return x.Kind == catalogue.Municipality && x.Parent == o.Parent })
	case catalogue.Region:
		// The region and its municipalities are two things; its page has both.
		l.query = regionQuery(slug)
		l.definition = "Eksempler fra regionen selv og fra kommunerne i regionen." + lifetime(t, *o)
		if next := t.Organisation(o.Successor); next != nil {
			l.successor = web.Link{Label: next.Name, URL: catalogue.ActorPath(next.Kind, next.Slug)}
			l.moved = t.Ended(*o)
		}
		others("Afløser", func(x catalogue.Organisation) bool { return x.Successor == slug })
		others("Regionens specialområder", func(x catalogue.Organisation) bool { return x.Kind == catalogue.RegionUnit && x.Parent == slug })
		others("Kommuner i regionen", func(x catalogue.Organisation) bool { return x.Kind == catalogue.Municipality && x.Parent == slug })
	default:
		others("Region", func(x catalogue.Organisation) bool { return o.Parent != "" && x.Slug == o.Parent })
		others("Andre af samme slags", func(x catalogue.Organisation) bool { return x.Kind == o.Kind && x.Parent == o.Parent })
		if t.Ended(*o) {
			l.definition = "Findes ikke længere. Eksemplerne er fra den tid, da " + o.Name + " fandtes."
		}
	}
	return s.serveLanding(w, r, l)
}

// lifetime says when a region begins or ends, where that is not always.
func lifetime(t *catalogue.Taxonomy, o catalogue.Organisation) string {
	switch {
	case t.Ended(o):
		return " Regionen fandtes til og med " + o.ValidTo.Danish() + "."
	case o.ValidTo != "":
		return " Regionen findes til og med " + o.ValidTo.Danish() + "."
	case !t.Exists(o):
		return " Regionen begynder " + o.ValidFrom.Danish() + "."
	}
	return ""
}

func (s *Site) serveLanding(w http.ResponseWriter, r *http.Request, l landing) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: l.path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, l.path, func(ctx context.Context) (*httpx.Page, error) {
		if l.moved { // its examples are its successor's now
			v := web.Landing{Kind: l.kind, Name: l.name, Definition: l.definition, Successor: l.successor, Moved: true}
			v.Shell = s.shell(l.name, l.path)
			v.Crumbs = []web.Crumb{{Label: l.name}}
			v.Noindex = true
			return rendered(ctx, web.LandingPage(v), true, true)
		}
		o, err := s.index.Overview(l.query.Filters)
		if err != nil {
			return nil, err
		}
		texts, whole, err := s.overviewTexts(ctx, &o)
		if err != nil {
			return nil, err
		}
		v := landingView(l, &o, texts, s.index.Taxonomy().FindingScope(l.query))
		if l.municipality != nil {
			all, err := s.addNearby(ctx, &v, *l.municipality)
			if err != nil {
				return nil, err
			}
			whole = whole && all
		}
		v.Shell = s.shell(l.name, l.path)
		v.Description = l.definition
		v.Crumbs = []web.Crumb{{Label: l.name}}
		for _, x := range landingIndexes {
			if strings.HasPrefix(l.path, x.path()+"/") {
				v.Crumbs = append([]web.Crumb{{Label: x.name, Path: x.path()}}, v.Crumbs...)
			}
		}
		if strings.HasPrefix(l.path, catalogue.PathSolutions) {
			v.Crumbs = append([]web.Crumb{{Label: "Løsninger", Path: catalogue.PathSolutions}}, v.Crumbs...)
		}
		v.Noindex = v.Total == 0
		return rendered(ctx, web.LandingPage(v), whole, v.Noindex)
	})
}

// texts are what is shown of the practices that an overview names, by ID.
type texts map[int64]postgres.PracticeFindings

// overviewTexts reads them, in one query. whole is false when one has gone or
// was changed after the overview's version.
func (s *Site) overviewTexts(ctx context.Context, o *catalogue.Overview) (t texts, whole bool, err error) {
	t = texts{}
	var ids []int64
	add := func(id int64) {
		if _, known := t[id]; !known {
			t[id] = postgres.PracticeFindings{}
			ids = append(ids, id)
		}
	}
	for _, id := range o.Examples {
		add(id)
	}
	for _, x := range o.Findings {
		for _, f := range x.First {
			add(f.Practice)
		}
	}
	for _, c := range o.Contrasts[:min(maxContrasts, len(o.Contrasts))] {
		for _, f := range append(slices.Clone(c.For.First), c.Against.First...) {
			add(f.Practice)
		}
	}
	if len(ids) == 0 {
		return t, true, nil
	}
	list, err := s.store.Findings(ctx, s.confirmed(), ids)
	if err != nil {
		return nil, false, err
	}
	whole = len(list) == len(ids)
	clear(t)
	for _, p := range list {
		t[p.ID] = p
		whole = whole && p.Version <= o.Version
	}
	return t, whole, nil
}

// finding is one that an overview names, with its practice's card; false when
// it has gone meanwhile.
func (t texts) finding(ref catalogue.FindingRef) (f catalogue.Finding, c catalogue.Card, ok bool) {
	p := t[ref.Practice]
	if ref.Number >= len(p.Findings) {
		return f, c, false
	}
	return p.Findings[ref.Number], p.Card, true
}

// landingView is a landing page without its shell; its cards tell of the findings
// in scope.
func landingView(l landing, o *catalogue.Overview, t texts, scope catalogue.FindingScope) web.Landing {
	total := o.Practices
	v := web.Landing{Kind: l.kind, Name: l.name, Definition: l.definition, Total: total, FinderURL: catalogue.FinderPath(l.query), Neighbours: l.neighbours, Successor: l.successor, Codes: l.codes}
	if o := l.municipality; o != nil {
		v.Invite, v.Tip = invite(*o), tipLink(o.Slug)
	}
	if total == 0 {
		return v
	}
	narrowed := func(facet, slug string) string { return catalogue.FinderPath(l.query.With(facet, slug)) }
	v.Lead = catalogue.Examples(total)
	if !l.actor {
		v.Lead += " fra " + count(len(o.Actors), "aktør", "aktører")
		if n := o.Retention[catalogue.RetentionRetained]; n > 0 {
			v.Kept = web.NamedCount{Label: "Fastholdt i " + catalogue.Examples(n), URL: narrowed(catalogue.FacetRetention, catalogue.Retentions.Slug(catalogue.RetentionRetained)), Names: names(o.Kept)}
		}
		for _, a := range o.Actors {
			v.Actors = append(v.Actors, web.Counted{Label: a.Name, URL: narrowed(catalogue.FacetActor, a.Slug), Count: a.Count})
		}
		v.ActorsLabel = "Eksempler fra"
		if len(l.query.Filters[catalogue.FacetSolution]) > 0 {
			v.ActorsLabel = "Bruges af"
		}
		slices.SortFunc(v.Actors, func(a, b web.Counted) int { return danish.Compare(a.Label, b.Label) })
	}
	for _, x := range o.Findings {
		if x.Count > 0 {
			badge := effectCount(x)
			badge.URL = narrowed(catalogue.FacetEffect, catalogue.Effects.Slug(x.Effect))
			e := web.EffectCount{Badge: badge}
			if !l.actor {
				e.Names = names(x.Actors)
			}
			v.Effects = append(v.Effects, e)
		}
	}
	if v.Few = fewFindings(o); v.Few == "" && !l.actor {
		v.Balance = balance(l.query, o)
	}
	for _, c := range o.Contrasts[:min(maxContrasts, len(o.Contrasts))] {
		v.Contrasts = append(v.Contrasts, contrastView(c, t, l))
	}
	v.Weighed = weighed(l.query, o, t)
	if v.Matrix = matrix(l.query, o); len(v.Matrix) == 1 { // the badges say it
		v.Matrix = nil
	}
	v.Said = said(l.query, o, t)
	for _, p := range o.Preconditions {
		v.Needs = append(v.Needs, web.Counted{Label: p.Label, URL: narrowed(catalogue.FacetPrecondition, p.Slug), Count: p.Count})
	}
	for _, status := range append(catalogue.Retentions.Codes(), "") {
		code := catalogue.RetentionStatus(status)
		if n := o.Retention[code]; n > 0 && (code != "" || len(v.Retention) > 0) {
			v.Retention = append(v.Retention, web.Counted{Label: catalogue.Retentions.Label(code), URL: narrowed(catalogue.FacetRetention, catalogue.Retentions.Slug(code)), Count: n})
		}
	}
	for _, x := range o.Solutions {
		if url := catalogue.LandingPath(catalogue.FacetSolution, x.Slug); url != l.path {
			v.Solutions = append(v.Solutions, web.Link{Label: fmt.Sprintf("%s (%d)", x.Label, x.Count), URL: url})
		}
	}
	if scope.Label != "" {
		v.Marks = "Mærkerne tæller kun erfaringer " + catalogue.LowerFirst(scope.Label) + "."
	}
	for _, id := range o.Examples {
		if p, ok := t[id]; ok {
			h := hit(p.Card.In(scope, p.Findings, p.Solutions))
			h.Scope = "" // said once for all
			v.Hits = append(v.Hits, h)
		}
	}
	return v
}

// inShort are voices where there is little room.
func inShort(list []catalogue.Voice) string {
	var out []string
	for _, v := range list {
		out = append(out, v.InShort())
	}
	return strings.Join(out, ", ")
}

// names are at most maxNames organisations in words, by their short names.
func names(list []catalogue.OrganisationRef) string {
	var out []string
	for _, o := range list {
		out = append(out, cmp.Or(o.ShortName, o.Name))
	}
	slices.SortFunc(out, danish.Compare)
	if more := len(out) - maxNames; more > 0 {
		out = append(out[:maxNames], count(more, "anden", "andre"))
	}
	return catalogue.Join(out, "og")
}

// maxNames is how many organisations are named beside a count.
const maxNames = 6

// matrix is who says what of the effect for each target group, those with most
// findings first; each number leads to its examples among those of the query.
func matrix(q catalogue.Query, o *catalogue.Overview) (rows []web.MatrixRow) {
	for _, g := range o.Groups[:min(maxGroups, len(o.Groups))] {
		row := web.MatrixRow{Group: g.TargetGroup.Label, URL: catalogue.LandingPath(catalogue.FacetTargetGroup, g.TargetGroup.Slug)}
		for _, x := range g.Findings {
			url := catalogue.FinderPath(q.With(catalogue.FacetTargetGroup, g.TargetGroup.Slug).With(catalogue.FacetEffect, catalogue.Effects.Slug(x.Effect)))
			row.Cells = append(row.Cells, web.MatrixCell{Effect: catalogue.Effects.Label(x.Effect), Count: x.Count, URL: url, Voices: inShort(x.Voices)})
		}
		rows = append(rows, row)
	}
	return rows
}

// said are the findings, effect by effect.
func said(q catalogue.Query, o *catalogue.Overview, t texts) (out []web.Said) {
	for _, x := range o.Findings {
		if x.Count == 0 {
			continue
		}
		s := web.Said{URL: catalogue.FinderPath(q.With(catalogue.FacetEffect, catalogue.Effects.Slug(x.Effect))), ID: "siger-" + catalogue.Effects.Slug(x.Effect), More: x.Count - len(x.First),
			Label: "Læs " + count(x.Count, "erfaring", "erfaringer") + " med " + catalogue.LowerFirst(catalogue.Effects.Label(x.Effect))}
		var findings []catalogue.Finding
		var from []web.Link
		for _, ref := range x.First {
			if f, c, ok := t.finding(ref); ok {
				findings = append(findings, f)
				from = append(from, web.Link{Label: c.Organisation.Name + ": " + c.Title, URL: catalogue.PracticePath(c.Slug)})
			}
		}
		s.Findings = findingsBy(findings, func(i int) web.Finding {
			line := findingLine(findings[i])
			line.Practice = from[i]
			return line
		})
		for i := range s.Findings {
			s.Findings[i].Effect = web.EffectBadge{} // the summary says it
		}
		out = append(out, s)
	}
	return out
}

func voices(list []catalogue.Voice) string {
	var out []string
	for _, v := range list {
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
		version, whole := int64(0), true
		for _, x := range s.index.Taxonomy().Terms[catalogue.SolutionList] {
			if x.Successor != "" {
				continue
			}
			o, err := s.index.Overview(catalogue.Query{}.With(catalogue.FacetSolution, x.Slug).Filters)
			if err != nil {
				return nil, err
			}
			whole = whole && (version == 0 || version == o.Version)
			version = o.Version
			if o.Practices == 0 {
				continue
			}
			q := catalogue.Query{}.With(catalogue.FacetSolution, x.Slug)
			spread := []web.Link{{Label: "Bruges af " + count(len(o.Actors), "aktør", "aktører"), URL: catalogue.FinderPath(q)}}
			if n := len(o.Kept); n > 0 {
				spread = append(spread, web.Link{Label: "fastholdt af " + count(n, "aktør", "aktører"), URL: catalogue.FinderPath(q.With(catalogue.FacetRetention, catalogue.Retentions.Slug(catalogue.RetentionRetained)))})
			}
			effects := effectCounts(q, &o)
			if effects == nil {
				effects = verdictBadges(nil)
			}
			v.List = append(v.List, web.Solution{Label: x.Label, URL: catalogue.LandingPath(catalogue.FacetSolution, x.Slug), Definition: x.Definition, Spread: spread,
				Effects: effects, Few: fewFindings(&o)})
		}
		slices.SortStableFunc(v.List, func(a, b web.Solution) int { return danish.Compare(a.Label, b.Label) })
		return rendered(ctx, web.SolutionsPage(v), whole, false)
	})
}
