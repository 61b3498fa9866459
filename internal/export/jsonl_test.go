package export

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

func TestReader(t *testing.T) {
	input := "\ufeff" + `{"title": "A", "organisation": "aarhus", "target_groups": ["angst", {"slug": "adhd"}]}` + "\r\n\n" +
		`{"title": "B"` + "\n" +
		`{"title": "C", "organisation": {"code": "0751"}, "hest": 1}` + "\n" +
		`{"title": 7}` + "\n" +
		`{"title": "D"} {"title": "E"}` + "\n" +
		`{"title": "` + strings.Repeat("x", maxLine) + `"}` + "\n" +
		"{\"title\": \"\xff\"}\n" +
		`{"title": "Z", "organisation": {"code": "0751"}}`
	r := NewReader(strings.NewReader(input))
	var got []string
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *LineError
		switch {
		case errors.As(err, &bad):
			if bad.Message == "" || !strings.HasSuffix(bad.Message, ".") {
				t.Errorf("line %d: message %q", r.Line(), bad.Message)
			}
			got = append(got, "fault")
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, p.Title)
		}
	}
	if want := "A fault fault fault fault fault fault Z"; strings.Join(got, " ") != want || r.Line() != 9 {
		t.Errorf("got %q up to line %d", got, r.Line())
	}
}

func TestWriteLineLeavesOutWhatIsOurs(t *testing.T) {
	var b bytes.Buffer
	at := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	p := &catalogue.Practice{Key: "k", Title: "A\nB", State: catalogue.StatePublished, Revision: 3, StateReason: "x", FirstPublished: &at, Updated: &at, Checked: &at, Reviewed: &at}
	if err := WriteLine(&b, p); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, f := range catalogue.Fields {
		if f.Meta != catalogue.MetaNone && strings.Contains(got, `"`+f.Path+`"`) != (f.Meta == catalogue.MetaExported) {
			t.Errorf("%s: %s", f.Path, got)
		}
	}
	if strings.Count(got, "\n") != 1 || p.Revision != 3 || p.FirstPublished == nil {
		t.Errorf("%s of %+v", got, p)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(`{"title": "A", "organisation": "aarhus"}` + "\n\n{"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewReader(bytes.NewReader(b))
		for range len(b) + 2 {
			_, err := r.Next()
			var bad *LineError
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil && !errors.As(err, &bad) {
				t.Fatal(err)
			}
		}
		t.Fatal("the reader never ends")
	})
}
