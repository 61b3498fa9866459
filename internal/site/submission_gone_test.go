package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// Who sent an example is told what has become of it, and led there by a link that says
// where to; what was removed has no page to be led to.
func TestStatusOfWhatIsPublished(t *testing.T) {
	for name, x := range map[string]struct {
		act         review.Act
		into        bool
		says, label string
	}{
		"published": {says: "Det er udgivet i kataloget.", label: "Bostøtten ringede hver dag"},
		"withdrawn": {act: review.Act{Action: review.WithdrawPractice, Text: "Vi ser på det igen."}, says: "er trukket tilbage igen", label: "Bostøtten ringede hver dag"},
		"removed":   {act: review.Act{Action: review.RemovePractice, Reason: "Krænkende."}, says: "er fjernet fra kataloget igen"},
		"merged":    {act: review.Act{Action: review.MergePractice, Reason: "Samme indsats"}, into: true, says: "sammen med et andet eksempel"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			now := time.Now().UTC()
			p := catalogue.Practice{Kind: catalogue.KindExample, Title: "Bostøtten ringede hver dag", Organisation: catalogue.OrganisationRef{Slug: "viborg", Name: "Viborg Kommune"}, Summary: "De ringede.",
				TargetGroups: []catalogue.TermRef{{Slug: "angst", Label: "Angst"}}, ContactForms: []catalogue.TermRef{{Slug: "telefon", Label: "Telefon"}}}
			r, err := f.store.Submit(t.Context(), postgres.NewSubmission{ClientKey: "status-0123456789abcdef", Contact: review.Contact{Email: "ida@kommune.example"}, Submission: review.Submission{Kind: review.KindFull, Practice: p}}, now)
			if err != nil {
				t.Fatal(err)
			}
			overruled := map[review.CheckItem]string{}
			for _, c := range review.Checklist(&p, 0, 0) {
				overruled[c.Item] = "Prøve"
			}
			sub, err := f.store.SubmissionByID(t.Context(), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			draft := review.Draft(&sub.Content)
			act := review.Act{Action: review.Publish, Version: 1, Draft: &draft, Editor: f.editor(), Taxonomy: f.index.Taxonomy(), Overruled: overruled}
			done, err := f.store.Apply(t.Context(), postgres.On{Submission: r.ID}, act, now)
			if err != nil {
				t.Fatal(err)
			}
			into, label := "", x.label
			if x.into {
				into = f.someSlug()
				label = strings.TrimSpace(f.page("/eksempler/" + into).Find("h1").Text())
			}
			if x.act.Action != "" {
				f.decide(done.Practice, into, x.act)
			}
			d := f.page("/indsend/" + r.Token)
			if got := d.Find("main").Text(); !strings.Contains(got, x.says) {
				t.Errorf("it does not say %q: %s", x.says, got)
			}
			link := d.Find(`main a[href^="/eksempler/"]`)
			if got := strings.TrimSpace(link.Text()); link.Length() != min(len(label), 1) || got != label {
				t.Errorf("%d links, %q for %q", link.Length(), got, label)
			}
		})
	}
}

// A question about a field that was sent empty speaks of no fault in what was sent.
func TestQuestionAboutNothing(t *testing.T) {
	f := newFixture(t)
	r, err := f.store.Submit(t.Context(), postgres.NewSubmission{ClientKey: "tomt-0123456789abcdef", Contact: review.Contact{Email: "ida@kommune.example"}, Submission: review.Submission{Kind: review.KindFull,
		Practice: catalogue.Practice{Kind: catalogue.KindExample, Title: "Bostøtten ringede", Organisation: catalogue.OrganisationRef{Slug: "viborg", Name: "Viborg Kommune"}, Summary: "De ringede."}}}, time.Now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	ask := review.Act{Action: review.Ask, Version: 1, Editor: f.editor(), Questions: []review.Question{{Field: "answers.worked", Text: "Hvad virkede?"}}}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: r.ID}, ask, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if got := f.page("/indsend/" + r.Token).Find("main").Text(); strings.Contains(got, "fejl") || !strings.Contains(got, "Skriv det i skabelonens felt") {
		t.Error(got)
	}
}
