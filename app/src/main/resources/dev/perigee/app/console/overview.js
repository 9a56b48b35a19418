import { h, s, text, count, percent, millis, usd, bytes, table, cell } from '/dom.js';
import { system, list, items } from '/api.js';
import { subscribe } from '/live.js';
import { WorldMap } from '/map.js';

const FIGURES = [
  ['Requests a second', ''], ['Hit ratio', 'last minute'], ['Latency', 'median, last minute'], ['Errors', 'last minute'],
  ['Sent a second', ''], ['Cost now', 'at list prices'],
];

export function overview(main) {
  const figures = FIGURES.map(([title, note]) => ({ value: h('dd', {}, '–'), note: h('small', {}, note), title }));
  const canvas = h('canvas', { role: 'img', 'aria-label': 'World map of edges and requests' });
  const chart = new Minute();
  const bars = h('div', { class: 'bars', role: 'img' });
  const edges = h('div'), urls = h('div'), misses = h('div'), results = h('div'), countries = h('div');
  main.append(
    h('h1', { class: 'skip' }, 'Overview'),
    h('section', { class: 'panel sky', 'aria-label': 'Now' },
      h('dl', { class: 'figures' }, figures.map(f => h('div', { class: 'figure' }, h('dt', {}, f.title), f.value, f.note))),
      canvas,
      h('div', { class: 'legend' }, h('span', { class: 'key hit' }, 'served from the edge'), h('span', { class: 'key miss' }, 'fetched from the origin'), h('span', { class: 'key err' }, 'errors'))),
    h('div', { class: 'grid' },
      panel('c7', 'Requests of the last minute, by the second', chart.element), panel('c5', 'Time to the last octet, last minute', bars),
      panel('c7', 'Edges', edges), panel('c5', 'Results and statuses', results),
      panel('c6', 'Asked for most', urls), panel('c6', 'Missed most', misses),
      panel('c12', 'Viewers by country, last minute', countries)));
  const map = new WorldMap(canvas);
  system().then(found => map.edges(found.pops.map(pop => pop.pop))).catch(() => {});
  list('distribution').then(all => map.origins(all.flatMap(each => items(each.Origins).map(origin => origin.DomainName)))).catch(() => {});
  const stop = subscribe(picture => {
    const total = picture.total;
    const show = (i, value, note) => { text(figures[i].value, value); if (note) text(figures[i].note, note); };
    show(0, count(total.perSecond), count(total.requests) + ' in the last minute');
    show(1, percent(total.hitRatio), count(total.hits) + ' hits, ' + count(total.misses) + ' misses');
    show(2, millis(total.p50Millis), total.p99Millis === undefined ? 'no requests' : '99 % below ' + millis(total.p99Millis));
    const errors = total.errors4xx + total.errors5xx;
    show(3, count(errors), total.errors5xx + ' × 5xx, ' + total.errors4xx + ' × 4xx');
    figures[3].value.className = total.errors5xx ? 'bad' : '';
    show(4, bytes(total.sentPerSecond), bytes(total.sent) + ' in the last minute');
    show(5, usd(picture.cost.usd), usd(picture.cost.usdPerHour) + ' an hour at this pace');
    map.update(picture);
    chart.update(picture.series);
    histogram(bars, total.histogram);
    replace(edges, table([['Edge'], ['req/s', 'num'], ['Hits', 'num'], ['Median', 'num'], ['99 %', 'num'], ['5xx', 'num'], ['Stored', 'num']], picture.pops.map(pop => pop.failure
      ? h('tr', {}, cell(pop.pop), h('td', { colspan: 6, class: 'bad' }, pop.failure))
      : h('tr', {}, cell(pop.pop), cell(count(pop.perSecond), 'num'), cell(percent(pop.hitRatio), 'num'), cell(millis(pop.p50Millis), 'num'), cell(millis(pop.p99Millis), 'num'), cell(pop.errors5xx, 'num' + (pop.errors5xx ? ' bad' : '')), cell(bytes(pop.storedBytes), 'num')))));
    popular(urls, picture.urls, 'Nothing was asked for in the last minute.');
    popular(misses, picture.misses, 'Nothing was missed in the last minute.');
    const shares = { ...total.results, ...total.statuses };
    counted(results, shares, name => name);
    const names = new Intl.DisplayNames(['en'], { type: 'region' });
    counted(countries, total.countries, code => { try { return code ? names.of(code) : 'Not known (this machine, private networks)'; } catch { return code; } });
  });
  return () => { stop(); map.close(); };
}

const panel = (cls, title, ...content) => h('section', { class: 'panel ' + cls }, h('h2', {}, title), content);

function replace(holder, content) {
  holder.replaceChildren(content);
}

/** A cell with a bar behind it. */
function share(content, part, cls) {
  const made = h('td', { class: 'share ' + cls }, h('span', {}, content));
  made.style.setProperty('--part', part);
  return made;
}

function popular(holder, paths, nothing) {
  if (!paths.length) return replace(holder, h('p', { class: 'empty' }, nothing));
  const most = paths[0].requests;
  replace(holder, table([['Path'], ['Requests', 'num'], ['Sent', 'num']], paths.slice(0, 8).map(each => h('tr', {}, share(each.path, each.requests / most, 'path mono'), cell(count(each.requests), 'num'), cell(bytes(each.sent), 'num')))));
}

function counted(holder, counts, named) {
  const all = Object.entries(counts).sort((a, b) => b[1] - a[1]).slice(0, 12);
  if (!all.length) return replace(holder, h('p', { class: 'empty' }, 'No requests in the last minute.'));
  const most = all[0][1];
  replace(holder, table([['What'], ['Requests', 'num']], all.map(([name, n]) => h('tr', {}, share(named(name), n / most, ''), cell(count(n), 'num')))));
}

function histogram(holder, bars) {
  const all = bars.reduce((sum, bar) => sum + bar.requests, 0);
  const most = Math.max(1, ...bars.map(bar => bar.requests));
  if (holder.children.length !== bars.length) {
    holder.replaceChildren(...bars.map(bar => h('div', {}, h('i'), h('span', {}, bar.toMillis === null ? 'more' : bar.toMillis < 1000 ? bar.toMillis : bar.toMillis / 1000 + 's'))));
  }
  bars.forEach((bar, i) => {
    holder.children[i].firstChild.style.height = (bar.requests ? Math.max(3, 100 * bar.requests / most) : 0) + '%';
    holder.children[i].title = bar.requests + ' requests below ' + (bar.toMillis ?? 'any number of') + ' ms';
  });
  holder.setAttribute('aria-label', all + ' requests by duration in milliseconds');
}

/** The last minute as columns: hits, then misses, then errors, then the rest. */
class Minute {
  constructor() {
    this.kinds = ['hit', 'miss', 'err', 'other'];
    this.columns = Array.from({ length: 60 }, (_, i) => this.kinds.map(kind => s('rect', { class: kind, x: i * 10 + 1, width: 8, rx: 1.5 })));
    this.most = h('span', { class: 'dim small' });
    this.element = h('div', {}, s('svg', { class: 'chart', viewBox: '0 0 600 120', preserveAspectRatio: 'none', role: 'img', 'aria-label': 'Requests by the second' }, ...this.columns.flat()),
      h('div', { class: 'legend' }, h('span', { class: 'key hit' }, 'hits'), h('span', { class: 'key miss' }, 'misses'), h('span', { class: 'key err' }, 'errors'), this.most));
  }

  update(series) {
    const most = Math.max(1, ...series.map(second => second.requests));
    text(this.most, 'up to ' + count(most) + ' a second');
    series.slice(-60).forEach((second, i) => {
      const errors = second.errors4xx + second.errors5xx;
      const hits = Math.min(second.hits, second.requests), misses = Math.min(second.misses + second.refreshHits, second.requests - hits);
      const values = [hits, misses, Math.min(errors, second.requests - hits - misses), 0];
      values[3] = second.requests - values[0] - values[1] - values[2];
      let y = 120;
      values.forEach((value, kind) => {
        const height = 116 * value / most;
        y -= height;
        const rect = this.columns[i][kind];
        rect.setAttribute('y', y.toFixed(1));
        rect.setAttribute('height', Math.max(0, height - (height > 4 ? 1 : 0)).toFixed(1));
      });
    });
  }
}
