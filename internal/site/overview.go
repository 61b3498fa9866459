package site

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/web"
)

// overview sees what the examples of a query taught as a whole.
func (s *Site) overview(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q)
	path := catalogue.OverviewPath(q)
	if asked := r.URL.RequestURI(); asked != path {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		m, err := s.index.Matrix(ctx, q)
		if err != nil {
			return nil, err
		}
		v := overviewView(s.index.Taxonomy(), q, &m, time.Now())
		v.Shell = s.shell(v.Heading, path)
		v.Description = "Hvad virkede for hvem, og hvem siger det? Erfaringerne talt efter målgruppe, kontaktform, løsning og afsender."
		v.Crumbs = []web.Crumb{{Label: "Overblik"}}
		v.Style = "whole.css"
		v.Noindex = q.Text != "" || q.Filtered()
		return atOnce(rendered(ctx, web.OverviewPage(v), m.Version == s.index.Version(), v.Noindex))
	})
}

// shownSolutions is how many solutions stand in their table before the rest is folded.
const shownSolutions = 12

// overviewView is the page without its shell; asked is the query of its address.
func overviewView(t *catalogue.Taxonomy, asked catalogue.Query, m *catalogue.Matrix, now time.Time) web.Overview {
	q := m.Query
	v := web.Overview{Heading: "Overblik over " + strings.TrimSuffix(t.Sentence(q, m.Practices), "."), FinderURL: catalogue.FinderPath(q),
		Counted: count(m.All.Findings(), "erfaring", "erfaringer") + " i " + catalogue.Examples(m.Practices) + ". Hvad virkede for hvem, og hvem siger det?",
		Gaps:    web.Link{Label: "Se, hvad kataloget mangler", URL: catalogue.PathGaps}, Day: catalogue.DanishDate(now.In(catalogue.Copenhagen))}
	if q.Text == "" && !q.Filtered() {
		v.Heading = "Overblik: hvad virkede for hvem?"
	}
	v.Contrasts = web.Link{Label: "Se, hvor man er uenige", URL: catalogue.ContrastsPath(q.WithText(""))}
	v.Chips, v.ClearURL = overviewChips(t, asked, catalogue.OverviewPath)
	o := catalogue.Overview{Voices: m.Voices}
	if m.All.Few() {
		v.Few = "For få erfaringer til at sige noget"
		if m.All.Findings() >= catalogue.EnoughFindings {
			v.Few += ": De kommer kun fra én aktør"
		}
	} else {
		v.Balance = balance(q, &o)
	}
	v.Marked = len(q.Filters[catalogue.FacetVoice]) == 0
	if m.All.Findings() > 0 {
		v.Tables = append(v.Tables, groupTable(q, m), solutionTable(q, m))
		if v.Marked {
			v.Alone = alone(&m.Groups, func(slug string) string { return catalogue.OverviewPath(q.With(catalogue.FacetTargetGroup, slug)) })
		}
	}
	if m.Practices > 0 {
		v.Tables = append(v.Tables, retentionTable(q, m))
	}
	v.Method = []string{
		"En erfaring er, hvad en kilde siger, at et eksempel gjorde for nogen. Effekten er altid den, som kilden selv angiver.",
		"Én erfaring og ét eksempel kan stå flere steder i en tabel. Derfor kan tallene ikke lægges sammen, og »I alt« tæller hver én gang.",
		"Lidt at bygge på er under tre erfaringer, eller at de alle kommer fra én aktør.",
		"En målgruppe, kontaktform eller et tema tæller også dem under sig. »På tværs« og »Ikke oplyst« står hver for sig.",
		"Tallene er antal og ikke karakterer. Mange erfaringer betyder, at mange har fortalt om det, ikke at det virker bedst.",
		"Tallet fører til de eksempler, som erfaringerne kommer fra.",
	}
	return v
}

// overviewChips are the chosen filters, each with the address of path without it.
func overviewChips(t *catalogue.Taxonomy, q catalogue.Query, path func(catalogue.Query) string) (chips []web.Chip, clear string) {
	if q.Text != "" {
		chips = append(chips, web.Chip{ID: "chip-q", Facet: "Søgeord", Label: "»" + q.Text + "«", RemoveURL: path(q.WithText("")), Clear: true})
	}
	for _, facet := range catalogue.Facets {
		for _, slug := range q.Filters[facet.Name] {
			if len(chips) == maxLinkedChips {
				break
			}
			chips = append(chips, web.Chip{ID: "chip-" + facet.Name + "-" + slug, Facet: facet.Label, Label: valueLabel(t, facet.Name, slug),
				Named: facet.Name == catalogue.FacetNear, RemoveURL: path(q.Without(facet.Name, slug)), Clear: slug != catalogue.NotStated})
		}
	}
	if len(chips) > 1 {
		clear = path(catalogue.Query{})
	}
	return chips, clear
}

// effectsInPath are the values of FacetEffect in an address, for each set of places in
// catalogue.Effects.
var effectsInPath = func() (out [16]string) {
	for set := range out {
		var slugs []string
		for i, e := range catalogue.Effects {
			if set&(1<<i) != 0 {
				slugs = append(slugs, e.Slug)
			}
		}
		out[set] = catalogue.ValuesInPath(catalogue.FacetEffect, slugs...)
	}
	return out
}()

// effectsOf are the effects that a cell has, as they stand in an address.
func effectsOf(c catalogue.MatrixCell) string {
	set := 0
	for i, n := range c.Counts {
		if n > 0 {
			set |= 1 << i
		}
	}
	return effectsInPath[set]
}

// cellWords say a cell aloud, by the effects that it has.
func cellWords(c catalogue.MatrixCell) string {
	b := make([]byte, 0, 64)
	for i, n := range c.Counts {
		if n == 0 {
			continue
		}
		if len(b) > 0 {
			b = append(b, ", "...)
		}
		b = append(strconv.AppendInt(b, int64(n), 10), effectsInWords[i]...)
	}
	if c.Few() {
		b = append(b, ", for lidt at bygge på"...)
	}
	return string(b)
}

// effectsInWords are the effects behind a number, by place in catalogue.Effects.
var effectsInWords = [4]string{" med god effekt", " med blandet effekt", " uden effekt", " med dårlig effekt"}

// overviewCell is a cell; url may be empty. Who alone has spoken is said where marked.
func overviewCell(c catalogue.MatrixCell, url func(effects string) string, marked bool) web.OverviewCell {
	if c.Counts == [4]int{} {
		return web.OverviewCell{}
	}
	out := web.OverviewCell{Words: cellWords(c), Few: c.Few(), Tally: make([]web.Tally, 0, 4)}
	if url != nil {
		out.URL = url(effectsOf(c))
	}
	for i, n := range c.Counts {
		if n > 0 {
			out.Tally = append(out.Tally, web.Tally{Class: web.TallyClasses[i], Count: n})
		}
	}
	switch {
	case !marked:
	case c.Voices.OnlyOwn():
		out.Only = onlyOwn
		out.Words += ". Kun fagfolk har sagt det"
	case c.Voices.OnlyCitizens():
		out.Only = onlyCitizens
		out.Words += ". Kun borgere har sagt det"
	}
	return out
}

// Who alone has spoken, in a small space.
const (
	onlyOwn      = "kun fagfolk"
	onlyCitizens = "kun borgere"
)

// cellTable makes the rows and columns of a table of findings. Rows and columns that
// have nothing are left out, and named. Columns lead to the overview of themselves.
type cellTable struct {
	query         catalogue.Query
	of            *catalogue.MatrixTable
	rows, columns string // facets
	// noneInRow and noneInColumn are the labels of what has no value.
	noneInRow, noneInColumn string
	marked                  bool
	columnLabel             func(catalogue.FacetValue) string
}

// kept are the places of the columns that have something.
func (t *cellTable) kept() (places []int, links []web.Link) {
	for i, v := range t.of.Columns {
		if t.of.InColumn[i].Findings() == 0 {
			continue
		}
		places = append(places, i)
		if v.Slug == "" {
			links = append(links, web.Link{Label: t.noneInColumn})
			continue
		}
		links = append(links, web.Link{Label: t.columnLabel(v), URL: catalogue.OverviewPath(t.query.With(t.columns, v.Slug))})
	}
	return places, links
}

// rowsOf are the rows at the places. The bars are of the longest of all.
func (t *cellTable) rowsOf(places, columns []int) []web.OverviewRow {
	most := 0
	for _, p := range places {
		most = max(most, t.of.InRow[p].Findings())
	}
	cells := catalogue.NewCellPaths(t.query, t.rows, t.columns, catalogue.FacetEffect)
	totals := catalogue.NewCellPaths(t.query, t.rows, catalogue.FacetEffect)
	rows := make([]web.OverviewRow, 0, len(places))
	for _, p := range places {
		v, inRow := t.of.Rows[p], t.of.InRow[p]
		row := web.OverviewRow{Label: web.Link{Label: t.noneInRow}, Cells: make([]web.OverviewCell, 0, len(columns)), Bar: bar(inRow, most)}
		cell := func(row, column string) func(string) string {
			return func(effects string) string { return cells.Path(row, column, effects) }
		}
		total := func(effects string) string { return totals.Path(v.Slug, effects) }
		if t.query.Together && t.rows == catalogue.FacetTargetGroup { // the others stay chosen
			cell = func(row, column string) func(string) string {
				of := catalogue.NewCellPaths(t.inTogether(row), t.columns, catalogue.FacetEffect)
				return func(effects string) string { return of.Path(column, effects) }
			}
			of := catalogue.NewCellPaths(t.inTogether(v.Slug), catalogue.FacetEffect)
			total = func(effects string) string { return of.Path(effects) }
		}
		if v.Slug != "" {
			row.Label = web.Link{Label: v.Label, URL: catalogue.OverviewPath(t.query.With(t.rows, v.Slug))}
			row.Depth = min(v.Depth, 1)
		} else {
			total = nil
		}
		row.Total = overviewCell(inRow, total, t.marked)
		for _, c := range columns {
			var url func(string) string
			if column := t.of.Columns[c].Slug; v.Slug != "" && column != "" {
				url = cell(v.Slug, column)
			}
			row.Cells = append(row.Cells, overviewCell(t.of.Cell(p, c), url, t.marked))
		}
		rows = append(rows, row)
	}
	return rows
}

// inTogether is the query with a target group in place of the chosen one that it is, or
// that stands above it: all of them are asked for in one finding.
func (t *cellTable) inTogether(slug string) catalogue.Query {
	chosen := slices.Clone(t.query.Filters[catalogue.FacetTargetGroup])
	above := map[string]bool{slug: true}
	for at := slug; at != ""; {
		i := slices.IndexFunc(t.of.Rows, func(v catalogue.FacetValue) bool { return v.Slug == at })
		if i < 0 {
			break
		}
		at = t.of.Rows[i].Parent
		above[at] = true
	}
	for i, c := range chosen {
		if above[c] {
			chosen[i] = slug
		}
	}
	q := t.query.With(catalogue.FacetTargetGroup, chosen...)
	return q.WithTogether(len(q.Filters[catalogue.FacetTargetGroup]) > 1)
}

// bar is a row's bar, of which most findings fill the width.
func bar(c catalogue.MatrixCell, most int) (out []web.OverviewBar) {
	at := 0.0
	for i, n := range c.Counts {
		if n > 0 {
			width := 100 * float64(n) / float64(most)
			out = append(out, web.OverviewBar{Class: "balance--" + string(catalogue.Effects[i].Code), X: strconv.FormatFloat(at, 'f', 1, 64), Width: strconv.FormatFloat(width, 'f', 1, 64)})
			at += width
		}
	}
	return out
}

// narrow breaks the heads of columns where compounds do.
func narrow(heads []web.Link) []web.Link {
	for i := range heads {
		heads[i].Label = danish.Hyphenate(heads[i].Label, 9)
	}
	return heads
}

// groupTable is target group by contact form: the groups at the top, or where some are
// chosen these and all below them.
func groupTable(q catalogue.Query, m *catalogue.Matrix) web.OverviewTable {
	t := cellTable{query: q, of: &m.Groups, rows: catalogue.FacetTargetGroup, columns: catalogue.FacetContactForm, noneInRow: "Ingen målgruppe", noneInColumn: "Ingen kontaktform",
		marked: len(q.Filters[catalogue.FacetVoice]) == 0, columnLabel: func(v catalogue.FacetValue) string {
			if slices.ContainsFunc(m.Groups.Columns, func(x catalogue.FacetValue) bool { return x.Parent == v.Slug }) {
				return v.Label + " i alt"
			}
			return v.Label
		}}
	out := web.OverviewTable{ID: "maalgrupper", Heading: "For hvem, og hvordan mødtes man?", RowLabel: "Målgruppe", Empty: "ingen erfaringer",
		Caption: "Antal erfaringer efter målgruppe og kontaktform."}
	columns, links := t.kept()
	out.Columns = narrow(links)
	chosen := len(q.Filters[catalogue.FacetTargetGroup]) > 0
	var places []int
	var none []string
	below := map[string]int{} // groups with findings by the one at the top
	top := ""
	for i, v := range t.of.Rows {
		if v.Depth == 0 {
			top = v.Slug
		}
		switch found := t.of.InRow[i].Findings() > 0; {
		case found && (chosen || v.Depth == 0):
			places = append(places, i)
		case found:
			below[top]++
		case v.Depth == 0 || chosen:
			none = append(none, catalogue.LowerFirst(v.Label))
		}
	}
	out.Rows = t.rowsOf(places, columns)
	for i, p := range places {
		if n := below[t.of.Rows[p].Slug]; n > 0 && !chosen {
			out.Rows[i].Down = web.Link{Label: "Vis " + count(n, "gruppe", "grupper") + " herunder", URL: out.Rows[i].Label.URL}
		}
	}
	if len(none) > 0 {
		out.Nothing = append(out.Nothing, "Ingen erfaringer om: "+catalogue.Join(none, "eller")+".")
	}
	if silent := withNothing(t.of.Columns, t.of.InColumn); len(silent) > 0 {
		out.Nothing = append(out.Nothing, "Ingen erfaringer via: "+catalogue.Join(silent, "eller")+".")
	}
	if slices.ContainsFunc(t.of.Columns, func(v catalogue.FacetValue) bool { return v.Slug == "" }) {
		out.Nothing = append(out.Nothing, "»Ingen kontaktform« er erfaringer, der ikke handler om, hvordan man mødtes. Dem kan man ikke vælge i listen.")
	}
	return out
}

// withNothing are the labels of values without a finding.
func withNothing(values []catalogue.FacetValue, in []catalogue.MatrixCell) (out []string) {
	for i, v := range values {
		if v.Slug != "" && in[i].Findings() == 0 {
			out = append(out, catalogue.LowerFirst(v.Label))
		}
	}
	return out
}

// solutionTable is solution by voice, the solutions with most findings first.
func solutionTable(q catalogue.Query, m *catalogue.Matrix) web.OverviewTable {
	t := cellTable{query: q, of: &m.Solutions, rows: catalogue.FacetSolution, columns: catalogue.FacetVoice, noneInRow: "Uden løsning",
		columnLabel: func(v catalogue.FacetValue) string {
			if v.Slug == catalogue.NotStated {
				return v.Label
			}
			voice, _ := catalogue.Voices.Parse(v.Slug)
			return catalogue.UpperFirst(voice.InShort())
		}}
	out := web.OverviewTable{ID: "loesninger", Heading: "Hvilken løsning, og hvem siger det?", RowLabel: "Løsning", Empty: "ingen erfaringer",
		Caption: "Antal erfaringer efter løsning og hvem der siger det. Løsninger med flest erfaringer står først."}
	columns, links := t.kept()
	out.Columns = narrow(links)
	var places []int
	for i := range t.of.Rows {
		if t.of.InRow[i].Findings() > 0 {
			places = append(places, i)
		}
	}
	// What has no solution stays last.
	slices.SortStableFunc(places, func(a, b int) int {
		if none := t.of.Rows[a].Slug == ""; none != (t.of.Rows[b].Slug == "") {
			if none {
				return 1
			}
			return -1
		}
		return t.of.InRow[b].Findings() - t.of.InRow[a].Findings()
	})
	rows := t.rowsOf(places, columns)
	out.Rows = rows
	if len(rows) > shownSolutions+2 {
		out.Rows, out.Folded = rows[:shownSolutions], rows[shownSolutions:]
		out.Unfold = fmt.Sprintf("Vis %d løsninger mere", len(out.Folded))
	}
	if silent := withNothing(t.of.Columns, t.of.InColumn); len(silent) > 0 {
		out.Nothing = append(out.Nothing, "Ingen erfaringer fra: "+catalogue.Join(silent, "eller")+".")
	}
	return out
}

// retentionTable is theme by retention, in examples.
func retentionTable(q catalogue.Query, m *catalogue.Matrix) web.OverviewTable {
	of := &m.Retention
	out := web.OverviewTable{ID: "fastholdelse", Heading: "Blev det fastholdt?", RowLabel: "Tema", Empty: "ingen eksempler",
		Caption: "Antal eksempler efter tema og fastholdelse. Kilden siger ofte ikke, om det blev fastholdt. Så tæller det under »Ikke oplyst«."}
	var columns []int
	for i, v := range of.Columns {
		if of.InColumn[i] > 0 {
			columns = append(columns, i)
			out.Columns = append(out.Columns, web.Link{Label: v.Label, URL: catalogue.OverviewPath(q.With(catalogue.FacetRetention, v.Slug))})
		}
	}
	cells := catalogue.NewCellPaths(q, catalogue.FacetTheme, catalogue.FacetRetention)
	totals := catalogue.NewCellPaths(q, catalogue.FacetTheme)
	cell := func(n int, url func() string) (c web.OverviewCell) {
		if n > 0 {
			c = web.OverviewCell{Tally: []web.Tally{{Count: n}}, Words: catalogue.Examples(n)}
			if url != nil {
				c.URL = url()
			}
		}
		return c
	}
	for i, v := range of.Rows {
		if of.InRow[i] == 0 {
			continue
		}
		row := web.OverviewRow{Label: web.Link{Label: "Uden tema"}, Depth: min(v.Depth, 1)}
		if v.Slug != "" {
			row.Label = web.Link{Label: v.Label, URL: catalogue.OverviewPath(q.With(catalogue.FacetTheme, v.Slug))}
			row.Total = cell(of.InRow[i], func() string { return totals.Path(v.Slug) })
		} else {
			row.Total = cell(of.InRow[i], nil)
		}
		for _, c := range columns {
			url := func() string { return cells.Path(v.Slug, of.Columns[c].Slug) }
			if v.Slug == "" {
				url = nil
			}
			row.Cells = append(row.Cells, cell(of.Cells[i*len(of.Columns)+c], url))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// alone are the target groups of which only one side has spoken, at any depth, each
// with the address that url gives it.
func alone(of *catalogue.MatrixTable, url func(slug string) string) (out []web.OverviewAlone) {
	var own, citizens []web.Counted
	for i, v := range of.Rows {
		c := of.InRow[i]
		if v.Slug == "" {
			continue
		}
		item := web.Counted{Label: v.Label, URL: url(v.Slug), Count: c.Findings()}
		switch {
		case c.Voices.OnlyOwn():
			own = append(own, item)
		case c.Voices.OnlyCitizens():
			citizens = append(citizens, item)
		}
	}
	if len(own) > 0 {
		out = append(out, web.OverviewAlone{Lead: "Kun fagfolk har sagt noget om", Items: own})
	}
	if len(citizens) > 0 {
		out = append(out, web.OverviewAlone{Lead: "Kun borgere har sagt noget om", Items: citizens})
	}
	return out
}
