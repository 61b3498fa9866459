package doctor

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"praksis/internal/postgres"
)

// rhythm is how old something done with the whole may be.
type rhythm struct {
	aside, wrong time.Duration
	command      string
}

// rhythms of what the program does by itself, where it has a folder for backups: a backup
// every day, a drill every week. By hand once a week, and once a month, is asked for.
var rhythms = map[postgres.OperationKind]struct{ itself, byHand rhythm }{
	postgres.OperationBackup: {rhythm{26 * time.Hour, 3 * 24 * time.Hour, "praksis backup"}, rhythm{8 * 24 * time.Hour, 31 * 24 * time.Hour, "praksis backup"}},
	postgres.OperationDrill:  {rhythm{8 * 24 * time.Hour, 31 * 24 * time.Hour, "praksis drill"}, rhythm{32 * 24 * time.Hour, 100 * 24 * time.Hour, "praksis drill"}},
}

// judgeOperation judges when an operation was last done, and what came of it; list is as
// LastOperations gives it.
func judgeOperation(list []postgres.Operation, kind postgres.OperationKind, s Settings, now time.Time) Finding {
	var last, well *postgres.Operation
	for i := range list {
		if o := &list[i]; o.Kind == kind {
			if last == nil {
				last = o
			}
			if well == nil && o.OK {
				well = o
			}
		}
	}
	r := rhythms[kind].byHand
	if s.BackupDir != "" {
		r = rhythms[kind].itself
	}
	switch {
	case last == nil && s.Local:
		return good("none was made: only this machine has the catalogue")
	case last == nil:
		return warning(fmt.Sprintf("no %s has been made by this program", kind), r.command+"; with a folder in PRAKSIS_BACKUP_DIR the server does it by itself")
	case well == nil:
		return fault(fmt.Sprintf("no %s has gone well; the last one, %s ago: %s", kind, span(now.Sub(last.Finished)), failure(last)), "mend that, then "+r.command)
	}
	age := now.Sub(well.Finished)
	seen := fmt.Sprintf("the last %s was made %s ago", kind, span(age))
	if kind == postgres.OperationBackup {
		seen += ", with " + bytes(uint64(well.Bytes))
	}
	if !last.OK {
		seen += fmt.Sprintf("; since then one failed, %s ago: %s", span(now.Sub(last.Finished)), failure(last))
	}
	switch {
	case age > r.wrong:
		return fault(seen, r.command)
	case !last.OK:
		return warning(seen, "mend that, then "+r.command)
	case age > r.aside:
		return warning(seen, r.command)
	}
	return good("%s", seen)
}

// failure is why an operation failed.
func failure(o *postgres.Operation) string {
	var detail struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(o.Detail, &detail) != nil || detail.Error == "" {
		return "it does not say why"
	}
	return strings.Join(strings.Fields(detail.Error), " ")
}

func judgeErasures(f postgres.ErasureFacts, j journalSeen, path string, now time.Time) Finding {
	switch {
	case f.Awaited:
		return fault("the database was restored, and what was erased since the backup is there again", "praksis erase replay FILE… with the journals of all instances")
	case j.Err != nil:
		return fault("the journal cannot be read: "+oneLine(j.Err), "run this as the user that praksis serve runs as; if you do, keep that file and begin another in PRAKSIS_ERASURE_JOURNAL")
	case !j.Writable:
		return fault(path+" cannot be written to by this user", "run this as the user that praksis serve runs as, or name another place in PRAKSIS_ERASURE_JOURNAL")
	case f.Unwritten > 0:
		return fault(fmt.Sprintf("%s not in the journal yet, the first since %s", count(f.Unwritten, "erasure"), span(now.Sub(f.Since))), "make the journal's place writable: the server then writes them by itself")
	case j.Lacks > f.Unwritten:
		return warning(fmt.Sprintf("the journal here does not tell of %s of %d", count(j.Lacks, "erasure"), f.N-1), "give all instances one journal on a shared disk (PRAKSIS_ERASURE_JOURNAL), or keep those of all for a restore")
	}
	return good("the journal can be written, and tells of all %d", f.N-1)
}
