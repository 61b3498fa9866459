package site

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/markdown"
	"praksis/internal/practicepage"
	"praksis/web"
)

// A collection is a page made of one field of all examples.

func (s *Site) collection(w http.ResponseWriter, r *http.Request, path, key string, page func(ctx context.Context) (*httpx.Page, error)) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, key, page)
}

// situationOrder is a conversation and a meeting from beginning to end, as they stand
// in the checklist; other situations follow, those with most advice first.
var situationOrder = []string{"Før samtalen", "Under samtalen", "Efter samtalen", "Når du indkalder", "Før mødet", "Under mødet"}

// checklist is all advice, by situation.
func (s *Site) checklist(w http.ResponseWriter, r *http.Request) error {
	return s.collection(w, r, catalogue.PathChecklist, catalogue.PathChecklist, func(ctx context.Context) (*httpx.Page, error) {
		list, err := s.store.WithField(ctx, catalogue.FieldAt("advice"))
		if err != nil {
			return nil, err
		}
		v := web.Checklist{Shell: s.shell("Tjekliste", catalogue.PathChecklist)}
		v.Description = "Råd fra kommuner, regioner, organisationer og ministerier: før, under og efter samtaler og møder på afstand."
		v.Crumbs = []web.Crumb{{Label: "Tjekliste"}}
		needs := map[catalogue.TermRef]bool{}
		for _, p := range list {
			from := web.Link{Label: cmp.Or(p.Organisation.ShortName, p.Organisation.Name), URL: catalogue.PracticePath(p.Slug)}
			for _, a := range p.Advice {
				name := cmp.Or(catalogue.UpperFirst(a.Situation), "Ellers")
				at := slices.IndexFunc(v.Groups, func(g web.ChecklistGroup) bool { return g.Situation == name })
				if at < 0 {
					at = len(v.Groups)
					v.Groups = append(v.Groups, web.ChecklistGroup{ID: catalogue.Slugify(name), Situation: name})
				}
				v.Groups[at].Lines = append(v.Groups[at].Lines, web.ChecklistLine{Text: a.Text, From: from})
				for _, n := range a.Preconditions {
					needs[n] = true
				}
			}
		}
		place := func(g web.ChecklistGroup) int {
			if at := slices.Index(situationOrder, g.Situation); at >= 0 {
				return at
			}
			return len(situationOrder)
		}
		slices.SortStableFunc(v.Groups, func(a, b web.ChecklistGroup) int {
			return cmp.Or(place(a)-place(b), len(b.Lines)-len(a.Lines))
		})
		for n := range needs {
			count, err := s.index.Count(ctx, catalogue.Query{}.With(catalogue.FacetPrecondition, n.Slug))
			if err != nil {
				return nil, err
			}
			v.Needs = append(v.Needs, web.Counted{Label: n.Label, URL: catalogue.FilterPath(catalogue.FacetPrecondition, n.Slug), Count: count})
		}
		slices.SortFunc(v.Needs, func(a, b web.Counted) int { return danish.Compare(a.Label, b.Label) })
		return rendered(ctx, web.ChecklistPage(v), true, false)
	})
}

// nextTime is what those who learnt it would do at the next closing, by theme.
func (s *Site) nextTime(w http.ResponseWriter, r *http.Request) error {
	return s.collection(w, r, catalogue.PathNextTime, catalogue.PathNextTime, func(ctx context.Context) (*httpx.Page, error) {
		list, err := s.store.WithField(ctx, catalogue.FieldAt("answers.next_time"))
		if err != nil {
			return nil, err
		}
		v := web.NextTime{Shell: s.shell("Næste gang", catalogue.PathNextTime)}
		v.Description = "Hvad skal man gøre, hvis tilbud og kontorer skal lukke igen?"
		v.Crumbs = []web.Crumb{{Label: "Næste gang"}}
		for _, p := range list {
			theme := "Andet"
			if len(p.Themes) > 0 {
				theme = p.Themes[0].Label
			}
			at := slices.IndexFunc(v.Groups, func(g web.NextTimeGroup) bool { return g.Theme == theme })
			if at < 0 {
				at = len(v.Groups)
				v.Groups = append(v.Groups, web.NextTimeGroup{Theme: theme})
			}
			v.Groups[at].Items = append(v.Groups[at].Items, web.NextTimeItem{Who: p.Organisation.Name, Text: markdown.HTML(p.Answers.NextTime),
				Practice: web.Link{Label: p.Title, URL: catalogue.PracticePath(p.Slug)}})
		}
		slices.SortFunc(v.Groups, func(a, b web.NextTimeGroup) int { return danish.Compare(a.Theme, b.Theme) })
		return rendered(ctx, web.NextTimePage(v), true, false)
	})
}

// openRetention are the statuses that say what somebody meant to do, and not
// whether it was done, in the order of the page.
var openRetention = []catalogue.RetentionStatus{"decided", "intended", "pilot", "considered", "undecided"}

// status is what was only meant or considered, with its age and what has been
// heard since. It counts whole years, so it is made anew each year.
func (s *Site) status(w http.ResponseWriter, r *http.Request) error {
	year := time.Now().In(catalogue.Copenhagen).Year()
	return s.collection(w, r, catalogue.PathStatus, catalogue.PathStatus+" "+strconv.Itoa(year), func(ctx context.Context) (*httpx.Page, error) {
		list, err := s.store.WithField(ctx, catalogue.FieldAt("retention"))
		if err != nil {
			return nil, err
		}
		v := statusView(list, year)
		v.Shell = s.shell("Status: hvad er der sket siden?", catalogue.PathStatus)
		v.Description = "Det, der kun var besluttet, ønsket eller overvejet, da det blev skrevet ned, og hvad vi har hørt siden."
		v.Crumbs = []web.Crumb{{Label: "Status"}}
		return rendered(ctx, web.StatusPage(v), true, false)
	})
}

// statusView is the page of status without its shell, in a year.
func statusView(list []*catalogue.Practice, year int) web.Status {
	var v web.Status
	for _, status := range openRetention {
		g := web.StatusGroup{Label: catalogue.Retentions.Label(status), ID: "status-" + catalogue.Retentions.Slug(status)}
		for _, p := range list {
			said, since, ok := openStatement(p, status)
			if !ok {
				continue
			}
			item := web.StatusItem{Who: p.Organisation.Name, Practice: web.Link{Label: p.Title, URL: catalogue.PracticePath(p.Slug)}, Said: said.AsOf.Danish()}
			if at, known := said.AsOf.Start(); known && year > at.Year() {
				item.Said += " (" + strconv.Itoa(year-at.Year()) + " år siden)"
			}
			if said.Note != "" {
				item.Said = strings.TrimPrefix(item.Said+": ", ": ") + said.Note
			}
			for _, x := range since {
				item.Since = append(item.Since, practicepage.RetentionLine(x))
			}
			if len(since) == 0 {
				item.InviteLink = web.Link{Label: "Fortæl, hvad der er sket", URL: catalogue.SubmitPath("kort", p.Slug)}
				v.NoFollowUp++
			}
			g.Items = append(g.Items, item)
			v.Total++
		}
		slices.SortStableFunc(g.Items, func(a, b web.StatusItem) int { return danish.Compare(a.Who, b.Who) })
		if len(g.Items) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	return v
}

// openStatement is a practice's latest statement of a status that says nothing of
// what was done, with those that are later; only one status of a practice is its
// latest such.
func openStatement(p *catalogue.Practice, status catalogue.RetentionStatus) (said catalogue.Retention, since []catalogue.Retention, ok bool) {
	start := func(r catalogue.Retention) time.Time { t, _ := r.AsOf.Start(); return t }
	latest := -1
	for i, r := range p.Retention {
		if slices.Contains(openRetention, r.Status) && (latest < 0 || start(r).After(start(p.Retention[latest]))) {
			latest = i
		}
	}
	if latest < 0 || p.Retention[latest].Status != status {
		return said, nil, false
	}
	for _, r := range p.Retention {
		if r.Status != "" && start(r).After(start(p.Retention[latest])) {
			since = append(since, r)
		}
	}
	return p.Retention[latest], since, true
}
