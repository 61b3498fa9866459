package postgres_test

import (
	"errors"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// Nothing in a history can be edited or taken out by the application: its role may
// read and add. (An erasure has the owner's function.)
func TestHistoryIsAppendOnly(t *testing.T) {
	s, pool, _ := seeded(t)
	_, list, err := s.RevisionsBySlug(t.Context(), "toender-gaature-i-naturen-med-saarbare-unge")
	if err != nil || len(list) != 1 || list[0].Origin != "seed" {
		t.Fatalf("%v, %v", list, err)
	}
	if err := s.NotePractice(t.Context(), "toender-gaature-i-naturen-med-saarbare-unge", "En note.", 0, now); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"submission_event", "practice_event", "submission_version", "revision", "erasure"} {
		var column string
		if err := pool.QueryRow(t.Context(), `SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 AND is_identity = 'NO' ORDER BY ordinal_position LIMIT 1`, table).Scan(&column); err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{`UPDATE ` + table + ` SET ` + column + ` = ` + column, `DELETE FROM ` + table, `TRUNCATE ` + table} {
			if _, err := pool.Exec(t.Context(), sql); !denied(err) {
				t.Errorf("%s: %v", sql, err)
			}
		}
		var may int
		if err := pool.QueryRow(t.Context(), `
			SELECT count(*) FROM information_schema.column_privileges WHERE table_schema = current_schema() AND table_name = $1 AND privilege_type = 'UPDATE' AND grantee = 'praksis_app'`, table).Scan(&may); err != nil || may != 0 {
			t.Errorf("%d columns of %s may be changed, %v", may, table, err)
		}
	}
}

// Notes of a practice go with an erasure, and are held to the gate.
func TestPracticeNotes(t *testing.T) {
	s, _, _ := seeded(t)
	const slug = "toender-gaature-i-naturen-med-saarbare-unge"
	for _, bad := range []string{" ", "Hun hedder 010203-1234"} {
		if _, refused := errors.AsType[*review.RefusedError](s.NotePractice(t.Context(), slug, bad, 0, now)); !refused {
			t.Errorf("%q is kept", bad)
		}
	}
	if err := s.NotePractice(t.Context(), "findes-ikke", "En note.", 0, now); !errors.Is(err, catalogue.ErrNotFound) {
		t.Error(err)
	}
	if err := s.NotePractice(t.Context(), slug, "Spørg Hanne Jensen.", 0, now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.EraseText(t.Context(), postgres.On{Practice: slug}, "Hanne Jensen", "Et navn", 0, now); err != nil {
		t.Fatal(err)
	}
	p, err := s.PracticeForDesk(t.Context(), slug)
	if err != nil || p.Events[0].Text != "Spørg [fjernet]." || p.Events[0].Kind != review.EventNoted {
		t.Errorf("%+v, %v", p.Events, err)
	}
}
