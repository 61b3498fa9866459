package desk_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	races    = flag.Int("races", 16, "how many races TestDecisionsAtOnce runs")
	raceSeed = flag.Uint64("race-seed", 0, "the seed of their moments; 0: another one each time")
)

// deadlocks counts what the database breaks off because two transactions wait for each
// other.
type deadlocks struct{ n atomic.Int64 }

func (d *deadlocks) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (d *deadlocks) TraceQueryEnd(_ context.Context, _ *pgx.Conn, end pgx.TraceQueryEndData) {
	if pg, ok := errors.AsType[*pgconn.PgError](end.Err); ok && pg.Code == "40P01" {
		d.n.Add(1)
	}
}

// sending is a form that an editor sends, and what is typed in it and must not be lost.
type sending struct {
	who   *visitor
	path  string
	form  url.Values
	typed string
}

// race is two editors' forms, made from what both see, and what holds after.
type race struct {
	a, b sending
	// after is told whether each was carried out.
	after func(a, b bool)
	both  bool // none stands in the other's way
}

// at sends the forms at the same time, but for a little, and holds them against the rule:
// of two that stand in each other's way one is carried out, and the other is told what
// has happened (409), with all that was typed.
func (x race) at(t *testing.T, random *rand.Rand) {
	t.Helper()
	sendings, answers := []sending{x.a, x.b}, make([]*httptest.ResponseRecorder, 2)
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i, s := range sendings {
		wait := time.Duration(random.Int64N(int64(8 * time.Millisecond)))
		all.Go(func() {
			<-begin
			time.Sleep(wait)
			answers[i] = s.who.do("POST", s.path, s.form)
		})
	}
	close(begin)
	all.Wait()
	done := make([]bool, 2)
	for i, w := range answers {
		switch done[i] = w.Code == 303; {
		case done[i]:
		case w.Code != 409:
			d, err := goquery.NewDocumentFromReader(w.Body)
			t.Errorf("%s: status %d, %v: %s", sendings[i].path, w.Code, err, text(d.Find("main .alert")))
		default:
			body := w.Body.String()
			d, err := goquery.NewDocumentFromReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			// In its field, or, where that has gone, among what was not sent.
			kept := strings.Contains(text(d.Find("main")), sendings[i].typed)
			d.Find("main textarea, main input").Each(func(_ int, x *goquery.Selection) {
				kept = kept || x.Text() == sendings[i].typed || x.AttrOr("value", "") == sendings[i].typed
			})
			if !kept {
				t.Errorf("%s: %q is lost: %s", sendings[i].path, sendings[i].typed, text(d.Find("main")))
			}
			if d.Find(".alert-warning, .alert-error").Length() == 0 {
				t.Errorf("%s: nothing tells what has happened", sendings[i].path)
			}
		}
	}
	if x.both && !(done[0] && done[1]) || !x.both && done[0] == done[1] {
		t.Errorf("%s and %s: carried out %v", x.a.path, x.b.path, done)
	}
	x.after(done[0], done[1])
}

// What two editors decide at the same moment, through the router and on a database: one
// of them is carried out, or both without a loss, and nobody waits for ever.
func TestDecisionsAtOnce(t *testing.T) {
	if *raceSeed == 0 {
		*raceSeed = rand.Uint64()
	}
	t.Logf("go test -run %s ./internal/desk -args -races %d -race-seed %d", t.Name(), *races, *raceSeed)
	random := rand.New(rand.NewPCG(*raceSeed, 0))
	config := seeded.New(t).Config()
	var broken deadlocks
	config.ConnConfig.Tracer = &broken
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	f := fixtureOn(t, pool, loopback())
	t.Cleanup(pool.Close)
	rita, per := f.editor("rita"), f.editor("per")
	var deeds []string // examples that no race has used up
	list, _, _, err := f.store.DeskPractices(t.Context(), postgres.PracticeFilter{State: catalogue.StatePublished, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	const solution = "lukkede-dag-og-vaeresteder"
	for _, x := range list {
		if p := f.practice(x.Slug).Record; p.Kind == catalogue.KindExample && !slices.ContainsFunc(p.Solutions, func(r catalogue.TermRef) bool { return r.Slug == solution }) {
			deeds = append(deeds, x.Slug)
		}
	}
	random.Shuffle(len(deeds), func(i, j int) { deeds[i], deeds[j] = deeds[j], deeds[i] })
	take := func() (slug string) {
		if len(deeds) == 0 {
			t.Fatal("all examples are used up: ask for fewer races")
		}
		slug, deeds = deeds[0], deeds[1:]
		return slug
	}
	state := func(slug string) catalogue.State { return f.practice(slug).Record.State }
	revise := func(v *visitor, slug string, n int) sending {
		s := sending{v, at(slug) + "/ret", filled(v.get(at(slug)+"/ret"), "udgiv"), fmt.Sprintf("Det kostede %d kroner.", n)}
		s.form.Set("resources", s.typed)
		return s
	}
	decide := func(v *visitor, slug, button, field, typed string) sending {
		return sending{v, at(slug), withText(v, slug, button, field, typed), typed}
	}
	onSubmission := func(v *visitor, id int64, button string, typed ...string) sending {
		s := sending{who: v, path: pathOf(id), form: filled(v.get(pathOf(id)), button)}
		for i := 0; i < len(typed); i += 2 {
			s.form.Set(typed[i], typed[i+1])
			s.typed = typed[i+1]
		}
		return s
	}
	events := func(slug string, kind review.EventKind) (n int) {
		for _, e := range f.practice(slug).Events {
			if e.Kind == kind {
				n++
			}
		}
		return n
	}
	kinds := []struct {
		name string
		make func(n int) race
	}{
		{"many retagged, one revised", func(n int) race {
			if err := f.index.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			// On, and the next time off.
			query := url.Values{"find": {"/eksempler?kontaktform=telefon"}, "goer": {"add"}, "maerke": {"tema/andet"}}
			d := per.get(atWords + "/maerk-om?" + query.Encode())
			if d.Find("input[name=eksempel]").Length() < 3 {
				query.Set("goer", "remove")
				query.Set("find", "/eksempler?kontaktform=telefon&tema=andet")
				d = per.get(atWords + "/maerk-om?" + query.Encode())
			}
			form, ids := url.Values{}, []string{}
			d.Find("main form[method=post]").Find("input[type=hidden], input[name=eksempel][checked]").Each(func(_ int, x *goquery.Selection) {
				form.Add(x.AttrOr("name", ""), x.AttrOr("value", ""))
			})
			for _, x := range form["eksempel"] {
				id, _, _ := strings.Cut(x, "-")
				ids = append(ids, id)
			}
			if len(ids) < 3 {
				t.Fatalf("%d to retag: %s", len(ids), said(d))
			}
			id := ids[random.IntN(len(ids))]
			var slug string
			if err := f.pool.QueryRow(t.Context(), `SELECT slug FROM practice WHERE id = $1`, id).Scan(&slug); err != nil {
				t.Fatal(err)
			}
			was := f.count(`SELECT count(*) FROM revision`)
			b := revise(rita, slug, n)
			return race{a: sending{per, atWords + "/maerk-om", form, form["eksempel"][0]}, b: b, after: func(retagged, revised bool) {
				want := was + 1
				if retagged {
					want = was + len(ids)
				}
				if now := f.count(`SELECT count(*) FROM revision`); now != want {
					t.Errorf("%d revisions, then %d, of %d", was, now, len(ids))
				}
				if got := f.practice(slug).Record.Resources == b.typed; got != revised {
					t.Errorf("revised: %v, and on the page: %v", revised, got)
				}
			}}
		}},
		{"two contrasts", func(n int) race {
			path := "/redaktion/loesninger/" + solution
			d := rita.get(path)
			var choices []string
			d.Find(`input[name=uenighed]`).Each(func(_ int, x *goquery.Selection) { choices = append(choices, x.AttrOr("value", "")) })
			if len(choices) == 0 {
				t.Fatal("no contrasts to hide")
			}
			was := f.count(`SELECT count(*) FROM solution_contrast WHERE ended_at IS NULL`)
			one := func(v *visitor, choice, why string) sending {
				s := sending{v, path, formOf(v.get(path), `main form[data-keep]`, "skjul"), why}
				s.form.Set("uenighed", choice)
				s.form.Set("skjul-grund", why)
				return s
			}
			first, second := choices[random.IntN(len(choices))], choices[random.IntN(len(choices))]
			return race{a: one(rita, first, "Ritas grund."), b: one(per, second, "Pers grund."), both: true, after: func(bool, bool) {
				want := was + 2
				if first == second { // one says it, and the other the same
					want = was + 1
				}
				if now := f.count(`SELECT count(*) FROM solution_contrast WHERE ended_at IS NULL`); now != want {
					t.Errorf("%d contrasts, then %d, not %d", was, now, want)
				}
				for d := rita.get(path); ; d = rita.get(path) { // all are shown again
					button := d.Find(`button[value^="slut:"]`).First().AttrOr("value", "")
					if button == "" {
						break
					}
					rita.post(path, formOf(d, `main form[data-keep]`, button))
				}
				if err := f.index.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
			}}
		}},
		{"merged, and revised", func(n int) race {
			goes, stays := take(), take()
			form := formOf(rita.get(at(goes)+"/sammenlaeg?med="+stays), `main form[method=post][data-keep]`, "sammenlaeg")
			form.Set("sammen-grund", "Samme projekt.")
			mended := []string{goes, stays}[n%2]
			b := revise(per, mended, n)
			return race{a: sending{rita, at(goes) + "/sammenlaeg", form, "Samme projekt."}, b: b, after: func(merged, revised bool) {
				if got := state(goes) == catalogue.StateMerged; got != merged {
					t.Errorf("merged: %v, and it is: %v", merged, got)
				}
				if got := f.practice(mended).Record.Resources == b.typed; got != revised {
					t.Errorf("revised: %v, and on the page: %v", revised, got)
				}
				if !merged {
					deeds = append(deeds, goes)
				}
				deeds = append(deeds, stays)
			}}
		}},
		{"withdrawn, and a look later", func(n int) race {
			slug := take()
			return race{a: decide(rita, slug, "traek", "traek-tekst", "Kommunen har bedt om det."), b: decide(per, slug, "se-igen", "se-igen", "1. marts 2029"), after: func(withdrawn, _ bool) {
				if got := state(slug) == catalogue.StateWithdrawn; got != withdrawn || events(slug, review.EventWithdrawn) > 1 {
					t.Errorf("withdrawn: %v, and it is: %v", withdrawn, got)
				}
			}}
		}},
		{"withdrawn, and removed", func(n int) race {
			slug := take()
			return race{a: decide(rita, slug, "traek", "traek-tekst", "Forældet."), b: decide(per, slug, "fjern", "fjern-grund", "Viser en borger."), after: func(withdrawn, removed bool) {
				if s := state(slug); withdrawn && s != catalogue.StateWithdrawn || removed && s != catalogue.StateRemoved {
					t.Errorf("withdrawn %v, removed %v, and it is %s", withdrawn, removed, s)
				}
			}}
		}},
		{"published for a look later, and declined", func(n int) race {
			id, _ := f.submit(fmt.Sprintf("race-%d", n), func(x *postgres.NewSubmission) {
				x.Submission.Practice.Title = fmt.Sprintf("Syddjurs: Telefonkæde %d", n)
			})
			day := catalogue.DanishDate(time.Now().In(catalogue.Copenhagen).AddDate(0, 0, 90))
			return race{a: onSubmission(rita, id, "udgiv-se", "udgiv-dag", day), b: onSubmission(per, id, "afvis", "afvis-grund", "too_little", "afvis-tekst", "Skriv igen."), after: func(published, declined bool) {
				if s := f.state(id); published && s != review.Accepted || declined && s != review.Declined {
					t.Errorf("published %v, declined %v, and it is %s", published, declined, s)
				}
				if n := f.count(fmt.Sprintf(`SELECT count(*) FROM submission_event WHERE submission_id = %d`, id)); n != 2 {
					t.Errorf("%d events", n)
				}
			}}
		}},
		{"asked, and published", func(n int) race {
			id, _ := f.submit(fmt.Sprintf("race-%d", n), func(x *postgres.NewSubmission) {
				x.Submission.Practice.Title = fmt.Sprintf("Syddjurs: Telefonkæde %d", n)
			})
			b := onSubmission(per, id, "udgiv", "summary", "Kortere fortalt.")
			return race{a: onSubmission(rita, id, "spoerg", "spoergsmaal", "Hvor mange?"), b: b, after: func(asked, published bool) {
				if s := f.state(id); published && s != review.Accepted || asked && s != review.ChangesRequested {
					t.Errorf("published %v, asked %v, and it is %s", published, asked, s)
				}
				want := 0
				if asked {
					want = 1
				}
				if n := f.count(fmt.Sprintf(`SELECT count(*) FROM mail WHERE submission_id = %d AND kind = 'question'`, id)); n != want {
					t.Errorf("%d questions", n)
				}
			}}
		}},
		{"drafts of two", func(n int) race {
			id, _ := f.submit(fmt.Sprintf("race-%d", n), nil)
			return race{a: onSubmission(rita, id, "gem", "summary", "Det var kort."), b: onSubmission(per, id, "gem", "summary", "Det var kortere."), after: func(a, b bool) {
				if got := f.draft(id).Summary; a && got != "Det var kort." || b && got != "Det var kortere." {
					t.Errorf("%q", got)
				}
			}}
		}},
	}
	for n := range *races {
		k := kinds[n%len(kinds)]
		t.Run(fmt.Sprintf("%d %s", n, k.name), func(t *testing.T) { k.make(n).at(t, random) })
	}
	if n := broken.n.Load(); n > 0 {
		t.Errorf("%d deadlocks", n)
	}
}
