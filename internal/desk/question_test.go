package desk_test

import (
	"net/http"
	"strings"
	"testing"

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
