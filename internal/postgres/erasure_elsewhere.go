package postgres

import (
	"context"
	"encoding/json"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// elsewhere takes the text out of what belongs to no practice and no submission.
func (e *eraser) elsewhere(ctx context.Context) error {
	return e.do(ctx, e.documents, e.prose, e.vocabularyEvents, e.mailTexts, e.allReasons, e.unsavedElsewhere, e.savedForms, e.allShortlists, e.otherTexts, e.allLinks, e.emptySearches, e.followed, e.noteItems)
}

// documents takes the text out of what source documents have said. The sources of
// practices that said the same were changed alike, so that they follow their document
// still.
func (e *eraser) documents(ctx context.Context) error {
	type said struct {
		Hash, Slug string
		Content    []byte
	}
	rows, _ := e.tx.Query(ctx, `SELECT t.hash, d.slug::text, t.content FROM source_document_text t JOIN source_document d ON d.id = t.document_id ORDER BY t.hash`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[said])
	if err != nil {
		return err
	}
	for _, x := range list {
		content, found, err := e.json("source_document_text", x.Content)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		var now catalogue.Source
		if err := json.Unmarshal(content, &now); err != nil {
			return err
		}
		e.rows["source_document_text"]++
		e.items[review.ItemID{Noun: review.NounDocument, Key: x.Slug}] = true
		if _, err := e.tx.Exec(ctx, `SELECT erase_document_text($1, $2, $3, $4, $5, $6)`, x.Hash, content, now.DocumentHash(), id0(e.editor), e.reason, e.now); err != nil {
			return err
		}
	}
	return nil
}

// prose takes the text out of what the items of the vocabularies are said to be. What
// they are called stays, as their addresses do: an editor calls them something else. The
// loader of the seeds leaves them alone from then on.
func (e *eraser) prose(ctx context.Context) error {
	for _, of := range []struct{ table, noun, column string }{
		{"source_document", `'` + string(review.NounDocument) + `'`, "document"}, {"source_document", `'` + string(review.NounDocument) + `'`, "publisher"},
		{"source_document", `'` + string(review.NounDocument) + `'`, "about"}, {"term", "vocabulary", "definition"}, {"solution", `'` + string(review.NounSolution) + `'`, "description"},
	} {
		type item struct {
			ID        int64
			Noun, Key string
			Text      string
		}
		rows, _ := e.tx.Query(ctx, `SELECT id, `+of.noun+`, slug::text, `+of.column+` FROM `+of.table+` ORDER BY id`)
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[item])
		if err != nil {
			return err
		}
		for _, x := range list {
			if !e.isIn(x.Text) {
				continue
			}
			e.rows[of.table]++
			e.items[review.ItemID{Noun: review.Noun(x.Noun), Key: x.Key}] = true
			if _, err := e.tx.Exec(ctx, `UPDATE `+of.table+` SET `+of.column+` = $2, seed_hash = NULL WHERE id = $1`, x.ID, e.erase(x.Text)); err != nil {
				return err
			}
		}
	}
	keys, err := e.everyText(ctx, "page_text", "page", "body", "")
	for _, key := range keys {
		e.items[review.ItemID{Noun: review.NounPage, Key: key}] = true
	}
	return err
}

// vocabularyEvents takes the text out of what was done to the vocabularies. What had it
// is not undone any more (review.DecideVocabulary).
func (e *eraser) vocabularyEvents(ctx context.Context) error {
	return e.contents(ctx, "vocabulary_event", `SELECT id, 0, jsonb_build_object('label', label, 'changes', changes) FROM vocabulary_event ORDER BY id`, nil, func(x contentRow) error {
		if err := e.appendOnly(ctx, "vocabulary_event", x.ID, nil, x.Content, ""); err != nil {
			return err
		}
		var id review.ItemID
		err := e.tx.QueryRow(ctx, `SELECT noun, key FROM vocabulary_event WHERE id = $1`, x.ID).Scan(&id.Noun, &id.Key)
		e.items[id] = true
		return err
	})
}

// movedSlug gives solutions' members in the events of the vocabularies the address that a
// practice has now in place of the one that it had, so that undoing finds it.
func (e *eraser) movedSlug(ctx context.Context, was, now string) error {
	rows, _ := e.tx.Query(ctx, `SELECT id, 0, jsonb_build_object('label', label, 'changes', changes) FROM vocabulary_event WHERE position(to_jsonb($1::text)::text IN changes::text) > 0 ORDER BY id`, was)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[contentRow])
	if err != nil {
		return err
	}
	for _, x := range list {
		var v struct {
			Label   string              `json:"label"`
			Changes []review.ItemChange `json:"changes"`
		}
		if err := json.Unmarshal(x.Content, &v); err != nil {
			return err
		}
		found := false
		for _, c := range v.Changes {
			for _, values := range []review.Values{c.Before, c.After} {
				for i, slug := range values[review.FieldMembers] {
					if slug == was {
						values[review.FieldMembers][i], found = now, true
					}
				}
			}
		}
		if !found {
			continue
		}
		content, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if err := e.appendOnly(ctx, "vocabulary_event", x.ID, nil, content, ""); err != nil {
			return err
		}
	}
	return nil
}

// noteItems notes in the history of each item of the vocabularies that a text was erased
// from it.
func (e *eraser) noteItems(ctx context.Context) error {
	for _, id := range sorted(e.items) {
		n, err := nounOf(id.Noun)
		if err != nil {
			return err
		}
		if n.practices != "" {
			touched, err := practicesWith(ctx, e.tx, []review.ItemChange{{Item: id}})
			if err != nil {
				return err
			}
			e.touched = append(e.touched, touched...)
		}
		if _, err := addVocabularyEvent(ctx, e.tx, review.EraseFromItem, id, e.reason, []review.ItemChange{}, 0, e.editor, e.now); err != nil {
			return err
		}
	}
	return nil
}

func (e *eraser) mailTexts(ctx context.Context) error {
	for _, column := range []string{"subject", "body"} { // who has it open is told of the newer version
		if _, err := e.everyText(ctx, "mail_text", "kind", column, ", version = version + 1"); err != nil {
			return err
		}
	}
	return nil
}

// reasons are those of earlier erasures here, allReasons those of all.
func (e *eraser) reasons(ctx context.Context) error {
	return e.reasonsOf(ctx, `WHERE submission_id = ANY ($1) OR submission_event_id IN (SELECT id FROM submission_event WHERE submission_id = ANY ($1)) OR revision_id IN (SELECT id FROM revision WHERE practice_id = ANY ($2))
		OR practice_event_id IN (SELECT id FROM practice_event WHERE practice_id = ANY ($2))`, e.submissions, e.practices)
}

func (e *eraser) allReasons(ctx context.Context) error { return e.reasonsOf(ctx, ``) }

func (e *eraser) reasonsOf(ctx context.Context, where string, args ...any) error {
	return e.contents(ctx, "erasure", `SELECT id, 0, jsonb_build_object('reason', reason) FROM erasure `+where+` ORDER BY id`, args, func(x contentRow) error {
		return e.appendOnly(ctx, "erasure", x.ID, nil, x.Content, "")
	})
}

// savedForms are what submitters have typed and not sent.
func (e *eraser) savedForms(ctx context.Context) error {
	return e.contents(ctx, "saved_form", `SELECT id, 0, content::jsonb FROM saved_form ORDER BY id`, nil, func(x contentRow) error {
		e.rows["saved_form"]++
		_, err := e.tx.Exec(ctx, `UPDATE saved_form SET content = $2 WHERE id = $1`, x.ID, x.Content)
		return err
	})
}

// otherTexts are what is left outside of records: names of files that are not sent, mails
// that belong to nothing, and why editors said something of a contrast.
func (e *eraser) otherTexts(ctx context.Context) error {
	for _, of := range []struct{ table, column string }{
		{"kept_file", "name"}, {"kept_file", "text_alternative"}, {"mail", "subject"}, {"mail", "body"}, {"mail", "error"}, {"solution_contrast", "reason"},
	} {
		keys, err := e.everyText(ctx, of.table, "id", of.column, "")
		if err != nil {
			return err
		}
		if of.table != "mail" || len(keys) == 0 {
			continue
		}
		rows, _ := e.tx.Query(ctx, `SELECT message_id FROM mail WHERE id::text = ANY ($1)`, keys)
		mails, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		e.mails = append(e.mails, mails...)
	}
	return nil
}

// everyText takes the text out of a column, and gives the keys of the rows that had it.
func (e *eraser) everyText(ctx context.Context, table, key, column, also string) (keys []string, err error) {
	rows, _ := e.tx.Query(ctx, `SELECT `+key+`::text, `+column+` FROM `+table+` ORDER BY `+key)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Key, Text string }])
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		if !e.isIn(x.Text) {
			continue
		}
		e.rows[table]++
		keys = append(keys, x.Key)
		if _, err := e.tx.Exec(ctx, `UPDATE `+table+` SET `+column+` = $2`+also+` WHERE `+key+`::text = $1`, x.Key, e.erase(x.Text)); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// allLinks are the addresses that are checked, or were once.
func (e *eraser) allLinks(ctx context.Context) error {
	return e.forgetLinks(ctx, `SELECT id, url FROM link ORDER BY 1`)
}

// emptySearches forgets the words of searches that found nothing: such a search stays
// hidden without them. People search in letters of any size.
func (e *eraser) emptySearches(ctx context.Context) error {
	rows, _ := e.tx.Query(ctx, `SELECT key, text FROM empty_search WHERE text <> ''`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		Key  []byte
		Text string
	}])
	if err != nil {
		return err
	}
	for _, x := range list {
		if !e.inAddress.MatchString(x.Text) {
			continue
		}
		e.rows["empty_search"]++
		if _, err := e.tx.Exec(ctx, `UPDATE empty_search SET text = '', hidden = true WHERE key = $1`, x.Key); err != nil {
			return err
		}
	}
	return nil
}

// followed takes those off a list who follow a search with the text: without its words it
// would be another list. Whoever follows nothing then is forgotten.
func (e *eraser) followed(ctx context.Context) error {
	rows, _ := e.tx.Query(ctx, `SELECT id, follower_id, words FROM follow WHERE words <> '' ORDER BY id`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		ID, Follower int64
		Words        string
	}])
	if err != nil {
		return err
	}
	var follows, followers []int64
	for _, x := range list {
		if e.inAddress.MatchString(x.Words) {
			e.rows["follow"]++
			follows, followers = append(follows, x.ID), append(followers, x.Follower)
		}
	}
	if len(follows) == 0 {
		return nil
	}
	// In the order of digests: whoever follows, and then what.
	if _, err := e.tx.Exec(ctx, `SELECT FROM follower WHERE id = ANY ($1) ORDER BY id FOR UPDATE`, followers); err != nil {
		return err
	}
	if _, err := e.tx.Exec(ctx, `DELETE FROM follow WHERE id = ANY ($1)`, follows); err != nil {
		return err
	}
	mails, err := forgetFollowers(ctx, e.tx, e.now, followers...)
	e.mails = append(e.mails, mails...)
	return err
}
