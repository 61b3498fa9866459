package postgres_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	start "praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/seeds"
)

// vocabularyDesk is a store with all vocabularies and some practices.
type vocabularyDesk struct {
	*testing.T
	s *postgres.Store
}

func newVocabularyDesk(t *testing.T) *vocabularyDesk {
	return &vocabularyDesk{t, postgres.New(start.Some(t, 40))}
}

func (d *vocabularyDesk) items() review.Vocabulary {
	d.Helper()
	v, err := d.s.Vocabulary(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	return v
}

// do carries an act out that must be taken, and gives its event.
func (d *vocabularyDesk) do(act review.VocabularyAct) (review.ItemID, int64) {
	d.Helper()
	before := version(d.T, d.s)
	item, event, err := d.s.ChangeVocabulary(d.Context(), act, 0, 0, now)
	if err != nil || event == 0 || version(d.T, d.s) != before+1 {
		d.Fatalf("%+v: event %d, version %d after %d: %v", act, event, version(d.T, d.s), before, err)
	}
	return item, event
}

func (d *vocabularyDesk) undo(event int64) error {
	d.Helper()
	_, _, err := d.s.ChangeVocabulary(d.Context(), review.VocabularyAct{Action: review.UndoAct}, event, 0, now)
	return err
}

// change is an act that changes some fields of an item.
func (d *vocabularyDesk) change(id review.ItemID, fields review.Values) review.VocabularyAct {
	d.Helper()
	says := d.items()[id]
	if says == nil {
		d.Fatalf("no %v", id)
	}
	values := review.Values{}
	for name, list := range says {
		values[name] = list
	}
	for name, list := range fields {
		values[name] = list
	}
	return review.VocabularyAct{Action: review.ChangeItem, Item: id, Values: values, Seen: says.Fingerprint()}
}

// page is the public page of the first practice that uses an item.
func (d *vocabularyDesk) page(id review.ItemID) *catalogue.Practice {
	d.Helper()
	uses, err := d.s.ItemUses(d.Context(), id)
	if err != nil || len(uses) == 0 {
		d.Fatalf("%v is used by %v: %v", id, uses, err)
	}
	_, p, err := d.s.PublicPractice(d.Context(), 0, uses[0].Slug)
	if err != nil {
		d.Fatal(err)
	}
	return p
}

func term(v catalogue.Vocabulary, slug string) review.ItemID {
	return review.ItemID{Noun: review.Noun(v), Key: slug}
}

// Every act is written as decided, shows in the read model, and can be undone: then all
// is as it was, but for what was made, which is retired.
func TestChangeVocabulary(t *testing.T) {
	d := newVocabularyDesk(t)
	phone, members := term(catalogue.ContactForm, "telefon"), ""
	for id, x := range d.items() {
		if id.Noun == review.NounSolution && len(x["members"]) > 0 {
			members = id.Key
		}
	}
	solution := review.ItemID{Noun: review.NounSolution, Key: members}
	region := review.ItemID{Noun: review.NounOrganisation, Key: "region-midtjylland"}
	document := review.ItemID{Noun: review.NounDocument, Key: "borgererfaringer-med-aarhus-kommunes-tilbud-paa-bostoette-og-dagtilbudsomraadet"}
	if d.items()[document] == nil {
		t.Fatal("the seeds' documents are not there")
	}
	rule := review.ItemID{Noun: review.NounSynonyms}
	for id := range d.items() {
		if id.Noun == review.NounSynonyms {
			rule = id
		}
	}
	for name, act := range map[string]review.VocabularyAct{
		"rename":           d.change(phone, review.Values{"label": {"Opkald"}, "synonyms": {"ring", "dial"}}),
		"move":             d.change(term(catalogue.TargetGroup, "angst"), review.Values{"parent": {"paaroerende"}}),
		"merge":            {Action: review.MergeItem, Item: phone, Into: "video"},
		"merge down":       {Action: review.MergeItem, Item: term(catalogue.TargetGroup, "psykisk-saarbare"), Into: "angst"},
		"add":              {Action: review.AddItem, Item: term(catalogue.Theme, ""), Values: review.Values{"label": {"Musik og sang"}, "parent": {"andet"}}},
		"add a solution":   {Action: review.AddItem, Item: review.ItemID{Noun: review.NounSolution}, Values: review.Values{"label": {"Sang på afstand"}, "contact_forms": {"telefon", "video"}}},
		"members":          d.change(solution, review.Values{"members": nil}),
		"merge solutions":  {Action: review.MergeItem, Item: solution, Into: other(d.items(), solution)},
		"organisation":     d.change(region, review.Values{"name": {"Region Midt- og Vestjylland"}, "spellings": {"Midtregionen"}, "valid_to": {"2029-12-31"}, "followed_by": {"region-nordjylland"}}),
		"new organisation": {Action: review.AddItem, Item: review.ItemID{Noun: review.NounOrganisation}, Values: review.Values{"name": {"Danske Handicaporganisationer i nord"}, "kind": {"ngo"}}},
		"document":         d.change(document, review.Values{"about": {"Ti borgere er spurgt."}, "asked": {"no"}}),
		"rule":             d.change(rule, review.Values{"same": {"et", "to"}, "search": nil, "means": nil, "finds": nil}),
		"about":            {Action: review.ChangeItem, Item: review.ItemID{Noun: review.NounPage, Key: "om"}, Values: review.Values{"body": {"## Hej"}}},
	} {
		before := d.items()
		_, event := d.do(act)
		if reflect.DeepEqual(before, d.items()) {
			t.Errorf("%s: nothing has changed", name)
		}
		if err := d.undo(event); err != nil {
			t.Errorf("%s: undone: %v", name, err)
		}
		for id, x := range d.items() {
			if was, there := before[id]; there && !reflect.DeepEqual(x, was) || !there && x.One("retired") == "" {
				t.Errorf("%s: %v is %v, was %v", name, id, x, was)
			}
		}
		if err := d.undo(event); !errors.Is(err, catalogue.ErrConflict) {
			t.Errorf("%s: undone twice: %v", name, err)
		}
		if e, err := d.s.VocabularyEvent(t.Context(), event); err != nil || e.Undone == 0 || e.Label == "" || len(e.Changes) == 0 {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

// other is a solution beside one.
func other(v review.Vocabulary, id review.ItemID) string {
	for x := range v {
		if x.Noun == id.Noun && x != id && v.Live(x) {
			return x.Key
		}
	}
	return ""
}

// What a page shows follows at once: the label, the successor once, and the document.
func TestVocabularyOnPages(t *testing.T) {
	d := newVocabularyDesk(t)
	phone, video := term(catalogue.ContactForm, "telefon"), term(catalogue.ContactForm, "video")
	d.do(d.change(phone, review.Values{"label": {"Opkald"}}))
	shows := func(p *catalogue.Practice, label string) int {
		n := 0
		for _, r := range p.ContactForms {
			if r.Label == label {
				n++
			}
		}
		return n
	}
	if p := d.page(phone); shows(p, "Opkald") != 1 || shows(p, "Telefon") != 0 {
		t.Errorf("renamed: %v", p.ContactForms)
	}
	with := d.page(phone).Slug
	d.do(review.VocabularyAct{Action: review.MergeItem, Item: phone, Into: "video"})
	_, p, err := d.s.PublicPractice(t.Context(), 0, with)
	if err != nil || shows(p, "Opkald") != 0 || shows(p, "Video") != 1 {
		t.Errorf("merged: %v, %v", p.ContactForms, err)
	}
	// A new name of the successor reaches the pages that have the merged one.
	d.do(d.change(video, review.Values{"label": {"Skærm"}}))
	if _, p, _ = d.s.PublicPractice(t.Context(), 0, with); shows(p, "Skærm") != 1 {
		t.Errorf("successor renamed: %v", p.ContactForms)
	}
	if tax, err := d.s.Taxonomy(t.Context()); err != nil || tax.Term(catalogue.ContactForm, "telefon").Slug != "video" {
		t.Error("the old address does not lead to the new one")
	}
	document := review.ItemID{Noun: review.NounDocument, Key: "borgererfaringer-med-aarhus-kommunes-tilbud-paa-bostoette-og-dagtilbudsomraadet"}
	was := d.page(document)
	d.do(d.change(document, review.Values{"about": {"Sytten borgere er spurgt."}}))
	if p := d.page(document); p.Slug != was.Slug || p.Sources[0].About != "Sytten borgere er spurgt." || p.Sources[0].Place != was.Sources[0].Place || p.Revision != was.Revision {
		t.Errorf("about the source: %+v", p.Sources)
	}
	// What is in use is neither retired nor deleted.
	var refused *review.RefusedError
	if _, _, err := d.s.ChangeVocabulary(t.Context(), review.VocabularyAct{Action: review.RetireItem, Item: video}, 0, 0, now); !errors.As(err, &refused) {
		t.Errorf("retired in use: %v", err)
	}
	if _, err := d.s.Taxonomy(t.Context()); err != nil {
		t.Error(err)
	}
	made, _ := d.do(review.VocabularyAct{Action: review.AddItem, Item: term(catalogue.Theme, ""), Values: review.Values{"label": {"Musik og sang"}}})
	d.do(review.VocabularyAct{Action: review.RetireItem, Item: made})
	tax, _ := d.s.Taxonomy(t.Context())
	if _, gone := tax.RetiredTerm(catalogue.Theme, made.Key); !gone || tax.Term(catalogue.Theme, made.Key) != nil {
		t.Error("a retired term is there")
	}
	if p := d.page(video); p.Title == "" {
		t.Error("the page is gone")
	}
}

// What editors changed stays, whatever the seeds say (domain.md, "Seeds and editors").
func TestSeedsKeepVocabulary(t *testing.T) {
	d := newVocabularyDesk(t)
	x, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	x.Practices = x.Practices[:40]
	d.do(d.change(term(catalogue.ContactForm, "telefon"), review.Values{"label": {"Opkald"}}))
	d.do(review.VocabularyAct{Action: review.MergeItem, Item: term(catalogue.ContactForm, "chat-og-sms"), Into: "video"})
	d.do(review.VocabularyAct{Action: review.AddItem, Item: term(catalogue.Theme, ""), Values: review.Values{"label": {"Musik og sang"}}})
	region := review.ItemID{Noun: review.NounOrganisation, Key: "region-midtjylland"}
	d.do(d.change(region, review.Values{"name": {"Region Midt- og Vestjylland"}}))
	document := review.ItemID{Noun: review.NounDocument, Key: "borgererfaringer-med-aarhus-kommunes-tilbud-paa-bostoette-og-dagtilbudsomraadet"}
	d.do(d.change(document, review.Values{"about": {"Sytten borgere er spurgt."}}))
	before := d.items()
	// The seeds of a newer program say something else of all that, and have a term of
	// their own that is called as the editors' is.
	for i := range x.Terms[catalogue.ContactForm] {
		x.Terms[catalogue.ContactForm][i].Definition += " Ny tekst."
	}
	x.Terms[catalogue.Theme] = append(x.Terms[catalogue.Theme], catalogue.Term{Slug: "musik", Label: "Musik og sang"})
	for i := range x.Organisations {
		if x.Organisations[i].Slug == region.Key {
			x.Organisations[i].ShortName = "Midt"
		}
	}
	for i := range x.Practices {
		for j := range x.Practices[i].Sources {
			x.Practices[i].Sources[j].About += " Ny tekst."
		}
	}
	if _, err := d.s.Seed(t.Context(), x.Taxonomy(), x.Practices, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	after := d.items()
	for _, id := range []review.ItemID{term(catalogue.ContactForm, "telefon"), term(catalogue.ContactForm, "chat-og-sms"), term(catalogue.Theme, "musik-og-sang"), region, document} {
		if !reflect.DeepEqual(before[id], after[id]) {
			t.Errorf("%v: %v, was %v", id, after[id], before[id])
		}
	}
	if after[term(catalogue.Theme, "musik")].One("successor") != "musik-og-sang" || !strings.HasSuffix(after[term(catalogue.ContactForm, "video")].One("definition"), "Ny tekst.") {
		t.Error("the seeds' own terms")
	}
	if p := d.page(document); p.Sources[0].About != "Sytten borgere er spurgt." {
		t.Errorf("the seeds' new text of an edited document is shown: %q", p.Sources[0].About)
	}
	if err := d.s.RebuildPublic(context.WithoutCancel(t.Context()), nil); err != nil {
		t.Error(err)
	}
}

func TestRetag(t *testing.T) {
	d := newVocabularyDesk(t)
	phone := term(catalogue.ContactForm, "telefon")
	uses, _ := d.s.ItemUses(t.Context(), phone)
	var ids []int64
	for _, u := range uses {
		id, _, err := d.s.PublicPractice(t.Context(), 0, u.Slug)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	r := review.Retag{Vocabulary: catalogue.ContactForm, Action: review.RetagReplace, Term: "telefon", With: "video"}
	list, err := d.s.PreviewRetag(t.Context(), r, ids)
	if err != nil || len(list) != len(ids) || len(ids) < 3 {
		t.Fatalf("%d of %d: %v", len(list), len(ids), err)
	}
	seen := map[int64]int{}
	for _, x := range list {
		if x.After == nil || slices.Contains(catalogue.Slugs(x.After.ContactForms), "telefon") || !slices.Contains(catalogue.Slugs(x.After.ContactForms), "video") {
			t.Fatalf("%+v", x)
		}
		seen[x.ID] = x.Revision
	}
	stale := map[int64]int{}
	for id, n := range seen {
		stale[id] = n
	}
	stale[ids[0]]++
	at := version(t, d.s)
	if _, err := d.s.Retag(t.Context(), r, stale, 0, now); !errors.Is(err, catalogue.ErrConflict) || version(t, d.s) != at {
		t.Errorf("one has changed: %v", err)
	}
	if uses, _ := d.s.ItemUses(t.Context(), phone); len(uses) != len(ids) {
		t.Error("some were retagged though one had changed")
	}
	event, err := d.s.Retag(t.Context(), r, seen, 0, now)
	if err != nil {
		t.Fatal(err)
	}
	if uses, _ := d.s.ItemUses(t.Context(), phone); len(uses) != 0 {
		t.Errorf("still used by %v", uses)
	}
	if err := d.undo(event); err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		_, p, err := d.s.PublicPractice(t.Context(), 0, x.Before.Slug)
		if err != nil || p.ContentHash() != x.Before.ContentHash() || p.Revision != x.Revision+2 {
			t.Errorf("%s is not as it was: %v", x.Before.Slug, err)
		}
	}
	if err := d.undo(event); !errors.Is(err, catalogue.ErrConflict) {
		t.Errorf("undone twice: %v", err)
	}
}
