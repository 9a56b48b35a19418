import { h, text, bytes } from '/dom.js';

const KEPT = 1000, SHOWN = 200;
const RESULTS = ['Hit', 'RefreshHit', 'Miss', 'Error', 'Redirect', 'LimitExceeded', 'CapacityExceeded', 'FunctionGeneratedResponse', 'FunctionExecutionError'];

export function logs(main) {
  const search = h('input', { type: 'search', placeholder: 'path, host or distribution', spellcheck: 'false' });
  const status = choice(['2', '3', '4', '5', '0'], c => c === '0' ? 'viewer left' : c + 'xx');
  const result = choice(RESULTS, name => name);
  const pop = choice([], name => name);
  const pause = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false' }, 'Pause');
  const note = h('p', { class: 'dim small', role: 'status' }, 'Waiting for requests…');
  const body = h('tbody');
  main.append(h('h1', {}, 'Logs'), h('p', { class: 'lead' }, 'Requests as they end. Addresses and query strings are not shown here; ', h('code', {}, './perigee logs -f'), ' has all fields.'),
    h('section', { class: 'panel' }, h('div', { class: 'filters', role: 'search' }, h('label', {}, 'Search', search), h('label', {}, 'Status', status), h('label', {}, 'Result', result), h('label', {}, 'Edge', pop), pause), note,
      h('div', { class: 'scroll' }, h('table', { class: 'cards' }, h('thead', {}, h('tr', {}, ['Time', 'Edge', 'Status', 'Result', 'Method', 'Path', 'Sent', 'Taken'].map(name => h('th', { scope: 'col', class: name === 'Sent' || name === 'Taken' ? 'num' : '' }, name)))), body))));
  let lines = [], left = 0, paused = false;

  const fits = line => (!status.value || line.status.startsWith(status.value)) && (!result.value || line.result === result.value) && (!pop.value || line.pop === pop.value)
    && (!search.value || (line.path + ' ' + line.host + ' ' + line.distribution).toLowerCase().includes(search.value.toLowerCase()));

  function draw() {
    const found = lines.filter(fits);
    body.replaceChildren(...found.slice(-SHOWN).reverse().map(row));
    text(note, lines.length ? found.length + ' of the last ' + lines.length + ' requests' + (left ? '; ' + left + ' more came too fast to be shown' : '') + (paused ? '; paused' : '') : 'Waiting for requests…');
  }

  const source = new EventSource('/api/logs');
  source.onmessage = event => {
    if (paused) return;
    const news = JSON.parse(event.data);
    left += news.leftOut;
    if (!news.lines.length) return;
    lines = lines.concat(news.lines).slice(-KEPT);
    const known = new Set([...pop.options].map(option => option.value));
    for (const name of new Set(lines.map(line => line.pop))) if (!known.has(name)) pop.append(h('option', { value: name }, name));
    draw();
  };
  source.onerror = () => text(note, 'No answer; trying again');
  [search, status, result, pop].forEach(input => input.addEventListener('input', draw));
  pause.addEventListener('click', () => {
    paused = !paused;
    text(pause, paused ? 'Go on' : 'Pause');
    pause.setAttribute('aria-pressed', paused);
    draw();
  });
  return () => source.close();
}

const choice = (values, named) => h('select', {}, h('option', { value: '' }, 'all'), values.map(value => h('option', { value }, named(value))));

function row(line) {
  const bad = line.status >= '5' || line.result === 'Error';
  return h('tr', {},
    h('td', { class: 'nowrap dim' }, line.time.slice(11, 19)), h('td', {}, line.pop), h('td', { class: bad ? 'bad' : '' }, line.status === '000' ? 'left' : line.status),
    h('td', { class: line.result === 'Hit' || line.result === 'RefreshHit' ? 'good' : line.result === 'Miss' ? 'warn' : bad ? 'bad' : '' }, line.detail === line.result ? line.result : line.result + ' (' + line.detail + ')'),
    h('td', {}, line.method), h('td', { class: 'path mono', title: line.host }, line.path), h('td', { class: 'num' }, bytes(Number(line.sent))), h('td', { class: 'num' }, line.taken === '0.000' ? '< 1 ms' : Math.round(Number(line.taken) * 1000) + ' ms'));
}
