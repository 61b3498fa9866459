package site

import (
	"net/http"
	"path"

	"praksis/internal/httpx"
	"praksis/internal/intake"
)

// template gives out the template that municipalities fill in at home, as Word or
// OpenDocument. It is made of the record's fields, and of the ways of contact as they
// are now.
func (s *Site) template(w http.ResponseWriter, r *http.Request) error {
	d := intake.Template(s.index.Taxonomy())
	ext, kind, write := path.Ext(r.URL.Path), intake.DOCX, d.DOCX
	if ext == ".odt" {
		kind, write = intake.ODT, d.ODT
	}
	b, err := write()
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Disposition", `attachment; filename="skabelon`+ext+`"`)
	httpx.Write(w, r, http.StatusOK, kind, b)
	return nil
}
