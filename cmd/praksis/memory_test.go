package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestGCPercent(t *testing.T) {
	for live, want := range map[uint64]int{0: 400, 1 << 20: 400, 16 << 20: 400, 32 << 20: 200, 64 << 20: 100, 1 << 30: 100} {
		if got := gcPercent(live); got != want {
			t.Errorf("%d bytes: %d, want %d", live, got, want)
		}
	}
}

// What is made and let go counts as not in use until it is given back.
func TestUnusedMemory(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection in between would tell another story
	runtime.GC()
	garbage := make([]byte, 64<<20)
	garbage[len(garbage)-1] = 1
	runtime.KeepAlive(garbage)
	if n := unusedMemory(); n < 32<<20 {
		t.Errorf("with garbage: %d bytes", n)
	}
	debug.FreeOSMemory()
	if n := unusedMemory(); n > 32<<20 {
		t.Errorf("given back: %d bytes", n)
	}
}

// What is kept is tidied once in each quiet time, and never while requests come.
func TestMemoryIsTidiedWhenQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var served atomic.Uint64
		tidied := 0
		ready := make(chan func(), 1)
		done := make(chan error)
		go func() { done <- manageMemory(ctx, &served, new(atomic.Bool), ready, true) }()
		time.Sleep(5 * memoryPeriod) // no index yet
		ready <- func() { tidied++ }
		quiet := func(n int) { time.Sleep(time.Duration(n) * memoryPeriod); synctest.Wait() }
		busy := func() {
			for range 20 {
				served.Add(1)
				quiet(1)
			}
		}
		for i := range 3 {
			if quiet(10); tidied != i+1 {
				t.Errorf("tidied %d times after quiet time %d", tidied, i+1)
			}
			if busy(); tidied != i+1 {
				t.Errorf("tidied %d times while requests came, want %d", tidied, i+1)
			}
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
