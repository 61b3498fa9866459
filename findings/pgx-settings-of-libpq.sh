#!/bin/bash
# An address that psql and every other client of libpq takes, and that names a setting
# of the client's own (keepalives, gssencmode, requirepeer, …), is taken by pgx too,
# without a word; but pgx does not know these, and what it does not know it sends to
# the server as a parameter of the session. The server refuses the connection: `unrecognized configuration parameter "keepalives"`, by which nobody
# looks at the client. Two names are worse, since the server has a parameter of the same
# name for its own side: tcp_user_timeout is set there, and not here, without a word, and
# ssl_min_protocol_version "cannot be changed now".
#
# Seen: pgx v5.12.0 and psql 15.18 (Debian 12) against PostgreSQL 15.18. Needs Go, Debian
# with postgresql and root (it runs as nobody). Exits with 1 when the behaviour has
# changed.
set -euo pipefail
dpkg -s postgresql >/dev/null 2>&1 || { echo 'install postgresql first: apt-get install postgresql'; exit 2; }
dir=$(mktemp -d)
bin=$(ls -d /usr/lib/postgresql/*/bin | head -n 1)
as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
pg() { as "$bin/pg_ctl" -D "$dir/data" -o "-p 5441 -k $dir -c listen_addresses=127.0.0.1" -l "$dir/log" -w "$@" >/dev/null; }
trap 'pg stop -m immediate 2>/dev/null || true; rm -rf "$dir"' EXIT
chown 65534:65534 "$dir"
cd "$dir"
as "$bin/initdb" -D "$dir/data" -U app -A trust >/dev/null
pg start
mkdir go
cd go
cat >go.mod <<'MOD'
module finding
go 1.25
require github.com/jackc/pgx/v5 v5.12.0
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func main() {
	if _, err := pgx.ParseConfig(os.Args[1]); err != nil {
		fmt.Println("no address:", err)
		return
	}
	_, err := pgx.Connect(context.Background(), os.Args[1])
	var pe *pgconn.PgError
	switch {
	case err == nil:
		fmt.Println("connected")
	case errors.As(err, &pe):
		fmt.Println(pe.Code, pe.Message)
	default:
		fmt.Println(err)
	}
}
GO
go mod tidy >/dev/null 2>&1
CGO_ENABLED=0 go build -o ../ask .
cd ..
changed=0
for setting in connect_timeout=5 keepalives=1 keepalives_idle=30 tcp_user_timeout=9000 gssencmode=disable ssl_min_protocol_version=TLSv1.2 fallback_application_name=x; do
  address="postgres://app@127.0.0.1:5441/postgres?sslmode=disable&$setting"
  psql=$(psql -X "$address" -c "" 2>&1 && echo connected) pgx=$(./ask "$address")
  printf '%-34s psql: %-10s pgx: %s\n' "$setting" "$psql" "$pgx"
  want="42704 unrecognized configuration parameter \"${setting%%=*}\""
  case $setting in
    connect_timeout=*) want=connected ;;
    tcp_user_timeout=*) want=connected ;; # the server's own, of another side of the line
    ssl_min_*) want='55P02 parameter "ssl_min_protocol_version" cannot be changed now' ;; # likewise
  esac
  [ "$psql" = connected ] && [ "$pgx" = "$want" ] || changed=1
done
[ $changed = 0 ] || { echo 'the behaviour has changed'; exit 1; }
