import { describe, expect, it } from 'vitest';
import { SIMULATION_EPOCH } from '../../../drivers/simulation/channel.ts';
import { framesOf, only, PERFECT } from '../support/simulation.ts';

describe('clock of a simulated device', () => {
  const stamps = (said: object, seconds: number): (bigint | undefined)[] =>
    framesOf(only('wheels', { ...PERFECT, rate: 10, ...said }), 'wheels', seconds).map(({ device }) => device);

  it.each([
    ['counter16', 16n],
    ['counter24', 24n],
    ['counter32', 32n],
    ['counter64', 64n],
  ] as const)('%s goes on through its wraps', (clock, bits) => {
    const ticks = stamps({ clock }, 40) as bigint[];
    const steps = ticks.slice(1).map((tick, i) => BigInt.asUintN(Number(bits), tick - ticks[i]));
    const expected = clock === 'counter16' ? 1000n : 100_000n;
    expect(steps.every((step) => step >= expected - 1n && step <= expected + 1n)).toBe(true);
    if (bits < 32n) expect(ticks.some((tick, i) => i > 0 && tick < ticks[i - 1])).toBe(true);
  });

  it('sequence numbers the samples, lost ones too', () => {
    const numbers = stamps({ clock: 'sequence', dropShare: 0.2 }, 60) as bigint[];
    const steps = numbers.slice(1).map((number, i) => Number(BigInt.asUintN(16, number - numbers[i])));
    expect(Math.min(...steps)).toBe(1);
    expect(Math.max(...steps)).toBeGreaterThan(1);
    expect(steps.reduce((sum, step) => sum + step, 0)).toBeLessThanOrEqual(600);
  });

  it('none tells nothing', () => {
    expect(stamps({ clock: 'none' }, 1).every((device) => device === undefined)).toBe(true);
  });

  it('unix is set wrong, ahead and back in turn, and right again', () => {
    // s   0 ... 5 ...... 10 ... 15 ...... 20
    //     right | + 1 h  | right | - 1 h  | right
    const hours = (stamps({ clock: 'unix', wallStepEverySeconds: 5 }, 25) as bigint[]).map((device) =>
      Math.round(Number(device - SIMULATION_EPOCH) / 3.6e12),
    );
    const changes = hours.filter((hour, i) => hour !== hours[i - 1]);
    expect(changes).toEqual([0, 1, 0, -1, 0]);
  });
});
