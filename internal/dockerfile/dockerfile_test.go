// Package dockerfile holds the repository's Dockerfile to BuildKit's own
// parser and linter, and docs/operation/compose.yaml to Compose's own reader; both to
// what the project promises about the image.
package dockerfile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/opencontainers/go-digest"
)

const path = "../../Dockerfile"

func TestLint(t *testing.T) {
	text := read(t)
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", text)
	source.Definition = &llb.Definition{}
	result, err := dockerfile2llb.DockerfileLint(t.Context(), text, dockerfile2llb.ConvertOpt{
		SourceMap:    source,
		MetaResolver: offline{},
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Error != nil {
		t.Errorf("%s", result.Error.Message)
	}
	for _, w := range result.Warnings {
		line := int32(0)
		if r := w.Location.GetRanges(); len(r) > 0 {
			line = r[0].GetStart().GetLine()
		}
		t.Errorf("Dockerfile:%d: %s: %s", line, w.RuleName, w.Detail)
	}
}

// The last stage is the image: it starts from nothing, runs as an ordinary
// user, listens on all addresses and keeps what it writes in one volume.
func TestImage(t *testing.T) {
	ast, err := parser.Parse(bytes.NewReader(read(t)))
	if err != nil {
		t.Fatal(err)
	}
	stages, _, err := instructions.Parse(ast.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	image := stages[len(stages)-1]
	if image.BaseName != "scratch" {
		t.Errorf("the image starts from %s, want scratch", image.BaseName)
	}
	var (
		user               string
		health             []string
		ports, volumes     []string
		entrypoint, serves []string
		env                = map[string]string{}
	)
	for _, command := range image.Commands {
		switch c := command.(type) {
		case *instructions.UserCommand:
			user = c.User
		case *instructions.ExposeCommand:
			ports = append(ports, c.Ports...)
		case *instructions.VolumeCommand:
			volumes = append(volumes, c.Volumes...)
		case *instructions.EnvCommand:
			for _, kv := range c.Env {
				env[kv.Key] = kv.Value
			}
		case *instructions.EntrypointCommand:
			if c.PrependShell {
				t.Error("ENTRYPOINT must be a list: the image has no shell")
			}
			entrypoint = c.CmdLine
		case *instructions.CmdCommand:
			if c.PrependShell {
				t.Error("CMD must be a list: the image has no shell")
			}
			serves = c.CmdLine
		case *instructions.HealthCheckCommand:
			health = c.Health.Test
		case *instructions.RunCommand:
			t.Errorf("RUN in the image, which has nothing to run with: %v", c)
		}
	}
	if user != "10001:10001" {
		t.Errorf("USER %q, want 10001:10001", user)
	}
	if want := []string{"8080"}; !slices.Equal(ports, want) {
		t.Errorf("EXPOSE %q, want %q", ports, want)
	}
	if want := []string{"/data"}; !slices.Equal(volumes, want) {
		t.Errorf("VOLUME %q, want %q", volumes, want)
	}
	if want := []string{"/praksis"}; !slices.Equal(entrypoint, want) {
		t.Errorf("ENTRYPOINT %q, want %q", entrypoint, want)
	}
	if want := []string{"serve"}; !slices.Equal(serves, want) {
		t.Errorf("CMD %q, want %q", serves, want)
	}
	if want := []string{"CMD", "/praksis", "healthcheck"}; !slices.Equal(health, want) {
		t.Errorf("HEALTHCHECK %q, want %q", health, want)
	}
	for key, want := range map[string]string{"PRAKSIS_ADDR": "0.0.0.0:8080", "PRAKSIS_DATA": "/data"} {
		if env[key] != want {
			t.Errorf("ENV %s=%q, want %q", key, env[key], want)
		}
	}
	if _, set := env["DATABASE_URL"]; set {
		t.Error("DATABASE_URL must come from whoever runs the image")
	}
}

// offline answers for the image that the build starts from, so that no
// registry is asked. Any other image is a mistake.
type offline struct{}

func (offline) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	if !strings.HasPrefix(ref, "docker.io/library/golang:") {
		return "", "", nil, fmt.Errorf("%s: the build starts from golang and nothing else", ref)
	}
	config := fmt.Appendf(nil, `{"os":"linux","architecture":%q}`, runtime.GOARCH)
	return ref, digest.FromBytes(config), config, nil
}

func read(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
