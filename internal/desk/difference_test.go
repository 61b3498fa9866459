package desk_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// corrected sends an example in, has its submitter correct it, and an editor save a
// draft of it that says a third thing.
func (f *fixture) corrected(v *visitor) (id int64) {
	f.t.Helper()
	id, token := f.submit("rettet", func(n *postgres.NewSubmission) {
		n.Submission.Practice.Findings = []catalogue.Finding{{TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive, Text: "Borgerne var glade for at blive ringet op."}}
	})
	s, err := f.store.SubmissionByID(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	now := s.Content
	now.Practice = now.Practice.Clone()
	now.Practice.Summary = "Bostøtterne ringede hver uge."
	now.Practice.Findings[0].Effect = catalogue.EffectMixed
	if _, err := f.store.Apply(f.t.Context(), postgres.On{Token: token}, review.Act{Action: review.Correct, Content: &now}, time.Now().UTC()); err != nil {
		f.t.Fatal(err)
	}
	form := filled(v.get(pathOf(id)), "gem")
	form.Set("summary", "Bostøtterne ringede hver uge og om søndagen.")
	v.post(pathOf(id), form)
	return id
}

// What a submitter and an editor changed is told word by word, from the timeline and
// between any two versions, in both views.
func TestSubmissionDifference(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	id := f.corrected(v)
	d := v.get(pathOf(id))
	var links []string
	for _, a := range d.Find(".history a").EachIter() {
		links = append(links, a.AttrOr("href", ""))
	}
	if len(links) != 1 || links[0] != pathOf(id)+"/forskel?fra=sendt&til=version-2" {
		t.Fatalf("the timeline leads to %v", links)
	}
	d = v.get(links[0])
	if got := text(d.Find("section.difference").First()); got != "Kort fortalt ÆndretBostøtterne ringede hver fjernet: dag slut tilføjet: uge slut ." {
		t.Errorf("%q", got)
	}
	if got := text(d.Find("section.difference").Last()); !strings.Contains(got, "Erfaring 1 Ændret»Borgerne var glade for at blive ringet op.«") || !strings.Contains(got, "fjernet: God effekt slut tilføjet: Blandet effekt slut") {
		t.Errorf("%q", got)
	}
	// Side by side by the address alone.
	side := d.Find(`.toolbar a:contains("Side om side")`).AttrOr("href", "")
	d = v.get(side)
	if pair := d.Find(".difference__pair").First().Children(); pair.Length() != 2 || pair.First().Find("ins").Length() != 0 || pair.Last().Find("del").Length() != 0 || !strings.Contains(text(pair.Last()), "tilføjet: uge slut") {
		t.Errorf("%q", text(pair))
	}
	if d.Find(`input[name=visning][value=sider]`).Length() != 1 {
		t.Error("another choice loses the view")
	}
	// The draft beside what came, led to from the submission.
	d = v.get(v.get(pathOf(id)).Find(`.desk__draft > p a`).AttrOr("href", ""))
	if got := text(d.Find("section.difference").First()); got != "Kort fortalt ÆndretBostøtterne ringede hver uge tilføjet: og om søndagen slut ." {
		t.Errorf("%q", got)
	}
	// What was published beside what came.
	if to := v.post(pathOf(id), filled(v.get(pathOf(id)), "udgiv")); !strings.HasPrefix(to, "/eksempler/") {
		t.Fatalf("led to %s", to)
	}
	to := v.get(pathOf(id)).Find(`.history a:contains("blev udgivet")`).AttrOr("href", "")
	if to != pathOf(id)+"/forskel?fra=version-2&til=udgave-1" {
		t.Fatalf("publication leads to %q", to)
	}
	v.get(to)
	for _, pair := range []string{"fra=offentlig&til=udgave-1", "fra=kladde&til=kladde"} {
		if d := v.get(pathOf(id) + "/forskel?" + pair); d.Find("section.difference").Length() != 0 || !strings.Contains(text(d.Find("main")), "Der er ingen forskel") {
			t.Errorf("%s: %s", pair, text(d.Find("main")))
		}
	}
	for _, none := range []string{"/forskel?fra=version-9", "/forskel?til=udgave-2", "/forskel?fra=x"} {
		v.page(404, v.do("GET", pathOf(id)+none, nil))
	}
	if err := f.store.EraseSubmission(t.Context(), id, "Prøve", 1, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	v.page(404, v.do("GET", pathOf(id)+"/forskel", nil))
	if d := v.get(pathOf(id)); d.Find(".history a").Length() != 0 {
		t.Error("what is erased is led to")
	}
}

// Notes are added and never changed, kept from the submitter, held to the gate, and
// erased with the rest.
func TestNotes(t *testing.T) {
	f := newFixture(t, loopback())
	id, token := f.submit("a", nil)
	v, w := f.editor("rita"), f.editor("per")
	open := filled(v.get(pathOf(id)), "gem")
	for _, bad := range []string{"", "Borgeren er 010203-1234."} {
		d := v.page(422, v.do("POST", pathOf(id)+"/note", url.Values{"note": {bad}}))
		if d.Find(`[role=alert] a[href="#note"]`).Length() != 1 {
			t.Errorf("%q: %s", bad, text(d.Find("main")))
		}
	}
	for x, note := range map[*visitor]string{v: "Ring til Hanne Jensen i forvaltningen.", w: "Jeg har ringet."} {
		if to := x.post(pathOf(id)+"/note", url.Values{"note": {note}}); to != pathOf(id)+"?gjort=note" {
			t.Errorf("led to %s", to)
		}
	}
	if got := text(v.get(pathOf(id)).Find(".history")); !strings.Contains(got, "Rita: skrev en note Ring til Hanne Jensen") || !strings.Contains(got, "Per: skrev en note Jeg har ringet.") {
		t.Errorf("%q", got)
	}
	// A note is no conflict for who types meanwhile.
	v.post(pathOf(id), open)
	s, err := f.store.SubmissionByToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range s.Events {
		if e.Kind == review.EventNoted || strings.Contains(e.Text, "Hanne") {
			t.Error("the submitter sees a note")
		}
	}
	// What is typed and not sent is kept.
	v.do("POST", pathOf(id)+"/note/kladde", url.Values{"note": {"Halvt skrevet"}, "side": {"side-til-noten"}})
	if got := v.get(pathOf(id) + "/note").Find("textarea").Text(); got != "Halvt skrevet" {
		t.Errorf("%q is kept", got)
	}
	if _, err := f.store.EraseText(t.Context(), postgres.On{Submission: id}, "Hanne Jensen", "Et navn", 1, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if got := text(v.get(pathOf(id)).Find(".history")); strings.Contains(got, "Hanne") || !strings.Contains(got, "Ring til [fjernet]") {
		t.Errorf("after the erasure: %q", got)
	}
	if err := f.store.EraseSubmission(t.Context(), id, "Prøve", 1, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	v.page(404, v.do("GET", pathOf(id)+"/note", nil))
	v.page(404, v.do("POST", pathOf(id)+"/note", url.Values{"note": {"For sent"}}))
}

// The history of an example has every revision, who made it and the difference that
// it made, notes, and nothing that can be changed.
func TestPracticeHistory(t *testing.T) {
	f := newFixture(t, loopback())
	const slug = "toender-gaature-i-naturen-med-saarbare-unge"
	path := "/redaktion/eksempler/" + slug
	_, p, err := f.store.PublicPractice(t.Context(), 0, slug)
	if err != nil {
		t.Fatal(err)
	}
	v := f.editor("rita")
	if got := text(v.get(path + "/historik").Find(".history")); !strings.HasSuffix(got, "Hentet fra kilderne") {
		t.Errorf("%q", got)
	}
	edition := v.get(path).Find(`input[name=udgave]`).AttrOr("value", "")
	v.post(path+"/note", url.Values{"note": {"Spørg Tønder i næste uge."}})
	if now := v.get(path).Find(`input[name=udgave]`).AttrOr("value", ""); now != edition {
		t.Error("a note is a conflict for who decides")
	}
	// An editor calls it a correction, and it is more.
	draft := p.Clone()
	draft.Findings[0].Effect = catalogue.EffectMixed
	if p.Findings[0].Effect == catalogue.EffectMixed {
		draft.Findings[0].Effect = catalogue.EffectNegative
	}
	var cleared []string
	for _, w := range review.Warnings(&review.Submission{Kind: review.KindFull, Practice: draft}) {
		cleared = append(cleared, w.Key)
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Practice: slug}, review.Act{Action: review.Revise, Editor: 1, Version: 1, Draft: &draft, Cleared: cleared, Change: review.ChangeCorrection}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	d := v.get(path + "/historik")
	lines := d.Find(".history > li")
	if got := text(lines.First()); !strings.Contains(got, "Rita: rettede (ændret indhold)") || lines.Length() != 3 || !strings.Contains(text(lines.Eq(1)), "Rita: skrev en note") {
		t.Errorf("%d lines, the first %q", lines.Length(), got)
	}
	to := lines.First().Find("a").AttrOr("href", "")
	if to != path+"/forskel?fra=udgave-1&til=udgave-2" || v.get(path).Find(`.history a[href="`+to+`"]`).Length() != 1 {
		t.Fatalf("leads to %q", to)
	}
	if got := text(v.get(to).Find("section.difference")); !strings.Contains(got, "Virkede det? fjernet: ") {
		t.Errorf("%q", got)
	}
	if d := v.get(path + "/forskel?fra=udgave-2&til=offentlig"); d.Find("section.difference").Length() != 0 {
		t.Error("the public sees something else than the last revision")
	}
	v.page(404, v.do("GET", path+"/forskel?fra=udgave-3", nil))
	v.page(404, v.do("GET", "/redaktion/eksempler/findes-ikke/historik", nil))
	v.page(404, v.do("GET", "/redaktion/eksempler/findes-ikke/note", nil))
}

// propose has a changed seed propose something for an example that an editor has
// revised, and gives its hash.
func (f *fixture) propose(slug, hash string, modify func(*catalogue.Practice)) {
	f.t.Helper()
	id, p, err := f.store.PublicPractice(f.t.Context(), 0, slug)
	if err != nil {
		f.t.Fatal(err)
	}
	proposed := p.Clone()
	modify(&proposed)
	if _, err := f.pool.Exec(f.t.Context(), `
		INSERT INTO seed_proposal (practice_id, content, seed_hash, proposed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (practice_id) DO UPDATE SET content = EXCLUDED.content, seed_hash = EXCLUDED.seed_hash`, id, &proposed, hash, time.Now().UTC()); err != nil {
		f.t.Fatal(err)
	}
}

// TestProposals takes some of what a seed proposes, all of it, or nothing, each with
// its event and none on another proposal than was seen.
func TestProposals(t *testing.T) {
	f := newFixture(t, loopback())
	const slug = "toender-gaature-i-naturen-med-saarbare-unge"
	path := "/redaktion/forslag/" + slug
	v := f.editor("rita")
	if got := text(v.get("/redaktion/forslag").Find("main")); !strings.Contains(got, "Der er ingen forslag.") {
		t.Errorf("%q", got)
	}
	f.propose(slug, "et", func(p *catalogue.Practice) {
		p.Summary, p.Resources = "Kilden siger det på en anden måde nu.", "En medarbejder hver gang."
	})
	if d := v.get("/redaktion/eksempler"); d.Find(`a[href="/redaktion/forslag"]`).Text() != "Forslag fra kilderne (1)" {
		t.Error("the examples do not lead to the proposals")
	}
	if got := text(v.get("/redaktion/forslag").Find(".desk__row")); !strings.Contains(got, "»Kort fortalt« og »Tid og penge«") {
		t.Errorf("%q", got)
	}
	d := v.get(path)
	if d.Find("section.difference").Length() != 2 || d.Find(`input[name=felt][checked]`).Length() != 2 {
		t.Errorf("%s", text(d.Find("main")))
	}
	v.get("/redaktion/eksempler/" + slug + "/forskel?fra=offentlig&til=forslag")
	fields := func(button string, chosen ...string) url.Values {
		out := url.Values{"handling": {button}, "felt": chosen}
		for _, name := range []string{"forslag", "udgave"} {
			out.Set(name, d.Find(`input[name=`+name+`]`).AttrOr("value", ""))
		}
		for _, x := range d.Find(`input[name=klaret]`).EachIter() {
			out.Add("klaret", x.AttrOr("value", ""))
		}
		return out
	}
	v.page(422, v.do("POST", path, fields("tag")))
	if to := v.post(path, fields("tag", "resources")); to != "/redaktion/forslag?gjort=taget" {
		t.Fatalf("led to %s", to)
	}
	_, p, err := f.store.PublicPractice(t.Context(), 0, slug)
	if err != nil || p.Resources != "En medarbejder hver gang." || strings.HasPrefix(p.Summary, "Kilden") || p.Revision != 2 || len(p.Solutions) == 0 {
		t.Errorf("%+v, %v", p, err)
	}
	if got := text(v.get("/redaktion/eksempler/" + slug + "/historik").Find(".history")); !strings.Contains(got, "Rita: tog et forslag fra kilderne") || !strings.Contains(got, "Rita: rettede (ændret indhold)") {
		t.Errorf("%q", got)
	}
	// Somebody else was faster: with the practice, with another proposal, or with this one.
	if to := v.post(path, fields("tag-alt")); to != "/redaktion/forslag?gjort=vaek" {
		t.Errorf("led to %s", to)
	}
	if to := v.post("/redaktion/forslag/findes-ikke", fields("afvis")); to != "/redaktion/forslag?gjort=vaek" {
		t.Errorf("of no example: led to %s", to)
	}
	f.propose(slug, "to", func(p *catalogue.Practice) { p.Summary = "Kilden siger det igen." })
	for _, button := range []string{"tag-alt", "afvis"} {
		if d := v.page(409, v.do("POST", path, fields(button, "summary"))); d.Find(`[role=alert] a[href="#vaelg"]`).Length() != 1 || d.Find(`input[name=forslag]`).AttrOr("value", "") != "to" {
			t.Errorf("%s: %s", button, text(d.Find("main")))
		}
	}
	d = v.get(path)
	if to := v.post(path, fields("afvis")); to != "/redaktion/forslag?gjort=afvist" {
		t.Errorf("led to %s", to)
	}
	if _, p, err := f.store.PublicPractice(t.Context(), 0, slug); err != nil || p.Revision != 2 {
		t.Errorf("revision %d, %v", p.Revision, err)
	}
	v.page(404, v.do("GET", path, nil))
	f.propose(slug, "tre", func(p *catalogue.Practice) { p.Summary, p.Title = "Kilden siger det igen.", "" })
	d = v.get(path)
	if d := v.page(422, v.do("POST", path, fields("tag-alt"))); !strings.Contains(text(d.Find("[role=alert]")), "Titel: ") {
		t.Errorf("%s", text(d.Find("[role=alert]")))
	}
	// A writer reads, and takes nothing.
	w := f.as(review.RoleWriter)
	if d := w.get(path); d.Find(`button[value="tag-alt"]`).Length() != 0 {
		t.Error("a writer has the buttons")
	}
	w.page(403, w.do("POST", path, fields("tag-alt")))
}
