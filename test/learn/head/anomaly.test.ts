import { beforeAll, describe, expect, it } from 'vitest';
import { anomalyOf, inCompany } from '../../../src/learn/head/anomaly.ts';
import { startEngine, type Engine } from '../../../src/learn/tensorflow/engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

function scoreOf(alone: readonly number[], others: readonly number[], counts = 1): number {
  const logs = (of: readonly number[]): number[] => of.map(Math.log);
  const { score } = engine.compute(new Map(), (ops) => ({
    score: anomalyOf(
      ops,
      ops.constant([1, 4], logs(alone)),
      ops.constant([1, 4], logs(others)),
      ops.constant([1, 1], [counts]),
      4,
    ),
  }));
  return score.data[0];
}

describe('the anomaly of a modality', () => {
  const [first, second, nothing] = [
    [0.97, 0.01, 0.01, 0.01],
    [0.01, 0.97, 0.01, 0.01],
    [0.25, 0.25, 0.25, 0.25],
  ];

  it('is Bayes’ rule for one in twenty that lies', () => {
    const agreed = 4 * (2 * 0.97 * 0.01 + 2 * 0.01 * 0.01);
    expect(scoreOf(first, second)).toBeCloseTo(0.05 / (0.05 + 0.95 * agreed), 5);
    expect(scoreOf([1, 1e-9, 1e-9, 1e-9], [1e-9, 1, 1e-9, 1e-9])).toBeGreaterThan(0.999);
  });

  it('is small where they agree, and says nothing where one knows nothing', () => {
    expect(scoreOf(first, first)).toBeLessThan(0.02);
    expect(scoreOf(first, nothing)).toBeCloseTo(0.05, 5);
    expect(scoreOf(nothing, second)).toBeCloseTo(0.05, 5);
  });

  it('is none of one that is absent or alone', () => {
    expect(scoreOf(first, second, 0)).toBe(0);
    const present = [
      [1, 1, 0, 0],
      [1, 0, 1, 0],
      [1, 0, 1, 0],
    ];
    const found = engine.compute(new Map(), (ops) => {
      const counts = inCompany(
        ops,
        present.map((own) => ops.constant([4, 1], own)),
      );
      return { first: counts[0], second: counts[1], third: counts[2] };
    });
    expect([...found['first'].data]).toEqual([1, 0, 0, 0]);
    expect([...found['second'].data]).toEqual([1, 0, 1, 0]);
    expect([...found['third'].data]).toEqual([1, 0, 1, 0]);
  });
});
