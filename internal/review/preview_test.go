package review

import (
	"testing"
	"time"

	"praksis/internal/catalogue"
)

// What somebody sent leads nowhere from a preview that would not be published.
func TestPreviewLeadsToTheWebAlone(t *testing.T) {
	draft := catalogue.Practice{Title: "Skive: Gåture", Links: []catalogue.Link{{URL: "javascript:alert(1)", Label: "Se mere"}, {URL: "https://skive.dk/gaa", Label: "Siden"}},
		Sources: []catalogue.Source{{Document: "Rapport", URL: "data:text/html,x"}}}
	p := Preview(&draft, nil, time.Now(), &catalogue.Taxonomy{})
	if len(p.Links) != 2 || p.Links[0].URL != "" || p.Links[1].URL != "https://skive.dk/gaa" || p.Sources[0].URL != "" {
		t.Errorf("%+v, %+v", p.Links, p.Sources)
	}
	if draft.Links[0].URL == "" {
		t.Error("the draft is changed")
	}
}
