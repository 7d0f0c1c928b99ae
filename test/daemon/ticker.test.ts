import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TICK_NS, tickDue } from '../../src/daemon/ticker.ts';
import { stampOf } from '../../src/frame/index.ts';

const ms = (value: number) => stampOf(Math.round(value * 1e6));

/**
 *   ms    0         10        20        30        40        50
 *   grid  |---------|---------|---------|---------|---------|
 *   now     ^0.3     ^9.9 ^12            (stall)        ^47 ^48
 *   tick  0          -    10                            40  -
 */
describe('ticks', () => {
  it('stand on the grid, each once, and a stall is one tick', () => {
    let last: ReturnType<typeof tickDue>;
    const ticked: (number | undefined)[] = [];
    for (const now of [0.3, 9.9, 12, 47, 48]) {
      const due = tickDue(last, ms(now));
      ticked.push(due === undefined ? undefined : due / 1e6);
      last = due ?? last;
    }
    expect(ticked).toEqual([0, undefined, 10, 40, undefined]);
  });

  it('never go back and never lie ahead', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000_000)), (steps) => {
        let now = 0;
        let last: ReturnType<typeof tickDue>;
        for (const step of steps) {
          now += step;
          const due = tickDue(last, stampOf(now));
          if (due === undefined) continue;
          expect(due % TICK_NS).toBe(0);
          expect(due).toBeLessThanOrEqual(now);
          if (last !== undefined) expect(due).toBeGreaterThan(last);
          last = due;
        }
      }),
    );
  });
});
