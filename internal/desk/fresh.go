package desk

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

const (
	titleLinks    = "Links"
	titleSearches = "Søgninger uden svar"
	// maxFresh is how many rows these pages have: what one looks through.
	maxFresh = 200
)

// Buttons of an address, and the fields of a search's.
const (
	buttonRecheck, buttonKeep = "tjek", "virker"
	fieldKey, fieldHide       = "soegning", "skjul"
)

// links lists the addresses in published examples that fail, and where they stand.
func (d *Desk) links(w http.ResponseWriter, r *http.Request) error {
	list, total, all, rounds, err := d.store.LinksForDesk(r.Context(), maxFresh)
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	now := d.now()
	v := web.DeskLinks{Desk: d.page(r, titleLinks, web.PathDeskLinks), Lead: linksLead(all, rounds, now), Count: counted(total, "link at se på", "links at se på")}
	if total == 0 {
		v.Count = "Ingen links at se på."
	}
	v.Done = map[string]string{buttonRecheck: "Vi tjekker adressen nu. Hent siden igen om lidt.", buttonKeep: "Noteret: Adressen virker. Det gælder i 12 måneder, eller til adressen bliver ændret."}[r.URL.Query().Get("gjort")]
	switch last := rounds[1]; {
	case !d.ChecksLinks:
		v.Alarm = "Links bliver ikke tjekket på denne server. Den, der driver kataloget, kan slå det til."
	case last.Void:
		v.Alarm = fmt.Sprintf("Ved det sidste tjek, %s, svarede %d af %d adresser ikke. Så er det nok vores egen forbindelse, der var nede. Det tjek tæller ikke, og vi prøver igen hver dag.", catalogue.DanishDay(last.BeganAt, now), last.Failed, last.Checked)
	}
	for _, x := range list {
		v.Rows = append(v.Rows, d.linkRow(x, e.Role, now))
	}
	if total > len(list) {
		v.More = fmt.Sprintf("Her er de første %d af %d.", len(list), total)
	}
	return d.show(w, r, http.StatusOK, web.DeskLinksPage(v))
}

func linksLead(all int, rounds [2]postgres.LinkRound, now time.Time) string {
	lead := "Vi tjekker hver uge, om de udgivne eksemplers links og kilder virker. Efter tre tjek uden svar står der »Virker ikke længere« ved linket."
	if last := rounds[1]; !last.EndedAt.IsZero() {
		lead += " Sidst: " + catalogue.DanishDay(last.EndedAt, now) + ", " + counted(all, "adresse", "adresser") + "."
	}
	if !rounds[0].BeganAt.IsZero() {
		lead += " Et tjek er i gang."
	}
	return lead
}

func (d *Desk) linkRow(x postgres.LinkView, role review.Role, now time.Time) web.DeskLinkRow {
	row := web.DeskLinkRow{Label: x.URL, URL: x.URL, Dead: x.Dead}
	kept := x.KeptUntil != nil && now.Before(*x.KeptUntil)
	switch {
	case x.Dead:
		row.State = "Virker ikke længere, siden " + catalogue.DanishDay(*x.Since, now) + ". Det står på siden. " + x.Reason.Danish()
	case kept:
		row.State = "En redaktør siger, at den virker. Det gælder til " + catalogue.DanishDay(*x.KeptUntil, now) + ". " + x.Reason.Danish()
	case x.Failures > 0:
		row.State = fmt.Sprintf("Fejlede ved %s siden %s. Det står ikke på siden. %s", counted(x.Failures, "tjek", "tjek i træk"), catalogue.DanishDay(*x.Since, now), x.Reason.Danish())
	case x.Outcome == review.LinkUnclear:
		row.State = "Kan ikke tjekkes. " + x.Reason.Danish()
	default:
		row.State = "Virker."
	}
	switch what := map[review.LinkEventKind]string{review.LinkRechecked: "bad om et tjek", review.LinkKeptEvent: "sagde, at den virker"}; {
	case x.Recheck && d.ChecksLinks:
		row.Note = "Bliver tjekket nu."
	case x.LastEvent != nil && what[review.LinkEventKind(*x.LastEvent)] != "":
		row.Note = cmp.Or(x.LastBy, "En redaktør") + " " + what[review.LinkEventKind(*x.LastEvent)] + " " + catalogue.DanishTime(*x.LastAt) + "."
	}
	for _, p := range x.Stands {
		row.Stands = append(row.Stands, web.Link{Label: p.Title, URL: web.DeskPracticePath(p.Slug)})
	}
	if more := x.Places - len(x.Stands); more > 0 {
		row.More = "og " + counted(more, "eksempel til", "eksempler til")
	}
	post := func(label, button string) {
		row.Posts = append(row.Posts, web.DeskPost{Action: fmt.Sprintf("%s/%d", web.PathDeskLinks, x.ID), Label: label, Hidden: []web.Hidden{{Name: "handling", Value: button}}})
	}
	if d.ChecksLinks && !x.Recheck && role.May(review.RecheckLink) {
		post("Tjek igen", buttonRecheck)
	}
	if x.Failures > 0 && !kept && role.May(review.KeepLink) {
		post("Den er ikke død", buttonKeep)
	}
	return row
}

// changeLink has an address checked at once, or notes that it works.
func (d *Desk) changeLink(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	id, err := idOf(r)
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	button := r.PostForm.Get("handling")
	switch button {
	case buttonRecheck:
		err = d.store.RecheckLink(r.Context(), id, e.ID, d.now())
	case buttonKeep:
		err = d.store.KeepLink(r.Context(), id, e.ID, d.now())
	default:
		return &badAction
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, web.PathDeskLinks+"?gjort="+button)
}

// searches lists what was searched for in vain.
func (d *Desk) searches(w http.ResponseWriter, r *http.Request) error {
	hidden := r.URL.Query().Get("vis") == "skjulte"
	list, shown, hid, err := d.store.EmptySearches(r.Context(), hidden, maxFresh)
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	now := d.now()
	v := web.DeskSearches{Desk: d.page(r, titleSearches, web.PathDeskSearches), Empty: "Ingen har søgt forgæves efter det samme på tre dage.",
		Tabs: []web.DeskTab{{Label: "Uden svar", URL: web.PathDeskSearches, Count: shown, Current: !hidden}, {Label: "Ikke relevante", URL: web.PathDeskSearches + "?vis=skjulte", Count: hid, Current: hidden}}}
	if hidden {
		v.Empty = "I har ikke sat nogen søgning til side."
	}
	v.Done = map[string]string{"skjult": "Søgningen er sat til side.", "vist": "Søgningen er på listen igen."}[r.URL.Query().Get("gjort")]
	for _, x := range list {
		row := web.DeskSearchRow{Text: x.Text, Facts: fmt.Sprintf("Søgt %s på %d dage. Sidst %s.", counted(x.Times, "gang", "gange"), x.Days, catalogue.DanishDay(x.Last, now)),
			Links: []web.Link{{Label: "Prøv søgningen", URL: catalogue.FinderPath(catalogue.Query{Page: 1}.WithText(x.Text))}}}
		if e.Role.May(review.EditVocabulary) {
			row.Links = append(row.Links, web.Link{Label: "Lav et synonym", URL: pathNewItem + "/synonym?" + url.Values{queryWord: {x.Text}}.Encode()})
		}
		if n, err := d.index.Count(r.Context(), catalogue.Query{Page: 1}.WithText(x.Text)); err != nil {
			return err
		} else if n > 0 {
			row.Facts += " Den finder nu " + examples(n) + "."
		}
		if x.HiddenAt != nil {
			row.Note = cmp.Or(x.HiddenBy, "En redaktør") + ", " + catalogue.DanishTime(*x.HiddenAt)
		}
		if e.Role.May(review.HideSearch) {
			row.Post = &web.DeskPost{Action: web.PathDeskSearches, Label: "Ikke relevant", Hidden: []web.Hidden{{Name: fieldKey, Value: hex.EncodeToString(x.Key)}, {Name: fieldHide, Value: "1"}}}
			if hidden {
				row.Post.Label, row.Post.Hidden = "Vis den igen", row.Post.Hidden[:1]
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return d.show(w, r, http.StatusOK, web.DeskSearchesPage(v))
}

// hideSearch notes whether a search matters.
func (d *Desk) hideSearch(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	key, err := hex.DecodeString(r.PostForm.Get(fieldKey))
	if err != nil {
		return catalogue.ErrNotFound
	}
	_, e := d.auth.At(r.Context())
	hide := r.PostForm.Get(fieldHide) != ""
	if err := d.store.HideSearch(r.Context(), key, hide, e.ID, d.now()); err != nil {
		return err
	}
	if hide {
		return seeOther(w, r, web.PathDeskSearches+"?gjort=skjult")
	}
	return seeOther(w, r, web.PathDeskSearches+"?vis=skjulte&gjort=vist")
}
