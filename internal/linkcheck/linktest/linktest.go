// Package linktest gives tests names of their own, so that links can be checked on this
// machine as on the internet: by names that are looked up. It is for tests only.
package linktest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// Resolver knows the names that lookup does, in small letters and without a dot at the
// end, and asks nobody else. A name without addresses does not exist.
func Resolver(lookup func(name string) []netip.Addr) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go serve(ours, lookup)
		return theirs, nil
	}}
}

// serve answers questions as a name server does on a connection that is no datagram's:
// each message after its length in two bytes.
func serve(c net.Conn, lookup func(string) []netip.Addr) {
	defer c.Close()
	for {
		var length uint16
		if err := binary.Read(c, binary.BigEndian, &length); err != nil {
			return
		}
		b := make([]byte, length)
		if _, err := io.ReadFull(c, b); err != nil {
			return
		}
		out, err := answer(b, lookup)
		if err != nil {
			return
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...)); err != nil {
			return
		}
	}
}

func answer(asked []byte, lookup func(string) []netip.Addr) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(asked); err != nil {
		return nil, err
	}
	m.Response, m.Authoritative, m.RecursionAvailable, m.Additionals = true, true, true, nil
	for _, q := range m.Questions {
		addresses := lookup(strings.TrimSuffix(strings.ToLower(q.Name.String()), "."))
		if len(addresses) == 0 {
			m.RCode = dnsmessage.RCodeNameError
		}
		for _, a := range addresses {
			h := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
			switch {
			case q.Type == dnsmessage.TypeA && a.Is4():
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
			case q.Type == dnsmessage.TypeAAAA && a.Is6():
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
			}
		}
	}
	return m.Pack()
}
