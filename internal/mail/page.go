package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"strings"
)

// InboxPath is where the inbox is read.
const InboxPath = "/dev/post"

const style = `body{font:1.125rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
li{margin-bottom:1rem}dt{font-weight:bold}dd{margin:0 0 .5rem}a{display:inline-block;min-height:1.5rem}`

var policy = func() string {
	h := sha256.Sum256([]byte(style))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
}()

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"paragraphs": func(text string) template.HTML { return template.HTML(paragraphs(text)) }, // escaped there
	"style":      func() template.CSS { return template.CSS(style) },
}).Parse(`
{{define "top"}}<!doctype html>
<html lang="da">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>{{.}}</title><style>{{style}}</style></head>
<body>
<main>{{end}}
{{define "list"}}{{template "top" "Post på denne maskine"}}
<h1>Post på denne maskine</h1>
<p>Her lander mails, når der ikke er sat en mailserver op. Ingen af dem er sendt. <a href="/">Til forsiden</a></p>
{{if .}}<ul>{{range .}}
<li><a href="` + InboxPath + `/{{.Name}}">{{.Subject}}</a><br>Til {{.To}}, <time datetime="{{.Date.Format "2006-01-02T15:04:05Z07:00"}}">{{.Date.Local.Format "02.01.2006 15:04:05"}}</time></li>{{end}}
</ul>{{else}}<p>Der er ingen post.</p>{{end}}
</main>
</body>
</html>
{{end}}
{{define "letter"}}{{template "top" .Subject}}
<p><a href="` + InboxPath + `">Al post</a></p>
<h1>{{.Subject}}</h1>
<dl><dt>Fra</dt><dd>{{.From}}</dd><dt>Til</dt><dd>{{.To}}</dd><dt>Dato</dt><dd>{{.Date.Local.Format "02.01.2006 15:04:05"}}</dd><dt>Message-ID</dt><dd>{{.MessageID}}</dd></dl>
<article>
{{paragraphs .Text}}</article>
<p><a href="` + InboxPath + `/{{.Name}}.eml">Mailen, som den ville være sendt</a></p>
</main>
</body>
</html>
{{end}}`))

// ServeHTTP lists the mails at [InboxPath] (with ?til= those to one address)
// and shows each. It answers on this machine's own names only, so that no page
// elsewhere can have a browser here read the secret links, and not through a
// proxy.
func (b *Inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	forwarded := r.Header.Get("Forwarded") + r.Header.Get("X-Forwarded-For") + r.Header.Get("X-Real-Ip") + r.Header.Get("Via")
	if !loopback(strings.Trim(host, "[]")) || forwarded != "" {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	name := strings.Trim(strings.TrimPrefix(r.URL.Path, InboxPath), "/")
	if raw, ok := strings.CutSuffix(name, suffix); ok {
		source, err := b.source(raw)
		if err != nil {
			b.fail(w, r, err)
			return
		}
		h.Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(source)
		return
	}
	var page bytes.Buffer
	var err error
	if name == "" {
		var list []Letter
		if list, err = b.Letters(r.URL.Query().Get("til")); err == nil {
			err = pages.ExecuteTemplate(&page, "list", list)
		}
	} else {
		var l Letter
		if l, err = b.letter(name); err == nil {
			err = pages.ExecuteTemplate(&page, "letter", l)
		}
	}
	if err != nil {
		b.fail(w, r, err)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page.Bytes())
}

// fail tells what is wrong: whoever reads it is the developer.
func (b *Inbox) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		http.NotFound(w, r)
		return
	}
	http.Error(w, err.Error(), http.StatusInternalServerError)
}
