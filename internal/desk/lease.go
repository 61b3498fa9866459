package desk

import (
	"net/http"
	"strconv"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// fieldHolder is the other editor of whom a submission's form has told that they
// have it.
const fieldHolder = "har"

// otherHolder is the editor who has a submission at now, if it is another one; 0
// for none.
func otherHolder(l review.Lease, editor int64, now time.Time) int64 {
	if l.Live(now) && l.Editor != editor {
		return l.Editor
	}
	return 0
}

// held tells an editor that another one has the submission; nil when none has, or
// nothing can be done with it. refused is set when something was not done for it.
func held(s *postgres.SubmissionView, editor int64, refused bool, now time.Time) *web.DeskLease {
	if !s.State.Open() || otherHolder(s.Lease, editor, now) == 0 {
		return nil
	}
	v := &web.DeskLease{Heading: s.LeaseBy + " har indsendelsen siden " + clock(s.Lease.Since, now), Refused: refused,
		Text: "Sidst ændret " + clock(s.Lease.Kept, now) + ". Gemmer du, tager du over, og " + s.LeaseBy + " får det at vide. Tal eventuelt sammen først."}
	if refused {
		v.Text = "Det, du har skrevet, står her endnu, men er ikke gemt. Tryk igen, eller tag over, så bliver det gemt, og " + s.LeaseBy + " får det at vide."
	}
	return v
}

// holderField brings along which other editor the page has told of.
func holderField(s *postgres.SubmissionView, editor int64, now time.Time) web.Hidden {
	return web.Hidden{Name: fieldHolder, Value: strconv.FormatInt(otherHolder(s.Lease, editor, now), 10)}
}

// holdLease begins or goes on with the editor's lease of the form's submission, and
// says in a sentence if another editor has it. What is typed is kept in any case.
func (d *Desk) holdLease(r *http.Request, f deskForm) string {
	if f.submission == 0 || f.part != "" {
		return ""
	}
	_, e := d.auth.At(r.Context())
	l, by, err := d.store.KeepLease(r.Context(), e.ID, f.submission, d.now())
	if err != nil {
		d.errors.Log.WarnContext(r.Context(), "a lease was not kept", "error", err)
		return ""
	}
	if otherHolder(l, e.ID, d.now()) == 0 {
		return ""
	}
	return by + " har indsendelsen siden " + clock(l.Since, d.now()) + "."
}
