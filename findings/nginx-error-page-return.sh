#!/bin/bash
# In nginx a location that says "return 503" answers 502, when it is there by error_page.
#
#   error_page 502 @away;
#   location @away { return 503 'Away.'; }
#
# The body is that of return, the status is that of the error that led there. So a page
# of one's own for "the application is away", with Retry-After, goes out as 502. A status
# is changed in error_page only: "error_page 502 =503 @away", or "=" for that of return.
#
# Seen: nginx 1.22.1-9+deb12u11 (Debian 12). Needs root where nginx is not installed, and
# curl. Exits with 1 when the behaviour has changed.
set -euo pipefail
version=1.22.1-9+deb12u11
dir=$(mktemp -d)
chmod 755 "$dir"
trap 'kill $(cat "$dir/pid" 2>/dev/null) 2>/dev/null || true; rm -rf "$dir"' EXIT
if ! command -v nginx >/dev/null; then
  # Debian's way to install a service without starting it.
  [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; made=1; }
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "nginx-light=$version"; } >"$dir/apt" 2>&1 || { tail -n 5 "$dir/apt"; exit 2; }
  [ -z "${made:-}" ] || rm /usr/sbin/policy-rc.d
fi
port=18551 nobody=18559 # where nothing listens
cat >"$dir/conf" <<END
daemon on; worker_processes 1; pid $dir/pid; error_log $dir/errors;
events { }
http {
  access_log off;
  client_body_temp_path $dir/1; proxy_temp_path $dir/2; fastcgi_temp_path $dir/3; uwsgi_temp_path $dir/4; scgi_temp_path $dir/5;
  server {
    listen 127.0.0.1:$port;
    location /as-it-is { error_page 502 @away; proxy_pass http://127.0.0.1:$nobody; }
    location /of-return { error_page 502 = @away; proxy_pass http://127.0.0.1:$nobody; }
    location /named { error_page 502 =503 @away; proxy_pass http://127.0.0.1:$nobody; }
    location @away { return 503 'Away.'; }
  }
}
END
nginx -e "$dir/errors" -c "$dir/conf"
nginx -v 2>&1
out=
for path in as-it-is of-return named; do
  answer=$(curl -s -w ' %{http_code}' "http://127.0.0.1:$port/$path")
  echo "$path: $answer"
  out="$out$answer;"
done
if [ "$out" != 'Away. 502;Away. 503;Away. 503;' ]; then
  echo 'CHANGED: this is not what was seen with the pinned version'
  exit 1
fi
echo 'as seen: "return 503" answers 502 where error_page does not say otherwise'
