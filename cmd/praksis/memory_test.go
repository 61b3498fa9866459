package main

import (
	"runtime"
	"runtime/debug"
	"testing"
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
