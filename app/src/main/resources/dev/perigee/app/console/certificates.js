import { h, table, cell } from '/dom.js';
import { get } from '/api.js';

export function certificates(main) {
  const all = h('div', {}, h('p', { class: 'empty' }, 'Reading…'));
  main.append(h('h1', {}, 'Certificates'), h('p', { class: 'lead' }, 'For alternate domain names. What is requested is renewed by itself; what was imported is not.'), h('section', { class: 'panel' }, all));
  get('/certificates').then(({ certificates: found }) => all.replaceChildren(found.length
    ? table([['Domain'], ['State'], ['Ends'], ['Issuer'], ['']], found.map(each => {
      const days = each.notAfter ? Math.floor((new Date(each.notAfter) - Date.now()) / 86400000) : null;
      return h('tr', {}, cell(each.domain, 'mono path'), h('td', {}, h('span', { class: 'pill ' + (each.state === 'ISSUED' ? 'good' : 'warn') }, String(each.state).toLowerCase().replace(/_/g, ' '))),
        h('td', { class: 'nowrap ' + (days !== null && days < 14 ? 'warn' : '') }, each.notAfter ? each.notAfter.slice(0, 10) + ' (' + days + ' days)' : '–'), cell(each.issuer || '–'), cell(each.warning || each.lastError || '', 'bad'));
    }), 'cards')
    : h('p', { class: 'empty' }, 'There is none. Request one with: aws acm request-certificate'))).catch(failure => all.replaceChildren(h('p', { class: 'bad' }, failure.message)));
}
