// Package web holds the pages: templates with one view struct a page, styles,
// the script, and the embedded static files.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"sync"
)

//go:embed static
var embedded embed.FS

// Static holds the static files: styles, script, fonts, icons.
var Static = func() fs.FS {
	sub, err := fs.Sub(embedded, "static")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}()

// StaticRoot is the address below which the static files stand. It carries a
// hash of all of them, so that they can be kept for ever.
var StaticRoot = sync.OnceValue(func() string {
	h := sha256.New()
	err := fs.WalkDir(Static, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(Static, name)
		h.Write([]byte(name))
		h.Write(b)
		return err
	})
	if err != nil {
		panic(err) // embedded files can be read
	}
	return "/static/" + hex.EncodeToString(h.Sum(nil))[:10] + "/"
})

func asset(name string) string { return StaticRoot() + name }
