const WAYS = ['direct', 'perigee'];
const PARTS = ['dns', 'tcp', 'tls', 'wait', 'download'];
const AT_A_TIME = 3;
const form = document.getElementById('choice');
const cities = document.getElementById('cities');
let known, round = 0;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

async function start() {
  known = await (await fetch('/places')).json();
  cities.append(...known.places.map((place, i) => {
    const input = element('input', { type: 'radio', name: 'city', value: place.name });
    input.checked = i === known.places.length - 1;
    return element('label', {}, input, element('span', {}, place.title));
  }));
  load();
}

function load() {
  const mine = ++round;
  const chosen = new FormData(form);
  const place = known.places.find(each => each.name === chosen.get('city'));
  const size = chosen.get('size');
  document.querySelector('#direct .way').textContent = known.bucket + ' in Virginia, ' + place.directMillis + ' ms there and back';
  document.querySelector('#perigee .way').textContent = 'edge ' + place.pop + ', ' + place.edgeMillis + ' ms there and back';
  if (place.directMillis === 0) document.getElementById('setting').textContent = 'Without simulated distances: what this machine itself needs, each photo over a new connection.';
  document.body.dataset.loading = 'yes';
  const scale = { most: 1, falls: [] };
  Promise.all(WAYS.map(way => column(way, place, size, mine, scale))).then(() => { if (mine === round) document.body.dataset.loading = ''; });
}

async function column(way, place, size, mine, scale) {
  const holder = document.getElementById(way);
  const photos = holder.querySelector('.photos'), falls = holder.querySelector('.waterfall'), output = holder.querySelector('output');
  const number = Math.min(known[size], size === 'full' ? 3 : 6);
  const images = Array.from({ length: number }, (_, i) => element('img', { alt: 'Photo ' + (i + 1) + ' of a pet' }));
  const rows = images.map(() => element('div', { class: 'fall' }, element('div', { class: 'bar' }), element('span')));
  photos.replaceChildren(...images);
  falls.replaceChildren(...rows);
  output.textContent = '…';
  const totals = [];
  let next = 0;
  const one = async () => {
    while (next < number && mine === round) {
      const i = next++;
      const run = crypto.randomUUID().replaceAll('-', '');
      images[i].src = ['/photo', place.name, way, size, i, run].join('/');
      await new Promise(resolve => { images[i].onload = images[i].onerror = resolve; });
      const timing = await told(run);
      if (mine !== round || !timing) continue;
      totals.push(timing.total);
      totals.sort((a, b) => a - b);
      output.textContent = Math.round(totals[(totals.length - 1) >> 1]) + ' ms';
      fall(rows[i], timing, scale);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
}

/** The time is known just after the last octet. */
async function told(run) {
  for (let attempt = 0; attempt < 20; attempt++) {
    const answer = await fetch('/timing/' + run);
    if (answer.ok) return answer.json();
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return null;
}

/** Both columns have one scale, so that they can be compared. */
function fall(row, timing, scale) {
  scale.falls.push([row, timing]);
  scale.most = Math.max(scale.most, timing.total);
  for (const [each, of] of scale.falls) {
    each.firstChild.replaceChildren(...PARTS.map(part => {
      const bar = element('i', { class: part, title: part + ' ' + of[part] + ' ms' });
      bar.style.width = 100 * of[part] / scale.most + '%';
      return bar;
    }));
  }
  row.lastChild.textContent = Math.round(timing.total) + ' ms' + (timing.cache ? ', ' + timing.cache.split(' ')[0] : '');
}

form.addEventListener('change', load);
form.addEventListener('submit', event => { event.preventDefault(); load(); });
start();
