package search

import "testing"

// TestBoundedCache: what is kept is found, and there is never more than may be.
func TestBoundedCache(t *testing.T) {
	var c boundedCache[int, string]
	if _, ok := c.get(1); ok {
		t.Error("found in nothing")
	}
	for i := range 10 {
		c.put(i, "x", 4)
		if v, ok := c.get(i); !ok || v != "x" {
			t.Errorf("%d: %q %v", i, v, ok)
		}
		if want := min(i+1, 4); c.size() != want {
			t.Errorf("%d are kept, want %d", c.size(), want)
		}
	}
	c.put(9, "y", 4)
	if v, _ := c.get(9); v != "y" || c.size() != 4 {
		t.Errorf("%q of %d", v, c.size())
	}
	var later boundedCache[int, string]
	later.carryOver(&c, func(key int) bool { return key == 9 })
	if _, ok := later.get(9); ok || later.size() != 3 {
		t.Errorf("%d were taken over, the changed one: %v", later.size(), ok)
	}
}
