package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/markdown"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// Names of fields of an item's page: the fingerprint of what the editor has seen, and
// what it is merged into.
const (
	fieldItemSeen = "foer"
	fieldInto     = "med"
)

// The buttons of an item's page, beside the one that saves.
const (
	showEffect = "vis"
	mergeItem  = "sammenlaeg"
	retireItem = "udgaa"
	reviveItem = "igen"
)

// queryWord of an address is what a new rule of the thesaurus is to be about.
const queryWord = "ord"

// itemForm is the form of an item, and for an empty key that of a new one.
func itemForm(id review.ItemID) deskForm {
	if id.Key == "" {
		return deskForm{path: pathNewItem + "/" + string(id.Noun), item: id}
	}
	return deskForm{path: itemPath(id), item: id}
}

// itemFormAt is the form of an item that is posted to a path; false for every other.
func itemFormAt(path string) (deskForm, bool) {
	rest, ok := strings.CutPrefix(path, pathVocabulary+"/")
	noun, key, cut := strings.Cut(rest, "/")
	if !ok || !cut || key == "" || strings.Contains(key, "/") {
		return deskForm{}, false
	}
	id := review.ItemID{Noun: review.Noun(noun), Key: key}
	if noun == "ny" {
		id = review.ItemID{Noun: review.Noun(key)}
	}
	info := id.Noun.Info()
	f := itemForm(id)
	return f, info != nil && f.path == path && (id.Key != "" || info.Adds)
}

// typedItem is an item as an editor has typed it.
type typedItem struct {
	values review.Values
	seen   string // the fingerprint of what they have seen
	page   string
	faults []review.Fault
	keptAt time.Time // when it was kept; the zero time where it was not
	show   bool      // they asked what it changes
}

func readTyped(n *review.NounInfo, x postgres.UnsavedForm) *typedItem {
	v := url.Values(x.Values)
	return &typedItem{values: readItem(n, v), seen: v.Get(fieldItemSeen), page: pageOf(v), keptAt: x.KeptAt}
}

// item shows one item, as its editor has typed it where that is kept.
func (d *Desk) item(w http.ResponseWriter, r *http.Request) error {
	own, known := formAt(r.URL.Path)
	if !known || own.item.Noun == "" {
		return catalogue.ErrNotFound
	}
	kept, _, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	var typed *typedItem
	if kept != nil && !r.URL.Query().Has(queryWord) { // a link that brings a word begins another one
		typed = readTyped(own.item.Noun.Info(), *kept)
	}
	return d.showItem(w, r, http.StatusOK, own, typed)
}

// showItem shows an item and what can be done with it.
func (d *Desk) showItem(w http.ResponseWriter, r *http.Request, status int, own deskForm, typed *typedItem) error {
	ctx := r.Context()
	v, err := d.store.Vocabulary(ctx)
	if err != nil {
		return err
	}
	kept, others, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	if kept != nil && typed == nil && r.URL.Query().Has(queryWord) {
		others = append(others, otherPage(own, *kept))
	}
	id, n := own.item, own.item.Noun.Info()
	saved, exists := v[id]
	if id.Key != "" && !exists {
		return catalogue.ErrNotFound
	}
	if n.Noun == review.NounPage && len(saved["body"]) == 0 {
		saved = review.Values{"body": {web.AboutText}}
	}
	_, e := d.auth.At(ctx)
	title := "Tilføj " + n.One
	if id.Key != "" {
		title = v.Label(id)
	}
	p := web.DeskItem{Desk: d.page(r, title, pathVocabulary), Action: own.path, Keep: own.path + pathKeep, Save: "Gem", Noun: n.One}
	p.Crumbs = slices.Insert(p.Crumbs, 1, web.Crumb{Label: titleWords, Path: pathVocabulary})
	if n.Noun != review.NounPage {
		p.Crumbs = slices.Insert(p.Crumbs, 2, web.Crumb{Label: n.Label, Path: nounPath(n.Noun)})
	}
	says, page := saved, rand.Text()
	fingerprint := v[id].Fingerprint()
	if id.Key == "" {
		says, fingerprint = review.Values{review.FieldParent: r.URL.Query()["under"]}, ""
		if word := review.Line(catalogue.Visible(r.URL.Query().Get(queryWord))); word != "" && n.Noun == review.NounSynonyms {
			says["search"] = []string{word}
		}
	}
	if typed != nil && typed.values != nil {
		canonical := n.Typed(saved, typed.values)
		if len(typed.faults) > 0 || typed.show || canonical.Fingerprint() != saved.Fingerprint() {
			says, page, p.Dirty = typed.values, typed.page, true
			if saved != nil {
				says = withFixed(n, says, saved)
			}
			switch {
			case id.Key != "" && typed.seen != fingerprint:
				titles, err := d.titles(ctx, saved, canonical)
				if err != nil {
					return err
				}
				p.Save = "Gem min i stedet"
				p.Stale = &web.DeskStale{Text: "Nogen har gemt noget andet, siden du åbnede siden. Det, du har skrevet, står her endnu, men er ikke gemt. Gemmer du nu, erstatter det den gemte.",
					Both: bothSay(v, n, saved, canonical, titles), Discard: own.discardPost("Behold den gemte, og kassér min", page, e.ID)}
			case !typed.keptAt.IsZero():
				p.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(typed.keptAt), Discard: own.discardPost("Kassér det", page, e.ID)}
			}
		}
	}
	if typed != nil {
		for _, x := range typed.faults {
			at := "#felt-" + x.Field
			switch {
			case x.Field == "":
				at = ""
			case x.Field == "into":
				at = "#" + fieldInto
			case x.Field == review.FieldMembers:
				at += partNew
			}
			p.Errors = append(p.Errors, web.FormError{Message: x.Message, URL: at})
		}
	}
	if len(others) > 0 {
		if p.Kept == nil {
			p.Kept = &web.DeskKept{}
		}
		p.Kept.Others = others
	}
	titles, err := d.titles(ctx, says)
	if err != nil {
		return err
	}
	var faults []review.Fault
	if typed != nil {
		faults = typed.faults
	}
	p.Hidden = append(own.hidden(page, e.ID), web.Hidden{Name: fieldItemSeen, Value: fingerprint})
	p.Fields = d.itemFields(v, n, id, says, faults, titles)
	switch {
	case n.Noun == review.NounSynonyms:
		p.Show = "Se, hvad det ændrer"
	case n.Noun == review.NounPage:
		p.Show = "Se, hvordan det ser ud"
	}
	switch {
	case typed != nil && typed.show:
		err = d.addPreview(ctx, &p, v, n, id, n.Typed(saved, typed.values))
	case n.Noun == review.NounSynonyms && id.Key == "" && len(says["search"]) > 0:
		err = d.addTrials(ctx, &p, v, id, n.Typed(nil, says))
	}
	if err != nil {
		return err
	}
	if id.Key != "" && n.Noun != review.NounPage {
		if err := d.addItemFacts(r, &p, v, n, id); err != nil {
			return err
		}
	}
	if id.Key != "" {
		p.EventsURL = pathEvents + "?noun=" + string(id.Noun) + "&key=" + id.Key
	}
	if r.URL.Query().Has("gjort") {
		p.Done = "Det er gemt."
		if saved.One(review.FieldSuccessor) != "" {
			p.Done = "De to er lagt sammen. Du kan fortryde det under »Se, hvad der er ændret, og fortryd«."
		}
	}
	return d.show(w, r, status, web.DeskItemPage(p))
}

// withFixed are typed values with what a form does not have.
func withFixed(n *review.NounInfo, typed, saved review.Values) review.Values {
	out := review.Values{}
	for _, f := range n.Fields {
		out[f.Name] = typed[f.Name]
		if f.Own || f.Fixed {
			out[f.Name] = saved[f.Name]
		}
	}
	return out
}

// titles are those of the practices that items have as members, by slug.
func (d *Desk) titles(ctx context.Context, list ...review.Values) (map[string]string, error) {
	var slugs []string
	for _, x := range list {
		slugs = append(slugs, x[review.FieldMembers]...)
	}
	slugs = slices.DeleteFunc(slugs, func(slug string) bool { return !catalogue.Storable(slug) })
	if len(slugs) == 0 {
		return nil, nil
	}
	return d.store.PracticeTitles(ctx, slugs)
}

// addItemFacts tells what an item is, who uses it, and what can be done with it.
func (d *Desk) addItemFacts(r *http.Request, p *web.DeskItem, v review.Vocabulary, n *review.NounInfo, id review.ItemID) error {
	saved := v[id]
	for _, f := range n.Fields {
		if f.Fixed {
			p.Facts = append(p.Facts, web.Fact{Label: f.Label, Value: saysText(v, &f, saved[f.Name], nil)})
		}
	}
	if path := publicPath(v, id); path != "" && v.Live(id) {
		p.Public = web.Link{Label: "Se siden i kataloget", URL: path}
	}
	uses, err := d.store.ItemUses(r.Context(), id)
	if err != nil {
		return err
	}
	for _, u := range uses {
		p.Uses = append(p.Uses, web.Link{Label: u.Title, URL: catalogue.PracticePath(u.Slug)})
	}
	users := v.UsersOf(id)
	slices.SortFunc(users, func(a, b review.ItemID) int {
		return cmp.Or(cmp.Compare(v.Label(a), v.Label(b)), cmp.Compare(a.Key, b.Key))
	})
	for _, u := range users {
		label := v.Label(u)
		if u.Noun != id.Noun {
			label += " (" + u.Noun.Info().One + ")"
		}
		p.Users = append(p.Users, web.Link{Label: label, URL: itemPath(u)})
	}
	p.HasUses = n.Noun != review.NounSynonyms
	if len(uses) > 0 && slices.Contains(catalogue.Vocabularies, catalogue.Vocabulary(id.Noun)) {
		p.RetagURL = pathRetag + "?" + retagQuery(id)
	}
	hidden := p.Hidden[len(p.Hidden)-2:] // who, and what was seen
	switch {
	case saved.One(review.FieldSuccessor) != "":
		now := v.Now(id)
		p.Gone = "Er lagt sammen med en anden. Adressen fører dertil."
		p.Successor = web.Link{Label: v.Label(now), URL: itemPath(now)}
		return nil
	case saved.One(review.FieldRetired) != "":
		p.Gone = "Er udgået. Ingen kan vælge den."
		if n.Noun == review.NounSynonyms {
			p.Gone = "Er udgået. Søgningen bruger den ikke."
		}
		p.Revive = &web.DeskPost{Action: p.Action, Label: "Tag den i brug igen", Hidden: append(slices.Clone(hidden), web.Hidden{Name: "handling", Value: reviveItem})}
		return nil
	}
	if n.Merges {
		options := append([]web.FieldOption{{Label: "Vælg"}}, itemOptions(v, n.Noun, nil, review.ItemID{}, false)...)
		p.Merge = &web.DeskItemMerge{Hidden: append(slices.Clone(hidden), web.Hidden{Name: "handling", Value: mergeItem}),
			Field: web.Field{Type: web.FieldSelect, ID: fieldInto, Name: fieldInto, Label: "Læg sammen med", Options: slices.DeleteFunc(options, func(o web.FieldOption) bool { return o.Value == id.Key }),
				Hint: "Den anden bliver. Adressen på denne fører dertil."}}
		if len(uses) > 0 {
			p.Merge.Field.Hint = "Den anden bliver. Adressen på denne fører dertil, og " + examples(len(uses)) + " følger med."
		}
		for _, x := range p.Errors {
			if x.URL == "#"+fieldInto {
				p.Merge.Field.Error = x.Message
			}
		}
	}
	if n.Retires {
		p.RetireHint = "Ingen bruger den. Udgår den, kan ingen vælge den mere."
		if n.Noun == review.NounSynonyms {
			p.RetireHint = "Udgår reglen, bruger søgningen den ikke mere."
		}
		p.Retire = &web.DeskPost{Action: p.Action, Label: "Lad den udgå", Hidden: append(slices.Clone(hidden), web.Hidden{Name: "handling", Value: retireItem})}
		if len(uses)+len(users) > 0 {
			p.Retire, p.CannotRetire = nil, "Den er i brug og kan ikke udgå. Læg den sammen med en anden, eller mærk eksemplerne om først."
			if !n.Merges {
				p.CannotRetire = "Den er i brug og kan ikke udgå."
			}
		}
	}
	return nil
}

// publicPath is where the public sees an item; empty for nowhere.
func publicPath(v review.Vocabulary, id review.ItemID) string {
	switch id.Noun {
	case review.NounOrganisation:
		return catalogue.ActorPath(catalogue.OrganisationKind(v[id].One("kind")), id.Key)
	case review.Noun(catalogue.Precondition), review.NounDocument, review.NounSynonyms:
		return ""
	case review.NounPage:
		return catalogue.PathAbout
	}
	return catalogue.LandingPath(string(id.Noun), id.Key)
}

// actOnItem does what a button of an item's page says.
func (d *Desk) actOnItem(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	own, known := formAt(r.URL.Path)
	if !known || own.item.Noun == "" {
		return catalogue.ErrNotFound
	}
	n := own.item.Noun.Info()
	action := r.PostForm.Get("handling")
	typed := readTyped(n, postgres.UnsavedForm{Values: r.PostForm})
	act := review.VocabularyAct{Item: own.item, Seen: typed.seen}
	if field, word, ok := alikeOf(action); ok && n.Noun == review.NounSynonyms {
		r.PostForm.Set(field, strings.TrimSpace(r.PostForm.Get(field)+"\n"+word))
		typed, action = readTyped(n, postgres.UnsavedForm{Values: r.PostForm}), showEffect
	}
	switch action {
	case discard:
		d.closeForm(r, own, typed.page)
		return seeOther(w, r, own.path)
	case showEffect:
		typed.page, typed.show = d.keepPosted(r, own, false), true
		return d.showItem(w, r, http.StatusOK, own, typed)
	case mergeItem:
		act.Action, act.Into = review.MergeItem, r.PostForm.Get(fieldInto)
	case retireItem:
		act.Action = review.RetireItem
	case reviveItem:
		act.Action = review.ReviveItem
	default:
		typed.page = d.keepPosted(r, own, false)
		act.Action, act.Values = review.ChangeItem, typed.values
		if own.item.Key == "" {
			act.Action = review.AddItem
		}
		if n.Noun == review.NounPage && review.Text(act.Values.One("body")) == web.AboutText { // the program's own stays so, and becomes better
			act.Values = review.Values{}
		}
	}
	saves := act.Values != nil
	_, e := d.auth.At(r.Context())
	done, _, err := d.store.ChangeVocabulary(r.Context(), act, 0, e.ID, d.now())
	refused, isRefused := errors.AsType[*review.RefusedError](err)
	switch {
	case isRefused:
		if !saves {
			typed = &typedItem{seen: typed.seen, page: typed.page}
		}
		typed.faults = refused.Faults
		return d.showItem(w, r, http.StatusUnprocessableEntity, own, typed.orNothing(saves))
	case errors.Is(err, catalogue.ErrConflict) && saves:
		same, err := d.saysAlready(r.Context(), n, own.item, typed.values)
		if err != nil {
			return err
		}
		if !same { // two editors may have mended one slip, or one pressed twice
			return d.showItem(w, r, http.StatusConflict, own, typed)
		}
	case err != nil:
		return err
	}
	if saves {
		d.closeForm(r, own, typed.page)
	}
	return seeOther(w, r, itemPath(done)+"?gjort")
}

// orNothing is what was typed; where nothing was, only what is wrong, beside the item
// as it is.
func (t *typedItem) orNothing(saves bool) *typedItem {
	if saves {
		return t
	}
	return &typedItem{faults: t.faults}
}

// saysAlready tells whether an item says what was typed.
func (d *Desk) saysAlready(ctx context.Context, n *review.NounInfo, id review.ItemID, typed review.Values) (bool, error) {
	v, err := d.store.Vocabulary(ctx)
	return err == nil && n.Typed(v[id], typed).Fingerprint() == v[id].Fingerprint(), err
}

// addPreview tells what a page's text looks like, or what a rule changes.
func (d *Desk) addPreview(ctx context.Context, p *web.DeskItem, v review.Vocabulary, n *review.NounInfo, id review.ItemID, says review.Values) error {
	if n.Noun == review.NounPage {
		p.PagePreview = markdown.HTML(cmp.Or(says.One("body"), web.AboutText))
		return nil
	}
	return d.addTrials(ctx, p, v, id, says)
}
