package main

// A row is a line of the plan of faults (docs/faults.md, section 5), or a part of one,
// and the tests that hold it. Most run in `make test` too, with fewer rounds: args ask
// for the full ones.
type row struct {
	number string // in the plan; "jobs" for what is done later
	fault  string
	pkg    string // below the top of the repository
	tests  []string
	args   []string
	seeded bool // the package has the flag -seed
}

// plan is in the order of docs/faults.md. A test tells of its rounds and of what it saw
// by t.Attr("rounds", …) and t.Attr("seen", …).
var plan = []row{
	{number: "1", fault: "kill -9 of server, Postgres or both while tips are sent", pkg: "cmd/praksis", tests: []string{"TestNothingAcknowledgedIsLost"}, args: []string{"-faults"}, seeded: true},
	{number: "2", fault: "kill -9 of server, Postgres or both while editors publish, revise, withdraw, publish again and merge", pkg: "cmd/praksis", tests: []string{"TestFaultKilledAmidDecisions"}, args: []string{"-faults"}, seeded: true},
	{number: "3", fault: "kill -9 amid index writes", pkg: "internal/search", tests: []string{"TestKilled", "TestHarmlessRests"}},
	{number: "7", fault: "Postgres hangs", pkg: "cmd/praksis", tests: []string{"TestPostgresHangs"}},
	{number: "10", fault: "disk full under the index", pkg: "internal/search", tests: []string{"TestDiskFull"}},
	{number: "12", fault: "index damaged while stopped", pkg: "internal/search", tests: []string{"TestDamage", "TestAheadOfTheSource", "TestDocumentsMissing"}},
	{number: "12", fault: "index damaged while running", pkg: "internal/search", tests: []string{"TestFilesGoneWhileRunning", "TestSuspicion"}},
	{number: "13", fault: "two instances on one database", pkg: "cmd/praksis", tests: []string{"TestWithdrawnOnEveryInstance", "TestOneFolder"}},
	{number: "jobs", fault: "kill -9 amid the day's jobs", pkg: "internal/jobs", tests: []string{"TestKilledAmidTheJobs"}, args: []string{"-kills", "50"}, seeded: true},
}
