package site_test

import (
	"fmt"
	"testing"

	"praksis/internal/browsertest"

	"github.com/chromedp/chromedp"
)

// TestOverviewAccessible holds the pages that see the whole to WCAG 2.2 AA at both
// widths, and to no sideways scrolling at the narrowest.
func TestOverviewAccessible(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	source := browsertest.Axe(t, root)
	b := browsertest.Chromium(t)
	paths := []string{"/overblik", "/overblik?maalgruppe=psykisk-saarbare", "/overblik?maalgruppe=prostitution", "/kontraster", "/kontraster?maalgruppe=angst", "/mangler", "/indsend", "/eksempler/randers-borgere-fik-hurtigere-hjaelp-paa-afstand"}
	for _, width := range widths {
		ctx := tab(t, b, width)
		for _, path := range paths {
			do(t, ctx, chromedp.Navigate(base+path))
			audit(t, ctx, source, fmt.Sprintf("%s at %d", path, width))
		}
	}
	ctx := tab(t, b, 320)
	for _, path := range paths {
		do(t, ctx, chromedp.Navigate(base+path))
		if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s at 320: %d pixels too wide", path, over)
		}
	}
}
