package desk

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/intake"
	"praksis/internal/review"
	"praksis/web"
)

// showCut shows the document as it is cut, or asks for one.
func (d *Desk) showCut(w http.ResponseWriter, r *http.Request, status int, f cutForm, done string) error {
	own := deskForm{path: pathCut}
	_, e := d.auth.At(r.Context())
	t := d.index.Taxonomy()
	v := web.DeskCut{Desk: d.page(r, titleCut, pathCut), Action: own.path, Keep: own.path + pathKeep, File: pathCut + pathFile, Hidden: own.hidden(f.page, e.ID),
		Name: f.name, Told: f.told, Templates: []web.Link{{Label: "skabelonen som Word (DOCX)", URL: catalogue.PathTemplate + ".docx"}, {Label: "skabelonen som ODT", URL: catalogue.PathTemplate + ".odt"}}}
	v.Done, v.Made = done, f.made
	if f.fault != "" {
		x := web.FormError{Message: f.fault}
		if f.faultAt != "" {
			x.URL = "#" + f.faultAt
		}
		v.Errors = []web.FormError{x}
	}
	v.Text = area(fieldPasted, "Eller indsæt teksten", "Kopiér den fra en mail eller et dokument.")
	v.Text.Value, v.Text.Rows = f.pasted, 10
	v.Choose = web.Field{ID: fieldFile, Name: fieldFile, Label: "Vælg en fil", Hint: fmt.Sprintf("Word (DOCX), ODT eller PDF på højst %d MB.", intake.MaxSize>>20)}
	switch f.faultAt {
	case fieldPasted:
		v.Text.Error = f.fault
	case fieldFile:
		v.Choose.Error = f.fault
	}
	if !f.keptAt.IsZero() {
		v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(f.keptAt), Discard: own.discardPost("Kassér det, og begynd forfra", f.page, e.ID)}
		if len(f.cut.Pieces) > 0 {
			v.Kept.Heading, v.Kept.Text = "Ikke lavet til kladder endnu", "Her er det dokument, du delte op "+catalogue.DanishTime(f.keptAt)+". Lav kladder, eller kassér det."
		}
	}
	if len(f.others) > 0 {
		if v.Kept == nil {
			v.Kept = &web.DeskKept{}
		}
		v.Kept.Others = f.others
	}
	if f.digits || f.notCPR && len(f.cut.Pieces) == 0 {
		v.NotCPR = &web.FieldOption{ID: fieldNotCPR, Value: "1", Label: "De ti tal er ikke et CPR-nummer", Chosen: f.notCPR}
		v.NotCPRInFile = f.faultAt == fieldFile
	}
	var err error
	if v.FileKept, err = d.tellKept(r.Context(), f); err != nil {
		return err
	}
	if len(f.cut.Pieces) == 0 {
		v.Dirty = f.pasted != ""
		return d.show(w, r, status, web.DeskCutPage(v))
	}
	v.Dirty, v.Started = !f.fresh, true
	v.Discard = own.discardPost("Kassér det, og begynd forfra", f.page, e.ID)
	if f.notCPR {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldNotCPR, Value: "1"})
	}
	v.Hidden = append(v.Hidden, web.Hidden{Name: fieldSource, Value: f.source}, web.Hidden{Name: fieldDocument, Value: f.name})
	for _, s := range f.told {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldTold, Value: s})
	}
	for _, p := range f.cut.Practices {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldWhose, Value: p.Organisation + ":" + p.Perspective})
	}
	for _, p := range f.cut.Pieces {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldPiece, Value: p.Text}, web.Hidden{Name: fieldPlaced, Value: placed(p)})
	}
	for i := range f.cut.Practices {
		v.Practices = append(v.Practices, f.practice(i, d.words(t)))
	}
	v.Contents = f.contents(t)
	v.ActorChosen = line(fieldActorChosen, "Kommune eller organisation til de valgte", "Hvis vi har gættet forkert.")
	v.ActorChosen.List, v.ActorChosen.Value = web.ActorList, f.actorChosen
	if f.faultAt == fieldActorChosen {
		v.ActorChosen.Error = f.fault
	}
	for i, p := range f.cut.Pieces {
		switch {
		case p.Practice >= 0:
		case p.Kind == intake.PieceLeft:
			x := cutPiece(i, p, fmt.Sprintf("stykke %d", i+1))
			x.Where = "Fandt vi ikke plads til"
			x.To = f.choosePractice(i)
			v.Left = append(v.Left, x)
		default:
			v.Template = append(v.Template, p.Text)
		}
	}
	for _, o := range t.Organisations {
		v.Actors = append(v.Actors, o.Name)
	}
	return d.show(w, r, status, web.DeskCutPage(v))
}

// contents are the proposed practices by who did it, in the order of the document. A
// single one needs no contents.
func (f cutForm) contents(t *catalogue.Taxonomy) (out []web.DeskCutGroup) {
	if len(f.as) < 2 {
		return nil
	}
	for i, as := range f.as {
		actor := cmp.Or(strings.TrimSpace(as.actor), "Uden kommune eller organisation")
		if o, _ := t.ReadOrganisation(as.actor); o != nil {
			actor = o.Name
		}
		if len(out) == 0 || out[len(out)-1].Actor != actor {
			out = append(out, web.DeskCutGroup{Actor: actor})
		}
		g := &out[len(out)-1]
		g.Open = g.Open || as.chosen
		id := numbered(fieldChosen, i)
		title := fmt.Sprintf("%d. %s", i+1, cmp.Or(strings.TrimSpace(as.title), "Uden titel"))
		g.Examples = append(g.Examples, web.DeskCutLine{URL: "#" + numbered("eksempel", i), Choose: web.FieldOption{ID: id, Value: "1", Label: title, Chosen: as.chosen}})
	}
	for i := range out {
		out[i].Count = examples(len(out[i].Examples))
		out[i].Open = out[i].Open || len(out) == 1
	}
	return out
}

// practice is one proposed practice, with the original beside it.
func (f cutForm) practice(i int, words *review.Words) web.DeskCutPractice {
	p, found := f.cut.Record(i, words)
	as := f.as[i]
	x := web.DeskCutPractice{ID: numbered("eksempel", i), Heading: fmt.Sprintf("Eksempel %d: %s", i+1, as.title)}
	of := fmt.Sprintf(" (eksempel %d)", i+1)
	title, actor := line(numbered("titel", i), catalogue.FieldAt("title").Label+of, ""), line(numbered("aktoer", i), catalogue.FieldAt("organisation").Label+of, "")
	title.Value, actor.Value, actor.List = as.title, as.actor, web.ActorList
	x.Fields = []web.Field{title, actor}
	terms := web.Field{Type: web.FieldChecks, ID: numbered("ord", i), Name: numbered("ord", i), Label: "Målgrupper og kontaktformer" + of, Hint: "Ord i teksten peger på dem. Sæt kryds ved dem, der passer."}
	for n, m := range found {
		chosen := false
		for _, value := range as.terms {
			chosen = chosen || value == termValue(m)
		}
		terms.Options = append(terms.Options, web.FieldOption{ID: terms.ID + "-" + strconv.Itoa(n+1), Value: termValue(m), Label: m.Label + " (»" + m.Word + "«)", Chosen: chosen})
	}
	if len(terms.Options) > 0 {
		x.Fields = append(x.Fields, terms)
	}
	for _, s := range p.Perspectives {
		x.Answers = append(x.Answers, web.Fact{Label: catalogue.FieldAt("perspectives").Label, Value: s.Label})
	}
	for _, place := range intake.Places() {
		if place.Path == "title" || place.Path == "organisation" || place.Path == "target_groups" || place.Path == "contact_forms" {
			continue
		}
		text := ""
		for _, piece := range f.cut.Pieces {
			if piece.Practice == i && piece.Kind == intake.PieceAnswer && piece.Path == place.Path {
				if text != "" {
					text += "\n"
				}
				text += piece.Text
			}
		}
		if text != "" {
			x.Answers = append(x.Answers, web.Fact{Label: place.Label, Value: text})
		}
	}
	for n, piece := range f.cut.Pieces {
		if piece.Practice == i {
			x.Pieces = append(x.Pieces, cutPiece(n, piece, fmt.Sprintf("stykke %d", n+1)))
		}
	}
	if i > 0 {
		x.Join = web.FieldOption{ID: numbered("saml", i), Value: "1", Label: fmt.Sprintf("Læg eksempel %d sammen med eksempel %d", i+1, i)}
	}
	x.Drop = web.FieldOption{ID: numbered("udelad", i), Value: "1", Label: fmt.Sprintf("Udelad eksempel %d", i+1)}
	return x
}

// cutPiece is a piece of the original, with where it may be moved.
func cutPiece(i int, p intake.Piece, called string) web.DeskCutPiece {
	x := web.DeskCutPiece{Text: p.Text}
	switch p.Kind {
	case intake.PieceQuestion, intake.PieceActor:
		x.Where, x.Quiet = "Skabelonens egne ord", true
		return x
	case intake.PieceUnticked:
		x.Where, x.Quiet = "Ikke krydset af", true
		return x
	case intake.PieceAnswer:
		x.Where = catalogue.FieldAt(p.Path).Label
	}
	id := numbered("flyt", i)
	x.Move = web.Field{Type: web.FieldSelect, ID: id, Name: id, Label: "Flyt " + called + " til", Options: []web.FieldOption{{Label: "Lad det stå", Chosen: true}}}
	for _, place := range intake.Places() {
		if place.Path != p.Path {
			x.Move.Options = append(x.Move.Options, web.FieldOption{Value: place.Path, Label: place.Label})
		}
	}
	if p.Kind == intake.PieceAnswer {
		x.Move.Options = append(x.Move.Options, web.FieldOption{Value: nowhere, Label: "Tag det ikke med"})
	}
	return x
}

// choosePractice asks which practice a piece belongs to that no place was found for.
func (f cutForm) choosePractice(i int) web.Field {
	id := numbered("til", i)
	x := web.Field{Type: web.FieldSelect, ID: id, Name: id, Label: fmt.Sprintf("Stykke %d hører til", i+1), Options: []web.FieldOption{{Label: "Intet eksempel", Chosen: true}}}
	for n := range f.cut.Practices {
		x.Options = append(x.Options, web.FieldOption{Value: strconv.Itoa(n + 1), Label: fmt.Sprintf("Eksempel %d", n+1)})
	}
	return x
}
