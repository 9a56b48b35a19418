#!/usr/bin/env bash
# Compares a system of its own (serve.sh) with other caches by the harness `arena`.
#
#   bench/compare.sh ARENA [options of arena.sh]
#
# ARENA is the harness's folder. Without options: every row of hits against five caches, five rounds of two seconds.
# The JIT compiles on the core that serves, so a round at the start costs more than a later one: some seconds of
# load come first.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
arena=$1
shift
[ $# -gt 0 ] || set -- --peers nginx,haproxy,trafficserver,varnish,squid --rounds 5 --seconds 2 --warm 8 \
  --scenarios hit-1k,hit-16k,hit-128k,hit-2m,zipf-10k-16k,conn-close-1k,rate-16k

data=$(mktemp -d)
trap '"$here/../perigee" down --data "$data" >/dev/null 2>&1 || true; rm -rf "$data"' EXIT
spec=$("$here/serve.sh" "$data")
"$arena/arena.sh" "$@" --contender "perigee=$spec"
