// Command generate makes internal/licences/licences.txt, which the program carries, of the
// modules that are built into it and of what web/static and our data hold of others. It
// is run in the project's folder:
//
//	go run ./internal/licences/generate                    write licences.txt
//	go run ./internal/licences/generate -check             fail when licences.txt is stale
//	go run ./internal/licences/generate -sbom bin/praksis  print the parts of a program as CycloneDX
//
// A licence that is not known, or that we may not ship under, is an error.
package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const output = "internal/licences/licences.txt"

func main() {
	check := flag.Bool("check", false, "write nothing; fail when licences.txt is stale")
	program := flag.String("sbom", "", "print the parts of this program as CycloneDX")
	flag.Parse()
	if err := run(*check, *program); err != nil {
		fmt.Fprintln(os.Stderr, "internal/licences/generate:", err)
		os.Exit(1)
	}
}

func run(check bool, program string) error {
	parts, err := modules()
	if err != nil {
		return err
	}
	more, err := others()
	if err != nil {
		return err
	}
	parts = append(parts, more...)
	if program != "" {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return err
		}
		return writeSBOM(os.Stdout, info, parts)
	}
	made := []byte(write(parts))
	if !check {
		return os.WriteFile(output, made, 0o644)
	}
	if have, err := os.ReadFile(output); err != nil || !bytes.Equal(have, made) {
		return errors.Join(err, fmt.Errorf("%s is not what the modules and files have: run go run ./internal/licences/generate", output))
	}
	return nil
}

// part is something of others that is shipped.
type part struct {
	Name    string
	Version string
	Kind    string // "golang" or "npm", where it is of one; else it is in our own files
	Licence string // as SPDX has it; of several, all hold
	Texts   []string
}

// modules are those of which packages are built into the program, each with the licences
// that stand in its packages' folders and above.
func modules() ([]part, error) {
	// The names of the systems that the image is built for (Dockerfile).
	c := exec.Command("go", "list", "-deps", "-json=Dir,Module", "./cmd/praksis")
	c.Env, c.Stderr = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0"), os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, err
	}
	files, version := map[string][]string{}, map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Dir    string
			Module *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		m := p.Module
		if m == nil || m.Main {
			continue
		}
		version[m.Path] = m.Version
		for dir := p.Dir; strings.HasPrefix(dir, m.Dir); dir = filepath.Dir(dir) {
			entries, err := os.ReadDir(dir)
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				upper := strings.ToUpper(e.Name())
				if !e.IsDir() && (strings.HasPrefix(upper, "LICENSE") || strings.HasPrefix(upper, "LICENCE") || strings.HasPrefix(upper, "COPYING") || strings.HasPrefix(upper, "NOTICE")) && !strings.HasSuffix(upper, ".GO") {
					files[m.Path] = append(files[m.Path], filepath.Join(dir, e.Name()))
				}
			}
		}
	}
	var parts []part
	for path, version := range version {
		slices.Sort(files[path])
		p := part{Name: path, Version: version, Kind: "golang"}
		if err := p.read(slices.Compact(files[path])...); err != nil {
			return nil, err
		}
		parts = append(parts, p)
		if path == "golang.org/x/sys" { // Go's own, whose text is the same
			parts = append(parts, part{Name: "Go", Licence: p.Licence, Texts: p.Texts})
		}
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return parts, nil
}

// others are what is no module: parts of web/static and of our data (web/LICENCES.md).
func others() ([]part, error) {
	b, err := os.ReadFile("web/package-lock.json")
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct{ Version string }
	}
	if err := json.Unmarshal(b, &lock); err != nil {
		return nil, err
	}
	var parts []part
	for _, x := range []struct {
		part
		file string
	}{
		{part{Name: "dkfds", Version: lock.Packages["node_modules/dkfds"].Version, Kind: "npm"}, "web/static/licences/dkfds.md"},
		{part{Name: "IBM Plex Sans (changed)"}, "web/static/licences/ibm-plex-ofl-1.1.txt"},
		{part{Name: "Material Symbols"}, "web/static/licences/apache-2.0.txt"},
		{part{Name: "react-denmark-map", Version: "1.0.0", Kind: "npm"}, "web/static/licences/react-denmark-map.txt"},
		{part{Name: "Stavekontrolden (derived words)"}, "internal/danish/stavekontrolden/LICENCE"},
		{part{Name: "@zxcvbn-ts/language-common", Version: "4.1.3", Kind: "npm"}, "internal/auth/leaked.LICENCE.txt"},
	} {
		if x.Kind == "npm" && x.Version == "" {
			return nil, fmt.Errorf("%s is not in web/package-lock.json", x.Name)
		}
		if err := x.read(x.file); err != nil {
			return nil, err
		}
		parts = append(parts, x.part)
	}
	return parts, nil
}

// read takes the licences of files.
func (p *part) read(files ...string) error {
	var known []string
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n"))
		if !slices.Contains(p.Texts, text) {
			p.Texts = append(p.Texts, text)
		}
		if found := recognise(text); len(found) > 0 {
			known = append(known, found...)
		} else if !strings.HasPrefix(strings.ToUpper(filepath.Base(name)), "NOTICE") {
			return fmt.Errorf("%s: the licence in %s is not known: look at it, and add its words to internal/licences/generate when we may ship it", p.Name, name)
		}
	}
	if len(known) == 0 {
		return fmt.Errorf("%s has no licence: it cannot be shipped", p.Name)
	}
	slices.Sort(known)
	p.Licence = strings.Join(slices.Compact(known), " AND ")
	return nil
}

// permitted are the licences that we ship under EUPL-1.2, by words that each has and no
// other here. What is under the Mozilla licences is unchanged, or lies in files of its own.
var permitted = []struct{ id, words string }{
	{"Apache-2.0", "apache license version 2.0"},
	{"Apache-2.0", "http://www.apache.org/licenses/license-2.0"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy of this software"},
	{"MPL-2.0", "mozilla public license version 2.0 ="},
	{"MPL-2.0", "mozilla public license, version 2.0"},
	{"MPL-1.1", "mozilla public license version 1.1"},
	{"OFL-1.1", "sil open font license version 1.1"},
}

// recognise are the licences whose words stand in a text, as SPDX names them.
func recognise(text string) (ids []string) {
	words := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, l := range permitted {
		if strings.Contains(words, l.words) && !slices.Contains(ids, l.id) {
			ids = append(ids, l.id)
		}
	}
	if strings.Contains(words, "redistribution and use in source and binary forms") {
		id := "BSD-2-Clause"
		if strings.Contains(words, "endorse or promote products") {
			id = "BSD-3-Clause"
		}
		ids = append(ids, id)
	}
	return ids
}

// write makes the text: a table, and each licence's text once, with whose it is.
func write(parts []part) string {
	var b strings.Builder
	b.WriteString("What Praksiskataloget is made of besides our own work, and under which licences.\nMade by internal/licences/generate. The modules are unchanged; their sources are\nthose that Go's module proxies serve. PDFium (Apache-2.0) is within go-pdfium, as WebAssembly.\n\n")
	var order []string
	owners := map[string][]string{}
	for _, p := range parts {
		name := strings.TrimSpace(p.Name + " " + p.Version)
		fmt.Fprintf(&b, "%-75s %s\n", name, p.Licence)
		for _, text := range p.Texts {
			if owners[text] == nil {
				order = append(order, text)
			}
			owners[text] = append(owners[text], name)
		}
	}
	for _, text := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(owners[text], "\n"), text)
	}
	return b.String()
}
