package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// prefix begins the names of our variables, but for those of databaseURL.
const (
	prefix      = "PRAKSIS_"
	databaseURL = "DATABASE_URL"
)

// ofCluster are variables that Kubernetes gives to every container for a service that is
// called praksis, or praksis-web: nobody has written them.
var ofCluster = regexp.MustCompile(`_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$`)

// Unknown says of each variable that looks like a setting that nothing reads it, and
// which name is nearest.
func (r *Reader) Unknown() []string {
	known := map[string]bool{}
	for f := range flags(r.root) {
		for _, name := range f.Envs {
			known[name] = true
			if secrecy(f) != open {
				known[name+fileSuffix] = true
			}
		}
	}
	names := slices.Sorted(maps.Keys(known))
	for _, name := range r.elsewhere {
		known[name] = true
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(r.vars)) {
		upper := strings.ToUpper(name) // somebody may have written it small
		ours := strings.HasPrefix(upper, prefix)
		if known[name] || !ours && !nearDatabaseURL(upper) || !ours && known[databaseURL] && r.vars[databaseURL] != "" ||
			ours && (ofCluster.MatchString(name) || strings.HasPrefix(r.vars[name], "tcp://") && strings.HasSuffix(name, "_PORT")) {
			continue
		}
		said := fmt.Sprintf("%s is read by nothing", name)
		if near := nearest(upper, names); near != "" {
			said += fmt.Sprintf(": did you mean %s?", near)
		}
		list = append(list, said)
	}
	return list
}

// usualNames are what other programs call the address of a database.
var usualNames = []string{"DB_URL", "DB_URI", "POSTGRES_URL", "POSTGRES_URI", "POSTGRESQL_URL", "DATABASE_DSN"}

// nearDatabaseURL tells whether a name may have been meant as DATABASE_URL.
func nearDatabaseURL(name string) bool {
	return slices.Contains(usualNames, name) || distance(name, databaseURL) <= 2 || distance(name, databaseURL+fileSuffix) <= 2
}

// nearest is the known name that is most like one; empty where none is.
func nearest(name string, known []string) string {
	if slices.Contains(usualNames, name) {
		return databaseURL
	}
	bare := strings.TrimPrefix(name, prefix)
	best, least := "", 0
	for _, k := range known {
		of := strings.TrimPrefix(k, prefix)
		if d := distance(bare, of); d <= max(2, min(len(bare), len(of))/3) && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the signs that are another, more, fewer or changed about.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}

// Spaced says of each of our variables whose value had blanks around it that they were
// taken off.
func (r *Reader) Spaced() []string {
	var list []string
	for f := range flags(r.root) {
		for _, name := range f.Envs {
			if slices.Contains(r.spaced, name) {
				list = append(list, fmt.Sprintf("%s had blanks around its value, which were taken off", name))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
