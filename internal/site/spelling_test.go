//go:build spelling

package site_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/site"
	"praksis/web"

	"golang.org/x/net/html"
)

// ownWords is the project's list of words that Debian's dictionary lacks.
const ownWords = "../../seeds/words.txt"

var wordForm = regexp.MustCompile(`\p{L}[\p{L}\p{M}]*(?:[’'-]\p{L}+)*`)

// TestSpelling holds every word that a visitor can read to Debian's Danish
// dictionary and our own list. `make check` runs it.
func TestSpelling(t *testing.T) {
	f := newFixture(t)
	places := map[string]string{} // word to the first page that has it
	read := func(path, body string) {
		root, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts(root) {
			for _, w := range wordForm.FindAllString(text, -1) {
				if places[w] == "" {
					places[w] = path
				}
			}
		}
	}
	paths := []string{"/", "/eksempler", "/eksempler?q=xyz&effekt=god&kontaktform=video", "/loesninger", "/maalgrupper", "/kontaktformer", "/temaer", "/perspektiver", "/kommuner", "/regioner", "/om", "/kom-i-gang", "/kom-i-gang/sagsbehandler", "/kom-i-gang/leder", "/kom-i-gang/redaktoer", "/tilgaengelighed", "/privatliv", "/status", "/tjekliste", "/naeste-gang", "/findes-ikke", "/eksempler?q=%zz", "/eksempler?maalgruppe=x",
		"/overblik", "/kort", "/kort?vis=regioner", "/kontraster", "/mangler", "/sammenlign", "/sammenlign?eksempel=" + f.slugs[0] + "&eksempel=" + f.slugs[1], "/moedeoplaeg?eksempel=" + f.slugs[0] + "&eksempel=" + f.slugs[1],
		"/mappe", "/mappe/vaelg", "/foelg", "/indlejr", "/indsend"}
	for _, slug := range f.slugs {
		paths = append(paths, catalogue.PracticePath(slug))
	}
	tax := f.index.Taxonomy()
	for _, facet := range []string{catalogue.FacetTargetGroup, catalogue.FacetContactForm, catalogue.FacetTheme, catalogue.FacetSolution} {
		for _, v := range tax.Facet(facet).Values {
			paths = append(paths, catalogue.LandingPath(facet, v.Slug))
		}
	}
	for _, o := range tax.Organisations {
		paths = append(paths, catalogue.ActorPath(o.Kind, o.Slug))
	}
	for _, path := range paths {
		read(path, f.get(path).Body.String())
	}
	problems := site.NewProblems(site.Config{Authority: web.Authority{Name: "KL"}})
	for _, status := range []int{400, 404, 405, 409, 410, 500, 503} {
		w := httptest.NewRecorder()
		problems.Page(w, httptest.NewRequest("GET", "/", nil), status, "", "x")
		read(fmt.Sprint("error ", status), w.Body.String())
	}
	w := httptest.NewRecorder()
	site.NewStarting(site.Config{}, slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	read("starting", w.Body.String())
	r, err := http.Get(f.preparing() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	read("preparing", string(b))
	if len(places) < 1500 {
		t.Fatalf("only %d words were read", len(places))
	}

	own, err := filepath.Abs(ownWords)
	if err != nil {
		t.Fatal(err)
	}
	speller := exec.Command("hunspell", "-d", "da_DK", "-i", "UTF-8", "-p", own, "-l")
	speller.Stdin = strings.NewReader(strings.Join(slices.Sorted(maps.Keys(places)), "\n"))
	var out, errs bytes.Buffer
	speller.Stdout, speller.Stderr = &out, &errs
	if err := speller.Run(); err != nil || errs.Len() > 0 {
		t.Fatalf("hunspell (`make check` installs it with its Danish dictionary): %v %s", err, &errs)
	}
	for w := range strings.FieldsSeq(out.String()) {
		t.Errorf("%s (%s): misspelt, or missing in seeds/words.txt", w, places[w])
	}
}

var webAddress = regexp.MustCompile(`https?://\S+`)

// texts are the texts of a page that a visitor reads or hears, each by itself;
// codes and addresses are not words.
func texts(n *html.Node) (out []string) {
	switch {
	case n.Type == html.TextNode:
		return []string{webAddress.ReplaceAllString(n.Data, " ")}
	case n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "code"):
		return nil
	case slices.Contains(n.Attr, html.Attribute{Key: "class", Val: "printed"}):
		return nil // the page's own address, for a reader of the paper
	}
	description := slices.Contains(n.Attr, html.Attribute{Key: "name", Val: "description"})
	for _, a := range n.Attr {
		if a.Key == "aria-label" || a.Key == "title" || a.Key == "content" && description {
			out = append(out, a.Val)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out = append(out, texts(c)...)
	}
	return out
}
