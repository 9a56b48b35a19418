import { h, text, when } from '/dom.js';
import { get, list, call, escaped, items } from '/api.js';
import { ask } from '/app.js';

const QUICK = 400, SLOW = 4000, SHOWN = 20;

export function invalidations(main, [chosen]) {
  const select = h('select', { id: 'distribution' });
  const paths = h('textarea', { id: 'paths', spellcheck: 'false', placeholder: '/images/*\n/index.html', required: true });
  const button = h('button', { type: 'submit', id: 'invalidate' }, 'Invalidate');
  const problem = h('p', { class: 'bad', role: 'alert' });
  const rows = h('div', { 'aria-live': 'polite' });
  const form = h('form', { class: 'panel c4' }, h('h2', {}, 'Make one'), h('label', {}, 'Distribution', select),
    h('label', {}, 'Paths, one a line; * at the end for all that follow', paths), problem, h('div', { class: 'row' }, button, h('span', { class: 'dim small' }, 'Needs a key with the role deploy.')));
  main.append(h('h1', {}, 'Invalidations'), h('p', { class: 'lead' }, 'An invalidation is complete when every edge has said that it serves nothing of it any more. Here is how far each is.'),
    h('div', { class: 'grid top' }, form, h('section', { class: 'panel c8' }, h('h2', {}, 'The latest'), rows)));
  const state = { rows, select, revisions: new Map(), timer: 0, closed: false, details: new Map() };
  select.addEventListener('change', () => { location.hash = '#/invalidations/' + select.value; });
  form.addEventListener('submit', async event => {
    event.preventDefault();
    text(problem, '');
    if (!await ask()) return;
    button.disabled = true;
    try {
      const wanted = paths.value.split('\n').map(path => path.trim()).filter(path => path);
      const body = '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>' + wanted.length + '</Quantity><Items>'
        + wanted.map(path => '<Path>' + escaped(path) + '</Path>').join('') + '</Items></Paths><CallerReference>console-' + crypto.randomUUID() + '</CallerReference></InvalidationBatch>';
      const made = await call('POST', '/2020-05-31/distribution/' + select.value + '/invalidation', body);
      const { revision } = await get('/control');
      state.revisions.set(made.querySelector('Id').textContent, revision);
      paths.value = '';
      refresh(state);
    } catch (failure) {
      text(problem, failure.message);
    } finally {
      button.disabled = false;
    }
  });
  list('distribution').then(all => {
    select.append(...all.map(each => h('option', { value: each.Id, selected: each.Id === chosen }, (items(each.Aliases)[0] || each.DomainName) + ' · ' + each.Id)));
    if (all.length) refresh(state);
    else rows.replaceChildren(h('p', { class: 'empty' }, 'There is no distribution yet.'));
  }).catch(failure => rows.replaceChildren(h('p', { class: 'bad' }, failure.message)));
  return () => { state.closed = true; clearTimeout(state.timer); };
}

async function refresh(state) {
  clearTimeout(state.timer);
  const id = state.select.value;
  let next = SLOW;
  try {
    const [answer, control] = await Promise.all([get('/read/2020-05-31/distribution/' + id + '/invalidation'), get('/control')]);
    const all = items(answer).slice(0, SHOWN);
    await Promise.all(all.filter(each => !state.details.has(each.Id)).map(async each => {
      const whole = await get('/read/2020-05-31/distribution/' + id + '/invalidation/' + each.Id);
      state.details.set(each.Id, items(whole.InvalidationBatch.Paths));
    }));
    if (state.closed) return;
    if (all.some(each => each.Status !== 'Completed')) next = QUICK;
    state.rows.replaceChildren(all.length ? h('div', {}, all.map(each => row(each, control, state))) : h('p', { class: 'empty' }, 'None was made yet.'));
  } catch (failure) {
    if (!state.closed) state.rows.replaceChildren(h('p', { class: 'bad' }, failure.message));
  }
  if (!state.closed) state.timer = setTimeout(() => refresh(state), next);
}

function row(each, control, state) {
  const complete = each.Status === 'Completed';
  // The plan that has it is no newer than the newest one when it was first seen.
  if (!state.revisions.has(each.Id)) state.revisions.set(each.Id, control.revision);
  const wanted = state.revisions.get(each.Id);
  const edges = control.edges.map(edge => {
    const done = complete || edge.planVersion >= wanted;
    return h('span', { class: 'pill ' + (done ? 'good' : edge.failures ? 'bad' : 'warn wait'), title: edge.failure || '' }, edge.pop + (done ? ' done' : edge.failures ? ' failing' : ' waiting'));
  });
  const paths = state.details.get(each.Id) || [];
  const made = h('div', { class: 'stop', 'data-id': each.Id, 'data-status': each.Status },
    h('div', { class: 'row between' }, h('span', { class: 'mono' }, paths.slice(0, 3).join('  ') + (paths.length > 3 ? '  and ' + (paths.length - 3) + ' more' : '')), h('span', { class: 'dim small' }, when(each.CreateTime))),
    h('div', { class: 'row' }, edges, h('span', { class: 'dim small' }, each.Status === 'Completed' ? 'Completed' : 'In progress')));
  made.style.marginBottom = '8px';
  return made;
}
