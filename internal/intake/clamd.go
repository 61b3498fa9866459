package intake

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// scanTime is the longest that one file may take.
const scanTime = 30 * time.Second

// Scan asks clamd whether a file has a virus. addr is "host:port", or the path
// of a socket. The error is an *Error when it has one; any other means that
// clamd did not answer, and that nothing is known.
func Scan(ctx context.Context, addr string, r io.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	c, err := dialClamd(ctx, addr)
	if err != nil {
		return err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	sent := instream(c, r)
	// It may answer before it has read all, when the file is above its own limit.
	answer, err := bufio.NewReader(io.LimitReader(c, 1024)).ReadString(0)
	answer = strings.TrimRight(answer, "\x00\n")
	switch {
	case answer == "stream: OK" && sent == nil:
		return nil
	case strings.HasSuffix(answer, " FOUND"):
		return refuse("Filen har en virus i sig, siger vores scanner. Vi har ikke gemt den.")
	case answer != "":
		return fmt.Errorf("clamd answered %q", answer)
	case sent != nil:
		return fmt.Errorf("clamd: %w", sent)
	default:
		return fmt.Errorf("clamd: %w", err)
	}
}

// instream sends a file in pieces, each with its length before it.
func instream(c io.Writer, r io.Reader) error {
	if _, err := io.WriteString(c, "zINSTREAM\x00"); err != nil {
		return err
	}
	buf := make([]byte, 4+window)
	for {
		n, err := io.ReadFull(r, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			if _, err := c.Write(buf[:4+n]); err != nil {
				return err
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			_, err = c.Write([]byte{0, 0, 0, 0})
			return err
		}
		if err != nil {
			return err
		}
	}
}

// Ping asks clamd whether it is there.
func Ping(ctx context.Context, addr string) error {
	c, err := dialClamd(ctx, addr)
	if err != nil {
		return err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := io.WriteString(c, "zPING\x00"); err != nil {
		return fmt.Errorf("clamd: %w", err)
	}
	answer, err := bufio.NewReader(io.LimitReader(c, 1024)).ReadString(0)
	if answer = strings.TrimRight(answer, "\x00\n"); answer == "PONG" {
		return nil
	} else if answer != "" {
		return fmt.Errorf("clamd answered %q", answer)
	}
	return fmt.Errorf("clamd: %w", err)
}

func dialClamd(ctx context.Context, addr string) (net.Conn, error) {
	network := "tcp"
	if strings.HasPrefix(addr, "/") {
		network = "unix"
	}
	c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, fmt.Errorf("clamd: %w", err)
	}
	return c, nil
}
