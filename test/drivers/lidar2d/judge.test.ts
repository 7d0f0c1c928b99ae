import { describe, expect, it } from 'vitest';
import { SweepJudge } from '../../../drivers/lidar2d/judge.ts';
import { framesOnly } from '../../../src/device/index.ts';

const RAYS = 360;
const EMPTY = new Float32Array(RAYS);
const FULL = new Float32Array(RAYS).fill(2);
/** The first so many rays are there, of the others nothing was said. */
const partial = (rays: number): Float32Array => Float32Array.from(FULL, (range, i) => (i < rays ? range : NaN));

/** What is told after each sweep: `undefined` as long as nothing new is. */
function told(sweeps: readonly Float32Array[]): (string | undefined)[] {
  let last: string | undefined;
  const judge = new SweepJudge('scan', {
    ...framesOnly(() => undefined),
    trouble: (_stream, reason) => (last = reason ?? 'no more'),
  });
  return sweeps.map((sweep) => {
    last = undefined;
    judge.judge(sweep);
    return last;
  });
}

describe('the sweeps of a lidar', () => {
  it('without any return are no empty room: told at the third, until there is one', () => {
    const noReturns = 'no returns: is it covered, or its window dirty?';
    const one = Float32Array.from(EMPTY);
    one[17] = 3;
    expect(told([FULL, EMPTY, EMPTY, EMPTY, EMPTY, one])).toEqual([
      undefined,
      undefined,
      undefined,
      noReturns,
      undefined,
      'no more',
    ]);
    expect(told([EMPTY, EMPTY, FULL, EMPTY, EMPTY, FULL])).toEqual(Array(6).fill(undefined));
  });

  it('of which more than a tenth is missing are partial', () => {
    expect(told([FULL, partial(300), partial(300), FULL])).toEqual([undefined, 'partial sweeps', undefined, 'no more']);
    expect(told([partial(330)])).toEqual([undefined]);
  });

  it('of which every other ray is missing are those of one that turns faster', () => {
    expect(told([Float32Array.from(FULL, (range, i) => (i % 2 === 0 ? range : NaN))])).toEqual([undefined]);
  });
});
