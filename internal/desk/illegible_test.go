package desk_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

// What is no text (a NUL, bytes that are no UTF-8) is taken in no field that somebody
// types into, whichever button is pressed: the page comes again with all that was typed,
// shows where it was, and says what to do. It is not our fault, and not an error page.
func TestWhatIsNoTextIsShownInItsField(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.as(review.RoleAdministrator)
	id, _ := f.submit("a", nil)
	slug := f.published(0)
	tried, told := 0, 0
	for _, c := range []struct{ page, form string }{
		{pathOf(id), ".desk__draft form"}, {pathOf(id) + "/note", "main form[data-keep]"}, {pathOf(id) + "/mailadresse", "main form[data-keep]"}, {pathOf(id) + "/tjek", "main form[data-keep]"}, {pathOf(id) + "/slet", "main form[data-keep]"},
		{at(slug), decisions}, {at(slug) + "/note", "main form[data-keep]"}, {at(slug) + "/tjek", "main form[data-keep]"}, {at(slug) + "/slet", "main form[data-keep]"}, {at(slug) + "/ret", "main form[data-keep]"}, {at(slug) + "/sammenlaeg?med=" + f.published(1), "main form[data-keep]"},
		{"/redaktion/eksempler/ny", "main form[data-keep]"}, {"/redaktion/loesninger/lukkede-dag-og-vaeresteder", "main form[data-keep]"}, {"/redaktion/mailtekster/receipt", "main form[data-keep]"}, {"/redaktion/opdel", "main form[data-keep]"},
		{"/redaktion/ordforraad/ny/maalgruppe", "main form[data-keep]"}, {"/redaktion/ordforraad/ny/aktoer", "main form[data-keep]"}, {"/redaktion/ordforraad/ny/kilde", "main form[data-keep]"}, {"/redaktion/ordforraad/ny/synonym", "main form[data-keep]"}, {"/redaktion/ordforraad/ny/loesning", "main form[data-keep]"},
		{"/redaktion/ordforraad/side/om", "main form[data-keep]"}, {"/redaktion/redaktoerer", "main form[data-keep]"},
	} {
		d := v.get(c.page)
		form := d.Find(c.form)
		if goquery.NodeName(form) != "form" {
			form = form.Find("form")
		}
		if form.Length() != 1 {
			t.Errorf("%s: %d forms", c.page, form.Length())
			continue
		}
		action := form.AttrOr("action", c.page)
		var fields, buttons []string
		groups := map[string]bool{} // of fields that are read alike: one stands for all
		for _, x := range form.Find("textarea[name], input[type=text], input[type=email], input:not([type])").EachIter() {
			name := x.AttrOr("name", "")
			group, _, _ := strings.Cut(name, ":")
			if !groups[group] {
				fields = append(fields, name)
			}
			groups[group] = true
		}
		for _, x := range form.Find("button[name=handling]").EachIter() {
			// What leads to another step or takes a suggestion is as what saves.
			if button := x.AttrOr("value", ""); button != "vis" && (!strings.Contains(button, ":") || len(buttons) == 0 || !strings.HasPrefix(c.page, "/redaktion/indsendelser")) && !slices.Contains(buttons, button) {
				buttons = append(buttons, button)
			}
		}
		sent := formOf(v.get(c.page), c.form, "")
		for i, name := range fields {
			for j, button := range buttons {
				bad := []string{"\x00", "\xff"}[(i+j)%2]
				x := url.Values{}
				for k, list := range sent {
					x[k] = slices.Clone(list)
				}
				x.Set("handling", button)
				x.Set(name, "Ord"+bad+" og ord")
				x.Del("side")
				tried++
				w := v.do("POST", action, x)
				body := w.Body.String()
				if w.Code == http.StatusSeeOther { // what was pressed has nothing to do with the text
					body = v.do("GET", w.Header().Get("Location"), nil).Body.String()
				}
				if w.Code == http.StatusBadRequest || w.Code >= 500 || !strings.Contains(body, "Ord\ufffd og ord") {
					t.Errorf("%s, %s with %q, %s: status %d, shown %v", c.page, name, bad, button, w.Code, strings.Contains(body, "Ord\ufffd og ord"))
				} else if w.Code == http.StatusUnprocessableEntity && strings.Contains(body, "ses som \ufffd") {
					told++
				} else if w.Code == http.StatusUnprocessableEntity {
					t.Logf("%s, %s, %s: told otherwise", c.page, name, button)
				}
			}
		}
	}
	if t.Logf("%d tried, %d told", tried, told); tried < 100 || told < 100 {
		t.Error("few fields were found")
	}
	if n := len(f.columnsWith("\ufffd")); n != 1 { // what was typed and not saved
		t.Errorf("it stands in %v", f.columnsWith("\ufffd"))
	}
}
