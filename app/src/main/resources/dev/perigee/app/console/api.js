/** What the console's own listener says. */
export async function get(path) {
  const answer = await fetch('/api' + path);
  const document = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(document.error || 'status ' + answer.status);
  return document;
}

let known;
/** The system: it does not change while it runs. */
export const system = () => known ??= get('/system').catch(failure => { known = undefined; throw failure; });

/** All of a list of CloudFront's API, page by page. */
export async function list(path) {
  const all = [];
  let marker = '';
  for (let page = 0; page < 20; page++) {
    const answer = await get('/read/2020-05-31/' + path + (marker ? '?Marker=' + encodeURIComponent(marker) : ''));
    all.push(...items(answer));
    marker = answer.NextMarker || '';
    if (!marker) break;
  }
  return all;
}

/** Items of a list within a document, which may be empty. */
export const items = holder => holder && Array.isArray(holder.Items) ? holder.Items : [];

// ---- signing, in the page: the secret goes nowhere

const utf8 = new TextEncoder();
const hex = buffer => Array.from(new Uint8Array(buffer), octet => octet.toString(16).padStart(2, '0')).join('');
const sha256 = async text => hex(await crypto.subtle.digest('SHA-256', utf8.encode(text)));

async function hmac(key, text) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return crypto.subtle.sign('HMAC', imported, utf8.encode(text));
}

let credentials = null;
const watchers = [];

export const signedIn = () => credentials?.id ?? null;
export const onKey = watcher => watchers.push(watcher);

export async function signIn(id, secret) {
  const before = credentials;
  credentials = { id, secret };
  try {
    await call('GET', '/2020-05-31/distribution');
  } catch (failure) {
    // A key for one distribution may not list all of them; it is a key nevertheless.
    if (failure.code !== 'AccessDenied') {
      credentials = before;
      throw failure;
    }
  }
  watchers.forEach(watcher => watcher());
}

export function signOut() {
  credentials = null;
  watchers.forEach(watcher => watcher());
}

/** A call of the API with the user's key; returns the document's root element. */
export async function call(method, path, body = '', others = {}) {
  const { answer, text } = await signed(method, path, '/api/relay' + path, body, others);
  if (!answer.ok && !text.startsWith('<')) throw new Error(JSON.parse(text || '{}').error || 'status ' + answer.status);
  const root = new DOMParser().parseFromString(text, 'application/xml').documentElement;
  if (!answer.ok) {
    const code = root.querySelector('Code')?.textContent;
    throw Object.assign(new Error(root.querySelector('Message')?.textContent || code || 'status ' + answer.status), { code });
  }
  return root;
}

/** What the console says to who has a key: shown by a signature as for the list of distributions. */
export async function getSigned(target) {
  const { answer, text } = await signed('GET', '/2020-05-31/distribution', '/api' + target, '', {});
  const document = JSON.parse(text || '{}');
  if (!answer.ok) throw new Error(document.error || 'status ' + answer.status);
  return document;
}

async function signed(method, path, target, body, others) {
  if (!credentials) throw new Error('sign in first');
  const { api } = await system();
  const host = new URL(api).host;
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const hash = await sha256(body);
  const scope = date.slice(0, 8) + '/us-east-1/cloudfront/aws4_request';
  const names = 'host;x-amz-content-sha256;x-amz-date';
  const request = [method, path, '', 'host:' + host, 'x-amz-content-sha256:' + hash, 'x-amz-date:' + date, '', names, hash].join('\n');
  let key = utf8.encode('AWS4' + credentials.secret);
  for (const part of scope.split('/')) key = await hmac(key, part);
  const signature = hex(await hmac(key, ['AWS4-HMAC-SHA256', date, scope, await sha256(request)].join('\n')));
  const answer = await fetch(target, {
    method,
    body: body || undefined,
    headers: {
      ...others,
      ...(body ? { 'Content-Type': 'application/xml' } : {}),
      'X-Amz-Date': date,
      'X-Amz-Content-Sha256': hash,
      Authorization: 'AWS4-HMAC-SHA256 Credential=' + credentials.id + '/' + scope + ', SignedHeaders=' + names + ', Signature=' + signature,
    },
  });
  return { answer, text: await answer.text() };
}

export const escaped = value => value.replace(/[&<>]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
