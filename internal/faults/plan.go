package main

// A row is a line of the plan of faults (docs/faults.md, section 5), or a part of one,
// and the tests that hold it. Most run in `make test` too, with fewer rounds: args ask
// for the full ones.
type row struct {
	number string // in the plan, or several, as "4, 33"; "jobs" for what is done later
	fault  string
	pkg    string // below the top of the repository
	tests  []string
	args   []string
	seeded bool // the package has the flag -seed
}

// plan is in the order of docs/faults.md. A test tells of its rounds and of what it saw
// by t.Attr("rounds", …) and t.Attr("seen", …).
var plan = []row{
	{number: "1, 5", fault: "kill -9 of server, Postgres or both, Postgres stopped, while tips with pictures are sent and pages read", pkg: "cmd/praksis", tests: []string{"TestNothingAcknowledgedIsLost"}, args: []string{"-faults"}, seeded: true},
	{number: "2", fault: "kill -9 of server, Postgres or both while editors publish, revise, withdraw, publish again and merge", pkg: "cmd/praksis", tests: []string{"TestFaultKilledAmidDecisions"}, args: []string{"-faults"}, seeded: true},
	{number: "3", fault: "kill -9 amid index writes", pkg: "internal/search", tests: []string{"TestKilled", "TestHarmlessRests"}},
	{number: "3", fault: "kill -9 amid an import, the building of the index and the reshaping of the read model", pkg: "cmd/praksis", tests: []string{"TestFaultKilledAmidBuilding"}, args: []string{"-faults"}, seeded: true},
	{number: "4, 33", fault: "kill -9 amid the migrations, from before each one up; two at once", pkg: "cmd/praksis", tests: []string{"TestFaultKilledAmidMigrations"}, args: []string{"-faults"}, seeded: true},
	{number: "6", fault: "Postgres comes later than the server", pkg: "cmd/praksis", tests: []string{"TestDatabaseComesLater"}},
	{number: "7", fault: "Postgres hangs", pkg: "cmd/praksis", tests: []string{"TestPostgresHangs"}},
	{number: "7", fault: "line to Postgres cut, standing still, late, cut at a commit", pkg: "cmd/praksis", tests: []string{"TestFaultBadLine"}, args: []string{"-faults"}},
	{number: "8", fault: "Postgres' connections used up", pkg: "cmd/praksis", tests: []string{"TestFaultConnectionsUsedUp"}, args: []string{"-faults"}},
	{number: "9", fault: "disk full for uploads", pkg: "internal/site", tests: []string{"TestDiskFull"}},
	{number: "10", fault: "disk full under the index", pkg: "internal/search", tests: []string{"TestDiskFull"}},
	{number: "10", fault: "disk full under the index of a running server", pkg: "cmd/praksis", tests: []string{"TestFaultDiskFullUnderIndex"}, args: []string{"-faults"}},
	{number: "10", fault: "disk full under Postgres: tables, WAL", pkg: "cmd/praksis", tests: []string{"TestFaultDiskFullUnderPostgres"}, args: []string{"-faults"}, seeded: true},
	{number: "11", fault: "I/O errors at commit", pkg: "cmd/praksis", tests: []string{"TestFaultCommitFails"}, args: []string{"-faults"}, seeded: true},
	{number: "12", fault: "index damaged while stopped", pkg: "internal/search", tests: []string{"TestDamage", "TestAheadOfTheSource", "TestDocumentsMissing"}},
	{number: "12", fault: "index damaged while running", pkg: "internal/search", tests: []string{"TestFilesGoneWhileRunning", "TestSuspicion"}},
	{number: "13", fault: "two instances on one database", pkg: "cmd/praksis", tests: []string{"TestWithdrawnOnEveryInstance", "TestOneFolder"}},
	{number: "14", fault: "clock jumps, summer time, leap days: jobs, steps, limits", pkg: "internal/review", tests: []string{"TestRunDay", "TestStepsByDays", "TestLimitsByDays", "TestReviewWeeks"}},
	{number: "14", fault: "clock jumps: sessions", pkg: "internal/auth", tests: []string{"TestSessionTimesOut", "TestSessionsWhenTheClockJumps"}},
	{number: "15, 16, 17", fault: "far too large requests, far too many and slow connections; what is held afterwards", pkg: "cmd/praksis", tests: []string{"TestFaultClients"}, args: []string{"-faults"}},
	{number: "15", fault: "slow senders, many at once", pkg: "internal/httpx", tests: []string{"TestPace", "TestPlacesByClient", "TestPlacesAreWaitedFor"}},
	{number: "15", fault: "600 uploads that stand still", pkg: "internal/site", tests: []string{"TestSlowUploadsHoldNobodyUp", "TestManySendAtOnce"}},
	{number: "18", fault: "bombs, polyglots, programs, names of attachments", pkg: "internal/intake", tests: []string{"TestHostile", "TestScan", "TestPDFReaderIsStopped"}},
	{number: "19, 27", fault: "texts that are none in every field, address, header and cookie; addresses and hosts of other sites", pkg: "internal/site", tests: []string{"TestBadTexts", "TestBadInput", "TestLeadsNowhereElse", "TestRewrittenAddresses"}},
	{number: "20", fault: "who asked for dear searches leaves", pkg: "cmd/praksis", tests: []string{"TestFaultAskerLeaves"}, args: []string{"-faults"}},
	{number: "20", fault: "query bombs, and a deadline that has passed", pkg: "internal/search", tests: []string{"TestBombsStayCheap", "TestDeadline"}},
	{number: "23, 26, 28", fault: "every route as everybody; what caches may keep", pkg: "cmd/praksis", tests: []string{"TestMatrix"}},
	{number: "29", fault: "mail server refuses, is silent or away", pkg: "internal/jobs", tests: []string{"TestTemporaryFailure", "TestPermanentFailure", "TestWhatEndsTheTries", "TestSentAfterRestart", "TestNoSender"}},
	{number: "32", fault: "kill -9 amid a restore, and two at once", pkg: "cmd/praksis", tests: []string{"TestFaultKilledAmidRestore"}, args: []string{"-faults"}, seeded: true},
	{number: "32", fault: "disk full under a backup", pkg: "cmd/praksis", tests: []string{"TestFaultDiskFullUnderBackup"}, args: []string{"-faults"}},
	{number: "32", fault: "a backup that is cut, changed by a bit, of another program or a newer release; restored over something", pkg: "internal/ops/backup", tests: []string{"TestWhatIsNoBackup", "TestCutAtEverySection"}},
	{number: "32", fault: "a restore that fails anywhere", pkg: "internal/postgres", tests: []string{"TestRestoreThatFails", "TestBackupIsRestored"}},
	{number: "34", fault: "20 s of load, ten times; what is held a minute later", pkg: "cmd/praksis", tests: []string{"TestFaultLoadLeavesNothing"}, args: []string{"-faults"}},
	{number: "jobs", fault: "kill -9 amid the digests", pkg: "internal/jobs", tests: []string{"TestKilledAmidTheDigests"}, args: []string{"-kills", "10"}, seeded: true},
	{number: "jobs", fault: "kill -9 amid the day's jobs", pkg: "internal/jobs", tests: []string{"TestKilledAmidTheJobs"}, args: []string{"-kills", "50"}, seeded: true},
}
