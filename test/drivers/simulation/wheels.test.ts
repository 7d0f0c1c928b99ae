import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../drivers/simulation/random.ts';
import type { Motion } from '../../../drivers/simulation/robot.ts';
import { createWheels } from '../../../drivers/simulation/wheels.ts';
import type { OdometryMeasurement } from '../../../src/frame/index.ts';
import { wrapAngle, yawOf } from '../../../src/geometry/index.ts';
import { deviationBound, deviationOf, meanBound, meanOf } from '../../support/statistics.ts';
import { framesOf, measured, only, PERFECT, truthOf } from '../support/simulation.ts';

const REST: Motion = { x: 0, y: 0, yaw: 0, speed: 0, acceleration: 0, turn: 0, turnAcceleration: 0 };

/** What docs/drivers/simulation.md says of the wheels: m, and shares. */
const TRACK_WIDTH = 0.4;
const STEP = (Math.PI * 0.1) / 2048;
const RADIUS = 0.006;
const TRACK = 0.015;
const TURN_SLIP = 0.02;
const EPISODE = { every: 45, longest: 0.8, slip: 0.25 };

/** Forward speed and turn rate that the odometry of a robot tells that does the same all the time. */
function told(motion: Motion, { rate = 50, seconds = 10, seed = 1, noise = 1 } = {}): [number, number][] {
  const random = createRandom(seed, 'wheels');
  const wheels = createWheels({ motionAt: () => motion, random, noise, period: 1 / rate });
  return Array.from({ length: seconds * rate }, (_, i) => {
    const { twist } = wheels.sample((i + 1) / rate) as OdometryMeasurement;
    return [twist?.linear[0] ?? NaN, twist?.angular[2] ?? NaN];
  });
}

/** Position and yaw error of the odometry, started where the robot started, as the robot wanders. */
function errorsAfter(seconds: number, said: object, seed: number): { distance: number; yaw: number } {
  const { motionAt } = truthOf(seed);
  const start = motionAt(0);
  const last = framesOf(only('wheels', { ...PERFECT, ...said }, seed), 'wheels', seconds).at(-1);
  if (last === undefined) throw new Error('no frame');
  const { pose } = measured(last, 'odometry');
  const truth = motionAt(last.received / 1e9);
  const [x, y] = pose?.position ?? [NaN, NaN];
  const [c, s] = [Math.cos(start.yaw), Math.sin(start.yaw)];
  return {
    distance: Math.hypot(start.x + c * x - s * y - truth.x, start.y + s * x + c * y - truth.y),
    yaw: Math.abs(wrapAngle(start.yaw + yawOf(pose?.orientation ?? [1, 0, 0, 0]) - truth.yaw)),
  };
}

describe('simulated wheels', () => {
  it('without errors tell the way that was gone, to the step of the encoders', () => {
    for (const seed of [1, 2, 3]) {
      const { distance, yaw } = errorsAfter(120, {}, seed);
      expect(distance).toBeLessThan(0.02);
      expect(yaw).toBeLessThan((2 * STEP) / TRACK_WIDTH + 1e-3);
    }
  });

  it('tell whole steps of the encoders', () => {
    for (const [forward, turn] of told({ ...REST, speed: 0.31, turn: 0.2 }, { noise: 0 })) {
      for (const side of [-1, 1]) {
        const steps = ((forward + (side * turn * TRACK_WIDTH) / 2) * 0.02) / STEP;
        expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
      }
    }
  });

  it('tell nothing at rest, whatever their errors', () => {
    expect(told(REST).every(([forward, turn]) => forward === 0 && turn === 0)).toBe(true);
  });

  it('drift away from the truth as far as such wheels do', () => {
    const errors = [1, 2, 3, 4, 5, 6].map((seed) => errorsAfter(300, { noise: 1 }, seed));
    for (const { distance, yaw } of errors) {
      expect(distance + yaw).toBeGreaterThan(0.05);
      // 300 s hold less than 180 m; a heading that is a radian off spoils all of what comes after it.
      expect(distance).toBeLessThan(30);
    }
    expect(meanOf(errors.map(({ distance }) => distance))).toBeGreaterThan(0.2);
  });

  it('have radii that differ from run to run by their share', () => {
    const runs = Array.from({ length: 600 }, (_, seed) => {
      const speeds = told({ ...REST, speed: 0.5 }, { seconds: 2, rate: 10, seed });
      const forward = meanOf(speeds.map(([value]) => value)) / 0.5;
      const across = (meanOf(speeds.map(([, value]) => value)) * TRACK_WIDTH) / 0.5;
      const slipped = speeds.some(([value]) => Math.abs(value / 0.5 - forward) > 0.008);
      return { forward, across, slipped };
    }).filter(({ slipped }) => !slipped);
    // Slip comes every 45 s: about 2 s of 45 s of the runs are left out, and what slipped too little to show is in.
    expect(runs.length).toBeGreaterThan(540);
    const least = deviationBound(runs.length) + 0.03;
    expect(Math.abs(deviationOf(runs.map(({ forward }) => forward)) / (RADIUS / Math.SQRT2) - 1)).toBeLessThan(least);
    expect(Math.abs(deviationOf(runs.map(({ across }) => across)) / (RADIUS * Math.SQRT2) - 1)).toBeLessThan(least);
  });

  it('overestimate turns by the slip of turning, give or take the error of the track', () => {
    const runs = Array.from({ length: 600 }, (_, seed) => {
      const rates = told({ ...REST, turn: 0.8 }, { seconds: 2, rate: 10, seed }).map(([, value]) => value / 0.8);
      return rates.sort((a, b) => a - b)[rates.length >> 1];
    });
    // Radius errors of both wheels add to the error of the track.
    const spread = Math.hypot(TRACK, RADIUS / Math.SQRT2);
    expect(Math.abs(meanOf(runs) - (1 + TURN_SLIP))).toBeLessThan(meanBound(spread, runs.length) + 0.001);
    expect(Math.abs(deviationOf(runs) / spread - 1)).toBeLessThan(deviationBound(runs.length) + 0.1);
  });

  it('slip now and then', () => {
    const seconds = 40_000;
    const rate = 10;
    const speeds = told({ ...REST, speed: 0.5 }, { seconds, rate }).map(([forward]) => forward / 0.5);
    const usual = [...speeds].sort((a, b) => a - b)[speeds.length >> 1];
    const episodes: { length: number; slip: number }[] = [];
    let inside = false;
    for (const speed of speeds) {
      // A step of the encoders is 0.3 % of the way.
      const slips = speed - usual > 0.006;
      if (slips && !inside) episodes.push({ length: 0, slip: 0 });
      const episode = episodes.at(-1);
      if (slips && episode) {
        episode.length += 1;
        episode.slip = Math.max(episode.slip, speed - usual);
      }
      inside = slips;
    }
    const expected = seconds / (EPISODE.every + EPISODE.longest / 2 + 0.5 / rate);
    expect(Math.abs(episodes.length / expected - 1)).toBeLessThan(meanBound(1, expected) + 0.02);
    for (const { length, slip } of episodes) {
      expect(length).toBeLessThanOrEqual(EPISODE.longest * rate + 1);
      expect(slip).toBeLessThan(EPISODE.slip * 1.05);
    }
    // The mean of both wheels' slip: each is uniform in 0..25 %.
    const deviation = EPISODE.slip / Math.sqrt(24);
    const slips = episodes.map(({ slip }) => slip);
    expect(Math.abs(meanOf(slips) - EPISODE.slip / 2)).toBeLessThan(meanBound(deviation, slips.length) + 0.006);
  });

  it('state covariances that hold while nothing slips', () => {
    const runs = Array.from({ length: 200 }, (_, seed) =>
      told({ ...REST, speed: 0.5, turn: 0.5 }, { seconds: 1, seed }),
    );
    const errors = runs.flat().map(([forward, turn]) => [forward - 0.5, turn - 0.5]);
    expect(deviationOf(errors.map(([forward]) => forward))).toBeLessThan(Math.sqrt(1e-3));
    expect(deviationOf(errors.map(([, turn]) => turn))).toBeLessThan(Math.sqrt(3e-2));
  });
});
