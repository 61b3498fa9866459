package site_test

import (
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/search"
	"praksis/web"

	"github.com/PuerkitoBio/goquery"
)

// Every municipality of the taxonomy has a shape, and every shape is one's.
func TestMapShapes(t *testing.T) {
	f := newFixture(t)
	n := 0
	for _, o := range f.index.Taxonomy().Organisations {
		if o.Kind != catalogue.Municipality {
			continue
		}
		n++
		if s := web.MapShapes[o.Code]; s.Area == 0 || !strings.HasPrefix(s.Path, "m") || s.X <= 0 || s.X >= web.MapWidth || s.Y <= 0 || s.Y >= web.MapHeight {
			t.Errorf("%s (%s): %+v", o.Name, o.Code, s)
		}
	}
	if n != 98 || len(web.MapShapes) != 98 {
		t.Errorf("%d municipalities, %d shapes", n, len(web.MapShapes))
	}
}

// mapLines are the municipalities of the map's list, by their names.
func mapLines(doc *goquery.Document) map[string]*goquery.Selection {
	lines := map[string]*goquery.Selection{}
	doc.Find(".map__rows > li").Each(func(_ int, s *goquery.Selection) {
		link := s.Find("a").First().Clone()
		link.Find(".browse__count, .sr-only").Remove()
		lines[text(link)] = s
	})
	return lines
}

// Every number of the map is what its link finds, with the same filters, and the
// drawing says what the list says.
func TestMapCounts(t *testing.T) {
	f := readingFixture(t)
	for _, path := range []string{"/kort", "/kort?maalgruppe=angst", "/kort?effekt=god&stemme=borgere", "/kort?q=telefon", "/kort?vis=regioner", "/kort?kontaktform=video&vis=regioner", "/kort?effekt=daarlig&q=findesikkeher"} {
		doc := f.page(path)
		lines := mapLines(doc)
		if len(lines) != 98 {
			t.Fatalf("%s: %d municipalities", path, len(lines))
		}
		drawn := map[string]string{}
		doc.Find(".map__picture > a").Each(func(_ int, s *goquery.Selection) {
			name, count, _ := strings.Cut(s.Find("title").Text(), ": ")
			drawn[name] = count
		})
		total := func(link *goquery.Selection) int {
			href := link.AttrOr("href", "")
			if !strings.HasPrefix(href, "/eksempler?") {
				t.Errorf("%s: %q leads to %q", path, text(link), href)
			}
			return f.json(strings.TrimPrefix(href, "/eksempler?")).Total
		}
		for name, s := range lines {
			link := s.Find("a").First()
			count := link.Find(".browse__count")
			if count.Length() == 0 {
				slug := strings.TrimPrefix(link.AttrOr("href", ""), "/kommuner/")
				if s.Find(`a[href="/indsend/tip?aktoer=`+slug+`"]`).Length() != 1 {
					t.Errorf("%s: nothing asks %s for an example", path, name)
				}
				if got, ok := drawn[name]; ok && got != "ingen eksempler" {
					t.Errorf("%s: %s is drawn with %q", path, name, got)
				}
				continue
			}
			n := total(link)
			if digits := count.Contents().First().Text(); digits != strconv.Itoa(n) {
				t.Errorf("%s says %s of %s, the list has %d", path, digits, name, n)
			}
			if got, ok := drawn[name]; ok && got != catalogue.Examples(n) {
				t.Errorf("%s: %s is drawn with %q", path, name, got)
			}
		}
		doc.Find("a.map__count").Each(func(_ int, s *goquery.Selection) {
			if want := catalogue.Examples(total(s)); text(s) != want {
				t.Errorf("%s: %q beside %q, which has %s", path, text(s), text(s.Parent()), want)
			}
		})
		want := 98
		if strings.Contains(path, "regioner") {
			want = 5
		}
		if len(drawn) != want {
			t.Errorf("%s: %d areas are drawn", path, len(drawn))
		}
		// The legend counts all of them.
		sum := 0
		doc.Find(".map__areas").Each(func(_ int, s *goquery.Selection) {
			n, err := strconv.Atoi(strings.Fields(strings.Trim(s.Text(), "()"))[0])
			if err != nil || n == 0 {
				t.Errorf("%s: legend %q", path, s.Text())
			}
			sum += n
		})
		if sum != want {
			t.Errorf("%s: the legend has %d areas", path, sum)
		}
	}
}

// The map has one address for each filter, says it in words, and leads back to the list.
func TestMapAddresses(t *testing.T) {
	f := readingFixture(t)
	for from, to := range map[string]string{
		"/kort?maalgruppe=": "/kort", "/kort?sortering=nyeste&side=2&x=1": "/kort", "/kort?vis=kommuner": "/kort", "/kort?vis=regioner&maalgruppe=angst": "/kort?maalgruppe=angst&vis=regioner",
		"/kort?aktoer=aarhus&maalgruppe=angst": "/kort?maalgruppe=angst", "/kort?q=d%C3%A5rlige+erfaringer": "/kort?effekt=daarlig",
	} {
		if w := f.do("GET", from); w.Code != 302 || w.Header().Get("Location") != to {
			t.Errorf("%s: %d to %q, want %q", from, w.Code, w.Header().Get("Location"), to)
		}
	}
	if w := f.do("GET", "/kort?q=%zz"); w.Code != 400 {
		t.Errorf("unreadable: %d", w.Code)
	}
	doc := f.page("/kort?effekt=god&maalgruppe=angst")
	h1 := text(doc.Find("h1"))
	if !strings.Contains(h1, "for angst") || !strings.Contains(h1, "med god effekt") || !strings.Contains(doc.Find("title").Text(), h1) {
		t.Errorf("h1 %q, title %q", h1, doc.Find("title").Text())
	}
	if doc.Find(`main a[href="/eksempler?effekt=god&maalgruppe=angst"]`).Length() != 1 || doc.Find(`meta[name=robots]`).Length() != 1 {
		t.Error("no way back to the list, or it is to be indexed")
	}
	for list, to := range map[string]string{"/eksempler?effekt=god&maalgruppe=angst": "/kort?effekt=god&maalgruppe=angst", "/eksempler?aktoer=aarhus&sortering=nyeste": "/kort", "/kommuner": "/kort", "/regioner": "/kort?vis=regioner"} {
		if f.page(list).Find(`main a[href="`+to+`"]`).Length() != 1 {
			t.Errorf("%s does not lead to %s", list, to)
		}
	}
	if n := f.do("GET", "/kort", "Accept-Encoding", "br").Body.Len(); n > 20_000 || n < 5_000 { // pages.md
		t.Errorf("the map is %d bytes on the wire", n)
	}
}

// The map's regions are those of the day, on a server that runs.
func TestMapInTime(t *testing.T) {
	var clock atomic.Pointer[time.Time]
	set := func(at time.Time) { clock.Store(&at) }
	set(time.Date(2026, 12, 31, 22, 59, 0, 0, time.UTC)) // 23:59 in Copenhagen
	f := newFixtureWith(t, search.Options{Now: func() time.Time { return *clock.Load() }})
	regions := func() (names, drawn []string) {
		doc := f.page("/kort?vis=regioner")
		doc.Find(".map__list h3").Each(func(_ int, s *goquery.Selection) {
			names = append(names, strings.TrimSpace(s.Contents().First().Text()))
		})
		doc.Find(".map__picture > a title").Each(func(_ int, s *goquery.Selection) {
			name, _, _ := strings.Cut(s.Text(), ":")
			drawn = append(drawn, name)
		})
		if n := doc.Find(".map__picture > a path").Length(); n != 98 {
			t.Errorf("%d municipalities are drawn", n)
		}
		if n := len(mapLines(doc)); n != 98 {
			t.Errorf("%d municipalities are listed", n)
		}
		return names, drawn
	}
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{*clock.Load(), "Region Hovedstaden Region Midtjylland Region Nordjylland Region Sjælland Region Syddanmark"},
		{time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), "Region Midtjylland Region Nordjylland Region Syddanmark Region Østdanmark"},
		{time.Date(2027, 6, 1, 12, 0, 0, 0, time.UTC), "Region Midtjylland Region Nordjylland Region Syddanmark Region Østdanmark"},
	} {
		set(c.at)
		if err := f.index.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		names, drawn := regions()
		if strings.Join(names, " ") != c.want || strings.Join(drawn, " ") != c.want {
			t.Errorf("%s: listed %q, drawn %q", c.at, names, drawn)
		}
	}
}
