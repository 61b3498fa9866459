package doctor

import (
	"archive/zip"
	stdbytes "bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
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
	// Metrics is where a running server gives them out; may be empty.
	Metrics string
}

// logLines is how many of the last lines of a log go into a bundle, and logBytes how much
// of its end is read.
const (
	logLines = 500
	logBytes = 1 << 20
)

// WriteBundle writes a report for others to look at, as a ZIP: what the doctor says, the
// versions, how large the tables are, how many jobs there are, the settings, the end of a
// log, and what a running server counts and is doing. All of it is masked: no secret and
// no mail or network address is in it. It reads no table that has content.
func WriteBundle(ctx context.Context, w io.Writer, r Report, s Settings, more Bundle) error {
	z := zip.NewWriter(w)
	put := func(name, text string) error {
		f, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		return err
	}
	add := func(name, text string) error { return put(name, Mask(text, s.Secrets)) }
	asJSON := func(name string, v any) error {
		text, err := maskedJSON(v, s.Secrets)
		if err != nil {
			return err
		}
		return put(name, text)
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
	b, err := json.MarshalIndent(versions(s.Build), "", "  ") // of which nothing is anybody's
	if err == nil {
		err = put("versions.json", string(b)+"\n")
	}
	if err != nil {
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
	for name, path := range map[string]string{"metrics.txt": "/metrics", "goroutines.txt": "/debug/pprof/goroutine?debug=1"} {
		if text := getText(ctx, more.Metrics, path); text != "" {
			if err := add(name, text); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// getText is what a running server says of itself; empty where none does, as the doctor's
// report tells.
func getText(ctx context.Context, base, path string) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil || base == "" {
		return ""
	}
	resp, err := client(nil).Do(r)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil || resp.StatusCode != http.StatusOK {
		return ""
	}
	return string(b)
}

// maskedJSON masks each text in v by itself: what is left is JSON.
func maskedJSON(v any, secrets []string) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var whole any
	if err := json.Unmarshal(b, &whole); err != nil {
		return "", err
	}
	b, err = json.MarshalIndent(maskedValue(whole, secrets), "", "  ")
	return string(b) + "\n", err
}

func maskedValue(v any, secrets []string) any {
	switch v := v.(type) {
	case string:
		return Mask(v, secrets)
	case []any:
		for i := range v {
			v[i] = maskedValue(v[i], secrets)
		}
	case map[string]any:
		for k := range v {
			v[k] = maskedValue(v[k], secrets)
		}
	}
	return v
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
	passwords = regexp.MustCompile(`(?i)(\b(?:[a-z_]*_)?(?:pass(?:word)?|secret|token|key)"?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&"'}]+)`)
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
