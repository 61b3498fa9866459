package site

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/search"
	"praksis/web"
)

// mapOf is the map of what the finder finds with the same filters, but those of
// actors: it divides by them itself.
func (s *Site) mapOf(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	values, _ := url.ParseQuery(r.URL.RawQuery) // read above
	regions := values.Get(catalogue.ParamMap) == catalogue.MapOfRegions
	q = mapQuery(s.index.Taxonomy().Canonical(q))
	path := catalogue.MapPath(q, regions)
	if path != r.URL.RequestURI() {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		found, err := s.index.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		if found.Query.Encode() != q.Encode() { // read as filters: »aarhus«
			return nil, &httpx.RedirectError{URL: catalogue.MapPath(mapQuery(found.Query), regions), Status: http.StatusFound}
		}
		v, err := s.mapView(ctx, found, regions)
		if err != nil {
			return nil, err
		}
		v.Shell = s.shell(v.Heading, path)
		v.Style = "whole.css"
		v.Description = "Hvor i landet eksemplerne er fra: kommune for kommune og region for region."
		v.Crumbs = []web.Crumb{{Label: "Kort"}}
		v.Noindex = q.Text != "" || q.Filtered() || regions
		return rendered(ctx, web.MapPage(v), true, v.Noindex)
	})
}

// mapQuery is what the map can ask of a query: neither actors nor an order or a page.
func mapQuery(q catalogue.Query) catalogue.Query {
	q = q.Without(catalogue.FacetActor, q.Filters[catalogue.FacetActor]...)
	q.Sort, q.Page = "", 1
	return q
}

// The smallest area of a municipality that has room for its number, in squares of the
// map's grid, and the part of the map that is drawn once more.
const (
	roomForNumber                           = 1400
	capitalWest, capitalNorth, capitalSouth = 882, 682, 871
)

func (s *Site) mapView(ctx context.Context, found search.Result, regions bool) (web.Map, error) {
	t, q := found.Taxonomy, found.Query
	filtered := q.Text != "" || q.Filtered()
	v := web.Map{Heading: "Kort: " + t.Sentence(q, found.Total), ByRegion: regions,
		Finder: web.Link{Label: "Vis som liste", URL: catalogue.FinderPath(q)}, Switch: web.Link{Label: "Vis kortet efter region", URL: catalogue.MapPath(q, true)}}
	if regions {
		v.Switch = web.Link{Label: "Vis kortet efter kommune", URL: catalogue.MapPath(q, false)}
	}
	if filtered {
		v.Finder.Label = "Vis som liste, eller skift filtre"
		v.All = web.Link{Label: "Vis kortet over alle eksempler", URL: catalogue.MapPath(catalogue.Query{}, regions)}
	}
	counts := actorCounts(found)
	var areas []mapped
	others := q.With(catalogue.FacetActor)
	for _, region := range t.Organisations {
		if region.Kind != catalogue.Region || !t.Exists(region) {
			continue
		}
		all := q.With(catalogue.FacetActor, region.Slug, catalogue.MunicipalitiesOf(region.Slug))
		n, err := s.index.Count(ctx, all)
		if err != nil {
			return v, err
		}
		row := web.MapRegion{Name: region.Name, All: web.Counted{URL: catalogue.FinderPath(all), Count: n},
			Own: web.Counted{Label: "Regionen selv: ", URL: catalogue.FinderPath(q.With(catalogue.FacetActor, region.Slug)), Count: counts[region.Slug]}}
		var within []mapped
		for _, o := range t.Organisations {
			if o.Kind != catalogue.Municipality || o.Parent != region.Slug || !t.Exists(o) {
				continue
			}
			m := web.MapMunicipality{Name: t.Facet(catalogue.FacetNear).Value(o.Slug).Label, Count: counts[o.Slug], URL: catalogue.FinderPath(q.With(catalogue.FacetActor, o.Slug))}
			if m.Count == 0 {
				m.URL, m.Tip = catalogue.ActorPath(o.Kind, o.Slug), tipLink(o.Slug).URL
			}
			row.Municipalities = append(row.Municipalities, m)
			within = append(within, mapped{name: m.Name, url: m.URL, count: m.Count, shapes: []web.MapShape{web.MapShapes[o.Code]}})
		}
		slices.SortFunc(row.Municipalities, func(a, b web.MapMunicipality) int { return danish.Compare(a.Name, b.Name) })
		v.Regions = append(v.Regions, row)
		if regions {
			whole := mapped{name: region.Name, url: row.All.URL, count: n}
			for _, m := range within {
				whole.shapes = append(whole.shapes, m.shapes...)
			}
			within = []mapped{whole}
		}
		areas = append(areas, within...)
	}
	for _, actor := range t.Facet(catalogue.FacetActor).Values {
		if actor.Depth == 0 && !strings.HasPrefix(actor.Slug, catalogue.MunicipalitiesOf("")) && counts[actor.Slug] > 0 {
			others = others.Add(catalogue.FacetActor, actor.Slug)
		}
	}
	if others.Filters[catalogue.FacetActor] != nil {
		n, err := s.index.Count(ctx, others)
		if err != nil {
			return v, err
		}
		v.Others = web.Counted{Label: "Fra regioner, organisationer og andre, der ikke er en kommune: ", URL: catalogue.FinderPath(t.Canonical(others)), Count: n}
	}
	v.Areas, v.Capital, v.Legend = drawMap(areas, regions)
	v.Summary = mapSummary(areas, regions)
	return v, nil
}

// actorCounts are the numbers of examples of each actor, by slug.
func actorCounts(found search.Result) map[string]int {
	counts := map[string]int{}
	for _, f := range found.Facets {
		if f.Name == catalogue.FacetActor {
			for _, v := range f.Values {
				counts[v.Slug] = v.Count
			}
		}
	}
	return counts
}

// mapped is an area before it is drawn.
type mapped struct {
	name, url string
	count     int
	shapes    []web.MapShape
}

// drawMap gives each area the step of its number, and the legend of the steps.
func drawMap(areas []mapped, regions bool) (drawn, capital []web.MapArea, legend []web.MapStep) {
	most := 0
	for _, a := range areas {
		most = max(most, a.count)
	}
	steps := catalogue.Steps(most)
	of := make([]int, len(steps)+1)
	for _, a := range areas {
		step := stepOf(steps, a.count)
		of[step]++
		unnumbered := web.MapArea{Title: a.name + ": " + inWords(a.count), URL: a.url, Class: stepClass(step)}
		for _, shape := range a.shapes {
			unnumbered.Paths = append(unnumbered.Paths, shape.Path)
		}
		x, y, area := middle(a.shapes)
		number := func(room int) web.MapArea {
			d := unnumbered
			if a.count > 0 && (regions || area >= room) {
				d.Number, d.X, d.Y = strconv.Itoa(a.count), strconv.Itoa(x), strconv.Itoa(y)
			}
			return d
		}
		drawn = append(drawn, number(roomForNumber))
		if !regions && x > capitalWest && y > capitalNorth && y < capitalSouth {
			capital = append(capital, number(roomForNumber/4)) // twice as long and as wide
		}
	}
	for i, n := range of {
		if n == 0 {
			continue
		}
		text := "ingen eksempler"
		if i > 0 {
			last := most
			if i < len(steps) {
				last = steps[i] - 1
			}
			text = catalogue.Examples(last)
			if least := steps[i-1]; least < last {
				text = strconv.Itoa(least) + "–" + text
			}
		}
		legend = append(legend, web.MapStep{Class: stepClass(i), Text: text, Areas: "(" + countedAreas(n, regions) + ")"})
	}
	return drawn, capital, legend
}

// stepOf is the number of the step that a number of examples is in, 0 for none.
func stepOf(steps []int, count int) int {
	i, found := slices.BinarySearch(steps, count)
	if found {
		i++
	}
	return i
}

func stepClass(step int) string { return "map__step-" + strconv.Itoa(step) }

// middle is where half of the area of some shapes lies on each side, so that a far
// island does not draw it into the sea, and that area.
func middle(shapes []web.MapShape) (x, y, area int) {
	for _, s := range shapes {
		area += s.Area
	}
	half := func(at func(web.MapShape) int) int {
		slices.SortFunc(shapes, func(a, b web.MapShape) int { return cmp.Compare(at(a), at(b)) })
		sum := 0
		for _, s := range shapes {
			if sum += s.Area; 2*sum >= area {
				return at(s)
			}
		}
		return 0
	}
	return half(func(s web.MapShape) int { return s.X }), half(func(s web.MapShape) int { return s.Y }), area
}

func inWords(n int) string {
	if n == 0 {
		return "ingen eksempler"
	}
	return catalogue.Examples(n)
}

func countedAreas(n int, regions bool) string {
	switch {
	case regions && n == 1:
		return "1 region"
	case regions:
		return strconv.Itoa(n) + " regioner"
	case n == 1:
		return "1 kommune"
	}
	return strconv.Itoa(n) + " kommuner"
}

// maxMost is how many of those with most examples the summary names.
const maxMost = 3

// mapSummary says in words what the map shows.
func mapSummary(areas []mapped, regions bool) string {
	slices.SortStableFunc(areas, func(a, b mapped) int {
		return cmp.Or(cmp.Compare(b.count, a.count), danish.Compare(a.name, b.name))
	})
	with := 0
	for with < len(areas) && areas[with].count > 0 {
		with++
	}
	what := fmt.Sprintf("%d af %s har eksempler.", with, countedAreas(len(areas), regions))
	// Of equal ones all are named, or none.
	named := min(with, maxMost)
	for named > 0 && named < with && areas[named].count == areas[named-1].count {
		named--
		for named > 0 && areas[named-1].count == areas[named].count {
			named--
		}
	}
	var most []string
	for _, a := range areas[:named] {
		most = append(most, fmt.Sprintf("%s (%d)", a.name, a.count))
	}
	if len(most) > 0 {
		what += " Flest: " + catalogue.Join(most, "og") + "."
	}
	return what + " Alle tal står også på listen."
}
