package desk

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

const (
	pathVocabulary = web.PathDesk + "/ordforraad"
	pathNewItem    = pathVocabulary + "/ny"
	titleWords     = "Ordforråd"
	// maxListed is how many items stand on one page of a list: the rules of the
	// thesaurus are thousands.
	maxListed = 200
)

// vocabularyRoutes are the addresses of the vocabulary desk.
func (d *Desk) vocabularyRoutes(r chi.Router, h func(httpx.Handler) http.HandlerFunc) {
	r.Get(pathVocabulary, h(d.vocabulary))
	r.Get(pathEvents, h(d.events))
	r.Post(pathEvents+"/{id}/fortryd", h(d.undoEvent))
	r.Get(pathRetag, h(d.retagPage))
	r.Post(pathRetag, h(d.retag))
	r.Get(pathVocabulary+"/{noun}", h(d.items))
	for _, path := range []string{pathNewItem + "/{noun}", pathVocabulary + "/{noun}/{key}"} {
		r.Get(path, h(d.item))
		r.Post(path, h(d.actOnItem))
		r.Post(path+pathKeep, h(d.keepForm))
	}
}

func nounPath(n review.Noun) string { return pathVocabulary + "/" + string(n) }

func itemPath(id review.ItemID) string { return nounPath(id.Noun) + "/" + url.PathEscape(id.Key) }

// vocabulary is where the vocabulary desk begins.
func (d *Desk) vocabulary(w http.ResponseWriter, r *http.Request) error {
	v, err := d.store.Vocabulary(r.Context())
	if err != nil {
		return err
	}
	live := map[review.Noun]int{}
	for id := range v {
		if v.Live(id) {
			live[id.Noun]++
		}
	}
	page := web.DeskVocabulary{Desk: d.page(r, titleWords, pathVocabulary)}
	for _, n := range review.Nouns {
		if n.Noun == review.NounPage {
			page.Rows = append(page.Rows, web.DeskItemRow{Link: web.Link{Label: "Siden »Om kataloget«", URL: itemPath(review.ItemID{Noun: n.Noun, Key: review.PageAbout})}, Note: "Hvad kataloget er, og hvad det ikke er."})
			continue
		}
		page.Rows = append(page.Rows, web.DeskItemRow{Link: web.Link{Label: n.Label, URL: nounPath(n.Noun)}, Note: n.Lead + " " + fmt.Sprint(live[n.Noun]) + " i brug."})
	}
	page.Rows = append(page.Rows, web.DeskItemRow{Link: web.Link{Label: titleTexts, URL: pathTexts}, Note: "Det, som mails til indsendere siger."})
	page.Links = []web.Link{{Label: "Mærk mange eksempler om på én gang", URL: pathRetag}, {Label: "Se, hvad der er ændret, og fortryd", URL: pathEvents}}
	return d.show(w, r, http.StatusOK, web.DeskVocabularyPage(page))
}

// nounOf is the noun of an address.
func nounOf(r *http.Request) (*review.NounInfo, error) {
	n := review.Noun(chi.URLParam(r, "noun")).Info()
	if n == nil || n.Noun == review.NounPage {
		return nil, catalogue.ErrNotFound
	}
	return n, nil
}

// items lists those of a noun; with q those that have it, with alle the ones that are
// no longer used too.
func (d *Desk) items(w http.ResponseWriter, r *http.Request) error {
	n, err := nounOf(r)
	if err != nil {
		return err
	}
	v, err := d.store.Vocabulary(r.Context())
	if err != nil {
		return err
	}
	uses, err := d.store.UseCounts(r.Context())
	if err != nil {
		return err
	}
	query := r.URL.Query()
	q, all := review.Line(query.Get("q")), query.Has("alle")
	p := web.DeskItems{Desk: d.page(r, n.Label, pathVocabulary), Lead: n.Lead, Action: nounPath(n.Noun), Query: catalogue.Visible(q), All: all}
	p.Crumbs = slices.Insert(p.Crumbs, 1, web.Crumb{Label: titleWords, Path: pathVocabulary})
	if n.Adds {
		p.Add = web.Link{Label: "Tilføj " + n.One, URL: pathNewItem + "/" + string(n.Noun)}
	}
	p.Toggle = web.Link{Label: "Vis også dem, der er udgået eller lagt sammen", URL: nounPath(n.Noun) + "?" + url.Values{"alle": {""}, "q": {q}}.Encode()}
	if all {
		p.Toggle = web.Link{Label: "Vis kun dem, der er i brug", URL: nounPath(n.Noun) + "?" + url.Values{"q": {q}}.Encode()}
	}
	rows := d.itemRows(v, n, uses, q, all)
	pages := max(1, (len(rows)+maxListed-1)/maxListed)
	at, _ := strconv.Atoi(query.Get("nr"))
	at = min(max(at, 1), pages)
	p.Rows = rows[min((at-1)*maxListed, len(rows)):min(at*maxListed, len(rows))]
	p.Found = fmt.Sprintf("%d i alt", len(rows))
	link := func(label string, to int) web.Link {
		values := url.Values{"nr": {strconv.Itoa(to)}}
		if q != "" {
			values.Set("q", q)
		}
		if all {
			values.Set("alle", "")
		}
		return web.Link{Label: label, URL: nounPath(n.Noun) + "?" + values.Encode()}
	}
	if pages > 1 {
		p.Found += fmt.Sprintf(", side %d af %d", at, pages)
	}
	if at > 1 {
		p.Pages = append(p.Pages, link("Forrige side", at-1))
	}
	if at < pages {
		p.Pages = append(p.Pages, link("Næste side", at+1))
	}
	return d.show(w, r, http.StatusOK, web.DeskItemsPage(p))
}

// itemRows are the rows of a list: a tree with parents before their children, the
// others in Danish order.
func (d *Desk) itemRows(v review.Vocabulary, n *review.NounInfo, uses map[review.ItemID]int, q string, all bool) (out []web.DeskItemRow) {
	total := map[review.ItemID]int{}
	for id, count := range uses {
		total[v.Now(id)] += count
	}
	add := func(x treeItem) {
		id := x.id
		says := v[id]
		row := web.DeskItemRow{Link: web.Link{Label: v.Label(id), URL: itemPath(id)}, Level: x.level}
		switch {
		case says.One(review.FieldSuccessor) != "":
			row.State = "Lagt sammen med " + v.Label(v.Now(id))
		case says.One(review.FieldRetired) != "":
			row.State = "Udgået"
		case n.Noun == review.NounSynonyms:
			row.Label = says.SynonymRule().String()
		case n.Noun == review.NounDocument: // several have the same name
			row.Note = strings.Join(slices.DeleteFunc([]string{says.One("publisher"), catalogue.Date(says.One("date")).Danish()}, func(s string) bool { return s == "" }), ", ")
		default:
			if _, counted := countedNouns[n.Noun]; counted || slices.Contains(catalogue.Vocabularies, catalogue.Vocabulary(n.Noun)) {
				row.Note = "Ikke brugt"
				if total[id] > 0 {
					row.Note = "Brugt i " + examples(total[id])
				}
			}
		}
		out = append(out, row)
	}
	for _, x := range treeOf(v, n, all) {
		if q == "" || matches(v[x.id], q) {
			add(x)
		}
	}
	return out
}

// countedNouns are those beside the vocabularies whose uses are counted in the list.
var countedNouns = map[review.Noun]struct{}{review.NounOrganisation: {}, review.NounSolution: {}}

func examples(n int) string {
	if n == 1 {
		return "1 eksempel"
	}
	return fmt.Sprintf("%d eksempler", n)
}

// matches tells whether an item says something, in whatever letters.
func matches(says review.Values, q string) bool {
	q = danish.Fold(q)
	for _, list := range says {
		if slices.ContainsFunc(list, func(s string) bool { return strings.Contains(danish.Fold(s), q) }) {
			return true
		}
	}
	return false
}

// treeItem is an item at its place in a list.
type treeItem struct {
	id    review.ItemID
	level int // 0 at the top
}

// treeOf are the items of a noun in the order in which they are shown; with all also
// those that are merged or retired, at the end.
func treeOf(v review.Vocabulary, n *review.NounInfo, all bool) (out []treeItem) {
	children := map[string][]review.ItemID{}
	var gone []review.ItemID
	for id, says := range v {
		switch {
		case id.Noun != n.Noun:
		case !v.Live(id):
			gone = append(gone, id)
		case n.Tree && says.One(review.FieldParent) != "":
			above := v.Now(review.ItemID{Noun: n.Noun, Key: says.One(review.FieldParent)})
			children[above.Key] = append(children[above.Key], id)
		default:
			children[""] = append(children[""], id)
		}
	}
	order := func(a, b review.ItemID) int {
		return cmp.Or(danish.Compare(v.Label(a), v.Label(b)), cmp.Compare(a.Key, b.Key))
	}
	var walk func(parent string, level int)
	walk = func(parent string, level int) {
		list := children[parent]
		slices.SortFunc(list, order)
		for _, id := range list {
			out = append(out, treeItem{id, level})
			walk(id.Key, level+1)
		}
	}
	walk("", 0)
	if all {
		slices.SortFunc(gone, order)
		for _, id := range gone {
			out = append(out, treeItem{id, 0})
		}
	}
	return out
}
