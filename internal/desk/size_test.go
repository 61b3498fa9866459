package desk_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

// cpu is the time that this process has worked: the database's is beside it.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bySize runs what is to be measured at two sizes: "cpu-ms" is what it takes of the
// processor's time, "times-small" how much more than at the smaller size.
func bySize(b *testing.B, what string, sizes [2]int, prepare func(size int) (run func())) {
	var small float64
	for i, size := range sizes {
		run := prepare(size)
		b.Run(fmt.Sprintf("%s-%d", what, size), func(b *testing.B) {
			before := cpu(b)
			for b.Loop() {
				run()
			}
			took := (cpu(b) - before).Seconds() * 1000 / float64(b.N)
			b.ReportMetric(took, "cpu-ms")
			if i == 0 {
				small = took
			} else if small > 0 {
				b.ReportMetric(took/small, "times-small")
			}
		})
	}
}

// answered asks for a page, and does not read it: that would be the browser's work.
func answered(b *testing.B, v *visitor, path string) {
	b.Helper()
	if w := v.do("GET", path, nil); w.Code != http.StatusOK {
		b.Fatalf("%s: %d", path, w.Code)
	}
}

// imported imports practices of one title, so that a search finds them alone.
func (f *fixture) imported(n int) {
	f.t.Helper()
	i := 0
	_, err := f.store.Import(f.t.Context(), func() (*catalogue.Practice, string, error) {
		if i++; i > n {
			return nil, "", io.EOF
		}
		return &catalogue.Practice{Slug: fmt.Sprintf("zyxometer-%d", i), Title: fmt.Sprintf("Zyxometer nummer %d", i), Summary: "Borgerne fik et zyxometer med hjem.", Organisation: catalogue.OrganisationRef{Slug: "aarhus"},
			Answers: catalogue.Answers{Done: strings.Repeat("Bostøtten kom forbi og viste, hvordan man bruger det. ", 20)}, ContactForms: catalogue.Refs("telefon"),
			Findings: []catalogue.Finding{{TargetGroups: catalogue.Refs("angst"), Effect: "positive", Voices: catalogue.VoiceList{"citizen"}, Text: "Det gav ro."}}}, fmt.Sprint(i), nil
	}, time.Now().UTC())
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.index.CatchUp(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// hundred is a submission of as many findings as there may be.
func hundred(n *postgres.NewSubmission) {
	ordinary(n)
	p := &n.Submission.Practice
	for len(p.Findings) < catalogue.MaxRows {
		p.Findings = append(p.Findings, p.Findings[len(p.Findings)%2])
	}
	for i := range p.Findings {
		p.Findings[i].Key = ""
		p.Findings[i].Text = fmt.Sprintf("%s Det var den %d. gang.", p.Findings[i].Text, i+1)
	}
}

// BenchmarkDeskSizes are the desk's pages at the sizes that issue 14 names, through the
// router: the preview of retagging, and carrying it out; waiting questions to sources; a
// difference of two submissions of 100 findings; and a history of 1,000 events.
func BenchmarkDeskSizes(b *testing.B) {
	open := func(size int) (*fixture, *visitor) {
		f := newFixture(b, loopback())
		return f, f.editor("rita")
	}
	bySize(b, "retag-preview", [2]int{50, review.MaxRetag}, func(size int) func() {
		f, v := open(size)
		f.imported(size)
		query := url.Values{"find": {"zyxometer"}, "goer": {"add"}, "maerke": {"tema/andet"}}.Encode()
		return func() {
			if n := v.get(atWords + "/maerk-om?" + query).Find("input[name=eksempel]").Length(); n != size {
				b.Fatalf("%d of %d", n, size)
			}
		}
	})
	bySize(b, "retag", [2]int{50, review.MaxRetag}, func(size int) func() {
		f, v := open(size)
		f.imported(size)
		add := true
		return func() { // with its preview; on, and then off
			query := url.Values{"find": {"zyxometer"}, "goer": {map[bool]string{true: "add", false: "remove"}[add]}, "maerke": {"tema/andet"}}
			form := url.Values{}
			v.get(atWords + "/maerk-om?" + query.Encode()).Find("main form[method=post]").Find("input[type=hidden], input[name=eksempel][checked]").Each(func(_ int, x *goquery.Selection) {
				form.Add(x.AttrOr("name", ""), x.AttrOr("value", ""))
			})
			if len(form["eksempel"]) != size {
				b.Fatalf("%d of %d", len(form["eksempel"]), size)
			}
			v.post(atWords+"/maerk-om", form)
			add = !add
		}
	})
	bySize(b, "open-questions", [2]int{20, 2000}, func(size int) func() {
		f, v := open(size)
		f.fillTo(20)
		if _, err := f.pool.Exec(b.Context(), `
			INSERT INTO inquiry (kind, practice_id, prepared_at, token_hash, asked_at, expires_at, answered_at, answers)
			SELECT 'still_used', (SELECT id FROM practice ORDER BY id OFFSET n % 200 LIMIT 1), now(), sha256(('o' || n)::bytea), now(), now() + interval '60 days', CASE WHEN n % 2 = 0 THEN now() END, (n + 1) % 2 FROM generate_series(1, $1) n`, size); err != nil {
			b.Fatal(err)
		}
		return func() { answered(b, v, "/redaktion/tjek"); answered(b, v, "/redaktion") }
	})
	bySize(b, "submission-findings", [2]int{2, catalogue.MaxRows}, func(size int) func() {
		f, v := open(size)
		id, _ := f.submit("a", func(n *postgres.NewSubmission) {
			hundred(n)
			n.Submission.Practice.Findings = n.Submission.Practice.Findings[:size]
		})
		return func() { answered(b, v, pathOf(id)) }
	})
	bySize(b, "difference-findings", [2]int{2, catalogue.MaxRows}, func(size int) func() {
		f, v := open(size)
		id, token := f.submit("a", func(n *postgres.NewSubmission) {
			hundred(n)
			n.Submission.Practice.Findings = n.Submission.Practice.Findings[:size]
		})
		s, err := f.store.SubmissionByID(b.Context(), id)
		if err != nil {
			b.Fatal(err)
		}
		now := s.Content
		now.Practice = now.Practice.Clone()
		for i := range now.Practice.Findings {
			now.Practice.Findings[i].Text = strings.Replace(now.Practice.Findings[i].Text, "Det var", "Det blev", 1) + " Og igen."
		}
		if _, err := f.store.Apply(b.Context(), postgres.On{Token: token}, review.Act{Action: review.Correct, Content: &now}, time.Now().UTC()); err != nil {
			b.Fatal(err)
		}
		path := pathOf(id) + "/forskel" // the first and the last
		return func() { answered(b, v, path) }
	})
	bySize(b, "history-events", [2]int{10, 1000}, func(size int) func() {
		f, v := open(size)
		slug := f.published(0)
		id, _ := f.submit("a", nil)
		for _, sql := range []string{
			`INSERT INTO practice_event (practice_id, kind, by_editor, text, at) SELECT (SELECT id FROM practice WHERE slug = '` + slug + `'), 'noted', (SELECT min(id) FROM editor), 'En note nummer ' || n, now() FROM generate_series(1, $1) n`,
			fmt.Sprintf(`INSERT INTO submission_event (submission_id, kind, state, by_editor, text, at) SELECT %d, 'noted', 'received', (SELECT min(id) FROM editor), 'En note nummer ' || n, now() FROM generate_series(1, $1) n`, id),
		} {
			if _, err := f.pool.Exec(b.Context(), sql, size); err != nil {
				b.Fatal(err)
			}
		}
		return func() { answered(b, v, at(slug)); answered(b, v, pathOf(id)) }
	})
	bySize(b, "silent-submitters", [2]int{20, 2000}, func(size int) func() {
		f, _ := open(size)
		id, _ := f.submit("a", nil)
		now := time.Now().UTC()
		return func() { // each time as many more are silent, and all of them are reminded
			if _, err := f.pool.Exec(b.Context(), `
				WITH made AS (
				  INSERT INTO submission (reference, token_hash, client_hash, kind, state, received_at, moved_at)
				  SELECT translate(left(md5(random()::text), 4) || '-' || left(md5(random()::text), 4), '01abcdef', 'XYABCDEF'), sha256(random()::text::bytea), sha256(random()::text::bytea), 'short', 'changes_requested', $2, $2 FROM generate_series(1, $3) RETURNING id)
				INSERT INTO submission_version (submission_id, n, content, at) SELECT made.id, 1, v.content, $2 FROM made, submission_version v WHERE v.submission_id = $1`, id, now.AddDate(0, 0, -16), size); err != nil {
				b.Fatal(err)
			}
			if reminded, _, err := f.store.Stalled(b.Context(), now); err != nil || reminded != size {
				b.Fatalf("%d of %d, %v", reminded, size, err)
			}
		}
	})
}
