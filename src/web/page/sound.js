/**
 * How loud it is, a panel a stream of sound: there once its first block has come.
 *
 * @typedef {import('./connection.js').ViewHead} ViewHead
 * @typedef {{ meter: HTMLMeterElement, text: HTMLElement }} Channel
 */
import { byId, make, write } from './dom.js';

/** dB of full scale at the left end of a meter. */
const SILENCE = -80;

/** @type {Map<string, Channel[]>} */
const panels = new Map();

/** @param {ViewHead} head @param {DataView} levels root mean square of each channel, then peak of each */
export function showSound({ stream, channels = 0 }, levels) {
  const panel = panels.get(stream) ?? addPanel(stream, channels);
  panel.forEach(({ meter, text }, channel) => {
    const level = decibels(levels.getFloat32(4 * channel, true));
    const peak = levels.getFloat32(4 * (channels + channel), true);
    meter.value = level;
    write(text, peak >= 0.999 ? 'clipped' : level === SILENCE ? 'silent' : `${level.toFixed(0)} dB`);
  });
}

/** The daemon began anew, perhaps with other microphones. */
export function clearSounds() {
  byId('sounds').replaceChildren();
  panels.clear();
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
  byId('sounds').append(panel);
  panels.set(stream, list);
  return list;
}
