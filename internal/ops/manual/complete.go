// Package manual makes of kong's model of the commands what a shell completes, and the
// page for man: there is no second list of commands and flags.
package manual

import (
	_ "embed" // the scripts
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// The scripts ask the program itself what can stand at a place (Candidates), so that they
// are those of the program that is run. Each goes into the folder that its shell reads.
var (
	//go:embed complete.bash
	Bash string
	//go:embed complete.zsh
	Zsh string
	//go:embed complete.fish
	Fish string
)

// Candidates are what the last of words can become, which may be empty, each with what it
// is about behind a tab. words are what follows the program's name. None means that files
// can stand there, or nothing is known.
func Candidates(app *kong.Application, words []string) []string {
	if len(words) == 0 {
		words = []string{""}
	}
	before, last := words[:len(words)-1], words[len(words)-1]
	node, value, onlyArgs, args := walk(app.Node, before)
	if value != nil && last == "=" { // bash takes --flag=value for three words
		last = ""
	}
	switch {
	case value != nil:
		return matching(valuesOf(value.Value), last)
	case onlyArgs || !strings.HasPrefix(last, "-"):
		var list []string
		if args == 0 && !onlyArgs {
			for _, c := range node.Children {
				if !c.Hidden {
					list = append(list, c.Name+"\t"+c.Help)
				}
			}
		}
		if args < len(node.Positional) {
			list = append(list, valuesOf(node.Positional[args])...)
		}
		return matching(list, last)
	}
	if name, _, found := strings.Cut(last, "="); found {
		f := flagOf(node, name)
		if f == nil {
			return nil
		}
		var list []string
		for _, v := range valuesOf(f.Value) {
			list = append(list, name+"="+v)
		}
		return matching(list, last)
	}
	var list []string
	for n := node; n != nil; n = n.Parent {
		for _, f := range n.Flags {
			if f.Hidden {
				continue
			}
			list = append(list, "--"+f.Name+"\t"+f.Help)
			if f.Tag.Negatable != "" {
				list = append(list, "--no-"+f.Name+"\t"+f.Help)
			}
		}
	}
	return matching(list, last)
}

// walk goes along whole words: to the command that they lead to, the flag whose value
// comes next, if one does, whether only arguments can follow, and how many there were.
func walk(node *kong.Node, words []string) (at *kong.Node, value *kong.Flag, onlyArgs bool, args int) {
	for i, w := range words {
		switch {
		case value != nil && w == "=" && i > 0:
		case value != nil:
			value = nil
		case onlyArgs:
			args++
		case w == "--":
			onlyArgs = true
		case strings.HasPrefix(w, "-") && len(w) > 1:
			if f := flagOf(node, w); f != nil && !f.IsBool() && !f.IsCounter() {
				value = f
			}
		default:
			child := childOf(node, w)
			if child == nil {
				args++
				continue
			}
			node, args = child, 0
		}
	}
	return node, value, onlyArgs, args
}

func childOf(node *kong.Node, name string) *kong.Node {
	for _, c := range node.Children {
		if c.Name == name {
			return c
		}
		for _, a := range c.Aliases {
			if a == name {
				return c
			}
		}
	}
	return nil
}

// flagOf is the flag that a word names, without a value in it: --flag or -f.
func flagOf(node *kong.Node, word string) *kong.Flag {
	for n := node; n != nil; n = n.Parent {
		for _, f := range n.Flags {
			if word == "--"+f.Name || f.Short != 0 && word == "-"+string(f.Short) {
				return f
			}
		}
	}
	return nil
}

// valuesOf are the values that a flag or an argument can have, where they are known.
func valuesOf(v *kong.Value) []string {
	var list []string
	if v.Enum != "" {
		for _, e := range v.EnumSlice() {
			if e != "" {
				list = append(list, e)
			}
		}
	}
	return list
}

func matching(list []string, prefix string) []string {
	var out []string
	for _, x := range list {
		if strings.HasPrefix(x, prefix) {
			out = append(out, strings.ReplaceAll(x, "\n", " "))
		}
	}
	return out
}

// pathOf is how a command is called.
func pathOf(n *kong.Node) string {
	if n.Parent == nil {
		return n.Name
	}
	return fmt.Sprintf("%s %s", pathOf(n.Parent), n.Name)
}
