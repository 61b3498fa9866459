// Command generate makes seeds/seeds.json, which the program carries, of the
// YAML files under seeds/. It is run in the project's folder or in seeds/:
//
//	go run ./seeds/generate          write seeds.json, with the next number when it changes
//	go run ./seeds/generate -check   fail when seeds.json is not what the YAML makes
//
// A fault in the YAML is told with its file, line and column.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail when seeds.json is stale")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "seeds/generate:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	dir := "."
	if _, err := os.Stat("go.mod"); err == nil {
		dir = "seeds"
	}
	s, err := read(os.DirFS(dir))
	if err != nil {
		return err
	}
	name := filepath.Join(dir, "seeds.json")
	have, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	b, err := encode(s, have)
	if err != nil {
		return err
	}
	if !check {
		return os.WriteFile(name, b, 0o644)
	}
	if !bytes.Equal(have, b) {
		return errors.New("seeds/seeds.json is not what the YAML makes")
	}
	return nil
}
