package eval

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder writes files by name.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	corpus  = `{"_id": "d1", "title": "Gåtur", "text": "i skoven"}` + "\n\n" + `{"_id": "d2", "text": "telefon", "metadata": {}}` + "\n"
	queries = `{"_id": "q1", "text": "gåtur", "kind": "keyword", "metadata": {"kind": "other", "persona": "leader"}}` + "\n" +
		`{"_id": "q2", "text": "telefon", "metadata": {"kind": "question"}}` + "\n" + `{"_id": "q3", "text": "ingen"}`
)

func TestRead(t *testing.T) {
	for name, qrels := range map[string]struct{ file, text string }{
		"with header":    {"qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\nq3\td1\t0\n"},
		"without header": {"qrels.tsv", "q1\td1\t2\r\nq2\td2\t1\r\n"},
		"folder":         {"qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\n"},
		"spaces":         {"qrels.tsv", "q1 d1 2\nq2 d2 1"},
	} {
		s, err := Read(folder(t, map[string]string{"corpus.jsonl": corpus, "queries.jsonl": "\ufeff" + queries, qrels.file: qrels.text}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(s.Documents) != 2 || s.Documents[0] != (Document{"d1", "Gåtur", "i skoven"}) {
			t.Errorf("%s: documents %v", name, s.Documents)
		}
		if len(s.Queries) != 2 { // of q3 nothing is known
			t.Errorf("%s: queries %v", name, s.Queries)
			continue
		}
		q := s.Queries[0]
		if q.Text != "gåtur" || !maps.Equal(q.Fields, map[string]string{"kind": "keyword", "persona": "leader"}) || !maps.Equal(q.Grades, map[string]int{"d1": 2}) {
			t.Errorf("%s: %+v", name, q)
		}
		if kind := s.Queries[1].Fields["kind"]; kind != "question" {
			t.Errorf("%s: kind %q", name, kind)
		}
	}
}

func TestReadErrors(t *testing.T) {
	const judged = "q1\td1\t1\n"
	for name, c := range map[string]struct{ corpus, queries, qrels, want string }{
		"no JSON in corpus":   {corpus + "{", queries, judged, "corpus.jsonl, line 4: unexpected end"},
		"a document twice":    {corpus + `{"_id": "d1"}`, queries, judged, `corpus.jsonl, line 4: the document's _id "d1" is empty or taken`},
		"a document's no id":  {`{"text": "x"}`, queries, judged, "corpus.jsonl, line 1: "},
		"a query twice":       {corpus, queries + "\n" + `{"_id": "q1", "text": ""}`, judged, `queries.jsonl, line 4: the query's _id "q1"`},
		"a query's id":        {corpus, `{"_id": 7, "text": "x"}`, judged, "queries.jsonl, line 1: the query's _id is no text"},
		"a query's no text":   {corpus, queries + "\n" + `{"_id": "q4"}`, judged, "queries.jsonl, line 4: the query's text is no text"},
		"no JSON in queries":  {corpus, "q1 gåtur", judged, "queries.jsonl, line 1: invalid character"},
		"unknown query":       {corpus, queries, judged + "q9\td1\t1\n", `qrels.tsv, line 2: queries.jsonl has no query "q9"`},
		"unknown document":    {corpus, queries, "query-id\tcorpus-id\tscore\n" + judged + "q1\td9\t1\n", `qrels.tsv, line 3: corpus.jsonl has no document "d9"`},
		"a bad score":         {corpus, queries, judged + "q1\td2\tgood\n", `qrels.tsv, line 2: the score "good" is no whole number`},
		"a bad score at once": {corpus, queries, "q1\td2\tgood\n" + judged, `qrels.tsv, line 1: the score "good"`},
		"two fields":          {corpus, queries, judged + "\nq1\td2\n", "qrels.tsv, line 3: 2 fields"},
		"nothing relevant":    {corpus, queries, "q1\td1\t0\n", "no query has a relevant document"},
	} {
		_, err := Read(folder(t, map[string]string{"corpus.jsonl": c.corpus, "queries.jsonl": c.queries, "qrels.tsv": c.qrels}))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := Read(t.TempDir()); err == nil {
		t.Error("an empty folder was read")
	}
}
