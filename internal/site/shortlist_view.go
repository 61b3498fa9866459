package site

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/practicepage"
	"praksis/internal/review"
	"praksis/web"
)

// itemID is the element of an example on the page of a shortlist.
func itemID(practice int64) string { return "eksempel-" + strconv.FormatInt(practice, 10) }

// shortlistView is the page of a shortlist, as whoever asks for it may use it. Its links
// are at base: they are copied as text, and must lead here from a mail.
func (s *Site) shortlistView(l *postgres.Shortlist, at shortlistAt, base string) web.Shortlist {
	v := web.Shortlist{Shell: s.shortlistShell(cmp.Or(l.Title, shortlistName(at))), Base: at.base, Edit: l.May != postgres.ShortlistRead, Erase: l.May == postgres.ShortlistOwn}
	v.Lead = catalogue.UpperFirst(catalogue.Examples(len(l.Items))) + "."
	if len(l.Items) == 0 {
		v.Lead = "Der er ingen eksempler i mappen."
	}
	if used, ok := l.UsedOn.Start(); ok {
		v.EraseOn = "Mappen bliver slettet " + catalogue.DanishDate(used.AddDate(0, review.ShortlistMonths, 0)) + ", hvis ingen bruger den før."
	}
	v.Title = web.Field{Type: web.FieldText, Name: fieldTitle, ID: fieldTitle, Label: "Mappens titel", Hint: "Fx mødet og datoen. Skriv ingen navne på borgere.", Value: l.Title, Auto: "off"}
	v.Seen = web.Hidden{Name: fieldSeenTitle, Value: review.Seen(l.Title)}
	if slices.ContainsFunc(l.Items, func(x postgres.ShortlistItem) bool { return x.State == catalogue.StatePublished }) {
		v.Brief = web.Link{Label: "Lav et mødeoplæg", URL: at.base + "/oplaeg"}
	}
	for i, x := range l.Items {
		item := shortlistItem(x)
		item.Up, item.Down = i > 0, i < len(l.Items)-1
		v.Items = append(v.Items, item)
	}
	for _, x := range l.Removed {
		v.Removed = append(v.Removed, web.ShortlistRemoved{Title: x.Page.Title, Key: strconv.FormatInt(x.Practice, 10)})
	}
	for _, e := range l.Editions {
		v.Editions = append(v.Editions, web.ShortlistEdition{Edition: web.Link{Label: editionName(e), URL: at.base + "/udgave/" + strconv.Itoa(e.N)}, What: "med " + catalogue.Examples(e.Examples)})
	}
	if !v.Edit {
		return v
	}
	v.MayKeep = len(l.Editions) < review.MaxShortlistEditions && slices.ContainsFunc(l.Items, func(x postgres.ShortlistItem) bool { return x.Page != nil })
	v.Share = &web.ShortlistShare{More: len(l.Links) < review.MaxShortlistLinks}
	for _, x := range l.Links {
		link := web.ShortlistLink{What: "Link til at læse.", Made: "Lavet " + catalogue.DanishDate(x.Created.In(catalogue.Copenhagen)) + ".", Key: strconv.FormatInt(x.ID, 10), Here: x.Token == at.token}
		if x.May == postgres.ShortlistEdit {
			link.What = "Link til at redigere sammen."
		}
		if x.Token != "" {
			link.URL = base + catalogue.ShortlistPath(x.Token)
		}
		v.Share.Links = append(v.Share.Links, link)
	}
	return v
}

// shortlistName is what a shortlist without a title is called.
func shortlistName(at shortlistAt) string {
	if at.byCookie() {
		return "Din mappe"
	}
	return "En mappe med eksempler"
}

func editionName(e postgres.EditionMark) string {
	return "Udgave " + strconv.Itoa(e.N) + ", " + catalogue.DanishDate(e.Frozen.In(catalogue.Copenhagen))
}

// shortlistItem is an example of a shortlist as it is now.
func shortlistItem(x postgres.ShortlistItem) web.ShortlistItem {
	key := strconv.FormatInt(x.Practice, 10)
	v := web.ShortlistItem{Practice: web.Link{Label: "Et eksempel, som er fjernet"}}
	if x.Page != nil {
		v = practiceItem(x.Page)
		v.Practice.URL = catalogue.PracticePath(x.Slug)
	}
	if x.State == catalogue.StatePublished {
		v.Slug = x.Slug
	}
	v.ID, v.Key, v.Note = itemID(x.Practice), key, x.Note
	v.Seen = web.Hidden{Name: prefixSeen + key, Value: review.Seen(x.Note)}
	v.NoteField = web.Field{Type: web.FieldArea, Name: prefixNote + key, ID: prefixNote + key, Label: "Note til »" + v.Practice.Label + "«", Value: x.Note, Rows: 2, Auto: "off"}
	if m := become(x.State, nil, x.MovedTo); m.Text != "" {
		v.Marks = append(v.Marks, m)
	}
	return v
}

// practiceItem is what a shortlist says of an example.
func practiceItem(p *catalogue.Practice) web.ShortlistItem {
	c := p.Card()
	h := practicepage.Hit(c)
	return web.ShortlistItem{Practice: web.Link{Label: p.Title}, Who: c.Who(), Summary: p.Summary, Verdicts: h.Verdicts, Retention: h.Retention}
}

// become says what has become of an example that is published no more, and when.
func become(state catalogue.State, since *time.Time, movedTo string) web.ShortlistMark {
	on := ""
	if since != nil {
		on = " den " + catalogue.DanishDate(since.In(catalogue.Copenhagen))
	}
	switch state {
	case catalogue.StateWithdrawn:
		return web.ShortlistMark{Text: "Eksemplet er trukket tilbage" + on + "."}
	case catalogue.StateRemoved:
		return web.ShortlistMark{Text: "Eksemplet er fjernet fra kataloget" + on + ". Teksten er slettet."}
	case catalogue.StateMerged:
		return web.ShortlistMark{Text: "Eksemplet er lagt sammen med et andet" + on + ".", Link: web.Link{Label: "Se det", URL: catalogue.PracticePath(movedTo)}}
	}
	return web.ShortlistMark{}
}
