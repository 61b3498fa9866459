package main

import (
	"fmt"
	"os"
	"path/filepath"

	"praksis/internal/review"
	"praksis/seeds"
)

type seedsCmd struct {
	Check seedsCheckCmd `cmd:"" help:"Check the seeds and print what each source document gives."`
}

type seedsCheckCmd struct {
	Sources string `help:"Folder with the source documents as .txt: finds runs of eight words or more that were copied from them." type:"existingdir"`
}

// copied is the length, in words, from which a run counts as copied.
const copied = 8

// Run needs no database. It checks what the program carries: seeds/generate
// tells the faults of the YAML itself.
func (s *seedsCheckCmd) Run() error {
	var runs *review.Runs
	if s.Sources != "" {
		files, err := filepath.Glob(filepath.Join(s.Sources, "*.txt"))
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return fmt.Errorf("no .txt files in %s", s.Sources)
		}
		runs = review.NewRuns(copied)
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			runs.Add(string(b))
		}
	}
	all, err := seeds.Load()
	if err != nil {
		return err
	}
	r := all.Check(runs)
	if err := r.Write(os.Stdout); err != nil {
		return err
	}
	if n := len(r.Faults); n > 0 {
		for _, f := range r.Faults {
			fmt.Println(f)
		}
		return fmt.Errorf("%d faults in the seeds", n)
	}
	return nil
}
