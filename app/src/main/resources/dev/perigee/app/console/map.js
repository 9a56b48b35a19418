import { columns, rows, north, land, countries } from '/world.js';

/** Where edges are: latitude and longitude of the airports that they are named after. */
const EDGES = {
  IAD: [38.9, -77.5, 'Ashburn'], JFK: [40.6, -73.8, 'New York'], ATL: [33.6, -84.4, 'Atlanta'], MIA: [25.8, -80.3, 'Miami'], ORD: [42, -87.9, 'Chicago'], DFW: [32.9, -97, 'Dallas'], DEN: [39.9, -104.7, 'Denver'],
  LAX: [33.9, -118.4, 'Los Angeles'], SFO: [37.6, -122.4, 'San Francisco'], SEA: [47.4, -122.3, 'Seattle'], YUL: [45.5, -73.7, 'Montreal'], YTO: [43.7, -79.6, 'Toronto'], GRU: [-23.4, -46.5, 'São Paulo'], EZE: [-34.8, -58.5, 'Buenos Aires'],
  SCL: [-33.4, -70.8, 'Santiago'], BOG: [4.7, -74.1, 'Bogotá'], LHR: [51.5, -.5, 'London'], DUB: [53.4, -6.3, 'Dublin'], CDG: [49, 2.5, 'Paris'], AMS: [52.3, 4.8, 'Amsterdam'], FRA: [50, 8.6, 'Frankfurt'], MUC: [48.4, 11.8, 'Munich'], ZRH: [47.5, 8.5, 'Zurich'],
  MXP: [45.6, 8.7, 'Milan'], MAD: [40.5, -3.6, 'Madrid'], ARN: [59.7, 17.9, 'Stockholm'], WAW: [52.2, 21, 'Warsaw'], VIE: [48.1, 16.6, 'Vienna'], TLV: [32, 34.9, 'Tel Aviv'], DXB: [25.3, 55.4, 'Dubai'], JNB: [-26.1, 28.2, 'Johannesburg'], CPT: [-34, 18.6, 'Cape Town'],
  NBO: [-1.3, 36.9, 'Nairobi'], BOM: [19.1, 72.9, 'Mumbai'], DEL: [28.6, 77.1, 'Delhi'], SIN: [1.4, 104, 'Singapore'], HKG: [22.3, 113.9, 'Hong Kong'], NRT: [35.8, 140.4, 'Tokyo'], ICN: [37.5, 126.4, 'Seoul'], SYD: [-33.9, 151.2, 'Sydney'], MEL: [-37.7, 144.8, 'Melbourne'], AKL: [-37, 174.8, 'Auckland'],
};
/** Where AWS's regions are, for origins whose names tell. */
const REGIONS = {
  'us-east-1': [39, -77.5], 'us-east-2': [40, -83], 'us-west-1': [37.4, -121.9], 'us-west-2': [45.8, -119.7], 'ca-central-1': [45.5, -73.6], 'sa-east-1': [-23.5, -46.6], 'eu-west-1': [53.3, -6.3], 'eu-west-2': [51.5, -.1], 'eu-west-3': [48.9, 2.4],
  'eu-central-1': [50.1, 8.7], 'eu-north-1': [59.3, 18], 'eu-south-1': [45.5, 9.2], 'ap-south-1': [19.1, 72.9], 'ap-southeast-1': [1.3, 103.8], 'ap-southeast-2': [-33.9, 151.2], 'ap-northeast-1': [35.7, 139.7], 'ap-northeast-2': [37.6, 127], 'af-south-1': [-33.9, 18.4],
};
const PARTICLES_MAX = 400;
const EACH_MAX = 14;

const miller = latitude => 1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * latitude * Math.PI / 180));
const top = miller(north);
/** In parts of the map's width. */
const project = ([latitude, longitude]) => [(longitude + 180) / 360, (top - miller(latitude)) / (2 * Math.PI)];

function regionOf(domain) {
  if (!/\.amazonaws\.com$/.test(domain)) return null;
  const named = domain.match(/[a-z]{2}-[a-z]+-\d/);
  return REGIONS[named ? named[0] : 'us-east-1'] ?? null;
}

/** Edges on a world of dots, with the requests of each second on their way. */
export class WorldMap {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
    this.pops = [];
    this.origin = null;
    this.particles = [];
    this.flows = 0;
    this.still = matchMedia('(prefers-reduced-motion: reduce)');
    this.scheme = matchMedia('(prefers-color-scheme: light)');
    this.repaint = () => { this.background = null; this.wake(); };
    this.scheme.addEventListener('change', this.repaint);
    this.resized = new ResizeObserver(this.repaint);
    this.resized.observe(canvas);
    this.second = 0;
  }

  close() {
    this.closed = true;
    this.resized.disconnect();
    this.scheme.removeEventListener('change', this.repaint);
  }

  edges(names) {
    this.pops = names.filter(name => EDGES[name]).map(name => ({ name, at: project(EDGES[name]), city: EDGES[name][2], rate: 0 }));
    this.wake();
  }

  /** The first whose place its name tells. */
  origins(domains) {
    const region = domains.map(regionOf).find(found => found);
    this.origin = region ? project(region) : null;
  }

  update(picture) {
    if (!this.pops.length) this.edges(picture.pops.map(pop => pop.pop));
    if (picture.second === this.second) return;
    this.second = picture.second;
    for (const pop of this.pops) {
      const now = picture.pops.find(each => each.pop === pop.name);
      if (!now) continue;
      pop.rate = now.perSecond;
      pop.ratio = now.hitRatio;
      pop.failure = now.failure;
      if (now.last?.requests) this.emit(pop, now.last, now.countries || {});
    }
    this.canvas.dataset.flows = this.flows;
    this.canvas.setAttribute('aria-label', 'World map. ' + this.pops.map(pop => pop.city + ': ' + pop.rate + ' requests a second').join('; '));
    this.wake();
  }

  /** So many points for the requests of a second: more for more, but not in proportion. */
  emit(pop, last, from) {
    const points = Math.min(EACH_MAX, Math.ceil(Math.log2(1 + last.requests) * 1.6));
    const places = Object.entries(from).filter(([code]) => countries[code]);
    const sum = Object.values(from).reduce((a, b) => a + b, 0) || 1;
    const start = performance.now();
    this.flows += points;
    for (let i = 0; i < points && this.particles.length < PARTICLES_MAX; i++) {
      const which = (i + Math.random()) / points * last.requests;
      const kind = which < last.hits ? 'hit' : which < last.hits + last.misses + last.refreshHits ? 'miss' : last.errors4xx + last.errors5xx ? 'err' : 'hit';
      let left = Math.random() * sum, source = null;
      for (const [code, n] of places) {
        left -= n;
        if (left <= 0) { source = project(countries[code]); break; }
      }
      this.particles.push({ pop, kind, source, turn: Math.random() * 7, start: start + Math.random() * 950, lasts: source ? 1100 : 1500 });
    }
  }

  wake() {
    if (this.frame || this.closed) return;
    this.frame = requestAnimationFrame(now => {
      this.frame = 0;
      if (this.closed) return;
      this.draw(now);
      if (this.particles.length && !this.still.matches) this.wake();
    });
  }

  colours() {
    const style = getComputedStyle(this.canvas);
    return Object.fromEntries(['land', 'hit', 'miss', 'bad', 'text', 'dim', 'bg', 'accent'].map(name => [name, style.getPropertyValue('--' + name).trim()]));
  }

  paintLand(width, height, ratio) {
    const paper = document.createElement('canvas');
    paper.width = width * ratio;
    paper.height = height * ratio;
    const context = paper.getContext('2d');
    context.scale(ratio, ratio);
    context.fillStyle = this.palette.land;
    const step = width / columns;
    const bits = Uint8Array.from(atob(land), c => c.charCodeAt(0));
    context.beginPath();
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        if (!(bits[at >> 3] >> (at & 7) & 1)) continue;
        const x = (column + (row % 2 ? 0.25 : 0.75)) * step, y = (row + 0.5) * step + this.lift;
        context.moveTo(x + step * 0.33, y);
        context.arc(x, y, step * 0.33, 0, 7);
      }
    }
    context.fill();
    return paper;
  }

  /** A point on the way from one place to another, on a bow. */
  on(a, b, part) {
    const [ax, ay] = a, [bx, by] = b;
    const bow = Math.min(0.13, Math.hypot(bx - ax, by - ay) * 0.32);
    const cx = (ax + bx) / 2, cy = (ay + by) / 2 - bow;
    const u = 1 - part;
    return [u * u * ax + 2 * u * part * cx + part * part * bx, u * u * ay + 2 * u * part * cy + part * part * by];
  }

  draw(now) {
    const width = this.canvas.clientWidth, height = this.canvas.clientHeight, ratio = Math.min(2, devicePixelRatio || 1);
    if (!width || !height) return;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.background = null;
    }
    if (!this.background) {
      this.palette = this.colours();
      this.lift = (height - rows * width / columns) * 0.35;
      this.background = this.paintLand(width, height, ratio);
    }
    const c = this.context;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, this.canvas.width, this.canvas.height);
    c.drawImage(this.background, 0, 0);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const place = ([x, y]) => [x * width, y * width + this.lift];
    this.particles = this.particles.filter(each => now < each.start + each.lasts + (each.kind === 'miss' ? 900 : 0));
    const still = this.still.matches;
    for (const each of still ? [] : this.particles) if (now >= each.start) this.drawParticle(c, each, now, place, width);
    for (const pop of this.pops) this.drawPop(c, pop, place(pop.at), width);
  }

  drawParticle(c, each, now, place, width) {
    const colour = this.palette[each.kind === 'err' ? 'bad' : each.kind];
    const size = Math.max(1.6, width / 520);
    const age = (now - each.start) / each.lasts;
    const near = Math.max(11, width / 62);
    for (let tail = 0; tail < 7; tail++) {
      const part = age - tail * 0.022;
      if (part < 0) break;
      let at;
      if (part > 1) {
        // To the origin and back.
        if (each.kind !== 'miss' || !this.origin) continue;
        const way = Math.min(1, (part - 1) * each.lasts / 900);
        at = place(this.on(each.pop.at, this.origin, way < 0.5 ? way * 2 : 2 - way * 2));
      } else if (each.source) {
        at = place(this.on(each.source, each.pop.at, part));
      } else {
        // From nowhere that is on the map: around the edge, nearer and nearer.
        const angle = each.turn + part * 6.5, radius = near * (1.9 - 1.7 * part);
        const [x, y] = place(each.pop.at);
        at = [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius * 0.62];
      }
      c.globalAlpha = (1 - tail / 7) * (part < 0.1 ? part * 10 : 1);
      c.fillStyle = colour;
      c.beginPath();
      c.arc(at[0], at[1], size * (1 - tail / 10), 0, 7);
      c.fill();
    }
    c.globalAlpha = 1;
  }

  drawPop(c, pop, [x, y], width) {
    const colour = pop.failure ? this.palette.bad : pop.ratio !== undefined && pop.ratio < 0.5 ? this.palette.miss : this.palette.hit;
    const size = Math.max(4, width / 210) + Math.min(width / 150, Math.log2(1 + (pop.rate || 0)) * width / 1300);
    const glow = c.createRadialGradient(x, y, 0, x, y, size * 4.5);
    glow.addColorStop(0, colour + '66');
    glow.addColorStop(1, colour + '00');
    c.fillStyle = glow;
    c.beginPath();
    c.arc(x, y, size * 4.5, 0, 7);
    c.fill();
    c.fillStyle = colour;
    c.strokeStyle = this.palette.bg;
    c.lineWidth = 2;
    c.beginPath();
    c.arc(x, y, size, 0, 7);
    c.fill();
    c.stroke();
    const font = Math.max(11, Math.min(15, width / 85));
    const left = x > width * 0.86;
    const dx = left ? -size - 9 : size + 9;
    c.textAlign = left ? 'right' : 'left';
    c.lineWidth = 4;
    c.lineJoin = 'round';
    const write = (words, offset, weight, ink, points) => {
      c.font = weight + ' ' + points + 'px system-ui, sans-serif';
      c.strokeText(words, x + dx, y + offset);
      c.fillStyle = ink;
      c.fillText(words, x + dx, y + offset);
    };
    write(width < 640 ? pop.name : pop.name + ' ' + pop.city, -1, 650, this.palette.text, font);
    const rate = pop.failure ? 'no answer' : (pop.rate >= 10 ? Math.round(pop.rate) : pop.rate) + ' req/s';
    write(rate, font, 400, this.palette.dim, font - 1.5);
  }
}
