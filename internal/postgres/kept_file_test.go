package postgres_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"praksis/internal/postgres"
	"praksis/internal/review"
)

// The key of a form that was sent: the same again is the same; other words, or a
// further file, are something else, which is neither lost in silence nor written.
func TestSentAgainIsToldApart(t *testing.T) {
	d := newDesk(t, 1)
	n := example("a")
	n.FormKey = n.ClientKey
	n.Attachments = []postgres.NewAttachment{attached("referat")}
	first := d.submit(t, n)
	before := everything(t, d.pool)
	for what, c := range map[string]struct {
		change func(*postgres.NewSubmission)
		other  bool
	}{
		"the same":             {func(*postgres.NewSubmission) {}, false},
		"without the file":     {func(n *postgres.NewSubmission) { n.Attachments = nil }, false},
		"with other answers":   {func(n *postgres.NewSubmission) { n.Submission.Answered = []string{"x"} }, false},
		"another title":        {func(n *postgres.NewSubmission) { n.Submission.Practice.Title = "Noget andet" }, true},
		"another file":         {func(n *postgres.NewSubmission) { n.Attachments = []postgres.NewAttachment{attached("plan")} }, true},
		"one finding the less": {func(n *postgres.NewSubmission) { n.Submission.Practice.Findings = nil }, true},
	} {
		x := n
		c.change(&x)
		r, err := d.Submit(t.Context(), x, now)
		if err != nil || !r.Again || r.Other != c.other || r.Token != first.Token {
			t.Errorf("%s: %+v, %v", what, r, err)
		}
	}
	if after := everything(t, d.pool); after != before {
		t.Error("a double post has written something")
	}
	// What was corrected meanwhile is no reason to take the original for another.
	c := n.Submission
	c.Practice.Title = "Rettet titel"
	if err := d.correct(t.Context(), first.Token, c, now); err != nil {
		t.Fatal(err)
	}
	if r := d.submit(t, n); r.Other {
		t.Error("the original is another after a correction")
	}
	// What was withdrawn may be sent anew.
	if err := d.withdraw(t.Context(), first.Token, now); err != nil {
		t.Fatal(err)
	}
	if r := d.submit(t, n); !r.Other {
		t.Error("what was withdrawn cannot be sent anew")
	}
}

// A correction may bring files, as many as there is room for.
func TestCorrectionWithFiles(t *testing.T) {
	d := newDesk(t, 1)
	n := example("a")
	n.Attachments = []postgres.NewAttachment{attached("et"), attached("to")}
	r := d.submit(t, n)
	keep := func(text string) postgres.KeptChoice {
		t.Helper()
		if err := d.KeepFile(t.Context(), formKey, "192.0.2.7", attached(text), now); err != nil {
			t.Fatal(err)
		}
		list, err := d.KeptFiles(t.Context(), formKey, false, now)
		if err != nil {
			t.Fatal(err)
		}
		return postgres.KeptChoice{PublicID: list[len(list)-1].PublicID}
	}
	correct := func(f postgres.Files) error {
		_, err := d.Apply(t.Context(), postgres.On{Token: r.Token, Files: f}, review.Act{Action: review.Correct, Content: &n.Submission}, now)
		return err
	}
	kept := keep("tre")
	if err := correct(postgres.Files{FormKey: formKey, Kept: []postgres.KeptChoice{kept}, New: []postgres.NewAttachment{attached("to")}}); err != nil {
		t.Fatal(err)
	}
	if n := len(d.view(t, r.ID).Attachments); n != 3 {
		t.Errorf("%d attachments", n)
	}
	wantErr(t, "a kept file twice", correct(postgres.Files{FormKey: formKey, Kept: []postgres.KeptChoice{kept}}), postgres.ErrKeptGone)
	err := correct(postgres.Files{FormKey: formKey, Kept: []postgres.KeptChoice{keep("fire")}})
	if _, refused := errors.AsType[*review.RefusedError](err); !refused {
		t.Errorf("a fourth: %v", err)
	}
	if list, err := d.KeptFiles(t.Context(), formKey, false, now); err != nil || len(list) != 1 {
		t.Errorf("what was refused is not kept: %v, %v", list, err)
	}
}

// sized is an attachment of some bytes, whose first ones are a number.
func sized(i, size int) postgres.NewAttachment {
	whole := fmt.Sprintf("%010d", i) + strings.Repeat("x", size-10)
	a := attached(whole)
	a.Size, a.SHA256 = int64(size), sha256.Sum256([]byte(whole))
	return a
}

func TestKeptFiles(t *testing.T) {
	d := newDesk(t, 0)
	for range 2 { // the same twice is one
		if err := d.KeepFile(t.Context(), formKey, "192.0.2.7", attached("et"), now); err != nil {
			t.Fatal(err)
		}
	}
	declared := attached("cifre")
	declared.Digits = true
	if err := d.KeepFile(t.Context(), formKey, "192.0.2.7", declared, now); err != nil {
		t.Fatal(err)
	}
	list, err := d.KeptFiles(t.Context(), formKey, true, now)
	if err != nil || len(list) != 2 || list[0].Size != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	// A file whose ten digits were declared is not there without the declaration.
	if list, err := d.KeptFiles(t.Context(), formKey, false, now); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	// Another form has none of it, and cannot drop it.
	if err := d.DropKeptFile(t.Context(), formKey+"2", list[0].PublicID); err != nil {
		t.Fatal(err)
	}
	if err := d.DescribeKeptFile(t.Context(), formKey, postgres.KeptChoice{PublicID: list[0].PublicID, TextAlternative: "Et billede"}); err != nil {
		t.Fatal(err)
	}
	if other, err := d.KeptFiles(t.Context(), formKey+"2", true, now); err != nil || len(other) != 0 {
		t.Errorf("%+v, %v", other, err)
	}
	n := example("a")
	n.FormKey, n.Kept = formKey+"2", []postgres.KeptChoice{{PublicID: list[0].PublicID}}
	_, err = d.Submit(t.Context(), n, now)
	wantErr(t, "another form's file", err, postgres.ErrKeptGone)
	if list, _ := d.KeptFiles(t.Context(), formKey, true, now); len(list) != 2 || list[0].TextAlternative != "Et billede" {
		t.Errorf("%+v", list)
	}
	if err := d.DropKeptFile(t.Context(), formKey, list[0].PublicID); err != nil {
		t.Fatal(err)
	}
	for _, odd := range []string{"", "x", "1; DROP TABLE kept_file", strings.Repeat("0", 36)} {
		if err := errors.Join(d.DropKeptFile(t.Context(), formKey, odd), d.DescribeKeptFile(t.Context(), formKey, postgres.KeptChoice{PublicID: odd})); err != nil {
			t.Errorf("%q: %v", odd, err)
		}
	}
	if list, _ := d.KeptFiles(t.Context(), formKey, true, now); len(list) != 1 {
		t.Errorf("%+v", list)
	}
	// What cannot be read to its end leaves no room taken.
	broken := sized(1, 300<<10)
	broken.Open = func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("xx"), failing{})), nil
	}
	if err := d.KeepFile(t.Context(), formKey, "192.0.2.7", broken, now); err == nil {
		t.Error("a broken file is kept")
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM kept_file`); n != 1 {
		t.Errorf("%d files", n)
	}
}

// However many come at once, one network has no more room than its bound.
func TestKeptFilesAreBounded(t *testing.T) {
	d := newDesk(t, 0)
	const size = 10 << 20
	var kept, refused atomic.Int64
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 5 {
				err := d.KeepFile(t.Context(), fmt.Sprintf("noegle-med-nok-tegn-%d-%d", worker, i), "192.0.2.7", sized(i, size), now)
				if err == nil {
					kept.Add(1)
				} else if errors.Is(err, postgres.ErrNoRoom) {
					refused.Add(1)
				} else {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if kept.Load() != 18 || refused.Load() != 2 {
		t.Errorf("%d kept, %d refused", kept.Load(), refused.Load())
	}
	if err := d.KeepFile(t.Context(), formKey, "192.0.2.8", sized(1, size), now); err != nil {
		t.Errorf("another network: %v", err)
	}
	for i := range 4 {
		err := d.KeepFile(t.Context(), formKey+"3", "192.0.2.9", sized(i, 1000), now)
		if (i < 3) != (err == nil) {
			t.Errorf("file %d of one form: %v", i+1, err)
		}
	}
}
