package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/seeds"
)

// A program that starts after a newer one has loaded its seeds says that it does
// not load its own.
func TestOlderSeedsAreToldInTheLog(t *testing.T) {
	store := postgres.New(pgtest.New(t))
	none := func() (*catalogue.Taxonomy, []catalogue.Practice, error) {
		return catalogue.NewTaxonomy(nil, nil), nil, nil
	}
	newer := postgres.SeedVersion{Hash: "newer", Number: seeds.Number() + 1}
	if _, err := store.SeedOnce(t.Context(), newer, none, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	r, err := loadSeeds(t.Context(), store, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil || r.Older != newer.Number || r.New != 0 || !strings.Contains(log.String(), "seeds not loaded") {
		t.Errorf("%+v, %v, log %q", r, err, log.String())
	}
}
