package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"praksis/internal/ops/manual"

	"github.com/alecthomas/kong"
)

// every calls do with each command that may be seen, and the words that lead to it.
func every(n *kong.Node, path []string, do func(n *kong.Node, path []string)) {
	do(n, path)
	for _, c := range n.Children {
		if !c.Hidden {
			every(c, append(slices.Clone(path), c.Name), do)
		}
	}
}

// Shells complete every command, and every flag where it can stand; the page for man has
// them all, each flag in the part of its command.
func TestManualHasEverything(t *testing.T) {
	_, ctx, _ := parsed(t, nil, "man")
	var page bytes.Buffer
	if err := manual.Man(&page, ctx.Model); err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, part := range strings.Split(page.String(), "\n.S")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		parts[strings.ReplaceAll(strings.Trim(title[2:], `"`), `\-`, "-")] = text
	}
	commands, flags := 0, 0
	every(ctx.Model.Node, nil, func(n *kong.Node, path []string) {
		offered := func(last string) []string {
			var words []string
			for _, c := range manual.Candidates(ctx.Model, append(slices.Clone(path), last)) {
				word, _, _ := strings.Cut(c, "\t")
				words = append(words, word)
			}
			return words
		}
		part := parts["OPTIONS"]
		if len(path) > 0 && n.Leaf() {
			commands++
			found := false
			if part, found = parts["praksis "+strings.Join(path, " ")]; !found || !strings.Contains(part, strings.ReplaceAll(n.Help, "-", `\-`)[:10]) {
				t.Errorf("the page for man lacks %q", path)
			}
		}
		for _, c := range n.Children {
			if !slices.Contains(offered(c.Name[:1]), c.Name) != c.Hidden {
				t.Errorf("%q is hidden %t, and completed where it is not, or not where it is", c.Name, c.Hidden)
			}
		}
		for at := n; at != nil; at = at.Parent {
			for _, f := range at.Flags {
				if !slices.Contains(offered("--"), "--"+f.Name) || !slices.Contains(offered("--"+f.Name[:1]), "--"+f.Name) {
					t.Errorf("%q: --%s is not completed", path, f.Name)
				}
				if flags++; at == n && (n.Leaf() || n.Parent == nil) && !strings.Contains(part, `\fB\-\-`+strings.ReplaceAll(f.Name, "-", `\-`)+`\fR`) {
					t.Errorf("the page for man lacks --%s of %q", f.Name, path)
				}
			}
		}
	})
	if commands < 25 || flags < 100 {
		t.Errorf("only %d commands, %d flags", commands, flags)
	}
}

func TestCandidates(t *testing.T) {
	_, ctx, _ := parsed(t, nil, "man")
	for _, c := range []struct{ words, want string }{
		{"ser", "serve"},
		{"seed", "seed seeds"},
		{"config ", "check show"},
		{"completion ", "bash zsh fish"},
		{"editor role a@b.dk ", "writer editor administrator checker"},
		{"editor role a@b.dk w", "writer"},
		{"serve --pooler ", "none session transaction"},
		{"serve --pooler=s", "--pooler=session"},
		{"serve --pooler = s", "session"}, // as bash has it
		{"serve --pooler =", "none session transaction"},
		{"--pooler session ser", "serve"},
		{"--pooler=session ser", "serve"},
		{"serve --no-check", "--no-check-links"},
		{"serve --no-check-links --check", "--check-links"},
		{"serve --data x --pool", "--pooler"},
		{"export -o x --dat", "--data --database-url"},
		{"export -o ", ""}, // files
		{"export -- --dat", ""},
		{"import ", ""},
		{"no-such ser", ""},
		{"serve --no-such=", ""},
		{"", "serve"}, // among others
	} {
		words := strings.Split(c.words, " ")
		var got []string
		for _, x := range manual.Candidates(ctx.Model, words) {
			word, _, _ := strings.Cut(x, "\t")
			got = append(got, word)
		}
		if c.words == "" && slices.Contains(got, c.want) {
			continue
		}
		if fmt.Sprint(got) != "["+c.want+"]" {
			t.Errorf("%q: %v, want %s", c.words, got, c.want)
		}
	}
	manual.Candidates(ctx.Model, nil)
}

// The script does in bash what it should, with the program that is typed.
func TestBashCompletes(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	script := `eval "$("$0" completion bash)" && complete -p praksis >/dev/null && COMP_WORDS=("$0" "$@") COMP_CWORD=$# && _praksis && printf '%s\n' "${COMPREPLY[@]}"`
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"serve", "--smtp-t"}, "--smtp-tls\n"},
		{[]string{"serve", "--smtp-tls", "=", "st"}, "starttls\n"},
		{[]string{"config", ""}, "check\nshow\n"},
		{[]string{"import", ""}, "\n"}, // files, by -o default
	} {
		out, err := exec.Command("bash", append([]string{"-c", script, path}, c.words...)...).CombinedOutput()
		if err != nil || string(out) != c.want {
			t.Errorf("%q: %v, %q, want %q", c.words, err, out, c.want)
		}
	}
}
