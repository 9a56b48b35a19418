#!/usr/bin/env bash
# Measures, on a system of its own with three edges, how long an invalidation of one path takes until the API says
# Completed: with nobody reading; with readers at a fixed rate (1,000 requests per second at each edge); and with readers
# that ask as fast as they can and so keep every core busy. Needs python3, wrk and h2load.
#
#   bench/purge.sh [LOOPS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
loops=${1:-100}
data=$(mktemp -d)
trap '"$here/../perigee" down --data "$data" >/dev/null 2>&1 || true; rm -rf "$data"' EXIT
"$here/../perigee" up --data "$data" --ports auto --detach >/dev/null
for load in quiet rate full; do python3 "$here/purge.py" "$data" "$loops" $load 1000; done
