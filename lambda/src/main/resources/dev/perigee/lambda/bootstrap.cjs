'use strict';
// Runs one version of a Node.js function: events come as lines of JSON on descriptor 3, answers and the console's lines go out
// on descriptor 4. What else the function writes to its standard output and error is read there.
const fs = require('fs');
const path = require('path');
const util = require('util');
const url = require('url');

const stringify = JSON.stringify;
const parse = JSON.parse;
const write = fs.writeSync;
const read = fs.readSync;
const later = setImmediate;
const wait = setTimeout;
const exit = process.exit.bind(process);
const now = Date.now;

function send(message) {
  const line = Buffer.from(stringify(message) + '\n');
  for (let at = 0; at < line.length; ) {
    try {
      at += write(4, line, at, line.length - at);
    } catch (e) {
      if (e.code !== 'EAGAIN') exit(1);
    }
  }
}

for (const [name, level] of [['log', 'INFO'], ['info', 'INFO'], ['warn', 'WARN'], ['error', 'ERROR'],
  ['debug', 'DEBUG'], ['trace', 'TRACE']]) {
  console[name] = (...values) => send({ log: util.format(...values), level });
}

function described(error) {
  const thrown = error instanceof Error;
  const message = thrown ? String(error.message) : util.format(error);
  const absent = /^Cannot find (?:module|package) '(?:@aws-sdk\/|aws-sdk)/.test(message);
  return {
    errorType: thrown ? String(error.name) : typeof error,
    errorMessage: absent ? `${message} (the AWS SDK is not there by itself: put it into the package)` : message,
    trace: thrown && error.stack ? String(error.stack).split('\n') : [],
  };
}

async function load() {
  const named = process.env._HANDLER;
  const base = named.lastIndexOf('/') + 1;
  const dot = named.indexOf('.', base);
  if (dot < 0) throw new Error(`Bad handler ${named}`);
  const stem = path.join(process.env.LAMBDA_TASK_ROOT, named.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs'].map((end) => stem + end).find((each) => fs.existsSync(each));
  if (!file) throw Object.assign(new Error(`Cannot find module '${named.slice(0, dot)}'`), { name: 'Runtime.ImportModuleError' });
  const exported = await import(url.pathToFileURL(file).href);
  let found = undefined;
  for (const from of [exported, exported.default]) {
    found = from;
    for (const part of named.slice(dot + 1).split('.')) found = found === undefined || found === null ? undefined : found[part];
    if (typeof found === 'function') return found;
  }
  throw Object.assign(new Error(`${named} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
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

function settle(answer) {
  if (!pending) return;
  const { id } = pending;
  pending = null;
  try {
    send({ id, ...answer });
  } catch (e) {
    send({ id, error: described(Object.assign(e, { name: 'Runtime.MarshalError' })) });
  }
  // Not at once: what is left to do in the event loop has its turn before the next run, as at Lambda.
  later(next);
}

function invoke(message) {
  pending = { id: message.id };
  const mine = pending;
  const resolve = (value) => pending === mine && settle({ result: value === undefined ? null : value });
  const reject = (error) => pending === mine && settle({ error: described(error) });
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
process.on('beforeExit', () => settle({ result: null }));

for (const kind of ['uncaughtException', 'unhandledRejection']) {
  process.on(kind, (error) => {
    send({ id: pending ? pending.id : '', error: described(error), fatal: true });
    exit(1);
  });
}

const piece = Buffer.allocUnsafeSlow(65536);
let held = [];

// Waits for the next event without the event loop, which has less to do then when one comes; between runs the function stands
// still, as at Lambda. One event at a time: the next is sent when this one is answered.
function next() {
  for (;;) {
    let count = 0;
    try {
      count = read(3, piece, 0, piece.length, null);
    } catch (e) {
      if (e.code !== 'EAGAIN') exit(0);
      // The function has seen to it that nobody waits here.
      wait(next, 1);
      return;
    }
    if (count === 0) exit(0);
    if (piece[count - 1] === 10) {
      const whole = held.length === 0 ? piece : Buffer.concat([...held, piece.subarray(0, count)]);
      const line = whole.toString('utf8', 0, held.length === 0 ? count : whole.length);
      held = [];
      invoke(parse(line));
      return;
    }
    held.push(Buffer.from(piece.subarray(0, count)));
  }
}

load().then((found) => {
  handler = found;
  send({ ready: true });
  later(next);
}, (error) => {
  send({ failed: described(error) });
  exit(1);
});
