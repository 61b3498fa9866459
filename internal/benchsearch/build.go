package main

import (
	"context"
	"log/slog"
	"time"

	"praksis/internal/search"
)

// built is what building an index took.
type built struct {
	Took      time.Duration
	Generator time.Duration // making the practices alone, part of Took
	Disk      int64
	Memory    Memory
}

// build makes an index in dir: the work of one child process.
func build(ctx context.Context, dir string, n int) (b built, err error) {
	src, err := newSource(n)
	if err != nil {
		return b, err
	}
	sample := min(n, 5000)
	begun := time.Now()
	for i := range sample {
		src.practice(i)
	}
	b.Generator = time.Since(begun) * time.Duration(n) / time.Duration(sample)
	begun = time.Now()
	x, err := open(ctx, dir, src)
	if err != nil {
		return b, err
	}
	b.Took = time.Since(begun)
	if err := x.Close(); err != nil {
		return b, err
	}
	if b.Disk, err = diskUse(dir); err != nil {
		return b, err
	}
	b.Memory, err = measureMemory()
	return b, err
}

func open(ctx context.Context, dir string, src *source) (*search.Index, error) {
	return search.Open(ctx, dir, src, search.Options{Log: slog.New(slog.DiscardHandler)})
}
