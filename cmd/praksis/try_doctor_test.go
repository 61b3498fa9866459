//go:build try

package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"praksis/internal/ops/doctor"
	"praksis/internal/pgtest"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
)

// installation is one that a doctor looks at: a server behind a proxy with TLS, a mail
// server, and a provider of sign-ins.
type installation struct {
	t           *testing.T
	owner       *pgx.Conn
	env         []string
	data        string
	server      *process
	proxied     atomic.Pointer[url.URL]
	certificate atomic.Pointer[tls.Certificate]
	good, stale tls.Certificate
	smtp        atomic.Value // what it greets with
	issuer      atomic.Value // what the provider calls itself
}

// anywhere is an address of this machine that is not taken for its own.
const anywhere = "0.0.0.0"

func newInstallation(t *testing.T) *installation {
	x := &installation{t: t, data: folder(t)}
	ownerURL, app := pgtest.NewURLs(t)
	x.owner = connectTo(t, ownerURL)
	pem := x.certificates()
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(x.proxied.Load())
		r.Out.Host = r.In.Host
		r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
		r.SetXForwarded()
	}}
	front := httptest.NewUnstartedServer(proxy)
	front.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		return &tls.Config{Certificates: []tls.Certificate{*x.certificate.Load()}}, nil
	}}
	front.StartTLS()
	t.Cleanup(front.Close)
	_, port, _ := net.SplitHostPort(front.Listener.Addr().String())
	x.smtp.Store("220 mail.example.dk ready")
	x.issuer.Store("")
	x.env = []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + ownerURL, "PRAKSIS_DATA=" + x.data, "PRAKSIS_PUBLIC_URL=https://" + net.JoinHostPort(anywhere, port), "PRAKSIS_TRUSTED_PROXIES=1",
		"PRAKSIS_SMTP_HOST=127.0.0.1", "PRAKSIS_SMTP_TLS=none", "PRAKSIS_SMTP_PORT=" + x.mailServer(), "PRAKSIS_MAIL_FROM=Praksis <post@praksis.example>",
		"PRAKSIS_OIDC_ISSUER=" + x.provider(), "PRAKSIS_OIDC_CLIENT_ID=praksis", "PRAKSIS_OIDC_CLIENT_SECRET=meget-hemmelig", "PRAKSIS_CHECK_LINKS=false", "PRAKSIS_METRICS_ADDR=none",
		"SSL_CERT_FILE=" + pem, "NO_PROXY=*", "no_proxy=*"}
	if _, errs, code := run(t, x.env, "", "seed"); code != 0 {
		t.Fatal(errs)
	}
	for _, who := range []string{"rita", "carl"} {
		if _, errs, code := run(t, x.env, "fire ord uden sammenhæng\n", "editor", "add", who+"@kommune.example", "--name", strings.ToTitle(who), "--role", "administrator"); code != 0 {
			t.Fatal(errs)
		}
	}
	x.exec(`INSERT INTO operation_run (kind, started, finished, ok, bytes) VALUES ('backup', now() - interval '3 hours', now() - interval '2 hours', true, 5000000), ('drill', now() - interval '3 days', now() - interval '3 days', true, 5000000)`)
	x.start()
	return x
}

func (x *installation) start(env ...string) {
	x.t.Helper()
	x.server = ready(x.t, command(x.t, append(slices.Clip(x.env), env...), "serve", "--addr", "127.0.0.1:0"))
	at, err := url.Parse(strings.TrimSuffix(x.server.base, "/"))
	if err != nil {
		x.t.Fatal(err)
	}
	x.proxied.Store(at)
}

// folder is a new one that nobody else may look into.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func connectTo(t *testing.T, at string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func (x *installation) exec(sql string) {
	x.t.Helper()
	if _, err := x.owner.Exec(x.t.Context(), sql); err != nil {
		x.t.Fatal(err)
	}
}

// certificates makes one that holds and one that has expired, and returns the file of
// whom to trust.
func (x *installation) certificates() string {
	make := func(from, to time.Time) tls.Certificate {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			x.t.Fatal(err)
		}
		c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "praksis"}, NotBefore: from, NotAfter: to, IPAddresses: []net.IP{net.ParseIP(anywhere)}, IsCA: true, BasicConstraintsValid: true}
		b, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
		if err != nil {
			x.t.Fatal(err)
		}
		return tls.Certificate{Certificate: [][]byte{b}, PrivateKey: key}
	}
	now := time.Now()
	x.good, x.stale = make(now.Add(-time.Hour), now.AddDate(0, 3, 0)), make(now.AddDate(0, -3, 0), now.AddDate(0, 0, -1))
	x.certificate.Store(&x.good)
	name := filepath.Join(x.t.TempDir(), "roots.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: x.good.Certificate[0]}), 0o600); err != nil {
		x.t.Fatal(err)
	}
	return name
}

// mailServer greets, and takes no mail. It returns its port.
func (x *installation) mailServer() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				fmt.Fprintf(c, "%s\r\n", x.smtp.Load())
				for lines := bufio.NewScanner(c); lines.Scan(); {
					if strings.HasPrefix(lines.Text(), "QUIT") {
						fmt.Fprint(c, "221 bye\r\n")
						return
					}
					fmt.Fprint(c, "250 mail.example.dk\r\n")
				}
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// provider is one of OpenID Connect, as far as a doctor asks. It returns its issuer.
func (x *installation) provider() string {
	var p *httptest.Server
	p = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			fmt.Fprint(w, `{"keys":[{"kty":"RSA","use":"sig"}]}`)
			return
		}
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q,"authorization_endpoint":%q,"token_endpoint":%q}`, p.URL+x.issuer.Load().(string), p.URL+"/keys", p.URL+"/a", p.URL+"/t")
	}))
	x.t.Cleanup(p.Close)
	return p.URL
}

// look has the doctor look, with settings besides those of the server.
func (x *installation) look(env ...string) (bad map[string]doctor.Grade, code int, text string) {
	x.t.Helper()
	env = append(append(slices.Clip(x.env), "PRAKSIS_ADDR="+x.proxied.Load().Host), env...)
	out, errs, code := run(x.t, env, "", "doctor", "--json")
	var r doctor.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		x.t.Fatalf("%v: %s%s", err, out, errs)
	}
	bad = map[string]doctor.Grade{}
	var worst doctor.Report
	for _, c := range r.Results {
		if c.Grade == doctor.Warning || c.Grade == doctor.Fault {
			bad[c.Name] = c.Grade
			worst.Results = append(worst.Results, c)
		}
	}
	if r.Code() != code {
		x.t.Errorf("exit code %d, and the report says %d", code, r.Code())
	}
	var b strings.Builder
	if err := doctor.Print(&b, worst); err != nil {
		x.t.Fatal(err)
	}
	text, _, _ = strings.Cut(b.String(), "\n\n")
	return bad, code, text
}

type grades = map[string]doctor.Grade

// TestDoctor is .ci/try/doctor: installations that are broken, one way each, and what the
// doctor says of them: that, by name, and what follows from it, and nothing else.
func TestDoctor(t *testing.T) {
	x := newInstallation(t)
	show := func(name string, want grades, env ...string) {
		t.Helper()
		bad, code, text := x.look(env...)
		wanted := 0
		for _, g := range want {
			wanted = max(wanted, map[doctor.Grade]int{doctor.Warning: 1, doctor.Fault: 2}[g])
		}
		prove(t, maps.Equal(bad, want) && code == wanted, "%s: exit code %d, %s", name, code, cmp.Or(strings.Join(slices.Sorted(maps.Keys(bad)), ", "), "nothing wrong"))
		if text != "" {
			fmt.Printf("%s\n\n", text)
		}
	}
	const w, f = doctor.Warning, doctor.Fault
	show("a good installation", grades{})

	x.smtp.Store("554 5.7.1 not you")
	show("a mail server that refuses", grades{"mail-server": f})
	x.smtp.Store("220 mail.example.dk ready")

	x.certificate.Store(&x.stale)
	show("an expired certificate at the public address", grades{"certificate": f})
	x.certificate.Store(&x.good)

	x.issuer.Store("/")
	show("a provider of sign-ins that calls itself otherwise", grades{"sign-in": f})
	x.issuer.Store("")

	x.exec(`UPDATE operation_run SET started = started - interval '60 days', finished = finished - interval '60 days' WHERE kind = 'backup'`)
	show("a backup that is too old", grades{"backup": f})
	x.exec(`UPDATE operation_run SET started = started + interval '60 days', finished = finished + interval '60 days' WHERE kind = 'backup'`)

	x.exec(`REVOKE INSERT, UPDATE ON mail FROM praksis_app`)
	show("rights that were taken away", grades{"rights": f})
	x.exec(`GRANT INSERT, UPDATE ON mail TO praksis_app`)

	x.exec(`UPDATE schema_needs SET migration = 9999; INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`)
	show("a schema of a newer release", grades{"schema": f, "instance": f, "public-url": f})
	x.exec(`UPDATE schema_needs SET migration = 1; DELETE FROM goose_db_version WHERE version_id = 9999`)

	if _, errs, code := run(t, x.env, "fire ord uden sammenhæng\n", "editor", "add", demoMail, "--name", "Demo"); code != 0 {
		t.Fatal(errs)
	}
	show("the demonstration editor in a public catalogue", grades{"accounts": f})
	if _, errs, code := run(t, x.env, "", "editor", "close", demoMail); code != 0 {
		t.Fatal(errs)
	}

	if err := os.Chmod(filepath.Join(x.data, "index"), 0o777); err != nil {
		t.Fatal(err)
	}
	show("a folder that anybody may write", grades{"folders": f})
	if err := os.Chmod(filepath.Join(x.data, "index"), 0o700); err != nil {
		t.Fatal(err)
	}

	// The index of another catalogue: that of a data folder which another database had.
	other := folder(t)
	for _, path := range []string{"index/index-0/g000001/root.bolt", "index/index-0/g000001/meta.json"} {
		name := filepath.Join(other, path)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(`{"fingerprint":"x","identity":"00000000-0000-0000-0000-000000000000"}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	show("an index of another catalogue", grades{"index": w}, "PRAKSIS_DATA="+other)

	full := folder(t)
	mount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("tmpfs", full, "tmpfs", flags, "size=32m,mode=0700"); err != nil {
			t.Fatalf("a small disk cannot be mounted here (root, and no container that forbids it): %v", err)
		}
	}
	mount(0)
	show("a full disk", grades{"disk": f, "index": w}, "PRAKSIS_DATA="+full)
	syscall.Unmount(full, 0)
	mount(syscall.MS_RDONLY)
	show("a disk that can only be read", grades{"disk": f, "index": w, "erasures": f}, "PRAKSIS_DATA="+full)
	syscall.Unmount(full, 0)

	// Databases of their own, which the running server does not serve.
	foreign := grades{"settings": w, "public-url": f, "index": f}
	with := func(more grades) grades { out := maps.Clone(foreign); maps.Copy(out, more); return out }
	ownerURL, appURL := x.database("TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
	if err := migrations.Up(t.Context(), ownerURL); err != nil {
		t.Fatal(err)
	}
	fresh := grades{"seeds": f, "queue": f, "accounts": f, "backup": w, "drill": w}
	show("a new database with the locale C", with(merged(fresh, grades{"letters": f})), "DATABASE_URL="+appURL, "PRAKSIS_MIGRATE_URL="+ownerURL)
	ownerURL, appURL = x.database("")
	if err := errors.Join(migrations.Up(t.Context(), ownerURL), migrations.DownTo(t.Context(), ownerURL, 31)); err != nil {
		t.Fatal(err)
	}
	older := with(merged(fresh, grades{"schema": f}))
	delete(older, "backup") // it has no table of them
	delete(older, "drill")
	show("a schema of an older release", older, "DATABASE_URL="+appURL, "PRAKSIS_MIGRATE_URL="+ownerURL)

	show("a database that is away", grades{"settings": w, "database": f}, "DATABASE_URL=postgres://praksis:meget-hemmelig@127.0.0.1:9/praksis?sslmode=disable")
	show("a private PostgreSQL that does not run", grades{"database": f}, "DATABASE_URL=", "PRAKSIS_MIGRATE_URL=", "PRAKSIS_DATA="+folder(t))

	first := x.server
	second := []string{"PRAKSIS_TRUSTED_PROXIES=2", "PRAKSIS_DATA=" + folder(t)}
	x.start(second...)
	show("more proxies trusted than there are", grades{"proxies": f}, second...)
	x.server.end(t, syscall.SIGTERM)
	first.end(t, syscall.SIGTERM)
	time.Sleep(time.Second) // until the queue is given back
	show("nobody who works on the jobs", grades{"queue": f, "instance": f, "public-url": f})
}

func merged(list ...grades) grades {
	out := grades{}
	for _, g := range list {
		maps.Copy(out, g)
	}
	return out
}

// database makes one beside that of the installation.
func (x *installation) database(how string) (ownerURL, appURL string) {
	x.t.Helper()
	name := fmt.Sprintf("doctor_%d", time.Now().UnixNano())
	x.exec(`CREATE DATABASE ` + name + ` ` + how)
	x.t.Cleanup(func() {
		if _, err := x.owner.Exec(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			x.t.Error(err)
		}
	})
	at := func(env string) string {
		for _, kv := range x.env {
			if value, ok := strings.CutPrefix(kv, env+"="); ok {
				u, err := url.Parse(value)
				if err != nil {
					x.t.Fatal(err)
				}
				u.Path = "/" + name
				return u.String()
			}
		}
		return ""
	}
	return at("PRAKSIS_MIGRATE_URL"), at("DATABASE_URL")
}
