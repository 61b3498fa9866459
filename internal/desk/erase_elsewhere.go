package desk

import (
	"context"
	"errors"
	"strings"

	"praksis/internal/postgres"
	"praksis/web"
)

// fieldEverywhere ticks that a text goes wherever it stands.
const fieldEverywhere = "overalt"

// elsewhereLabels are the tables with texts that belong to no submission and no example,
// beside placeLabels: an erasure that goes everywhere reaches them.
var elsewhereLabels = []struct{ table, label string }{
	{"vocabulary_event", "Det, der er sket med ordforrådet"}, {"source_document", "Det, der er skrevet om kilder"}, {"source_document_text", "Det, der før er skrevet om kilder"},
	{"term", "Forklaringer i ordforrådet"}, {"solution", "Beskrivelser af løsninger"}, {"page_text", "Siden om kataloget"}, {"mail_text", "Redaktionens tekster til mails"},
	{"saved_form", "Kladder, som indsendere har gemt"}, {"kept_file", "Navne på filer, der ikke er sendt endnu"}, {"empty_search", "Søgninger, der intet fandt"}, {"follow", "Søgninger, som nogen følger med mails"}, {"erasure", "Grunde til tidligere sletninger"},
}

// keptLabels are the tables in which the text can stand in what no erasure changes.
var keptLabels = []struct{ table, text string }{
	{"organisation", "navnet på en aktør"}, {"solution", "navnet på en løsning eller dens adresse"}, {"term", "et ord i ordforrådet eller dets adresse"}, {"source_document", "adressen på en kilde"},
	{"term_synonym", "et andet ord for noget i ordforrådet"}, {"synonym_rule", "en regel for søgningen"},
}

// elsewhere are the places where a text stands that is not erased with what it is asked
// of, and the choice to erase it there too: without options where it stands nowhere else.
// all is what would be erased with it.
func elsewhere(all postgres.Erasure, chosen bool) (places []web.Fact, choice web.Field) {
	for _, x := range append(placeLabels[:len(placeLabels):len(placeLabels)], elsewhereLabels...) {
		if n := all.Places[x.table] - all.Here[x.table]; n > 0 {
			places = append(places, web.Fact{Label: x.label, Value: inPlaces(n)})
		}
	}
	if len(places) > 0 {
		choice = web.Field{Type: web.FieldChecks, ID: fieldEverywhere, Name: fieldEverywhere, Label: "Teksten står også andre steder",
			Hint:    "Sæt kun kryds, hvis det er den samme person alle steder. Det gælder også andre eksempler og indsendelser. Det, der er sket med ordforrådet, kan ikke fortrydes bagefter, hvis teksten stod i det.",
			Options: []web.FieldOption{{ID: fieldEverywhere + "-ja", Value: "ja", Label: "Slet den også alle de andre steder", Chosen: chosen}}}
	}
	return places, choice
}

// kept says where a text stays whatever is erased, and what to do about it.
func kept(all postgres.Erasure) string {
	var out []string
	for _, x := range keptLabels {
		if all.Left[x.table] > 0 {
			out = append(out, x.text)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "Teksten bliver stående her: " + strings.Join(out, ", ") + ". Ret navnet under »Ordforråd« først. Slet så teksten her bagefter. Adresser bliver stående."
}

// eraseText erases the text of a form. The error is errNothingErased where it stood nowhere.
func (d *Desk) eraseText(ctx context.Context, on postgres.On, f eraseForm, editor int64) error {
	erase := d.store.EraseText
	if f.everywhere {
		erase = d.store.EraseTextEverywhere
	}
	done, err := erase(ctx, on, f.text, f.why, editor, d.now())
	if err == nil && done.Rows == 0 {
		err = errNothingErased
	}
	return err
}

// errNothingErased is returned where a text stood nowhere that it was to be erased from.
var errNothingErased = errors.New("nothing was erased")

// showFound has the page show where a text stands, here and elsewhere. The error is
// postgres.ErrErasure for a text that cannot be erased.
func (d *Desk) showFound(ctx context.Context, on postgres.On, f eraseForm, v *web.DeskErase) (all postgres.Erasure, err error) {
	all, err = d.store.FindTextEverywhere(ctx, on, f.text, d.now())
	if err != nil {
		return all, err
	}
	for _, p := range placeLabels {
		if n := all.Here[p.table]; n > 0 {
			v.Places = append(v.Places, web.Fact{Label: p.label, Value: inPlaces(n)})
		}
	}
	v.Lead = "»" + f.text + "« bliver til [fjernet] disse steder. Siderne og søgningen følger med inden for et sekund."
	v.Elsewhere, v.Everywhere = elsewhere(all, f.everywhere)
	if f.nothing && len(v.Elsewhere) > 0 {
		v.Everywhere.Error = "Teksten står ikke her. Sæt kryds, hvis den skal slettes de andre steder."
		v.Errors = []web.FormError{{Message: v.Everywhere.Error, URL: "#" + fieldEverywhere}}
	}
	v.Nothing, v.Note = len(v.Places) == 0 && len(v.Elsewhere) == 0, kept(all)
	return all, nil
}
