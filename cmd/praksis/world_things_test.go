package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// submissions are one in every state, each with texts that nobody else may read.
func (w *world) submissions() {
	ctx := w.t.Context()
	by := w.account(review.RoleEditor)
	submit := func(state string, edit func(*postgres.NewSubmission)) postgres.Receipt {
		name, address := "Ida Indsender "+state, "ida-"+state+"@kommune.example"
		n := postgres.NewSubmission{ClientKey: state + "-0123456789abcdef", Contact: review.Contact{Name: name, Email: address},
			Submission: review.Submission{Kind: review.KindShort, Practice: catalogue.Practice{Title: "Telefonkæde hemmelig " + state, Summary: "Bostøtterne ringede hver dag.",
				Organisation: catalogue.OrganisationRef{Slug: "syddjurs", Name: "Syddjurs Kommune"}, Answers: catalogue.Answers{Done: "Bostøtterne ringede hver dag."}}}}
		if edit != nil {
			edit(&n)
		}
		r, err := w.store.Submit(ctx, n, w.now)
		w.must(err)
		w.has("submission", state, strconv.FormatInt(r.ID, 10))
		w.has("receipt", state, r.Token)
		if state != "published" {
			w.secrets = append(w.secrets, secret{"hemmelig " + state, []string{r.Token}})
		}
		w.secrets = append(w.secrets, secret{name, []string{r.Token}}, secret{address, []string{r.Token}})
		return r
	}
	file := func(n *postgres.NewSubmission) {
		content := []byte("%PDF-1.7 hemmeligt bilag")
		n.Attachments = []postgres.NewAttachment{{Name: "bilag.pdf", Type: "application/pdf", Size: int64(len(content)), SHA256: sha256.Sum256(content), TextAlternative: "Tal",
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}}
	}
	act := func(r postgres.Receipt, a review.Act) postgres.Applied {
		on := postgres.On{Submission: r.ID}
		if a.Action == review.Withdraw {
			on = postgres.On{Token: r.Token}
		} else {
			a.Editor, a.Version = by, 1
		}
		done, err := w.store.Apply(ctx, on, a, w.now)
		w.must(err)
		return done
	}
	attachment := func(r postgres.Receipt) string {
		s, err := w.store.SubmissionByID(ctx, r.ID)
		w.must(err)
		return s.Attachments[0].PublicID
	}
	sent := submit("sent", file)
	w.has("attachment", "kept", attachment(sent))
	w.secrets = append(w.secrets, secret{text: "hemmeligt bilag"})
	act(submit("asked", nil), review.Act{Action: review.Ask, Text: "Hvor mange var med?"})
	act(submit("declined", nil), review.Act{Action: review.Decline, Reason: string(review.TooLittle), Text: "Fortæl mere."})
	act(submit("withdrawn", nil), review.Act{Action: review.Withdraw})
	overruled := map[review.CheckItem]string{}
	for _, item := range review.CheckItems {
		overruled[item.Code] = "Kilden siger ikke mere"
	}
	published := submit("published", nil)
	w.has("practice", "new", act(published, review.Act{Action: review.Publish, Overruled: overruled}).Practice)
	erased := submit("erased", file)
	w.has("attachment", "erased", attachment(erased))
	w.must(w.store.EraseSubmission(ctx, erased.ID, "Prøve", by, w.now))
	w.has("attachment", "missing", "00000000-0000-0000-0000-000000000000")
	w.has("submission", "missing", "999999")
	w.has("submission", "wrong", "x")
	w.has("receipt", "missing", token())
	w.has("receipt", "wrong", "x")
	w.has("one submission", "sent", w.things["submission"]["sent"])
	w.has("one practice", "published", w.things["practice"]["published"])
	// What would be the address of what is not published.
	w.has("practice", "draft", "telefonkaede-hemmelig-sent")
}

// shortlists are a browser's own, another one's, one with a link of each sort, and one
// that was erased, made before what is in them was taken out of the catalogue.
func (w *world) shortlists() {
	ctx := w.t.Context()
	title := func(own, text string) {
		l, err := w.store.Shortlist(ctx, own, w.now)
		w.must(err)
		w.must(w.store.ChangeShortlist(ctx, own, postgres.ShortlistChange{Title: postgres.TypedText{Text: text, Seen: review.Seen(l.Title)}}, w.now))
	}
	begin := func() string {
		own := token()
		w.must(w.store.BeginShortlist(ctx, own, w.now))
		_, err := w.store.AddToShortlist(ctx, own, []string{w.things["practice"]["published"], w.things["practice"]["removed"], w.things["practice"]["withdrawn"]}, w.now)
		w.must(err)
		_, _, err = w.store.FreezeShortlist(ctx, own, nil, w.now)
		w.must(err)
		return own
	}
	own, browser := begin(), begin()
	title(own, "Mappe hemmelig vores")
	title(browser, "Mappe hemmelig browser")
	w.has("shortlist", "own", own)
	for state, may := range map[string]postgres.ShortlistMay{"edit": postgres.ShortlistEdit, "read": postgres.ShortlistRead} {
		link, err := w.store.ShareShortlist(ctx, own, may, w.now)
		w.must(err)
		w.has("shortlist", state, link)
	}
	other := begin()
	title(other, "Mappe hemmelig deres")
	closed, err := w.store.ShareShortlist(ctx, other, postgres.ShortlistEdit, w.now)
	w.must(err)
	l, err := w.store.Shortlist(ctx, other, w.now)
	w.must(err)
	for _, x := range l.Links {
		w.must(w.store.RevokeShortlistLink(ctx, other, x.ID, w.now))
	}
	w.has("shortlist", "closed", closed)
	erased := begin()
	w.must(w.store.EraseShortlist(ctx, erased, w.now))
	w.has("shortlist", "erased", erased)
	w.secrets = append(w.secrets, secret{"hemmelig vores", []string{own, w.things["shortlist"]["edit"], w.things["shortlist"]["read"]}}, secret{"hemmelig deres", []string{other}}, secret{"hemmelig browser", []string{browser}})
	w.has("cookie", "none", "")
	for state, value := range map[string]string{"own": browser, "other": other, "edit": w.things["shortlist"]["edit"], "closed": closed, "erased": erased, "made-up": token()} {
		w.has("cookie", state, value)
		w.visitors["cookie "+state] = &visitor{name: "cookie " + state, cookies: map[string]*http.Cookie{"__Host-mappe": {Name: "__Host-mappe", Value: value}}}
	}
	w.visitors["cookie none"] = w.visitors["nobody"]
}

// links are what other secret links lead to.
func (w *world) links() {
	ctx := w.t.Context()
	by := w.account(review.RoleEditor)
	// A form saved for later.
	for _, state := range []string{"kept", "erased"} {
		text := "Kladde hemmelig " + state
		f, err := w.store.SaveForm(ctx, postgres.NewSavedForm{FormKey: "kladde-" + state + "-0123456789abcdef", Content: []byte(`{"submission":{"kind":"short","practice":{"title":"` + text + `"}}}`), Client: state,
			Submission: review.Submission{Kind: review.KindShort, Practice: catalogue.Practice{Title: text}}, Contact: review.Contact{Email: "kladde-" + state + "@kommune.example"}}, w.now)
		w.must(err)
		w.has("saved", state, f.Token)
		w.secrets = append(w.secrets, secret{text, []string{f.Token}}, secret{"kladde-" + state + "@kommune.example", []string{f.Token}})
	}
	w.must(w.store.EraseSavedForm(ctx, w.things["saved"]["erased"], w.now))
	// Lists that are followed.
	for _, state := range []string{"confirmed", "ordered", "left"} {
		link, address := token(), "foelger-"+state+"@kommune.example"
		w.must(w.store.OrderFollow(ctx, postgres.FollowOrder{Email: address, Frequency: review.Daily, Token: link, Client: address}, w.now))
		w.has("follower", state, link)
		w.secrets = append(w.secrets, secret{text: address}) // the page shows its first letter alone
		if state == "ordered" {
			continue
		}
		f, err := w.store.Follower(ctx, link, w.now)
		w.must(err)
		w.must(w.store.ConfirmFollow(ctx, link, f.Lists[0].ID, w.index, w.now))
	}
	_, err := w.store.LeaveFollow(ctx, w.things["follower"]["left"], 0, w.now)
	w.must(err)
	// Questions to people at the source.
	about := w.things["submission"]["asked"]
	id, err := strconv.ParseInt(about, 10, 64)
	w.must(err)
	for state, at := range map[string]time.Time{"open": w.now, "closed": w.now, "expired": w.now.AddDate(-1, 0, 0)} {
		link, address := token(), "kilde-"+state+"@kommune.example"
		w.must(w.store.Ask(ctx, postgres.Asked{Submission: id, Kind: review.InquiryCheck, Emails: []string{address}, Tokens: []string{link}}, by, at))
		w.has("inquiry", state, link)
		w.secrets = append(w.secrets, secret{text: address})
		for i := range w.secrets {
			if w.secrets[i].text == "hemmelig asked" && state == "open" { // who is asked sees what is to be published
				w.secrets[i].links = append(w.secrets[i].links, link)
			}
		}
	}
	list, err := w.store.Inquiries(ctx, id, 0)
	w.must(err)
	for _, q := range list {
		if q.Email == "kilde-closed@kommune.example" {
			w.must(w.store.CloseInquiry(ctx, postgres.ClosedInquiry{ID: q.ID, Submission: id, Answers: q.Answers, Done: postgres.InquiryTakenBack}, by, w.now))
		}
	}
	for _, kind := range []string{"saved", "follower", "shortlist", "inquiry"} {
		w.has(kind, "missing", token())
		w.has(kind, "wrong", "x")
	}
	// No link leads where another kind's does.
	tokens := []string{"receipt sent", "saved kept", "follower confirmed", "shortlist own", "inquiry open", "invitation open"}
	for _, x := range tokens {
		of, state, _ := strings.Cut(x, " ")
		for _, kind := range []string{"receipt", "saved", "follower", "shortlist", "inquiry", "invitation"} {
			if kind != of {
				w.has(kind, "foreign "+of, w.things[of][state])
			}
		}
	}
}

// deskThings are what else stands in the desk's addresses.
func (w *world) deskThings() {
	ctx := w.t.Context()
	by := w.account(review.RoleEditor)
	mails, err := w.store.UnsentMails(ctx)
	w.must(err)
	for i, m := range mails {
		if i == 0 {
			w.has("mail", "waiting", strconv.FormatInt(m.ID, 10))
			continue
		}
		if m.SubmissionID != 0 && !m.Kind.ToDesk() {
			_, err := w.store.MailFailed(ctx, m, postgres.MailFailure{Cause: errors.New("550"), Code: 550, Status: "5.1.1", Final: true}, w.now)
			w.must(err)
			w.has("mail", "given up", strconv.FormatInt(m.ID, 10))
			break
		}
	}
	w.has("mail", "missing", "999999")
	v, err := w.store.Vocabulary(ctx)
	w.must(err)
	for id := range v {
		if id.Noun == "maalgruppe" && v.Live(id) {
			w.has("item", "live", "maalgruppe|"+id.Key)
			break
		}
	}
	w.has("item", "missing", "maalgruppe|findes-slet-ikke")
	w.has("item", "no noun", "findes-ikke|x")
	var ngo string
	w.must(w.pool.QueryRow(ctx, `SELECT slug FROM organisation WHERE kind = 'ngo' ORDER BY slug LIMIT 1`).Scan(&ngo))
	// Whatever has a page of its own: one that is there, and one that is not.
	for _, noun := range []review.Noun{"maalgruppe", "kontaktform", "tema", "perspektiv", review.NounSolution} {
		kind := strings.ReplaceAll(string(noun), "loesninger", "loesning")
		for _, id := range slices.SortedFunc(maps.Keys(v), func(a, b review.ItemID) int { return strings.Compare(a.Key, b.Key) }) {
			if id.Noun == noun && v.Live(id) {
				w.has(kind, "there", id.Key)
				break
			}
		}
		w.has(kind, "missing", "findes-slet-ikke")
	}
	for kind, slug := range map[string]string{"kommune": "aarhus", "region": "region-midtjylland", "aktoer": ngo, "vocabulary": "maalgruppe", "facet": "maalgruppe", "sitemap": "1", "file": "favicon.svg", "first day": "sagsbehandler"} {
		w.has(kind, "there", slug)
		w.has(kind, "missing", "findes-slet-ikke")
	}
	w.has("noun", "there", "maalgruppe")
	w.has("noun", "missing", "findes-ikke")
	w.has("mail text", "there", "receipt")
	w.has("mail text", "missing", "findes-ikke")
	_, event, err := w.store.ChangeVocabulary(ctx, review.VocabularyAct{Action: review.AddItem, Item: review.ItemID{Noun: "maalgruppe"}, Values: review.Values{"label": {"En ny gruppe"}}}, 0, by, w.now)
	w.must(err)
	w.has("event", "there", strconv.FormatInt(event, 10))
	w.has("event", "missing", "999999")
	practice, p, err := w.store.PublicPractice(ctx, 0, w.things["practice"]["published"])
	w.must(err)
	_, err = w.pool.Exec(ctx, `INSERT INTO seed_proposal (practice_id, content, seed_hash, proposed_at) VALUES ($1, $2, 'x', $3)`, practice, p, w.now)
	w.must(err)
	w.has("proposal", "there", p.Slug)
	w.has("proposal", "none", w.things["practice"]["new"])
	w.has("proposal", "missing", "findes-slet-ikke")
	var link int64
	w.must(w.pool.QueryRow(ctx, `INSERT INTO link (url, outcome, failures, failing_since, dead_since) VALUES ('https://borte.example/', 'fails', 3, $1, $1) RETURNING id`, w.now).Scan(&link))
	w.has("link", "there", strconv.FormatInt(link, 10))
	w.has("link", "missing", "999999")
}
