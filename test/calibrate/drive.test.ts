import { describe, expect, it } from 'vitest';
import { integralOf } from '../../src/calibrate/integral.ts';
import type { Measured } from '../../src/calibrate/measured.ts';
import { mountOf } from '../../src/calibrate/mount.ts';
import { radiusByPlaces, radiusBySpeeds } from '../../src/calibrate/radius.ts';
import type { PlaceSeries, WheelSeries } from '../../src/calibrate/series.ts';
import { baseOf } from '../../src/calibrate/wheels.ts';
import { fromRollPitchYaw, wrapAngle } from '../../src/geometry/index.ts';
import { createRandom, normal } from '../../src/random/index.ts';
import { runOf } from './support/simulated.ts';

const SEEDS = [1, 2, 3, 4, 5, 6];
const SECONDS = 150;
/** What the simulated accelerometer's bias is drawn with, m/s²; its floor is level and its axes are square. */
const OPTIONS = { gravity: 9.81, tilt: 0.04 / 9.81, slope: { standing: 0, driving: 0 }, axes: 1e-4 };

/** Errors in standard deviations, by name. */
function errors(): { add: (name: string, found: Measured, truth: number) => void; judge: () => void } {
  const all = new Map<string, number[]>();
  return {
    add(name, { value, sigma }, truth) {
      const z = wrapAngle(value - truth) / sigma;
      all.set(name, [...(all.get(name) ?? []), z]);
      expect(Math.abs(z), name).toBeLessThan(4);
    },
    judge() {
      for (const [name, zs] of all) {
        // Chi-square of six: 0.69 to 16.8 (1 % on either side).
        const sum = zs.reduce((total, z) => total + z * z, 0);
        expect(sum, name).toBeGreaterThan(0.5);
        expect(sum, name).toBeLessThan(17);
      }
    },
  };
}

describe('the simulated robot', () => {
  it('has the mount that its readings were turned by', () => {
    const found = errors();
    for (const seed of SEEDS) {
      const [roll, pitch, yaw] = [0.3 * seed - 1, 0.2 - 0.1 * seed, seed - 3.5];
      const { imu, wheels, spans } = runOf(seed, SECONDS, fromRollPitchYaw(roll, pitch, yaw));
      const mount = mountOf(imu, wheels, { ...OPTIONS, spans });
      if (typeof mount === 'string') throw new Error(mount);
      found.add('roll', mount.roll, roll);
      found.add('pitch', mount.pitch, pitch);
      found.add('yaw', mount.yaw, yaw);
      found.add('x', mount.place?.[0] ?? { value: NaN, sigma: 1 }, 0.05);
      found.add('y', mount.place?.[1] ?? { value: NaN, sigma: 1 }, 0);
      found.add('gain', mount.gain, 1);
      expect(mount.yaw.sigma).toBeLessThan(0.02);
    }
    found.judge();
  });

  it('has the base, the radii and the radius that its wheels were made with', () => {
    const found = errors();
    for (const seed of SEEDS) {
      const { imu, wheels, truth, base, turn, radius } = runOf(seed, SECONDS);
      const gyro = { times: imu.times, angle: integralOf(imu.times, imu.gyro[2]) };
      const its = baseOf(gyro, wheels);
      if (typeof its === 'string') throw new Error(its);
      found.add('base', its.base, base);
      found.add('turn', its.turn ?? { value: NaN, sigma: 1 }, turn);
      expect(its.base.sigma).toBeLessThan(1e-3);
      const rolled = radiusByPlaces(truth, wheels, gyro, [0, 0]);
      if (typeof rolled === 'string') throw new Error(rolled);
      expect(Math.abs(rolled.radius.value - radius)).toBeLessThan(1e-3);
      expect(rolled.radius.sigma).toBeLessThan(1e-3);
    }
    found.judge();
  });

  it('is found by noisy places off its centre as well, and by speeds', () => {
    const { imu, wheels, truth, radius } = runOf(7, SECONDS);
    const gyro = { times: imu.times, angle: integralOf(imu.times, imu.gyro[2]) };
    const random = createRandom(7);
    const noisy: PlaceSeries = {
      times: truth.times,
      x: truth.x.map((x) => x + 0.1 * normal(random)),
      y: truth.y.map((y) => y + 0.1 * normal(random)),
    };
    const found = radiusByPlaces(noisy, wheels, gyro, [0, 0]);
    if (typeof found === 'string') throw new Error(found);
    expect(Math.abs(found.radius.value - radius)).toBeLessThan(4 * found.radius.sigma);
    expect(found.radius.sigma).toBeGreaterThan(1e-4);
  });
});

describe('what a log cannot tell', () => {
  const { imu, wheels, truth, spans } = runOf(8, 60);
  const stands: WheelSeries = {
    times: wheels.times,
    way: wheels.way.map(() => 0),
    heading: wheels.heading?.map(() => 0),
  };

  it('is said: nothing moves', () => {
    const still = { ...imu, gyro: imu.gyro.map((axis) => axis.map(() => 0)) as unknown as typeof imu.gyro };
    const gyro = { times: imu.times, angle: imu.times.map(() => 0) };
    expect(mountOf(still, stands, { ...OPTIONS, spans })).toBe('no acceleration');
    expect(baseOf(gyro, stands)).toBe('no turning');
    expect(radiusByPlaces(truth, stands, gyro, [0, 0])).toBe('no way');
    expect(radiusBySpeeds(truth, stands)).toBe('no way');
  });

  it('is said: the log is short', () => {
    const short = (at: number): boolean => at < 6;
    const few: WheelSeries = { times: wheels.times.filter(short), way: wheels.way, heading: wheels.heading };
    expect(mountOf(imu, few, { ...OPTIONS, spans })).toBe('too short');
    expect(baseOf({ times: imu.times, angle: integralOf(imu.times, imu.gyro[2]) }, few)).toBe('too short');
  });

  it('is said: other wheels', () => {
    const other = runOf(9, 60).wheels;
    expect(mountOf(imu, other, { ...OPTIONS, spans })).toBe('not alike');
    expect(baseOf({ times: imu.times, angle: integralOf(imu.times, imu.gyro[2]) }, other)).toBe('not alike');
  });
});

describe('radiusBySpeeds', () => {
  it('compares speeds', () => {
    const random = createRandom(1);
    const times = Array.from({ length: 600 }, (_, i) => i / 10);
    const speed = (at: number): number => 5 + 3 * Math.sin(at / 5);
    const wheels: WheelSeries = { times, way: integralOf(times, times.map(speed)), heading: undefined };
    const velocities: PlaceSeries = {
      times,
      x: times.map((at) => 0.98 * speed(at) * Math.cos(at / 9) + 0.05 * normal(random)),
      y: times.map((at) => 0.98 * speed(at) * Math.sin(at / 9) + 0.05 * normal(random)),
    };
    const found = radiusBySpeeds(velocities, wheels);
    if (typeof found === 'string') throw new Error(found);
    expect(Math.abs(found.radius.value - 0.98)).toBeLessThan(4 * found.radius.sigma);
    expect(found.radius.sigma).toBeLessThan(0.003);
  });
});
