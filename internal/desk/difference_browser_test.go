package desk_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestHistoryAccessible holds the pages of history, differences and proposals at both
// widths to WCAG 2.2 AA as far as axe can tell, and to no sideways scrolling.
func TestHistoryAccessible(t *testing.T) {
	source := browsertest.Axe(t, "../..")
	f := newFixture(t, loopback())
	base := served(t, f)
	const slug = "toender-gaature-i-naturen-med-saarbare-unge"
	_, p, err := f.store.PublicPractice(t.Context(), 0, slug)
	if err != nil {
		t.Fatal(err)
	}
	draft := p.Clone()
	draft.Answers.Done += "\n\nDe gik to og to, og de aftalte turen dagen før."
	draft.Summary = strings.Replace(draft.Summary, "gik ture", "gik lange ture", 1)
	draft.Findings[0].Effect = catalogue.EffectMixed
	draft.Findings = append(draft.Findings, catalogue.Finding{TargetGroups: catalogue.Refs("unge"), Effect: catalogue.EffectNegative, Voices: catalogue.VoiceList{"leader"}, Text: "Nogle blev hjemme, når det regnede.", Condition: "når det regner"})
	draft.Retention = append(draft.Retention, catalogue.Retention{Status: "retained", AsOf: "2021-05", DecidedBy: "Ledelsen"})
	var cleared []string
	for _, w := range review.Warnings(&review.Submission{Kind: review.KindFull, Practice: draft, NotCPR: true}) {
		cleared = append(cleared, w.Key)
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Practice: slug}, review.Act{Action: review.Revise, Editor: 1, Version: 1, Draft: &draft, Cleared: cleared}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	f.propose(slug, "et", func(p *catalogue.Practice) { p.Resources, p.LegalBasis = "En medarbejder hver gang.", nil })
	ctx := browser(t)
	dialogs(t, ctx)
	do(t, ctx, chromedp.Navigate(base+"/redaktion"))
	eventually(t, ctx, `!!document.getElementById('mail')`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("mail"), "rita@kl.example"), chromedp.SendKeys(chromedp.ID("adgangskode"), password+kb.Enter))
	eventually(t, ctx, `location.pathname === '/redaktion'`)
	of := "/redaktion/eksempler/" + slug
	for _, width := range []int64{375, 1280} {
		do(t, ctx, chromedp.EmulateViewport(width, 800))
		for name, path := range map[string]string{"history": of + "/historik", "revisions": of + "/forskel?fra=udgave-1&til=udgave-2", "revisions side by side": of + "/forskel?fra=udgave-1&til=udgave-2&visning=sider",
			"note of an example": of + "/note", "proposals": "/redaktion/forslag", "proposal": "/redaktion/forslag/" + slug} {
			do(t, ctx, chromedp.Navigate(base+path))
			if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](source+";undefined")); err != nil {
				t.Fatal(err)
			}
			found := eval[string](t, ctx, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
				.then(r => JSON.stringify({passes: r.passes.length, violations: r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | '))}))`)
			var r struct {
				Passes     int
				Violations []string
			}
			if err := json.Unmarshal([]byte(found), &r); err != nil || r.Passes < 10 {
				t.Errorf("%s at %d: axe passed only %d checks, %v", name, width, r.Passes, err)
			}
			for _, x := range r.Violations {
				t.Errorf("%s at %d: %s", name, width, x)
			}
			if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s at %d: %d pixels too wide", name, width, over)
			}
			if dir := os.Getenv("PRAKSIS_SHOTS"); dir != "" {
				shot(t, ctx, filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+"-"+map[int64]string{375: "375", 1280: "1280"}[width]+".png"))
			}
		}
	}
}
