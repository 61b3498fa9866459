package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestRecognise(t *testing.T) {
	for text, want := range map[string]string{
		"Permission is hereby granted,\nfree of charge, to any person obtaining a copy of this software and": "MIT",
		"Apache License\n  Version 2.0, January 2004":                                                        "Apache-2.0",
		"Redistribution and use in source and binary forms, with or without":                                 "BSD-2-Clause",
		"Redistribution and use in source and binary forms … to endorse or promote products derived":         "BSD-3-Clause",
		"GNU GENERAL PUBLIC LICENSE Version 3":                                                               "",
		"All rights reserved.":                                                                               "",
	} {
		if got := strings.Join(recognise(text), " AND "); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	name := filepath.Join(t.TempDir(), "LICENSE")
	if err := os.WriteFile(name, []byte("All rights reserved."), 0o600); err != nil {
		t.Fatal(err)
	}
	var p part
	if err := p.read(name); err == nil {
		t.Error("a licence that nobody knows is taken")
	}
	if err := p.read(); err == nil {
		t.Error("what has no licence is taken")
	}
}

func TestSBOM(t *testing.T) {
	parts := []part{{Name: "example.org/a", Version: "v1.2.3", Kind: "golang", Licence: "MIT"}, {Name: "example.org/not-in", Version: "v1.0.0", Kind: "golang", Licence: "MIT"},
		{Name: "dkfds", Version: "11.2.0", Kind: "npm", Licence: "MIT"}, {Name: "Go", Licence: "BSD-3-Clause"}}
	info := &debug.BuildInfo{GoVersion: "go1.26.0", Deps: []*debug.Module{{Path: "example.org/a", Version: "v1.2.3"}}}
	var out bytes.Buffer
	if err := writeSBOM(&out, info, parts); err != nil {
		t.Fatal(err)
	}
	var got sbom
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range got.Components {
		names = append(names, c.Name+" "+c.Version+" "+c.PURL+" "+c.Licences[0].Expression)
	}
	if s := strings.Join(names, "; "); got.Format != "CycloneDX" || s != "example.org/a v1.2.3 pkg:golang/example.org/a@v1.2.3 MIT; dkfds 11.2.0 pkg:npm/dkfds@11.2.0 MIT; Go go1.26.0  BSD-3-Clause" {
		t.Error(s)
	}
	for _, m := range []debug.Module{{Path: "example.org/a", Version: "v1.2.4"}, {Path: "example.org/b", Version: "v1.0.0"}} {
		if err := writeSBOM(&out, &debug.BuildInfo{Deps: []*debug.Module{&m}}, parts); err == nil {
			t.Errorf("%s is taken, whose licence nobody knows", m.Path)
		}
	}
}
