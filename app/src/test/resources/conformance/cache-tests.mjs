// Runs the npm package http-cache-tests without its command line, which binds every address and a fixed port.
//   node cache-tests.mjs origin PACKAGE        the suite's origin on a free loopback port, which it prints; ends with its input
//   node cache-tests.mjs client PACKAGE BASE   all tests against the cache at BASE; prints one JSON document; with a
//                                              further argument as the package has them, without the amendments
import http from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRequire } from 'node:module'

const [role, folder, base, asPackaged] = process.argv.slice(2)

// What the suite has come to expect since the package was published, after RFC 9111 took the place of RFC 7234: of an
// invalid or repeated Age, of an Expires that is no date, and of a response that must not be served stale.
const amendments = [
  ['cached', ['nonnumeric', 'negative', 'float', 'prefix-twoline', 'dup-0', 'dup-0-twoline', 'dup-old'].map(id => `age-parse-${id}`)],
  ['not_cached', ['utc', 'aest', '2-digit-year', 'no-comma', 'multiple-spaces', 'date-dashes', 'time-periods', '1-digit-hour',
    'multiple-lines'].map(id => `freshness-expires-invalid-${id}`)],
  ['refused', ['must-revalidate', 'proxy-revalidate', 'no-cache', 's-maxage=2'].map(id => `stale-close-${id}`)]
]

// The package lacks the comma that makes these dates dates.
const dates = ['freshness-expires-32bit', 'freshness-expires-far-future']

function amend (tests) {
  for (const id of dates) {
    const expires = tests.find(test => test.id === id).requests[0].response_headers.find(([name]) => name === 'Expires')
    expires[1] = expires[1].replace(/^(\w{3}) /, '$1, ')
  }
  for (const [expected, ids] of amendments) {
    for (const id of ids) {
      const second = tests.find(test => test.id === id).requests[1]
      if (expected !== 'refused') {
        second.expected_type = expected
      } else {
        delete second.expected_type
        Object.assign(second, { expected_status: 502, check_body: false, expected_response_headers_missing: ['server-request-count'] })
      }
    }
  }
}
const part = name => import(pathToFileURL(path.join(folder, name)).href)

async function origin () {
  const steps = {}
  for (const step of ['config', 'state', 'test']) steps[step] = (await part(`server/handle-${step}.mjs`)).default
  console.log = () => {}
  const server = http.createServer((request, response) => {
    const [step, ...rest] = request.url.split('?')[0].split('/').slice(1)
    if (Object.hasOwn(steps, step)) return steps[step](rest, request, response)
    response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
  process.stdin.resume().on('end', () => process.exit(0))
}

async function client () {
  const { default: fetch } = await import(pathToFileURL(createRequire(path.join(folder, 'package.json')).resolve('node-fetch')).href)
  const { runTests, getResults } = await part('client/runner.mjs')
  const { default: suites } = await part('tests/index.mjs')
  const known = suites.flatMap(suite => suite.tests)
    .filter(test => !test.browser_only)
    .map(({ id, kind = 'required', depends_on: needs = [] }) => ({ id, kind, needs }))
  if (!asPackaged) amend(suites.flatMap(suite => suite.tests))
  await runTests(suites, fetch, false, base, 25)
  process.stdout.write(JSON.stringify({ tests: known, results: getResults() }))
}

await (role === 'origin' ? origin() : client())
