package meter

import (
	"maps"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// request is all of one that makes it another series.
type request struct {
	route, method string
	status        int
}

// series are where a request is counted.
type series struct {
	count   prometheus.Counter
	seconds prometheus.Observer
	bytes   prometheus.Counter
}

// known are the series that there are, so that a request is counted by one look: the
// library would sort labels and hash them for each. A map in use is never changed.
var (
	known  atomic.Pointer[map[request]*series]
	making sync.Mutex // held by who adds to known
)

// RequestBegins counts a request that is being answered, until RequestEnds.
func RequestBegins() { inFlight.Inc() }

// RequestEnds counts a request that was answered: the pattern of its route, its method,
// or one word for those that are none, the status, and the bytes of its body.
func RequestEnds(route, method string, status, bytes int, took time.Duration) {
	inFlight.Dec()
	s := find(request{route, method, status})
	s.count.Inc()
	s.seconds.Observe(took.Seconds())
	s.bytes.Add(float64(bytes))
}

func find(r request) *series {
	if all := known.Load(); all != nil {
		if s := (*all)[r]; s != nil {
			return s
		}
	}
	making.Lock()
	defer making.Unlock()
	all := map[request]*series{}
	if old := known.Load(); old != nil {
		if s := (*old)[r]; s != nil {
			return s
		}
		all = maps.Clone(*old)
	}
	label := routeLabel(r.route)
	s := &series{requests.WithLabelValues(label, r.method, strconv.Itoa(r.status)), seconds.WithLabelValues(label), sent.WithLabelValues(label)}
	all[r] = s
	known.Store(&all)
	return s
}

// routeLabel is the pattern of a route, without what differs from build to build: static
// files stand below a hash of themselves.
func routeLabel(pattern string) string {
	if strings.HasPrefix(pattern, "/static/") {
		return "/static/*"
	}
	return pattern
}
