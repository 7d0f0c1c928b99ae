/** The aligned sets: how many, how far apart, and whom they waited for. */
import { byId, write } from './dom.js';
import { count, secondsOf, span } from './format.js';

/** Seconds over which the rate is taken. */
const WINDOW = 2;

/** @type {{ at: number, number: number }[]} */
let lately = [];

/** @param {import('../../publish/schema/reports.ts').AlignedSetReport} message */
export function showSet({ number, completed, spread, pivot, missing, waited_for: waited }) {
  const at = secondsOf(completed);
  lately = [...lately.filter((one) => at - one.at < WINDOW && one.number < number), { at, number }];
  const [first] = lately;
  if (at > first.at) write(byId('sets-rate'), `${((number - first.number) / (at - first.at)).toFixed(1)} /s`);
  write(byId('sets-spread'), span(spread));
  write(byId('sets-count'), count(number));
  write(byId('sets-pivot'), pivot ?? 'no stream');
  const whom = waited === undefined ? 'nobody' : `${waited.stream}, ${span(waited.seconds)}`;
  write(byId('sets-waited'), `Waited for: ${whom}`);
  const absent = missing.map(({ stream, reason }) => `${stream} (${reason})`);
  write(byId('sets-missing'), `Missing: ${absent.join(', ') || 'none'}`);
}
