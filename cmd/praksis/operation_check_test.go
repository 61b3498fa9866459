package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/postgres/embedded"

	"github.com/alecthomas/kong"
)

// What cannot be run by TestOperation is looked at by the program that it is for.

// checkers are those that marks of blocks name. A checker gets the name of the file,
// or "" for a block, and the text.
var checkers = map[string]func(t *testing.T, name, text string) error{
	"nginx -t":               checkNginx,
	"systemd-analyze verify": checkUnit,
	"postgres -C":            checkPostgres,
	"psql":                   checkRoles,
	"praksis config check":   checkSettings,
}

// fileCheckers are those of the files of docs/operation.
var fileCheckers = map[string]string{
	"nginx.conf":            "nginx -t",
	"praksis.service":       "systemd-analyze verify",
	"praksis.socket":        "systemd-analyze verify",
	"postgres-primary.conf": "postgres -C",
	"postgres-replica.conf": "postgres -C",
	"compose-roles.sql":     "psql",
}

// checkedElsewhere names the files that have a test or a trial of their own.
var checkedElsewhere = map[string]string{
	"pgbouncer.ini":          "make try-pgbouncer",
	"alerts.yaml":            "make try-alerts",
	"grafana-dashboard.json": "make try-alerts",
	"prometheus.yaml":        "make try-alerts",
	"compose.yaml":           "make check",
}

// TestOperationFiles shows each file of docs/operation to its checker.
func TestOperationFiles(t *testing.T) {
	entries, err := os.ReadDir(operationFiles)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(operationPage)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			if !strings.Contains(string(page), "(operation/"+e.Name()+")") {
				t.Error("operation.md does not lead to it")
			}
			check := checkers[fileCheckers[e.Name()]]
			if check == nil {
				if checkedElsewhere[e.Name()] == "" {
					t.Error("nothing looks at it: name a checker in fileCheckers, or where it is tried in checkedElsewhere")
				}
				return
			}
			text, err := os.ReadFile(filepath.Join(operationFiles, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if err := check(t, e.Name(), string(text)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCheckers shows every checker something that is wrong.
func TestCheckers(t *testing.T) {
	for name, wrong := range map[string]string{
		"nginx -t":               "location / { proxy_pas http://praksis; }\n",
		"systemd-analyze verify": "[Service]\nProtectSystm=strict\n",
		"postgres -C":            "wal_level = replicate\n",
		"praksis config check":   "PRAKSIS_SMTP_HOTS=smtp.kommune.dk\n",
	} {
		if err := checkers[name](t, "", wrong); err == nil {
			t.Errorf("%s takes %q", name, wrong)
		}
	}
}

func lookPath(t *testing.T, name string) string {
	t.Helper()
	for _, at := range []string{name, "/usr/sbin/" + name} { // which users have not in their PATH
		if path, err := exec.LookPath(at); err == nil {
			return path
		}
	}
	t.Fatalf("%s is missing, and no test is skipped for it: .ci/setup checkers installs it (make test does so)", name)
	return ""
}

// tool runs a checker; all it prints is an error where it is to be silent.
func tool(t *testing.T, env []string, name string, args ...string) error {
	t.Helper()
	c := exec.CommandContext(t.Context(), lookPath(t, name), args...)
	c.Env = append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil || len(bytes.TrimSpace(out)) > 0 {
		return fmt.Errorf("%s: %v\n%s", name, err, out)
	}
	return nil
}

// checkNginx takes a whole site, or what stands in its server.
func checkNginx(t *testing.T, name, text string) error {
	dir := t.TempDir()
	if name == "" {
		text = "upstream praksis { server 127.0.0.1:8080; }\nserver {\n" + text + "}\n"
	}
	key, cert := certificate(t)
	for file, content := range map[string]string{"praksis.key": key, "praksis.pem": cert,
		"site": strings.ReplaceAll(text, "/etc/nginx/", dir+"/"),
		"conf": "pid " + dir + "/pid;\nerror_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n" +
			"client_body_temp_path " + dir + "/body;\nproxy_temp_path " + dir + "/proxy;\nfastcgi_temp_path " + dir + "/fastcgi;\n" +
			"uwsgi_temp_path " + dir + "/uwsgi;\nscgi_temp_path " + dir + "/scgi;\ninclude " + dir + "/site;\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return tool(t, nil, "nginx", "-t", "-q", "-e", "stderr", "-c", filepath.Join(dir, "conf"))
}

func certificate(t *testing.T) (key, cert string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "praksis.example.dk"}, NotBefore: now, NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// checkUnit takes a unit beside the others, or a block that is a drop-in of
// praksis.service. systemd-analyze ends well on what it only warns of, so that it has to
// be silent.
func checkUnit(t *testing.T, name, text string) error {
	dir := t.TempDir()
	program, err := binary()
	if err != nil {
		return err
	}
	units, err := filepath.Glob(operationFiles + "/praksis*.*")
	if err != nil {
		return err
	}
	write := func(name, text string) error {
		return os.WriteFile(filepath.Join(dir, name), []byte(strings.ReplaceAll(text, "/usr/local/bin/praksis", program)), 0o644)
	}
	for _, unit := range units {
		b, err := os.ReadFile(unit)
		if err == nil {
			err = write(filepath.Base(unit), string(b))
		}
		if err != nil {
			return err
		}
	}
	if name == "" {
		if err := os.Mkdir(filepath.Join(dir, "praksis.service.d"), 0o755); err != nil {
			return err
		}
		if err := write("praksis.service.d/block.conf", text); err != nil {
			return err
		}
		name = "praksis.service"
	}
	err = tool(t, []string{"SYSTEMD_UNIT_PATH=" + dir + ":", "HOME=" + dir}, "systemd-analyze", "verify", "--man=no", filepath.Join(dir, name))
	if err != nil || filepath.Ext(name) != ".service" {
		return err
	}
	// The threshold counts in tenths.
	c := exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", filepath.Join(dir, name))
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("the exposure of %s is to be under 2.0: %w\n%s", name, err, out)
	}
	return nil
}

// checkPostgres takes lines of postgresql.conf.
func checkPostgres(t *testing.T, _, text string) error {
	bin, err := embedded.FindBin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "postgresql.conf"), []byte(text), 0o600); err != nil {
		return err
	}
	c := exec.CommandContext(t.Context(), filepath.Join(bin.Dir, "postgres"), "-C", "wal_level", "-D", dir) // in this order root may ask
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("postgres -C: %w\n%s", err, out)
	}
	return nil
}

// checkSettings takes lines of praksis.env, beside which a database is named.
func checkSettings(t *testing.T, _, text string) error {
	program, err := binary()
	if err != nil {
		return err
	}
	file := filepath.Join(t.TempDir(), "praksis.env")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	c := exec.CommandContext(t.Context(), "sh", "-e", "-c", `set -a; . "$1"; exec "$2" config check`, "sh", file, program)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "DATABASE_URL=postgres://praksis_web@127.0.0.1/praksis"}
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("praksis config check: %w\n%s", err, out)
	}
	return nil
}

// checkRoles runs the statements that the database's image runs at its first start, and
// opens the database as the program would.
func checkRoles(t *testing.T, _, text string) error {
	server := bareServer(t)
	url := server.AdminURL("postgres")
	for i, role := range []string{"owner", "web"} {
		set := "\\set " + role + " `cat /run/secrets/" + role + "`\n"
		if !strings.Contains(text, set) {
			return fmt.Errorf("there is no %q", set)
		}
		text = strings.Replace(text, set, "", 1)
		text = strings.ReplaceAll(text, ":'"+role+"'", "'"+strings.Repeat("x", i+1)+"'")
	}
	if err := statements(t.Context(), text, func(string) string { return url }); err != nil {
		return err
	}
	address := func(role string) string { return strings.Replace(server.AdminURL("praksis"), "postgres@", role+"@", 1) }
	if err := postgres.Migrate(t.Context(), address("praksis_owner")); err != nil {
		return err
	}
	store, err := postgres.Open(t.Context(), postgres.Access{URL: address("praksis_web")})
	if err == nil {
		store.Close()
	}
	return err
}

// Settings that the page and its files name are there.
func TestOperationNamesSettings(t *testing.T) {
	k, err := kong.New(&cli{}, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"PRAKSIS_CLIENT_HEADER": false}
	kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			for _, name := range flag.Envs {
				known[name] = true
			}
		}
		return next(nil)
	})
	files, err := filepath.Glob(operationFiles + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, operationPage) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\bPRAKSIS_[A-Z_]*[A-Z]\b`).FindAllString(string(text), -1) {
			if !known[strings.TrimSuffix(name, "_FILE")] {
				t.Errorf("%s names the setting %s, which nothing reads", filepath.Base(file), name)
			}
		}
	}
}
