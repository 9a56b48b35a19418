import { h, s, count, percent, millis, text } from '/dom.js';
import { list, items, system } from '/api.js';
import { subscribe } from '/live.js';

const COLOURS = ['--accent', '--hit', '--miss', '--bad', '--dim'];
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PROTOCOLS = { 'allow-all': 'HTTP and HTTPS', 'https-only': 'HTTPS only', 'redirect-to-https': 'HTTP goes to HTTPS' };

export function distributions(main, [only]) {
  const holder = h('div', {}, h('p', { class: 'empty' }, 'Reading…'));
  const redraws = [];
  const numbers = new Map();
  main.append(h('h1', {}, 'Distributions'), h('p', { class: 'lead' }, 'Which path goes where, and by which rules. The first behavior whose path fits is taken.'), holder);
  const resized = new ResizeObserver(() => redraws.forEach(redraw => redraw()));
  resized.observe(holder);
  const stop = subscribe(picture => {
    for (const [id, element] of numbers) {
      const now = picture.distributions.find(each => each.id === id);
      text(element, now ? count(now.requests) + ' requests in the last minute · hits ' + percent(now.hitRatio) + ' · median ' + millis(now.p50Millis) : 'No requests in the last minute');
    }
  });
  read(holder, only, redraws, numbers).catch(failure => holder.replaceChildren(h('p', { class: 'empty bad' }, failure.message)));
  return () => { resized.disconnect(); stop(); };
}

async function read(holder, only, redraws, numbers) {
  const [all, policies, { domainSuffix }] = await Promise.all([list('distribution'), list('cache-policy'), system()]);
  const named = new Map(policies.map(each => [each.CachePolicy.Id, each.CachePolicy.CachePolicyConfig]));
  const shown = only ? all.filter(each => each.Id === only) : all;
  if (!shown.length) {
    holder.replaceChildren(h('section', { class: 'panel' }, h('p', {}, 'There is no distribution yet. Make one:'),
      h('pre', {}, 'aws --endpoint-url ' + (await system()).api + ' cloudfront create-distribution \\\n    --origin-domain-name pettracker-images.s3.amazonaws.com')));
    return;
  }
  holder.replaceChildren(h('div', { class: 'grid' }, shown.map(each => card(each, named, redraws, numbers, domainSuffix))));
  redraws.forEach(redraw => redraw());
}

function card(distribution, policies, redraws, numbers) {
  const live = h('p', { class: 'dim small' }, '');
  numbers.set(distribution.Id, live);
  const origins = items(distribution.Origins);
  const groups = items(distribution.OriginGroups);
  const targets = [...origins.map(origin => [origin.Id, origin]), ...groups.map(group => [group.Id, group])];
  const colour = id => COLOURS[Math.max(0, targets.findIndex(target => target[0] === id)) % COLOURS.length];
  const behaviors = [...items(distribution.CacheBehaviors), { ...distribution.DefaultCacheBehavior, PathPattern: '*' }];
  const picture = h('div', { class: 'flow' });
  const lines = s('svg', { 'aria-hidden': 'true' });
  const left = behaviors.map(behavior => stop(h('span', { class: 'mono' }, behavior.PathPattern), colour(behavior.TargetOriginId), tags(behavior, policies)));
  const right = new Map(targets.map(([id, target]) => [id, stop(target.DomainName || 'group ' + id, colour(id), originTags(target))]));
  picture.append(lines, h('div', {}, h('h4', {}, 'Behaviors, in order'), h('ol', {}, left)), h('span'), h('div', {}, h('h4', {}, 'Origins'), h('ul', {}, [...right.values()])));
  redraws.push(() => connect(picture, lines, behaviors, left, right, colour));
  const aliases = items(distribution.Aliases);
  return h('section', { class: 'panel c12' },
    h('div', { class: 'row between' },
      h('div', {}, h('h3', {}, aliases[0] || distribution.DomainName), h('p', { class: 'dim small mono' }, [distribution.Id, ...[...aliases, distribution.DomainName].slice(1)].join(' · '))),
      h('div', { class: 'row' },
        h('span', { class: 'pill ' + (distribution.Status === 'Deployed' ? 'good' : 'warn wait') }, distribution.Status),
        distribution.Enabled === 'true' ? h('span', { class: 'pill' }, 'enabled') : h('span', { class: 'pill bad' }, 'disabled'),
        h('span', { class: 'pill' }, (distribution.PriceClass || '').replace('PriceClass_', 'Price class ')),
        distribution.WebACLId ? h('span', { class: 'pill' }, 'firewall') : null)),
    distribution.Comment ? h('p', { class: 'gap' }, distribution.Comment) : null, live, picture,
    h('p', { class: 'small' }, h('a', { href: '#/invalidations/' + distribution.Id }, 'Invalidations of this distribution')));
}

function stop(name, colour, tags) {
  const dot = h('span', { class: 'dot' });
  dot.style.background = 'var(' + colour + ')';
  return h('li', { class: 'stop' }, dot, name, h('div', {}, tags));
}

const tag = words => h('span', { class: 'tag' }, words);

function tags(behavior, policies) {
  const policy = policies.get(behavior.CachePolicyId);
  const functions = items(behavior.FunctionAssociations), lambdas = items(behavior.LambdaFunctionAssociations);
  return [
    tag(PROTOCOLS[behavior.ViewerProtocolPolicy] || behavior.ViewerProtocolPolicy),
    tag(METHODS.filter(method => items(behavior.AllowedMethods).includes(method)).join(' ') || 'GET HEAD'),
    tag(policy ? policy.Name + ', TTL ' + seconds(policy.DefaultTTL) : 'legacy cache settings, TTL ' + seconds(behavior.DefaultTTL)),
    behavior.Compress === 'true' ? tag('compressed') : null,
    items(behavior.TrustedKeyGroups).length || items(behavior.TrustedSigners).length ? tag('signed URLs only') : null,
    functions.map(each => tag('function ' + each.FunctionARN.split('/').pop() + ' at ' + each.EventType)),
    lambdas.map(each => tag('Lambda ' + each.LambdaFunctionARN.split(':').slice(-2).join(':') + ' at ' + each.EventType)),
  ];
}

function originTags(origin) {
  if (!origin.DomainName) return [tag(items(origin.Members).map(member => member.OriginId).join(', then '))];
  return [
    tag(origin.S3OriginConfig ? 'S3' : origin.CustomOriginConfig?.OriginProtocolPolicy ?? 'custom'),
    origin.OriginPath ? tag('path ' + origin.OriginPath) : null,
    origin.OriginAccessControlId || origin.S3OriginConfig?.OriginAccessIdentity ? tag('signed requests') : null,
    origin.OriginShield?.Enabled === 'true' ? tag('Origin Shield ' + origin.OriginShield.OriginShieldRegion) : null,
  ];
}

function seconds(n) {
  n = Number(n);
  if (!Number.isFinite(n)) return '–';
  return n < 120 ? n + ' s' : n < 7200 ? Math.round(n / 60) + ' min' : n < 172800 ? Math.round(n / 3600) + ' h' : Math.round(n / 86400) + ' days';
}

function connect(picture, lines, behaviors, left, right, colour) {
  const box = picture.getBoundingClientRect();
  lines.replaceChildren(...behaviors.map((behavior, i) => {
    const end = right.get(behavior.TargetOriginId);
    if (!end) return s('path');
    const a = left[i].getBoundingClientRect(), b = end.getBoundingClientRect();
    const x1 = a.right - box.left, y1 = a.top + a.height / 2 - box.top, x2 = b.left - box.left, y2 = b.top + b.height / 2 - box.top;
    const path = s('path', { d: `M${x1} ${y1} C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}` });
    path.style.stroke = 'var(' + colour(behavior.TargetOriginId) + ')';
    return path;
  }));
}
