/** The live picture, each second, for whoever wants to know. */
const listeners = new Set();
let source = null;
export let latest = null;

const pulse = document.getElementById('pulse');

function say(state, words) {
  pulse.className = 'pulse ' + state;
  if (pulse.textContent !== words) pulse.textContent = words;
}

function open() {
  if (source) return;
  source = new EventSource('/api/live');
  source.onmessage = event => {
    latest = JSON.parse(event.data);
    say('live', 'live');
    listeners.forEach(listener => listener(latest));
  };
  source.onerror = () => {
    say('lost', 'no answer');
    // The browser tries again by itself, unless it was refused.
    if (source.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(open, 2000);
    }
  };
}

// Nobody looks at a hidden page, and the edges need not count for it.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) return open();
  source?.close();
  source = null;
  say('', 'paused');
});

export function subscribe(listener) {
  listeners.add(listener);
  if (latest) listener(latest);
  open();
  return () => listeners.delete(listener);
}
