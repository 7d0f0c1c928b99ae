/**
 * What happened, the latest first: streams that changed their state, incidents, frames that were given up, notices.
 *
 * @typedef {import('../../publish/schema/reports.ts').SensorState} SensorState
 * @typedef {'good' | 'warn' | 'bad' | 'plain'} Tone
 * @typedef {{ state: string, counts: Readonly<Record<string, Readonly<Record<string, number>>>> }} Known
 */
import { byId, make } from './dom.js';
import { secondsOf } from './format.js';

/** Lines that are kept. */
const MOST = 200;

/** @type {Readonly<Record<string, Tone>>} */
const TONES = { ok: 'good', valid: 'good', stale: 'bad', lost: 'bad', starting: 'plain' };

/** @type {Map<string, Known>} */
const known = new Map();
let validity = '';

/**
 * Writes a line.
 * @param {Tone} tone
 * @param {string} text
 * @param {number} [at] Unix time, s; now where it is not known
 */
export function tell(tone, text, at = Date.now() / 1000) {
  const time = make('time', '', new Date(at * 1000).toLocaleTimeString([], { hour12: false }));
  const line = make('li', '', time, make('span', '', text));
  line.dataset['state'] = tone;
  const list = byId('events');
  list.prepend(line);
  if (list.childElementCount > MOST) list.lastElementChild?.remove();
}

/**
 * Tells what has become different about a stream.
 * @param {SensorState} message
 */
export function noteStream({ stream, state, why, dropped, lost, incidents, timestamp }) {
  const before = known.get(stream);
  const counts = { dropped, lost, incidents };
  known.set(stream, { state, counts });
  const at = secondsOf(timestamp);
  for (const [name, text] of /** @type {const} */ ([
    ['dropped', 'dropped'],
    ['lost', 'lost before they came'],
  ])) {
    for (const [reason, n] of Object.entries(counts[name])) {
      const more = n - (before === undefined ? n : (before.counts[name][reason] ?? 0));
      if (more > 0) tell('warn', `${stream}: ${more} ${text}: ${reason}`, at);
    }
  }
  for (const [incident, n] of Object.entries(incidents)) {
    const more = n - (before === undefined ? n : (before.counts['incidents'][incident] ?? 0));
    if (more > 0) tell('bad', `${stream}: ${incident}`, at);
  }
  if (before === undefined || before.state === state) return;
  tell(TONES[state] ?? 'warn', `${stream}: ${state}${why === undefined || state === 'ok' ? '' : `, ${why}`}`, at);
}

/**
 * Tells when the pose can be relied on, and when not.
 * @param {import('../../publish/schema/geometry.ts').Pose} message
 */
export function notePose({ validity: now, validity_reason: why, timestamp }) {
  if (now === validity) return;
  validity = now;
  tell(TONES[now] ?? 'warn', `pose: ${now}${why === undefined ? '' : `, ${why}`}`, secondsOf(timestamp));
}

/**
 * Tells that something came into view that is watched for.
 * @param {import('../../publish/schema/recall.ts').Sighting} message
 */
export function noteSighting({ name, words, stream, similarity, timestamp }) {
  tell('good', `${name}: ${words} in view of ${stream} (${similarity.toFixed(2)})`, secondsOf(timestamp));
}

/** The daemon began anew: nothing is known of it. */
export function forget() {
  known.clear();
  validity = '';
}
