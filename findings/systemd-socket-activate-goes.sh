#!/bin/bash
# systemd-socket-activate is no stand-in for a socket unit: it holds the socket until the
# first connection, becomes the program itself, and when that ends the socket is gone.
#
# It is what one reaches for to try socket activation without installing a unit, and the
# first start looks right. But a restart, for whose sake one would hold a socket, cannot
# be tried with it: the program has the number of the process that one started, nobody
# starts it again, and connections are refused.
#
# Seen: systemd 252.38-1~deb12u1 (Debian 12). Needs systemd's programs (not systemd
# running), Python and curl. Exits with 1 when the behaviour has changed.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
port=18541
cat >"$dir/server.py" <<'PY'
import http.server, os, socket
assert os.environ['LISTEN_PID'] == str(os.getpid())
class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'%d\n' % os.getpid()
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *args): pass
server = http.server.HTTPServer(('127.0.0.1', 0), Hello, bind_and_activate=False)
server.socket = socket.socket(fileno=3)
server.serve_forever()
PY
systemd-socket-activate -l 127.0.0.1:$port python3 "$dir/server.py" 2>/dev/null & pid=$!
for n in $(seq 50); do [ "$(ss -Hltn "sport = :$port" | wc -l)" = 1 ] && break; sleep 0.1; done
served=$(curl -s -m 10 "http://127.0.0.1:$port/")
kill $pid
wait $pid 2>/dev/null || true
sleep 0.5
again=0
curl -s -m 10 -o /dev/null "http://127.0.0.1:$port/" || again=$?
systemctl --version | head -n 1
echo "started as process $pid, the program that answers is process $served"
echo "the program has ended: curl says $again (7 is refused)"
if [ "$served" != "$pid" ] || [ "$again" != 7 ]; then
  echo 'CHANGED: this is not what was seen with the pinned version'
  exit 1
fi
echo 'as seen: the socket went with the program'
