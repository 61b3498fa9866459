package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
)

// The parts of CycloneDX 1.6 that we write.
type (
	sbom struct {
		Format     string      `json:"bomFormat"`
		Spec       string      `json:"specVersion"`
		Version    int         `json:"version"`
		Metadata   metadata    `json:"metadata"`
		Components []component `json:"components"`
	}
	metadata struct {
		Component component `json:"component"`
	}
	component struct {
		Type     string    `json:"type"`
		Name     string    `json:"name"`
		Version  string    `json:"version,omitempty"`
		PURL     string    `json:"purl,omitempty"`
		Licences []licence `json:"licenses"`
	}
	licence struct {
		Expression string `json:"expression"`
	}
)

// writeSBOM writes what a program says that it was built of, and what else it carries.
func writeSBOM(w io.Writer, info *debug.BuildInfo, parts []part) error {
	known := map[string]part{}
	for _, p := range parts {
		known[p.Name] = p
	}
	add := func(p part) component {
		c := component{Type: "library", Name: p.Name, Version: p.Version, Licences: []licence{{p.Licence}}}
		if p.Kind != "" {
			c.PURL = "pkg:" + p.Kind + "/" + p.Name + "@" + p.Version
		}
		return c
	}
	out := sbom{Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: metadata{component{Type: "application", Name: "praksis", Version: info.Main.Version, Licences: []licence{{"EUPL-1.2"}}}}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		p, ok := known[m.Path]
		if !ok || p.Version != m.Version {
			return fmt.Errorf("the program has %s %s, whose licence is not in %s: build it anew, or run go run ./internal/licences/generate", m.Path, m.Version, output)
		}
		out.Components = append(out.Components, add(p))
	}
	for _, p := range parts {
		switch {
		case p.Name == "Go":
			p.Version = info.GoVersion
			fallthrough
		case p.Kind != "golang":
			out.Components = append(out.Components, add(p))
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
