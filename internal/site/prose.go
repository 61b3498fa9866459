package site

import (
	"cmp"
	"context"
	"net/http"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/markdown"
	"praksis/internal/review"
	"praksis/web"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
)

func (s *Site) prose(w http.ResponseWriter, r *http.Request, title, path string, page func(web.Prose) templ.Component) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		v := web.Prose{Shell: s.shell(title, path)}
		if path == catalogue.PathAbout {
			o, err := s.index.Overview(nil)
			if err != nil {
				return nil, err
			}
			v.Balance = balance(catalogue.Query{}, &o)
			text, err := s.store.PageText(ctx, review.PageAbout)
			if err != nil {
				return nil, err
			}
			before, behind := web.AboutParts(cmp.Or(text, web.AboutText))
			v.Before, v.Behind = markdown.HTMLBelow(1, before), markdown.HTMLBelow(1, behind)
		}
		v.Crumbs = []web.Crumb{{Label: title}}
		return rendered(ctx, page(v), true, false)
	})
}

func (s *Site) about(w http.ResponseWriter, r *http.Request) error {
	return s.prose(w, r, "Om kataloget", catalogue.PathAbout, web.AboutPage)
}

func (s *Site) accessibility(w http.ResponseWriter, r *http.Request) error {
	return s.prose(w, r, "Tilgængelighedserklæring", catalogue.PathAccessibility, web.AccessibilityPage)
}

func (s *Site) privacy(w http.ResponseWriter, r *http.Request) error {
	return s.prose(w, r, "Privatliv og cookies", catalogue.PathPrivacy, web.PrivacyPage)
}

// was is where the law's supervisors look for the accessibility statement.
func (s *Site) was(w http.ResponseWriter, r *http.Request) {
	to := catalogue.PathAccessibility
	if s.AccessibilityURL != "" {
		to = s.AccessibilityURL
	}
	http.Redirect(w, r, to, http.StatusFound)
}

// firstDays leads to what somebody new does first, by role.
func (s *Site) firstDays(w http.ResponseWriter, r *http.Request) error {
	return s.prose(w, r, "Kom i gang", catalogue.PathFirstDay, func(v web.Prose) templ.Component { return web.FirstDaysPage(v.Shell) })
}

func (s *Site) firstDay(w http.ResponseWriter, r *http.Request) error {
	d, text, ok := web.FirstDayOf(chi.URLParam(r, "role"))
	if !ok {
		return catalogue.ErrNotFound
	}
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: d.Path(), Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, d.Path(), func(ctx context.Context) (*httpx.Page, error) {
		v := web.Prose{Shell: s.shell(d.Title, d.Path()), Before: markdown.HTMLBelow(1, text)}
		v.Crumbs = []web.Crumb{{Label: "Kom i gang", Path: catalogue.PathFirstDay}, {Label: d.Label}}
		return rendered(ctx, web.FirstDayPage(v), true, false)
	})
}
