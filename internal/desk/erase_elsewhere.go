package desk

import (
	"strings"

	"praksis/internal/postgres"
)

// elsewhereLabels are the tables with what people have typed that no submission
// is known of yet: an erasure does not reach them, and each goes by itself.
var elsewhereLabels = []struct{ table, text string }{
	{"unsaved_form", "i noget, en redaktør har skrevet et andet sted og ikke gemt. Det bliver slettet efter 7 dage"},
	{"saved_form", "i en kladde, som en indsender har gemt. Den bliver slettet, når den er sendt, og ellers efter 30 dage"},
	{"kept_file", "i navnet på en fil eller teksten om den, som ikke er sendt endnu. Den bliver slettet, når den er sendt, og ellers efter højst 30 dage"},
	{"mail_text", "i en af redaktionens tekster til mails. Ret den under »Mails«"},
	{"source_document", "i det, der er skrevet om en kilde. Ret det under »Ordforråd«"},
	{"page_text", "på siden om kataloget. Ret den under »Ordforråd«"},
	{"source_document_text", "i det, der før er skrevet om en kilde. Det kan kun den, der driver kataloget, slette"},
	{"empty_search", "blandt de søgninger, der intet fandt. Den forsvinder 90 dage efter, at nogen sidst søgte på den"},
	{"vocabulary_event", "i det, der er sket med ordforrådet. Det kan kun den, der driver kataloget, slette"},
}

// elsewhere says where a text stands that is not erased with a submission.
func elsewhere(found postgres.Erasure) string {
	var out []string
	for _, x := range elsewhereLabels {
		if found.Left[x.table] > found.Places[x.table] {
			out = append(out, "Teksten står også "+x.text+".")
		}
	}
	return strings.Join(out, " ")
}
