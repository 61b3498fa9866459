package dockerfile

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

const composeFile = "../../docs/operation/compose.yaml"

// composition reads a file as Docker Compose does: by the schema of the specification,
// and what one part of it names must be in another.
func composition(ctx context.Context, text []byte) (*types.Project, error) {
	at, err := filepath.Abs(composeFile)
	if err != nil {
		return nil, err
	}
	return loader.LoadWithContext(ctx, types.ConfigDetails{
		WorkingDir:  filepath.Dir(at),
		ConfigFiles: []types.ConfigFile{{Filename: at, Content: text}},
		Environment: types.Mapping{"PRAKSIS_PUBLIC_URL": "https://praksis.example.dk"},
	}, func(o *loader.Options) { o.Profiles = []string{"*"} })
}

// What Compose takes, and what the project promises of it: nothing can be written but
// volumes and memory, nobody gets rights, no password stands in a setting, and only this
// machine reaches it.
func TestCompose(t *testing.T) {
	text, err := os.ReadFile(composeFile)
	if err != nil {
		t.Fatal(err)
	}
	p, err := composition(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	pinned := regexp.MustCompile(`^docker\.io/library/postgres:1[78]$`)
	for name, s := range p.Services {
		if !s.ReadOnly {
			t.Errorf("%s: its root can be written to", name)
		}
		if !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s keeps rights", name)
		}
		if s.Privileged || s.NetworkMode == "host" {
			t.Errorf("%s is not shut in", name)
		}
		if len(s.Tmpfs) == 0 || s.StopGracePeriod == nil || s.Logging == nil || s.Logging.Options["max-size"] == "" {
			t.Errorf("%s lacks a /tmp, a time to stop in or a bound on its log", name)
		}
		if s.Restart != "unless-stopped" && len(s.Profiles) == 0 {
			t.Errorf("%s: restart is %q", name, s.Restart)
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s listens for others at %s:%s", name, port.HostIP, port.Published)
			}
		}
		for key, value := range s.Environment {
			if value != nil && regexp.MustCompile(`PASSWORD$|SECRET$`).MatchString(key) || value != nil && regexp.MustCompile(`://[^/@]*:[^/@]*@`).MatchString(*value) {
				t.Errorf("%s: %s is a password in a setting", name, key)
			}
		}
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeBind && !v.ReadOnly {
				t.Errorf("%s writes to %s", name, v.Source)
			} else if v.Type == types.VolumeTypeBind {
				if _, err := os.Stat(v.Source); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	database, program := p.Services["database"], p.Services["praksis"]
	if !pinned.MatchString(database.Image) {
		t.Errorf("the database is %s, want a major version that we support", database.Image)
	}
	if database.HealthCheck == nil || program.DependsOn["database"].Condition != types.ServiceConditionHealthy {
		t.Error("the catalogue does not wait for a database that is healthy")
	}
	if len(program.CapAdd) > 0 || len(database.Ports) > 0 {
		t.Error("the catalogue has rights, or the database is reached from outside")
	}
	if program.HealthCheck != nil {
		t.Error("the health check is that of the image")
	}
	if b := p.Services["backup"]; !slices.Equal(b.Profiles, []string{"backup"}) || !slices.Equal(b.Command, types.ShellCommand{"backup"}) {
		t.Errorf("a backup is profile %v, command %v", b.Profiles, b.Command)
	}
	if dir := program.Environment["PRAKSIS_BACKUP_DIR"]; dir == nil || !slices.ContainsFunc(program.Volumes, func(v types.ServiceVolumeConfig) bool { return v.Target == *dir && v.Type == types.VolumeTypeVolume }) {
		t.Error("backups are not on a volume")
	}
	if !p.Networks["inside"].Internal || slices.Contains(database.NetworksByPriority(), "outside") {
		t.Error("the database reaches the internet")
	}
}

// What Compose would refuse is refused here.
func TestComposeRefuses(t *testing.T) {
	text, err := os.ReadFile(composeFile)
	if err != nil {
		t.Fatal(err)
	}
	for was, now := range map[string]string{
		"read_only: true":       "read_onyl: true",
		"secrets: [pgpass]":     "secrets: [pgpas]",
		"condition: service_he": "condition: service_hea",
		"networks: [inside]":    "networks: [insider]",
		"backups:/backups":      "backup:/backups",
	} {
		wrong := strings.Replace(string(text), was, now, 1)
		if wrong == string(text) {
			t.Errorf("there is no %q any more", was)
		}
		if _, err := composition(t.Context(), []byte(wrong)); err == nil {
			t.Errorf("taken: %s", now)
		}
	}
}
