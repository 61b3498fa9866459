#!/bin/bash
# nginx with two servers in an upstream, as it is by default, answers 502 while one of
# the two is up and well: it asks neither.
#
# One refused connection is enough (max_fails=1) for a server to be left alone for ten
# seconds (fail_timeout=10s). In a restart of one after the other the first is back by
# the time the second goes, and still left alone; then the second is left alone too, and
# when there is none to ask nginx answers 502 "no live upstreams" without trying any.
# With max_fails=0 it asks both each time, and there is not one failure.
#
# Seen: nginx 1.22.1-9+deb12u11 (Debian 12). Needs root where nginx is not installed, Python and curl.
# Exits with 1 when the behaviour has changed.
set -euo pipefail
version=1.22.1-9+deb12u11
dir=$(mktemp -d)
chmod 755 "$dir"
pids=
trap 'kill $pids $(cat "$dir/pid" 2>/dev/null) 2>/dev/null || true; rm -rf "$dir"' EXIT
if ! command -v nginx >/dev/null; then
  # Debian's way to install a service without starting it.
  [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; made=1; }
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "nginx-light=$version"; } >"$dir/apt" 2>&1 || { tail -n 5 "$dir/apt"; exit 2; }
  [ -z "${made:-}" ] || rm /usr/sbin/policy-rc.d
fi
a=18531 b=18532 byDefault=18533 zero=18534
cat >"$dir/server.py" <<'PY'
import http.server, sys
class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header('Content-Length', '6'); self.end_headers(); self.wfile.write(b'hello\n')
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Hello).serve_forever()
PY
cat >"$dir/conf" <<END
daemon on; worker_processes 1; pid $dir/pid; error_log $dir/errors;
events { }
http {
  access_log off;
  client_body_temp_path $dir/1; proxy_temp_path $dir/2; fastcgi_temp_path $dir/3; uwsgi_temp_path $dir/4; scgi_temp_path $dir/5;
  upstream plain { server 127.0.0.1:$a; server 127.0.0.1:$b; }
  upstream zero { server 127.0.0.1:$a max_fails=0; server 127.0.0.1:$b max_fails=0; }
  server { listen 127.0.0.1:$byDefault; location / { proxy_pass http://plain; } }
  server { listen 127.0.0.1:$zero; location / { proxy_pass http://zero; } }
}
END
start() {
  python3 "$dir/server.py" "$1" & pids="$pids $!"
  for n in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$1/" && break; sleep 0.1; done
}
stop() { pid=$1; kill "$pid"; wait "$pid" 2>/dev/null || true; }
# failures PORT counts the answers of twenty that are none.
failures() { for n in $(seq 20); do curl -s -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$1/"; done | grep -vc 200 || true; }

start $a; first=$!
start $b; second=$!
nginx -e "$dir/errors" -c "$dir/conf"
nginx -v 2>&1
stop $first
down=$(failures $byDefault)/$(failures $zero)   # the first is away
start $a                                        # it is back
stop $second
after="$(failures $byDefault)/$(failures $zero)" # the second is away
sleep 11
later="$(failures $byDefault)/$(failures $zero)"
echo "failed of 20, by default / with max_fails=0"
echo "  the first is away:                    $down"
echo "  the first is back, the second away:   $after"
echo "  eleven seconds later:                 $later"
if [ "$down" != 0/0 ] || [ "${after%/*}" -lt 15 ] || [ "${after#*/}" != 0 ] || [ "$later" != 0/0 ]; then
  echo 'CHANGED: this is not what was seen with the pinned version'
  exit 1
fi
echo "as seen: $(grep -c 'no live upstreams' "$dir/errors") requests met \"no live upstreams\" while one server was well"
