package doctor

import (
	"archive/zip"
	stdbytes "bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/netip"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"praksis/internal/postgres"
)

// Bundle is what a masked report has in it besides the doctor's own.
type Bundle struct {
	Config string // the settings as `praksis config show` masks them; may be empty
	Log    string // file whose last lines go in; may be empty
}

// logLines is how many of the last lines of a log go into a bundle, and logBytes how much
// of its end is read.
const (
	logLines = 500
	logBytes = 1 << 20
)

// WriteBundle writes a report for others to look at, as a ZIP: what the doctor says, the
// versions, how large the tables are, how many jobs there are, the settings and the end
// of a log. All of it is masked: no secret and no mail, name's or network address is in
// it. It reads no table that has content.
func WriteBundle(ctx context.Context, w io.Writer, r Report, s Settings, more Bundle) error {
	z := zip.NewWriter(w)
	add := func(name, text string) error {
		f, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(f, Mask(text, s.Secrets))
		}
		return err
	}
	asJSON := func(name string, v any) error {
		b, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return err
		}
		return add(name, string(b)+"\n")
	}
	var text stdbytes.Buffer
	if err := Print(&text, r); err != nil {
		return err
	}
	if err := asJSON("doctor.json", r); err != nil {
		return err
	}
	if err := add("doctor.txt", text.String()); err != nil {
		return err
	}
	if err := asJSON("versions.json", versions(s.Build)); err != nil {
		return err
	}
	if err := addTables(ctx, s, asJSON); err != nil {
		return err
	}
	if more.Config != "" {
		if err := add("config.txt", more.Config); err != nil {
			return err
		}
	}
	if more.Log != "" {
		tail, err := lastLines(more.Log)
		if err != nil {
			return err
		}
		if err := add("log.txt", tail); err != nil {
			return err
		}
	}
	return z.Close()
}

func versions(build string) map[string]any {
	v := map[string]any{"build": build, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH, "processors": runtime.NumCPU()}
	if b, err := os.ReadFile("/proc/version"); err == nil {
		v["kernel"], _, _ = strings.Cut(string(b), " (")
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		modules := map[string]string{}
		for _, m := range info.Deps {
			modules[m.Path] = m.Version
		}
		v["modules"] = modules
		for _, kv := range info.Settings {
			if strings.HasPrefix(kv.Key, "vcs.") {
				v[kv.Key] = kv.Value
			}
		}
	}
	return v
}

// addTables adds how large the tables are, and how many jobs there are. What the
// database does not tell, the doctor's report has said.
func addTables(ctx context.Context, s Settings, asJSON func(string, any) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p := newPatient(s)
	defer p.close()
	x, err := p.database(ctx)
	if err != nil {
		return asJSON("tables.json", map[string]string{"error": "the database cannot be looked at"})
	}
	sizes, err := x.Sizes(ctx)
	if err == nil {
		err = asJSON("tables.json", sizes)
	}
	if err != nil {
		return err
	}
	jobs, err := x.Jobs(ctx)
	if err == postgres.ErrNoTable {
		return nil
	} else if err != nil {
		return err
	}
	return asJSON("jobs.json", jobs)
}

func lastLines(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.NewSectionReader(f, max(0, size-logBytes), logBytes))
	if err != nil {
		return "", err
	}
	lines := strings.SplitAfter(strings.ToValidUTF8(string(b), "�"), "\n")
	return strings.Join(lines[max(0, len(lines)-logLines-1):], ""), nil
}

var (
	mails     = regexp.MustCompile(`[^\s<>"'(),;:=\\]+@[^\s<>"'(),;:\\]+`)
	userinfo  = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://)[^\s/@"']*@`)
	passwords = regexp.MustCompile(`(?i)((?:pass(?:word)?|secret|token|key)\w*"?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&"'}]+)`)
	networks  = regexp.MustCompile(`[0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*[0-9a-fA-F]`) // what may be a network address
	secretive = regexp.MustCompile(`\b[A-Za-z0-9_-]{22,}\b`)                      // as long as a token is
	cpr       = regexp.MustCompile(`\b\d{6}[- ]?\d{4}\b`)
)

// leastSecret is the shortest secret that is looked for as it stands: a shorter one would
// take pieces out of words.
const leastSecret = 4

// Mask takes out of a text the secrets, what looks like one, and mail and network
// addresses.
func Mask(text string, secrets []string) string {
	secrets = slices.Clone(secrets)
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) }) // the longest first: one may be in another
	for _, s := range secrets {
		if len(s) >= leastSecret {
			text = strings.ReplaceAll(text, s, "***")
			quoted, _ := json.Marshal(s) // as it stands in JSON
			text = strings.ReplaceAll(text, string(quoted[1:len(quoted)-1]), "***")
		}
	}
	text = userinfo.ReplaceAllString(text, "$1***@")
	text = mails.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasPrefix(s, "//***@") || strings.Contains(s, "***@") || module.MatchString(s) {
			return s
		}
		return "***"
	})
	text = passwords.ReplaceAllString(text, "$1***")
	text = cpr.ReplaceAllString(text, "***")
	text = networks.ReplaceAllStringFunc(text, func(s string) string {
		host, _, err := net.SplitHostPort(s)
		if err != nil {
			host = s
		}
		if ip, err := netip.ParseAddr(host); err != nil || ip.IsLoopback() || ip.IsUnspecified() {
			return s
		}
		return "***"
	})
	return secretive.ReplaceAllStringFunc(text, func(s string) string {
		if digits.MatchString(s) && letters.MatchString(s) {
			return "***"
		}
		return s
	})
}

var (
	module  = regexp.MustCompile(`^[a-z0-9./-]+@v\d`)
	digits  = regexp.MustCompile(`\d`)
	letters = regexp.MustCompile(`[A-Za-z]`)
)
