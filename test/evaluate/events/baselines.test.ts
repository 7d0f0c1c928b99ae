import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancedAccuracy, baselinesOf, bestThreshold } from '../../../src/evaluate/events/baselines.ts';
import type { Window } from '../../../src/evaluate/events/windows.ts';

const labelled = fc.array(fc.tuple(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(NaN)), fc.boolean()), {
  minLength: 2,
  maxLength: 30,
});

/** A window in which an event may hold, with numbers of two streams. */
const windowOf = (events: readonly string[], jolt: number, level: number): Window => ({
  events: new Set(events),
  numbers: new Map<string, Readonly<Record<string, number>>>([
    ['imu', { jolt }],
    ['microphones', { level }],
  ]),
});

describe('balanced accuracy', () => {
  it('is half for whoever says the same always, whatever is common', () => {
    const truth = [true, false, false, false, false];
    expect(balancedAccuracy([false, false, false, false, false], truth)).toBe(0.5);
    expect(balancedAccuracy([true, true, true, true, true], truth)).toBe(0.5);
    expect(balancedAccuracy(truth, truth)).toBe(1);
    expect(balancedAccuracy([true, true, false, false, false], truth)).toBe((1 + 3 / 4) / 2);
  });
});

describe('the best threshold', () => {
  it('is as good as the best of all there are, and as good as it says', () => {
    fc.assert(
      fc.property(labelled, fc.constantFrom('above', 'below'), (rows, says) => {
        const values = rows.map(([value]) => value);
        const truth = rows.map(([, holds]) => holds);
        fc.pre(truth.includes(true) && truth.includes(false));
        const judge = (threshold: number): number =>
          balancedAccuracy(
            values.map((value) => (says === 'above' ? value > threshold : value < threshold)),
            truth,
          );
        const found = bestThreshold(values, truth, says);
        expect(judge(found.threshold)).toBeCloseTo(found.accuracy, 12);
        for (let cut = -0.5; cut < 10; cut += 0.5) expect(judge(cut)).toBeLessThanOrEqual(found.accuracy + 1e-12);
      }),
    );
  });
});

describe('baselines of events', () => {
  const train = [windowOf([], 1, 5), windowOf([], 2, 1), windowOf(['blow'], 8, 2), windowOf(['blow'], 9, 9)];

  it('are learned on the one side and judged on the other', () => {
    const test = [windowOf([], 1, 9), windowOf(['blow'], 7, 9), windowOf(['blow'], 3, 0), windowOf([], 4, 0)];
    const { events, overall, windows } = baselinesOf(train, test);
    expect(windows).toEqual({ train: 4, test: 4 });
    const [{ thresholds, ...blow }] = events;
    expect(blow).toEqual({ event: 'blow', train: 2, test: 2, commoner: 0.5, vote: 0.75, best: 0.75 });
    expect(thresholds).toEqual([
      { stream: 'imu', number: 'jolt', says: 'above', threshold: 5, train: 1, test: 0.75 },
      { stream: 'microphones', number: 'level', says: 'above', threshold: 7, train: 0.75, test: 0.5 },
    ]);
    expect(overall).toEqual({ commoner: 0.5, vote: 0.75, thresholds: { imu: 0.75, microphones: 0.5 } });
  });

  it('leave out what holds always or never on either side', () => {
    const always = [windowOf(['blow'], 1, 1), windowOf(['blow', 'door'], 2, 2)];
    expect(baselinesOf(train, always)).toEqual({ windows: { train: 4, test: 2 }, events: [] });
    expect(baselinesOf(always, train).events).toEqual([]);
  });
});
