package postgres_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"praksis/internal/pgtest"
	"praksis/internal/postgres"
)

// Of each kind the last one is known, and the last one that went well; what is long ago
// is forgotten.
func TestOperations(t *testing.T) {
	s := postgres.New(pgtest.New(t))
	record := func(kind postgres.OperationKind, at time.Time, ok bool) {
		t.Helper()
		o := postgres.Operation{Kind: kind, Started: at, Finished: at.Add(time.Minute), OK: ok, Bytes: 7, Detail: json.RawMessage(`{"file": "x"}`)}
		if err := s.RecordOperation(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	is := func(want ...string) {
		t.Helper()
		list, err := s.LastOperations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, o := range list {
			got = append(got, fmt.Sprintf("%s %s %v %d %s", o.Kind, o.Finished.UTC().Format("01-02"), o.OK, o.Bytes, o.Detail))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	}
	is()
	record(postgres.OperationBackup, now.AddDate(-2, 0, 0), true)
	record(postgres.OperationDrill, now.AddDate(0, 0, -3), true)
	record(postgres.OperationDrill, now.AddDate(0, 0, -2), false)
	record(postgres.OperationDrill, now.AddDate(0, 0, -1), false)
	record(postgres.OperationBackup, now, true)
	day := func(back int) string { return now.AddDate(0, 0, -back).UTC().Format("01-02") }
	is("backup "+day(0)+` true 7 {"file": "x"}`, "drill "+day(1)+` false 7 {"file": "x"}`, "drill "+day(3)+` true 7 {"file": "x"}`)
}
