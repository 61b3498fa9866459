package main

import (
	"regexp"
	"testing"

	"github.com/alecthomas/kong"
)

// No secret has a value that everybody knows, and each can come by the environment,
// where other users of the machine do not read it (ASVS 13.2.3, 13.3.1).
func TestSecretsHaveNoDefault(t *testing.T) {
	k, err := kong.New(&cli{}, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	found, secret := 0, regexp.MustCompile(`password|secret|token|database-url|migrate-url|user`)
	var look func(n *kong.Node)
	look = func(n *kong.Node) {
		for _, f := range n.Flags {
			if !secret.MatchString(f.Name) {
				continue
			}
			if found++; f.HasDefault || f.Default != "" || len(f.Envs) == 0 {
				t.Errorf("--%s has the value %q, and the variables %v", f.Name, f.Default, f.Envs)
			}
		}
		for _, c := range n.Children {
			look(c)
		}
	}
	look(k.Model.Node)
	if found < 4 {
		t.Errorf("only %d secrets", found)
	}
}
