package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

const (
	pathWaiting  = web.PathDesk + partInquiry
	titleWaiting = "Svar fra kilder"
	// inquiriesPerPage is how many inquiries a page has: as many as can be sent at once.
	inquiriesPerPage = review.MaxPrepared
)

// Names of the filters beside those of the queue.
const filterKind, filterActor, filterAll = "slags", "aktoer", "alle"

// inquiryQuery is what the address of the list asks for.
type inquiryQuery struct {
	stage review.InquiryStage
	kind  review.InquiryKind
	actor string // slug
	text  string
	all   bool // every prepared one on the page is picked
	page  int  // from 1
}

// readInquiryQuery reads an address. What it does not know it leaves out.
func readInquiryQuery(v url.Values) inquiryQuery {
	q := inquiryQuery{text: review.Line(catalogue.Visible(v.Get(filterText))), all: v.Get(filterAll) != "", page: 1}
	for _, o := range review.InquiryStages {
		if o.Slug == v.Get(filterState) {
			q.stage = o.Code
		}
	}
	for _, o := range review.InquiryKinds {
		if o.Slug == v.Get(filterKind) {
			q.kind = o.Code
		}
	}
	if slug := v.Get(filterActor); catalogue.Slugify(slug) == slug {
		q.actor = slug
	}
	if n, err := strconv.Atoi(v.Get(filterPage)); err == nil && n > 1 {
		q.page = min(n, maxQueuePage)
	}
	if r := []rune(q.text); len(r) > maxQueueText {
		q.text = string(r[:maxQueueText])
	}
	return q
}

// values are the address's parts, in its one form.
func (q inquiryQuery) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	for _, o := range review.InquiryStages {
		if o.Code == q.stage {
			set(filterState, o.Slug)
		}
	}
	for _, o := range review.InquiryKinds {
		if o.Code == q.kind {
			set(filterKind, o.Slug)
		}
	}
	set(filterActor, q.actor)
	set(filterText, q.text)
	if q.all {
		set(filterAll, "1")
	}
	if q.page > 1 {
		set(filterPage, strconv.Itoa(q.page))
	}
	return v
}

func (q inquiryQuery) url() string {
	if v := q.values().Encode(); v != "" {
		return pathWaiting + "?" + v
	}
	return pathWaiting
}

// preparedURL leads to the inquiries that no editor has sent yet, answersURL to the
// answers that nobody has taken in.
var (
	preparedURL = inquiryQuery{stage: review.InquiryPrepared}.url()
	answersURL  = inquiryQuery{stage: review.InquiryAnswered}.url()
)

// waiting lists what people at the source were asked, and answered.
func (d *Desk) waiting(w http.ResponseWriter, r *http.Request) error {
	q, now := readInquiryQuery(r.URL.Query()), d.now()
	found, err := d.store.InquiryList(r.Context(), postgres.InquiryFilter{Stage: q.stage, Kind: q.kind, Organisation: q.actor, Text: q.text, Limit: inquiriesPerPage, Offset: (q.page - 1) * inquiriesPerPage}, now)
	if err != nil {
		return err
	}
	slices.SortFunc(found.Organisations, func(a, b postgres.InquiredOrganisation) int { return danish.Compare(a.Name, b.Name) })
	v := web.DeskInquiryList{Desk: d.page(r, titleWaiting, pathWaiting), Search: q.text, Chosen: q.chosen(found.Organisations), Send: pathSendInquiries,
		Heading: counted(found.Total, "spørgsmål til kilder", "spørgsmål til kilder"), Empty: "Der er ikke noget, der passer. Fjern et filter, eller søg på noget andet."}
	v.Done = inquiriesDone[r.URL.Query().Get("gjort")]
	if r.URL.Query().Get("gjort") == noneTicked {
		v.Errors = []web.FormError{{Message: "Sæt hak ved mindst ét spørgsmål."}}
	}
	if len(v.Chosen) == 0 {
		v.Empty = "Der er ikke noget, der venter."
	}
	if len(found.Rows) == 0 && q.page > 1 { // a page that was there before
		v.Empty = "Så mange sider er der ikke mere."
	}
	open := 0
	for _, n := range found.Stages {
		open += n
	}
	open -= found.Stages[review.InquiryClosed]
	to := func(change func(q *inquiryQuery)) string {
		x := q
		x.page, x.all = 1, false
		change(&x)
		return x.url()
	}
	v.Parts = append(v.Parts, web.QueueChip{Label: "Åbne i alt", URL: to(func(x *inquiryQuery) { x.stage = "" }), Count: open, Current: q.stage == ""})
	for _, o := range review.InquiryStages {
		v.Parts = append(v.Parts, web.QueueChip{Label: o.Label, URL: to(func(x *inquiryQuery) { x.stage = o.Code }), Count: found.Stages[o.Code], Current: q.stage == o.Code, Alarm: o.Code == review.InquiryOverdue})
	}
	stage, kind := inquiryQuery{stage: q.stage}.values().Get(filterState), inquiryQuery{kind: q.kind}.values().Get(filterKind)
	if stage != "" {
		v.Hidden = append(v.Hidden, web.Hidden{Name: filterState, Value: stage})
	}
	v.Kind = choice(filterKind, "Hvad er der spurgt om?", "Alt", kind)
	for _, o := range review.InquiryKinds {
		v.Kind.Options = append(v.Kind.Options, web.FieldOption{Value: o.Slug, Label: o.Label, Chosen: o.Slug == kind})
	}
	v.Actor = choice(filterActor, "Kommune eller organisation", "Alle", q.actor)
	for _, o := range found.Organisations {
		v.Actor.Options = append(v.Actor.Options, web.FieldOption{Value: o.Slug, Label: o.Name + " (" + strconv.Itoa(o.N) + ")", Chosen: o.Slug == q.actor})
	}
	if q.actor != "" && !slices.ContainsFunc(found.Organisations, func(o postgres.InquiredOrganisation) bool { return o.Slug == q.actor }) {
		v.Actor.Options = append(v.Actor.Options, web.FieldOption{Value: q.actor, Label: q.actor + " (0)", Chosen: true})
	}
	for _, x := range found.Rows {
		v.Rows = append(v.Rows, d.inquiryRow(x, q.all, v.May.AskSource))
	}
	v.Picks = slices.ContainsFunc(v.Rows, func(r web.DeskRow) bool { return r.Pick.Name != "" })
	v.PickAll = to(func(x *inquiryQuery) { x.page, x.all = q.page, !q.all })
	v.PickedAll = q.all
	pages := (found.Total + inquiriesPerPage - 1) / inquiriesPerPage
	v.Pages = web.NewPagination("Sider", q.page, pages, func(n int) string { x := q; x.page, x.all = n, false; return x.url() })
	return d.show(w, r, http.StatusOK, web.DeskInquiryListPage(v))
}

// choice is a filter of which one value is chosen, or none.
func choice(name, label, none, chosen string) web.Field {
	return web.Field{Type: web.FieldSelect, ID: name, Name: name, Label: label, Value: chosen, Options: []web.FieldOption{{Label: none, Chosen: chosen == ""}}}
}

// chosen are the filters that hold, each with the address without it.
func (q inquiryQuery) chosen(organisations []postgres.InquiredOrganisation) (out []web.Link) {
	q.page, q.all = 1, false
	add := func(label string, without inquiryQuery) {
		out = append(out, web.Link{Label: label, URL: without.url()})
	}
	if x := q; q.text != "" {
		x.text = ""
		add("»"+q.text+"«", x)
	}
	if x := q; q.stage != "" {
		x.stage = ""
		add(review.InquiryStages.Label(q.stage), x)
	}
	if x := q; q.kind != "" {
		x.kind = ""
		add(review.InquiryKinds.Label(q.kind), x)
	}
	if x := q; q.actor != "" {
		label := q.actor
		for _, o := range organisations {
			if o.Slug == q.actor {
				label = o.Name
			}
		}
		x.actor = ""
		add(label, x)
	}
	return out
}

// inquiryRow is a row of the list; a prepared one can be picked.
func (d *Desk) inquiryRow(x postgres.ListedInquiry, picked, may bool) web.DeskRow {
	f, now := x.Facts(), d.now()
	stage := f.Stage(now)
	row := web.DeskRow{URL: inquiryForm(x.SubmissionID, x.Slug).path + "#spurgt-" + number(x.ID), Title: cmp.Or(x.Title, x.Slug, "Uden titel"), Who: cmp.Or(x.Organisation, "Ikke oplyst, hvem"),
		Holder: holderBadges[f.Holder(now)], Desk: f.Holder(now) == review.HolderDesk, Sentence: f.Sentence(now), Facts: review.InquiryKinds.Label(x.Kind)}
	if x.Email != "" {
		row.Facts += " · " + x.Email
	}
	if stage == review.InquiryOverdue {
		row.Overdue = "Over fristen"
	}
	if x.AnsweredAt != nil {
		row.Sentence += " " + review.InquiryAnswer{Parts: x.Parts, Used: x.Used, Text: x.Text}.Summary(x.Kind)
	}
	if stage == review.InquiryPrepared && may && x.PracticeID != 0 {
		row.Pick = web.DeskPick{ID: "valgt-" + number(x.ID), Name: fieldInquiry, Value: number(x.ID), Chosen: picked}
	}
	return row
}
