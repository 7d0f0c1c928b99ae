import type { Admit } from '../contract/index.ts';
import { NS_PER_MS, stampOf, type Stamp } from '../frame/index.ts';

/** Ticks stand on a grid of this, ns: what the stages' own times are rounded up to. Longer: everything comes later. */
export const TICK_NS = 10 * NS_PER_MS;

/**
 * The tick that is due: the latest point of the grid that has passed and was not ticked yet. After a stall that is one
 * tick, not one for every point that was missed: the stages go by the time of a tick, not by their number.
 * @param last point ticked last; `undefined` before the first
 */
export function tickDue(last: Stamp | undefined, now: Stamp): Stamp | undefined {
  const point = stampOf(Math.floor(now / TICK_NS) * TICK_NS);
  return last !== undefined && point <= last ? undefined : point;
}

/**
 * Admits ticks on the grid until it is stopped.
 * @returns stops it
 */
export function startTicker(now: () => Stamp, admit: Admit): () => void {
  let last: Stamp | undefined;
  let timer: NodeJS.Timeout;
  const tick = (): void => {
    const at = now();
    const due = tickDue(last, at);
    if (due !== undefined) {
      last = due;
      admit({ kind: 'tick', at: due });
    }
    // A millisecond timer may fire a little early: then nothing is due, and it is set again.
    timer = setTimeout(tick, Math.max(1, Math.ceil((TICK_NS - (now() % TICK_NS)) / NS_PER_MS)));
  };
  tick();
  return () => clearTimeout(timer);
}
