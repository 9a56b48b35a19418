"""Time from creating an invalidation to the API's "Completed", on a system that runs; called by purge.sh.

usage: purge.py DATA LOOPS quiet|rate|full [REQUESTS_PER_SECOND]

Before and after each purge every edge is asked; an old body after "Completed" ends it with an error.
"""
import datetime, hashlib, hmac, http.client, http.server, json, re, subprocess, sys, threading, time

data, loops, load = sys.argv[1], int(sys.argv[2]), sys.argv[3]
run = json.load(open(data + "/run.json"))
host_port = run["api"].split("//")[1]
api = http.client.HTTPConnection(host_port)
version = 0


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = f"{version}\n".encode() * 1000
        self.send_response(200)
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def call(method, path, body=""):
    """One call of CloudFront's API with the key of local systems."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body.encode()).hexdigest()
    names = "host;x-amz-content-sha256;x-amz-date"
    request = f"{method}\n{path}\n\nhost:{host_port}\nx-amz-content-sha256:{digest}\nx-amz-date:{now}\n\n{names}\n{digest}"
    scope = f"{now[:8]}/us-east-1/cloudfront/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n" + hashlib.sha256(request.encode()).hexdigest()
    key = b"AWS4test"
    for part in scope.split("/"):
        key = sign(key, part)
    api.request(method, path, body.encode(), {
        "X-Amz-Date": now,
        "X-Amz-Content-Sha256": digest,
        "Authorization": f"AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={names}, Signature={sign(key, text).hex()}",
    })
    answer = api.getresponse()
    document = answer.read().decode()
    assert answer.status in (200, 201), document
    return lambda name: re.search(f"<{name}>([^<]*)", document).group(1)


def body_of(edge):
    edge.request("GET", "/prices.txt", headers={"Host": name})
    return int(edge.getresponse().read().split(b"\n", 1)[0])


origin = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
threading.Thread(target=origin.serve_forever, daemon=True).start()
namespace = 'xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"'
made = call("POST", "/2020-05-31/distribution", f"""<DistributionConfig {namespace}>
<CallerReference>{time.time()}</CallerReference><Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id>
<DomainName>localhost</DomainName><CustomOriginConfig><HTTPPort>{origin.server_address[1]}</HTTPPort>
<HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items>
</Origins><DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
<CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior><Comment></Comment>
<Enabled>true</Enabled></DistributionConfig>""")
name, distribution = made("DomainName"), "/2020-05-31/distribution/" + made("Id")
while call("GET", distribution)("Status") != "Deployed":
    time.sleep(0.01)

addresses = [pop["http"] for pop in run["pops"]]
edges = [http.client.HTTPConnection(address.split("//")[1]) for address in addresses]
for edge in edges:
    body_of(edge)
readers = []
for address in addresses:
    if load == "full":
        command = ["wrk", "-t1", "-c2", "-d600s", "-H", "Host: " + name, address + "/prices.txt"]
    else:
        command = ["h2load", "--h1", "-c2", "-D600", f"--rps={int(sys.argv[4]) // 2}" if load == "rate" else "",
                   "-H", "Host: " + name, address + "/prices.txt"]
    if load != "quiet":
        readers.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
times = []
try:
    time.sleep(2)
    assert all(reader.poll() is None for reader in readers), "the load does not run"
    for loop in range(loops):
        assert [body_of(edge) for edge in edges] == [loop] * len(edges), "not as it was"
        version = loop + 1
        begin = time.perf_counter()
        batch = call("POST", distribution + "/invalidation", f"""<InvalidationBatch {namespace}><Paths><Quantity>1</Quantity>
<Items><Path>/prices.txt</Path></Items></Paths><CallerReference>{loop}</CallerReference></InvalidationBatch>""")
        while call("GET", distribution + "/invalidation/" + batch("Id"))("Status") != "Completed":
            time.sleep(0.001)
        times.append((time.perf_counter() - begin) * 1000)
        assert [body_of(edge) for edge in edges] == [loop + 1] * len(edges), "an old body after Completed"
finally:
    for reader in readers:
        reader.kill()
times.sort()
print("%-5s %d purges: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms" % (
    load, loops, times[loops // 2], times[loops * 9 // 10], times[loops * 99 // 100 - 1], times[-1]))
