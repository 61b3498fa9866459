package review

import (
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
)

func tip() *Submission {
	return &Submission{Kind: KindTip, Link: "www.kl.dk/nyheder/gaatur", Practice: catalogue.Practice{Organisation: catalogue.OrganisationRef{Name: "aarhus kommune"}}}
}

func short() *Submission {
	p := good()
	p.Answers.Done = "De gik ture."
	return &Submission{Kind: KindShort, Practice: *p}
}

func TestCheckSubmissionTidies(t *testing.T) {
	s, c := tip(), &Contact{Email: "  mette@aarhus.dk ", Name: " Mette\tHansen"}
	s.Text, s.Answered = " De gik ture.\r\nHver dag. ", []string{"name-nonsense"}
	s.Practice.Title, s.Practice.Slug = "til overs", "til-overs"
	if faults := CheckSubmission(s, c, taxonomy()); len(faults) > 0 {
		t.Fatal(faults)
	}
	want := &Submission{Kind: KindTip, Link: "https://www.kl.dk/nyheder/gaatur", Text: "De gik ture.\nHver dag.", Answered: []string{},
		Practice: catalogue.Practice{Organisation: taxonomy().Organisation("aarhus").Ref()}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	if *c != (Contact{Email: "mette@aarhus.dk", Name: "Mette Hansen"}) {
		t.Errorf("%+v", c)
	}
	s = short()
	s.Practice.Slug, s.Practice.State, s.Practice.Key = "min-egen", catalogue.StatePublished, "x"
	s.Practice.Partners = []catalogue.OrganisationRef{{Name: "Cykelklubben"}, {}, {Name: "Løbeklubben"}}
	s.Named = []catalogue.NameChoice{{Written: " Cykelklubben"}, {Written: "Løbeklubben"}, {Written: "Nogen, der er taget ud"}, {Written: "010190-1234", Slug: "aarhus"}}
	s.Practice.Findings = append(s.Practice.Findings, catalogue.Finding{Text: " "})
	s.Practice.Links = []catalogue.Link{{}, {URL: "kl.dk/a"}}
	s.Practice.Sources = []catalogue.Source{{}, {URL: "www.dr.dk/a"}}
	if faults := CheckSubmission(s, c, taxonomy()); len(faults) > 0 {
		t.Fatal(faults)
	}
	if diff := cmp.Diff([]catalogue.NameChoice{{Written: "Cykelklubben"}, {Written: "Løbeklubben"}}, s.Named); diff != "" {
		t.Error(diff)
	}
	p := s.Practice
	if p.Slug != "" || p.State != "" || p.Key != "" || len(p.Partners) != 2 || p.Partners[0].Name != "Cykelklubben" || len(p.Findings) != 1 {
		t.Errorf("%+v", p)
	}
	if p.Links[0] != (catalogue.Link{Label: "kl.dk", URL: "https://kl.dk/a"}) || p.Sources[0] != (catalogue.Source{Kind: "news", Document: "dr.dk", URL: "https://www.dr.dk/a"}) {
		t.Errorf("%+v %+v", p.Links, p.Sources)
	}
}

func TestCheckSubmissionFinds(t *testing.T) {
	for _, x := range []struct {
		field string
		from  func() *Submission
		spoil func(*Submission, *Contact)
	}{
		{"kind", tip, func(s *Submission, _ *Contact) { s.Kind = "brev"; s.Practice = *good(); s.Practice.Answers.Done = "x" }},
		{"text", tip, func(s *Submission, _ *Contact) { s.Link = "" }},
		{"text", tip, func(s *Submission, _ *Contact) { s.Text = strings.Repeat("a", MaxTip+1) }},
		{"link", tip, func(s *Submission, _ *Contact) { s.Link = "javascript:alert(1)" }},
		{"link", tip, func(s *Submission, _ *Contact) { s.Link = "se vedlagte" }},
		{"organisation", tip, func(s *Submission, _ *Contact) { s.Practice.Organisation = catalogue.OrganisationRef{} }},
		{"organisation", tip, func(s *Submission, _ *Contact) { s.Practice.Organisation = catalogue.OrganisationRef{Slug: "Aarhuus"} }},
		{"organisation", tip, func(s *Submission, _ *Contact) {
			s.Practice.Organisation = catalogue.OrganisationRef{Slug: "Cykelklubben"}
			s.Named = []catalogue.NameChoice{{Written: "En anden klub"}}
		}},
		{"partners[1]", short, func(s *Submission, _ *Contact) {
			s.Practice.Partners = []catalogue.OrganisationRef{{Name: "Cykelklubben"}}
		}},
		{"email", tip, func(_ *Submission, c *Contact) { c.Email = "" }},
		{"email", tip, func(_ *Submission, c *Contact) { c.Email = "mette" }},
		{"email", tip, func(_ *Submission, c *Contact) { c.Email = "mette@aarhus" }},
		{"email", tip, func(_ *Submission, c *Contact) { c.Email = "mette@aarhus.local" }},
		{"email", tip, func(_ *Submission, c *Contact) { c.Email = "a@b.dk\r\nBcc: c@d.dk" }},
		{"email", tip, func(_ *Submission, c *Contact) { c.Email = "a@b.dk,c@d.dk" }},
		{"contact_name", tip, func(_ *Submission, c *Contact) { c.Name = "Mette 010190-1234" }},
		{"phone", tip, func(_ *Submission, c *Contact) { c.Phone = strings.Repeat("1", 41) }},
		{"about", tip, func(s *Submission, _ *Contact) { s.About = "../x" }},
		{"title", short, func(s *Submission, _ *Contact) { s.Practice.Title = "" }},
		{"title", short, func(s *Submission, _ *Contact) { s.Practice.Title = "!!!" }},
		{"answers.done", short, func(s *Submission, _ *Contact) { s.Practice.Answers.Done = ""; s.Practice.Findings = nil }},
		{"findings[1].effect", short, func(s *Submission, _ *Contact) { s.Practice.Findings[0].Effect = "" }},
		{"findings[1].target_groups", short, func(s *Submission, _ *Contact) { s.Practice.Findings[0].TargetGroups = nil }},
		{"findings[1].text", short, func(s *Submission, _ *Contact) { s.Practice.Findings[0].Text = "" }},
		{"findings", short, func(s *Submission, _ *Contact) {
			s.About, s.Practice.Findings, s.Practice.Answers.Done = "en-anden", nil, ""
		}},
	} {
		s, c := x.from(), &Contact{Email: "post@aarhus.dk"}
		x.spoil(s, c)
		faults := CheckSubmission(s, c, taxonomy())
		if len(faults) != 1 || faults[0].Field != x.field || strings.Contains(faults[0].Message, "positive") {
			t.Errorf("%s: %v", x.field, faults)
		}
		if strings.Contains(c.Name, "0101") {
			t.Error("a CPR number was kept in a name")
		}
	}
}

func TestAboutNeedsNoTitle(t *testing.T) {
	s := short()
	s.About, s.Practice.Title = "en-anden", ""
	if faults := CheckSubmission(s, &Contact{Email: "a@b.dk"}, taxonomy()); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestFaultsHoldNoCPR(t *testing.T) {
	s := tip()
	s.Link = "https:// 010190-1234"
	for _, f := range CheckSubmission(s, &Contact{Email: "a@b.dk"}, taxonomy()) {
		if FindCPR(f.Message) != nil {
			t.Error(f)
		}
	}
}

func TestDraft(t *testing.T) {
	s, c := tip(), &Contact{Email: "a@b.dk"}
	s.Text = "Aarhus gik ture fx. 12 om dagen. Det hjalp mange."
	CheckSubmission(s, c, taxonomy())
	p := Draft(s)
	if p.Title != "Aarhus gik ture fx. 12 om dagen" || p.Answers.Done != s.Text || p.Organisation.Slug != "aarhus" ||
		!slices.Equal(p.Sources, []catalogue.Source{{Kind: "news", Document: "kl.dk", URL: "https://www.kl.dk/nyheder/gaatur"}}) {
		t.Errorf("%+v", p)
	}
	if faults := Check(&p, taxonomy()); len(faults) > 0 {
		t.Errorf("it cannot be published: %v", faults)
	}
	s.Text = strings.Repeat("gåtur ", 100)
	if p := Draft(s); len([]rune(p.Title)) > catalogue.MaxTitle || !strings.HasSuffix(p.Title, "gåtur…") || p.Answers.Done == "" {
		t.Errorf("%q", p.Title)
	}
	s.Text = ""
	if p := Draft(s); p.Title != "" || len(p.Sources) != 1 {
		t.Errorf("%+v", p)
	}
	s = short()
	s.Practice.Sources, s.Practice.Findings[0].Source = nil, 0
	CheckSubmission(s, c, taxonomy())
	p = Draft(s)
	p.Findings[0].TargetGroups[0].Slug = "other"
	if s.Practice.Findings[0].TargetGroups[0].Slug != "angst" || len(s.Practice.Sources) != 0 || len(p.Sources) != 1 {
		t.Error("what was sent was altered, or there is no source")
	}
}

func TestSuspicious(t *testing.T) {
	fine := Sending{Took: 30 * time.Second, Recent: 3}
	for want, x := range map[string]struct {
		text string
		how  Sending
	}{
		"":                 {"De gik ture. Se https://kl.dk.", fine},
		"ikke kan se":      {"x", Sending{Took: fine.Took, Honeypot: "http://spam"}},
		"sendt kun 1 sek.": {"x", Sending{Took: time.Second}},
		"sendt kun 0 sek.": {"x", Sending{}},
		"Der er kommet 21": {"x", Sending{Took: fine.Took, Recent: 21}},
		"Der er 4 links":   {strings.Repeat("https://spam.example/ ", 4), fine},
		"i flere felter":   {strings.Repeat("køb nu ", 10), fine},
		"sek. efter, at ":  {"x", Sending{Took: -time.Second}},
	} {
		s := &Submission{Kind: KindTip, Text: x.text, Practice: catalogue.Practice{Summary: strings.TrimSpace(strings.ReplaceAll(x.text, "https:", ""))}}
		if want == "" {
			s.Practice.Summary = ""
		}
		if got := Suspicious(s, x.how); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: %q", want, got)
		}
	}
}
