package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"

	"github.com/chromedp/chromedp"
)

// TestFollowJourney follows a list and leaves it again, with and without JavaScript; axe
// looks at every page on the way.
func TestFollowJourney(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	source := browsertest.Axe(t, root)
	b := browsertest.Chromium(t)
	for i, width := range widths {
		for _, scripts := range []bool{true, false} {
			if !scripts && width > widths[0] {
				continue
			}
			ctx := tab(t, b, width)
			look := func(name string) {
				t.Helper()
				name = fmt.Sprintf("follow %s %d %v", name, width, scripts)
				picture(t, ctx, strings.ReplaceAll(name, " ", "-"))
				if scripts { // axe is one itself
					audit(t, ctx, source, name)
				}
			}
			if !scripts {
				withoutScripts(t, ctx)
			}
			do(t, ctx, chromedp.Navigate(base+"/foelg?kontaktform=telefon&maalgruppe=angst"))
			look("order")
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `document.title.startsWith('Fejl: ')`)
			look("order with errors")
			do(t, ctx, chromedp.SendKeys(chromedp.ID("email"), fmt.Sprintf("ida%d%v@skive.example", i, scripts)))
			press(t, ctx, `label[for="hyppighed-dagligt"]`)
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `location.pathname === '/foelg/sendt'`)
			look("sent")
			at := f.followLink()
			do(t, ctx, chromedp.Navigate(base+at))
			look("asked")
			press(t, ctx, `button[value=bekraeft]`)
			eventually(t, ctx, `document.querySelector('.alert-success')?.textContent.includes('Du følger nu listen') === true`)
			look("following")
			press(t, ctx, `label[for$="-ugentligt"]`)
			press(t, ctx, `button[value=gem]`)
			eventually(t, ctx, `location.search === '?gjort=gemt' && document.querySelector('input[value=ugentligt]').checked`)
			// What is new is a mail away from the example.
			f.exec(`UPDATE follow SET practices = '{}', revisions = '{}', frequency = 'daily'`)
			if sent, _, err := f.store.SendDigests(t.Context(), f.index, time.Now().AddDate(0, 0, 1)); sent != 1 || err != nil {
				t.Fatal(sent, err)
			}
			do(t, ctx, chromedp.Navigate(base+f.followLink()+"/stop"))
			look("stop")
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `document.querySelector('h1').textContent === 'Du får ikke flere mails'`)
			look("left")
			do(t, ctx, chromedp.Navigate(base+at))
			look("no more")
			if n := f.count(`SELECT count(*) FROM follower`); n != 0 {
				t.Errorf("%d are left", n)
			}
		}
	}
}
