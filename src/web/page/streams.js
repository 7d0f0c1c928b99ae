/**
 * The health of every stream.
 *
 * @typedef {import('../../publish/schema/reports.ts').SensorState} SensorState
 * @typedef {{ pill: HTMLElement, rate: HTMLElement, age: HTMLElement, dropped: HTMLElement, detail: HTMLElement }} Row
 */
import { byId, make, pill, write } from './dom.js';
import { count, reasons, span, total } from './format.js';

/** @type {Map<string, Row>} */
const rows = new Map();

/** @param {SensorState} message */
export function showStream(message) {
  const { stream, kind, state, why, rate, age, received, used, held, dropped, lost, incidents } = message;
  const row = rows.get(stream) ?? addRow(message);
  pill(row.pill, state);
  write(row.rate, rate === undefined ? '–' : `${rate.toFixed(1)} Hz`);
  write(row.age, age === undefined ? '–' : span(age));
  write(row.dropped, count(total(dropped) + total(lost)));
  const told = [
    kind,
    ...(why === undefined || state === 'ok' ? [] : [why]),
    `${count(received)} received = ${count(used)} used + ${count(held)} held + ${count(total(dropped))} dropped`,
    named('dropped', dropped),
    named('lost before', lost),
    named('incidents', incidents),
  ];
  write(row.detail, told.filter((text) => text !== '').join(' · '));
}

/** The daemon began anew, perhaps with other streams. */
export function clearStreams() {
  for (const body of [...byId('streams').querySelectorAll('tbody')]) body.remove();
  rows.clear();
}

/** @param {string} name @param {Readonly<Record<string, number>>} counts */
function named(name, counts) {
  const text = reasons(counts);
  return text === '' ? '' : `${name}: ${text}`;
}

/** @param {SensorState} message */
function addRow({ stream }) {
  const name = make('th', '', stream);
  name.setAttribute('scope', 'row');
  const row = {
    pill: make('span', 'pill'),
    rate: make('td', 'number'),
    age: make('td', 'number'),
    dropped: make('td', 'number'),
    detail: make('div', 'detail'),
  };
  const wide = make('td', '', row.detail);
  wide.setAttribute('colspan', '5');
  const body = make(
    'tbody',
    '',
    make('tr', '', name, make('td', '', row.pill), row.rate, row.age, row.dropped),
    make('tr', '', wide),
  );
  body.dataset['stream'] = stream;
  byId('streams').append(body);
  rows.set(stream, row);
  return row;
}
