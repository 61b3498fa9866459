package desk_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"praksis/internal/auth"
	"praksis/internal/desk"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"
)

// as is an editor of a role, signed in.
func (f *fixture) as(role review.Role) *visitor {
	f.t.Helper()
	hash, err := hashed()
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.store.AddEditor(f.t.Context(), postgres.Editor{Email: string(role) + "@kl.example", Name: review.Roles.Label(role) + " Test", Role: role, PasswordHash: hash}, time.Now().UTC()); err != nil {
		f.t.Fatal(err)
	}
	return f.editor(string(role))
}

// A new address that changes something says whose role may do it.
func TestEveryChangeHasARole(t *testing.T) {
	f := newFixture(t, loopback())
	found := map[string]bool{}
	if err := chi.Walk(f.handler.(chi.Routes), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		found[pattern] = true
		// A sign-in has no role yet.
		free := strings.HasPrefix(pattern, "/redaktion/log-") || strings.HasPrefix(pattern, "/redaktion/invitation/")
		if _, known := desk.Needs(pattern); method == http.MethodPost && !free && !known {
			t.Errorf("POST %s: needs (role.go) does not say what the role must allow", pattern)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range desk.NeedsPatterns() {
		if !found[pattern] {
			t.Errorf("%s is no address", pattern)
		}
	}
}

// Buttons that a role may not press are not shown, and a press all the same does
// nothing and loses nothing.
func TestRolesAtTheDesk(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	buttons := func(v *visitor) (out []string) {
		v.get(pathOf(id)).Find(`main button[name=handling]`).Each(func(_ int, b *goquery.Selection) {
			if value := b.AttrOr("value", ""); !strings.Contains(value, ":") {
				out = append(out, value)
			}
		})
		slices.Sort(out)
		return slices.Compact(out)
	}
	for role, want := range map[review.Role]string{
		review.RoleWriter: "gem spoerg vis", review.RoleEditor: "afvis findes gem spoerg til-side udgiv udgiv-se vis",
		review.RoleAdministrator: "afvis findes gem spoerg til-side udgiv udgiv-se vis", review.RoleChecker: "",
	} {
		v := f.as(role)
		if got := strings.Join(buttons(v), " "); got != want {
			t.Errorf("a %s has the buttons %q, want %q", role, got, want)
		}
		page := v.get(pathOf(id))
		if got := page.Find(`main a[href="`+pathOf(id)+`/note"]`).Length() > 0; got != role.May(review.Comment) {
			t.Errorf("a %s is offered to write a note: %v", role, got)
		}
		if got := strings.Contains(page.Find("main").Text(), "En redaktør udgiver og afviser"); got != (role == review.RoleWriter) {
			t.Errorf("a %s is told who publishes: %v", role, got)
		}
		if got := strings.Contains(page.Find("main").Text(), "Udgiv alligevel"); got != role.May(review.Publish) {
			t.Errorf("a %s is asked why to publish all the same: %v", role, got)
		}
		nav := v.get("/redaktion").Find(".desk__nav").Text()
		if strings.Contains(nav, "Redaktører") != (role == review.RoleAdministrator) {
			t.Errorf("a %s: %s", role, nav)
		}
		for path, action := range map[string]review.Action{"/redaktion/redaktoerer": review.ManageAccounts, pathOf(id) + "/slet": review.Erase} {
			if got := v.do("GET", path, nil).Code; (got == 200) != role.May(action) || got != 200 && got != 403 {
				t.Errorf("a %s, GET %s: %d", role, path, got)
			}
		}
		for path, action := range map[string]review.Action{"/redaktion/mailtekster/receipt": review.EditMailText, "/redaktion/mails/1/igen": review.SendAgain, pathOf(id) + "/mailadresse": review.MendAddress, "/redaktion/redaktoerer/1": review.ManageAccounts} {
			if got := v.do("POST", path, url.Values{"handling": {""}, "subject": {"Mit emne"}, "body": {"Min tekst"}, "version": {"0"}}).Code; (got == 403) == role.May(action) {
				t.Errorf("a %s, POST %s: %d", role, path, got)
			}
		}
	}
	v := f.editor("writer")
	typed := filled(v.get(pathOf(id)), "afvis")
	typed.Set("afvis-grund", "too_little")
	typed.Set("afvis-tekst", "Min grund til at afvise.")
	typed.Set("summary", "Mit eget resumé.")
	d := v.page(http.StatusForbidden, v.do("POST", pathOf(id), typed))
	for name, want := range map[string]string{"summary": "Mit eget resumé.", "afvis-tekst": "Min grund til at afvise."} {
		if got := d.Find(`main input[name="`+name+`"]`).AttrOr("value", ""); got != want {
			t.Errorf("%s on the page of a refusal: %q", name, got)
		}
	}
	if text := d.Find("main").Text(); !strings.Contains(text, "Du er skribent") || !strings.Contains(text, "ikke gjort") {
		t.Error(text)
	}
	if got := v.get(pathOf(id)).Find(`textarea[name=summary]`).Text(); got != "Mit eget resumé." {
		t.Errorf("the form has %q", got)
	}
	s, err := f.store.SubmissionByID(t.Context(), id)
	if err != nil || s.State != review.Received || s.Draft != nil {
		t.Errorf("%v, %v, draft %v", s.State, err, s.Draft)
	}
	v.post(pathOf(id), filled(v.get(pathOf(id)), "gem"))
	// What is refused on the way is kept as well.
	d = v.page(http.StatusForbidden, v.do("POST", "/redaktion/mailtekster/receipt", url.Values{"subject": {"Mit emne"}, "body": {"Min tekst"}, "version": {"0"}}))
	if got := d.Find(`main input[name=body]`).AttrOr("value", ""); got != "Min tekst" {
		t.Errorf("%q", got)
	}
	if got := v.get("/redaktion/mailtekster/receipt").Find("textarea[name=body]").Text(); got != "Min tekst" {
		t.Errorf("the text's page has %q", got)
	}
	// A role that is taken away counts at once.
	e := f.account("editor")
	page := f.editor("editor")
	typed = filled(page.get(pathOf(id)), "udgiv")
	if err := f.store.SetEditorRole(t.Context(), e.ID, review.RoleEditor, review.RoleChecker, 0, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	page.page(http.StatusForbidden, page.do("POST", pathOf(id), typed))
}

func TestAccountsPage(t *testing.T) {
	f := newFixture(t, loopback())
	admin := f.as(review.RoleAdministrator)
	d := admin.get("/redaktion/redaktoerer")
	if d.Find(".desk__row").Length() != 3 {
		t.Errorf("%d accounts", d.Find(".desk__row").Length())
	}
	form := func(more url.Values) url.Values {
		out := url.Values{}
		for _, x := range admin.get("/redaktion/redaktoerer").Find(`form[data-keep] input[type=hidden]`).EachIter() {
			out.Set(x.AttrOr("name", ""), x.AttrOr("value", ""))
		}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	bad := admin.page(422, admin.do("POST", "/redaktion/redaktoerer", form(url.Values{"navn": {"Nina Ny"}, "email": {"nina@@x"}})))
	if bad.Find("input[name=navn]").AttrOr("value", "") != "Nina Ny" || bad.Find(".form-error").Length() < 2 {
		t.Error("a refused invitation")
	}
	if got := admin.get("/redaktion/redaktoerer").Find("input[name=navn]").AttrOr("value", ""); got != "Nina Ny" {
		t.Errorf("kept: %q", got)
	}
	admin.page(409, admin.do("POST", "/redaktion/redaktoerer", form(url.Values{"navn": {"Nina Ny"}, "email": {"rita@kl.example"}, "rolle": {"writer"}})))
	admin.post("/redaktion/redaktoerer", form(url.Values{"navn": {"Nina Ny"}, "email": {"nina@kl.example"}, "rolle": {"writer"}}))
	var body string
	if err := f.pool.QueryRow(t.Context(), `SELECT body FROM mail WHERE kind = 'invitation'`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	_, link, _ := strings.Cut(body, "https://praksis.example")
	link, _, _ = strings.Cut(link, "\n")
	nina := f.visitor()
	if text := nina.get(link).Find("main").Text(); !strings.Contains(text, "Nina Ny") {
		t.Error(text)
	}
	nina.page(422, nina.do("POST", link, url.Values{"ny": {"kort"}}))
	if to := nina.post(link, url.Values{"ny": {password}}); to != "/redaktion" {
		t.Errorf("leads to %s", to)
	}
	nina.page(404, nina.do("GET", link, nil))
	nina.page(404, nina.do("POST", link, url.Values{"ny": {password}}))
	path := "/redaktion/redaktoerer/" + strconv.FormatInt(f.account("nina").ID, 10)
	admin.post(path, url.Values{"handling": {"rolle"}, "rolle": {"editor"}, "rolle-foer": {"writer"}})
	admin.page(409, admin.do("POST", path, url.Values{"handling": {"rolle"}, "rolle": {"checker"}, "rolle-foer": {"writer"}}))
	admin.page(422, admin.do("POST", path, url.Values{"handling": {"luk"}}))
	for _, what := range []string{"faktor", "sessioner"} {
		admin.post(path, url.Values{"handling": {what}})
	}
	own := "/redaktion/redaktoerer/" + strconv.FormatInt(f.account("administrator").ID, 10)
	d = admin.page(409, admin.do("POST", own, url.Values{"handling": {"luk"}, "sikker": {"ja"}}))
	if !strings.Contains(d.Find(".alert, .form-error, [role=alert]").Text(), "den sidste") {
		t.Error(d.Find("main").Text())
	}
	admin.page(409, admin.do("POST", own, url.Values{"handling": {"rolle"}, "rolle": {"editor"}, "rolle-foer": {"administrator"}}))
	admin.post(path, url.Values{"handling": {"luk"}, "sikker": {"ja"}})
	events := admin.get(path).Find(".history").Text()
	for _, want := range []string{"Nina Ny er inviteret: skribent. Gjort af Administrator Test.", "tog imod invitationen", "har fået en anden rolle: redaktør", "skal koble en ny app til", "er logget ud overalt", "kan ikke logge ind mere"} {
		if !strings.Contains(strings.Join(strings.Fields(events), " "), want) {
			t.Errorf("no %q in %s", want, events)
		}
	}
	if got := admin.get("/redaktion/konto").Find(".history").Text(); !strings.Contains(got, "Nina Ny er inviteret") {
		t.Errorf("one's own history: %s", got)
	}
}

// Beyond this machine the second factor comes next.
func TestInvitationLeadsToTheFactor(t *testing.T) {
	f := newFixture(t, auth.Config{})
	if _, err := f.store.InviteEditor(t.Context(), postgres.Editor{Email: "nina@kl.example", Name: "Nina", Role: review.RoleWriter}, "et-link-0123456789", 0, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	v := f.visitor()
	if to := v.post("/redaktion/invitation/et-link-0123456789", url.Values{"ny": {password}}); to != "/redaktion/log-ind/opsaet" {
		t.Errorf("leads to %s", to)
	}
	if w := v.do("GET", "/redaktion", nil); w.Code != 303 {
		t.Errorf("in without a second factor: %d", w.Code)
	}
}

// Who may only read is offered no button of a draft: of what came, and of what is
// published.
func TestWhoReadsIsOfferedNothing(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.as(review.RoleChecker)
	for _, path := range []string{pathOf(id) + "?trin=emner", at(f.published(0)) + "/ret?trin=emner"} {
		d := v.get(path)
		if n := d.Find("main button[name=handling]").Length(); n != 0 || d.Find("[data-step=emner]").Length() != 1 {
			t.Errorf("%s: %d buttons: %s", path, n, text(d.Find("main button[name=handling]")))
		}
	}
	if d := f.editor("rita").get(pathOf(id) + "?trin=emner"); d.Find(`main button[value^="term:"]`).Length() == 0 {
		t.Error("who may change it is offered no terms")
	}
}
