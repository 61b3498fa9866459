package httpx

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Static serves the files of fsys, whose addresses carry a hash of the
// content, so that they can be kept for ever. Each is compressed once, as well
// as can be.
func Static(fsys fs.FS) http.Handler {
	var files sync.Map // name + coding to func() []byte
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "Filen findes ikke.", http.StatusNotFound)
			return
		}
		e := negotiate(r)
		ext := path.Ext(name)
		if ext == ".woff2" || len(body) < minCompressed {
			e = identity // woff2 is brotli already
		}
		once, _ := files.LoadOrStore(name+"|"+string(e), sync.OnceValue(func() []byte { return compress(body, e, best) }))
		w.Header().Set("Content-Type", contentTypes(ext))
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		writeBody(w, r, http.StatusOK, once.(func() []byte)(), e)
	})
}

// contentTypes does not ask the machine, whose own list may lack woff2.
func contentTypes(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}
