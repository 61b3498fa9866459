package intake

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"
)

// speak answers on a listener as clamd does: a virus where the file has the
// word, an error above its limit, silence when told to be slow.
func speak(t *testing.T, l net.Listener) {
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				r := bufio.NewReader(c)
				command, err := r.ReadString(0)
				if command == "zPING\x00" {
					_, _ = io.WriteString(c, "PONG\x00")
					return
				}
				if err != nil || command != "zINSTREAM\x00" {
					_, _ = io.WriteString(c, "UNKNOWN COMMAND\x00")
					return
				}
				var file []byte
				for {
					var n uint32
					if binary.Read(r, binary.BigEndian, &n) != nil {
						return
					}
					if n == 0 {
						break
					}
					piece := make([]byte, n)
					if _, err := io.ReadFull(r, piece); err != nil {
						return
					}
					if file = append(file, piece...); len(file) > 1<<20 {
						_, _ = io.WriteString(c, "INSTREAM size limit exceeded. ERROR\x00")
						return
					}
				}
				switch {
				case bytes.Contains(file, []byte("slow")):
					_, _ = r.ReadByte()
				case bytes.Contains(file, []byte("EICAR")):
					_, _ = io.WriteString(c, "stream: Win.Test.EICAR_HDB-1 FOUND\x00")
				default:
					_, _ = io.WriteString(c, "stream: OK\x00")
				}
			}()
		}
	}()
}

func TestScan(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	speak(t, tcp)
	unix, err := net.Listen("unix", filepath.Join(t.TempDir(), "clamd"))
	if err != nil {
		t.Fatal(err)
	}
	speak(t, unix)
	for _, addr := range []string{tcp.Addr().String(), unix.Addr().String()} {
		ctx := context.Background()
		if err := Ping(ctx, addr); err != nil {
			t.Errorf("%s: is it there: %v", addr, err)
		}
		if err := Scan(ctx, addr, bytes.NewReader(bytes.Repeat([]byte("a"), 200_000))); err != nil {
			t.Errorf("%s: a clean file: %v", addr, err)
		}
		var e *Error
		if err := Scan(ctx, addr, bytes.NewReader([]byte("EICAR"))); !errors.As(err, &e) {
			t.Errorf("%s: a virus: %v", addr, err)
		}
		if err := Scan(ctx, addr, bytes.NewReader(make([]byte, 5<<20))); err == nil || errors.As(err, &e) {
			t.Errorf("%s: above its limit: %v", addr, err)
		}
		slow, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		if err := Scan(slow, addr, bytes.NewReader([]byte("slow"))); err == nil || errors.As(err, &e) {
			t.Errorf("%s: silence: %v", addr, err)
		}
		cancel()
	}
	tcp.Close()
	var e *Error
	if err := Scan(context.Background(), tcp.Addr().String(), bytes.NewReader(nil)); err == nil || errors.As(err, &e) {
		t.Errorf("nobody there: %v", err)
	}
	if err := Ping(context.Background(), tcp.Addr().String()); err == nil {
		t.Error("nobody is there, and that is not told")
	}
}
