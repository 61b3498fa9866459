package postgres_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	template "praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const linkBase = "https://praksis.example/indsend/"

// desk is a store with the taxonomy, some practices, and two editors.
type desk struct {
	*postgres.Store
	pool *pgxpool.Pool
	ids  [2]int64
}

func newDesk(t *testing.T, practices int) desk {
	t.Helper()
	return deskOn(t, template.Some(t, practices))
}

// deskOn is a desk on a database with the seeds.
func deskOn(t *testing.T, pool *pgxpool.Pool) desk {
	t.Helper()
	d := desk{Store: postgres.New(pool), pool: pool}
	d.Letters, d.MailHost = site.Compose, site.Host()
	for i, name := range []string{"Redaktør Et", "Redaktør To"} {
		id, err := d.AddEditor(t.Context(), postgres.Editor{Email: fmt.Sprintf("r%d@example.dk", i), Name: name}, now)
		if err != nil {
			t.Fatal(err)
		}
		d.ids[i] = id
	}
	return d
}

// example is a short example that can be published as it stands.
func example(key string) postgres.NewSubmission {
	return postgres.NewSubmission{ClientKey: "noegle-med-nok-tegn-" + key,
		Submission: review.Submission{Kind: review.KindShort, Practice: catalogue.Practice{
			Title: "Gåture med bostøtten i Viborg", Organisation: catalogue.OrganisationRef{Slug: "viborg"},
			Answers: catalogue.Answers{Done: "Bostøtten gik ture med borgerne i stedet for at mødes i hjemmet."},
			Findings: []catalogue.Finding{{TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive,
				Text: "Det var lettere at tale sammen undervejs."}},
		}},
		Contact: review.Contact{Name: "Hanne Hansen", Email: "hanne@viborg.example", Phone: "87654321"}}
}

func (d desk) submit(t *testing.T, n postgres.NewSubmission) postgres.Receipt {
	t.Helper()
	r, err := d.Submit(t.Context(), n, now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (d desk) view(t *testing.T, id int64) *postgres.SubmissionView {
	t.Helper()
	v, err := d.SubmissionByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func one[T any](t *testing.T, pool *pgxpool.Pool, sql string, args ...any) (v T) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// everything is all rows of all tables, as text.
func everything(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%s: %s\n", name, one[string](t, pool, `SELECT coalesce(string_agg(x::text, E'\n'), '') FROM `+name+` x`))
	}
	return b.String()
}

func attached(content string) postgres.NewAttachment {
	return postgres.NewAttachment{Name: "notat.pdf", Type: "application/pdf", Size: int64(len(content)), SHA256: sha256.Sum256([]byte(content)),
		TextAlternative: "Et notat", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, not %v", what, err, want)
	}
}

func mails(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	return one[string](t, pool, `SELECT coalesce(string_agg(kind || ' ' || recipient, ', ' ORDER BY id), '') FROM mail`)
}

func TestSubmissionIsKept(t *testing.T) {
	d := newDesk(t, 1)
	before := version(t, d.Store)
	n := example("a")
	r := d.submit(t, n)
	if !regexp.MustCompile(`^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$`).MatchString(r.Reference) || len(r.Token) != 43 || r.Again {
		t.Errorf("receipt %+v", r)
	}
	if got, want := mails(t, d.pool), "receipt hanne@viborg.example, desk_new "; got != want {
		t.Errorf("mails %q, not %q", got, want)
	}
	if body := one[string](t, d.pool, `SELECT body FROM mail WHERE kind = 'receipt'`); !strings.Contains(body, linkBase+r.Token) || !strings.Contains(body, r.Reference) {
		t.Errorf("receipt: %s", body)
	}
	if body := one[string](t, d.pool, `SELECT body FROM mail WHERE kind = 'desk_new'`); strings.Contains(body, r.Token) || strings.Contains(body, "Hanne") {
		t.Errorf("the desk's mail: %s", body)
	}
	v, err := d.SubmissionByToken(t.Context(), r.Token)
	if err != nil {
		t.Fatal(err)
	}
	want := &postgres.SubmissionView{ID: r.ID, Reference: r.Reference, Kind: review.KindShort, State: review.Received, Version: 1, ReceivedAt: v.ReceivedAt,
		Facts: review.Facts{State: review.Received, Moved: v.ReceivedAt}, Versions: v.Versions, Original: n.Submission, Content: n.Submission, Place: 1, Questions: []postgres.SubmissionQuestion{}, Contact: &n.Contact, EraseOn: "2028-11-22",
		Events: []postgres.SubmissionEvent{{Kind: review.EventReceived, State: review.Received, At: v.Events[0].At}}}
	if len(v.Unsent) != 1 || v.Unsent[0].Kind != review.MailReceipt || v.Unsent[0].Recipient != n.Contact.Email || v.Unsent[0].Body != "" {
		t.Errorf("unsent: %+v", v.Unsent)
	}
	want.Unsent = v.Unsent
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("what was sent (-) and what is kept (+):\n%s", diff)
	}
	if !v.ReceivedAt.Equal(now) || !v.Events[0].At.Equal(now) {
		t.Errorf("received %v, event %v", v.ReceivedAt, v.Events[0].At)
	}
	if all := one[string](t, d.pool, `SELECT string_agg(x::text, ' ') FROM submission x`); strings.Contains(all, r.Token) || strings.Contains(all, n.ClientKey) {
		t.Error("the token or the key stands in the submission's row")
	}
	held := example("b")
	held.HeldReason, held.Submission.Practice.Title = "mange links", ""
	held.Submission.Kind, held.Submission.Text = review.KindTip, "De gik ture"
	h := d.submit(t, held)
	q, err := d.Queue(t.Context(), postgres.QueueFilter{Limit: 10}, 0, now)
	if list := q.Rows; err != nil || len(list) != 2 || list[1].Title != "De gik ture" || list[1].Organisation != "Viborg Kommune" || list[1].HeldReason != "mange links" {
		t.Errorf("waiting: %+v, %v", list, err)
	}
	if v := d.view(t, h.ID); v.State != review.Held || v.Place != 2 || v.HeldReason == "" {
		t.Errorf("held: %+v", v)
	}
	if v, err := d.SubmissionByToken(t.Context(), h.Token); err != nil || v.HeldReason != "" {
		t.Errorf("the submitter sees the suspicion: %+v, %v", v, err)
	}
	if after := version(t, d.Store); after != before {
		t.Errorf("the catalogue's version went from %d to %d", before, after)
	}
	for _, token := range []string{"", "x", r.Reference, strings.ToLower(r.Token)} {
		_, err := d.SubmissionByToken(t.Context(), token)
		wantErr(t, "token "+token, err, catalogue.ErrNotFound)
	}
	_, err = d.SubmissionByID(t.Context(), 12345)
	wantErr(t, "another ID", err, catalogue.ErrNotFound)
}

func TestSubmissionPostedTwice(t *testing.T) {
	d := newDesk(t, 0)
	var wg sync.WaitGroup
	receipts := make([]postgres.Receipt, 8)
	for i := range receipts {
		wg.Go(func() {
			n := example("a")
			n.Attachments = []postgres.NewAttachment{attached("x")}
			var err error
			if receipts[i], err = d.Submit(t.Context(), n, now); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	first := 0
	for _, r := range receipts {
		if !r.Again {
			first++
		}
		r.Again = receipts[0].Again
		if r != receipts[0] {
			t.Errorf("%+v and %+v", r, receipts[0])
		}
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM submission`); n != 1 || first != 1 {
		t.Errorf("%d submissions, %d of them new", n, first)
	}
	if got := mails(t, d.pool); strings.Count(got, "receipt") != 1 {
		t.Errorf("mails: %s", got)
	}
	short := example("a")
	short.ClientKey = "kort"
	if _, err := d.Submit(t.Context(), short, now); err == nil {
		t.Error("a key that can be guessed was taken")
	}
}

func TestSubmissionRollsBack(t *testing.T) {
	d := newDesk(t, 0)
	before := everything(t, d.pool)
	whole := strings.Repeat("x", 600<<10)
	for what, spoil := range map[string]func(*postgres.NewAttachment){
		"another hash": func(a *postgres.NewAttachment) { a.SHA256[0]++ },
		"longer":       func(a *postgres.NewAttachment) { a.Size-- },
		"shorter":      func(a *postgres.NewAttachment) { a.Size++ },
		"unreadable": func(a *postgres.NewAttachment) {
			a.Open = func() (io.ReadCloser, error) {
				return io.NopCloser(io.MultiReader(strings.NewReader(whole[:300<<10]), failing{})), nil
			}
		},
		"another type": func(a *postgres.NewAttachment) { a.Type = "text/html" },
	} {
		n := example("a")
		a := attached(whole)
		spoil(&a)
		n.Attachments = []postgres.NewAttachment{attached("en anden"), a}
		if _, err := d.Submit(t.Context(), n, now); err == nil {
			t.Errorf("%s: no error", what)
		}
		if diff := cmp.Diff(before, everything(t, d.pool)); diff != "" {
			t.Errorf("%s: something remains:\n%s", what, diff)
		}
	}
	d.submit(t, example("a")) // nor does the key count as used
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is broken") }

func TestSubmissionAnsweredCorrectedWithdrawn(t *testing.T) {
	d := newDesk(t, 1)
	r := d.submit(t, example("a"))
	wantErr(t, "answer to nothing", d.answer(t.Context(), r.Token, "Ja", now), review.ErrDecided)
	if err := d.ask(t.Context(), r.ID, 1, "Hvor længe?", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "a stale question", d.ask(t.Context(), r.ID, 1, "Hvor længe?", d.ids[1], now), catalogue.ErrConflict)
	if v := d.view(t, r.ID); v.State != review.ChangesRequested || v.Place != 0 || v.Version != 2 || v.Events[1].Text != "Hvor længe?" || v.Events[1].Editor != "Redaktør Et" {
		t.Errorf("asked: %+v", v)
	}
	if err := d.answer(t.Context(), r.Token, "Et halvt år. Hilsen Hanne", now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	c := example("a").Submission
	c.Practice.Title, c.Kind, c.About = "Gåture hver uge i Viborg", review.KindFull, load(t).Practices[0].Slug
	if err := d.correct(t.Context(), r.Token, c, now.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	v := d.view(t, r.ID)
	if v.Original.Practice.Title != "Gåture med bostøtten i Viborg" || v.Content.Practice.Title != "Gåture hver uge i Viborg" ||
		v.Kind != review.KindFull || v.AboutTitle != load(t).Practices[0].Title || v.Events[2].Text != "Et halvt år. Hilsen Hanne" || v.State != review.InReview {
		t.Errorf("corrected: %+v", v)
	}
	if got, want := mails(t, d.pool), "receipt hanne@viborg.example, desk_new , question hanne@viborg.example, answered "; got != want {
		t.Errorf("mails %q, not %q", got, want)
	}
	if err := d.withdraw(t.Context(), r.Token, now.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	v = d.view(t, r.ID)
	if v.State != review.WithdrawnBySelf || v.DecidedAt == nil || v.EraseOn != "2027-11-22" || v.Place != 0 {
		t.Errorf("withdrawn: %+v", v)
	}
	for what, err := range map[string]error{
		"answer":   d.answer(t.Context(), r.Token, "Ja", now),
		"correct":  d.correct(t.Context(), r.Token, c, now),
		"withdraw": d.withdraw(t.Context(), r.Token, now),
		"take":     d.take(t.Context(), r.ID, v.Version, d.ids[0], now),
		"decline":  d.decline(t.Context(), r.ID, v.Version, review.TooLittle, "Nej", d.ids[0], now),
	} {
		wantErr(t, what, err, review.ErrDecided)
		wantErr(t, what, err, catalogue.ErrConflict)
	}
	if q, err := d.Queue(t.Context(), postgres.QueueFilter{Limit: 5}, 0, now); err != nil || len(q.Rows) != 1 || q.Rows[0].Title != "Gåture hver uge i Viborg" {
		t.Errorf("decided: %+v, %v", q, err)
	}
}

func TestSubmissionRefusesCPR(t *testing.T) {
	d := newDesk(t, 0)
	r := d.submit(t, example("a"))
	declared := example("declared")
	declared.Submission.NotCPR, declared.Submission.Answered = true, []string{"name-title-ab0102031234cd"} // a hash
	x := d.submit(t, declared)
	asked := d.submit(t, example("asked"))
	if err := d.ask(t.Context(), asked.ID, 1, "Hvem var med?", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	const number = "010190-1234"
	with := func(key string, put func(*postgres.NewSubmission)) error {
		n := example(key)
		put(&n)
		_, err := d.Submit(t.Context(), n, now)
		return err
	}
	bad := example("a").Submission
	bad.Practice.LegalBasis = []string{"x\n" + number}
	for what, err := range map[string]error{
		"title":    with("b", func(n *postgres.NewSubmission) { n.Submission.Practice.Title = "Om " + number }),
		"new line": with("b", func(n *postgres.NewSubmission) { n.Submission.Practice.Answers.Other = "x\n" + number }),
		"bare":     with("b", func(n *postgres.NewSubmission) { n.Submission.Text = "0101901234" }),
		"declared": with("b", func(n *postgres.NewSubmission) { n.Submission.Text, n.Submission.NotCPR = number, true }),
		"contact":  with("b", func(n *postgres.NewSubmission) { n.Contact.Name = "Hanne " + number }),
		"file name": with("b", func(n *postgres.NewSubmission) {
			a := attached("x")
			a.Name = number + ".pdf"
			n.Attachments = append(n.Attachments, a)
		}),
	} {
		if refused, ok := errors.AsType[*review.RefusedError](err); !ok || strings.Contains(refused.Error(), "1234") {
			t.Errorf("%s: %v", what, err)
		}
	}
	save := func() error {
		_, err := d.saveDraft(t.Context(), r.ID, 1, bad.Practice, nil, d.ids[0], now)
		return err
	}
	for what, err := range map[string]error{
		"answer":       d.answer(t.Context(), asked.Token, "Det er "+number, now),
		"correction":   d.correct(t.Context(), r.Token, bad, now),
		"question":     d.ask(t.Context(), r.ID, 1, "Er "+number+" dig?", d.ids[0], now),
		"no":           d.decline(t.Context(), r.ID, 1, review.PersonalData, number, d.ids[0], now),
		"bare, no":     d.decline(t.Context(), r.ID, 1, review.PersonalData, "0101901234", d.ids[0], now),
		"declared, no": d.decline(t.Context(), x.ID, 1, review.PersonalData, number, d.ids[0], now),
		"draft":        save(),
	} {
		refused, ok := errors.AsType[*review.RefusedError](err)
		if !ok || strings.Contains(err.Error(), "1234") {
			t.Errorf("%s: %v", what, err)
		} else if f := refused.Faults[0].Field; f != review.FieldText && f != "legal_basis[1]" {
			t.Errorf("%s: the fault is of %s", what, f)
		}
	}
	if err := d.decline(t.Context(), x.ID, 1, review.TooLittle, "Sag 0101901234", d.ids[0], now); err != nil {
		t.Errorf("ten digits that were declared: %v", err)
	}
	if all := everything(t, d.pool); strings.Contains(all, number) || strings.Count(all, "0101901234") != 2 { // the event and the mail
		t.Error("a CPR number was stored")
	}
}

func TestAttachment(t *testing.T) {
	d := newDesk(t, 0)
	content := strings.Repeat("0123456789abcdef", 40_000) + "end" // more than two pieces
	n := example("a")
	n.Attachments = []postgres.NewAttachment{attached(content), attached("kort"), attached("kort")}
	r := d.submit(t, n)
	v := d.view(t, r.ID)
	if len(v.Attachments) != 2 || v.Attachments[0].Size != int64(len(content)) || v.Attachments[0].SHA256 != sha256.Sum256([]byte(content)) {
		t.Fatalf("attachments %+v", v.Attachments)
	}
	for i, want := range []string{content, "kort"} {
		var b bytes.Buffer
		if err := d.WriteAttachment(t.Context(), v.Attachments[i].PublicID, &b); err != nil || b.String() != want {
			t.Errorf("attachment %d: %d bytes, %v", i, b.Len(), err)
		}
	}
	if largest := one[int](t, d.pool, `SELECT max(length(data)) FROM attachment_chunk`); largest != 256<<10 {
		t.Errorf("a piece has %d bytes", largest)
	}
	for _, id := range []string{"", "1", "x", "00000000-0000-0000-0000-000000000000", v.Attachments[0].PublicID + "'"} {
		_, _, err := d.AttachmentByID(t.Context(), id)
		wantErr(t, "attachment "+id, err, catalogue.ErrNotFound)
		wantErr(t, "attachment "+id, d.WriteAttachment(t.Context(), id, io.Discard), catalogue.ErrNotFound)
	}
	for i, editor := range d.ids {
		if _, err := d.actOn(t.Context(), r.ID, i+1, editor, now, review.Act{Action: review.Save, Holder: d.ids[0], Seen: []string{v.Attachments[0].PublicID}}); err != nil {
			t.Fatal(err)
		}
	}
	a, submission, err := d.AttachmentByID(t.Context(), v.Attachments[0].PublicID)
	if err != nil || submission != r.ID || a.SeenBy != "Redaktør Et" || a.Name != "notat.pdf" {
		t.Errorf("%+v of %d, %v", a, submission, err)
	}
	n = example("b")
	for i := range postgres.MaxAttachments + 1 {
		n.Attachments = append(n.Attachments, attached(fmt.Sprint(i)))
	}
	if _, err := d.Submit(t.Context(), n, now); err == nil {
		t.Error("too many attachments were taken")
	}
}
