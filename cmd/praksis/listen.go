package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"
)

// defaultAddr is listened on where nothing else is said.
const defaultAddr = "127.0.0.1:8080"

// listen returns the socket to serve: one that a service manager has handed over
// (LISTEN_FDS) and holds while we are restarted, so that who comes meanwhile waits in
// it (handed), or else one of our own. To be called before any program is started:
// it takes what was handed over out of the environment, and children do not get it.
func listen(addr string) (ln net.Listener, handed bool, err error) {
	sockets, err := activation.Listeners()
	if err != nil {
		return nil, false, err
	}
	switch {
	case len(sockets) > 1:
		return nil, true, fmt.Errorf("the service manager hands over %d sockets, and one is served: leave one ListenStream= in the socket's unit", len(sockets))
	case len(sockets) == 1 && addr != "":
		return nil, true, errors.New("the service manager hands over a socket, and --addr names another: remove --addr (PRAKSIS_ADDR), or do not start by the socket's unit")
	case len(sockets) == 1:
		ln, ok := sockets[0].(*net.TCPListener) // nil where it cannot be listened on
		if !ok {
			return nil, true, errors.New("the service manager hands over a socket that is none of TCP: its unit must say ListenStream=127.0.0.1:8080, or another address with a port")
		}
		return ln, true, nil
	case addr == "":
		addr = defaultAddr
	}
	if ln, err = net.Listen("tcp", addr); err != nil {
		return nil, false, fmt.Errorf("cannot listen on %s: %w (choose another address with --addr)", addr, err)
	}
	return ln, false, nil
}

// tellManager tells the service manager, where there is one (NOTIFY_SOCKET), what has
// become of us.
func tellManager(state string, log *slog.Logger) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		log.Warn("the service manager cannot be told", "state", state, "err", err)
	}
}
