/**
 * How loud it is, what is heard and what is said, a panel a stream of sound: there once its first block has come.
 *
 * @typedef {import('./connection.js').ViewHead} ViewHead
 * @typedef {{ meter: HTMLMeterElement, text: HTMLElement }} Channel
 * @typedef {{ channels: readonly Channel[], heard: HTMLElement, said: HTMLElement }} Panel
 */
import { byId, make, write } from './dom.js';
import { secondsOf } from './format.js';

/** dB of full scale at the left end of a meter. */
const SILENCE = -80;

/** Kinds of sound that have room. */
const MOST = 3;

/** @type {Map<string, Panel>} */
const panels = new Map();

/**
 * The last words of each stream: they are told once, perhaps before its first block has come.
 * @type {Map<string, string>}
 */
const words = new Map();

/** @param {ViewHead} head @param {DataView} levels root mean square of each channel, then peak of each */
export function showSound({ stream, channels = 0 }, levels) {
  const panel = panels.get(stream) ?? addPanel(stream, channels);
  panel.channels.forEach(({ meter, text }, channel) => {
    const level = decibels(levels.getFloat32(4 * channel, true));
    const peak = levels.getFloat32(4 * (channels + channel), true);
    meter.value = level;
    write(text, peak >= 0.999 ? 'clipped' : level === SILENCE ? 'silent' : `${level.toFixed(0)} dB`);
  });
}

/** @param {import('../../publish/schema/messages.ts').MessageTypes['Sounds']} message what a model heard in a window of sound */
export function showHeard({ stream, voice, events }) {
  const panel = panels.get(stream);
  if (panel === undefined) return;
  const labels = events.slice(0, MOST).map(({ label, score }) => `${label} ${(100 * score).toFixed(0)} %`);
  if (voice.active) labels.unshift(`someone speaks (${(100 * voice.score).toFixed(0)} %)`);
  write(panel.heard, labels.length === 0 ? 'Heard: nothing it knows' : `Heard: ${labels.join(', ')}`);
}

/** @param {import('../../publish/schema/messages.ts').MessageTypes['Speech']} message what someone said, as a model wrote it down */
export function showSaid({ stream, text, language, confidence, timestamp }) {
  const time = new Date(secondsOf(timestamp) * 1000).toLocaleTimeString([], { hour12: false });
  const how = [language ?? [], confidence === undefined ? [] : `confidence ${confidence.toFixed(2)}`].flat().join(', ');
  words.set(stream, text === '' ? `Said at ${time}: no words` : `Said at ${time}: “${text}”${how && ` (${how})`}`);
  const panel = panels.get(stream);
  if (panel !== undefined) write(panel.said, words.get(stream) ?? '');
}

/** The daemon began anew, perhaps with other microphones. */
export function clearSounds() {
  byId('sounds').replaceChildren();
  panels.clear();
  words.clear();
}

/** @param {number} share of full scale */
function decibels(share) {
  return Math.max(SILENCE, 20 * Math.log10(share));
}

/** @param {string} stream @param {number} channels */
function addPanel(stream, channels) {
  const panel = make('section', '', make('h2', '', stream));
  panel.ariaLabel = `Sound level of ${stream}`;
  const list = Array.from({ length: channels }, (_, channel) => {
    const meter = document.createElement('meter');
    meter.min = SILENCE;
    meter.max = 0;
    meter.high = -6;
    meter.optimum = -30;
    meter.ariaLabel = `Channel ${channel + 1} of ${stream}, dB of full scale`;
    const text = make('span', 'number');
    panel.append(make('div', 'channel', String(channel + 1), meter, text));
    return { meter, text };
  });
  const heard = make('p', 'why');
  const said = make('p', 'why', words.get(stream) ?? '');
  panel.append(heard, said);
  byId('sounds').append(panel);
  /** @type {Panel} */
  const made = { channels: list, heard, said };
  panels.set(stream, made);
  return made;
}
