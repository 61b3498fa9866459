package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// The bounds of how much the heap may grow before it is collected, and how often
// that is looked at.
const (
	heapRoom     = 96 << 20 // bytes beyond what is in use, where that is little
	mostPercent  = 400
	memoryPeriod = 20 * time.Second
)

// manageMemory lets the heap grow by heapRoom between collections while it is
// small: collecting a small heap often costs a tenth of all time. When no request
// came for a period it gives back what is not in use. It leaves GOGC alone where
// the environment sets it.
func manageMemory(ctx context.Context, served *atomic.Uint64, setByEnvironment bool) error {
	ticker := time.NewTicker(memoryPeriod)
	defer ticker.Stop()
	var seen, freed uint64
	for {
		if !setByEnvironment {
			debug.SetGCPercent(gcPercent(liveHeap()))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if n := served.Load(); n != seen {
			seen = n
		} else if freed != n+1 {
			freed = n + 1 // once for each quiet time
			debug.FreeOSMemory()
		}
	}
}

// gcPercent is GOGC for a heap of live bytes.
func gcPercent(live uint64) int {
	return int(max(100, min(mostPercent, heapRoom*100/max(live, 1))))
}

// liveHeap is what the last collection left, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
