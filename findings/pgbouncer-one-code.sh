#!/bin/bash
# PgBouncer has one code for all that it says itself: 08P01, protocol_violation. A
# database it does not know and a startup parameter that it does not take, which no
# waiting mends, have it, and so has "server login has been failing", which passes. Who
# goes by the code, as one does with Postgres (08 is a connection to try again), tries a
# misspelled address for ever, or gives up while the server restarts; only the words
# tell. Postgres itself has a code for each: 3D000, 42704, and a refused connection.
#
# The first client after the server has gone gets no answer at all (for
# client_login_timeout, 60 s), the next one that refusal. A server that is back is not
# asked before server_login_retry is over (15 s by default, 5 here): for so long a
# pooler refuses whose server is there.
#
# Seen: PgBouncer 1.18.0 (Debian 12) over PostgreSQL 15.18, pgx v5.12.0. Needs Go,
# Debian with pgbouncer, postgresql and root (they run as nobody). Exits with 1 when the
# behaviour has changed.
set -euo pipefail
for p in pgbouncer postgresql; do
  dpkg -s $p >/dev/null 2>&1 || { echo "install $p first: apt-get install $p"; exit 2; }
done
dir=$(mktemp -d)
bin=$(ls -d /usr/lib/postgresql/*/bin | head -n 1)
as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
pg() { as "$bin/pg_ctl" -D "$dir/data" -o "-p 5439 -k $dir -c listen_addresses=127.0.0.1" -l "$dir/log" -w "$@" >/dev/null; }
trap '{ pg stop -m immediate; kill $bouncer; wait $bouncer; } >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
chown 65534:65534 "$dir"
cd "$dir"
as "$bin/initdb" -D "$dir/data" -U app -A trust >/dev/null
pg start
echo '"app" ""' >users
cat >ini <<INI
[databases]
postgres = host=127.0.0.1 port=5439
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 5440
unix_socket_dir =
auth_type = trust
auth_file = $dir/users
server_login_retry = 5
INI
setpriv --reuid=65534 --regid=65534 --clear-groups pgbouncer -q ini 2>/dev/null &
bouncer=$!
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
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, os.Args[1])
	if err == nil {
		_, err = conn.Exec(ctx, "SELECT 1")
	}
	var pe *pgconn.PgError
	switch {
	case err == nil:
		fmt.Println("connected")
	case errors.As(err, &pe):
		fmt.Println(pe.Code, pe.Message)
	case ctx.Err() != nil:
		fmt.Println("no answer within 3 s")
	default:
		fmt.Println("refused by the machine")
	}
}
GO
go mod tidy >/dev/null 2>&1
CGO_ENABLED=0 go build -o ../ask .
cd ..
changed=0
say() { # NAME ADDRESS WANT
  got=$(./ask "$2")
  printf '%-58s %s\n' "$1" "$got"
  case $got in "$3"*) ;; *) echo "  seen before: $3"; changed=1 ;; esac
}
P='postgres://app@127.0.0.1:5440' S='postgres://app@127.0.0.1:5439'
say 'pooler, all is well:' "$P/postgres?sslmode=disable" connected
say 'pooler, a database that is not there:' "$P/misspelled?sslmode=disable" 08P01
say 'server, the same:' "$S/misspelled?sslmode=disable" 3D000
say 'pooler, a setting it does not take:' "$P/postgres?sslmode=disable&search_path=public" 08P01
say 'server, one that there is not:' "$S/postgres?sslmode=disable&serch_path=public" 42704
pg stop -m fast
say 'pooler, the server away:' "$P/postgres?sslmode=disable" 'no answer'
say 'pooler, asked again:' "$P/postgres?sslmode=disable" '08P01 server login has been failing'
say 'server, away:' "$S/postgres?sslmode=disable" 'refused by the machine'
pg start
say 'pooler, the server back:' "$P/postgres?sslmode=disable" '08P01 server login has been failing'
sleep 6
say 'pooler, some seconds later:' "$P/postgres?sslmode=disable" connected
[ $changed = 0 ] || exit 1
