#!/usr/bin/env python3
"""What functions cost, and what bad ones cost others. Needs botocore, wrk and h2load; works on loopback alone.

  bench/functions.py cost   [SECONDS]   CPU of the server per hit of 1 KB, without a function and with one, for a request that comes
                                        again and for requests that each have another header
  bench/functions.py attack [SECONDS]   p99 of two neighbours, quiet, and while eight functions of another tenant misbehave

The system that it starts has a folder of its own and ends with it. PERIGEE is the command, ./perigee if not set.
"""
import http.client, http.server, json, os, shlex, signal, subprocess, sys, tempfile, threading, time
import botocore.session

HERE = os.path.dirname(os.path.abspath(__file__))
PERIGEE = shlex.split(os.environ.get('PERIGEE', os.path.join(HERE, '..', 'perigee')))
TYPICAL = '''function handler(event) {
    var request = event.request;
    if (request.uri.endsWith('/')) request.uri += 'index.html';
    request.headers['x-seen'] = {value: 'yes'};
    return request;
}'''
ATTACKS = {
    'loop': 'while (true) {}',
    'arrays': 'var a = []; for (;;) a.push(new Array(1e5));',
    'buffers': 'var a = []; for (var i = 0; i < 2000; i++) a.push(new ArrayBuffer(1e6)); return event.request;',
    'recursion': '(function f() { return f() + 1; })();',
    'regex': "/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'); return event.request;",
    'throw': "throw new Error('no');",
    'pollution': 'Object.prototype.polluted = 1; return event.request;',
    'crlf': "event.request.headers['x-a'] = {value: 'a\\r\\nx-b: c'}; return event.request;",
}


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', '1024')
        self.send_header('Cache-Control', 'max-age=86400')
        self.end_headers()
        self.wfile.write(b'x' * 1024)

    def log_message(self, *_):
        pass


class System:
    def __init__(self, pinned):
        self.data = tempfile.mkdtemp(prefix='perigee-functions-')
        self.origin = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Origin)
        threading.Thread(target=self.origin.serve_forever, daemon=True).start()
        pin = ['taskset', '-c', '0'] if pinned else []
        self.log = open(os.path.join(self.data, 'bench.log'), 'w')
        self.process = subprocess.Popen([*pin, *PERIGEE, 'up', '--ports', 'auto', '--data', self.data],
                                        stdout=self.log, stderr=self.log)
        run = os.path.join(self.data, 'run.json')
        for _ in range(600):
            if os.path.exists(run):
                break
            time.sleep(0.1)
        self.run = json.load(open(run))
        self.edge = self.run['pops'][0]['http'].split('//')[1].rstrip('/')
        self.pid = self.run['pid']
        self.api = botocore.session.get_session().create_client(
            'cloudfront', 'us-east-1', endpoint_url=self.run['api'], aws_access_key_id='test', aws_secret_access_key='test')

    def function(self, name, source):
        made = self.api.create_function(Name=name, FunctionConfig={'Comment': 'bench', 'Runtime': 'cloudfront-js-2.0'},
                                        FunctionCode=source.encode())
        self.api.publish_function(Name=name, IfMatch=made['ETag'])
        return made['FunctionSummary']['FunctionMetadata']['FunctionARN']

    def distribution(self, default=None, paths=None):
        def behavior(arn):
            made = {'TargetOriginId': 'o', 'ViewerProtocolPolicy': 'allow-all',
                    'CachePolicyId': '658327ea-f89d-4fab-a63d-7e88639e58f6'}
            if arn:
                made['FunctionAssociations'] = {'Quantity': 1, 'Items': [{'FunctionARN': arn, 'EventType': 'viewer-request'}]}
            return made
        config = {'CallerReference': os.urandom(4).hex(), 'Comment': '', 'Enabled': True,
                  'Origins': {'Quantity': 1, 'Items': [{'Id': 'o', 'DomainName': 'localhost', 'CustomOriginConfig': {
                      'HTTPPort': self.origin.server_port, 'HTTPSPort': 443, 'OriginProtocolPolicy': 'http-only'}}]},
                  'DefaultCacheBehavior': behavior(default)}
        if paths:
            config['CacheBehaviors'] = {'Quantity': len(paths), 'Items': [
                dict(behavior(arn), PathPattern='/' + name) for name, arn in paths.items()]}
        made = self.api.create_distribution(DistributionConfig=config)
        return made['Distribution']['DomainName']

    def get(self, host, path):
        name, port = self.edge.split(':')
        connection = http.client.HTTPConnection(name, int(port), timeout=10)
        connection.request('GET', path, headers={'Host': host})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.getheader('x-cache')

    def cpu(self):
        fields = open(f'/proc/{self.pid}/stat').read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def rss(self):
        return int(next(l for l in open(f'/proc/{self.pid}/status') if l.startswith('VmRSS')).split()[1]) // 1024

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.origin.shutdown()


ANOTHER = '''local n = 0
request = function()
  n = n + 1
  wrk.headers["X-N"] = n
  return wrk.format()
end
'''


def load(system, host, seconds, another=False):
    script = os.path.join(system.data, 'another.lua')
    with open(script, 'w') as file:
        file.write(ANOTHER)
    before = system.cpu()
    out = subprocess.run(['taskset', '-c', '1', 'wrk', '-t1', '-c32', f'-d{seconds}s', '-H', 'Host: ' + host,
                          *(['-s', script] if another else []), f'http://{system.edge}/a'], capture_output=True, text=True).stdout
    used = system.cpu() - before
    if 'Non-2xx' in out:
        print('  ' + next(l.strip() for l in out.splitlines() if 'Non-2xx' in l))
    count = int(next(l for l in out.splitlines() if 'requests in' in l).split()[0])
    return used / count * 1e6, count / seconds


def cost(seconds):
    system = System(True)
    try:
        plain, functional = system.distribution(), system.distribution(system.function('typical', TYPICAL))
        for host in (plain, functional):
            system.get(host, '/a')
            load(system, host, 8, True)
            load(system, host, 4)
        rows = {(host, another): [] for another in (False, True) for host in (plain, functional)}
        for _ in range(3):
            for host, another in rows:
                rows[host, another].append(load(system, host, seconds, another))
        middle = {row: sorted(each)[1] for row, each in rows.items()}
        for what, another in (('the same request', False), ('each another', True)):
            for name, host in (('without', plain), ('with', functional)):
                print(f'{what:17} {name:8} {middle[host, another][0]:6.1f} us of CPU a hit, {middle[host, another][1]:8.0f} hits/s  '
                      + ' '.join(f'{each[0]:.1f}' for each in rows[host, another]))
            print(f'{what:17} added    {middle[functional, another][0] - middle[plain, another][0]:6.1f} us')
    finally:
        system.end()


def p99(system, host, seconds, rate=50, clients=4):
    """Of requests at a fixed rate, whatever the server does."""
    log = tempfile.mktemp(prefix='h2load-')
    subprocess.run(['h2load', '--h1', '-c', str(clients), '-n', str(seconds * rate * clients), '--rps', str(rate), '--log-file', log,
                    '-H', 'Host: ' + host, f'http://{system.edge}/a'], capture_output=True)
    took = sorted(int(line.split()[2]) for line in open(log))
    os.unlink(log)
    return took[len(took) * 99 // 100] / 1000, took[len(took) // 2] / 1000, len(took)


def attack(seconds):
    system = System(False)
    try:
        plain = system.distribution()
        functional = system.distribution(system.function('typical', TYPICAL))
        bad = system.distribution(None, {name: system.function(name, 'function handler(event) { ' + body + ' }')
                                         for name, body in ATTACKS.items()})
        for host in (plain, functional):
            for _ in range(40):
                system.get(host, '/a')
            p99(system, host, 4)
        base = system.rss()
        quiet = {host: p99(system, host, seconds) for host in (plain, functional)}
        seen, going = {}, True

        def attacker(names):
            while going:
                for name in names:
                    answer = system.get(bad, '/' + name)
                    seen.setdefault(name, {}).setdefault(answer, 0)
                    seen[name][answer] += 1
                    time.sleep(0.01)
        names = list(ATTACKS)
        threads = [threading.Thread(target=attacker, args=(names[i:] + names[:i],)) for i in (0, 3, 6)]
        for each in threads:
            each.start()
        hit = {host: p99(system, host, seconds) for host in (plain, functional)}
        peak = system.rss()
        going = False
        for each in threads:
            each.join()
        for name, host in (('no function', plain), ('a function', functional)):
            print(f'neighbour with {name:12} p99 quiet {quiet[host][0]:6.2f} ms, attacked {hit[host][0]:6.2f} ms '
                  f'({hit[host][0] / quiet[host][0]:.2f}), p50 {quiet[host][1]:.2f} and {hit[host][1]:.2f} ms')
        for name in ATTACKS:
            print(f'{name:10} ' + ', '.join(f'{status} {cache}: {count}' for (status, cache), count in seen[name].items()))
        time.sleep(15)
        print(f'memory before {base} MB, in the attack {peak} MB, 15 s after it {system.rss()} MB')
    finally:
        system.end()


if __name__ == '__main__':
    if len(sys.argv) < 2 or sys.argv[1] not in ('cost', 'attack'):
        sys.exit(__doc__)
    {'cost': cost, 'attack': attack}[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else 6)
