import { h, text, usd, percent } from '/dom.js';
import { getSigned, call, escaped, signedIn } from '/api.js';
import { ask } from '/app.js';

/** What the elements of lists are called, by the list's own name. */
const ELEMENTS = {
  Aliases: 'CNAME', Origins: 'Origin', OriginGroups: 'OriginGroup', StatusCodes: 'StatusCode', Members: 'OriginGroupMember', CustomHeaders: 'OriginCustomHeader', OriginSslProtocols: 'SslProtocol',
  TrustedSigners: 'AwsAccountNumber', TrustedKeyGroups: 'KeyGroup', AllowedMethods: 'Method', CachedMethods: 'Method', LambdaFunctionAssociations: 'LambdaFunctionAssociation', FunctionAssociations: 'FunctionAssociation',
  CacheBehaviors: 'CacheBehavior', CustomErrorResponses: 'CustomErrorResponse', GeoRestriction: 'Location', WhitelistedNames: 'Name', Headers: 'Name', Cookies: 'Name', QueryStringKeys: 'Name', QueryStringCacheKeys: 'Name', QueryStrings: 'Name',
};
const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

export function advice(main) {
  const holder = h('div');
  const go = h('button', { type: 'button', id: 'seek' }, 'Look for advice');
  const note = h('span', { class: 'dim', role: 'status' }, 'Replays what was logged against other settings; takes some seconds.');
  main.append(h('h1', {}, 'Advice'), h('p', { class: 'lead' }, 'What to change to raise the hit ratio and lower the bill, the most money first. Applying one makes the same calls of the API as the command beside it.'), h('div', { class: 'row' }, go, note), holder);
  async function seek() {
    if (!await ask()) return;
    go.disabled = true;
    text(note, 'Replaying…');
    try {
      const { advice: found } = await getSigned('/advice');
      text(note, found.length ? found.length + (found.length === 1 ? ' piece' : ' pieces') + ' of advice' : 'Nothing that was logged gives reason for a change.');
      holder.replaceChildren(h('div', { class: 'grid' }, found.map(card)));
    } catch (failure) {
      text(note, failure.message);
    } finally {
      go.disabled = false;
    }
  }
  go.addEventListener('click', seek);
  if (signedIn()) seek();
}

function card(each) {
  const apply = h('button', { type: 'button' }, 'Apply');
  const outcome = h('span', { class: 'dim small', role: 'status' });
  apply.addEventListener('click', async () => {
    if (!await ask()) return;
    apply.disabled = true;
    text(outcome, 'Applying…');
    try {
      await carryOut(each.command);
      text(apply, 'Applied');
      text(outcome, 'The other pieces were found with the settings before: look again.');
    } catch (failure) {
      apply.disabled = false;
      text(outcome, failure.message);
    }
  });
  return h('section', { class: 'panel c12 advice' }, h('div', { class: 'row between' }, h('h3', {}, each.change), h('div', { class: 'row' },
    h('span', { class: 'pill good' }, 'saves ' + usd(each.savingUsd) + (each.period === 'month' ? ' a month' : '')), h('span', { class: 'pill' }, 'hit ratio ' + percent(each.hitRatio) + ' to ' + percent(each.predictedHitRatio)),
    each.savedMillisecondsPerRequest > 0.05 ? h('span', { class: 'pill' }, each.savedMillisecondsPerRequest.toFixed(1) + ' ms less a request') : null, each.savedOriginRequests ? h('span', { class: 'pill' }, each.savedOriginRequests + ' fewer at the origin') : null)),
  h('p', { class: 'dim gap' }, each.where), h('p', {}, 'Risk: ' + each.risk), h('details', {}, h('summary', {}, 'The command'), h('pre', {}, each.command)), h('div', { class: 'row gap' }, apply, outcome));
}

/** The commands that && joins; within quotes it joins nothing. */
export function commands(line) {
  const found = [];
  let from = 0, quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (quote) quote = c === quote ? '' : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (c === '\\') i++;
    else if (line.startsWith(' && ', i)) {
      found.push(line.slice(from, i));
      from = i + 4;
      i += 3;
    }
  }
  return [...found, line.slice(from)];
}

/** The words of a command line, as a shell reads them. */
export function words(line, variables) {
  const found = [];
  let word = null;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === "'") {
      const end = line.indexOf("'", i + 1);
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (c === '"') {
      const end = line.indexOf('"', i + 1);
      word = (word ?? '') + line.slice(i + 1, end).replace(/\$(\w+)/g, (_, name) => variables[name] ?? '');
      i = end;
    } else if (c === '\\') {
      word = (word ?? '') + line[++i];
    } else if (c === ' ') {
      if (word !== null) found.push(word);
      word = null;
    } else {
      word = (word ?? '') + c;
    }
  }
  if (word !== null) found.push(word);
  return found;
}

/** Element by element what an object says. */
export function xml(name, value, attributes = '') {
  if (value === null || value === undefined) return '';
  const open = '<' + name + attributes + '>', close = '</' + name + '>';
  if (typeof value !== 'object') return open + escaped(String(value)) + close;
  const members = Object.entries(value).map(([member, of]) => {
    if (!Array.isArray(of)) return xml(member, of);
    if (!ELEMENTS[name]) throw new Error('the console does not know lists of ' + name + '; use the command');
    return of.length ? '<' + member + '>' + of.map(each => xml(ELEMENTS[name], each)).join('') + '</' + member + '>' : '';
  });
  return open + members.join('') + close;
}

/** The calls that the command makes, one after the other; each is refused when something has changed since. */
async function carryOut(command) {
  const variables = {};
  for (const part of commands(command)) {
    const kept = part.match(/^(\w+)=\$\((.*)\)$/s);
    const [aws, service, operation, ...rest] = words(kept ? kept[2] : part, variables);
    const flags = {};
    for (let i = 0; i < rest.length; i += 2) flags[rest[i]] = rest[i + 1];
    const others = flags['--if-match'] ? { 'If-Match': flags['--if-match'] } : {};
    const policy = flags['--cache-policy-config'], config = flags['--distribution-config'];
    const id = flags['--id'] || '';
    if (aws !== 'aws' || service !== 'cloudfront' || !/^[A-Za-z0-9-]*$/.test(id)) throw new Error('the console does not know this command');
    const body = (name, json) => xml(name, JSON.parse(json), ' xmlns="' + NAMESPACE + '"');
    let root;
    if (operation === 'create-cache-policy' && policy) root = await call('POST', '/2020-05-31/cache-policy', body('CachePolicyConfig', policy), others);
    else if (operation === 'update-cache-policy' && policy && id) root = await call('PUT', '/2020-05-31/cache-policy/' + id, body('CachePolicyConfig', policy), others);
    else if (operation === 'update-distribution' && config && id) root = await call('PUT', '/2020-05-31/distribution/' + id + '/config', body('DistributionConfig', config), others);
    else throw new Error('the console does not know ' + operation + '; use the command');
    if (kept) variables[kept[1]] = root.querySelector('Id').textContent;
  }
}
