package site

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/practicepage"
	"praksis/web"
)

const (
	// meanwhile is how many examples can be read while a page waits for the index.
	meanwhile = 20
	// meanwhileTime is how long they may take.
	meanwhileTime = time.Second
)

// preparing answers what needs more of the index than there is yet: with how far it has
// come, and with examples from the database. For the front page and the plain list that
// is an answer; what else was asked for is not there, which the status tells.
func (s *Site) preparing(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), meanwhileTime) // also after the deadline
	defer cancel()
	cards, err := s.store.SomeCards(ctx, meanwhile)
	if err != nil {
		return err
	}
	v := web.Problem{Shell: s.shell("Søgningen gøres klar", ""), Heading: "Søgningen er ved at blive gjort klar", Starting: true, Meanwhile: practicepage.Hits(cards),
		Text: "Kataloget er lige startet. Siden henter sig selv igen, så snart der kan søges."}
	v.Shell.Preparing, v.Shell.Noindex = false, true // the page itself says it
	if done, total := s.index.Progress(); total > 0 {
		v.Progress = madeReady(done, total)
	}
	status := http.StatusServiceUnavailable
	if r.URL.RawQuery == "" && (r.URL.Path == catalogue.PathFront || r.URL.Path == catalogue.PathPractices) {
		status = http.StatusOK
	}
	w.Header().Set("Retry-After", "2")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	NewProblems(s.Config).write(w, r, status, v)
	return nil
}

// madeReady says how far the index has come.
func madeReady(done, total int) string {
	return fmt.Sprintf("%d af %d eksempler er gjort klar til søgning.", done, total)
}
