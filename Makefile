# Praksiskataloget. `make` alone lists what there is.

# One static binary everywhere; no C compiler is asked for.
export CGO_ENABLED ?= 0

# What to test and how: make test PKG=./internal/search ARGS='-run Facet -v'
PKG  ?= ./...
ARGS ?=

# Keeps one Postgres up around the tests of all packages.
HOLD = go run ./internal/pgtest/hold --

.DEFAULT_GOAL := help
.PHONY: help run dev build test faults test-restart test-postfix try-nginx try-systemd try-pgbouncer bench bench-load bench-search eval check generate fmt tidy vuln image-check clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: ## Install what is missing, build and serve (ADDR=127.0.0.1:9000 DATA=/tmp/x)
	@. .ci/setup && need_go && { [ -n "$$DATABASE_URL" ] || need_postgres; } && \
	go build -o bin/praksis ./cmd/praksis && \
	exec bin/praksis serve $${ADDR:+--addr "$$ADDR"} $${DATA:+--data "$$DATA"}

dev: ## Serve, and build again at every change of Go, templates and styles
	@$(if $(ADDR),PRAKSIS_ADDR='$(ADDR)') $(if $(DATA),PRAKSIS_DATA='$(DATA)') exec sh .ci/dev

build: ## Build bin/praksis
	go build -trimpath -o bin/praksis ./cmd/praksis

# Without vet, which `make check` runs over everything.
test: ## Install what is missing and run all tests (PKG=./internal/x ARGS=-v)
	@. .ci/setup && need_go && need_postgres && need_chromium && need_pandoc && need_checkers && need_node && \
	$(HOLD) go test -vet=off -timeout 30m $(ARGS) $(PKG)

faults: ## Run the plan of faults in full and print what was seen (25 minutes at most; ARGS='-rows 2,4 -seed 7'; some rows mount small disks: root)
	@. .ci/setup && need_go && need_postgres && $(HOLD) go run ./internal/faults $(ARGS)

test-restart: ## Restart the server under load on a socket that is held outside of it, 12 times (ARGS='-args -restarts 100')
	@. .ci/setup && need_go && need_postgres && \
	go test -count=1 -v -timeout 60m -run '^TestRestartUnderLoad$$' ./cmd/praksis $(or $(ARGS),-args -restarts 12) | grep -v msg=request

try-nginx: ## Try docs/operation/nginx.conf: restarts in turn of two instances behind Debian's nginx, under load (root)
	@ARGS='$(ARGS)' sh .ci/try/nginx

try-systemd: ## Try docs/operation/praksis.socket and .service in a real systemd, in namespaces of its own (root)
	@ARGS='$(ARGS)' sh .ci/try/systemd

test-postfix: ## Try what we send against Debian's postfix, which is installed and not left running (root)
	@sh .ci/postfix

try-pgbouncer: ## Try the program behind Debian's PgBouncer, and over the newest Postgres without one (root, some minutes)
	@.ci/try/pgbouncer/run

.PHONY: try-doctor
try-doctor: ## Break an installation in some twenty ways, and have praksis doctor find each (root, a minute or two)
	@sh .ci/try/doctor

.PHONY: try-replica
try-replica: ## Try reading from a streaming replica, and a failover by hand, with Debian's Postgres (root, some minutes)
	@.ci/try/replica/run

.PHONY: try-alerts
try-alerts: ## Show metrics, alert rules and dashboard to Prometheus' promtool, and try every rule
	@.ci/try/alerts

bench: ## Run the benchmarks
	@. .ci/setup && need_go && need_postgres && \
	$(HOLD) go test -run '^$$' -bench . -benchmem $(ARGS) $(PKG)

bench-search: ## Measure the search against PostgreSQL at 100,000 practices (some minutes; ARGS=-quick)
	@. .ci/setup && need_go && need_postgres && go run ./internal/benchsearch $(ARGS)

bench-load: ## Measure the running server under load beside a page from memory, at 5,000 practices (10 minutes, a quiet machine; ARGS='-rounds 1')
	@. .ci/setup && need_go && need_postgres && go build -trimpath -o bin/praksis ./cmd/praksis && \
	go build -o bin/benchload ./internal/benchload && bin/benchload $(ARGS)

SETS = praksis corona-da lohelp-da praksis-own katalog whole-tuned whole-kept

eval: ## Measure the search on the sets of internal/search/eval/testdata, ask the relevance file, and look at the thesaurus
	@. .ci/setup && need_go && go build -o bin/praksis ./cmd/praksis && \
	for set in $(SETS); do \
		echo "$$set" && bin/praksis eval --beir internal/search/eval/testdata/$$set $(ARGS) || exit 1; \
	done && bin/praksis synonyms check $(foreach set,$(SETS),--queries internal/search/eval/testdata/$(set)) && \
	go test -count=1 ./internal/search/eval && go test -count=1 -run '^TestRelevance$$' ./internal/search

check: ## Formatting, generated files, vet, staticcheck, modules, seeds, spelling, Dockerfile
	@sh .ci/check

generate: ## Make again what is generated and committed: templates, styles, seeds.json, licences.txt, FORMAT.md, schema.sql, the names of the read model
	@. .ci/setup && need_go && need_node && need_postgres
	go tool templ generate
	go run ./seeds/generate
	go run ./internal/licences/generate
	go test -count=1 -run TestFormatIsDocumented ./internal/export -args -update
	npm run --silent --prefix web build
	$(HOLD) go test -count=1 -run "^(TestSchemaFile|TestShapeIsCountedUp)$$" ./internal/postgres -args -update

fmt: ## Format Go code and templates
	gofmt -w $$(find cmd internal web migrations seeds -name node_modules -prune -o -name '*.go' -print)
	go tool templ fmt -prettier-command none .

tidy: ## Tidy go.mod and go.sum
	go mod tidy
	cd internal/dockerfile && go mod tidy

vuln: ## Look for known vulnerabilities in what we use (asks a database on the network)
	@echo 'govulncheck asks the public vulnerability database: this needs a network.'
	go run golang.org/x/vuln/cmd/govulncheck@v1.8.0 ./...

image-check: ## Build and try the container image, without a container engine (root, some minutes)
	@sh .ci/image

.PHONY: sbom try-upgrade try-restore
sbom: build ## Build, and write what is built in and shipped to bin/praksis.cdx.json (CycloneDX)
	go run ./internal/licences/generate -sbom bin/praksis >bin/praksis.cdx.json

try-upgrade: ## Try this release over a database of the one before while both serve (some minutes; FROM=COMMIT)
	@FROM='$(FROM)' sh .ci/try/upgrade

try-restore: ## Try a backup and its restore between Debian's Postgres and the newest, with 5,000 examples while submissions come in (root, some minutes; N=500)
	@N='$(N)' .ci/try/restore

clean: ## Remove what was built (data/ stays, and what was installed)
	rm -f bin/praksis bin/praksis.cdx.json bin/benchload
	go clean ./...
