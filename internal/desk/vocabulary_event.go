package desk

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

const (
	pathEvents = pathVocabulary + "/haendelser"
	// maxEvents is how many stand on a page, maxEventChanges how many of one act's
	// changes are spelled out.
	maxEvents       = 50
	maxEventChanges = 10
)

// acts are what was done, in words.
var acts = map[review.VocabularyAction]string{
	review.AddItem: "Tilføjede", review.ChangeItem: "Ændrede", review.MergeItem: "Lagde sammen", review.RetireItem: "Lod udgå",
	review.ReviveItem: "Tog i brug igen", review.RetagItems: "Mærkede om", review.EraseFromItem: "Slettede en tekst",
}

// undone and redone are acts that were undone, and that were done again by undoing that.
var (
	undone = map[review.VocabularyAction]string{
		review.AddItem: "Fortrød tilføjelsen", review.ChangeItem: "Fortrød ændringen", review.MergeItem: "Fortrød sammenlægningen", review.RetireItem: "Fortrød, at den udgik",
		review.ReviveItem: "Fortrød, at den blev taget i brug igen", review.RetagItems: "Fortrød ommærkningen",
	}
	redone = map[review.VocabularyAction]string{
		review.AddItem: "Gjorde tilføjelsen igen", review.ChangeItem: "Gjorde ændringen igen", review.MergeItem: "Gjorde sammenlægningen igen", review.RetireItem: "Lod udgå igen",
		review.ReviveItem: "Tog i brug igen", review.RetagItems: "Gjorde ommærkningen igen",
	}
)

// eventWords are what an event did, what became of it, and what undoing it is called.
func eventWords(e postgres.VocabularyEvent) (what, state, undo string) {
	undoes := e.Before%2 == 1
	switch {
	case undoes:
		what, undo = undone[e.First], "Gør det igen"
	case e.Before > 0:
		what, undo = redone[e.First], "Fortryd"
	default:
		what, undo = acts[e.Action], "Fortryd"
	}
	switch holds := e.After%2 == 0; {
	case e.After == 0:
	case undoes && holds:
		state = "Er gjort igen og fortrudt"
	case undoes:
		state = "Er gjort igen"
	case holds:
		state = "Er fortrudt og gjort igen"
	default:
		state = "Er fortrudt"
	}
	return what, state, undo
}

// events lists what was done to the vocabularies, the newest first; of one item where
// the address names it.
func (d *Desk) events(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	var of *review.ItemID
	if id := (review.ItemID{Noun: review.Noun(query.Get("noun")), Key: query.Get("key")}); id.Noun.Info() != nil && catalogue.Storable(id.Key) {
		of = &id
	}
	before, _ := strconv.ParseInt(query.Get("foer"), 10, 64)
	list, err := d.store.VocabularyEvents(r.Context(), of, max(before, 0), maxEvents+1)
	if err != nil {
		return err
	}
	v, err := d.store.Vocabulary(r.Context())
	if err != nil {
		return err
	}
	p := web.DeskVocabularyEvents{Desk: d.page(r, "Ændringer i ordforrådet", pathVocabulary)}
	p.Crumbs = slices.Insert(p.Crumbs, 1, web.Crumb{Label: titleWords, Path: pathVocabulary})
	if of != nil && v[*of] != nil {
		p.Of = web.Link{Label: v.Label(*of), URL: itemPath(*of)}
	}
	if query.Has("gjort") {
		p.Done = "Det er gjort. Du kan fortryde det her."
	}
	var says []review.Values
	for _, e := range list[:min(len(list), maxEvents)] {
		for _, c := range e.Changes {
			says = append(says, c.Before, c.After)
		}
	}
	titles, err := d.titles(r.Context(), says...)
	if err != nil {
		return err
	}
	for _, e := range list[:min(len(list), maxEvents)] {
		p.Events = append(p.Events, d.eventRow(v, e, titles))
	}
	if len(list) > maxEvents {
		older := url.Values{"foer": {strconv.FormatInt(list[maxEvents-1].ID, 10)}}
		if of != nil {
			older.Set("noun", string(of.Noun))
			older.Set("key", of.Key)
		}
		p.Older = pathEvents + "?" + older.Encode()
	}
	return d.show(w, r, http.StatusOK, web.DeskVocabularyEventsPage(p))
}

func (d *Desk) eventRow(v review.Vocabulary, e postgres.VocabularyEvent, titles map[string]string) web.DeskVocabularyEvent {
	what, state, undo := eventWords(e)
	x := web.DeskVocabularyEvent{What: what + ": " + e.Label, State: state, When: catalogue.DanishTime(e.At), Who: cmp.Or(e.Editor, "Kommandolinjen")}
	if n := e.Item.Noun.Info(); n != nil && v[e.Item] != nil {
		x.Link = web.Link{Label: "Se " + n.The, URL: itemPath(e.Item)}
	}
	if n := len(e.Changes); n > 0 && e.Changes[0].Item.Noun == review.NounPractice {
		x.More = "Det gjaldt " + examples(n) + "."
	} else {
		x.Changes = itemChangeRows(v, e.Changes, titles)
	}
	switch {
	case review.HasErased(e.Changes):
		x.State = strings.TrimSpace(x.State + " Kan ikke fortrydes: En tekst er slettet")
	case e.Undone == 0 && e.Action != review.EraseFromItem:
		x.Undo = &web.DeskPost{Action: fmt.Sprintf("%s/%d/fortryd", pathEvents, e.ID), Label: undo}
	}
	return x
}

// itemChangeRows are what changes say, field by field; titles are those of the practices
// in them, by slug.
func itemChangeRows(v review.Vocabulary, changes []review.ItemChange, titles map[string]string) (out []web.DeskBoth) {
	for _, c := range changes {
		n := c.Item.Noun.Info()
		if n == nil {
			continue
		}
		for i := range n.Fields {
			f := &n.Fields[i]
			after, changed := c.After[f.Name]
			if !changed || len(out) >= maxEventChanges {
				continue
			}
			label := f.Label
			if len(changes) > 1 {
				label = v.Label(c.Item) + ": " + catalogue.LowerFirst(label)
			}
			out = append(out, web.DeskBoth{Label: label, Saved: saysText(v, f, c.Before[f.Name], titles), Typed: saysText(v, f, after, titles)})
		}
	}
	return out
}

// undo does the inverse of what was done, or says why not.
func (d *Desk) undoEvent(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id < 1 {
		return catalogue.ErrNotFound
	}
	_, e := d.auth.At(r.Context())
	_, _, err = d.store.ChangeVocabulary(r.Context(), review.VocabularyAct{Action: review.UndoAct}, id, e.ID, d.now())
	refused, isRefused := errors.AsType[*review.RefusedError](err)
	note := ""
	switch {
	case isRefused:
		note = refused.Faults[0].Message
	case errors.Is(err, catalogue.ErrConflict):
		note = "Det er fortrudt i forvejen."
	case err != nil:
		return err
	default:
		return seeOther(w, r, pathEvents+"?gjort")
	}
	v := web.DeskNote{Desk: d.page(r, "Det kan ikke fortrydes", pathVocabulary), Text: note, Links: []web.Link{{Label: "Gå til ændringerne", URL: pathEvents}}}
	return d.show(w, r, http.StatusConflict, web.DeskNotePage(v))
}
