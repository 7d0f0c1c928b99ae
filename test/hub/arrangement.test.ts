import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Standing } from '../../src/contract/index.ts';
import { namedIn, nearnessOf, placed, standingIn } from '../../src/hub/arrangement.ts';

const layout = { cells: [4, 4], classes: ['ball', 'box'], colours: ['red', 'blue', 'green'] } as const;
const WIDTH = 8;

/** Cells that hold nothing but what is told: row, column, logit, ahead, left, class, colour. */
function cellsWith(
  ...told: readonly (readonly [number, number, number, number, number, number, number])[]
): Float32Array {
  const cells = new Float32Array(16 * WIDTH);
  for (let i = 0; i < 16; i += 1) cells[i * WIDTH] = -9;
  for (const [row, column, logit, ahead, left, label, colour] of told) {
    const at = (row * 4 + column) * WIDTH;
    cells.set([logit, ahead, left], at);
    cells[at + 3 + label] = 5;
    cells[at + 5 + colour] = 5;
  }
  return cells;
}

describe('what stands where', () => {
  it('is what the surest cells say, the surest first', () => {
    const found = standingIn(
      cellsWith([0, 0, 1, 0.9, 0.3, 0, 1], [3, 3, 4, 0.7, -0.2, 1, 2], [2, 3, 2, 0.1, 0.1, 0, 0]),
      layout,
    );
    expect(found.map(({ label, colour }) => `${colour} ${label}`)).toEqual(['green box', 'blue ball']);
    expect(found[0].place.map((metres) => Math.round(100 * metres))).toEqual([70, -20]);
    expect(found[0].score).toBeCloseTo(1 / (1 + Math.exp(-4)), 6);
  });

  it('is one thing where two cells tell of the same, and nothing where none is sure', () => {
    expect(standingIn(cellsWith([0, 0, 2, 0.9, 0.3, 0, 1], [0, 2, 1, 0.88, 0.27, 0, 1]), layout).length).toBe(1);
    expect(standingIn(cellsWith([0, 0, 2, 0.9, 0.3, 0, 1], [0, 2, 1, 0.9, -0.3, 0, 1]), layout).length).toBe(2);
    expect(standingIn(cellsWith([1, 1, -2, 0.9, 0.3, 0, 1]), layout)).toEqual([]);
  });
});

describe('nearness', () => {
  const thing = (label: string, colour: string, ahead: number, left: number): Standing => ({
    label,
    colour,
    place: [ahead, left],
    score: 1,
  });
  const things = fc.array(
    fc
      .tuple(fc.constantFrom('ball', 'box', 'hat'), fc.constantFrom('red', 'blue'), fc.nat(100), fc.nat(100))
      .map(([label, colour, ahead, left]) => thing(label, colour, ahead / 100, left / 100)),
    { maxLength: 4 },
  );

  it('is whole where everything stands as wanted, in whatever order it is told and whatever else is there', () => {
    fc.assert(
      fc.property(things, things, (wanted, others) => {
        const { remaining, nearness, missing } = nearnessOf(wanted, [...others, ...[...wanted].reverse()]);
        expect([remaining, nearness, missing]).toEqual([0, 1, []]);
      }),
    );
  });

  it('does not depend on the order of either, and more things never make it less', () => {
    fc.assert(
      fc.property(things, things, things, (wanted, there, more) => {
        const { remaining } = nearnessOf(wanted, there);
        expect(nearnessOf([...wanted].reverse(), [...there].reverse()).remaining).toBeCloseTo(remaining, 9);
        expect(nearnessOf(wanted, [...there, ...more]).remaining).toBeLessThanOrEqual(remaining + 1e-9);
      }),
    );
  });

  it('is the way of all things, and names what is not there', () => {
    const [ball, box] = [thing('ball', 'red', 1, 0), thing('box', 'blue', 1, 0.4)];
    expect(
      nearnessOf([ball, box], [thing('ball', 'red', 1, 0.1), thing('box', 'blue', 0.8, 0.4)]).remaining,
    ).toBeCloseTo(0.3, 9);
    expect(nearnessOf([ball, box], [ball]).missing).toEqual([box]);
    const exchanged = nearnessOf([ball, box], [thing('ball', 'red', 1, 0.4), thing('box', 'blue', 1, 0)]);
    expect(exchanged.remaining).toBeCloseTo(0.8, 9);
    expect(exchanged.nearness).toBeLessThan(0.3);
  });
});

describe('what words say is to stand where', () => {
  // Of each of three slots shares of ball, box and none, then of red, blue, green and none.
  const [redBall, nothing, blueBox] = [
    [0.9, 0, 0.1, 0.8, 0.1, 0.1, 0],
    [0, 0.2, 0.8, 0, 0, 0.3, 0.7],
    [0.3, 0.6, 0.1, 0, 0.9, 0, 0.1],
  ];
  const at = (left: number): Standing => ({ label: 'ball', colour: 'green', place: [0.8, left], score: 0.9 });

  it('is told from left to right', () => {
    const told = [redBall, nothing, blueBox].flat();
    expect(namedIn(told, layout).map(({ label, colour }) => `${colour} ${label}`)).toEqual(['red ball', 'blue box']);
    expect(namedIn([nothing, nothing, nothing].flat(), layout)).toEqual([]);
  });

  it('stands where a picture has as many things, whatever these look like', () => {
    const named = namedIn([redBall, nothing, blueBox].flat(), layout);
    expect(placed(named, [at(-0.2), at(0.3)])).toEqual([
      { label: 'ball', colour: 'red', place: [0.8, 0.3], score: 0.9 },
      { label: 'box', colour: 'blue', place: [0.8, -0.2], score: 0.9 },
    ]);
    expect(placed(named, [at(0)])).toBeUndefined();
  });
});
