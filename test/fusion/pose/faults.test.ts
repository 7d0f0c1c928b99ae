import { describe, expect, it } from 'vitest';
import { drivers } from '../../../drivers/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { NS_PER_SECOND, stampOf, type Frame, type InputNumber, type Measurement } from '../../../src/frame/index.ts';
import { watchRange } from '../../../src/fusion/pose/clip.ts';
import { watchSpeed } from '../../../src/fusion/pose/stuck.ts';
import { createState, NOMINAL, type State } from '../../../src/fusion/pose/state.ts';
import { createPoseFilter, type PoseFilter } from '../../../src/fusion/index.ts';
import { IDENTITY_TRANSFORM } from '../../../src/geometry/index.ts';
import { createRandom, normal } from '../../../src/random/index.ts';

const anchors = { a: { x: 10, y: 0, z: 0 }, b: { x: 0, y: 10, z: 0 }, c: { x: -10, y: -10, z: 0 } };
const overrides = { 'fusion.pose.range.anchors': anchors, 'fusion.pose.range.noise': 0.3 };
const config = loadConfig({ embedded: {}, drivers, overrides }).fusion.pose;
const START = {
  position: [0, 0, 0],
  orientation: [1, 0, 0, 0],
  deviation: { position: 0.01, orientation: 0.01, velocity: 0.1 },
} as const;

function frame<M extends Measurement>(seconds: number, measurement: M): Frame<M> {
  const stamp = stampOf(Math.round(seconds * NS_PER_SECOND));
  return { input: 0 as InputNumber, stream: 's', frameId: 'f', stamp, deviation: 0, received: stamp, measurement };
}

const imu = (seconds: number, forward = 0) =>
  frame(seconds, { kind: 'imu', angularVelocity: [0, 0, 0], linearAcceleration: [forward, 0, 9.80665] });
const place = (seconds: number, x: number) =>
  frame(seconds, { kind: 'pose', pose: { position: [x, 0, 0], orientation: [1, 0, 0, 0] } });
const range = (seconds: number, anchor: keyof typeof anchors, off: number) => {
  const { x, y } = anchors[anchor];
  const distance = Math.hypot(x, y) + off;
  return frame(seconds, { kind: 'range', distance, rangeMin: 0, rangeMax: 100, fieldOfView: 0, anchor } as const);
};
const named = (filter: PoseFilter): string[] =>
  (filter.estimate()?.faults ?? []).map(({ source, fault }) => `${source} ${fault}`);

/** A robot at rest that hears its three anchors in turn, every 0.3 s. @param off by how much a range is off, m */
function amongRadios(seconds: number, off: (t: number, anchor: string) => number, hears = () => true) {
  const filter = createPoseFilter(config, { fix: false, range: true, start: START });
  const told = new Map<string, number>();
  for (let i = 0; i <= 100 * seconds; i += 1) {
    const t = i / 100;
    filter.imu(imu(t), IDENTITY_TRANSFORM);
    const anchor = (['a', 'b', 'c'] as const)[(i / 30) % 3];
    if (i % 30 === 0 && hears()) filter.range(range(t, anchor, off(t, anchor)), IDENTITY_TRANSFORM);
    for (const name of named(filter)) if (!told.has(name)) told.set(name, t);
  }
  return told;
}

/*
 * s       0 ....................... 15 ........ 17 ........ 20
 * a       |        |        |       X        X        |
 * b          |        |        |       X        |        |
 * c             |        |        |       X        |        |
 * named   nobody ...................   ranges   nobody
 */
describe('radios', () => {
  it('are named together when all their ranges jump, within a second', () => {
    const told = amongRadios(20, (t) => (t >= 15 && t < 17 ? 20 : 0));
    expect([...told.keys()]).toEqual(['ranges disagrees']);
    expect(told.get('ranges disagrees')).toBeLessThan(16);
  });

  it('are not named for one of them: that one is', () => {
    const told = amongRadios(25, (t, anchor) => (t >= 15 && anchor === 'b' ? 20 : 0));
    expect([...told.keys()]).toEqual(['range b disagrees']);
  });

  it('are nobody while they tell the truth', () => {
    expect([...amongRadios(20, () => 0).keys()]).toEqual([]);
  });
});

describe('a source that tells once a second', () => {
  const run = (jumpAt: number, by: number, every = 100) => {
    const filter = createPoseFilter(config, { fix: false, range: false, start: START });
    for (let i = 0; i <= 2_000; i += 1) {
      filter.imu(imu(i / 100), IDENTITY_TRANSFORM);
      if (i % every === 0 && i < 1_950)
        filter.position(place(i / 100, i === 100 * jumpAt ? by : 0), IDENTITY_TRANSFORM);
      if (i === 100 * jumpAt + 1) return named(filter);
    }
    return [];
  };

  it('is named with its first pose that is far off, and not with one that is not', () => {
    expect(run(15, 20)).toEqual(['position disagrees']);
    expect(run(15, 0)).toEqual([]);
  });

  it('is not where it tells ten times a second: a second one will say', () => {
    expect(run(15, 20, 10)).toEqual([]);
  });
});

describe('what comes between two inertial readings', () => {
  it('changes nothing where it is refused, though the acceleration changes from one to the next', () => {
    const [jumped, without] = [0, 1].map(() => createPoseFilter(config, { fix: false, range: false, start: START }));
    for (let i = 0; i <= 100; i += 1) {
      for (const filter of [jumped, without]) filter.imu(imu(i / 100, i % 2 === 0 ? 8 : -8), IDENTITY_TRANSFORM);
      if (i % 10 === 5) jumped.position(place(i / 100 + 0.0049, 500), IDENTITY_TRANSFORM);
    }
    const [a, b] = [jumped, without].map((filter) => filter.estimate());
    expect(a?.twist?.linear[0]).toBeCloseTo(b?.twist?.linear[0] ?? NaN, 3);
    expect(a?.pose.position[0]).toBeCloseTo(b?.pose.position[0] ?? NaN, 2);
  });
});

describe('an accelerometer', () => {
  /** Times, s, at which it is found to clip. @param at what the shaken vertical axis tells */
  function clippedAt(at: (t: number, shaken: number) => number, shaking: number, step = 0.01): number[] {
    const state: State = createState(17);
    const random = createRandom(3);
    const found: number[] = [];
    const quantised = (value: number): number => step * Math.round(value / step);
    for (let i = 0; i < 2_000; i += 1) {
      const t = i / 200;
      const accel = [
        quantised(shaking * normal(random)),
        quantised(shaking * normal(random)),
        at(t, quantised(9.81 + shaking * normal(random))),
      ] as const;
      const stamp = stampOf(i * 5e6);
      if (watchRange(state, stamp, accel)) found.push(t);
      state.nominal.set(accel, NOMINAL.accel);
    }
    return found;
  }

  it('that touches the end of its range now and then is found within a second', () => {
    const found = clippedAt((t, shaken) => (t >= 5 ? Math.min(10.5, shaken) : shaken), 1);
    expect(found[0]).toBeGreaterThanOrEqual(5);
    expect(found[0]).toBeLessThan(6);
    // A quarter of its readings is beyond.
    expect(found.length).toBeGreaterThan(150);
  });

  it('that does not is left alone, however it shakes, and however coarse its last digit', () => {
    for (const shaking of [0.02, 0.05, 0.1, 0.3, 1, 3]) {
      for (const step of [0.001, 0.01, 0.04]) {
        if (shaking < 2 * step) continue;
        expect(clippedAt((_, shaken) => shaken, shaking, step)).toEqual([]);
      }
    }
  });

  it('is left alone again once something is beyond', () => {
    const found = clippedAt((t, shaken) => (t < 5 ? Math.min(10.5, shaken) : shaken), 1);
    expect(found.filter((t) => t > 5.2)).toEqual([]);
  });
});

describe('the speed of wheels', () => {
  /** What each is worth. */
  function worth(speeds: readonly number[], rate = 50): string[] {
    const state: State = createState(17);
    return speeds.map((speed, i) => watchSpeed(state, stampOf(Math.round((i * NS_PER_SECOND) / rate)), speed));
  }
  const winding = Array.from({ length: 200 }, (_, i) => 1 + 0.1 * Math.sin(i));

  it('that never was the same twice is doubted the second time, and frozen after half a second', () => {
    const told = worth([...winding, ...Array.from({ length: 50 }, () => 1.2345), ...winding]);
    expect(told.slice(0, 200)).toEqual(Array.from({ length: 200 }, () => 'measured'));
    expect(told.indexOf('doubtful')).toBe(202);
    expect(told.indexOf('frozen')).toBe(225);
    expect(told.slice(250)).toEqual(Array.from({ length: 200 }, () => 'measured'));
  });

  it('that is told several times each is not, nor one that is coarse, or zero', () => {
    const eachThrice = winding.flatMap((speed) => [speed, speed, speed]);
    expect(new Set(worth(eachThrice))).toEqual(new Set(['measured']));
    const coarse = winding.map((speed) => Math.round(20 * speed) / 20);
    expect(new Set(worth(coarse))).toEqual(new Set(['measured']));
    expect(new Set(worth([...winding, ...Array.from({ length: 100 }, () => 0)]))).toEqual(new Set(['measured']));
  });
});
