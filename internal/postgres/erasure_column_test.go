package postgres_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// reached are the columns that an erasure takes a text out of.
const reached = ""

// columnsErased says of each column that can hold letters that an erasure reaches it, or
// why it need not, or cannot. Whoever adds a column says so here.
var columnsErased = map[string]string{
	"attachment.name": reached, "attachment.text_alternative": reached, "attachment.notes": "the program's own sentences", "attachment.type": "code", "attachment.scanned": "code", "attachment.sha256": "hash",
	"attachment_chunk.data": "the file itself: an attachment is erased whole (EraseAttachment), and the desk looks into it",
	"account_event.kind":    "code", "account_event.role": "code",
	"carried_form.id": "hash", "carried_form.content": "encrypted with a key that the browser alone has; gone after 15 minutes",
	"draft.content": reached, "draft.cleared": "hashes",
	"editor.email": "who works at the desk: the page of accounts", "editor.name": "who works at the desk: the page of accounts", "editor.oidc_issuer": "address of the provider", "editor.oidc_subject": "the provider's number",
	"editor.password_hash": "hash", "editor.role": "code", "editor.totp_secret": "secret", "editor_device.token_hash": "hash", "editor_invitation.token_hash": "hash",
	"empty_search.key": "hash", "empty_search.text": reached, "empty_search_day.key": "hash",
	"erasure_key.key": "secret", "erasure_unwritten.line": "numbers and hashes",
	"erasure.reason": reached, "erasure.what": "code",
	"follow.filters": "codes", "follow.frequency": "code", "follow.words": reached, "follower.email": "the address that mails go to: it goes when its owner leaves, and after seven days where they have not confirmed it", "follower.token": "secret",
	"inquiry.kind": "code", "inquiry.note": reached, "inquiry.token_hash": "hash", "inquiry.used": "code",
	"inquiry_answer.path": "path of a field", "inquiry_answer.shown": "hash", "inquiry_answer.text": reached,
	"inquiry_contact.email": "the address that the link is sent to: it goes on its date of erasure, and with the submission",
	"kept_file.client":      "hash", "kept_file.form_hash": "hash", "kept_file.name": reached, "kept_file.notes": "the program's own sentences", "kept_file.scanned": "code", "kept_file.sha256": "hash",
	"kept_file.text_alternative": reached, "kept_file.type": "code", "kept_file_chunk.data": "the file itself, which is not sent: gone after a day, or when its saved form goes",
	"link.outcome": "code", "link.reason": "code", "link.url": reached, "link_event.kind": "code",
	"mail.body": reached, "mail.error": reached, "mail.kind": "code", "mail.message_id": "made of numbers and hashes", "mail.status": "code", "mail.subject": reached,
	"mail.unsubscribe": "the secret link: it goes once the mail is sent",
	"mail.recipient":   "the address that it is sent to: it goes with the contact data (EraseContact), or once it is sent",
	"mail_text.body":   reached, "mail_text.kind": "code", "mail_text.subject": reached,
	"operation_run.detail": "counts, codes and names of files", "operation_run.kind": "code",
	"organisation.code": "code", "organisation.kind": "code", "organisation.name": "name of an organisation: the vocabulary desk", "organisation.parent_kind": "code", "organisation.seed_hash": "hash",
	"organisation.short_name": "name of an organisation: the vocabulary desk", "organisation.slug": "public address", "organisation.spellings": "name of an organisation: the vocabulary desk",
	"page_text.body": reached, "page_text.page": "code",
	"practice.slug": reached, "practice.state": "code", "practice.state_reason": reached,
	"practice_event.change": "code", "practice_event.kind": "code", "practice_event.reason": reached, "practice_event.text": reached, "practice_slug.slug": reached,
	"public_practice.card": reached, "public_practice.entry": reached, "public_practice.moved_to": "made of practice.slug anew", "public_practice.page": reached, "public_practice.slug": reached, "public_practice.state": "code", "public_slug.slug": reached,
	"question_answer.text": reached,
	"revision.content":     reached, "revision.content_hash": "hash, made anew", "revision.origin": "code", "revision_ref.role": "code", "revision_ref.vocabulary": "code",
	"role_event.kind": "code", "role_event.role": "code", "role_event.table_name": "code",
	"saved_form.client": "hash", "saved_form.content": reached, "saved_form.mailed_to": "hash", "saved_form.token_hash": "hash", "saved_form_link.address": "hash", "saved_form_link.client": "hash",
	"seed_load.hash": "hash", "seed_practice.seed_hash": "hash", "seed_practice.seed_key": "the seeds' own", "seed_practice.solutions": "codes", "seed_proposal.content": reached, "seed_proposal.seed_hash": "hash",
	"sessions.data": "numbers and codes", "sessions.token": "hash", "sign_in_failure.account": "hash", "sign_in_failure.client": "hash",
	"shortlist.title": reached, "shortlist_content.content": reached, "shortlist_edition.contrasts": reached, "shortlist_edition.title": reached, "shortlist_edition_item.note": reached,
	"shortlist_item.note": reached, "shortlist_link.may": "code", "shortlist_link.token_hash": "hash",
	"solution.description": reached, "solution.label": "name of an item: the vocabulary desk", "solution.seed_hash": "hash", "solution.slug": "public address", "solution_contact_form.vocabulary": "code",
	"solution_contrast.against_key": "key of a finding, made by the program", "solution_contrast.for_key": "key of a finding, made by the program", "solution_contrast.reason": reached, "solution_contrast.vocabulary": "code",
	"source_document.about": reached, "source_document.asked": "code", "source_document.date": "date", "source_document.document": reached, "source_document.kind": "code", "source_document.publisher": reached,
	"source_document.seed_hash": "hash", "source_document.slug": "public address", "source_document_text.content": reached, "source_document_text.hash": "hash, made anew",
	"submission.client_hash": "hash", "submission.held_reason": reached, "submission.kind": "code", "submission.origin": "code", "submission.reference": "made by the program", "submission.state": "code", "submission.token_hash": "hash",
	"submission_answer.text":   reached,
	"submission_contact.email": "the address that the submitter is written to: it goes with the contact data (EraseContact)", "submission_contact.name": reached, "submission_contact.phone": reached, "submission_contact.token": "secret",
	"submission_event.kind": "code", "submission_event.reason": "code", "submission_event.state": "code", "submission_event.text": reached,
	"submission_question.field": "path of a field", "submission_question.text": reached,
	"submission_version.content": reached, "submission_version.listed": reached,
	"synonym_rule.finds": "words of the search: the vocabulary desk", "synonym_rule.means": "words of the search: the vocabulary desk", "synonym_rule.seed_hash": "hash", "synonym_rule.words": "words of the search: the vocabulary desk",
	"term.codes": "codes", "term.definition": reached, "term.label": "name of an item: the vocabulary desk", "term.seed_hash": "hash", "term.slug": "public address", "term.vocabulary": "code",
	"term_synonym.synonym": "words of the search: the vocabulary desk",
	"unsaved_form.content": reached, "unsaved_form.form": reached, "unsaved_form.page": "random",
	"vocabulary_event.changes": reached, "vocabulary_event.key": "public address", "vocabulary_event.kind": "code", "vocabulary_event.label": reached, "vocabulary_event.noun": "code",
}

// Each column in which a text can stand is reached by an erasure, or is known not to be:
// a new one fails here. What is said to be reached is filled by the test, and has nothing
// of the text afterwards.
func TestErasureReachesEveryColumn(t *testing.T) {
	d := newDesk(t, 3)
	rows, _ := d.pool.Query(t.Context(), `
		SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type y ON y.oid = a.atttypid
		LEFT JOIN pg_type element ON element.oid = y.typelem AND y.typcategory = 'A' LEFT JOIN pg_type base ON base.oid = y.typbasetype
		WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = 'public' AND c.relname !~ '^(river|goose)_'
		  AND coalesce(element.typname, base.typname, y.typname) NOT IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'bool', 'date', 'timestamptz', 'uuid', 'interval', 'oid')
		ORDER BY 1`)
	columns, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(columns) < 100 {
		t.Fatal(len(columns), err)
	}
	for _, c := range columns {
		if _, told := columnsErased[c]; !told {
			t.Errorf("nothing says whether an erasure reaches %s", c)
		}
	}
	for c := range columnsErased {
		if !slices.Contains(columns, c) {
			t.Errorf("there is no column %s", c)
		}
	}

	slug, submission := d.everywhere(t)
	d.fillElsewhere(t, slug, submission)
	had := d.columnsWith(t, "Testsen")
	for c, why := range columnsErased {
		if why == reached && !slices.Contains(had, c) {
			t.Errorf("the test has nothing of it in %s", c)
		}
	}
	found, err := d.FindTextEverywhere(t.Context(), postgres.On{Submission: submission}, erased, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(found.Places)); !slices.Equal(got, postgres.ErasedTables()) {
		t.Errorf("the tables with the text: %v", got)
	}
	before := version(t, d.Store)
	done, err := d.EraseTextEverywhere(t.Context(), postgres.On{Submission: submission}, erased, "Et navn skulle væk", d.ids[0], now)
	if err != nil || version(t, d.Store) != before+1 || fmt.Sprint(found.Places) != fmt.Sprint(done.Places) || len(done.Left) != 0 {
		t.Errorf("%+v, before %+v, %v", done, found, err)
	}
	none(t, d.pool, "Testsen", "hanne-testsen")
	refsMatch(t, d.pool)
	if again, err := d.EraseTextEverywhere(t.Context(), postgres.On{}, erased, "Igen", 0, now); err != nil || again.Rows != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// columnsWith are the columns that have a text, in letters of any size.
func (d desk) columnsWith(t *testing.T, text string) (out []string) {
	t.Helper()
	for _, place := range places(t, d.pool, text) {
		column, _, _ := strings.Cut(place, ":")
		out = append(out, strings.TrimPrefix(column, "public."))
	}
	return out
}

// fillElsewhere has the text in what belongs to no practice and no submission, in another
// practice, and in what an erasure of one alone would not reach.
func (d desk) fillElsewhere(t *testing.T, slug string, submission int64) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	exec := func(sql string, args ...any) {
		t.Helper()
		execSQL(t, d.pool, sql, args...)
	}
	other := example("adresse")
	other.Submission.Practice.Title = erased + " går ture i Viborg"
	other.Contact.Phone = erased
	other.Submission.Practice.Links = []catalogue.Link{{Label: "Huset", URL: "https://viborg.dk/hanne-testsen"}}
	at := d.withCleared(t, postgres.On{Submission: d.submit(t, other).ID}, review.Act{Action: review.Publish}).Practice
	exec(`INSERT INTO practice_slug (slug, practice_id) SELECT 'hanne-testsen-ringede', id FROM practice WHERE slug = $1`, at)
	exec(`INSERT INTO public_slug (slug, practice_id) SELECT 'hanne-testsen-ringede', id FROM practice WHERE slug = $1`, at)
	exec(`INSERT INTO unsaved_form (editor_id, form, page, practice_id, content, kept_at) SELECT $2, '/redaktion/eksempler/' || slug || '/note', 'page-two-2', id, '{"note": ["x"]}', now() FROM practice WHERE slug = $1`, at, d.ids[0])
	exec(`INSERT INTO practice_event (practice_id, kind, text, at) SELECT id, 'noted', $2, now() FROM practice WHERE slug = $1`, at, "Ring til\n"+erased)
	must(d.KeepForm(ctx, d.ids[0], postgres.UnsavedForm{Form: "/redaktion/ordforraad/ny/tema", Page: "page-one-1", Values: map[string][]string{"label": {erased}}}, false, now))
	// The source.
	must(d.Ask(ctx, postgres.Asked{Practice: slug, Kind: review.InquiryCheck, Note: "Er det " + erased + "?", Emails: []string{"en@skive.example"}, Tokens: []string{"token-en"}}, d.ids[0], now))
	must(d.AnswerInquiry(ctx, "token-en", 0, review.InquiryAnswer{Parts: []review.PartAnswer{{Path: "summary", Text: erased + " ringede."}}}, nil, now))
	exec(`UPDATE mail SET error = $1 WHERE id = (SELECT max(id) FROM mail)`, "550 "+erased+" kendes ikke")
	d.withCleared(t, postgres.On{Practice: slug}, review.Act{Action: review.WithdrawPractice, Text: erased + " bad om det."})
	// A shortlist, and an edition of it.
	d.fillShortlist(t, at)
	// What is said in the vocabularies, and was.
	exec(`UPDATE term SET definition = $1 WHERE slug = 'angst'`, "Se "+erased)
	exec(`UPDATE solution SET description = $1 WHERE id = (SELECT min(id) FROM solution)`, "Af "+erased)
	exec(`INSERT INTO page_text (page, body) VALUES ('om', $1)`, "Skriv til "+erased)
	exec(`INSERT INTO mail_text (kind, subject, body, updated_at) VALUES ('receipt', $1, $1, now())`, "Hilsen "+erased)
	said := catalogue.Source{Document: "Notat af " + erased, Publisher: erased, About: erased + " spurgte ti borgere.", Kind: "note"}
	exec(`INSERT INTO source_document (slug, document, kind, publisher, about) VALUES ('notat', $1, $2, $3, $4)`, said.Document, string(said.Kind), said.Publisher, said.About)
	exec(`INSERT INTO source_document_text (hash, document_id, content) SELECT $1, id, $2 FROM source_document WHERE slug = 'notat'`, said.DocumentHash(), said)
	label := review.VocabularyAct{Action: review.AddItem, Item: review.ItemID{Noun: review.Noun(catalogue.Theme)}, Values: review.Values{review.FieldLabel: {"Et hus"}, "definition": {"Af " + erased}}}
	item, _, err := d.ChangeVocabulary(ctx, label, 0, d.ids[0], now)
	must(err)
	label.Action, label.Item, label.Values = review.ChangeItem, item, review.Values{review.FieldLabel: {erased + "s hus"}}
	_, _, err = d.ChangeVocabulary(ctx, label, 0, d.ids[0], now)
	must(err)
	label.Values = review.Values{review.FieldLabel: {"Huset"}}
	_, _, err = d.ChangeVocabulary(ctx, label, 0, d.ids[0], now)
	must(err)
	exec(`DELETE FROM term_synonym WHERE synonym LIKE '%Testsen%'`) // the former name: an editor takes it away
	exec(`INSERT INTO solution_contrast (solution_id, term_id, reason, by_editor, at) SELECT (SELECT min(id) FROM solution), id, $2, $1, now() FROM term WHERE slug = 'angst'`, d.ids[0], erased+" ringede.")
	// What nobody has sent.
	exec(`INSERT INTO saved_form (token_hash, content, client, mailed_to, saved_at, erase_on) VALUES (sha256('x'), $1, '', '', now(), current_date + 30)`, `{"values": {"text": ["Spørg\nHanne\nTestsen"], "link": ["https://viborg.dk/hanne-testsen"]}}`)
	file := attached("et")
	file.Name, file.TextAlternative = erased+".pdf", "Et billede af "+erased
	must(d.KeepFile(ctx, "en-noegle-med-nok-tegn", "192.0.2.7", file, now))
	exec(`INSERT INTO follower (email, token, created_at) VALUES ('ida@skive.example', $1, now())`, strings.Repeat("x", 43))
	exec(`INSERT INTO follow (follower_id, words, filters, frequency, ordered_at, seen_version) SELECT id, 'hanne testsen', '', 'daily', now(), 1 FROM follower`)
	exec(`INSERT INTO empty_search (key, text) VALUES (sha256('x'), 'hanne testsen')`)
	// The reason of another erasure.
	_, err = d.EraseText(ctx, postgres.On{Submission: submission}, "Bostøtten gik", "Det ville "+erased, d.ids[0], now)
	must(err)
}

// fillShortlist has the text in a shortlist, and in an edition of it, with contrasts.
func (d desk) fillShortlist(t *testing.T, slug string) {
	t.Helper()
	token := shortlisted(t, d.Store, slug)
	item := d.shortlist(t, token).Items[0]
	note := postgres.TypedText{Text: "Ring til " + erased, Seen: review.Seen("")}
	if err := d.ChangeShortlist(t.Context(), token, postgres.ShortlistChange{Title: postgres.TypedText{Text: "Mødet med " + erased, Seen: review.Seen("")}, Notes: map[int64]postgres.TypedText{item.Practice: note}}, now); err != nil {
		t.Fatal(err)
	}
	f := catalogue.SaidFinding{Practice: item.Practice, Organisation: item.Page.Organisation, Title: item.Page.Title, Finding: item.Page.Findings[0]}
	c := catalogue.SaidContrast{For: catalogue.SaidSide{Findings: []catalogue.SaidFinding{f}}, Against: catalogue.SaidSide{Findings: []catalogue.SaidFinding{f}}}
	if _, _, err := d.FreezeShortlist(t.Context(), token, []catalogue.SaidContrast{c}, now); err != nil {
		t.Fatal(err)
	}
}

// What had the text is not undone, and so brings nothing back; what else was done to the
// item is. The history stays readable, and tells of the erasure. A practice follows its
// document still.
func TestErasedVocabularyIsNotUndone(t *testing.T) {
	d := newDesk(t, 3)
	ctx := t.Context()
	change := func(act review.VocabularyAct) (review.ItemID, int64) {
		t.Helper()
		item, event, err := d.ChangeVocabulary(ctx, act, 0, d.ids[0], now)
		if err != nil || event == 0 {
			t.Fatal(event, err)
		}
		return item, event
	}
	item, _ := change(review.VocabularyAct{Action: review.AddItem, Item: review.ItemID{Noun: review.NounSolution}, Values: review.Values{review.FieldLabel: {"Kor"}, "description": {"Af " + erased}}})
	_, mended := change(review.VocabularyAct{Action: review.ChangeItem, Item: item, Values: review.Values{review.FieldLabel: {"Kor"}, "description": {"Af borgerne"}}})
	// A member whose address has the text.
	n := example("adresse")
	n.Submission.Practice.Title = erased + " går ture i Viborg"
	n.Submission.Practice.Sources = []catalogue.Source{{Document: "Notat", Publisher: erased, Kind: "note", Place: "side 2"}}
	at := d.withCleared(t, postgres.On{Submission: d.submit(t, n).ID}, review.Act{Action: review.Publish}).Practice
	_, joined := change(review.VocabularyAct{Action: review.ChangeItem, Item: item, Values: review.Values{review.FieldLabel: {"Kor"}, "description": {"Af borgerne"}, review.FieldMembers: {at}}})
	document, _ := change(review.VocabularyAct{Action: review.AddItem, Item: review.ItemID{Noun: review.NounDocument}, Values: review.Values{"document": {"Notat"}, "publisher": {erased}, "kind": {"note"}}})
	if page(t, d.Store, at).Sources[0].Publisher != erased {
		t.Fatal("the practice does not follow the document")
	}
	events, undoes := count(t, d.pool, `SELECT count(*) FROM vocabulary_event`), func(event int64) error {
		_, _, err := d.ChangeVocabulary(ctx, review.VocabularyAct{Action: review.UndoAct}, event, d.ids[0], now)
		return err
	}
	if _, err := d.EraseTextEverywhere(ctx, postgres.On{}, erased, "Et navn skulle væk", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	none(t, d.pool, "Testsen")
	list, err := d.VocabularyEvents(ctx, &item, 0, 20)
	if err != nil || len(list) != 4 || list[0].Action != review.EraseFromItem || list[0].Label != "Et navn skulle væk" || list[0].Editor == "" || list[2].ID != mended || list[2].Changes[0].Before.One("description") != "Af [fjernet]" {
		t.Errorf("%+v, %v", list, err)
	}
	if n := count(t, d.pool, `SELECT count(*) FROM vocabulary_event`); n != events+2 { // of the solution and of the document
		t.Errorf("%d events more", n-events)
	}
	if refused, ok := errors.AsType[*review.RefusedError](undoes(mended)); !ok || !strings.Contains(refused.Faults[0].Message, "slettet") {
		t.Errorf("undone: %v", refused)
	}
	if err := undoes(joined); err != nil {
		t.Errorf("what had only the address is not undone: %v", err)
	}
	slug := one[string](t, d.pool, `SELECT slug::text FROM practice ORDER BY id DESC LIMIT 1`)
	if members := count(t, d.pool, `SELECT count(*) FROM practice_solution p JOIN solution s ON s.id = p.solution_id WHERE s.slug = $1`, item.Key); members != 0 || slug != "fjernet-gaar-ture-i-viborg" {
		t.Errorf("%d members, %s", members, slug)
	}
	change(review.VocabularyAct{Action: review.ChangeItem, Item: document, Values: review.Values{"document": {"Notat"}, "publisher": {"En leder"}, "kind": {"note"}}})
	if s := page(t, d.Store, slug).Sources[0]; s.Publisher != "En leder" || s.Place != "side 2" {
		t.Errorf("the practice does not follow the document: %+v", s)
	}
	if err := undoes(list[0].ID); err != nil || count(t, d.pool, `SELECT count(*) FROM vocabulary_event WHERE undoes = $1`, list[0].ID) != 0 {
		t.Errorf("an erasure is undone: %v", err)
	}
	none(t, d.pool, "Testsen")
}

// Every example and submission that had the text is told of in its own history; the others
// are as they were.
func TestErasureEverywhereIsNoted(t *testing.T) {
	d := newDesk(t, 3)
	with := func(key, other string) int64 {
		n := example(key)
		n.Submission.Practice.Answers.Other = other
		return d.submit(t, n).ID
	}
	waits, becomes, without := with("a", "Det siger\n"+erased+"."), with("b", "Det siger "+erased+"."), with("c", "Det siger de.")
	slug := d.withCleared(t, postgres.On{Submission: becomes}, review.Act{Action: review.Publish}).Practice
	version := d.view(t, without).Version
	done, err := d.EraseTextEverywhere(t.Context(), postgres.On{Submission: waits}, erased, "Et navn", d.ids[0], now)
	if err != nil || len(done.Left) != 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	for sql, want := range map[string]int{
		`SELECT count(*) FROM submission_event WHERE kind = 'text_erased' AND text = 'Et navn'`:                                                                           1,
		`SELECT count(*) FROM practice_event e JOIN practice p ON p.id = e.practice_id WHERE e.kind = 'text_erased' AND e.reason = 'Et navn' AND p.slug = '` + slug + `'`: 1,
		`SELECT count(*) FROM practice_event WHERE kind = 'text_erased'`:                                                                                                  1,
	} {
		if n := count(t, d.pool, sql); n != want {
			t.Errorf("%s: %d", sql, n)
		}
	}
	if v := d.view(t, without); v.Version != version {
		t.Error("what had nothing of it has another version")
	}
	if page(t, d.Store, slug).Answers.Other != "Det siger [fjernet]." {
		t.Error(page(t, d.Store, slug).Answers.Other)
	}
	// A checker may not, whatever the page says.
	if err := d.SetEditorRole(t.Context(), d.ids[1], review.RoleEditor, review.RoleChecker, 0, now); err != nil {
		t.Fatal(err)
	}
	if _, err := d.EraseTextEverywhere(t.Context(), postgres.On{}, "Bostøtten gik", "Et navn", d.ids[1], now); !errors.Is(err, catalogue.ErrForbidden) || count(t, d.pool, `SELECT count(*) FROM submission_version WHERE content::text LIKE '%Bostøtten gik%'`) == 0 {
		t.Errorf("a checker erases: %v", err)
	}
}

// Of an event of the vocabularies and a document's text the database lets texts go, and
// nothing else.
func TestErasureOfVocabularyChangesTextsAlone(t *testing.T) {
	d := newDesk(t, 3)
	for _, n := range review.Nouns {
		for _, f := range n.Fields {
			text := slices.Contains([]review.VocabularyKind{review.KindLine, review.KindProse, review.KindLines}, f.Kind) && f.Name != "code"
			if got := one[bool](t, d.pool, `SELECT text_may_go('vocabulary_event', jsonb_build_array('changes', 1, 'before', $1::text, 1), 'en-kode')`, f.Name); got != text {
				t.Errorf("%s.%s may go: %v", n.Noun, f.Name, got)
			}
		}
	}
	execSQL(t, d.pool, `INSERT INTO vocabulary_event (kind, noun, key, label, changes, at) VALUES ('change', 'tema', 'hus', 'Hus', '[{"item": {"noun": "tema", "key": "hus"}, "before": {"label": ["Hannes hus"], "parent": ["bo"]}, "after": {"label": ["Hus"]}}]', now())`)
	id := one[int64](t, d.pool, `SELECT max(id) FROM vocabulary_event`)
	for name, c := range map[string]struct{ changes, code string }{
		"another text":  {`[{"item": {"noun": "tema", "key": "hus"}, "before": {"label": ["Mettes hus"], "parent": ["bo"]}, "after": {"label": ["Hus"]}}]`, "23514"},
		"a reference":   {`[{"item": {"noun": "tema", "key": "hus"}, "before": {"label": ["Hannes hus"], "parent": ["[fjernet]"]}, "after": {"label": ["Hus"]}}]`, "23514"},
		"the item":      {`[{"item": {"noun": "tema", "key": "[fjernet]"}, "before": {"label": ["Hannes hus"], "parent": ["bo"]}, "after": {"label": ["Hus"]}}]`, "23514"},
		"a field":       {`[{"item": {"noun": "tema", "key": "hus"}, "before": {"label": ["Hannes hus"]}, "after": {"label": ["Hus"]}}]`, "23514"},
		"a text itself": {`[{"item": {"noun": "tema", "key": "hus"}, "before": {"label": ["[fjernet]s hus"], "parent": ["bo"]}, "after": {"label": ["Hus"]}}]`, ""},
	} {
		_, err := d.pool.Exec(t.Context(), `SELECT erase_text('vocabulary_event', $1, NULL, jsonb_build_object('label', 'Hus', 'changes', $2::jsonb), NULL, NULL, 'Et navn', now())`, id, c.changes)
		code := ""
		if pe, ok := errors.AsType[*pgconn.PgError](err); ok {
			code = pe.Code
		}
		if code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	hash := one[string](t, d.pool, `SELECT min(hash) FROM source_document_text`)
	for sql, code := range map[string]string{
		`SELECT erase_document_text($1, (SELECT content || '{"kind": "x"}' FROM source_document_text WHERE hash = $1), $1, NULL, 'Et navn', now())`: "23514",
		`SELECT erase_document_text('x' || $1, '{}', $1, NULL, 'Et navn', now())`:                                                                   "P0002",
		`UPDATE source_document_text SET content = '{}' WHERE hash = $1`:                                                                            "42501",
		`DELETE FROM source_document_text WHERE hash = $1`:                                                                                          "42501",
		`UPDATE vocabulary_event SET label = $1`:                                                                                                    "42501",
	} {
		_, err := d.pool.Exec(t.Context(), sql, hash)
		if pe, ok := errors.AsType[*pgconn.PgError](err); !ok || pe.Code != code {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
