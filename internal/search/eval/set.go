// Package eval measures the search on collections whose answers are known: it
// reads a BEIR folder, indexes it as practices with the very index of the
// catalogue, and tells how good the answers are.
package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Document is one document of a collection.
type Document struct {
	ID    string
	Title string
	Text  string
}

// Query is one query with what is known of its answers.
type Query struct {
	ID   string
	Text string
	// Fields are the further fields of its line and of the line's metadata,
	// by name; the line's own go before.
	Fields map[string]string
	// Grades are the judged documents, by id; above zero is relevant.
	Grades map[string]int
}

// Set is a collection: documents, and the queries whose answers are known.
type Set struct {
	// Documents are none when the folder has no corpus.jsonl: the judgements
	// are then of what the caller knows.
	Documents []Document
	// Queries are those that have a relevant document: of the others nothing
	// can be measured.
	Queries []Query
}

// maxLine bounds a line: a document of more bytes is a mistake.
const maxLine = 64 << 20

// Read reads a BEIR folder: corpus.jsonl, queries.jsonl, and qrels.tsv or
// qrels/test.tsv. An error names file and line.
func Read(dir string) (*Set, error) {
	s := &Set{}
	documents, queries := map[string]bool{}, map[string]int{}
	err := eachLine(filepath.Join(dir, "corpus.jsonl"), func(_ int, line string) error {
		var d struct {
			ID          string `json:"_id"`
			Title, Text string
		}
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			return err
		}
		if d.ID == "" || documents[d.ID] {
			return fmt.Errorf("the document's _id %q is empty or taken", d.ID)
		}
		documents[d.ID] = true
		s.Documents = append(s.Documents, Document(d))
		return nil
	})
	known := func(document string) bool { return documents[document] }
	if errors.Is(err, fs.ErrNotExist) {
		known, err = func(string) bool { return true }, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Query
	err = eachLine(filepath.Join(dir, "queries.jsonl"), func(_ int, line string) error {
		q, err := readQuery(line)
		if err != nil {
			return err
		}
		if _, taken := queries[q.ID]; taken || q.ID == "" {
			return fmt.Errorf("the query's _id %q is empty or taken", q.ID)
		}
		queries[q.ID] = len(all)
		all = append(all, q)
		return nil
	})
	if err != nil {
		return nil, err
	}
	qrels := filepath.Join(dir, "qrels.tsv")
	if _, err := os.Stat(qrels); errors.Is(err, fs.ErrNotExist) {
		qrels = filepath.Join(dir, "qrels", "test.tsv")
	}
	err = eachLine(qrels, func(n int, line string) error {
		query, document, score, err := readJudgement(line)
		place, asked := queries[query]
		switch {
		case err != nil && n == 1 && !asked: // the header
			return nil
		case err != nil:
			return err
		case !asked:
			return fmt.Errorf("queries.jsonl has no query %q", query)
		case !known(document):
			return fmt.Errorf("corpus.jsonl has no document %q", document)
		}
		all[place].Grades[document] = score
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, q := range all {
		if relevant(q.Grades) > 0 {
			s.Queries = append(s.Queries, q)
		}
	}
	if len(s.Queries) == 0 {
		return nil, fmt.Errorf("%s: no query has a relevant document", qrels)
	}
	return s, nil
}

// eachLine calls fn for each line that is not blank, counted from 1.
func eachLine(name string, fn func(n int, line string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewScanner(f)
	r.Buffer(nil, maxLine)
	n := 0
	for r.Scan() {
		n++
		line := r.Text()
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := fn(n, line); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
	}
	if err := r.Err(); err != nil {
		return fmt.Errorf("%s, line %d: %w", name, n+1, err)
	}
	return nil
}

func readQuery(line string) (Query, error) {
	q := Query{Fields: map[string]string{}, Grades: map[string]int{}}
	var top map[string]any
	if err := json.Unmarshal([]byte(line), &top); err != nil {
		return q, err
	}
	metadata, _ := top["metadata"].(map[string]any)
	for _, fields := range []map[string]any{metadata, top} {
		for name, v := range fields {
			if s, ok := v.(string); ok {
				q.Fields[name] = s
			}
		}
	}
	var ok bool
	if q.ID, ok = top["_id"].(string); !ok {
		return q, errors.New("the query's _id is no text")
	}
	if q.Text, ok = top["text"].(string); !ok {
		return q, errors.New("the query's text is no text")
	}
	delete(q.Fields, "_id")
	delete(q.Fields, "text")
	return q, nil
}

// readJudgement takes tabs and, where somebody has retyped the file, spaces.
func readJudgement(line string) (query, document string, score int, err error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 3 {
		fields = strings.Fields(line)
	}
	if len(fields) != 3 {
		return "", "", 0, fmt.Errorf("%d fields, not query-id, corpus-id and score", len(fields))
	}
	score, err = strconv.Atoi(strings.TrimSpace(fields[2]))
	if err != nil {
		err = fmt.Errorf("the score %q is no whole number", fields[2])
	}
	return fields[0], fields[1], score, err
}
