package site

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/web"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Problems shows error pages. It needs neither database nor index.
type Problems struct{ cfg Config }

// NewProblems makes the error pages of a site.
func NewProblems(cfg Config) *Problems { return &Problems{cfg} }

// problems are what a visitor reads for each status.
var problems = web.ProblemTexts{
	http.StatusBadRequest:            {"Vi forstår ikke adressen", ""},
	http.StatusForbidden:             {"Det kom fra et andet sted", "Vi tager kun imod det, der er skrevet her på siden. Åbn siden igen, og prøv derfra."},
	http.StatusNotFound:              {"Siden findes ikke", "Måske er adressen skrevet forkert, eller også er siden flyttet. Prøv at søge, eller begynd på forsiden."},
	http.StatusMethodNotAllowed:      {"Det kan man ikke her", "Siden kan kun læses. Gå tilbage, og prøv igen."},
	http.StatusRequestTimeout:        {"Det kom for langsomt", "Forbindelsen er for langsom lige nu, og det, du sendte, nåede ikke frem. Gå tilbage, og send igen. Det, du har skrevet, står der stadig. Hjælper det ikke, så send uden filer."},
	http.StatusConflict:              {"Nogen kom dig i forkøbet", "Det, du ville ændre, er ændret af en anden. Hent siden igen, og prøv så."},
	http.StatusGone:                  {"Siden er fjernet", "Eksemplet er taget ud af kataloget for altid. Du kan søge efter andre eksempler."},
	http.StatusRequestEntityTooLarge: {"Det fylder for meget", "Gå tilbage, og gør teksten eller filerne mindre. Det, du har skrevet, står der stadig."},
	http.StatusInternalServerError:   {"Noget gik galt hos os", "Det er vores fejl, ikke din. Prøv igen om lidt. Hjælper det ikke, så skriv til os, og nævn fejlens nummer."},
	http.StatusServiceUnavailable:    {"Kataloget svarer ikke lige nu", "Vi kan ikke hente siden i øjeblikket. Prøv igen om et øjeblik."},
}

// Page is the httpx.ErrorPage of the site. A program that asked for JSON gets
// the same in JSON.
func (p *Problems) Page(w http.ResponseWriter, r *http.Request, status int, message, id string) {
	v := problems.Problem(p.cfg.Authority, status, message, id, web.Link{Label: "Gå til forsiden", URL: catalogue.PathFront},
		web.Link{Label: "Se alle eksempler", URL: catalogue.PathPractices})
	if status == http.StatusBadRequest && r.Method == http.MethodPost {
		v.Heading = "Vi forstår ikke det, du sendte"
	}
	if strings.HasSuffix(r.URL.Path, ".json") {
		page, err := jsonPage(map[string]any{"status": status, "error": v.Heading + ". " + v.Text, "id": id}, false)
		if err == nil {
			httpx.Write(w, r, status, typeJSON, page.Body)
			return
		}
	}
	p.write(w, r, status, v)
}

func (p *Problems) write(w http.ResponseWriter, r *http.Request, status int, v web.Problem) {
	var b bytes.Buffer
	// A request that has reached its deadline gets its page all the same.
	if err := web.ProblemPage(v).Render(context.WithoutCancel(r.Context()), &b); err != nil {
		http.Error(w, v.Heading, status)
		return
	}
	httpx.Write(w, r, status, typeHTML, b.Bytes())
}

// Starting answers while the catalogue is made ready, with the progress.
type Starting struct {
	done, total atomic.Int64
	handler     http.Handler
}

// NewStarting makes the handler that serves until the site is ready.
func NewStarting(cfg Config, log *slog.Logger) *Starting {
	s := &Starting{}
	pages := NewProblems(cfg)
	r := chi.NewRouter()
	r.Use(httpx.Identify, httpx.Log(log), httpx.SecurityHeaders(strings.HasPrefix(cfg.PublicURL, "https://")), middleware.GetHead)
	r.Get("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("not ready: starting\n"))
	})
	staticRoutes(r, cfg)
	wait := func(w http.ResponseWriter, r *http.Request) {
		v := web.Problem{Shell: web.Shell{Title: "Kataloget starter", Authority: cfg.Authority, Noindex: true}, Heading: "Kataloget starter", Starting: true,
			Text: "Vi er ved at gøre eksemplerne klar. Siden henter sig selv igen om et øjeblik."}
		if total := s.total.Load(); total > 0 {
			v.Progress = madeReady(int(s.done.Load()), int(total))
		}
		w.Header().Set("Retry-After", "2")
		w.Header().Set("Cache-Control", "no-store")
		pages.write(w, r, http.StatusServiceUnavailable, v)
	}
	r.NotFound(wait)
	r.MethodNotAllowed(wait)
	s.handler = r
	return s
}

// Progress tells how many practices of how many are in the index.
func (s *Starting) Progress(done, total int) {
	s.done.Store(int64(done))
	s.total.Store(int64(total))
}

func (s *Starting) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }
