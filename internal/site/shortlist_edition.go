package site

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/practicepage"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// freezeShortlist keeps a shortlist as it is, and leads to the edition by a link that only
// reads: that is the address for minutes.
func (s *Site) freezeShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	now := time.Now().UTC()
	l, err := s.store.Shortlist(r.Context(), at.token, now)
	if err != nil {
		return err
	}
	var pages []*catalogue.Practice
	for _, x := range l.Items {
		if x.Page != nil {
			pages = append(pages, x.Page)
		}
	}
	contrasts, err := s.saidContrasts(r.Context(), pages)
	if err != nil {
		return err
	}
	n, link, err := s.store.FreezeShortlist(r.Context(), at.token, contrasts, now)
	switch {
	case errors.Is(err, postgres.ErrShortlistFull):
		return s.shortlistProblem(w, r, at, http.StatusConflict, "Der er for mange udgaver eller links. Begynd en ny mappe, eller luk et link, og prøv igen.")
	case errors.Is(err, catalogue.ErrConflict):
		return s.shortlistProblem(w, r, at, http.StatusConflict, "Der er ingen eksempler i mappen, som kan læses. Læg nogle i, og prøv igen.")
	case err != nil:
		return err
	}
	if at.byCookie() {
		s.setShortlistCookie(w, at.token)
	}
	http.Redirect(w, r, catalogue.EditionPath(link, n), http.StatusSeeOther)
	return nil
}

// maxSaidContrasts is how many contrasts an edition, or a brief, tells of.
const maxSaidContrasts = 6

// saidContrasts are the contrasts of the catalogue in which some practices have a part: on
// one of their solutions, and for a target group of one of their findings. Others may speak
// in them too.
func (s *Site) saidContrasts(ctx context.Context, practices []*catalogue.Practice) (out []catalogue.SaidContrast, err error) {
	o, err := s.index.Overview(nil)
	if err != nil {
		return nil, err
	}
	var chosen []catalogue.Contrast
	for _, c := range o.Contrasts {
		if len(chosen) < maxSaidContrasts && slices.ContainsFunc(practices, func(p *catalogue.Practice) bool { return hasPart(p, c) }) {
			chosen = append(chosen, c)
		}
	}
	o = catalogue.Overview{Version: o.Version, Contrasts: chosen}
	t, _, err := s.textsOf(ctx, chosen)
	if err != nil {
		return nil, err
	}
	side := func(x catalogue.ContrastSide) catalogue.SaidSide {
		out := catalogue.SaidSide{Voices: x.Voices, Actors: x.Actors, Count: x.Count}
		for _, ref := range x.First {
			if f, c, ok := t.finding(ref); ok {
				out.Findings = append(out.Findings, catalogue.SaidFinding{Practice: ref.Practice, Organisation: c.Organisation, Title: c.Title, Finding: f})
			}
		}
		return out
	}
	for _, c := range chosen {
		out = append(out, catalogue.SaidContrast{Solution: c.Solution, TargetGroups: c.TargetGroups, For: side(c.For), Against: side(c.Against)})
	}
	return out, nil
}

// hasPart tells whether a practice has a solution of a contrast, and a finding for one of
// its target groups.
func hasPart(p *catalogue.Practice, c catalogue.Contrast) bool {
	if !slices.ContainsFunc(p.Solutions, func(x catalogue.TermRef) bool { return x.Slug == c.Solution.Slug }) {
		return false
	}
	return slices.ContainsFunc(p.Findings, func(f catalogue.Finding) bool {
		return slices.ContainsFunc(f.TargetGroups, func(g catalogue.TermRef) bool {
			return slices.ContainsFunc(c.TargetGroups, func(x catalogue.TermRef) bool { return x.Slug == g.Slug })
		})
	})
}

// textsOf are the findings that contrasts name.
func (s *Site) textsOf(ctx context.Context, contrasts []catalogue.Contrast) (texts, bool, error) {
	t, whole := texts{}, true
	for c := range slices.Chunk(contrasts, maxContrasts) {
		part, all, err := s.overviewTexts(ctx, &catalogue.Overview{Version: s.index.Version(), Contrasts: c})
		if err != nil {
			return nil, false, err
		}
		for id, x := range part {
			t[id] = x
		}
		whole = whole && all
	}
	return t, whole, nil
}

// shortlistEdition shows an edition.
func (s *Site) shortlistEdition(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	now := time.Now().UTC()
	n, err := strconv.ParseInt(chi.URLParam(r, "n"), 10, 32)
	if err != nil {
		n = 0 // is none
	}
	id, e, err := s.store.ShortlistEdition(r.Context(), at.token, int(n), now)
	if errors.Is(err, catalogue.ErrNotFound) {
		if _, err := s.store.Shortlist(r.Context(), at.token, now); err != nil {
			return err
		}
		return private(w, r, http.StatusNotFound, web.ProblemPage(web.Problem{Shell: s.shortlistShell("Vi kan ikke finde udgaven"), Heading: "Vi kan ikke finde udgaven",
			Text: "Mappen har ikke en udgave med det nummer. Måske er adressen skrevet forkert.", Links: []web.Link{{Label: "Gå til mappen", URL: at.base}}}))
	}
	if err != nil {
		return err
	}
	if err := s.store.ShortlistUsed(r.Context(), id, now); err != nil {
		s.log.WarnContext(r.Context(), "that a shortlist is used could not be noted", "error", err)
	}
	v, err := s.editionView(r.Context(), e, at, s.base(r))
	if err != nil {
		return err
	}
	return private(w, r, http.StatusOK, web.EditionPage(v))
}

// editionView is the page of an edition, whose address for minutes is at base.
func (s *Site) editionView(ctx context.Context, e postgres.Edition, at shortlistAt, base string) (web.Edition, error) {
	day := catalogue.DanishDate(e.Frozen.In(catalogue.Copenhagen))
	title := cmp.Or(e.Title, "Mappe med eksempler")
	v := web.Edition{Shell: s.shortlistShell(title + ", udgave " + strconv.Itoa(e.N)), Lead: "Udgave " + strconv.Itoa(e.N) + " fra " + day + ". Den viser, hvad eksemplerne sagde den dag, og følger ikke med, når de ændrer sig.",
		Shortlist: web.Link{Label: "Se mappen, som den er nu", URL: at.base}, Cite: title + ", udgave " + strconv.Itoa(e.N) + ", " + day + ". Praksiskataloget, version " + strconv.FormatInt(e.Version, 10) + "."}
	if !at.byCookie() {
		v.Address = base + catalogue.EditionPath(at.token, e.N)
	}
	if e.Erased != nil {
		v.Marks = append(v.Marks, web.ShortlistMark{Text: "Noget er fjernet fra udgavens titel, noter eller uenigheder den " + catalogue.DanishDate(e.Erased.In(catalogue.Copenhagen)) + "."})
	}
	changed := 0
	for _, x := range e.Items {
		item := editionItem(x)
		if x.Page != nil && x.Page.Revision != x.Revision && x.State == catalogue.StatePublished {
			changed++
		}
		v.Items = append(v.Items, item)
	}
	if changed > 0 {
		v.Marks = append(v.Marks, web.ShortlistMark{Text: catalogue.UpperFirst(catalogue.Examples(changed)) + " er ændret siden. Det står ved dem, og her ses de, som de var."})
	}
	var ids []int64
	for _, c := range e.Contrasts {
		for _, f := range append(slices.Clone(c.For.Findings), c.Against.Findings...) {
			ids = append(ids, f.Practice)
		}
	}
	slices.Sort(ids)
	cards, err := s.store.CardsByID(ctx, s.confirmed(), slices.Compact(ids))
	if err != nil {
		return v, err
	}
	for _, c := range e.Contrasts {
		v.Contrasts = append(v.Contrasts, saidContrastView(c, cards))
	}
	return v, nil
}

func editionItem(x postgres.EditionItem) web.EditionItem {
	item := web.EditionItem{ShortlistItem: web.ShortlistItem{Practice: web.Link{Label: "Et eksempel, som er fjernet"}}}
	if x.Page != nil {
		item.ShortlistItem = practiceItem(x.Page)
		if x.State == catalogue.StatePublished || x.State == catalogue.StateWithdrawn {
			item.Practice.URL = catalogue.PracticePath(x.Slug)
		}
		p := practicepage.View(x.Page)
		for i := range p.Findings {
			for j := range p.Findings[i].Groups {
				for k := range p.Findings[i].Groups[j].Findings {
					p.Findings[i].Groups[j].Findings[k].Source = 0 // the sources stand in the same example, without numbers
				}
			}
		}
		item.P = &p
	}
	item.ID, item.Note = itemID(x.Practice), x.Note
	since := x.Since
	if x.State == catalogue.StateRemoved && x.Erased != nil {
		since = x.Erased
	}
	if m := become(x.State, since, x.MovedTo); m.Text != "" {
		if x.Reason != "" {
			m.Text += " " + x.Reason
		}
		item.Marks = append(item.Marks, m)
	}
	if x.Erased != nil && x.Page != nil {
		item.Marks = append(item.Marks, web.ShortlistMark{Text: "Noget af teksten er slettet den " + catalogue.DanishDate(x.Erased.In(catalogue.Copenhagen)) + ". Der står [fjernet] i stedet."})
	}
	if x.Page != nil && x.State == catalogue.StatePublished && x.Page.Revision != x.Revision {
		item.Marks = append(item.Marks, web.ShortlistMark{Text: "Eksemplet er ændret siden.", Link: web.Link{Label: "Se, hvad der er ændret", URL: catalogue.ChangesPath(x.Slug, 0)}})
	}
	return item
}

// saidContrastView is a contrast as it was kept. It leads to the examples that can still
// be read.
func saidContrastView(c catalogue.SaidContrast, cards map[int64]*catalogue.Card) web.Contrast {
	var groups []string
	for i, g := range c.TargetGroups {
		if i > 0 {
			g.Label = catalogue.LowerFirst(g.Label)
		}
		groups = append(groups, g.Label)
	}
	side := func(x catalogue.SaidSide) web.ContrastSide {
		v := web.ContrastSide{Count: count(x.Count, "erfaring", "erfaringer")}
		for _, f := range x.Findings {
			l := web.ContrastLine{Text: f.Finding.Text, Condition: practicepage.Condition(f.Finding.Condition), Voice: practicepage.VoiceLine(f.Finding.Voices), Practice: web.Link{Label: f.Organisation.Name}}
			if card, ok := cards[f.Practice]; ok {
				l.Practice.URL = catalogue.PracticePath(card.Slug)
			}
			v.Lines = append(v.Lines, l)
		}
		return v
	}
	who := func(x catalogue.SaidSide) string {
		return catalogue.ContrastSide{Voices: x.Voices, Actors: x.Actors}.InWords()
	}
	return web.Contrast{Heading: who(c.For) + ": god effekt. " + who(c.Against) + ": dårlig effekt.", About: web.Link{Label: c.Solution.Label}, Groups: catalogue.Join(groups, "og"), For: side(c.For), Against: side(c.Against)}
}
