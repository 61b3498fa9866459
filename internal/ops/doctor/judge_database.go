package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"praksis/internal/postgres"
)

// The versions of PostgreSQL that the program works with: what it needs, and the newest
// that it has been tried with.
const (
	oldestServer = 15
	newestServer = 18
)

func judgeServer(f postgres.ServerFacts) Finding {
	major := f.Version / 10000
	switch {
	case major < oldestServer:
		return fault(fmt.Sprintf("PostgreSQL %s, and %d is needed", f.Number, oldestServer), "move the database to PostgreSQL 15 or newer: praksis backup, then praksis restore there")
	case f.Recovery:
		return fault("the address leads to a replica, which takes no writes", "give the address of the primary in DATABASE_URL (with several hosts: target_session_attrs=read-write)")
	case f.ReadOnly:
		return fault("the server or the login is set to read only (default_transaction_read_only)", "ALTER ROLE and ALTER DATABASE … RESET default_transaction_read_only")
	case major > newestServer:
		return warning(fmt.Sprintf("PostgreSQL %s: this program has been tried with %d to %d", f.Number, oldestServer, newestServer), "take a newer release of this program, or try this one on a copy first")
	}
	return good("PostgreSQL %s answers, the database has %s", f.Number, bytes(uint64(f.Databases)))
}

func judgeSecrecy(t postgres.ConnectionTLS, host string) Finding {
	const how = "add sslmode=verify-full&sslrootcert=FILE to the address of the database"
	switch {
	case t.Local:
		return good("the connection does not leave this machine")
	case !t.Encrypted:
		return warning(fmt.Sprintf("the connection to %s is not encrypted", host), how)
	case !t.Verified:
		return warning(fmt.Sprintf("the connection to %s is encrypted (%s), and nothing proves who answers", host, t.Version), how)
	}
	return good("%s to %s, whose certificate is proved", t.Version, host)
}

func judgeLetters(f postgres.ServerFacts) Finding {
	const how = "make a database with CREATE DATABASE … ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0, and praksis restore a backup into it"
	switch {
	case f.Encoding != "UTF8":
		return fault("the database is encoded as "+f.Encoding, how)
	case !f.Cases:
		return fault(fmt.Sprintf("the database does not know that Æ, Ø and Å are the capitals of æ, ø and å (its locale is %s)", f.Locale), how)
	}
	return good("UTF8, and the case of æ, ø and å is known (%s)", f.Locale)
}

func judgeCollation(f postgres.ServerFacts) Finding {
	if f.Collation != "" && f.Actual != "" && f.Collation != f.Actual {
		return warning(fmt.Sprintf("the database was sorted by version %s of its collation, and the machine has %s", f.Collation, f.Actual),
			"as the owner: REINDEX DATABASE; then ALTER DATABASE … REFRESH COLLATION VERSION")
	}
	if f.Collation == "" {
		return good("%s sorts by characters, the same everywhere", f.Locale)
	}
	return good("%s, version %s", f.Locale, f.Collation)
}

// busyShare is the share of the server's connections at which it is told.
const busyShare = 0.8

func judgeConnections(f postgres.ServerFacts) Finding {
	room := f.Most - f.Reserved
	if float64(f.Used) >= busyShare*float64(room) {
		return warning(fmt.Sprintf("%d of the %d connections that the server takes are in use", f.Used, room),
			"raise max_connections, put a pooler before it (--pooler), or give each instance fewer (pool_max_conns=N in the address)")
	}
	return good("%d of %d connections are in use", f.Used, room)
}

func judgeSchema(f postgres.SchemaFacts) Finding {
	switch {
	case f.Needs > f.Program:
		return fault(fmt.Sprintf("the database needs a program that knows step %d, this one knows %d", f.Needs, f.Program), "run the newer release, or praksis restore a backup from before the upgrade")
	case len(f.Lacks) > 0:
		return fault(fmt.Sprintf("the schema is older than this program: step %d of %d, %s missing", f.Newest, f.Program, count(len(f.Lacks), "step")), "praksis migrate (a start of praksis serve does it too)")
	case len(f.Unknown) > 0:
		return warning(fmt.Sprintf("the schema is newer than this program: step %d, this one knows %d; what it needs is there", f.Newest, f.Program), "run the release that the other instances run")
	}
	return good("step %d, that of this program", f.Newest)
}

func judgeQueueSchema(f postgres.SchemaFacts) Finding {
	switch {
	case f.Queue < f.QueueProgram:
		return fault(fmt.Sprintf("the tables of the jobs are at River's step %d, this program needs %d", f.Queue, f.QueueProgram), "praksis migrate")
	case f.Queue > f.QueueProgram:
		return warning(fmt.Sprintf("the tables of the jobs are at River's step %d, this program knows %d", f.Queue, f.QueueProgram), "run the release that the other instances run")
	}
	return good("River's step %d, that of this program", f.Queue)
}

func judgeShape(f postgres.CatalogueFacts, shape int) Finding {
	switch {
	case f.Shape > shape:
		return warning(fmt.Sprintf("a newer release makes what the public sees (shape %d, this program makes %d)", f.Shape, shape), "run the release that the other instances run")
	case f.OldestRow > 0 && f.OldestRow < shape:
		return warning(fmt.Sprintf("there are pages of an older release (shape %d of %d)", f.OldestRow, shape), "praksis migrate (a running praksis serve does it within seconds)")
	}
	return good("shape %d, that of this program; %s published", shape, count(f.Published, "practice"))
}

func judgeSeeds(f postgres.CatalogueFacts, ours postgres.SeedVersion) Finding {
	note := ""
	if f.Proposals > 0 {
		note = fmt.Sprintf("; %s waiting at the desk", count(f.Proposals, "changed one"))
	}
	switch {
	case !f.Vocabularies:
		return fault("the database has no vocabularies, so that the forms offer nothing to choose", "praksis seed")
	case f.SeedHash == ours.Hash:
		return good("those of this program are loaded (number %d)%s", ours.Number, note)
	case f.SeedNumber > ours.Number:
		return good("those of a newer release are loaded (number %d, this program has %d)%s", f.SeedNumber, ours.Number, note)
	}
	return warning(fmt.Sprintf("those that are loaded (number %d) are not those of this program (%d)%s", f.SeedNumber, ours.Number, note), "praksis seed")
}

// shown is how many names of a list are told.
const shown = 5

func some(list []string) string {
	if len(list) > shown {
		return strings.Join(list[:shown], ", ") + fmt.Sprintf(" and %d more", len(list)-shown)
	}
	return strings.Join(list, ", ")
}

// judgeRights judges what the roles may do; setup is what a start would say about it.
func judgeRights(f postgres.RightsFacts, setup string) Finding {
	switch {
	case !f.Role:
		return fault("the server has no role praksis_app", "praksis migrate, as a login that may make roles; or as an administrator: CREATE ROLE praksis_app NOLOGIN; GRANT praksis_app TO the login")
	case setup != "":
		seen, do, _ := strings.Cut(setup, "): ")
		if do == "" {
			seen, do, _ = cutLast(setup, ": ")
		} else {
			seen += ")"
		}
		return fault(seen, do)
	case len(f.Lacks) > 0:
		return fault("the application lacks rights: "+some(f.Lacks), "as the owner of the tables, GRANT them to praksis_app again, or praksis restore a backup into a new database")
	case len(f.TooMuch) > 0:
		return warning("the application has rights that it must not have: "+some(f.TooMuch), "as the owner of the tables, REVOKE them from praksis_app")
	case f.Super:
		return warning(fmt.Sprintf("the login %q is an administrator of the whole server", f.Login), "CREATE ROLE praksis_web LOGIN PASSWORD '…' IN ROLE praksis_app, and give that login in DATABASE_URL")
	}
	return good("%q works as %q, with the rights that it needs", f.Login, f.Works)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// judgeOwner judges the login that changes the schema; current tells that there is
// nothing to change now.
func judgeOwner(f postgres.OwnerFacts, current bool) Finding {
	switch {
	case f.Owns:
		return good("%q may change the schema", f.Login)
	case current:
		return good("%q may not change the schema, which is that of this program: the next release needs --migrate-url, or praksis migrate by the owner", f.Login)
	}
	return fault(fmt.Sprintf("the schema must be changed, and %q may not", f.Login), "give the owner's address in PRAKSIS_MIGRATE_URL")
}

func judgePooler(a postgres.Access, setup string) Finding {
	switch {
	case strings.Contains(setup, "pooler"):
		seen, do, _ := cutLast(setup, ": ")
		return fault(seen, do)
	case a.Pooler == postgres.PoolerTransaction && a.Direct == "":
		return good("one in transaction mode: changes and jobs are found by looking for them (--direct-url would lead past it)")
	case a.Pooler == postgres.PoolerNone || a.Pooler == "":
		return good("none stands before the database")
	}
	return good("one in %s mode, as it was told", a.Pooler)
}

// replicaLate is how far behind a replica may be, as postgres.replicaLag.
const replicaLate = 5.0

func judgeReplica(f postgres.ReplicaFacts, c postgres.CatalogueFacts) Finding {
	const how = "give the address of a streaming replica of the same database in PRAKSIS_READ_URL, or leave it out"
	switch {
	case f.Identity != c.Identity:
		return fault("it has another catalogue than the database", how)
	case !f.Recovery:
		return fault("it is no replica: it takes writes itself", how)
	case f.Lag > replicaLate:
		return warning(fmt.Sprintf("it is %.0f s behind, and pages are read from the primary meanwhile", f.Lag), "look at pg_stat_replication on the primary, and at the disk and the network of the replica")
	}
	return good("it follows, %.0f s behind", f.Lag)
}

// Limits of how far clocks may be apart: a code of a second factor holds for 30 s.
const (
	clockAside = 5 * time.Second
	clockWrong = 30 * time.Second
)

// offset is how far another clock is ahead of this machine's, give or take.
type offset struct {
	whose string
	by    time.Duration
	give  time.Duration
}

func judgeClock(list []offset) Finding {
	worst, said := time.Duration(0), []string{}
	for _, o := range list {
		by := o.by.Abs() - o.give
		said = append(said, fmt.Sprintf("%s %+.1f s", o.whose, o.by.Seconds()))
		worst = max(worst, by)
	}
	seen := "compared with this machine's clock: " + strings.Join(said, ", ")
	const how = "timedatectl set-ntp true, on both machines"
	switch {
	case len(list) == 0:
		return unseen("there is no other clock to compare with")
	case worst > clockWrong:
		return fault(seen, how)
	case worst > clockAside:
		return warning(seen, how)
	}
	return good("%s", seen)
}

func judgeQueue(f postgres.QueueFacts, late time.Duration) Finding {
	note := ""
	if f.Failing > 0 {
		note = fmt.Sprintf("; %s failed and tried again", count(f.Failing, "job"))
	}
	waits := "none is due yet"
	if f.Due > 0 {
		waits = fmt.Sprintf("%s due, the oldest since %s", count(f.Due, "job"), span(f.Waits))
	}
	switch {
	case !f.Worked:
		return fault("nobody works on the jobs: "+waits+note, "start praksis serve, or look in its log why it does not reach the queue (--direct-url behind a pooler)")
	case f.Paused:
		return fault("the queue is paused: "+waits, "UPDATE river_queue SET paused_at = NULL")
	case f.Waits > late:
		return fault("the jobs wait too long: "+waits+note, "look in the log of praksis serve for jobs that fail or hang; restart it")
	case f.Discarded > 0:
		return warning(fmt.Sprintf("%s given up within a week (%s)%s", count(f.Discarded, "job"), strings.Join(f.Kinds, ", "), note), "look in the log of praksis serve for these kinds; they begin anew by themselves")
	}
	return good("somebody works on the jobs; %d due%s", f.Due, note)
}

// Limits of how long mails may wait.
const (
	mailWaits = time.Hour
	mailLate  = 24 * time.Hour
)

func judgeMails(f postgres.MailFacts) Finding {
	answer := ""
	if f.Code != 0 {
		answer = strings.TrimRight(fmt.Sprintf("; the mail server answered %d %s", f.Code, f.Status), " ")
	}
	waits := "none waiting"
	if f.Waiting > 0 {
		waits = fmt.Sprintf("%s waiting, the oldest for %s", count(f.Waiting, "mail"), span(f.Waits))
	}
	seen := fmt.Sprintf("%s; %d given up%s", waits, f.GivenUp, answer)
	switch {
	case f.Waiting > 0 && f.Waits > mailLate:
		return fault(seen, "see the checks mail and mail-server; after a week a mail is given up")
	case f.Waiting > 0 && f.Waits > mailWaits:
		return warning(seen, "see the checks mail and mail-server")
	case f.GivenUp > 0:
		return warning(seen, "at the desk, under mails: mend the address, or send again")
	}
	return good("%s waiting, none given up", count(f.Waiting, "mail"))
}

func judgeAccounts(f postgres.CatalogueFacts, s Settings) Finding {
	switch {
	case f.Demo && !s.Local:
		return fault("the demonstration editor is open in a catalogue that others reach", "praksis editor close "+s.DemoMail)
	case f.Administrators == 0:
		return fault(fmt.Sprintf("nobody can manage accounts: no active administrator, and %d others", f.Others), "praksis editor add MAIL --name NAME --role administrator")
	case f.Administrators == f.AdministratorsByProvider && s.Issuer == "":
		return fault("no administrator has a password, and no provider for signing in is set", "praksis editor password MAIL")
	case f.Administrators == 1 && !s.Local:
		return warning("only one administrator, whose absence nobody can help", "praksis editor add MAIL --name NAME --role administrator")
	}
	return good("%s, %d others", count(f.Administrators, "administrator"), f.Others)
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// span is a time as one says it.
func span(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// bytes is a size as one says it.
func bytes(n uint64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d kB", n>>10)
}

func sorted(list []string) []string { slices.Sort(list); return slices.Compact(list) }
