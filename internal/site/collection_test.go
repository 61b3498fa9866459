package site

import (
	"testing"

	"praksis/internal/catalogue"
	"praksis/web"

	"github.com/google/go-cmp/cmp"
)

// What was only meant stands with its age; what was heard since stands beside it,
// and what says what was done is not there.
func TestStatusView(t *testing.T) {
	practice := func(title string, statements ...catalogue.Retention) *catalogue.Practice {
		return &catalogue.Practice{Slug: catalogue.Slugify(title), Title: title, Organisation: catalogue.OrganisationRef{Name: title + " Kommune"}, Retention: statements}
	}
	v := statusView([]*catalogue.Practice{
		practice("Vejle", catalogue.Retention{Status: "considered", AsOf: "2020-08", Note: "Måske."}),
		practice("Odense", catalogue.Retention{Status: "retained", AsOf: "2020-08"}),
		practice("Viborg", catalogue.Retention{Status: "considered", AsOf: "2020-08"}, catalogue.Retention{Status: "retained", AsOf: "2023", DecidedBy: "Byrådet"}),
		practice("Randers", catalogue.Retention{Status: "considered", AsOf: "2020-08"}, catalogue.Retention{Status: "decided", AsOf: "2021"}),
		practice("Skive", catalogue.Retention{Status: "intended"}),
	}, 2026)
	tell := func(slug string) web.Link {
		return web.Link{Label: "Fortæl, hvad der er sket", URL: "/indsend/kort?om=" + slug}
	}
	item := func(name, said string) web.StatusItem {
		return web.StatusItem{Who: name + " Kommune", Practice: web.Link{Label: name, URL: "/eksempler/" + catalogue.Slugify(name)}, Said: said, InviteLink: tell(catalogue.Slugify(name))}
	}
	viborg := item("Viborg", "august 2020 (6 år siden)")
	viborg.InviteLink, viborg.Since = web.Link{}, []web.RetentionLine{{Status: "Fastholdt", When: "2023", By: "Byrådet"}}
	want := web.Status{Total: 4, NoFollowUp: 3, Groups: []web.StatusGroup{
		{ID: "status-besluttet", Label: "Besluttet", Items: []web.StatusItem{item("Randers", "2021 (5 år siden)")}},
		{ID: "status-oenskes-fortsat", Label: "Ønskes fortsat", Items: []web.StatusItem{item("Skive", "")}},
		{ID: "status-overvejes", Label: "Overvejes", Items: []web.StatusItem{item("Vejle", "august 2020 (6 år siden): Måske."), viborg}},
	}}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Error(diff)
	}
}
