package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/difference"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

const (
	pathProposals  = web.PathDesk + "/forslag"
	titleProposals = "Forslag fra kilderne"
)

// Names of the fields of a proposal: which fields are taken, and the proposal and the
// kind of the change that were seen and chosen.
const (
	fieldTaken, fieldProposal, fieldChange = "felt", "forslag", "slags"
	takeAll, takeSome, dismiss             = "tag-alt", "tag", "afvis"
)

// proposals lists what changed seeds propose for examples that editors have revised.
func (d *Desk) proposals(w http.ResponseWriter, r *http.Request) error {
	list, err := d.store.SeedProposals(r.Context())
	if err != nil {
		return err
	}
	v := web.DeskProposals{Desk: d.page(r, titleProposals, pathExamples), Lead: "Teksten i kilderne er ændret, efter at redaktionen rettede eksemplet. Derfor er den ikke lagt ind af sig selv."}
	v.Done = map[string]string{"taget": "Forslaget er taget, og eksemplet er ændret.", "afvist": "Forslaget er afvist. Eksemplet står, som det var.", "vaek": "Forslaget er væk. En anden har taget eller afvist det."}[r.URL.Query().Get("gjort")]
	for _, x := range list {
		var names []string
		for _, f := range difference.Fields(x.Now, x.Proposed, difference.Content) {
			names = append(names, "»"+f.Label+"«")
		}
		v.Rows = append(v.Rows, web.DeskProposalRow{URL: pathProposals + "/" + x.Slug, Title: x.Now.Title, Who: x.Now.Organisation.Name, When: "Kom " + catalogue.DanishTime(x.ProposedAt), What: catalogue.Join(names, "og")})
	}
	return d.show(w, r, http.StatusOK, web.DeskProposalsPage(v))
}

// proposal shows one beside what the public sees now.
func (d *Desk) proposal(w http.ResponseWriter, r *http.Request) error {
	return d.showProposal(w, r, http.StatusOK, proposalState{})
}

// proposalState is what a page of a proposal says of what was just tried.
type proposalState struct {
	chosen  []string // fields; nil: all
	cleared []string
	raised  bool
	errors  []web.FormError
}

func (d *Desk) showProposal(w http.ResponseWriter, r *http.Request, status int, a proposalState) error {
	x, err := d.store.SeedProposal(r.Context(), chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	parts := difference.Of(x.Now, x.Proposed, difference.Content, d.index.Taxonomy())
	path := pathProposals + "/" + x.Slug
	v := web.DeskProposal{Desk: d.page(r, x.Now.Title, pathExamples), Action: path, Practice: web.Link{Label: "Se eksemplet i redaktionen", URL: web.DeskPracticePath(x.Slug)}}
	v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: titleProposals, Path: pathProposals}, {Label: x.Now.Title}}
	v.Errors, v.Takes = a.errors, v.May.Publish
	v.Hidden = []web.Hidden{{Name: fieldProposal, Value: x.Hash}, {Name: fieldEdition, Value: strconv.Itoa(x.Now.Revision)}}
	v.D = web.Difference{Before: "Det, alle kan se nu", After: "Forslaget", Sided: r.URL.Query().Get(fieldView) == viewSided,
		Inline: web.Link{Label: "I teksten", URL: path}, Side: web.Link{Label: "Side om side", URL: path + "?" + fieldView + "=" + viewSided}}
	for _, p := range parts {
		v.Fields = append(v.Fields, web.FieldOption{ID: fieldTaken + "-" + strings.ReplaceAll(p.Field.Path, ".", "-"), Value: p.Field.Path, Label: p.Label, Chosen: a.chosen == nil || slices.Contains(a.chosen, p.Field.Path)})
	}
	v.D.Parts = difference.Short(parts)
	taken := review.Taken(x.Now, x.Proposed, a.chosen)
	least := review.ChangeKind(x.Now, &taken)
	v.Kind = kindTold(least)
	v.Raise, v.Raised = least == review.ChangeCorrection, a.raised
	for i, m := range review.Warnings(&review.Submission{Kind: review.KindFull, Practice: taken, NotCPR: true}) {
		v.Warnings = append(v.Warnings, web.Warning{ID: "klaret-" + strconv.Itoa(i+1), Key: m.Key, Field: fieldLabel(m.Field), Message: m.Message, Excerpt: m.Excerpt,
			Answered: slices.Contains(a.cleared, m.Key) || saysAlready(x.Now, m.Key), Label: "Det er i orden: " + m.Excerpt})
	}
	return d.show(w, r, status, web.DeskProposalPage(v))
}

// saysAlready tells whether what a warning is about is published: somebody has
// answered it before.
func saysAlready(p *catalogue.Practice, key string) bool {
	return slices.ContainsFunc(review.Warnings(&review.Submission{Kind: review.KindFull, Practice: *p, NotCPR: true}), func(m review.Warning) bool { return m.Key == key })
}

// decideProposal takes a proposal, some of its fields, or none.
func (d *Desk) decideProposal(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	slug := chi.URLParam(r, "slug")
	_, e := d.auth.At(r.Context())
	a := proposalState{chosen: append([]string{}, bounded(r.PostForm[fieldTaken])...), cleared: bounded(r.PostForm["klaret"]), raised: r.PostForm.Has(fieldChange)}
	revision, _ := strconv.Atoi(r.PostForm.Get(fieldEdition))
	take := postgres.TakenProposal{Slug: slug, Hash: r.PostForm.Get(fieldProposal), Revision: revision, Fields: a.chosen, Cleared: a.cleared}
	if a.raised {
		take.Change = review.ChangeContent
	}
	var err error
	done := "taget"
	switch r.PostForm.Get("handling") {
	case takeAll:
		take.Fields, a.chosen = nil, nil
		err = d.store.TakeProposal(r.Context(), take, e.ID, d.now())
	case takeSome:
		if len(a.chosen) == 0 {
			a.errors = []web.FormError{{Message: "Vælg mindst ét felt, eller afvis forslaget.", URL: "#vaelg"}}
			return d.showProposal(w, r, http.StatusUnprocessableEntity, a)
		}
		err = d.store.TakeProposal(r.Context(), take, e.ID, d.now())
	case dismiss:
		done = "afvist"
		err = d.store.DismissProposal(r.Context(), slug, take.Hash, e.ID, d.now())
	default:
		return &badAction
	}
	refused, isRefused := errors.AsType[*review.RefusedError](err)
	_, unfinished := errors.AsType[*review.UnfinishedError](err)
	switch {
	case err == nil:
		return seeOther(w, r, pathProposals+"?gjort="+done)
	case errors.Is(err, catalogue.ErrNotFound):
		return seeOther(w, r, pathProposals+"?gjort=vaek")
	case isRefused:
		for _, x := range refused.Faults {
			a.errors = append(a.errors, web.FormError{Message: catalogue.WithColon(fieldLabel(x.Field)) + x.Message, URL: "#vaelg"})
		}
		return d.showProposal(w, r, http.StatusUnprocessableEntity, a)
	case unfinished:
		a.errors = []web.FormError{{Message: "Se på det, der kan vise, hvem nogen er. Sæt hak ved det, der er i orden.", URL: "#oplysninger"}}
		return d.showProposal(w, r, http.StatusUnprocessableEntity, a)
	case errors.Is(err, catalogue.ErrConflict):
		a.errors = []web.FormError{{Message: "Eksemplet eller forslaget er ændret, siden du åbnede siden. Intet er gjort. Her er det, som det er nu. Tryk igen, hvis det stadig skal gøres.", URL: "#vaelg"}}
		if again := d.showProposal(w, r, http.StatusConflict, a); !errors.Is(again, catalogue.ErrNotFound) {
			return again
		}
		return seeOther(w, r, pathProposals+"?gjort=vaek")
	}
	return err
}

// proposalSide is what a changed seed proposes for a practice, where it does.
func (d *Desk) proposalSide(ctx context.Context, slug string) ([]side, error) {
	x, err := d.store.SeedProposal(ctx, slug)
	if errors.Is(err, catalogue.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []side{{sideProposal, "Forslaget fra kilderne", func(context.Context) (content, error) { return content{record: x.Proposed}, nil }}}, nil
}
