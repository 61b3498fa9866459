package site

import (
	"io"
	"log/slog"
	"net/http"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/web"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Routes is the site as one handler.
func (s *Site) Routes(log *slog.Logger) http.Handler {
	r := chi.NewRouter()
	secure := strings.HasPrefix(s.PublicURL, "https://")
	r.Use(httpx.Identify, httpx.Log(log), httpx.SecurityHeaders(secure), s.errors.Recover, openData,
		middleware.GetHead, s.errors.SameOrigin(s.PublicURL, "POST "+catalogue.FollowStopPath("{token}")))
	r.NotFound(s.wrap(s.notFound))
	r.MethodNotAllowed(s.errors.MethodNotAllowed)
	// An upload has places of its own, and time: pages and small forms never wait
	// for uploads.
	r.With(keptNowhere, s.errors.Receive(httpx.NewPlaces(maxUploads, maxUploadsEach))).Post(catalogue.PathSubmit+"/send", s.errors.Wrap(s.submitSend))
	s.listRoutes(r)
	r.Group(func(r chi.Router) {
		r.Use(s.errors.Receive(httpx.NewPlaces(maxReceiving, maxReceivingEach)), s.errors.Buffer(maxFormBytes),
			s.errors.Limit(httpx.MaxConcurrent), httpx.Deadline)
		s.pageRoutes(r)
	})
	return handler{r, s.cache.Kept(log, s.LogTogether, secure, r)}
}

// handler is a router with what stands before it.
type handler struct {
	*chi.Mux
	first http.Handler
}

// ServeHTTP implements http.Handler.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.first.ServeHTTP(w, r) }

// The requests whose bodies are received at once, and those of one client: an
// office has one address.
const (
	maxReceiving, maxReceivingEach = 256, 32
	maxUploads, maxUploadsEach     = 128, 8
)

// pageRoutes are all that answer within httpx.RequestTimeout.
func (s *Site) pageRoutes(r chi.Router) {
	h := s.wrap
	r.Get(catalogue.PathFront, h(s.front))
	r.Get(catalogue.PathPractices, h(s.practices))
	r.Get(catalogue.PathPractices+".json", h(s.practicesJSON))
	r.Get(catalogue.PathPractices+".atom", h(s.listAtom))
	r.Get(catalogue.PathPractices+".docx", h(s.listDOCX))
	r.Get(catalogue.PathBrief, h(s.briefPage))
	r.Get(catalogue.PathBrief+".docx", h(s.briefPage))
	r.Get(catalogue.PathPractices+"/{slug}", h(s.practice))
	r.Get(catalogue.PathPractices+"/{slug}/aendringer", h(s.changes))
	r.Get(catalogue.PathMap, h(s.mapOf))
	r.Get(catalogue.PathSuggestions, h(s.suggestions))
	r.Get(catalogue.PathSolutions, h(s.solutions))
	r.Get(catalogue.PathOverview, h(s.overview))
	r.Get(catalogue.PathContrasts, h(s.contrasts))
	r.Get(catalogue.PathGaps, h(s.gaps))
	for _, facet := range []string{catalogue.FacetTargetGroup, catalogue.FacetContactForm, catalogue.FacetTheme, catalogue.FacetPerspective, catalogue.FacetSolution} {
		r.Get(catalogue.LandingPath(facet, "")+"{slug}", h(s.termPage(facet)))
	}
	for _, kind := range []catalogue.OrganisationKind{catalogue.Municipality, catalogue.Region, catalogue.NGO} {
		r.Get(catalogue.ActorPath(kind, "")+"{slug}", h(s.actorPage))
	}
	for _, x := range landingIndexes {
		r.Get(x.path(), h(s.landingIndex(x)))
	}
	r.Get(catalogue.PathAbout, h(s.about))
	r.Get(catalogue.PathFirstDay, h(s.firstDays))
	r.Get(catalogue.PathFirstDay+"/{role}", h(s.firstDay))
	r.Get(catalogue.PathAccessibility, h(s.accessibility))
	r.Get(catalogue.PathWAS, s.was)
	r.Get(catalogue.PathPrivacy, h(s.privacy))
	r.Get(catalogue.PathChecklist, h(s.checklist))
	r.Get(catalogue.PathNextTime, h(s.nextTime))
	r.Get(catalogue.PathStatus, h(s.status))
	r.Get(catalogue.PathTemplate+".docx", h(s.template))
	r.Get(catalogue.PathTemplate+".odt", h(s.template))
	r.Get(catalogue.PathEmbed, h(s.embedHelp))
	r.Get(catalogue.EmbedPath(catalogue.PathPractices), h(s.embedList))
	r.Get(catalogue.EmbedPath(catalogue.PathPractices)+"/{slug}", h(s.embedPractice))
	r.Get(catalogue.PathDataSet, h(s.dataSet))
	r.Get("/skos/{name}.ttl", h(s.vocabulary))
	r.Get("/sitemap.xml", h(s.sitemaps))
	r.Get("/sitemap/sider.xml", h(s.sitemapPages))
	r.Get("/sitemap/eksempler-{file}.xml", h(s.sitemapPractices))
	r.Get("/opensearch.xml", h(s.openSearch))
	r.Group(func(r chi.Router) {
		r.Use(keptNowhere)
		s.intakeRoutes(r)
		s.followRoutes(r)
		s.shortlistRoutes(r)
	})
	r.Get("/readyz", s.ready)
	staticRoutes(r, s.Config)
}

// keptNowhere keeps what is a visitor's own out of every cache, where it is led on to
// another page too. What is everybody's there says so itself (httpx.Cache).
func keptNowhere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// openData lets pages of other sites read the public data, and nothing else. What
// it answers hangs on no cookie.
func openData(next http.Handler) http.Handler {
	shared := httpx.Shared(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isOpenData(r.URL.Path) {
			shared.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isOpenData tells which paths are data for programs: the JSON of the list and of its
// examples, and what is written as Turtle.
func isOpenData(path string) bool {
	json := strings.HasSuffix(path, ".json") && (path == catalogue.PathPractices+".json" || strings.HasPrefix(path, catalogue.PracticePath("")))
	return json || path == catalogue.PathDataSet || strings.HasPrefix(path, "/skos/")
}

// staticRoutes are what is served also while the catalogue is starting: static
// files, robots.txt and the sign of life.
func staticRoutes(r chi.Router, cfg Config) {
	root := web.StaticRoot()
	r.Get(root+"*", http.StripPrefix(root, httpx.Static(web.Static)).ServeHTTP)
	r.Get("/favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, root+"favicon.svg", http.StatusFound)
	})
	r.Get("/healthz", text("ok\n"))
	r.Get("/robots.txt", cfg.robots())
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, body)
	}
}

// notFound is what no route takes.
func (s *Site) notFound(http.ResponseWriter, *http.Request) error { return catalogue.ErrNotFound }
