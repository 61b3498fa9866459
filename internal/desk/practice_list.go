package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/web"
)

// perPage is how many examples a page of the list has: what one looks through.
const perPage = 50

// maxSought bounds the words that the list is searched for, in bytes.
const maxSought = 400

// practiceTabs are the lists of examples, by what has become of them.
var practiceTabs = []struct {
	state       catalogue.State
	slug, label string
}{
	{"", "", "Alle"}, {catalogue.StatePublished, "udgivet", "Udgivet"}, {postgres.LookDue, "skal-ses-igennem", "Skal ses igennem"},
	{catalogue.StateWithdrawn, "trukket-tilbage", "Trukket tilbage"}, {catalogue.StateRemoved, "fjernet", "Fjernet"}, {catalogue.StateMerged, "lagt-sammen", "Lagt sammen"},
}

// practices lists all examples that were ever published.
func (d *Desk) practices(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	text := catalogue.Visible(strings.TrimSpace(q.Get("q")))
	text = strings.ToValidUTF8(text[:min(len(text), maxSought)], "")
	chosen := practiceTabs[0]
	for _, t := range practiceTabs {
		if t.slug == q.Get("stand") {
			chosen = t
		}
	}
	page, _ := strconv.Atoi(q.Get("side"))
	page = max(1, min(page, 1_000_000))
	rows, counts, total, err := d.store.DeskPractices(r.Context(), postgres.PracticeFilter{Text: text, State: chosen.state, Offset: (page - 1) * perPage, Limit: perPage})
	if err != nil {
		return err
	}
	at := func(state string, page int) string {
		v := url.Values{}
		for name, value := range map[string]string{"q": text, "stand": state} {
			if value != "" {
				v.Set(name, value)
			}
		}
		if page > 1 {
			v.Set("side", strconv.Itoa(page))
		}
		return strings.TrimSuffix(pathExamples+"?"+v.Encode(), "?")
	}
	pages := max(1, (total+perPage-1)/perPage)
	if page > pages {
		return seeOther(w, r, at(chosen.slug, pages))
	}
	v := web.DeskPractices{Desk: d.page(r, titleExamples, pathExamples), State: chosen.slug, Begin: web.Link{Label: "Begynd et eksempel", URL: pathBegin}, Pages: web.Pagination{Page: page, Pages: pages},
		Search: web.Field{Type: web.FieldText, ID: "q", Name: "q", Label: "Søg i titel, organisation og adresse", Value: text}}
	if q.Get("gjort") == "slet" {
		v.Done = doneMessages["slet"]
	}
	if proposed, err := d.store.CountSeedProposals(r.Context()); err != nil {
		return err
	} else if proposed > 0 {
		v.Proposals = web.Link{Label: fmt.Sprintf("%s (%d)", titleProposals, proposed), URL: pathProposals}
	}
	if page > 1 {
		v.Pages.Previous = at(chosen.slug, page-1)
	}
	if page < pages {
		v.Pages.Next = at(chosen.slug, page+1)
	}
	all := 0
	for state, n := range counts {
		if state != postgres.LookDue {
			all += n
		}
	}
	counts[""] = all
	for _, t := range practiceTabs {
		v.States = append(v.States, web.DeskTab{Label: t.label, URL: at(t.slug, 1), Count: counts[t.state], Current: t.slug == chosen.slug})
	}
	v.Found = catalogue.Examples(total)
	if total == 0 {
		v.Found = "Ingen eksempler."
	}
	for _, x := range rows {
		row := web.DeskPracticeRow{URL: web.DeskPracticePath(x.Slug), Title: x.Title, Who: x.Organisation, State: catalogue.States.Label(x.State),
			When: fmt.Sprintf("Udgivet %s · ændret %s", catalogue.DanishDate(x.FirstPublished.In(catalogue.Copenhagen)), catalogue.DanishDate(x.Updated.In(catalogue.Copenhagen)))}
		if x.State == catalogue.StatePublished && x.LookBy != "" {
			row.Due = "Skal ses igennem senest " + x.LookBy.Danish() + "."
		}
		v.Rows = append(v.Rows, row)
	}
	return d.show(w, r, http.StatusOK, web.DeskPracticesPage(v))
}
