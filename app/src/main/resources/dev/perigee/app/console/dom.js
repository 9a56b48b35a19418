/** An element; children are nodes or text, never markup. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  set(element, attributes);
  element.append(...children.flat(9).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** The same of SVG. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  set(element, attributes);
  element.append(...children);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
}

/** Only what differs: whoever reads it out, or has selected it, is not disturbed. */
export function text(element, value) {
  if (element.textContent !== String(value)) element.textContent = value;
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

export const count = n => n === undefined ? '–' : n < 100 ? one.format(n) : n < 1e5 ? whole.format(n) : n < 1e6 ? one.format(n / 1e3) + ' k' : one.format(n / 1e6) + ' M';
export const percent = n => n === undefined ? '–' : one.format(n * 100) + ' %';
export const millis = n => n === undefined ? '–' : n < 10 ? n.toFixed(2) + ' ms' : n < 1e4 ? whole.format(n) + ' ms' : one.format(n / 1e3) + ' s';
/** Cents, and more digits where there are less than ten of them. */
export const usd = n => n === undefined ? '–' : '$' + (n === 0 ? '0' : n < 0.1 ? n.toFixed(n < 0.001 ? 6 : 4) : n.toFixed(2));

export function bytes(n) {
  if (n === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) { n /= 1000; unit++; }
  return (unit === 0 ? whole : one).format(n) + ' ' + units[unit];
}

export function when(time) {
  const then = new Date(time);
  if (isNaN(then)) return '–';
  const seconds = Math.round((Date.now() - then) / 1000);
  if (seconds >= 0 && seconds < 60) return seconds + ' s ago';
  if (seconds >= 0 && seconds < 3600) return Math.round(seconds / 60) + ' min ago';
  return then.toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
}

/** A table: columns are [title, class]. */
export function table(columns, rows, cls = '') {
  return h('div', { class: 'scroll' }, h('table', { class: cls },
    h('thead', {}, h('tr', {}, columns.map(([title, c]) => h('th', { class: c, scope: 'col' }, title)))),
    h('tbody', {}, rows)));
}

export const cell = (content, cls) => h('td', { class: cls }, content ?? '');
