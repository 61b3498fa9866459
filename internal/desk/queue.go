package desk

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

const (
	titleList = "Redaktionen"
	// queuePage is how many rows a page of the queue has.
	queuePage = 50
	// maxQueuePage bounds the pages that are asked for: nobody has turned so many.
	maxQueuePage = 1000
)

// Names of the queue's filters in its address.
const (
	filterView, filterState, filterHolder, filterTime, filterAnswer, filterMine, filterColleague, filterText, filterPage = "vis", "stand", "hos", "frist", "svar", "mine", "hvem", "q", "side"
)

// viewReview is the view of what is due for review, in place of submissions.
const viewReview = "gennemsyn"

// queueStates are the states in the desk's words and the order of its work.
var queueStates = catalogue.Options[review.SubmissionState]{
	{Code: review.Received, Slug: "ny", Label: "Ny"}, {Code: review.Held, Slug: "tilbageholdt", Label: "Tilbageholdt"}, {Code: review.InReview, Slug: "i-brug", Label: "I brug"},
	{Code: review.ChangesRequested, Slug: "spurgt", Label: "Venter på indsenderen"}, {Code: review.SetAside, Slug: "lagt-til-side", Label: "Lagt til side"},
	{Code: review.Accepted, Slug: "udgivet", Label: "Udgivet"}, {Code: review.Exists, Slug: "findes", Label: "Findes i forvejen"}, {Code: review.Declined, Slug: "afvist", Label: "Afvist"},
	{Code: review.Replied, Slug: "besvaret", Label: "Besvaret"}, {Code: review.WithdrawnBySelf, Slug: "trukket-tilbage", Label: "Trukket tilbage"},
}

// queueQuery is what the queue's address asks for.
type queueQuery struct {
	view   string
	state  review.SubmissionState
	holder review.Holder
	late   string // "os", "dem" or empty
	answer bool
	mine   bool
	// colleague is the editor who has it, or had it last; 0: anybody.
	colleague int64
	text      string
	page      int // from 1
}

// Values of filterTime.
const (
	lateDesk   = "os"
	lateOthers = "dem"
)

// readQueue reads an address. What it does not know it leaves out.
func readQueue(v url.Values) queueQuery {
	q := queueQuery{text: review.Line(catalogue.Visible(v.Get(filterText))), answer: v.Get(filterAnswer) != "", mine: v.Get(filterMine) != "", page: 1}
	if v.Get(filterView) == viewReview {
		q.view = viewReview
	}
	for _, o := range queueStates {
		if o.Slug == v.Get(filterState) {
			q.state = o.Code
		}
	}
	for _, o := range review.Holders {
		if o.Slug == v.Get(filterHolder) {
			q.holder = o.Code
		}
	}
	if late := v.Get(filterTime); late == lateDesk || late == lateOthers {
		q.late = late
	}
	if id, err := strconv.ParseInt(v.Get(filterColleague), 10, 64); err == nil && id > 0 {
		q.colleague = id
	}
	if n, err := strconv.Atoi(v.Get(filterPage)); err == nil && n > 1 {
		q.page = min(n, maxQueuePage)
	}
	if r := []rune(q.text); len(r) > maxQueueText {
		q.text = string(r[:maxQueueText])
	}
	return q
}

// maxQueueText is the most characters that are searched for.
const maxQueueText = 200

// values are the address's parts, in its one form.
func (q queueQuery) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set(filterView, q.view)
	set(filterText, q.text)
	set(filterTime, q.late)
	for _, o := range queueStates {
		if o.Code == q.state {
			set(filterState, o.Slug)
		}
	}
	for _, o := range review.Holders {
		if o.Code == q.holder {
			set(filterHolder, o.Slug)
		}
	}
	if q.answer {
		set(filterAnswer, "1")
	}
	if q.mine {
		set(filterMine, "1")
	}
	if q.colleague != 0 {
		set(filterColleague, strconv.FormatInt(q.colleague, 10))
	}
	if q.page > 1 {
		set(filterPage, strconv.Itoa(q.page))
	}
	return v
}

func (q queueQuery) url() string {
	if v := q.values().Encode(); v != "" {
		return web.PathDesk + "?" + v
	}
	return web.PathDesk
}

// filter is the same for the store. Without any filter it is what is open; a text
// is looked for in all there is.
func (q queueQuery) filter(editor int64) postgres.QueueFilter {
	f := postgres.QueueFilter{Holder: q.holder, OverdueDesk: q.late == lateDesk, OverdueOthers: q.late == lateOthers, Answered: q.answer, Text: q.text, Limit: queuePage, Offset: (q.page - 1) * queuePage}
	f.Editor = q.colleague
	if q.mine {
		f.Editor = editor
	}
	switch {
	case q.state != "":
		f.States = []review.SubmissionState{q.state}
	case q.holder == "" && q.text == "":
		f.States = append(review.StatesOf(review.HolderDesk), review.StatesOf(review.HolderSubmitter)...)
	}
	return f
}

// queue shows what waits, for whom, and until when.
func (d *Desk) queue(w http.ResponseWriter, r *http.Request) error {
	q := readQueue(r.URL.Query())
	_, e := d.auth.At(r.Context())
	now := d.now()
	found, err := d.store.Queue(r.Context(), q.filter(e.ID), e.ID, now)
	if err != nil {
		return err
	}
	v := web.DeskQueue{Desk: d.page(r, titleList, web.PathDesk), Search: q.text, Chosen: q.chosen(found.Counts.Colleagues)}
	for name, values := range q.withoutText().values() {
		v.Hidden = append(v.Hidden, web.Hidden{Name: name, Value: values[0]})
	}
	slices.SortFunc(v.Hidden, func(a, b web.Hidden) int { return strings.Compare(a.Name, b.Name) })
	v.Parts = queueParts(q, found.Counts)
	for _, o := range queueStates {
		v.States = append(v.States, web.QueueChip{Label: o.Label, URL: queueQuery{state: o.Code, text: q.text}.url(), Count: found.Counts.ByState[o.Code], Current: q.state == o.Code})
	}
	for _, c := range found.Counts.Colleagues {
		v.Colleagues = append(v.Colleagues, web.QueueChip{Label: c.Name, URL: queueQuery{colleague: c.Editor, text: q.text}.url(), Count: c.N, Current: q.colleague == c.Editor})
	}
	total := found.Total
	if q.view == viewReview {
		due, err := d.store.ReviewDue(r.Context(), queuePage, (q.page-1)*queuePage, now)
		if err != nil {
			return err
		}
		total, v.Rows = found.Counts.ReviewDue, dueRows(due, now)
		v.Heading, v.Empty = counted(total, "eksempel, der skal ses igen", "eksempler, der skal ses igen"), "Ingen udgivne eksempler skal ses igen nu."
	} else {
		for _, x := range found.Rows {
			v.Rows = append(v.Rows, queueRow(x, e.ID, now))
		}
		v.Heading, v.Empty = q.heading(total), "Der er ikke noget, der passer. Fjern et filter, eller søg på noget andet."
		if len(v.Chosen) == 0 {
			v.Empty = "Der er ikke noget, der venter."
		}
	}
	pages := (total + queuePage - 1) / queuePage
	if len(v.Rows) == 0 && q.page > 1 { // a page that was there before
		v.Empty = "Så mange sider er der ikke mere."
	}
	v.Pages = web.NewPagination("Sider i køen", q.page, pages, func(n int) string { p := q; p.page = n; return p.url() })
	return d.show(w, r, http.StatusOK, web.DeskQueuePage(v))
}

func (q queueQuery) withoutText() queueQuery {
	q.text, q.page, q.view = "", 1, ""
	return q
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (q queueQuery) heading(total int) string {
	switch {
	case q == (queueQuery{page: q.page}):
		return counted(total, "indsendelse, der venter", "indsendelser, der venter")
	case q.text != "":
		return counted(total, "indsendelse", "indsendelser") + " med »" + q.text + "«"
	}
	return counted(total, "indsendelse", "indsendelser")
}

// chosen are the filters that hold, each with the address without it.
func (q queueQuery) chosen(colleagues []postgres.HeldBy) (out []web.Link) {
	add := func(label string, without queueQuery) {
		without.page = 1
		out = append(out, web.Link{Label: label, URL: without.url()})
	}
	if x := q; q.text != "" {
		x.text = ""
		add("»"+q.text+"«", x)
	}
	if x := q; q.state != "" {
		x.state = ""
		add(queueStates.Label(q.state), x)
	}
	if x := q; q.holder != "" {
		x.holder = ""
		add(holderLabels[q.holder], x)
	}
	if x := q; q.late != "" {
		x.late = ""
		add(lateLabels[q.late], x)
	}
	if x := q; q.answer {
		x.answer = false
		add(labelAnswer, x)
	}
	if x := q; q.mine {
		x.mine = false
		add(labelMine, x)
	}
	if x := q; q.colleague != 0 {
		label := "Hos en kollega"
		for _, c := range colleagues {
			if c.Editor == q.colleague {
				label = "Hos " + c.Name
			}
		}
		x.colleague = 0
		add(label, x)
	}
	return out
}

const labelAnswer, labelMine = "Svar er kommet", "Mine"

var holderLabels = map[review.Holder]string{review.HolderDesk: "Venter på os", review.HolderSubmitter: "Venter på indsenderen", review.HolderMunicipality: "Venter på kommunen", review.HolderNobody: "Venter på ingen"}

var lateLabels = map[string]string{lateDesk: "Over vores frist", lateOthers: "Over deres frist"}

// queueParts are the views of the queue; each has a count. A further kind of row
// is a further one.
func queueParts(q queueQuery, c postgres.QueueCounts) (out []web.QueueChip) {
	add := func(label string, count int, alarm bool, to queueQuery) {
		here := q
		here.page, to.text = 0, q.text
		out = append(out, web.QueueChip{Label: label, URL: to.url(), Count: count, Alarm: alarm, Current: here == to})
	}
	add("Venter", c.ByHolder[review.HolderDesk]+c.ByHolder[review.HolderSubmitter]+c.ByHolder[review.HolderMunicipality], false, queueQuery{})
	add(holderLabels[review.HolderDesk], c.ByHolder[review.HolderDesk], false, queueQuery{holder: review.HolderDesk})
	add(lateLabels[lateDesk], c.OverdueDesk, true, queueQuery{late: lateDesk})
	add(labelAnswer, c.Answered, false, queueQuery{answer: true})
	add(holderLabels[review.HolderSubmitter], c.ByHolder[review.HolderSubmitter], false, queueQuery{holder: review.HolderSubmitter})
	add(holderLabels[review.HolderMunicipality], c.ByHolder[review.HolderMunicipality], false, queueQuery{holder: review.HolderMunicipality})
	add(lateLabels[lateOthers], c.OverdueOthers, true, queueQuery{late: lateOthers})
	add(labelMine, c.Mine, false, queueQuery{mine: true})
	if c.ReviewDue > 0 || q.view == viewReview {
		add("Skal ses igen", c.ReviewDue, false, queueQuery{view: viewReview})
	}
	if c.InquiryAnswers > 0 {
		out = append(out, web.QueueChip{Label: "Svar fra kilder", URL: answersURL, Count: c.InquiryAnswers})
	}
	if c.InquiriesPrepared > 0 {
		out = append(out, web.QueueChip{Label: "Spørgsmål, der ikke er sendt", URL: preparedURL, Count: c.InquiriesPrepared})
	}
	if c.LookDue > 0 {
		out = append(out, web.QueueChip{Label: "Udgivet uden andet blik", URL: pathExamples + "?stand=skal-ses-igennem", Count: c.LookDue})
	}
	if c.Proposals > 0 {
		out = append(out, web.QueueChip{Label: "Forslag fra kilderne", URL: pathProposals, Count: c.Proposals})
	}
	if c.MailsGivenUp > 0 {
		out = append(out, web.QueueChip{Label: "Mails, der ikke kom frem", URL: pathMails, Count: c.MailsGivenUp, Alarm: true})
	}
	return out
}

// holderBadges are short: the sentence says the rest.
var holderBadges = map[review.Holder]string{review.HolderDesk: "Os", review.HolderSubmitter: "Indsenderen", review.HolderMunicipality: "Kommunen", review.HolderNobody: "Ingen"}

func queueRow(x postgres.QueueRow, editor int64, now time.Time) web.DeskRow {
	ball := x.Facts.Ball(now)
	row := web.DeskRow{URL: submissionPath(x.ID), Title: cmp.Or(x.Title, "Uden titel"), Who: cmp.Or(x.Organisation, "Ikke oplyst, hvem"), State: queueStates.Label(x.Facts.State),
		Holder: holderBadges[ball.Holder], Desk: ball.Holder == review.HolderDesk, Sentence: x.Facts.Sentence(now), Taken: taken(x.Lease, x.By, editor, now), Mine: x.Lease.Editor == editor,
		Facts: review.SubmissionKinds.Label(x.Kind) + " · " + x.Reference}
	if x.Attachments > 0 {
		row.Facts += " · " + fileCount(x.Attachments)
	}
	if x.Facts.State == review.ChangesRequested { // the badge says the same
		row.State = ""
	}
	if x.FromDesk {
		row.Facts += " · begyndt af redaktionen"
	}
	if ball.Overdue {
		row.Overdue = "Over fristen"
	}
	if x.Facts.State == review.Held {
		row.Notes = append(row.Notes, "Tilbageholdt: "+x.HeldReason)
	}
	if x.Unreached {
		row.Notes = append(row.Notes, "En mail til indsenderen kom ikke frem.")
	}
	return row
}

// taken says which editor has a submission at now, or had it last.
func taken(l review.Lease, by string, editor int64, now time.Time) string {
	switch {
	case l.Editor == 0:
		return ""
	case l.Editor == editor && l.Live(now):
		return "Du har den siden " + clock(l.Since, now)
	case l.Live(now):
		return by + " har den siden " + clock(l.Since, now)
	case l.Editor == editor:
		return "Du havde den sidst, " + catalogue.DanishDay(l.Kept, now)
	}
	return by + " havde den sidst, " + catalogue.DanishDay(l.Kept, now)
}

// clock is an instant in words: only the time of day, if it is today.
func clock(t, now time.Time) string {
	at := "kl. " + t.In(catalogue.Copenhagen).Format("15.04")
	if catalogue.Day(t).Equal(catalogue.Day(now)) {
		return at
	}
	return catalogue.DanishDay(t, now) + " " + at
}

func dueRows(list []postgres.DuePractice, now time.Time) (out []web.DeskRow) {
	for _, x := range list {
		out = append(out, web.DeskRow{URL: pathExamples + "/" + x.Slug, Title: x.Title, Who: cmp.Or(x.Organisation, "Ikke oplyst, hvem"), State: "Udgivet",
			Holder: holderBadges[review.HolderDesk], Desk: true, Sentence: "Skulle ses igen senest " + catalogue.DanishDay(x.ReviewBy, now) + ".", Facts: "Udgivet eksempel"})
	}
	return out
}
