package desk_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// A question is answered at the desk; nothing of it can be published.
func TestQuestionIsAnswered(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		n.Submission = review.Submission{Kind: review.KindQuestion, Text: "Hvor længe varede turene?"}
	})
	v := f.editor("rita")
	page := v.get(pathOf(id))
	if page.Find("button[value=udgiv], button[value=findes]").Length() != 0 || page.Find("button[value=besvar]").Length() != 1 || !strings.Contains(page.Find(".desk__came").Text(), "Hvor længe varede turene?") {
		t.Errorf("the page: %s", strings.Join(strings.Fields(page.Find("main").Text()), " "))
	}
	form := filled(page, "besvar")
	again := v.page(http.StatusUnprocessableEntity, v.do("POST", pathOf(id), form))
	if !strings.Contains(again.Find("[role=alert]").Text(), "Skriv svaret.") {
		t.Errorf("an empty answer: %s", again.Find("[role=alert]").Text())
	}
	form.Set("besvar-tekst", "En time hver gang.")
	if to := v.post(pathOf(id), form); to != pathOf(id)+"?gjort=besvar" {
		t.Fatalf("led to %s", to)
	}
	if text := v.get(pathOf(id)).Find("main").Text(); !strings.Contains(text, "Besvaret") || !strings.Contains(text, "En time hver gang.") {
		t.Errorf("decided: %s", text)
	}
}

// A name that an editor mistypes is asked back with the choices, and what a
// submitter chose is told.
func TestNamesAtTheDesk(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("navne", func(n *postgres.NewSubmission) {
		n.Submission.Practice.Partners = []catalogue.OrganisationRef{{Name: "Frinova"}}
		n.Submission.Named = []catalogue.NameChoice{{Written: "Syddjrus", Slug: "syddjurs"}, {Written: "Frinova"}}
	})
	rita := f.editor("rita")
	path := fmt.Sprintf("/redaktion/indsendelser/%d", id)
	text := rita.get(path).Text()
	for _, want := range []string{"»Syddjrus«. Indsenderen valgte Syddjurs Kommune.", "»Frinova«. Indsenderen svarede, at det er en anden organisation."} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	form := url.Values{"version": {"1"}, "handling": {"udgiv"}, "organisation": {"Hernig"}, "title": {"Herning ringer"}, "answers.done": {"De ringede."}, "target_groups": {"paa-tvaers"}}
	doc := rita.page(http.StatusUnprocessableEntity, rita.do("POST", path, form))
	if n := doc.Find(`input[type=radio][name=navn-1][value=herning]`).Length(); n != 1 || doc.Find(`input[type=radio][value=anden]`).Length() != 0 {
		t.Errorf("%d choices", n)
	}
	if !strings.Contains(doc.Text(), "Mener du Herning Kommune?") {
		t.Error("the fault does not say what may be meant")
	}
	form.Set("navn-1", "herning")
	form.Set("navn-1-skrevet", "Hernig")
	form.Set("handling", "gem")
	if w := rita.do("POST", path, form); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	if v, err := f.store.SubmissionByID(t.Context(), id); err != nil || v.Draft.Organisation.Slug != "herning" {
		t.Errorf("%+v, %v", v.Draft, err)
	}
}
