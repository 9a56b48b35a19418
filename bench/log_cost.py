#!/usr/bin/env python3
"""What logging and metrics cost of a small hit: CPU with both and with neither, in turn, in one process.

  bench/log_cost.py CLASSPATH [--delivered] [--urls N] [--seconds N]

CLASSPATH is what runs Perigee (app/target/run/lib/perigee.jar of a built tree). The step that ends a request is compiled
once more, so that every other 2.048 seconds it neither logs nor counts; so both sides have the same process, connections
and compiled code. wrk asks for one object of 1 KiB, or for N URLs of it, from another core. CPU is the sum over all
threads (schedstat), the first 0.4 s of each turn left out: what is written behind the loop's back counts where it was
caused. With --delivered the distribution has Logging, and its lines are compressed and delivered as well.
"""
import argparse
import glob
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STEP = 'edge/src/main/java/dev/perigee/edge/serve/Delivery.java'
TURN_BITS = 11
TURN = (1 << TURN_BITS) / 1000
SKIPPED = 0.4
FLAGS = ['--enable-native-access=ALL-UNNAMED', '--add-opens=java.base/java.lang=ALL-UNNAMED',
         '--sun-misc-unsafe-memory-access=allow', '-XX:+UseCompactObjectHeaders', '-Dio.netty.leakDetection.level=disabled',
         '-XX:+UseSerialGC', '-Xms64m', '-XX:MaxRAMPercentage=25', '-XX:MaxDirectMemorySize=16g']


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('classpath')
    parser.add_argument('--delivered', action='store_true')
    parser.add_argument('--urls', type=int, default=1)
    parser.add_argument('--seconds', type=int, default=100)
    given = parser.parse_args()
    java = os.path.join(os.environ.get('JAVA_HOME', ''), 'bin') if os.environ.get('JAVA_HOME') else ''
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('stopped'))
    work = tempfile.mkdtemp(prefix='logging-bench-')
    system = None
    try:
        patched = compiled(java, given.classpath, work)
        data = os.path.join(work, 'data')
        with open(os.path.join(work, 'out'), 'w') as out:
            system = subprocess.Popen(
                ['taskset', '-c', '0', os.path.join(java, 'java')] + FLAGS
                + ['-cp', patched + ':' + given.classpath, 'dev.perigee.app.Main', 'up', '--data', data, '--ports', 'auto'],
                stdout=out, stderr=out)
        run = wait_for(lambda: json.load(open(os.path.join(data, 'run.json'))))
        host = distribution(run['api'], given.delivered)
        measure(run, host, given, work)
    finally:
        if system:
            system.terminate()
            system.wait(30)
        shutil.rmtree(work, ignore_errors=True)


def compiled(java, classpath, work):
    source = open(os.path.join(ROOT, STEP)).read()
    turn = 'if ((now >> %d & 1) == 0) ' % TURN_BITS
    for step in ('loop.log().add(x, now);', 'loop.traffic().add(x, now);'):
        if source.count(step) != 1:
            sys.exit('%s is not what this patch is for' % STEP)
        source = source.replace(step, turn + step)
    file = os.path.join(work, 'Delivery.java')
    open(file, 'w').write(source)
    patched = os.path.join(work, 'patched')
    subprocess.run([os.path.join(java, 'javac'), '-nowarn', '-proc:none', '-d', patched, '-cp', classpath, file], check=True)
    return patched


def distribution(api, delivered):
    environment = dict(os.environ, AWS_ACCESS_KEY_ID='test', AWS_SECRET_ACCESS_KEY='test', AWS_DEFAULT_REGION='us-east-1')

    def aws(*arguments):
        return subprocess.run(('aws', '--endpoint-url', api) + arguments, env=environment, check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    aws('s3', 'mb', 's3://photos')
    aws('s3', 'mb', 's3://photo-logs')
    with tempfile.NamedTemporaryFile() as file:
        file.write(os.urandom(1024))
        file.flush()
        aws('s3api', 'put-object', '--bucket', 'photos', '--key', '1k', '--body', file.name)
    config = {'CallerReference': 'bench', 'Comment': '', 'Enabled': True,
              'Origins': {'Quantity': 1, 'Items': [{'Id': 'o', 'DomainName': 'photos.s3.amazonaws.com',
                                                    'S3OriginConfig': {'OriginAccessIdentity': ''}}]},
              'DefaultCacheBehavior': {'TargetOriginId': 'o', 'ViewerProtocolPolicy': 'allow-all',
                                       'CachePolicyId': '658327ea-f89d-4fab-a63d-7e88639e58f6'}}
    if delivered:
        config['Logging'] = {'Enabled': True, 'IncludeCookies': False, 'Bucket': 'photo-logs.s3.amazonaws.com', 'Prefix': ''}
    made = json.loads(aws('cloudfront', 'create-distribution', '--output', 'json', '--distribution-config', json.dumps(config)))
    made = made['Distribution']
    # Anybody may read the object: the origin asks without a signature.
    aws('s3api', 'put-object-acl', '--bucket', 'photos', '--key', '1k', '--acl', 'public-read')
    aws('cloudfront', 'wait', 'distribution-deployed', '--id', made['Id'])
    return made['DomainName']


def wait_for(something):
    for _ in range(200):
        try:
            return something()
        except (OSError, ValueError):
            time.sleep(0.2)
    sys.exit('the system does not start')


def cpu(pid):
    """Nanoseconds, of the event loops that are called so and of all threads."""
    of = {}
    for task in glob.glob('/proc/%d/task/*' % pid):
        try:
            name = open(task + '/comm').read().strip()
            of[task + ' ' + name] = int(open(task + '/schedstat').read().split()[0])
        except OSError:
            pass
    return of


def requests(admin):
    status = json.load(urllib.request.urlopen(admin + '/status'))
    return status['requests']


def measure(run, host, given, work):
    pop = run['pops'][0]
    script = os.path.join(work, 'urls.lua')
    open(script, 'w').write('local n = 0\nrequest = function()\n  n = n + 1\n'
                            '  return wrk.format("GET", "/1k?" .. (n * 7919 %% %d))\nend\n' % given.urls)
    load = ['taskset', '-c', '1', 'wrk', '-t1', '-c32', '-d%ds' % (given.seconds + 12), '-H', 'Host: ' + host,
            pop['http'] + '/1k'] + (['-s', script] if given.urls > 1 else [])
    wrk = subprocess.Popen(load, stdout=subprocess.PIPE, text=True)
    time.sleep(12)
    turns = []
    end = time.time() + given.seconds - 2 * TURN
    while time.time() < end:
        number = int(time.time() / TURN) + 1
        time.sleep(max(0, number * TURN + SKIPPED - time.time()))
        before, asked = cpu(run['pid']), requests(pop['admin'])
        time.sleep(max(0, (number + 1) * TURN - 0.03 - time.time()))
        after, answered = cpu(run['pid']), requests(pop['admin'])
        used = {task: nanos - before.get(task, 0) for task, nanos in after.items()}
        turns.append((number % 2 == 0, used, answered - asked))
    sys.stdout.reconfigure(line_buffering=True)
    print(re.search(r'Requests/sec:.*', wrk.communicate()[0]).group(0))
    report(turns)
    memory = re.search(r'VmRSS:\s+(\d+)', open('/proc/%d/status' % run['pid']).read()).group(1)
    status = json.load(urllib.request.urlopen(pop['admin'] + '/status'))
    print('resident memory %d MB; logs: %s' % (int(memory) / 1024, json.dumps(status['logs'])))


def report(turns):
    each = [(on, sum(used.values()) / count / 1000) for on, used, count in turns]
    both = statistics.median(cost for on, cost in each if on)
    neither = statistics.median(cost for on, cost in each if not on)
    # Each turn with its neighbours, so that a machine that grows slower or faster counts for both.
    shares = sorted((each[i][1] / ((each[i - 1][1] + each[i + 1][1]) / 2) - 1) * (1 if each[i][0] else -1)
                    for i in range(1, len(each) - 1))
    print('%d turns: CPU per hit %.2f us with both, %.2f us with neither (medians): %+.1f %%'
          % (len(each), both, neither, (both / neither - 1) * 100))
    print('a turn against its neighbours: median %+.1f %%, middle half %+.1f to %+.1f %%'
          % tuple(100 * shares[i] for i in (len(shares) // 2, len(shares) // 4, len(shares) * 3 // 4)))
    threads = {}
    for on, used, count in turns:
        for task, nanos in used.items():
            threads.setdefault(re.sub(r'^\S+ ', '', task), {True: [], False: []})[on].append(nanos / count / 1000)
    for name, costs in sorted(threads.items(), key=lambda item: -sum(item[1][True])):
        on, off = (sum(costs[side]) / max(1, sum(1 for turn in turns if turn[0] == side)) for side in (True, False))
        if on > 0.02 or off > 0.02:
            print('  %-16s %6.2f us with both, %6.2f with neither' % (name, on, off))


main()
