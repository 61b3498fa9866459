package main

import (
	"fmt"

	"praksis/internal/ops/manual"

	"github.com/alecthomas/kong"
)

// completionCmd prints what has a shell complete our commands and flags.
type completionCmd struct {
	Bash  completionBash  `cmd:"" help:"For bash; it goes to /etc/bash_completion.d/praksis."`
	Zsh   completionZsh   `cmd:"" help:"For zsh; it goes to a folder of its fpath, as _praksis."`
	Fish  completionFish  `cmd:"" help:"For fish; it goes to ~/.config/fish/completions/praksis.fish."`
	Words completionWords `cmd:"" hidden:"" help:"Print what the last of some words can become; the shells ask it."`
}

type completionBash struct{}

// Run prints the script.
func (completionBash) Run(k *kong.Context) error { return say(k, manual.Bash) }

type completionZsh struct{}

// Run prints the script.
func (completionZsh) Run(k *kong.Context) error { return say(k, manual.Zsh) }

type completionFish struct{}

// Run prints the script.
func (completionFish) Run(k *kong.Context) error { return say(k, manual.Fish) }

type completionWords struct {
	Words []string `arg:"" optional:"" help:"What is typed after the program's name."`
}

// Run prints a line for each candidate.
func (x *completionWords) Run(k *kong.Context) error {
	for _, c := range manual.Candidates(k.Model, x.Words) {
		if err := say(k, c+"\n"); err != nil {
			return err
		}
	}
	return nil
}

type manCmd struct{}

// Run prints the page for man: praksis man | man -l -
func (manCmd) Run(k *kong.Context) error { return manual.Man(k.Stdout, k.Model) }

func say(k *kong.Context, text string) error {
	_, err := fmt.Fprint(k.Stdout, text)
	return err
}
