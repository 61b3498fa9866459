package desk

import (
	"context"
	"errors"
	"net/http"

	"praksis/internal/catalogue"
	"praksis/internal/likeness"
	"praksis/internal/postgres"
	"praksis/internal/practicepage"
	"praksis/internal/review"
	"praksis/web"
)

// partPreview is the draft as the public page would show it.
const partPreview = "/forhaandsvisning"

// previewed is how many examples like it the public page leads to.
const previewed = 4

// preview shows a draft as the public page would, by the same view: what the editor
// typed and did not save, else what is saved.
func (d *Desk) preview(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	s, err := d.store.SubmissionByID(r.Context(), id)
	if err != nil {
		return err
	}
	if s.ErasedAt != nil || s.Kind == review.KindQuestion {
		return catalogue.ErrNotFound
	}
	f := d.savedForm(s)
	kept, _, err := d.unsaved(r, submissionForm(id))
	if err != nil {
		return err
	}
	if kept != nil {
		if typed := readForm(kept.Values); !d.untouched(typed) {
			f = typed
		}
	}
	about, err := d.about(r.Context(), s)
	if err != nil {
		return err
	}
	draft := withoutEmptyRows(f.practice)
	p := review.Preview(&draft, about, s.ReceivedAt, d.index.Taxonomy())
	return d.showPreview(w, r, p, web.Link{Label: "Tilbage til indsendelsen", URL: submissionPath(id) + submissionSteps.query(web.DeskStepDecide)})
}

// previewRevision shows a published example as the public page would with what the
// editor typed and did not publish.
func (d *Desk) previewRevision(w http.ResponseWriter, r *http.Request) error {
	p, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partRevise+partPreview)
	}
	if _, can := review.Revise.After(p.Record.State); !can {
		return catalogue.ErrNotFound
	}
	saved := d.savedRevision(p)
	f, _, inWork, err := d.inWork(r, p)
	if err != nil {
		return err
	}
	if !inWork {
		f = saved
	}
	return d.showPreview(w, r, d.previewed(p, d.proposed(f, saved)), web.Link{Label: "Tilbage til rettelsen", URL: practiceForm(p.Record.Slug, partRevise).path + revisionSteps.query(web.DeskStepDecide)})
}

// showPreview shows an example as the public page would, with a way back.
func (d *Desk) showPreview(w http.ResponseWriter, r *http.Request, p *catalogue.Practice, back web.Link) error {
	v := practicepage.Preview(p, d.index.Taxonomy())
	v.Shell = web.Shell{Title: p.Title, Authority: d.Authority, PublicURL: d.PublicURL, Noindex: true, Description: p.Summary, Crumbs: v.Shell.Crumbs}
	v.Preview = back
	cards, err := likeness.Practices(r.Context(), d.index, d.store, p.Title, previewed)
	if err != nil && !errors.Is(err, catalogue.ErrPreparing) {
		return err
	}
	v.Similar = practicepage.Hits(cards)
	return d.show(w, r, http.StatusOK, web.PracticePage(v))
}

// about is the practice that a submission adds to, as it is published; nil where there
// is none.
func (d *Desk) about(ctx context.Context, s *postgres.SubmissionView) (p *catalogue.Practice, err error) {
	for slug := s.Content.About; slug != ""; {
		_, p, err = d.store.PublicPractice(ctx, 0, slug)
		moved, is := errors.AsType[*catalogue.MovedError](err)
		if !is {
			break
		}
		slug = moved.Slug
	}
	if errors.Is(err, catalogue.ErrNotFound) || errors.Is(err, catalogue.ErrGone) {
		return nil, nil
	}
	return p, err
}

// knownWords are the words of a taxonomy, made once for each.
type knownWords struct {
	of    *catalogue.Taxonomy
	words *review.Words
}

// words knows the labels and synonyms of a taxonomy.
func (d *Desk) words(t *catalogue.Taxonomy) *review.Words {
	if last := d.known.Load(); last != nil && last.of == t {
		return last.words
	}
	x := &knownWords{t, review.NewWords(t)}
	d.known.Store(x)
	return x.words
}
