package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
)

// limitBytes is the length of the page that the limit serves.
const limitBytes = 30_000

// text is words in no order, which compress about as a page does.
func text(length int) []byte {
	words := strings.Fields("kontakt borger telefon kommune gruppe støtte hjemme besøg skærm tilbud medarbejder pårørende samtale ude natur uger virkede flere færre unge ældre særligt efter under gennem sammen tryghed ansvar")
	next := rand.New(rand.NewPCG(1, 2))
	b := []byte("<!doctype html><html lang=da><meta charset=utf-8><title>Praksisser</title><main>")
	for len(b) < length {
		b = fmt.Appendf(b, "<article><h2><a href=/eksempler/%d>", next.IntN(5000))
		for range 20 {
			b = append(append(b, words[next.IntN(len(words))]...), ' ')
		}
		b = append(b, "</a></h2></article>\n"...)
	}
	return b[:length]
}

// serveLimit is what Go can do at most on this machine: it serves pages from memory,
// with the router that we have and no application around it, until the process ends; / is limitBytes long, compressed
// where that is asked for, and /N is N bytes; whoever has a tag gets 304. It prints its
// address first.
func serveLimit() error {
	page, long := text(limitBytes), text(1<<20)
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, _ = z.Write(page) // a bytes.Buffer takes everything
	_ = z.Close()
	zipped := b.Bytes()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	router := chi.NewRouter()
	serve := func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Vary", "Accept-Encoding")
		body := page
		if n, err := strconv.Atoi(r.URL.Path[1:]); err == nil && n <= len(long) {
			body = long[:n]
		} else if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = zipped
		}
		_, _ = w.Write(body)
	}
	router.Get("/*", serve)
	router.Head("/*", serve)
	return http.Serve(l, router)
}
