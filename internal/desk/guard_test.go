package desk_test

import (
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"
)

// guards is what each address that changes something does when two do it at once:
// nothing that the desk can change is overwritten unseen.
var guards = map[string]string{
	"/redaktion/indsendelser/{id}":                    "submission.version, in the form: 409 shows both drafts; attachment.seen_by keeps the first; a practice that it adds to only grows (TestStale)",
	"/redaktion/indsendelser/{id}/kladde":             "unsaved_form by editor, form and page: two windows have a row each (TestKeptWhileTyping)",
	"/redaktion/indsendelser/{id}/mailadresse":        "the address that was seen, in the form: 409 shows both (TestEmailConflict)",
	"/redaktion/indsendelser/{id}/mailadresse/kladde": "unsaved_form, as above",
	"/redaktion/indsendelser/{id}/slet/kladde":        "unsaved_form, as above",
	"/redaktion/indsendelser/{id}/slet":               "an erasure takes away and puts nothing in its place: to do it twice is to do it once",
	"/redaktion/loesninger/{slug}":                    "solution_contrast: to hide twice is to hide once, a pair is added once, and what is taken back already is so (TestContrasts)",
	"/redaktion/loesninger/{slug}/kladde":             "unsaved_form, as above",
	"/redaktion/eksempler/ny":                         "submission.client_hash by the form's page: a double post is one example (TestBeginExample)",
	"/redaktion/eksempler/ny/kladde":                  "unsaved_form, as above",
	"/redaktion/eksempler/{slug}":                     "the practice's edition, in the form: 409 shows what has happened, and what was typed stays (TestDecideConflict)",
	"/redaktion/eksempler/{slug}/ret":                 "the practice's edition, in the form: 409 shows both (TestReviseConflict)",
	"/redaktion/eksempler/{slug}/ret/kladde":          "unsaved_form, as above",
	"/redaktion/eksempler/{slug}/sammenlaeg":          "the editions of both practices, in the form: 409 shows what they become now (TestMerge)",
	"/redaktion/eksempler/{slug}/sammenlaeg/kladde":   "unsaved_form, as above",
	"/redaktion/eksempler/{slug}/slet":                "as the erasure of a submission",
	"/redaktion/eksempler/{slug}/slet/kladde":         "unsaved_form, as above",
	"/redaktion/eksempler/{slug}/kladde":              "unsaved_form, as above",
	"/redaktion/indsendelser/{id}/note":               "append-only: two notes are two events (TestNotes)",
	"/redaktion/indsendelser/{id}/note/kladde":        "unsaved_form, as above",
	"/redaktion/forslag/{slug}":                       "seed_proposal.seed_hash and the practice's revision, in the form: 409 shows what is proposed now (TestProposals)",
	"/redaktion/eksempler/{slug}/note":                "append-only, as above",
	"/redaktion/eksempler/{slug}/note/kladde":         "unsaved_form, as above",
	"/redaktion/tjek/send":                            "inquiry.asked_at and closed_at: what a colleague has sent or left out is done once, and nothing with it (TestSendSeveral)",
	"/redaktion/tjek/send/kladde":                     "unsaved_form, as above",
	"/redaktion/mailtekster/{kind}":                   "mail_text.version, in the form: 409 shows both texts (TestMailTextConflict)",
	"/redaktion/mailtekster/{kind}/kladde":            "unsaved_form, as above",
	"/redaktion/opdel":                                "submission.client_key, from the form's key and the number of the practice: a second press makes none again (TestCutIntoDrafts)",
	"/redaktion/opdel/fil":                            "kept_file and unsaved_form by a key of their own",
	"/redaktion/opdel/kladde":                         "unsaved_form, as above",
	"/redaktion/links/{id}":                           "a recheck and an editor's word take nothing away: to do it twice is to do it once (postgres: TestLinkRounds)",
	"/redaktion/soegninger":                           "whether it matters, and who said so last: to do it twice is to do it once",
	"/redaktion/mails/{id}/igen":                      "only a mail that is given up is sent again: the second finds none (TestMailTexts)",
	"/redaktion/ordforraad/ny/{noun}":                 "the key: the second of two with one name is told of the first (review: TestDecideVocabulary)",
	"/redaktion/ordforraad/ny/{noun}/kladde":          "unsaved_form, as above",
	"/redaktion/ordforraad/{noun}/{key}":              "the fingerprint of the item as it was seen, in the form: 409 shows both (TestVocabularyConflict)",
	"/redaktion/ordforraad/{noun}/{key}/kladde":       "unsaved_form, as above",
	"/redaktion/ordforraad/haendelser/{id}/fortryd":   "vocabulary_event.undoes is unique, and what was changed since is refused (TestVocabularyUndo)",
	"/redaktion/ordforraad/maerk-om":                  "the number of each practice's revision, in the form: 409 changes nothing (TestVocabularyRetag)",
	"/redaktion/konto/adgangskode":                    "the old password, and editor.epoch as it was when it was proved (postgres: TestGuards)",
	"/redaktion/log-ind/opsaet":                       "the old factor, and editor.totp_secret as it was when it was proved (postgres: TestGuards)",
	"/redaktion/konto/log-ud-overalt":                 "editor.epoch is counted up: to do it twice is to do it once",
	"/redaktion/log-ind/kode":                         "editor.totp_last goes up only: a code is good once (postgres: TestEditorCodeIsUsedOnce)",
	"/redaktion/log-ind":                              "the session alone",
	"/redaktion/log-ind/faelles":                      "carried_form: a row of its own. The answer ties an account that is tied to nobody (postgres: TestGuards)",
	"/redaktion/log-ud":                               "the session alone",
	"/redaktion/forlaeng":                             "the session alone",
	"/redaktion/indsendelser/{id}/tjek":               "how often each was answered, in the form: 409; an inquiry is taken in once (postgres: TestInquiries)",
	"/redaktion/indsendelser/{id}/tjek/kladde":        "unsaved_form, as above",
	"/redaktion/eksempler/{slug}/tjek":                "as above, and the revision that was seen",
	"/redaktion/eksempler/{slug}/tjek/kladde":         "unsaved_form, as above",
	"/redaktion/invitation/{token}":                   "the invitation is used up by the first (postgres: TestInvitation)",
	"/redaktion/redaktoerer":                          "an account of its own; the address is unique among open ones",
	"/redaktion/redaktoerer/kladde":                   "unsaved_form, as above",
	"/redaktion/redaktoerer/{id}":                     "a role: the one that was seen, in the form; the rest takes away, and to do it twice is to do it once (postgres: TestAccounts)",
}

// A new address that changes something says here how it is guarded.
func TestEveryChangeIsGuarded(t *testing.T) {
	f := newFixture(t, loopback())
	routes, ok := f.handler.(chi.Routes)
	if !ok {
		t.Fatal("the desk's handler is no router")
	}
	found := map[string]bool{}
	if err := chi.Walk(routes, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method != http.MethodGet && method != http.MethodHead {
			if found[pattern] = true; guards[pattern] == "" {
				t.Errorf("%s %s: nothing says what happens when two do it at once", method, pattern)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for pattern := range guards {
		if !found[pattern] {
			t.Errorf("%s is no address", pattern)
		}
	}
	// Every form with more than choices to make is kept: passwords, codes and the
	// sign-in's address alone are not.
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	for _, path := range []string{"/redaktion", pathOf(id), pathOf(id) + "/mailadresse", pathOf(id) + "/slet", pathOf(id) + "/note", "/redaktion/mails", "/redaktion/mailtekster", "/redaktion/mailtekster/receipt", "/redaktion/konto", "/redaktion/log-ind/opsaet",
		"/redaktion/ordforraad", "/redaktion/ordforraad/maalgruppe", "/redaktion/ordforraad/maalgruppe/angst", "/redaktion/ordforraad/ny/synonym", "/redaktion/ordforraad/side/om", "/redaktion/ordforraad/haendelser",
		"/redaktion/eksempler/ny", "/redaktion/loesninger/lukkede-dag-og-vaeresteder", at(f.published(0)), at(f.published(0)) + "/ret", at(f.published(0)) + "/sammenlaeg?med=" + f.published(1), at(f.published(0)) + "/slet"} {
		d := v.get(path)
		for _, form := range d.Find("main form[method=post]").EachIter() {
			texts := form.Find(`textarea, input[type=text], input[type=url], input[type=email], input[type=search]`).Not("#kode, #gammel")
			if _, kept := form.Attr("data-keep"); !kept && texts.Length() > 0 {
				t.Errorf("%s: what is typed into the form of %s is not kept", path, form.AttrOr("action", ""))
			}
			if form.Find("input[type=file]").Length() > 0 || form.AttrOr("enctype", "") != "" {
				t.Errorf("%s: a sign-in brings no files along", path)
			}
		}
	}
}
