package desk_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

const atWords = "/redaktion/ordforraad"

// itemForm is the form of an item's page as a browser would send it.
func itemForm(d *goquery.Document) url.Values {
	out := url.Values{}
	d.Find("form[data-keep]").Find("input, textarea, select").Each(func(_ int, x *goquery.Selection) {
		name := x.AttrOr("name", "")
		switch goquery.NodeName(x) {
		case "textarea":
			out.Add(name, x.Text())
		case "select":
			out.Add(name, x.Find("option[selected]").AttrOr("value", ""))
		default:
			if _, checked := x.Attr("checked"); checked || x.AttrOr("type", "") != "checkbox" {
				out.Add(name, x.AttrOr("value", ""))
			}
		}
	})
	return out
}

func said(d *goquery.Document) string {
	return strings.Join(strings.Fields(d.Find("main").Text()), " ")
}

// A button that is pressed with nothing chosen says so, and is no conflict.
func TestVocabularyNothingChosen(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	path := atWords + "/maalgruppe/angst"
	d := v.get(path)
	form := url.Values{}
	for _, x := range d.Find("#sammen ~ form input").EachIter() {
		form.Add(x.AttrOr("name", ""), x.AttrOr("value", ""))
	}
	d = v.page(422, v.do("POST", path, form))
	if d.Find(".alert-warning").Length() != 0 || itemForm(d).Get("label") != "Angst" || d.Find("#med").Parent().Find(".form-error-message").Length() != 1 {
		t.Errorf("%s", said(d))
	}
}

// A renamed term is found under its new name, by its page and by the search, and the
// change can be undone from the list.
func TestVocabularyRename(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	for _, n := range review.Nouns {
		if n.Noun != review.NounPage {
			if rows := v.get(atWords + "/" + string(n.Noun)).Find(".desk__row"); rows.Length() < 3 {
				t.Errorf("%s: %d rows", n.Noun, rows.Length())
			}
		}
	}
	// Documents with the same name are told apart.
	rows := map[string]bool{}
	for _, row := range v.get(atWords + "/kilde").Find(".desk__row").EachIter() {
		rows[row.Text()] = true
	}
	if all := v.get(atWords + "/kilde").Find(".desk__row").Length(); len(rows) < all-1 {
		t.Errorf("%d rows of %d sources look different", len(rows), all)
	}
	path := atWords + "/maalgruppe/angst"
	d := v.get(path)
	if d.Find("#brug ~ details li").Length() < 2 || !strings.Contains(said(d), "kan ikke udgå") {
		t.Error("who uses it")
	}
	form := itemForm(d)
	form.Set("label", "Kvaksalveri og uro")
	if to := v.post(path, form); to != path+"?gjort" {
		t.Errorf("led to %s", to)
	}
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := f.index.Count(t.Context(), catalogue.Query{Text: "kvaksalveri"}); err != nil || n < 2 {
		t.Errorf("the new name finds %d: %v", n, err)
	}
	if n, err := f.index.Count(t.Context(), catalogue.Query{Text: "angst"}); err != nil || n < 2 || !strings.Contains(itemForm(v.get(path)).Get("synonyms"), "Angst") {
		t.Errorf("the old name finds %d: %v", n, err)
	}
	d = v.get(atWords + "/haendelser")
	undo := d.Find(".desk__row form").First().AttrOr("action", "")
	if !strings.Contains(said(d), "Ændrede: Kvaksalveri og uro") || undo == "" {
		t.Fatalf("events: %s", said(d))
	}
	v.post(undo, url.Values{})
	if d = v.get(path); itemForm(d).Get("label") == "Kvaksalveri og uro" {
		t.Error("it is not undone")
	}
	v.page(409, v.do("POST", undo, url.Values{}))
	// To undo that does it again, and each line says which it is.
	for _, want := range [][]string{
		{"Fortrød ændringen: ", "Gør det igen", "Ændrede: ", "Er fortrudt"},
		{"Gjorde ændringen igen: ", "Fortryd", "Fortrød ændringen: ", "Er gjort igen", "Ændrede: ", "Er fortrudt og gjort igen"},
		{"Fortrød ændringen: ", "Gør det igen", "Gjorde ændringen igen: ", "Er fortrudt", "Fortrød ændringen: ", "Er gjort igen og fortrudt", "Ændrede: ", "Er fortrudt"},
	} {
		d = v.get(atWords + "/haendelser")
		var got []string
		for _, row := range d.Find(".desk__row").EachIter() {
			what := row.Find("h2").Text()
			got = append(got, what[:strings.Index(what, ": ")+2])
			if badge := row.Find(".badge").Text(); badge != "" {
				got = append(got, badge)
			} else {
				label, _, _ := strings.Cut(row.Find("button").Text(), ":")
				got = append(got, label)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is not %q", got, want)
		}
		v.post(d.Find(".desk__row form").First().AttrOr("action", ""), url.Values{})
	}
	if d = v.get(path); itemForm(d).Get("label") != "Kvaksalveri og uro" {
		t.Error("it is not done again")
	}
}

// Two editors: the second is shown both, and loses nothing.
func TestVocabularyConflict(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	path := atWords + "/kontaktform/telefon"
	a, b := itemForm(rita.get(path)), itemForm(per.get(path))
	a.Set("definition", "Man ringer sammen.")
	b.Set("definition", "Man taler i telefon.")
	b.Set("synonyms", "ringe\nopkald")
	rita.post(path, a)
	d := per.page(409, per.do("POST", path, b))
	if s := said(d); !strings.Contains(s, "Man ringer sammen.") || !strings.Contains(s, "Man taler i telefon.") {
		t.Errorf("the conflict: %s", s)
	}
	again := itemForm(d)
	if again.Get("definition") != "Man taler i telefon." || again.Get("synonyms") != "ringe\nopkald" {
		t.Errorf("lost: %v", again)
	}
	per.post(path, again)
	if got := itemForm(per.get(path)).Get("definition"); got != "Man taler i telefon." {
		t.Errorf("saved: %s", got)
	}
	// What is wrong is told, with all that was typed; it comes back through a sign-in too.
	bad := itemForm(rita.get(path))
	bad.Set("label", "")
	bad.Set("definition", "Ring 010203-1234.")
	d = rita.page(422, rita.do("POST", path, bad))
	if d.Find(".form-error").Length() != 2 || itemForm(d).Get("definition") != "Ring 010203-1234." {
		t.Errorf("wrong: %s", said(d))
	}
	out := f.visitor()
	if w := out.do("POST", path, b); w.Code != 401 || !strings.Contains(w.Body.String(), "Man taler i telefon.") {
		t.Errorf("without a session: %d", w.Code)
	}
	// What is being typed is kept.
	kept := itemForm(rita.get(path))
	kept.Set("definition", "Halvt skrevet")
	rita.do("POST", path+"/kladde", kept)
	if d := rita.get(path); itemForm(d).Get("definition") != "Halvt skrevet" || !strings.Contains(said(d), "Ikke gemt endnu") {
		t.Error("what was typed is not kept")
	}
}

func TestVocabularyUndo(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	path := atWords + "/kontaktform/telefon"
	seen := itemForm(v.get(path)).Get("foer")
	v.page(422, v.do("POST", path, url.Values{"handling": {"udgaa"}, "foer": {seen}}))
	v.page(422, v.do("POST", path, url.Values{"handling": {"sammenlaeg"}, "foer": {seen}}))
	v.post(path, url.Values{"handling": {"sammenlaeg"}, "foer": {seen}, "med": {"video"}})
	if s := said(v.get(path)); !strings.Contains(s, "Er lagt sammen") || v.get(path).Find("form[data-keep]").Length() != 0 {
		t.Errorf("merged: %s", s)
	}
	undo := v.get(atWords+"/haendelser").Find(".desk__row form").First().AttrOr("action", "")
	form := itemForm(v.get(atWords + "/kontaktform/video"))
	form.Set("label", "Skærm")
	v.post(atWords+"/kontaktform/video", form)
	v.post(undo, url.Values{}) // another field of another item was changed
	if s := said(v.get(path)); strings.Contains(s, "Er lagt sammen") {
		t.Error("not undone")
	}
	if to := v.post(atWords+"/ny/tema", url.Values{"label": {"Musik og sang"}, "parent": {"andet"}}); to != atWords+"/tema/musik-og-sang?gjort" {
		t.Errorf("added: %s", to)
	}
	added := v.get(atWords+"/haendelser").Find(".desk__row form").First().AttrOr("action", "")
	form = itemForm(v.get(atWords + "/tema/musik-og-sang"))
	v.post(atWords+"/tema/musik-og-sang", url.Values{"handling": {"udgaa"}, "foer": {form.Get("foer")}})
	if d := v.page(409, v.do("POST", added, url.Values{})); !strings.Contains(said(d), "udgået i forvejen") {
		t.Errorf("undone: %s", said(d))
	}
}

// A rule shows what it changes before it is saved; one that is too broad is warned of.
func TestVocabularySynonyms(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	path := atWords + "/ny/synonym"
	form := itemForm(v.get(path))
	form.Set("search", "zyxometer")
	form.Set("means", "telefon\nvideo")
	form.Set("handling", "vis")
	before := f.index.Version()
	d := v.page(200, v.do("POST", path, form))
	if s := said(d); !strings.Contains(s, "Finder nu0 eksempler") || !strings.Contains(s, "for bredt") || d.Find(".desk__preview a").Length() == 0 {
		t.Errorf("preview: %s", s)
	}
	if n, _ := f.index.Count(t.Context(), catalogue.Query{Text: "zyxometer"}); n != 0 {
		t.Errorf("tried, it finds %d", n)
	}
	form = itemForm(d)
	form.Set("means", "gåtur")
	form.Set("handling", "vis")
	if s := said(v.page(200, v.do("POST", path, form))); strings.Contains(s, "for bredt") {
		t.Errorf("preview: %s", s)
	}
	// What is only related makes no hit: what comes is told of those that resemble.
	related := url.Values{"search": {"zyxometer"}, "finds": {"gåtur"}, "foer": form["foer"], "side": {"related"}, "redaktoer": form["redaktoer"], "handling": {"vis"}}
	d = v.page(200, v.do("POST", path, related))
	if s := said(d); strings.Contains(s, "tæller med:") || !strings.Contains(s, "Blandt dem, der ligner: ") || strings.Contains(s, "ligner: 0 kommer til") || !strings.Contains(s, "Kommer til blandt dem, der ligner") || d.Find(".desk__preview a").Length() == 0 {
		t.Errorf("related: %s", s)
	}
	related.Set("finds", "zyxometer")
	if s := said(v.page(200, v.do("POST", path, related))); !strings.Contains(s, "Der kommer ingen til, og ingen går fra.") && !strings.Contains(s, "problemer") {
		t.Errorf("nothing changes: %s", s)
	}
	form.Del("handling")
	to := v.post(path, form)
	if err := f.index.CatchUp(t.Context()); err != nil || f.index.Version() == before {
		t.Fatal(err)
	}
	if n, _ := f.index.Count(t.Context(), catalogue.Query{Text: "zyxometer"}); n == 0 {
		t.Error("saved, it finds nothing")
	}
	// To change a rule is to have another one in its place.
	to, _, _ = strings.Cut(to, "?")
	form = itemForm(v.get(to))
	form.Set("means", "telefonkæde")
	if next := v.post(to, form); next == to+"?gjort" {
		t.Errorf("changed in place: %s", next)
	}
}

func TestVocabularyRetag(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	query := url.Values{"find": {"https://praksis.example/eksempler?kontaktform=telefon"}, "goer": {"add"}, "maerke": {"tema/andet"}}
	d := v.get(atWords + "/maerk-om?" + query.Encode())
	if d.Find("h2#hvad-sker").Length() != 1 || d.Find("input[name=eksempel]").Length() < 3 || d.Find(".desk__row").Length() < 3 {
		t.Fatalf("preview: %s", said(d))
	}
	if s := said(d); !strings.Contains(s, "Mærket »Andet« bliver sat på.") || strings.Contains(s, "Satte mærket") {
		t.Errorf("what is not done yet is told as done: %s", s)
	}
	form := url.Values{}
	d.Find("main form[method=post]").Find("input[type=hidden], input[name=eksempel][checked]").Each(func(_ int, x *goquery.Selection) { form.Add(x.AttrOr("name", ""), x.AttrOr("value", "")) })
	stale := url.Values{}
	for name, list := range form {
		stale[name] = append([]string{}, list...)
	}
	id, _, _ := strings.Cut(stale.Get("eksempel"), "-")
	stale["eksempel"][0] = id + "-99"
	if d := v.page(409, v.do("POST", atWords+"/maerk-om", stale)); !strings.Contains(said(d), "ikke gjort noget") || d.Find("input[name=eksempel]").Length() != len(form["eksempel"]) {
		t.Errorf("stale: %s", said(d))
	}
	// What is not picked stays as it is, and stays unpicked where nothing is done.
	none := url.Values{}
	some := url.Values{}
	for name, list := range form {
		if none[name] = list; name == "eksempel" {
			none[name], list = nil, list[1:]
		}
		some[name] = list
	}
	if d := v.page(422, v.do("POST", atWords+"/maerk-om", none)); !strings.Contains(said(d), "mindst ét eksempel") || d.Find("input[name=eksempel]").Length() != len(form["eksempel"]) || d.Find("input[name=eksempel][checked]").Length() != 0 {
		t.Errorf("none: %s", said(d))
	}
	v.post(atWords+"/maerk-om", some)
	if d = v.get(atWords + "/maerk-om?" + query.Encode()); d.Find("input[name=eksempel]").Length() != 1 || d.Find("input[name=eksempel]").AttrOr("value", "") != form["eksempel"][0] {
		t.Errorf("all but one: %s", said(d))
	}
	v.post(v.get(atWords+"/haendelser").Find(".desk__row form").First().AttrOr("action", ""), url.Values{})
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	d = v.get(atWords + "/maerk-om?" + query.Encode())
	form = url.Values{}
	d.Find("main form[method=post]").Find("input[type=hidden], input[name=eksempel][checked]").Each(func(_ int, x *goquery.Selection) { form.Add(x.AttrOr("name", ""), x.AttrOr("value", "")) })
	v.post(atWords+"/maerk-om", form)
	d = v.get(atWords + "/maerk-om?" + query.Encode())
	if d.Find("input[name=eksempel]").Length() != 0 {
		t.Errorf("done: %s", said(d))
	}
	undo := v.get(atWords+"/haendelser").Find(".desk__row form").First().AttrOr("action", "")
	v.post(undo, url.Values{})
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d = v.get(atWords + "/maerk-om?" + query.Encode()); d.Find("input[name=eksempel]").Length() != len(form["eksempel"]) {
		t.Errorf("undone: %s", said(d))
	}
	// Words do as well as an address.
	if d := v.get(atWords + "/maerk-om?" + url.Values{"find": {"gåture"}, "goer": {"add"}, "maerke": {"tema/andet"}}.Encode()); d.Find("input[name=eksempel]").Length() == 0 {
		t.Errorf("words: %s", said(d))
	}
	for _, wrong := range []url.Values{{"find": {"/eksempler"}, "goer": {"add"}, "maerke": {"tema/andet"}}, {"find": {"/eksempler?kontaktform=video"}}, {"find": {"/eksempler?kontaktform=video"}, "goer": {"replace"}, "maerke": {"tema/andet"}, "erstat": {"maalgruppe/angst"}}} {
		if d := v.get(atWords + "/maerk-om?" + wrong.Encode()); d.Find("[role=alert]").Length() == 0 || d.Find("h2#hvad-sker").Length() != 0 {
			t.Errorf("%v: %s", wrong, said(d))
		}
	}
}

func TestVocabularyAbout(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	path := atWords + "/side/om"
	form := itemForm(v.get(path))
	if !strings.Contains(form.Get("body"), "## Hvad er et eksempel?") {
		t.Fatal("the program's own text")
	}
	form.Set("body", form.Get("body")+"\n\n## Hvem laver det?\n\nVi.")
	form.Set("handling", "vis")
	if d := v.page(200, v.do("POST", path, form)); !strings.Contains(d.Find(".desk__preview h3").Text(), "Hvem laver det?") {
		t.Error("the preview")
	}
	form.Del("handling")
	v.post(path, form)
	body, err := f.store.PageText(t.Context(), review.PageAbout)
	if err != nil || !strings.Contains(body, "Hvem laver det?") {
		t.Errorf("%q, %v", body, err)
	}
}

// An example that has gone keeps nobody from changing the solutions that had it, and a
// long list of members is saved whole.
func TestSolutionMembers(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	var solution, gone, stays string
	if err := f.pool.QueryRow(t.Context(), `
		SELECT s.slug, min(p.slug), max(p.slug) FROM practice_solution m JOIN solution s ON s.id = m.solution_id JOIN practice p ON p.id = m.practice_id
		WHERE p.state = 'published' GROUP BY s.slug HAVING count(*) > 1 ORDER BY 1 LIMIT 1`).Scan(&solution, &gone, &stays); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Practice: gone}, review.Act{Action: review.RemovePractice, Reason: "Væk"}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	path := atWords + "/" + string(catalogue.SolutionList) + "/" + solution
	form := itemForm(v.get(path))
	form.Set("description", "En ny beskrivelse.")
	v.post(path, form)
	form = itemForm(v.get(path))
	if form.Get("description") != "En ny beskrivelse." || slices.Contains(form["members"], gone) || !slices.Contains(form["members"], stays) {
		t.Errorf("%v", form)
	}
	// Whoever has the form of an example open does not take it out of a solution again.
	other := f.published(0)
	open := formOf(v.get(at(other)+"/ret"), "main form.submit", "udgiv")
	form["members-nye"] = []string{other}
	v.post(path, form)
	open.Set("summary", "En helt ny sætning om det.")
	v.post(at(other)+"/ret", open)
	form = itemForm(v.get(path))
	if p := f.practice(other).Record; p.Summary != "En helt ny sætning om det." || !slices.Contains(form["members"], other) {
		t.Errorf("%s: members %v", p.Summary, form["members"])
	}
	// What was changed names examples by their titles.
	if s := v.get(atWords + "/haendelser").Find("main").Text(); !strings.Contains(s, f.practice(other).Record.Title) || strings.Contains(s, other) {
		t.Error(s)
	}
	members := slices.Clone(form["members"])
	for range 1500 { // as many boxes as many members have
		form["members"] = append([]string{stays}, form["members"]...)
	}
	v.post(path, form)
	if got := itemForm(v.get(path))["members"]; !slices.Equal(got, members) {
		t.Errorf("%d members of %d", len(got), len(members))
	}
}

// What was searched for in vain leads to a rule about it, with words of the catalogue
// that look like it, and with what it finds before and after; then it finds something.
func TestSynonymOfSearch(t *testing.T) {
	f := newFixture(t, loopback())
	f.stale()
	v := f.editor("rita")
	// A rule that was begun before stays.
	begun := itemForm(v.get(atWords + "/ny/synonym"))
	begun.Set("same", "halvt skrevet")
	v.do("POST", atWords+"/ny/synonym/kladde", begun)
	to := v.get("/redaktion/soegninger").Find(`.desk__row a[href*="synonym"]`).First().AttrOr("href", "")
	d := v.get(to)
	form := itemForm(d)
	if form.Get("search") != "ridefysioterapi" || form.Get("same") != "" || !strings.Contains(said(d), "Det finder søgningen nu»ridefysioterapi«Finder nu0 eksempler") || strings.Contains(said(d), "Finder med reglen") {
		t.Fatalf("%v: %s", form, said(d))
	}
	if !strings.Contains(said(d), "i et andet vindue") {
		t.Error("the other rule is not offered")
	}
	buttons := d.Find(`form[data-keep] button[value^="means:"]`)
	if buttons.Length() == 0 || buttons.Length() > 6 {
		t.Fatalf("%d words: %s", buttons.Length(), said(d))
	}
	word := strings.TrimPrefix(buttons.First().AttrOr("value", ""), "means:")
	form.Set("handling", "means:"+word)
	d = v.page(200, v.do("POST", atWords+"/ny/synonym", form))
	form = itemForm(d)
	if form.Get("means") != word || !strings.Contains(said(d), "Det ændrer reglen") || !strings.Contains(said(d), "Finder med reglen") || d.Find(`button[value="means:`+word+`"]`).Length() != 0 {
		t.Fatalf("%v: %s", form, said(d))
	}
	// Another one is put behind it, and nothing is lost.
	if more := d.Find(`button[value^="finds:"]`); more.Length() > 0 {
		form.Set("handling", more.First().AttrOr("value", ""))
		d = v.page(200, v.do("POST", atWords+"/ny/synonym", form))
		if form = itemForm(d); form.Get("means") != word || form.Get("finds") == "" {
			t.Fatalf("%v", form)
		}
	}
	v.post(atWords+"/ny/synonym", form)
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := f.index.Count(t.Context(), catalogue.Query{Text: "ridefysioterapi"}); err != nil || n == 0 {
		t.Errorf("it finds %d, %v", n, err)
	}
	if s := said(v.get("/redaktion/soegninger")); !strings.Contains(s, "Den finder nu ") {
		t.Errorf("the search still looks as if it found nothing: %s", s)
	}
	if d := v.get(atWords + "/ny/synonym"); itemForm(d).Get("same") != "halvt skrevet" {
		t.Error("what was begun before is lost")
	}
}
