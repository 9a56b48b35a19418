#!/usr/bin/env python3
"""What functions cost, and what bad ones cost others. Needs botocore, wrk and h2load; works on loopback alone.

  bench/functions.py cost   [SECONDS]   CPU of the server per hit of 1 KB, without a function and with one, for a request that comes
                                        again and for requests that each have another header
  bench/functions.py attack [SECONDS]   p99 of two neighbours in nine short rounds, and while others use the machine in more: quiet, while
                                        eleven harmless functions of another tenant are asked for, and while eleven that misbehave are,
                                        just as often; fails when one of these gets another answer than it is to get, or a neighbour one
                                        that is not 200
  bench/functions.py memory [SECONDS]   of the server with 0 to 100 functions that have each run, and after so long without any

The system that it starts has a folder of its own and ends with it. PERIGEE is the command, ./perigee if not set.
"""
import http.client, http.server, json, multiprocessing, os, shlex, signal, subprocess, sys, tempfile, threading, time
import botocore.session

HERE = os.path.dirname(os.path.abspath(__file__))
PERIGEE = shlex.split(os.environ.get('PERIGEE', os.path.join(HERE, '..', 'perigee')))
TYPICAL = '''function handler(event) {
    var request = event.request;
    if (request.uri.endsWith('/')) request.uri += 'index.html';
    request.headers['x-seen'] = {value: 'yes'};
    return request;
}'''
# What another tenant's prototypes would show.
NEIGHBOUR = '''function handler(event) {
    var spoilt = {}.polluted !== undefined || [].polluted !== undefined || globalThis.leak !== undefined || ' a'.trim() !== 'a';
    if (spoilt) return {statusCode: 500};
    event.request.headers['x-seen'] = {value: event.context.requestId};
    return event.request;
}'''
LATE = "function handler(event) { event.response.headers['x-seen'] = {value: 'yes'}; return event.response; }"
PHASES = ('quiet', 'harmless', 'attacked')
# Of a core: with more, a round does not count.
OTHERS = 0.1
# Rounds, for a median of them.
ENOUGH = 5
STOPPED = {(503, 'FunctionExecutionError from cloudfront'), (503, 'FunctionThrottledError from cloudfront')}
FAILED = {(503, 'FunctionExecutionError from cloudfront')}
INVALID = {(502, 'FunctionValidationError from cloudfront')}
# What each does, at which event, and what its viewers may be told.
ATTACKS = {
    'loop': ('while (true) {}', 'viewer-request', STOPPED),
    'arrays': ('var a = []; for (;;) a.push(new Array(1e5));', 'viewer-request', STOPPED),
    'buffers': ('var a = []; for (var i = 0; i < 2000; i++) a.push(new ArrayBuffer(1e6)); return event.request;', 'viewer-request', FAILED),
    'recursion': ('(function f() { return f() + 1; })();', 'viewer-request', STOPPED),
    'regex': ("/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'); return event.request;", 'viewer-request', STOPPED),
    'throw': ("throw new Error('no');", 'viewer-request', FAILED),
    'throw-late': ("throw new Error('no');", 'viewer-response', FAILED),
    'pollution': ('Object.prototype.polluted = 1; return event.request;', 'viewer-request', FAILED),
    'quiet-pollution': ("try { Array.prototype.polluted = 1; } catch (e) {} try { globalThis.leak = 1; } catch (e) {} "
                        "try { String.prototype.trim = null; } catch (e) {} return event.request;", 'viewer-request',
                        {(200, 'Hit from cloudfront'), (200, 'Miss from cloudfront')}),
    'crlf': ("event.request.headers['x-a'] = {value: 'a\\r\\nx-b: c'}; return event.request;", 'viewer-request', INVALID),
    'crlf-late': ("event.response.headers['x-a'] = {value: 'a\\r\\nx-b: c'}; return event.response;", 'viewer-response', INVALID),
}


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    # Head and content in one piece: else the second waits for the first to be acknowledged.
    wbufsize = 64 << 10

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
        def behavior(arn, event='viewer-request'):
            made = {'TargetOriginId': 'o', 'ViewerProtocolPolicy': 'allow-all',
                    'CachePolicyId': '658327ea-f89d-4fab-a63d-7e88639e58f6'}
            if arn:
                made['FunctionAssociations'] = {'Quantity': 1, 'Items': [{'FunctionARN': arn, 'EventType': event}]}
            return made
        config = {'CallerReference': os.urandom(4).hex(), 'Comment': '', 'Enabled': True,
                  'Origins': {'Quantity': 1, 'Items': [{'Id': 'o', 'DomainName': 'localhost', 'CustomOriginConfig': {
                      'HTTPPort': self.origin.server_port, 'HTTPSPort': 443, 'OriginProtocolPolicy': 'http-only'}}]},
                  'DefaultCacheBehavior': behavior(default)}
        if paths:
            config['CacheBehaviors'] = {'Quantity': len(paths), 'Items': [
                dict(behavior(*each), PathPattern='/' + name) for name, each in paths.items()]}
        made = self.api.create_distribution(DistributionConfig=config)
        host = made['Distribution']['DomainName']
        for _ in range(100):
            if self.get(host, '/deployed')[0] != 403:
                break
            time.sleep(0.1)
        return host

    def get(self, host, path):
        name, port = self.edge.split(':')
        connection = http.client.HTTPConnection(name, int(port), timeout=10)
        connection.request('GET', path, headers={'Host': host})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.getheader('x-cache')

    def cpu(self):
        return used(self.pid)

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
    out = subprocess.run(['taskset', '-c', '1', 'wrk', '-t1', '-c32', f'-d{seconds:.0f}s', '-H', 'Host: ' + host,
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
        for host, long in ((plain, 6), (functional, 24)):
            system.get(host, '/a')
            # Until the JIT has nothing more to do: half a minute on one core, and a third of all CPU in the first ten seconds.
            load(system, host, long, True)
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


def first():
    """Elsewhere than here a viewer would not wait for a core until the server's threads leave one to it. Where the system allows it."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pass


def rated(system, host, seconds, rate=50, clients=4):
    """How long requests at a fixed rate took, whatever the server does: microseconds, sorted."""
    log = os.path.join(system.data, 'h2load.log')
    subprocess.run(['h2load', '--h1', '-c', str(clients), '-n', str(int(seconds * rate * clients)), '--rps', str(rate), '--log-file', log,
                    '-H', ':authority: ' + host, f'http://{system.edge}/a'], capture_output=True, preexec_fn=first)
    rows = [line.split() for line in open(log)]
    os.unlink(log)
    bad = [row[1] for row in rows if row[1] != '200']
    if bad:
        sys.exit(f'a neighbour was answered with {set(bad)}')
    return sorted(int(row[2]) for row in rows)


def used(pid):
    """CPU time of a process so far, in seconds."""
    fields = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def elsewhere(pids):
    """CPU time of the whole machine so far, but for these processes, this one and its children that have ended."""
    fields = [int(each) for each in open('/proc/stat').readline().split()[1:9]]
    busy = (sum(fields) - fields[3] - fields[4]) / os.sysconf('SC_CLK_TCK')
    return busy - sum(used(each) for each in pids) - sum(os.times()[:4])


def at(took, percent):
    """In milliseconds."""
    return sorted(took)[len(took) * percent // 100] / 1000


def ask(edge, host, names, active, going, told):
    """While active asks for all of these in turn, a hundred times a second at most; tells at its end how often it was answered what."""
    # On this machine are the attackers, too: only what the server does with their requests is to count.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    name, port = edge.split(':')
    seen = {}
    while True:
        active.wait()
        if not going.is_set():
            break
        connection = http.client.HTTPConnection(name, int(port), timeout=10)
        while active.is_set():
            for each in names:
                connection.request('GET', '/' + each, headers={'Host': host})
                answer = connection.getresponse()
                answer.read()
                key = each, answer.status, answer.getheader('x-cache')
                seen[key] = seen.get(key, 0) + 1
                time.sleep(0.01)
        connection.close()
    told.put(seen)


class Attackers:
    """Four processes with a connection each."""

    def __init__(self, system, host):
        context = multiprocessing.get_context('spawn')
        self.active, self.going, self.told = context.Event(), context.Event(), context.Queue()
        self.going.set()
        names = list(ATTACKS)
        self.processes = [context.Process(target=ask, args=(
            system.edge, host, names[i:] + names[:i], self.active, self.going, self.told)) for i in (0, 3, 6, 9)]
        for each in self.processes:
            each.start()

    def end(self):
        self.going.clear()
        self.active.set()
        seen = {}
        for _ in self.processes:
            for (name, *key), count in self.told.get(timeout=30).items():
                counts = seen.setdefault(name, {})
                counts[tuple(key)] = counts.get(tuple(key), 0) + count
        for each in self.processes:
            each.join()
        return seen


def attack(seconds, rounds=9):
    system = System(False)
    try:
        plain = system.distribution()
        functional = system.distribution(system.function('neighbour', NEIGHBOUR))
        bad = system.distribution(None, {
            name: (system.function(name, 'function handler(event) { ' + body + ' }'), event)
            for name, (body, event, _) in ATTACKS.items()})
        good = system.distribution(None, {
            name: (system.function('good-' + name, TYPICAL if event == 'viewer-request' else LATE), event)
            for name, (_, event, _) in ATTACKS.items()})
        hosts = {'no function': plain, 'a function': functional}
        for host in hosts.values():
            # What the JIT does at first is not what is asked here; nor what a million lines of log would still take later.
            rated(system, host, 6, 600)
        others = {'harmless': Attackers(system, good), 'attacked': Attackers(system, bad)}
        base, peak = system.rss(), 0
        rows = {(name, phase): [] for name in hosts for phase in PHASES}
        pids = [system.pid] + [each.pid for one in others.values() for each in one.processes]
        disturbed, end = 0, time.time() + 100
        while min(len(each) for each in rows.values()) < rounds and time.time() < end:
            for phase in PHASES:
                if phase in others:
                    others[phase].active.set()
                for name, host in hosts.items():
                    before = elsewhere(pids)
                    took = rated(system, host, seconds, 100)
                    # What anybody else on the machine does to a neighbour is not what is asked here.
                    if elsewhere(pids) - before > OTHERS * seconds:
                        disturbed += 1
                    else:
                        rows[name, phase].append(took)
                peak = max(peak, system.rss())
                if phase in others:
                    others[phase].active.clear()
        print(f'{disturbed} rounds left out, in which others had more than {OTHERS:.0%} of a core; counted '
              + ' '.join(str(len(each)) for each in rows.values()))
        seen = {phase: each.end() for phase, each in others.items()}
        if min(len(each) for each in rows.values()) < ENOUGH:
            sys.exit('others use the machine: too few rounds without them to say anything')
        for name in hosts:
            for what, value in (('p99, median of rounds', lambda each: at([at(one, 99) * 1000 for one in each], 50)),
                                ('p99 of all requests', lambda each: at(sum(each, []), 99))):
                ms = {phase: value(rows[name, phase]) for phase in PHASES}
                print(f'neighbour with {name}: {what}: ' + ', '.join(f'{phase} {ms[phase]:.2f} ms' for phase in PHASES)
                      + f'; attacked to quiet {ms["attacked"] / ms["quiet"]:.2f}, to harmless {ms["attacked"] / ms["harmless"]:.2f}')
            for phase in PHASES:
                print(f'  {phase:8} rounds ' + ' '.join(f'{at(each, 99):.2f}' for each in rows[name, phase])
                      + f'; p50 {at(sum(rows[name, phase], []), 50):.2f}')
        wrong = 0
        for name, (_, _, right) in ATTACKS.items():
            counts = seen['attacked'][name]
            wrong += sum(count for key, count in counts.items() if key not in right)
            print(f'{name:16} ' + ', '.join(f'{status} {cache}: {count}' for (status, cache), count in counts.items()))
        counts = {phase: sum(sum(each.values()) for each in seen[phase].values()) for phase in seen}
        print(f'{counts["attacked"]} attacks, {wrong} with another answer than they are to get; {counts["harmless"]} harmless requests')
        time.sleep(15)
        print(f'memory before {base} MB, in the attack {peak} MB, 15 s after it {system.rss()} MB')
        return 1 if wrong else 0
    finally:
        system.end()


def memory(idle):
    """100 functions, as many as an account may have, 25 to a distribution, at the first edge."""
    system = System(False)
    try:
        print(f'{0:4} functions {system.rss()} MB', flush=True)
        for count in (25, 50, 75, 100):
            arns = {str(n): (system.function(f'f{n}', TYPICAL + f'// {n}'), 'viewer-request') for n in range(count - 25, count)}
            host = system.distribution(None, arns)
            for name in arns:
                # Where others use the machine, a first run may last too long.
                if all(system.get(host, '/' + name)[0] != 200 for _ in range(3)):
                    sys.exit(f'function {name} does not run')
            print(f'{count:4} functions {system.rss()} MB', flush=True)
        time.sleep(idle)
        print(f'{count:4} functions {system.rss()} MB after {idle} s in which nothing ran')
    finally:
        system.end()


if __name__ == '__main__':
    modes = {'cost': (cost, 5), 'attack': (attack, 1.5), 'memory': (memory, 330)}
    if len(sys.argv) < 2 or sys.argv[1] not in modes:
        sys.exit(__doc__)
    mode, seconds = modes[sys.argv[1]]
    sys.exit(mode(float(sys.argv[2]) if len(sys.argv) > 2 else seconds))
