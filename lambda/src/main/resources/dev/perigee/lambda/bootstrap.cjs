'use strict';
// Runs one version of a Node.js function: events come as lines of JSON on descriptor 3, answers and the console's lines go out
// on descriptor 4. What else the function writes to its standard output and error is read there.
const fs = require('fs');
const path = require('path');
const util = require('util');
const url = require('url');

// Functions, and what they use, put their own in the place of some of these.
const { stringify, parse } = JSON;
const { assign } = Object;
const write = fs.writeSync;
const read = fs.readSync;
const format = util.format;
const octets = Buffer.from.bind(Buffer);
const joined = Buffer.concat.bind(Buffer);
const call = Reflect.apply;
const { subarray, toString } = Buffer.prototype;
const later = setImmediate;
const wait = setTimeout;
const exit = process.exit.bind(process);
const active = process.getActiveResourcesInfo && process.getActiveResourcesInfo.bind(process);
const now = Date.now;
const text = String;
const isError = util.types.isNativeError;
const Thrown = Error;

// CloudWatch's limit of one event; the run's own is smaller still.
const LOG_MAX = 262144;

// A line of its own, whatever the function may have written there.
function send(line) {
  const whole = octets('\n' + line + '\n');
  for (let at = 0; at < whole.length; ) {
    try {
      at += write(4, whole, at, whole.length - at);
    } catch (e) {
      if (e.code !== 'EAGAIN') exit(1);
    }
  }
}

for (const [name, level] of [['log', 'INFO'], ['info', 'INFO'], ['warn', 'WARN'], ['error', 'ERROR'],
  ['debug', 'DEBUG'], ['trace', 'TRACE']]) {
  console[name] = (...values) => send(`{"log":${stringify(text(format(...values)).slice(0, LOG_MAX))},"level":"${level}"}`);
}

// Whatever was thrown: it may be made to throw itself when it is looked at.
function described(error, named) {
  try {
    const thrown = error instanceof Thrown || isError(error);
    const message = thrown ? text(error.message) : format(error);
    const absent = /^Cannot find (?:module|package) '(?:@aws-sdk\/|aws-sdk)/.test(message);
    return {
      errorType: named || (thrown ? text(error.name) : typeof error),
      errorMessage: absent ? `${message} (the AWS SDK is not there by itself: put it into the package)` : message,
      trace: thrown && error.stack ? text(error.stack).split('\n') : [],
    };
  } catch (e) {
    return { errorType: named || typeof error, errorMessage: 'what was thrown cannot be described', trace: [] };
  }
}

async function load() {
  const named = process.env._HANDLER;
  const base = named.lastIndexOf('/') + 1;
  const dot = named.indexOf('.', base);
  if (dot < 0) throw new Thrown(`Bad handler ${named}`);
  const stem = path.join(process.env.LAMBDA_TASK_ROOT, named.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs'].map((end) => stem + end).find((each) => fs.existsSync(each));
  if (!file) throw assign(new Thrown(`Cannot find module '${named.slice(0, dot)}'`), { name: 'Runtime.ImportModuleError' });
  const exported = await import(url.pathToFileURL(file).href);
  let found = undefined;
  for (const from of [exported, exported.default]) {
    found = from;
    for (const part of named.slice(dot + 1).split('.')) found = found === undefined || found === null ? undefined : found[part];
    if (typeof found === 'function') return found;
  }
  throw assign(new Thrown(`${named} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

// What does not change from run to run.
const about = {
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
};

let handler = null;
let pending = null;

function settle(field, value) {
  if (!pending) return;
  const { id } = pending;
  pending = null;
  let line;
  try {
    const made = stringify(value);
    line = `{"id":"${id}","${field}":${made === undefined ? 'null' : made}}`;
  } catch (e) {
    line = `{"id":"${id}","error":${stringify(described(e, 'Runtime.MarshalError'))}}`;
  }
  send(line);
  // Not at once: what is left to do in the event loop has its turn before the next run, as at Lambda.
  later(next);
}

function invoke(message) {
  pending = { id: message.id };
  const mine = pending;
  const resolve = (value) => pending === mine && settle('result', value);
  const reject = (error) => pending === mine && settle('error', described(error));
  const callback = (error, value) => (error === undefined || error === null ? resolve(value) : reject(error));
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    ...about,
    invokedFunctionArn: message.arn,
    awsRequestId: message.id,
    getRemainingTimeInMillis: () => Math.max(0, message.deadline - now()),
    done: callback,
    succeed: resolve,
    fail: reject,
  };
  try {
    const returned = handler(message.event, context, callback);
    if (returned && typeof returned.then === 'function') returned.then(resolve, reject);
  } catch (e) {
    reject(e);
  }
}

// Nothing is left that could still answer.
process.on('beforeExit', () => settle('result', null));

for (const kind of ['uncaughtException', 'unhandledRejection']) {
  process.on(kind, (error) => {
    send(`{"id":"${pending ? pending.id : ''}","error":${stringify(described(error))},"fatal":true}`);
    exit(1);
  });
}

const piece = Buffer.allocUnsafeSlow(65536);
let held = [];

// Waits for octets of the next event, without the event loop, which has less to do then when one comes; between runs the function
// stands still, as at Lambda. How many there were; none when this has to come again.
function fill(most, again) {
  try {
    const count = read(3, piece, 0, most, null);
    if (count === 0) exit(0);
    return count;
  } catch (e) {
    if (e.code !== 'EAGAIN') exit(0);
    // The function has seen to it that nobody waits here.
    wait(again, 1);
    return 0;
  }
}

// What an earlier run has left in the event loop may throw or end the process. It has its turn before the event is read whole:
// with one that was not, Perigee can go to another process.
function next() {
  if (active && active().length === 0) {
    take();
    return;
  }
  const count = fill(1, next);
  if (count === 0) return;
  held.push(octets(call(subarray, piece, [0, count])));
  later(take);
}

// One event at a time: the next is sent when this one is answered.
function take() {
  for (;;) {
    const count = fill(piece.length, take);
    if (count === 0) return;
    if (piece[count - 1] === 10) {
      const whole = held.length === 0 ? piece : joined([...held, call(subarray, piece, [0, count])]);
      const line = call(toString, whole, ['utf8', 0, held.length === 0 ? count : whole.length]);
      held = [];
      const message = parse(line);
      if (message.ack) send('{"begun":true}');
      invoke(message);
      return;
    }
    held.push(octets(call(subarray, piece, [0, count])));
  }
}

load().then((found) => {
  handler = found;
  send('{"ready":true}');
  later(next);
}, (error) => {
  send(`{"failed":${stringify(described(error))}}`);
  exit(1);
});
