import { h, table, cell, when, count, text } from '/dom.js';
import { get, list } from '/api.js';
import { subscribe } from '/live.js';

export function functions(main) {
  const all = h('div', {}, h('p', { class: 'empty' }, 'Reading…')), errors = h('div', {}, h('p', { class: 'empty' }, 'Reading…')), live = h('p', { class: 'dim' });
  main.append(h('h1', {}, 'Functions'), live, h('div', { class: 'grid' }, h('section', { class: 'panel c12' }, h('h2', {}, 'CloudFront Functions'), all), h('section', { class: 'panel c12' }, h('h2', {}, 'Errors, the newest first'), errors)));
  const fail = holder => failure => holder.replaceChildren(h('p', { class: 'bad' }, failure.message));
  list('function').then(found => all.replaceChildren(found.length
    ? table([['Name'], ['Stage'], ['Runtime'], ['Comment'], ['Changed']], found.map(each => h('tr', {}, cell(each.Name, 'mono'), cell(each.FunctionMetadata?.Stage || each.Status), cell((each.FunctionConfig?.Runtime || '').replace('cloudfront-js-', 'JavaScript ')), cell(each.FunctionConfig?.Comment), cell(when(each.FunctionMetadata?.LastModifiedTime), 'nowrap'))))
    : h('p', { class: 'empty' }, 'There is none. ./perigee function has some to begin with.'))).catch(fail(all));
  const read = () => get('/functions/errors').then(found => errors.replaceChildren(found.errors.length
    ? table([['When'], ['Edge'], ['Function'], ['What']], found.errors.map(each => h('tr', {}, cell(when(each.time), 'nowrap'), cell(each.pop), cell(each.function, 'mono'), cell(each.message, 'path mono bad'))))
    : h('p', { class: 'empty' }, 'None has failed, as far as is kept.'))).catch(fail(errors));
  read();
  const timer = setInterval(read, 3000);
  const stop = subscribe(({ total: { results } }) => text(live, 'In the last minute: ' + count(results.FunctionError || 0) + ' requests failed in a function, ' + count(results.FunctionGeneratedResponse || 0) + ' were answered by one.'));
  return () => { clearInterval(timer); stop(); };
}
