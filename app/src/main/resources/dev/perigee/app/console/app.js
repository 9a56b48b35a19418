import { h, text } from '/dom.js';
import { signIn, signOut, signedIn, onKey } from '/api.js';
import { subscribe } from '/live.js';
import { overview } from '/overview.js';

const views = [
  ['', 'Overview', () => overview],
  ['distributions', 'Distributions', async () => (await import('/distributions.js')).distributions],
  ['invalidations', 'Invalidations', async () => (await import('/invalidations.js')).invalidations],
  ['logs', 'Logs', async () => (await import('/logs.js')).logs],
  ['explain', 'Explain', async () => (await import('/explain.js')).explain],
  ['advice', 'Advice', async () => (await import('/advice.js')).advice],
  ['functions', 'Functions', async () => (await import('/functions.js')).functions],
  ['certificates', 'Certificates', async () => (await import('/certificates.js')).certificates],
];
const main = document.getElementById('main');
const nav = document.getElementById('views');
nav.append(...views.map(([name, title]) => h('a', { href: '#/' + name }, title)));

let leave = () => {};
let shown = 0;

async function show() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  const at = Math.max(0, views.findIndex(view => view[0] === name));
  const mine = ++shown;
  leave();
  leave = () => {};
  [...nav.children].forEach((link, i) => i === at ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current'));
  nav.children[at].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  document.title = (at ? views[at][1] + ' · ' : '') + 'Perigee';
  try {
    const view = await views[at][2]();
    if (mine !== shown) return;
    main.replaceChildren();
    leave = view(main, rest.map(decodeURIComponent)) || (() => {});
  } catch (failure) {
    main.replaceChildren(h('p', { class: 'empty bad' }, 'This view cannot be shown: ' + failure.message));
  }
}

addEventListener('hashchange', () => {
  show();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
});

// ---- signing in

const dialog = document.getElementById('sign-in');
const button = document.getElementById('key');
const problem = document.getElementById('sign-in-error');
let waiting = null;

function key() {
  text(button, signedIn() ? 'Sign out ' + signedIn() : 'Sign in');
}

onKey(key);
button.addEventListener('click', () => signedIn() ? signOut() : ask());
document.getElementById('sign-in-cancel').addEventListener('click', () => dialog.close());
dialog.addEventListener('close', () => {
  waiting?.(signedIn() !== null);
  waiting = null;
  document.getElementById('key-secret').value = '';
});
dialog.querySelector('form').addEventListener('submit', async event => {
  event.preventDefault();
  const go = document.getElementById('sign-in-go');
  go.disabled = true;
  text(problem, '');
  try {
    await signIn(document.getElementById('key-id').value.trim(), document.getElementById('key-secret').value.trim());
    dialog.close();
  } catch (failure) {
    text(problem, failure.message);
  } finally {
    go.disabled = false;
  }
});

/** Asks for a key unless there is one; whether there is one then. */
export function ask() {
  if (signedIn()) return Promise.resolve(true);
  dialog.showModal();
  return new Promise(resolve => { waiting = resolve; });
}

subscribe(() => {});
show();
