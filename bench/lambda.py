#!/usr/bin/env python3
"""What a warm Lambda function adds to a request. Needs botocore, h2load, node and python3; works on loopback alone.

  bench/lambda.py [SECONDS [EVENT...]]   p50, p90 and p99 of the same object with and without a function, for each runtime: at
                              viewer-request in front of hits, at origin-request and origin-response in front of an origin; by
                              one viewer that asks again at once, by one that asks 50 times a second (then processors sleep
                              in between, and to wake them takes its time), by eight at once that ask 40 times a second each

Each figure is of three rounds of SECONDS (3), taken in turns. The system that it starts has a folder of its own and ends with
it. PERIGEE is the command, ./perigee if not set.
"""
import io, os, subprocess, sys, tempfile, time, zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import functions  # the system, its origin and its distributions

OPTIMIZED, DISABLED = '658327ea-f89d-4fab-a63d-7e88639e58f6', '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
ROUNDS = 3
RATES = {'again at once': (1, 0), '50 a second': (1, 50), 'eight at once': (8, 40)}
EVENTS = ('viewer-request', 'origin-request', 'origin-response')
SOURCES = {
    'node': ('nodejs20.x', 'index.mjs', '''export const handler = async (event) => {
    const {request, response} = event.Records[0].cf;
    if (response) {
        response.headers['x-seen'] = [{key: 'X-Seen', value: 'yes'}];
        return response;
    }
    if (request.uri.endsWith('/')) request.uri += 'index.html';
    request.headers['x-seen'] = [{key: 'X-Seen', value: 'yes'}];
    return request;
};'''),
    'python': ('python3.12', 'index.py', '''def handler(event, context):
    cf = event["Records"][0]["cf"]
    if "response" in cf:
        cf["response"]["headers"]["x-seen"] = [{"key": "X-Seen", "value": "yes"}]
        return cf["response"]
    request = cf["request"]
    if request["uri"].endswith("/"):
        request["uri"] += "index.html"
    request["headers"]["x-seen"] = [{"key": "X-Seen", "value": "yes"}]
    return request
'''),
}


def function(system, api, name):
    runtime, file, source = SOURCES[name]
    package = io.BytesIO()
    with zipfile.ZipFile(package, 'w') as packed:
        packed.writestr(file, source)
    made = api.create_function(FunctionName=name, Runtime=runtime, Role='arn:aws:iam::123456789012:role/edge',
                               Handler='index.handler', Code={'ZipFile': package.getvalue()}, Publish=True)
    return made['FunctionArn']


def distribution(system, arn, event):
    behavior = {'TargetOriginId': 'o', 'ViewerProtocolPolicy': 'allow-all',
                'CachePolicyId': OPTIMIZED if event == 'viewer-request' else DISABLED}
    if arn:
        behavior['LambdaFunctionAssociations'] = {'Quantity': 1, 'Items': [{'LambdaFunctionARN': arn, 'EventType': event}]}
    config = {'CallerReference': os.urandom(4).hex(), 'Comment': '', 'Enabled': True, 'DefaultCacheBehavior': behavior,
              'Origins': {'Quantity': 1, 'Items': [{'Id': 'o', 'DomainName': 'localhost', 'CustomOriginConfig': {
                  'HTTPPort': system.origin.server_port, 'HTTPSPort': 443, 'OriginProtocolPolicy': 'http-only'}}]}}
    return system.api.create_distribution(DistributionConfig=config)['Distribution']['DomainName']


def times(system, host, seconds, clients, rate):
    log = tempfile.mktemp(prefix='h2load-')
    paced = ['-n', str(seconds * rate * clients), '--rps', str(rate)] if rate else ['-n', str(seconds * 1000)]
    said = subprocess.run(['h2load', '--h1', '-c', str(clients), *paced, '--log-file', log, '-H', ':authority: ' + host,
                           f'http://{system.edge}/a'], capture_output=True, text=True).stdout
    rows = [line.split() for line in open(log)]
    os.unlink(log)
    bad = [row for row in rows if row[1] != '200']
    if bad or not rows:
        sys.exit(f'{len(bad)} of {len(rows)} requests failed: {bad[:3]}\n{said}')
    return [int(row[2]) for row in rows]


def percentiles(took):
    took = sorted(took)
    return [took[len(took) * share // 100] for share in (50, 90, 99)]


def main(seconds, events):
    system = functions.System(False)
    try:
        api = functions.botocore.session.get_session().create_client(
            'lambda', 'us-east-1', endpoint_url=system.run['api'], aws_access_key_id='test', aws_secret_access_key='test')
        arns = {'without': None} | {name: function(system, api, name) for name in SOURCES}
        for event in events:
            hosts = {name: distribution(system, arn, event) for name, arn in arns.items()}
            for host in hosts.values():
                while system.get(host, '/a')[0] != 200:  # not there yet
                    time.sleep(0.1)
                # Until the compiler of the JVM has seen it.
                times(system, host, 8, 4, 200)
            for words, (clients, rate) in RATES.items():
                took = {name: [] for name in hosts}
                for _ in range(ROUNDS):
                    for name, host in hosts.items():
                        took[name] += times(system, host, seconds, clients, rate)
                base = percentiles(took['without'])
                print(f'{event}, {words}: without p50 {base[0]}, p90 {base[1]}, p99 {base[2]} us')
                for name in SOURCES:
                    now = percentiles(took[name])
                    print(f'  {name:7} p50 {now[0]:5} p90 {now[1]:5} p99 {now[2]:5} us;'
                          f' added p50 {now[0] - base[0]:4} p90 {now[1] - base[1]:4} p99 {now[2] - base[2]:4} us', flush=True)
    finally:
        system.end()


if __name__ == '__main__':
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, sys.argv[2:] or EVENTS)
