package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// The bounds of how much the heap may grow before it is collected, and how often
// that is looked at.
const (
	heapRoom     = 64 << 20 // bytes beyond what is in use, where that is little
	mostPercent  = 400
	memoryPeriod = 20 * time.Second
	// roomPeriod is how often the room is measured anew: what is in use grows within
	// seconds when many come at once, and the room must not grow with it.
	roomPeriod = time.Second
	// startPercent is GOGC until all is ready. What lives long is made then, and
	// among much garbage it would leave half of its memory unused for ever.
	startPercent = 25
	// keptUnused is what need not be given back, in bytes.
	keptUnused = 16 << 20
)

// manageMemory lets the heap grow by heapRoom between collections while it is
// small: collecting a small heap often costs a tenth of all time. After each period
// without a request it gives back what is not in use, which building the index or
// following a publication may have left; after the first such it lets what is kept be
// tidied before, by what comes from ready. While the index is built, which makes much
// garbage, the heap may grow as it may later. It leaves GOGC alone where the environment
// sets it.
func manageMemory(ctx context.Context, served *atomic.Uint64, building *atomic.Bool, ready <-chan func(), setByEnvironment bool) error {
	ticker, room := time.NewTicker(memoryPeriod), time.NewTicker(roomPeriod)
	defer ticker.Stop()
	defer room.Stop()
	var seen uint64
	set, freed := 0, false // since the last request
	tidy := func() {}
	for {
		if !setByEnvironment {
			percent := startPercent
			if ready == nil || building.Load() {
				percent = gcPercent(liveHeap())
			}
			if percent != set { // setting it stops the world for a moment
				set = percent
				debug.SetGCPercent(percent)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case tidy = <-ready:
			ready, freed = nil, false // it is never received from again
			continue
		case <-room.C:
			continue
		case <-ticker.C:
		}
		// The last collection may have been in the middle of the work: what it left is
		// known only after one more.
		if n := served.Load(); n != seen {
			seen, freed = n, false
		} else if !freed || unusedMemory() > keptUnused {
			if !freed {
				tidy()
			}
			freed = true
			runtime.GC()
			debug.FreeOSMemory() // collects again, which frees what sync.Pool has kept
		}
	}
}

// gcPercent is GOGC for a heap of live bytes.
func gcPercent(live uint64) int {
	return int(max(100, min(mostPercent, heapRoom*100/max(live, 1))))
}

// liveHeap is what the last collection left, in bytes.
func liveHeap() uint64 { return readMetrics("/gc/heap/live:bytes")[0] }

// unusedMemory is what the process has and does not use, in bytes: free memory, and
// what was made since the last collection.
func unusedMemory() uint64 {
	m := readMetrics("/memory/classes/heap/free:bytes", "/memory/classes/heap/objects:bytes", "/gc/heap/live:bytes")
	return m[0] + m[1] - min(m[1], m[2])
}

// readMetrics reads metrics of the runtime; 0 for those that it does not have.
func readMetrics(names ...string) []uint64 {
	samples, out := make([]metrics.Sample, len(names)), make([]uint64, len(names))
	for i, name := range names {
		samples[i].Name = name
	}
	metrics.Read(samples)
	for i, s := range samples {
		if s.Value.Kind() == metrics.KindUint64 {
			out[i] = s.Value.Uint64()
		}
	}
	return out
}
