package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"praksis/internal/ops/config"
)

// healthcheckCmd asks a running server, in an image that has nothing else to ask with.
// It needs no database.
type healthcheckCmd struct {
	Addr    string        `help:"Address that the server listens on, as it was given to it." env:"PRAKSIS_ADDR" placeholder:"HOST:PORT"`
	URL     string        `name:"url" help:"Address to ask instead, whole: https://praksis.example.dk/readyz." placeholder:"URL"`
	Ready   bool          `help:"Ask whether visitors can be sent there (/readyz), in place of whether the process lives (/healthz): it is not ready while the database is away."`
	Timeout time.Duration `help:"How long the answer may take." default:"3s"`
}

// Run says in one line what was answered.
func (h *healthcheckCmd) Run(ctx context.Context) error {
	address, err := h.address()
	if err != nil {
		return err
	}
	shown := config.Mask(address) // a container's health check is kept in its log
	ctx, cancel := context.WithTimeout(ctx, h.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("--url: %q is no address", shown)
	}
	r.Header.Set("User-Agent", "praksis-healthcheck")
	client := http.Client{
		Transport:     &http.Transport{Proxy: nil, DisableKeepAlives: true}, // HTTP_PROXY is for what is elsewhere
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(r)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%s does not answer within %s", shown, h.Timeout)
	case err != nil:
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err // it repeats the address
		}
		return fmt.Errorf("%s does not answer: %w", shown, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", shown, answer.Status)
	}
	_, err = fmt.Printf("%s answers %s\n", shown, answer.Status)
	return err
}

// address is what is asked: a server that listens on all addresses is asked on this
// machine's own.
func (h *healthcheckCmd) address() (string, error) {
	path := "/healthz"
	if h.Ready {
		path = "/readyz"
	}
	if h.URL != "" {
		u, err := url.Parse(h.URL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "", errors.New("--url: give a whole address, which begins with http:// or https://")
		}
		if u.Path == "" || u.Path == "/" {
			u.Path = path
		}
		return u.String(), nil
	}
	addr := h.Addr
	if addr == "" {
		addr = defaultAddr
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("--addr: %q is no HOST:PORT", addr)
	}
	if port == "0" {
		return "", errors.New("--addr: port 0 is another one at each start: give --url")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip != nil && ip.To4() == nil { // listens to both, where it may
			host = "::1"
		}
	}
	return "http://" + net.JoinHostPort(host, port) + path, nil
}
