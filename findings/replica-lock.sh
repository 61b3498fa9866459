#!/bin/bash
# A lock that a migration has for a millisecond on the primary (ACCESS EXCLUSIVE) is
# replayed by a streaming replica, and waits there for whoever has read the table in a
# transaction that is still open. Until max_standby_streaming_delay is over (30 s by
# default, 5 here)
#  - nobody who comes later can read that table at the replica: they stand behind the
#    lock, though on the primary there is none any more;
#  - nothing else is replayed either: commits in other tables, made long after, are not
#    seen, since one process replays all in its order.
# hot_standby_feedback does not help: it is about what is cleaned up, not about locks. The
# reader in the way need do nothing: it is "idle in transaction". Who reads from a replica
# needs a lock_timeout of its own, and somewhere else to read meanwhile.
#
# Seen: PostgreSQL 15.18 (Debian 12). Needs Debian with postgresql, and root (it runs as
# nobody). Exits with 1 when the behaviour has changed.
set -euo pipefail
dpkg -s postgresql >/dev/null 2>&1 || { echo 'install postgresql first: apt-get install postgresql'; exit 2; }
dir=$(mktemp -d)
bin=$(ls -d /usr/lib/postgresql/*/bin | head -n 1)
as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
pg() { # NAME PORT pg_ctl's words
  name=$1 port=$2
  shift 2
  as "$bin/pg_ctl" -D "$dir/$name" -o "-p $port -k $dir -c listen_addresses=127.0.0.1" -l "$dir/log.$name" -w "$@" >/dev/null
}
trap '{ pg replica 5442 stop -m immediate; pg primary 5441 stop -m immediate; kill %1; wait; } >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
chown 65534:65534 "$dir"
cd "$dir"
sql() { psql -qAtX -h 127.0.0.1 -U app -d postgres -p "$@" 2>&1 || true; }
as "$bin/initdb" -D "$dir/primary" -U app -A trust >/dev/null
pg primary 5441 start
as "$bin/pg_basebackup" -h 127.0.0.1 -p 5441 -U app -D "$dir/replica" -R -c fast
printf 'hot_standby_feedback = on\nmax_standby_streaming_delay = 5s\n' >>"$dir/replica/postgresql.conf"
pg replica 5442 start
sql 5441 -c 'CREATE TABLE pages (n int)' -c 'CREATE TABLE other (n int)' -c 'INSERT INTO pages VALUES (1)'
for _ in $(seq 50); do
  [ "$(sql 5442 -c 'SELECT n FROM pages')" = 1 ] && break
  sleep 0.1
done
changed=0
say() { # WHAT WANT GOT
  printf '%-66s %s\n' "$1" "$3"
  case $3 in *"$2"*) ;; *) echo "  seen before: $2"; changed=1 ;; esac
}
mkfifo reader
psql -qAtX -h 127.0.0.1 -U app -d postgres -p 5442 <reader >reader.out 2>&1 &
exec 9>reader
echo 'BEGIN; SELECT n FROM pages;' >&9
for _ in $(seq 50); do
  [ -s reader.out ] && break
  sleep 0.1
done
say 'replica, a reader that is now idle in its transaction:' 1 "$(head -n 1 reader.out)"
begun=$(date +%s%N)
sql 5441 -c 'BEGIN' -c 'LOCK TABLE pages IN ACCESS EXCLUSIVE MODE' -c 'COMMIT'
took=$((($(date +%s%N) - begun) / 1000000))
say 'primary, the lock, taken and given back within a second:' yes "$([ $took -lt 1000 ] && echo "yes ($took ms)" || echo "no ($took ms)")"
sql 5441 -c 'INSERT INTO other VALUES (7)'
sleep 1
say 'primary, another reader of the table:' 1 "$(sql 5441 -c "SET lock_timeout = '500ms'" -c 'SELECT n FROM pages')"
say 'replica, another reader of the table, half a second of patience:' 'lock timeout' "$(sql 5442 -c "SET lock_timeout = '500ms'" -c 'SELECT n FROM pages' | head -n 1)"
say 'replica, what was committed in another table after that:' '(nothing)' "$(got=$(sql 5442 -c 'SELECT n FROM other'); echo "${got:-(nothing)}")"
sleep 6
say 'replica, the same when max_standby_streaming_delay is over:' 7 "$(sql 5442 -c 'SELECT n FROM other')"
echo 'SELECT n FROM pages;' >&9
exec 9>&-
sleep 1
say 'replica, what has become of the reader in the way:' 'conflict with recovery' "$(sed -n 2p reader.out)"
[ $changed = 0 ] || exit 1
