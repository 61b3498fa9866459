package desk

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/difference"
	"praksis/internal/likeness"
	"praksis/web"
)

// maxSimilar is how many published practices are offered as the same.
const maxSimilar = 6

func (d *Desk) similar(ctx context.Context, title string) (out []web.SimilarPractice, err error) {
	cards, err := likeness.Practices(ctx, d.index, d.store, title, maxSimilar)
	if err != nil {
		return nil, err
	}
	for i, c := range cards {
		out = append(out, web.SimilarPractice{ID: "lig-" + strconv.Itoa(i+1), Slug: c.Slug, Title: c.Title, Who: c.Organisation.Name, URL: catalogue.PracticePath(c.Slug)})
	}
	return out, nil
}

// maxAlike is how many published practices are shown as alike.
const maxAlike = 3

// alike are the published practices most like a draft, each with a comparison word by
// word of what both say.
func (d *Desk) alike(ctx context.Context, p *catalogue.Practice) (out []web.DeskAlike, err error) {
	cards, err := likeness.Practices(ctx, d.index, d.store, cmp.Or(p.Title, p.Summary, p.Answers.Done), maxAlike)
	if err != nil {
		return nil, err
	}
	for i, c := range cards {
		v := web.DeskAlike{SimilarPractice: web.SimilarPractice{ID: "lig-" + strconv.Itoa(i+1), Slug: c.Slug, Title: c.Title, Who: c.Organisation.Name, URL: catalogue.PracticePath(c.Slug)}}
		_, other, err := d.store.PublicPractice(ctx, 0, c.Slug)
		if errors.Is(err, catalogue.ErrNotFound) {
			continue // gone since the index looked
		}
		if err != nil {
			return nil, err
		}
		for _, path := range []string{"title", "summary", "answers.done"} {
			f := catalogue.FieldAt(path)
			if before, after := f.Of(other).String(), f.Of(p).String(); before != "" && after != "" {
				v.Parts = append(v.Parts, web.DeskAlikePart{Label: f.Label, Pieces: difference.Words(before, after)})
			}
		}
		out = append(out, v)
	}
	return out, nil
}
