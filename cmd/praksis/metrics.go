package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"praksis/internal/ops/metrics"
)

const (
	// defaultMetricsAddr is the port that OpenTelemetry's exporters for Prometheus take.
	defaultMetricsAddr = "127.0.0.1:9464"
	noMetrics          = "none"
	// metricsAgain is how often the default address is tried that others have: the one
	// whom we replace lets go of it when it has answered its last request.
	metricsAgain = 10 * time.Second
	// metricsTime ends an answer to who scrapes, and profileTime one with a profile, which
	// is taken for 30 s where nothing else is said.
	metricsTime, profileTime = 15 * time.Second, 2 * time.Minute
)

// checkMetrics refuses an address that says nothing of who reaches it, or that is the
// catalogue's own.
func checkMetrics(addr, public string) error {
	if addr == "" || addr == noMetrics {
		return nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil || host == "" || port == "" {
		return fmt.Errorf("--metrics-addr: %q is no HOST:PORT: give 127.0.0.1:9464 for this machine alone, the address of one of its networks for others, or %s", addr, noMetrics)
	}
	if addr == public && port != "0" {
		return fmt.Errorf("--metrics-addr: %s is the catalogue's own address (--addr), where no metrics are given out: give another port, or %s", addr, noMetrics)
	}
	return nil
}

// giveOut has the metrics served, on a listener of its own, until end is called. Where
// no address was given and others have the default one, as a second server on this
// machine, it goes on without, and takes it when it is free.
func (s *serveCmd) giveOut(ctx context.Context, m *metrics.Metrics, log *slog.Logger) (end func(), err error) {
	if s.MetricsAddr == noMetrics {
		return func() {}, nil
	}
	if s.MetricsAddr != "" {
		ln, err := net.Listen("tcp", s.MetricsAddr)
		if err != nil {
			return nil, fmt.Errorf("cannot give out metrics at %s: %w (choose another address with --metrics-addr, or none)", s.MetricsAddr, err)
		}
		return serveMetrics(ln, m, log), nil
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // who answers its last requests is measured
	done, told := make(chan struct{}), false
	go func() {
		defer close(done)
		for {
			ln, err := net.Listen("tcp", defaultMetricsAddr)
			if err == nil {
				end := serveMetrics(ln, m, log)
				<-ctx.Done()
				end()
				return
			}
			if !told {
				log.Warn("no metrics are given out: give an address with --metrics-addr, or none", "addr", defaultMetricsAddr, "error", err, "tried_again", errors.Is(err, syscall.EADDRINUSE))
				told = true
			}
			if !errors.Is(err, syscall.EADDRINUSE) {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(metricsAgain):
			}
		}
	}()
	return func() { cancel(); <-done }, nil
}

// serveMetrics serves on ln until end is called. Profiles are for this machine alone.
func serveMetrics(ln net.Listener, m *metrics.Metrics, log *slog.Logger) (end func()) {
	local := onLoopback(ln.Addr())
	srv := &http.Server{Handler: m.Handler(local), ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: metricsTime, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	if local {
		srv.WriteTimeout = profileTime
	}
	log.Info("metrics are given out", "addr", ln.Addr().String())
	go func() { _ = srv.Serve(ln) }()
	return func() { _ = srv.Close() }
}
