package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/web"
)

const (
	pathRetag  = pathVocabulary + "/maerk-om"
	titleRetag = "Mærk mange eksempler om"
)

// Names of the fields that say what is retagged.
const (
	fieldFind   = "find"     // address of the finder, or its query
	fieldDo     = "goer"     // review.RetagAction
	fieldTerm   = "maerke"   // vocabulary and slug, with a slash between
	fieldWith   = "erstat"   // the same, of what comes instead
	fieldSeenOf = "eksempel" // ID and revision of a practice, with a hyphen between
)

// retagQuery asks for the practices with a term.
func retagQuery(id review.ItemID) string {
	return url.Values{fieldFind: {catalogue.FilterPath(string(id.Noun), id.Key)}, fieldTerm: {string(id.Noun) + "/" + id.Key}, fieldDo: {string(review.RetagReplace)}}.Encode()
}

// retagForm is what is to be retagged, as it was chosen.
type retagForm struct {
	review.Retag
	find, term, with string
}

func readRetag(v url.Values) retagForm {
	f := retagForm{find: strings.TrimSpace(v.Get(fieldFind)), term: v.Get(fieldTerm), with: v.Get(fieldWith)}
	vocabulary, slug, _ := strings.Cut(f.term, "/")
	f.Retag = review.Retag{Vocabulary: catalogue.Vocabulary(vocabulary), Action: review.RetagAction(v.Get(fieldDo)), Term: slug}
	if other, with, _ := strings.Cut(f.with, "/"); other == vocabulary && f.Action == review.RetagReplace {
		f.With = with
	}
	return f
}

// retagPage asks what to retag, and shows what that does to each practice.
func (d *Desk) retagPage(w http.ResponseWriter, r *http.Request) error {
	return d.showRetag(w, r, http.StatusOK, readRetag(r.URL.Query()), nil, "")
}

// showRetag shows the form, and what it does; picked are the practices that were picked
// before, nil for all.
func (d *Desk) showRetag(w http.ResponseWriter, r *http.Request, status int, f retagForm, picked map[int64]int, notice string) error {
	ctx := r.Context()
	v, err := d.store.Vocabulary(ctx)
	if err != nil {
		return err
	}
	p := web.DeskRetag{Desk: d.page(r, titleRetag, pathVocabulary), Action: pathRetag, Notice: notice, Finder: web.Link{Label: "Find eksempler i kataloget", URL: catalogue.PathPractices}}
	p.Crumbs = slices.Insert(p.Crumbs, 1, web.Crumb{Label: titleWords, Path: pathVocabulary})
	faults := map[string]string{}
	fail := func(field, message string) {
		faults[field] = message
		p.Errors = append(p.Errors, web.FormError{Message: message, URL: "#" + field})
	}
	if f.find != "" || f.term != "" {
		if err := d.previewRetag(ctx, &p, f, picked, fail); err != nil {
			return err
		}
	}
	p.Fields = []web.Field{
		{Type: web.FieldText, ID: fieldFind, Name: fieldFind, Label: "Hvilke eksempler?", Hint: "Skriv det, du ville søge på. Eller søg i kataloget med de filtre, du vil, og kopiér adressen hertil.", Value: catalogue.Visible(f.find), Must: true, Error: faults[fieldFind]},
		{Type: web.FieldRadios, ID: fieldDo, Name: fieldDo, Label: "Hvad skal der ske?", Error: faults[fieldDo], Options: []web.FieldOption{
			{ID: "goer-add", Value: string(review.RetagAdd), Label: "Sæt et mærke på", Chosen: f.Action == review.RetagAdd},
			{ID: "goer-remove", Value: string(review.RetagRemove), Label: "Tag et mærke af", Chosen: f.Action == review.RetagRemove},
			{ID: "goer-replace", Value: string(review.RetagReplace), Label: "Skift et mærke ud med et andet", Chosen: f.Action == review.RetagReplace}}},
		{Type: web.FieldSelect, ID: fieldTerm, Name: fieldTerm, Label: "Mærke", Must: true, Error: faults[fieldTerm], Options: termOptions(v, f.term)},
		{Type: web.FieldSelect, ID: fieldWith, Name: fieldWith, Label: "Skift ud med", Hint: "Kun når mærket skal skiftes ud.", Error: faults[fieldWith], Options: termOptions(v, f.with)},
	}
	return d.show(w, r, status, web.DeskRetagPage(p))
}

// termOptions are the terms of all vocabularies.
func termOptions(v review.Vocabulary, chosen string) (out []web.FieldOption) {
	out = []web.FieldOption{{Label: "Vælg"}}
	for _, name := range catalogue.Vocabularies {
		n := review.Noun(name).Info()
		for _, x := range treeOf(v, n, false) {
			value := string(name) + "/" + x.id.Key
			out = append(out, web.FieldOption{Value: value, Label: n.Label + ": " + v.Label(x.id), Chosen: value == chosen})
		}
	}
	return out
}

// previewRetag shows what is done to each practice that the filter finds.
func (d *Desk) previewRetag(ctx context.Context, p *web.DeskRetag, f retagForm, picked map[int64]int, fail func(field, message string)) error {
	t := d.index.Taxonomy()
	for _, x := range f.Check(t) {
		fail(map[string]string{"vocabulary": fieldTerm, "action": fieldDo, "term": fieldTerm, "with": fieldWith}[x.Field], x.Message)
	}
	query, ok := finderQuery(f.find)
	if !ok {
		fail(fieldFind, "Skriv et ord, eller kopiér adressen fra en søgning, hvor der er valgt noget. Fx: "+catalogue.FilterPath(catalogue.FacetContactForm, "video"))
	}
	if len(p.Errors) > 0 {
		return nil
	}
	ids, total, err := d.index.Hits(ctx, t.Canonical(query), review.MaxRetag+1)
	if err != nil {
		return err
	}
	if total > review.MaxRetag {
		fail(fieldFind, fmt.Sprintf("Søgningen finder %d eksempler. Der kan mærkes %d om ad gangen. Vælg flere filtre.", total, review.MaxRetag))
		return nil
	}
	list, err := d.store.PreviewRetag(ctx, f.Retag, ids)
	if refused, is := errors.AsType[*review.RefusedError](err); is {
		fail(fieldTerm, refused.Faults[0].Message)
		return nil
	} else if err != nil {
		return err
	}
	same := 0
	for _, x := range list {
		row := web.DeskRetagRow{Link: web.Link{Label: x.Before.Title, URL: catalogue.PracticePath(x.Before.Slug)}, Obstacle: x.Obstacle}
		switch {
		case x.After != nil:
			for _, change := range catalogue.Differences(x.Before, x.After) {
				row.Both = append(row.Both, web.DeskBoth{Label: change.Label, Saved: termLabels(t, f.Vocabulary, change.Before), Typed: termLabels(t, f.Vocabulary, change.After)})
			}
			_, chosen := picked[x.ID]
			row.Pick = web.DeskPick{ID: fmt.Sprintf("%s-%d", fieldSeenOf, x.ID), Name: fieldSeenOf, Value: fmt.Sprintf("%d-%d", x.ID, x.Revision), Chosen: chosen || picked == nil}
			p.Rows = append(p.Rows, row)
		case x.Obstacle != "":
			p.Blocked = append(p.Blocked, row)
		default:
			same++
		}
	}
	p.Preview = true
	p.Found = "Søgningen finder " + examples(total) + ". " + f.Plan(t)
	p.Change = examples(len(p.Rows)) + " bliver ændret"
	if same > 0 {
		p.Same = examples(same) + " bliver ikke ændret: Det er, som det skal være."
	}
	p.Hidden = append(p.Hidden, web.Hidden{Name: fieldFind, Value: f.find}, web.Hidden{Name: fieldDo, Value: string(f.Action)}, web.Hidden{Name: fieldTerm, Value: f.term}, web.Hidden{Name: fieldWith, Value: f.with})
	return nil
}

// termLabels are what the terms of a difference, a slug on each line, are called.
func termLabels(t *catalogue.Taxonomy, v catalogue.Vocabulary, slugs string) string {
	var out []string
	for slug := range strings.FieldsSeq(slugs) {
		if x := t.Term(v, slug); x != nil {
			slug = x.Label
		}
		out = append(out, slug)
	}
	return strings.Join(out, ", ")
}

// finderQuery reads an address of the finder, or the query of one alone, or words to
// search for; ok is false where it chooses nothing.
func finderQuery(s string) (q catalogue.Query, ok bool) {
	if !strings.ContainsAny(s, "/=?") {
		s = "?" + url.Values{"q": {s}}.Encode()
	}
	u, err := url.Parse(s)
	if err != nil {
		return q, false
	}
	raw := u.RawQuery
	if raw == "" && strings.Contains(s, "=") {
		raw = strings.TrimPrefix(s, "?")
	}
	q, err = catalogue.ParseQuery(raw)
	q.Page = 1
	text, _ := q.SearchText()
	return q, err == nil && (len(q.Filters) > 0 || text != "")
}

// retag carries out what the preview showed, or nothing of it.
func (d *Desk) retag(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	f := readRetag(r.PostForm)
	seen := map[int64]int{}
	for _, s := range bounded(r.PostForm[fieldSeenOf]) {
		id, revision, _ := strings.Cut(s, "-")
		n, err := strconv.ParseInt(id, 10, 64)
		number, wrong := strconv.Atoi(revision)
		if err != nil || wrong != nil {
			return catalogue.ErrNotFound
		}
		seen[n] = number
	}
	_, e := d.auth.At(r.Context())
	if len(seen) == 0 {
		return d.showRetag(w, r, http.StatusUnprocessableEntity, f, seen, "Sæt hak ved mindst ét eksempel. Der er ikke gjort noget.")
	}
	_, err := d.store.Retag(r.Context(), f.Retag, seen, e.ID, d.now())
	refused, isRefused := errors.AsType[*review.RefusedError](err)
	switch {
	case errors.Is(err, catalogue.ErrConflict):
		return d.showRetag(w, r, http.StatusConflict, f, seen, "Et eller flere af eksemplerne er ændret, siden du så dem. Der er ikke gjort noget. Se her, hvad der sker nu.")
	case isRefused:
		return d.showRetag(w, r, http.StatusConflict, f, seen, refused.Faults[0].Message+" Der er ikke gjort noget.")
	case err != nil:
		return err
	}
	return seeOther(w, r, pathEvents+"?gjort")
}
