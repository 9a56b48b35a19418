#!/usr/bin/env bash
# Starts a system of its own with one distribution in front of http://localhost:9000 (the harness's origin) and prints
# where its first edge listens, as the harness's --contender wants it: http://…,https://…,PID
#
#   bench/serve.sh DATA [POLICY]      start; POLICY is a cache policy's id, CachingOptimized if none is given
#   ./perigee down --data DATA        stop
#
# The server runs on core 0, like its peers: with one core it makes one event loop per edge, as nginx makes one worker.
set -euo pipefail
perigee=$(cd "$(dirname "$0")/.." && pwd)/perigee
data=$1
policy=${2:-658327ea-f89d-4fab-a63d-7e88639e58f6}
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1

field() { python3 -c 'import json, sys; print(eval("json.load(open(sys.argv[1]))" + sys.argv[2]))' "$data/run.json" "$1"; }

"$perigee" up --data "$data" --ports auto --detach >/dev/null
id=$(aws --endpoint-url "$(field '["api"]')" cloudfront create-distribution --query Distribution.Id --output text \
  --distribution-config '{"CallerReference":"bench","Comment":"","Enabled":true,
    "Origins":{"Quantity":1,"Items":[{"Id":"o","DomainName":"localhost","CustomOriginConfig":
      {"HTTPPort":9000,"HTTPSPort":443,"OriginProtocolPolicy":"http-only"}}]},
    "DefaultCacheBehavior":{"TargetOriginId":"o","ViewerProtocolPolicy":"allow-all","CachePolicyId":"'"$policy"'"}}')
"$perigee" down --data "$data" >/dev/null
taskset -c 0 "$perigee" up --data "$data" --ports auto --detach --memory-cache 1G --default-distribution "$id" >/dev/null
echo "$(field '["pops"][0]["http"]'),$(field '["pops"][0]["https"]'),$(field '["pid"]')"
