package metrics

import (
	"context"
	"sync"
	"syscall"
	"time"

	"praksis/internal/postgres"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// askTime is what the database may take: whoever scrapes gives up later, and gets the
	// rest.
	askTime = 2 * time.Second
	// askEvery is how often it is asked at most, however many scrape.
	askEvery = 5 * time.Second
)

// kind of a metric.
const (
	gauge   = prometheus.GaugeValue
	counter = prometheus.CounterValue
)

// metric is one that is asked for when somebody looks.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

// asked are all of them, in the order of their making.
var asked []metric

func ask(kind prometheus.ValueType, name, help string, labels ...string) metric {
	m := metric{prometheus.NewDesc("praksis_"+name, help, labels, nil), kind}
	asked = append(asked, m)
	return m
}

var (
	cacheRequests = ask(counter, "page_cache_requests_total", "Requests for pages that may be kept, by what became of them: hit, miss (rendered), collapsed (waited for another's), unchanged (304).", "cache", "result")
	cachePages    = ask(gauge, "page_cache_pages", "Pages that are kept in memory.", "cache")
	cacheBytes    = ask(gauge, "page_cache_bytes", "Bytes of the pages that are kept in memory.", "cache")
	cacheMost     = ask(gauge, "page_cache_max_bytes", "Bytes that kept pages may take.", "cache")

	poolConns    = ask(gauge, "db_pool_connections", "Connections to the database, by what they do: acquired or idle.", "pool", "state")
	poolMost     = ask(gauge, "db_pool_max_connections", "Connections to the database that there may be.", "pool")
	poolAcquires = ask(counter, "db_pool_acquires_total", "Times that a connection was taken.", "pool")
	poolWaits    = ask(counter, "db_pool_waits_total", "Times that no connection was free when one was taken.", "pool")
	poolCanceled = ask(counter, "db_pool_canceled_acquires_total", "Times that whoever wanted a connection gave up waiting.", "pool")
	poolWaited   = ask(counter, "db_pool_wait_seconds_total", "Time that was waited for a free connection.", "pool")
	repeated     = ask(counter, "db_transactions_repeated_total", "Transactions that were run once more because of others at the same time.")

	databaseUp  = ask(gauge, "database_up", "1 when the database has answered within 2 s at the last look, else 0. Looked at every 5 s at most.")
	databaseAsk = ask(gauge, "database_ask_seconds", "How long the database took at the last look.")
	version     = ask(gauge, "catalogue_version", "The version of the catalogue in the database.")
	jobs        = ask(gauge, "jobs", "Jobs in the queue, by kind and state. Completed ones are kept for two days.", "kind", "state")
	oldestJob   = ask(gauge, "jobs_oldest_waiting_seconds", "How long the job has waited that is due for longest; 0 where none is.")
	mailsUnsent = ask(gauge, "mails_unsent", "Mails that are not sent, by state: waiting (they are tried again) or given_up (an editor decides).", "state")
	oldestMail  = ask(gauge, "mails_oldest_waiting_seconds", "How long the mail has waited that waits for longest; 0 where none does.")

	operationDone = ask(gauge, "operation_last_finish_timestamp_seconds", "When the last backup, restore or drill ended, well or not, in seconds since 1970; 0: there was none.", "operation")
	operationGood = ask(gauge, "operation_last_success_timestamp_seconds", "When the last one ended that went well; 0: none has.", "operation")
	operationOK   = ask(gauge, "operation_last_ok", "1 when the last one went well, else 0. Missing where there was none.", "operation")
	operationTook = ask(gauge, "operation_last_duration_seconds", "How long the last one took.", "operation")
	operationSize = ask(gauge, "operation_last_bytes", "The size of its file.", "operation")

	indexReady    = ask(gauge, "index_ready", "1 when searches are answered whole, 0 while the first index is made ready.")
	indexVersion  = ask(gauge, "index_version", "The version of the catalogue that searches and pages see.")
	indexLag      = ask(gauge, "index_lag_seconds", "Time since the database confirmed that searches and pages see the newest version: well below 2 s when all is well.")
	indexBuilding = ask(gauge, "index_building", "1 while the index is built from nothing, also beside one that is in use.")
	indexBuilds   = ask(counter, "index_builds_total", "Times that this process has built the index from nothing.")
	indexTook     = ask(gauge, "index_last_build_seconds", "How long the last building from nothing took; 0 where this process has not built.")

	diskFree = ask(gauge, "disk_free_bytes", "Room that is left for us on the disk of a folder: data (index, private database) or temporary (uploads, files for download).", "folder")

	replicaUsed = ask(gauge, "replica_in_use", "1 while public pages are read from the replica, 0 while the primary does it for one that is configured.")
	replicaLag  = ask(gauge, "replica_lag_seconds", "For how long the replica has been behind the primary.")
)

// vitals are what the database has said, for some seconds.
type vitals struct {
	mu    sync.Mutex
	at    time.Time
	took  time.Duration
	up    bool
	known postgres.Vitals
}

// look asks the database, unless that was done just now. All who look at once wait for
// the one who asks.
func (v *vitals) look(store *postgres.Store) (postgres.Vitals, bool, time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.at.IsZero() || time.Since(v.at) > askEvery {
		ctx, cancel := context.WithTimeout(context.Background(), askTime)
		defer cancel()
		begun := time.Now()
		known, err := store.Vitals(ctx)
		v.known, v.up, v.at, v.took = known, err == nil, time.Now(), time.Since(begun)
	}
	return v.known, v.up, v.took
}

// Describe tells the registry of all that is asked for.
func (m *Metrics) Describe(to chan<- *prometheus.Desc) {
	for _, x := range asked {
		to <- x.desc
	}
}

// Collect asks.
func (m *Metrics) Collect(to chan<- prometheus.Metric) {
	tell := func(x metric, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(x.desc, x.kind, value, labels...)
	}
	from := m.sources.Load()
	for name, stats := range from.Caches {
		s := stats()
		tell(cacheRequests, float64(s.Hits), name, "hit")
		tell(cacheRequests, float64(s.Misses), name, "miss")
		tell(cacheRequests, float64(s.Collapsed), name, "collapsed")
		tell(cacheRequests, float64(s.Unchanged), name, "unchanged")
		tell(cachePages, float64(s.Pages), name)
		tell(cacheBytes, float64(s.Bytes), name)
		tell(cacheMost, float64(s.MaxBytes), name)
	}
	for name, dir := range from.Folders {
		var st syscall.Statfs_t
		if syscall.Statfs(dir, &st) == nil {
			tell(diskFree, float64(st.Bavail)*float64(st.Bsize), name)
		}
	}
	if from.Index == nil {
		tell(indexReady, 0)
	} else {
		building, times, took := from.Index.Building()
		tell(indexReady, one(from.Index.Ready()))
		tell(indexVersion, float64(from.Index.Version()))
		if at := from.Index.Confirmed(); !at.IsZero() {
			tell(indexLag, time.Since(at).Seconds())
		}
		tell(indexBuilding, one(building))
		tell(indexBuilds, float64(times))
		tell(indexTook, took.Seconds())
	}
	if from.Store == nil {
		tell(databaseUp, 0)
		return
	}
	for _, p := range from.Store.PoolStats() {
		tell(poolConns, float64(p.Acquired), p.Name, "acquired")
		tell(poolConns, float64(p.Idle), p.Name, "idle")
		tell(poolMost, float64(p.Max), p.Name)
		tell(poolAcquires, float64(p.Acquires), p.Name)
		tell(poolWaits, float64(p.Waited), p.Name)
		tell(poolCanceled, float64(p.Canceled), p.Name)
		tell(poolWaited, p.WaitTime.Seconds(), p.Name)
	}
	tell(repeated, float64(from.Store.Again()))
	if given, used, behind := from.Store.ReplicaState(); given {
		tell(replicaUsed, one(used))
		tell(replicaLag, behind.Seconds())
	}
	v, up, took := m.vitals.look(from.Store)
	tell(databaseUp, one(up))
	tell(databaseAsk, took.Seconds())
	if !up {
		return
	}
	tell(version, float64(v.Version))
	for _, j := range v.Jobs {
		tell(jobs, float64(j.Count), j.Kind, j.State)
	}
	tell(oldestJob, v.OldestJob.Seconds())
	tell(mailsUnsent, float64(v.MailsWaiting), "waiting")
	tell(mailsUnsent, float64(v.MailsGivenUp), "given_up")
	tell(oldestMail, v.OldestMail.Seconds())
	never := map[postgres.OperationKind]bool{postgres.OperationBackup: true, postgres.OperationDrill: true}
	for _, o := range v.Operations {
		kind := string(o.Kind)
		delete(never, o.Kind)
		tell(operationDone, o.Finished, kind)
		tell(operationGood, o.Succeeded, kind)
		tell(operationOK, one(o.OK), kind)
		tell(operationTook, o.Took, kind)
		tell(operationSize, float64(o.Bytes), kind)
	}
	for kind := range never { // an alert sees that too
		tell(operationDone, 0, string(kind))
		tell(operationGood, 0, string(kind))
	}
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
