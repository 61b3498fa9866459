package site_test

import (
	"strings"
	"testing"
)

// An address that was rewritten on the way reaches its page in one step, and
// none leads in a circle or out of the site.
func TestRewrittenAddresses(t *testing.T) {
	f := readingFixture(t)
	const slug = "toender-gaature-i-naturen-med-saarbare-unge"
	for from, want := range map[string]string{
		"/eksempler/" + strings.ReplaceAll(slug, "-", "%2d"): "/eksempler/" + slug,
		"/eksempler/" + strings.ReplaceAll(slug, "-", "%2D"): "/eksempler/" + slug,
		"/Eksempler/" + strings.ToUpper(slug):                "/eksempler/" + slug,
		"/eksempler/" + slug + ".":                           "/eksempler/" + slug,
		"/eksempler/" + slug + "%20":                         "/eksempler/" + slug,
		"/eksempler/" + slug + "%22":                         "/eksempler/" + slug,
		"/eksempler/" + slug + "),":                          "/eksempler/" + slug,
		"/eksempler/" + slug + "/":                           "/eksempler/" + slug,
		"/eksempler%2F" + slug:                               "/eksempler/" + slug,
		"/eksempler%252F" + slug:                             "/eksempler/" + slug,
		"/eksempler//" + slug:                                "/eksempler/" + slug,
		"/eksempler/" + strings.ToUpper(slug) + ".JSON":      "/eksempler/" + slug + ".json",
		"/m%C3%A5lgrupper/angst":                             "/maalgrupper/angst",
		"/kommuner/r%F8dovre":                                "/kommuner/roedovre",
		"/Kommuner/%C3%86r%C3%B8":                            "/kommuner/aeroe",
		"/L%C3%B8sninger":                                    "/loesninger",
		"/om.":                                               "/om",
		"/om/?x=1":                                           "/om?x=1",
	} {
		w := f.get(from)
		if got := w.Header().Get("Location"); w.Code != 301 || got != want {
			t.Errorf("%s: %d to %q, want %s", from, w.Code, got, want)
		}
		if again := f.get(want); again.Code != 200 && !(again.Code == 302 && strings.Contains(want, "?")) {
			t.Errorf("%s leads to %s, which answers %d", from, want, again.Code)
		}
	}
	for _, nowhere := range []string{"/findes-ikke", "/eksempler/findes-ikke", "/FINDES/IKKE", "/%2e%2e/%2e%2e/etc", "/\\evil.example", "/%5cevil.example", "/%2f%2fevil.example/", "/eksempler/%00", "/%zz", "/%C3%28"} {
		target := nowhere
		for range 3 {
			w := f.get(target)
			to := w.Header().Get("Location")
			if w.Code == 404 || w.Code == 400 || w.Code == 200 {
				target = ""
				break
			}
			if w.Code != 301 || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") {
				t.Fatalf("%s: %d to %q", nowhere, w.Code, to)
			}
			target = to
		}
		if target != "" {
			t.Errorf("%s leads on and on", nowhere)
		}
	}
	// A secret link's capitals mean something.
	if w := f.get("/indsend/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop0"); w.Code != 404 {
		t.Errorf("a secret link of nobody: %d to %s", w.Code, w.Header().Get("Location"))
	}
	token := strings.Repeat("Ab-_9", 8) + "Zz-"
	for from, want := range map[string]string{"/mappe/" + token + "/": "/mappe/" + token, "/foelg/" + token + "/stop/": "/foelg/" + token + "/stop", "/Indsend/" + token + ").": "/indsend/" + token,
		"/tjek//" + token: "/tjek/" + token, "/FINDES/" + token + "/": "/findes/" + strings.ToLower(strings.TrimSuffix(token, "-"))} {
		if w := f.get(from); w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %s, want %s", from, w.Code, w.Header().Get("Location"), want)
		}
	}
	// A query in Latin-1 is read as it was meant.
	if w := f.do("GET", "/eksempler?q=g%E5ture"); w.Code != 302 || w.Header().Get("Location") != "/eksempler?q=g%C3%A5ture" {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	if doc := f.page("/eksempler.json?q=g%E5ture"); !strings.Contains(doc.Text(), `"total":`) {
		t.Error("no JSON")
	}
}
