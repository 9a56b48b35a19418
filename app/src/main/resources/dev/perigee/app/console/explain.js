import { h } from '/dom.js';
import { get, list, system, items } from '/api.js';

const CAUSES = {
  'first-time': 'It was never asked for before, or not since the edge started.', expired: 'What is stored has expired.', 'query-string': 'What is stored has another query string.', cookie: 'What is stored is for other cookies.',
  header: 'What is stored is for other headers.', 'accept-encoding': 'What is stored is for another Accept-Encoding.', private: 'The origin said that it is private.', 'ttl-zero': 'It may not be kept for any time.',
  invalidated: 'It was invalidated.', evicted: 'There was no room to keep it.', 'other-pop': 'Another edge has it, this one does not.', error: 'The last answer was an error.',
};

export function explain(main, [url]) {
  const address = h('input', { id: 'url', type: 'url', required: true, placeholder: 'https://d111111abcdef8.cloudfront.localhost/pets/photo.jpg', spellcheck: 'false', value: url || '' });
  const pop = h('select', { id: 'pop' });
  const method = h('select', { id: 'method' }, ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE'].map(name => h('option', {}, name)));
  const headers = h('textarea', { id: 'headers', spellcheck: 'false', placeholder: 'Accept-Encoding: gzip\nCookie: a=b' });
  const from = h('input', { id: 'from', placeholder: '127.0.0.1', spellcheck: 'false' });
  const out = h('section', { class: 'panel c8', 'aria-live': 'polite' }, h('p', { class: 'empty' }, 'What would become of a request, step by step. Nothing is asked of the origin, and nothing is stored.'));
  const form = h('form', { class: 'panel c4' }, h('h2', {}, 'A request'), h('label', {}, 'URL', address), h('label', {}, 'Edge', pop), h('label', {}, 'Method', method),
    h('label', {}, 'Headers, one a line', headers), h('label', {}, 'From address', from), h('button', { type: 'submit', id: 'explain' }, 'Explain'));
  main.append(h('h1', {}, 'Explain'), h('p', { class: 'lead' }, 'Why was that a miss? Each decision, with the rule behind it.'), h('div', { class: 'grid top' }, form, out));
  system().then(found => pop.append(...found.pops.map(each => h('option', { value: each.pop }, each.pop))));
  list('distribution').then(async all => {
    if (!address.value && all.length) address.value = 'https://' + (items(all[0].Aliases)[0] || all[0].DomainName.replace(/\.cloudfront\.net$/, '.' + (await system()).domainSuffix)) + '/';
  }).catch(() => {});
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const query = new URLSearchParams({ url: address.value, pop: pop.value, method: method.value });
    if (from.value.trim()) query.set('from', from.value.trim());
    for (const header of headers.value.split('\n')) if (header.trim()) query.append('header', header.trim());
    // The listener reads %20, not +.
    try {
      show(out, await get('/explain?' + query.toString().replace(/\+/g, '%20')));
    } catch (failure) {
      out.replaceChildren(h('p', { class: 'bad' }, failure.message));
    }
  });
}

function show(out, found) {
  const cause = found.miss?.cause;
  const good = found.result === 'Hit' || found.result === 'RefreshHit';
  out.replaceChildren(h('div', {},
    h('p', { class: 'verdict ' + (good ? 'good' : found.result === 'Miss' ? 'warn' : 'bad'), id: 'verdict' }, found.result + (cause ? ': ' + cause : '') + (found.status ? ' · ' + found.status : '')),
    cause && CAUSES[cause] ? h('p', {}, CAUSES[cause]) : null,
    h('p', { class: 'dim small' }, ['edge ' + found.pop, found.distribution && 'distribution ' + found.distribution, found.behavior && 'behavior ' + found.behavior, found.country && 'viewer in ' + found.country].filter(Boolean).join(' · ')),
    (found.miss?.nearest || []).length ? h('div', {}, h('h2', {}, 'Nearest to it in the store'), found.miss.nearest.map(near => h('div', { class: 'stop' }, h('div', { class: 'mono small' }, near.pop + ' ' + near.key), near.differs.map(each => h('span', { class: 'tag' }, each))))) : null,
    h('h2', {}, 'Step by step'),
    h('ol', { class: 'steps' }, found.steps.map(step => h('li', {}, h('strong', {}, step.step), ' ', h('span', { class: 'pill' }, step.outcome), h('div', {}, step.why),
      step.details ? h('details', {}, h('summary', {}, 'Details'), h('pre', {}, JSON.stringify(step.details, null, 2))) : null))),
    found.key ? h('details', {}, h('summary', {}, 'Cache key'), h('pre', {}, typeof found.key === 'string' ? found.key : JSON.stringify(found.key, null, 2))) : null));
}
