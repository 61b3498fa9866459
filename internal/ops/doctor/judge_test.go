package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io/fs"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/search"
)

// judged is one line of a table: what was seen, what is to come of it, and a word that it
// must say.
type judged struct {
	name string
	got  Finding
	want Grade
	says string
}

func hold(t *testing.T, list []judged) {
	t.Helper()
	for _, c := range list {
		if c.got.Grade != c.want || !strings.Contains(c.got.Seen+" | "+c.got.Do, c.says) {
			t.Errorf("%s: %+v, want %s with %q", c.name, c.got, c.want, c.says)
		}
		if bad := c.got.Grade == Warning || c.got.Grade == Fault; bad != (c.got.Do != "") {
			t.Errorf("%s: %s, and what to do is %q", c.name, c.got.Grade, c.got.Do)
		}
		if strings.Contains(c.got.Seen+c.got.Do, "%!") || strings.Contains(c.got.Seen, "\n") || c.got.Seen == "" {
			t.Errorf("%s: %q", c.name, c.got.Seen)
		}
	}
}

func TestJudgeDatabase(t *testing.T) {
	server := func(change func(*postgres.ServerFacts)) postgres.ServerFacts {
		f := postgres.ServerFacts{Version: 150018, Number: "15.18", Encoding: "UTF8", Cases: true, Locale: "da_DK.UTF-8", Collation: "2.36", Actual: "2.36", Most: 100, Reserved: 3, Used: 20}
		if change != nil {
			change(&f)
		}
		return f
	}
	hold(t, []judged{
		{"server", judgeServer(server(nil)), Good, "15.18"},
		{"too old", judgeServer(server(func(f *postgres.ServerFacts) { f.Version, f.Number = 140009, "14.9" })), Fault, "14.9"},
		{"the newest that was tried", judgeServer(server(func(f *postgres.ServerFacts) { f.Version = 180001 })), Good, ""},
		{"newer", judgeServer(server(func(f *postgres.ServerFacts) { f.Version, f.Number = 190000, "19.0" })), Warning, "19.0"},
		{"a replica", judgeServer(server(func(f *postgres.ServerFacts) { f.Recovery = true })), Fault, "primary"},
		{"read only", judgeServer(server(func(f *postgres.ServerFacts) { f.ReadOnly = true })), Fault, "read only"},
		{"encoding", judgeLetters(server(func(f *postgres.ServerFacts) { f.Encoding = "LATIN1" })), Fault, "LATIN1"},
		{"C locale", judgeLetters(server(func(f *postgres.ServerFacts) { f.Cases, f.Locale = false, "C" })), Fault, "Æ"},
		{"letters", judgeLetters(server(nil)), Good, "UTF8"},
		{"collation", judgeCollation(server(nil)), Good, "2.36"},
		{"another collation", judgeCollation(server(func(f *postgres.ServerFacts) { f.Actual = "2.41" })), Warning, "REFRESH COLLATION VERSION"},
		{"no version of the collation", judgeCollation(server(func(f *postgres.ServerFacts) { f.Collation, f.Actual = "", "" })), Good, ""},
		{"connections", judgeConnections(server(nil)), Good, "20 of 97"},
		{"few connections", judgeConnections(server(func(f *postgres.ServerFacts) { f.Used = 90 })), Warning, "90"},
		{"a socket", judgeSecrecy(postgres.ConnectionTLS{Local: true}, "/run"), Good, ""},
		{"in clear", judgeSecrecy(postgres.ConnectionTLS{}, "db.example.dk"), Warning, "not encrypted"},
		{"not proved", judgeSecrecy(postgres.ConnectionTLS{Encrypted: true, Version: "TLS 1.3"}, "db.example.dk"), Warning, "verify-full"},
		{"secret", judgeSecrecy(postgres.ConnectionTLS{Encrypted: true, Verified: true, Version: "TLS 1.3"}, "db.example.dk"), Good, "TLS 1.3"},
		{"schema", judgeSchema(postgres.SchemaFacts{Newest: 33, Program: 33, Needs: 20}), Good, "33"},
		{"older schema", judgeSchema(postgres.SchemaFacts{Newest: 31, Program: 33, Needs: 20, Lacks: []int64{32, 33}}), Fault, "praksis migrate"},
		{"newer schema", judgeSchema(postgres.SchemaFacts{Newest: 40, Program: 33, Needs: 20, Unknown: []int64{40}}), Warning, "newer"},
		{"a schema that needs a newer program", judgeSchema(postgres.SchemaFacts{Newest: 40, Program: 33, Needs: 40, Unknown: []int64{40}}), Fault, "needs a program"},
		{"queue", judgeQueueSchema(postgres.SchemaFacts{Queue: 8, QueueProgram: 8}), Good, "8"},
		{"older queue", judgeQueueSchema(postgres.SchemaFacts{Queue: 5, QueueProgram: 8}), Fault, "migrate"},
		{"newer queue", judgeQueueSchema(postgres.SchemaFacts{Queue: 9, QueueProgram: 8}), Warning, "9"},
		{"shape", judgeShape(postgres.CatalogueFacts{Shape: 10, OldestRow: 10, Published: 1}, 10), Good, "1 practice published"},
		{"no rows", judgeShape(postgres.CatalogueFacts{Shape: 10}, 10), Good, ""},
		{"older rows", judgeShape(postgres.CatalogueFacts{Shape: 10, OldestRow: 9}, 10), Warning, "shape 9"},
		{"a newer shape", judgeShape(postgres.CatalogueFacts{Shape: 11, OldestRow: 11}, 10), Warning, "newer"},
		{"seeds", judgeSeeds(postgres.CatalogueFacts{Vocabularies: true, SeedHash: "a", SeedNumber: 3}, postgres.SeedVersion{Hash: "a", Number: 3}), Good, "3"},
		{"older seeds", judgeSeeds(postgres.CatalogueFacts{Vocabularies: true, SeedHash: "b", SeedNumber: 2}, postgres.SeedVersion{Hash: "a", Number: 3}), Warning, "praksis seed"},
		{"newer seeds", judgeSeeds(postgres.CatalogueFacts{Vocabularies: true, SeedHash: "b", SeedNumber: 4}, postgres.SeedVersion{Hash: "a", Number: 3}), Good, "newer"},
		{"no vocabularies", judgeSeeds(postgres.CatalogueFacts{}, postgres.SeedVersion{Hash: "a", Number: 3}), Fault, "praksis seed"},
	})
}

func TestJudgeRoles(t *testing.T) {
	well := postgres.RightsFacts{Login: "praksis_web", Works: "praksis_app", Role: true, Member: true}
	with := func(change func(*postgres.RightsFacts)) postgres.RightsFacts { f := well; change(&f); return f }
	hold(t, []judged{
		{"rights", judgeRights(well, ""), Good, "praksis_web"},
		{"no role", judgeRights(postgres.RightsFacts{}, ""), Fault, "CREATE ROLE"},
		{"too few", judgeRights(with(func(f *postgres.RightsFacts) { f.Lacks = []string{"INSERT mail"} }), ""), Fault, "INSERT mail"},
		{"too many", judgeRights(with(func(f *postgres.RightsFacts) { f.TooMuch = []string{"DELETE revision"} }), ""), Warning, "DELETE revision"},
		{"administrator", judgeRights(with(func(f *postgres.RightsFacts) { f.Super = true }), ""), Warning, "administrator"},
		{"what a start says", judgeRights(well, `database address: the login "x" may not work as praksis_app (permission denied): as an administrator, GRANT praksis_app TO the login`), Fault, "permission denied) | as an administrator"},
		{"owner", judgeOwner(postgres.OwnerFacts{Login: "o", Owns: true}, false), Good, ""},
		{"no owner, and nothing to change", judgeOwner(postgres.OwnerFacts{Login: "o"}, true), Good, "next release"},
		{"no owner", judgeOwner(postgres.OwnerFacts{Login: "o"}, false), Fault, "PRAKSIS_MIGRATE_URL"},
		{"no pooler", judgePooler(postgres.Access{Pooler: postgres.PoolerNone}, ""), Good, "none"},
		{"a pooler that was not told", judgePooler(postgres.Access{}, "database address: a pooler stands between this program and the server: tell its mode with --pooler=transaction"), Fault, "| tell its mode"},
		{"polled", judgePooler(postgres.Access{Pooler: postgres.PoolerTransaction}, ""), Good, "--direct-url"},
		{"replica", judgeReplica(postgres.ReplicaFacts{Recovery: true, Identity: "a"}, postgres.CatalogueFacts{Identity: "a"}), Good, "follows"},
		{"late replica", judgeReplica(postgres.ReplicaFacts{Recovery: true, Identity: "a", Lag: 60}, postgres.CatalogueFacts{Identity: "a"}), Warning, "60 s"},
		{"another's replica", judgeReplica(postgres.ReplicaFacts{Recovery: true, Identity: "b"}, postgres.CatalogueFacts{Identity: "a"}), Fault, "another catalogue"},
		{"no replica", judgeReplica(postgres.ReplicaFacts{Identity: "a"}, postgres.CatalogueFacts{Identity: "a"}), Fault, "takes writes"},
		{"accounts", judgeAccounts(postgres.CatalogueFacts{Administrators: 2}, Settings{}), Good, "2 administrators"},
		{"nobody", judgeAccounts(postgres.CatalogueFacts{Others: 3}, Settings{}), Fault, "praksis editor add"},
		{"one", judgeAccounts(postgres.CatalogueFacts{Administrators: 1}, Settings{}), Warning, "only one"},
		{"one, here", judgeAccounts(postgres.CatalogueFacts{Administrators: 1}, Settings{Local: true}), Good, ""},
		{"demo", judgeAccounts(postgres.CatalogueFacts{Administrators: 2, Demo: true}, Settings{DemoMail: "demo@x.example"}), Fault, "close demo@x.example"},
		{"demo, here", judgeAccounts(postgres.CatalogueFacts{Administrators: 1, Demo: true}, Settings{Local: true}), Good, ""},
		{"provider gone", judgeAccounts(postgres.CatalogueFacts{Administrators: 2, AdministratorsByProvider: 2}, Settings{}), Fault, "password"},
		{"by the provider", judgeAccounts(postgres.CatalogueFacts{Administrators: 2, AdministratorsByProvider: 2}, Settings{Issuer: "https://id.example"}), Good, ""},
	})
}

func TestJudgeWork(t *testing.T) {
	const late = 5 * time.Minute
	hold(t, []judged{
		{"queue", judgeQueue(postgres.QueueFacts{Worked: true, Due: 2, Waits: time.Second}, late), Good, "2 due"},
		{"nobody", judgeQueue(postgres.QueueFacts{Due: 3, Waits: time.Hour}, late), Fault, "nobody works on the jobs: 3 jobs due, the oldest since 60 min"},
		{"late", judgeQueue(postgres.QueueFacts{Worked: true, Due: 1, Waits: time.Hour}, late), Fault, "too long"},
		{"paused", judgeQueue(postgres.QueueFacts{Worked: true, Paused: true}, late), Fault, "paused"},
		{"given up", judgeQueue(postgres.QueueFacts{Worked: true, Discarded: 2, Kinds: []string{"erase_due"}}, late), Warning, "erase_due"},
		{"mails", judgeMails(postgres.MailFacts{Waiting: 1, Waits: time.Minute}), Good, "1 mail waiting"},
		{"mails wait", judgeMails(postgres.MailFacts{Waiting: 2, Waits: 3 * time.Hour, Code: 535, Status: "5.7.8"}), Warning, "535 5.7.8"},
		{"mails wait for days", judgeMails(postgres.MailFacts{Waiting: 2, Waits: 72 * time.Hour}), Fault, "3 days"},
		{"mails given up", judgeMails(postgres.MailFacts{GivenUp: 1}), Warning, "1 given up"},
		{"clock", judgeClock([]offset{{"the database", 20 * time.Millisecond, 0}}), Good, "+0.0 s"},
		{"clock aside", judgeClock([]offset{{"the database", -9 * time.Second, 0}}), Warning, "-9.0 s"},
		{"clock wrong", judgeClock([]offset{{"the database", 0, 0}, {"the provider", 2 * time.Minute, time.Second}}), Fault, "the provider +120.0 s"},
		{"as exact as one can tell", judgeClock([]offset{{"the provider", 5500 * time.Millisecond, time.Second}}), Good, ""},
		{"no other clock", judgeClock(nil), Unseen, "no other"},
	})
}

func TestJudgeMachine(t *testing.T) {
	disk := diskSeen{What: "the data folder", Dir: "/d", Free: 20 << 30, Total: 50 << 30, Writable: true, Inodes: 1e6, CountsThem: true}
	with := func(change func(*diskSeen)) Finding {
		d := disk
		change(&d)
		return judgeDisks([]diskSeen{disk, d}, 128<<20)
	}
	folders := func(list ...folderSeen) Finding {
		return judgeFolders("/d", append([]folderSeen{{".", fs.ModeDir | 0o700, 7}}, list...), 7)
	}
	slot := search.Slot{Dir: "/d/index/index-0", Whole: true, Identity: "a", Current: true}
	index := func(change func(*indexSeen, *search.Slot)) Finding {
		s, x := slot, indexSeen{Held: map[string]bool{slot.Dir: true}, Known: true, Asked: errors.New("away")}
		change(&x, &s)
		if x.Slots == nil {
			x.Slots = []search.Slot{s}
		}
		return judgeIndex(x, postgres.CatalogueFacts{Identity: "a", Version: 7}, "/d")
	}
	server := func(change func(*process)) process {
		p := process{PID: 11, Files: 65536, Limit: 1 << 30, GoLimit: "800MiB", Resident: 200 << 20}
		change(&p)
		return p
	}
	nothing := func(*diskSeen) {}
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	hold(t, []judged{
		{"disk", with(nothing), Good, "20 GB left"},
		{"full", with(func(d *diskSeen) { d.Free = 100 << 20 }), Fault, "100 MB left"},
		{"nearly full", with(func(d *diskSeen) { d.Free = 500 << 20 }), Warning, "500 MB of 50 GB"},
		{"no more files", with(func(d *diskSeen) { d.Inodes = 3 }), Fault, "3 more files"},
		{"files are not counted", with(func(d *diskSeen) { d.Inodes, d.CountsThem = 0, false }), Good, ""},
		{"read only", with(func(d *diskSeen) { d.ReadOnly = true }), Fault, "only be read"},
		{"not writable", with(func(d *diskSeen) { d.Writable = false }), Fault, "chown"},
		{"not there", with(func(d *diskSeen) { d.Err = fs.ErrNotExist }), Warning, "not there"},
		{"not seen", with(func(d *diskSeen) { d.Err = fs.ErrPermission }), Fault, "as the user"},
		{"a file", judgeDisk(seeDisk("the folder of backups", "PRAKSIS_BACKUP_DIR", file), 1), Fault, "name a folder with PRAKSIS_BACKUP_DIR"},

		{"folders", folders(folderSeen{"index", fs.ModeDir | 0o755, 7}), Good, ""},
		{"another user's", folders(folderSeen{"index/index-0", fs.ModeDir | 0o700, 0}), Fault, "index/index-0"},
		{"anybody writes", folders(folderSeen{"inbox", fs.ModeDir | 0o777, 7}), Fault, "inbox"},
		{"anybody reads", judgeFolders("/d", []folderSeen{{".", fs.ModeDir | 0o755, 7}}, 7), Warning, "chmod 0700 /d"},
		{"its group reads", judgeFolders("/d", []folderSeen{{".", fs.ModeDir | 0o750, 7}}, 7), Good, ""},

		{"index", index(func(*indexSeen, *search.Slot) {}), Good, "this release"},
		{"index by another release", index(func(_ *indexSeen, s *search.Slot) { s.Current = false }), Good, "another release"},
		{"none", index(func(x *indexSeen, _ *search.Slot) { x.Err = fs.ErrNotExist }), Warning, "none yet"},
		{"no slot", index(func(x *indexSeen, _ *search.Slot) { x.Slots = []search.Slot{} }), Warning, "none yet"},
		{"not readable", index(func(_ *indexSeen, s *search.Slot) { s.Whole, s.Fault = false, fs.ErrPermission }), Fault, "cannot be read"},
		{"another catalogue's, in use", index(func(_ *indexSeen, s *search.Slot) { s.Identity = "b" }), Fault, "another catalogue"},
		{"another catalogue's", index(func(x *indexSeen, s *search.Slot) { s.Identity, x.Held = "b", nil }), Warning, "another catalogue"},
		{"being made", index(func(_ *indexSeen, s *search.Slot) { s.Whole = false }), Warning, "being made"},
		{"not survived", index(func(x *indexSeen, s *search.Slot) { s.Opening, x.Held = true, nil }), Warning, "did not survive"},
		{"being opened", index(func(_ *indexSeen, s *search.Slot) { s.Opening = true }), Good, ""},
		{"with an instance", index(func(x *indexSeen, _ *search.Slot) { x.Asked, x.Answer.Version = nil, 7 }), Good, "version 7, the database 7"},
		{"ahead", index(func(x *indexSeen, _ *search.Slot) { x.Asked, x.Answer.Version = nil, 8 }), Fault, "version 8"},
		{"behind", index(func(x *indexSeen, _ *search.Slot) {
			x.Asked, x.Answer = nil, answer{Version: 3, Lines: []string{"index: has reached version 3 of 7"}}
		}), Fault, "3 of 7"},

		{"memory", judgeMemory(server(func(*process) {})), Good, "800MiB"},
		{"no limit", judgeMemory(server(func(p *process) { p.Limit = 0 })), Good, "no limit"},
		{"too little", judgeMemory(server(func(p *process) { p.Limit = 128 << 20 })), Fault, "256 MB"},
		{"Go is not told", judgeMemory(server(func(p *process) { p.GoLimit = "" })), Warning, "GOMEMLIMIT=819MiB"},
		{"Go is told too much", judgeMemory(server(func(p *process) { p.GoLimit = "1GiB" })), Warning, "too close"},
		{"Go is told nonsense", judgeMemory(server(func(p *process) { p.GoLimit = "viel" })), Fault, "cannot be read"},
		{"Go is told none", judgeMemory(server(func(p *process) { p.GoLimit = "off" })), Good, "no limit"},
		{"nearly all used", judgeMemory(server(func(p *process) { p.Resident = 1000 << 20 })), Warning, "1000 MB"},
		{"files", judgeFiles(server(func(*process) {})), Good, "65536"},
		{"few files", judgeFiles(server(func(p *process) { p.Files = 256 })), Fault, "LimitNOFILE"},
		{"not many files", judgeFiles(server(func(p *process) { p.Files = 2048 })), Warning, "2048"},
		{"files not told", judgeFiles(server(func(p *process) { p.Files = 0 })), Unseen, ""},

		{"settings", judgeSettings(nil, nil, nil, process{}), Good, ""},
		{"refused", judgeSettings(errors.New("--x: no\nmore"), nil, nil, process{}), Fault, "--x: no more"},
		{"not read", judgeSettings(nil, []string{"PRAKSIS_ADR: nothing reads it"}, nil, process{}), Warning, "PRAKSIS_ADR"},
		{"the server's are others", judgeSettings(nil, nil, map[string]string{"DATABASE_URL": "x", "PRAKSIS_DATA": "d"}, process{PID: 11, Settings: map[string]string{"DATABASE_URL": "secret", "PRAKSIS_DATA": "d"}}), Warning, ": DATABASE_URL |"},
		{"zone", judgeZone(time.Hour, 2*time.Hour, nil), Good, ""},
		{"no zone", judgeZone(0, 0, errors.New("unknown")), Fault, "unknown"},
		{"a wrong zone", judgeZone(0, 0, nil), Fault, "ZONEINFO"},
	})
}

func TestJudgeBackup(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	made := func(kind postgres.OperationKind, ok bool, ago time.Duration) postgres.Operation {
		o := postgres.Operation{Kind: kind, Finished: now.Add(-ago), OK: ok, Bytes: 5 << 20}
		if !ok {
			o.Detail = []byte(`{"error":"no room\nleft"}`)
		}
		return o
	}
	const day = 24 * time.Hour
	backup := func(s Settings, list ...postgres.Operation) Finding {
		return judgeOperation(list, postgres.OperationBackup, s, now)
	}
	daily, b, drill := Settings{BackupDir: "/b"}, postgres.OperationBackup, postgres.OperationDrill
	hold(t, []judged{
		{"none here", backup(Settings{Local: true}), Good, "none"},
		{"none", backup(Settings{}, made(drill, true, 0)), Warning, "praksis backup"},
		{"today's", backup(daily, made(b, true, 20*time.Hour)), Good, "20 h ago, with 5 MB"},
		{"yesterday's", backup(daily, made(b, true, 47*time.Hour)), Warning, "47 h ago"},
		{"too old", backup(daily, made(b, true, 5*day)), Fault, "5 days ago"},
		{"by hand", backup(Settings{}, made(b, true, 5*day)), Good, "5 days ago"},
		{"by hand, too old", backup(Settings{}, made(b, true, 40*day)), Fault, "40 days ago"},
		{"failed since", backup(daily, made(b, false, time.Hour), made(b, true, 20*time.Hour)), Warning, "no room left"},
		{"failed always", backup(daily, made(b, false, time.Hour)), Fault, "no room left"},
		{"drill", judgeOperation([]postgres.Operation{made(drill, true, 5*day)}, drill, daily, now), Good, "5 days"},
		{"drill, too old", judgeOperation([]postgres.Operation{made(drill, true, 50*day)}, drill, daily, now), Fault, "praksis drill"},
	})
}

func TestJudgeErasures(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	judge := func(f postgres.ErasureFacts, j journalSeen) Finding {
		return judgeErasures(f, j, "/d/erasures.jsonl", now)
	}
	writable := journalSeen{Writable: true}
	hold(t, []judged{
		{"erasures", judge(postgres.ErasureFacts{N: 4}, writable), Good, "all 3"},
		{"restored", judge(postgres.ErasureFacts{N: 4, Awaited: true}, writable), Fault, "praksis erase replay"},
		{"not readable", judge(postgres.ErasureFacts{N: 4}, journalSeen{Err: fs.ErrPermission}), Fault, "cannot be read"},
		{"not writable", judge(postgres.ErasureFacts{N: 4}, journalSeen{}), Fault, "/d/erasures.jsonl"},
		{"not written", judge(postgres.ErasureFacts{N: 4, Unwritten: 1, Since: now.Add(-3 * time.Hour)}, journalSeen{Writable: true, Lacks: 1}), Fault, "1 erasure not in the journal yet, the first since 3 h"},
		{"elsewhere", judge(postgres.ErasureFacts{N: 4}, journalSeen{Writable: true, Lacks: 2}), Warning, "2 erasures of 3"},
	})
}

// authority signs certificates.
type authority struct {
	own *x509.Certificate
	key *ecdsa.PrivateKey
}

func issue(t *testing.T, by *authority, host string, from, to time.Time, signs bool) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: host}, NotBefore: from, NotAfter: to, DNSNames: []string{host}, IsCA: signs, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	if by == nil {
		by = &authority{c, key}
	}
	b, err := x509.CreateCertificate(rand.Reader, c, by.own, &key.PublicKey, by.key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(b)
	if err != nil {
		t.Fatal(err)
	}
	return authority{made, key}
}

func TestJudgeCertificate(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	long := now.AddDate(9, 0, 0)
	root := issue(t, nil, "root", now.AddDate(-1, 0, 0), long, true)
	between := issue(t, &root, "between", now.AddDate(-1, 0, 0), long, true)
	stale := issue(t, &root, "stale", now.AddDate(-2, 0, 0), now.AddDate(0, 0, -1), true)
	roots := x509.NewCertPool()
	roots.AddCert(root.own)
	days := func(by *authority, n int) *x509.Certificate {
		return issue(t, by, "praksis.example.dk", now.AddDate(0, -2, 0), now.AddDate(0, 0, n), false).own
	}
	judge := func(chain ...*x509.Certificate) Finding {
		return judgeCertificate(chain, "praksis.example.dk", now, roots)
	}
	hold(t, []judged{
		{"certificate", judge(days(&between, 60), between.own), Good, "31 July 2026"},
		{"soon", judge(days(&between, 10), between.own), Warning, "in 10 days"},
		{"very soon", judge(days(&between, 2), between.own), Fault, "renew"},
		{"expired", judge(days(&between, -3), between.own), Fault, "expired on 29 May 2026"},
		{"not yet", judgeCertificate([]*x509.Certificate{days(&root, 60)}, "praksis.example.dk", now.AddDate(-1, 0, 0), roots), Fault, "only from"},
		{"no chain", judge(days(&between, 60)), Fault, "fullchain.pem"},
		{"an expired one between", judge(days(&stale, 60), stale.own), Fault, "between"},
		{"another host", judgeCertificate([]*x509.Certificate{days(&root, 60)}, "andre.example.dk", now, roots), Fault, "but for praksis.example.dk"},
		{"of nobody", judgeCertificate([]*x509.Certificate{days(&between, 60), between.own}, "praksis.example.dk", now, x509.NewCertPool()), Fault, "nobody whom this machine trusts"},
		{"none", judge(), Fault, "no certificate"},
	})
}

func TestJudgeNetwork(t *testing.T) {
	s := Settings{Build: "b1", PublicURL: "https://praksis.example.dk", Proxies: 1}
	well := answer{Address: "http://127.0.0.1:8080", Ours: true, Status: 200, Build: "b1", Catalogue: "m", HSTS: "max-age=1", Client: "198.51.100.7", Lines: []string{"database: ok"}, Local: netip.MustParseAddr("198.51.100.7")}
	with := func(change func(*answer)) answer { a := well; change(&a); return a }
	away := errors.New("connection refused")
	other := func(change func(*Settings)) Settings { x := s; change(&x); return x }
	soon := issue(t, nil, "mail.example.dk", time.Now().AddDate(0, -1, 0), time.Now().AddDate(0, 0, 3), false).own
	provider := providerSeen{Issuer: "https://id.example.dk", Keys: 1}
	o := Settings{Issuer: "https://id.example.dk"}
	hold(t, []judged{
		{"instance", judgeInstance(well, nil, "b1"), Good, "ready"},
		{"no instance", judgeInstance(well, away, "b1"), Fault, "nothing answers"},
		{"another program", judgeInstance(answer{Status: 200}, nil, "b1"), Fault, "another program"},
		{"not ready", judgeInstance(with(func(a *answer) { a.Status, a.Lines = 503, []string{"database: ok", "schema: no"} }), nil, "b1"), Fault, "not ready: schema: no"},
		{"ailing", judgeInstance(with(func(a *answer) { a.Lines = []string{"queue: 3 jobs"} }), nil, "b1"), Warning, "queue: 3 jobs"},
		{"another build", judgeInstance(well, nil, "b2"), Warning, "another build"},

		{"public", judgePublic(s, well, nil, "m"), Good, "this catalogue"},
		{"no public one", judgePublic(Settings{Local: true}, answer{}, nil, ""), Good, "none"},
		{"no public one, and others", judgePublic(Settings{}, answer{}, nil, ""), Warning, "PRAKSIS_PUBLIC_URL"},
		{"in clear", judgePublic(other(func(s *Settings) { s.PublicURL = "http://praksis.example.dk" }), well, nil, "m"), Fault, "not https"},
		{"away", judgePublic(s, answer{}, away, "m"), Warning, "another machine"},
		{"leads elsewhere", judgePublic(s, answer{Status: 301, Location: "https://x.example"}, nil, "m"), Fault, "https://x.example"},
		{"the proxy's", judgePublic(s, answer{Status: 502}, nil, "m"), Fault, "by the proxy"},
		{"a stranger", judgePublic(s, answer{Status: 404}, nil, "m"), Fault, "not this program"},
		{"public not ready", judgePublic(s, with(func(a *answer) { a.Status, a.Lines = 503, []string{"index: no"} }), nil, "m"), Fault, "index: no"},
		{"another catalogue", judgePublic(s, well, nil, "n"), Fault, "another catalogue"},
		{"no HSTS", judgePublic(s, with(func(a *answer) { a.HSTS = "" }), nil, "m"), Warning, "Strict-Transport-Security"},
		{"another build in public", judgePublic(other(func(s *Settings) { s.Build = "b2" }), well, nil, "m"), Warning, "another build"},

		{"proxies", judgeProxies(s, well, nil), Good, "198.51.100.7"},
		{"none", judgeProxies(Settings{Local: true}, answer{}, nil), Good, "none"},
		{"trusted without a public address", judgeProxies(Settings{Local: true, Proxies: 1}, answer{}, nil), Warning, "chooses"},
		{"not trusted", judgeProxies(other(func(s *Settings) { s.Proxies = 0 }), well, nil), Fault, "PRAKSIS_TRUSTED_PROXIES=1"},
		{"too many", judgeProxies(other(func(s *Settings) { s.Proxies = 2 }), with(func(a *answer) { a.Client = forged }), nil), Fault, "lower"},
		{"too few", judgeProxies(s, with(func(a *answer) { a.Client = "127.0.0.1" }), nil), Fault, "raise"},
		{"proxy on this machine", judgeProxies(s, with(func(a *answer) { a.Client, a.Local = "127.0.0.1", netip.MustParseAddr("127.0.0.1") }), nil), Good, ""},
		{"not told", judgeProxies(s, answer{}, away), Unseen, ""},

		{"mail here", judgeMail(Settings{Local: true}), Good, "this machine"},
		{"no mail", judgeMail(Settings{}), Fault, "PRAKSIS_SMTP_HOST"},
		{"half a mail", judgeMail(Settings{MailFault: errors.New("no sender")}), Fault, "no sender"},
		{"mail server", judgeMailServer(mailSeen{}, "mail.example.dk", time.Now()), Good, "without TLS"},
		{"mail server refuses", judgeMailServer(mailSeen{Err: away}, "mail.example.dk", time.Now()), Fault, "refused"},
		{"mail server's certificate", judgeMailServer(mailSeen{Chain: []*x509.Certificate{soon}}, "mail.example.dk", time.Now()), Warning, "expires"},

		{"provider", judgeProvider(o, provider, nil), Good, "1 key"},
		{"no provider", judgeProvider(Settings{}, providerSeen{}, nil), Good, "none"},
		{"provider away", judgeProvider(o, provider, away), Fault, "refused"},
		{"another issuer", judgeProvider(o, providerSeen{Issuer: "https://id.example.dk/", Keys: 1}, nil), Fault, "PRAKSIS_OIDC_ISSUER=https://id.example.dk/"},
		{"no keys", judgeProvider(o, providerSeen{Issuer: o.Issuer}, nil), Fault, "no key"},
		{"no endpoint", judgeProvider(o, providerSeen{Issuer: o.Issuer, Keys: 1, Missing: []string{"sign in"}}, nil), Fault, "sign in"},
	})
}
