import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Labels } from '../../src/dataset/labels.ts';
import { balancedRows } from '../../src/dataset/samples.ts';
import { stampOf } from '../../src/frame/index.ts';

const at = (ms: number) => stampOf(ms * 1e6);
const span = (from: number, to: number, label: string) => ({ from: at(from), to: at(to), label });

describe('labels', () => {
  /*
   *  ms       0    100   200   300   400
   *  known    x     x     x     x            moments of the truth
   *  door           x     x
   *  bump                 x
   */
  it('of moments: the first of the classes that holds at some of them', () => {
    const labels = new Labels('first', ['bump', 'door'], 'nothing', false);
    [0, 100, 200, 300].forEach((ms) => labels.know(at(ms), at(ms)));
    [span(100, 100, 'door'), span(200, 200, 'door'), span(200, 200, 'bump'), span(0, 0, 'unasked')].forEach((one) =>
      labels.add(one),
    );
    const of = (from: number, to: number) => labels.of(at(from), at(to));
    expect([of(0, 100), of(0, 101), of(100, 200), of(100, 201), of(201, 400), of(301, 400)]).toEqual([
      ...['nothing', 'door', 'door', 'bump', 'nothing'],
      // Nothing is known of it.
      undefined,
    ]);
    labels.forget(at(250));
    expect([of(100, 201), of(201, 400)]).toEqual([undefined, 'nothing']);
  });

  it('of stretches: what holds in most of a window, and in half of it', () => {
    const labels = new Labels('most', undefined, undefined, true);
    labels.add(span(0, 500, 'grass'));
    labels.add(span(500, 1400, 'gravel'));
    const of = (from: number, to: number) => labels.of(at(from), at(to));
    expect([of(0, 400), of(200, 600), of(400, 800), of(1200, 1600), of(1201, 1601)]).toEqual([
      ...['grass', 'grass', 'gravel', 'gravel'],
      undefined,
    ]);
  });

  it('of words that last until the next', () => {
    const labels = new Labels('most', undefined, undefined, true);
    labels.add({ ...span(100, 0, 'grass'), to: Infinity });
    labels.until(at(1000));
    labels.add({ ...span(1000, 0, 'gravel'), to: Infinity });
    expect([labels.of(at(800), at(1100)), labels.of(at(5000), at(6000))]).toEqual(['grass', 'gravel']);
  });
});

describe('balanced rows', () => {
  it('are rising, of no class more than so many times the rarest, and all of that', () => {
    const labels = fc.array(fc.constantFrom('a', 'a', 'a', 'b', 'c'), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(labels, fc.double({ min: 1, max: 5, noNaN: true }), (drawn, ratio) => {
        const rows = balancedRows(drawn, ratio);
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        const count = (of: readonly string[], label: string) => of.filter((one) => one === label).length;
        const present = [...new Set(drawn)];
        const rarest = Math.min(...present.map((label) => count(drawn, label)));
        const kept = rows.map((row) => drawn[row]);
        for (const label of present) {
          expect(count(kept, label)).toBe(Math.min(count(drawn, label), Math.round(ratio * rarest)));
        }
      }),
    );
  });
});
