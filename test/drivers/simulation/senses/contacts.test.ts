import { describe, expect, it } from 'vitest';
import { createContacts, ROBOT_RADIUS } from '../../../../drivers/simulation/place/contacts.ts';
import { createHappenings } from '../../../../drivers/simulation/place/events.ts';
import { createJolts } from '../../../../drivers/simulation/place/jolts.ts';
import { stanceOf } from '../../../../drivers/simulation/place/people.ts';
import { createPayload, toPayload } from '../../../../drivers/simulation/place/payload.ts';
import { createRandom } from '../../../../drivers/simulation/random.ts';
import { createRobot } from '../../../../drivers/simulation/robot.ts';
import { framesOf, measured, PERFECT } from '../../support/simulation.ts';
import { having, placeOf } from '../../support/senses.ts';

const VARIED = { varied: true } as const;
const STEP = 0.01;

/** Seeds of varied worlds, and what happens in them within a minute. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('contacts', () => {
  it('begin when robot and person touch, last as long as they do, and are told once as a collision', () => {
    let [blows, wrong] = [0, 0];
    for (const seed of SEEDS) {
      const { place, motionAt } = placeOf(seed, VARIED);
      const contacts = createContacts(place);
      const happenings = createHappenings(place);
      for (let t = 0; t < 60; t += STEP) {
        const robot = motionAt(t);
        const touched = contacts(t, robot);
        for (const someone of place.people) {
          const { x, y } = stanceOf(someone, t);
          const near = Math.hypot(robot.x - x, robot.y - y) < ROBOT_RADIUS + someone.walks.radius;
          if (touched.some((one) => one.someone === someone) !== near) wrong += 1;
        }
        const fresh = touched.filter(({ since }) => t - since < 0.5).map(({ someone }) => someone.id);
        const told = happenings(t, robot).filter(({ event }) => event === 'collision');
        if (told.flatMap(({ objects }) => objects).join() !== fresh.join()) wrong += 1;
        blows += touched.filter(({ since, closing }) => since === t && closing > 0.3).length;
      }
    }
    expect(wrong).toBe(0);
    expect(blows).toBeGreaterThan(3);
  });
});

describe('jolts', () => {
  it('come from people who run into the robot, in the direction of the blow, and from what lies on the floor', () => {
    let [blows, bumps] = [0, 0];
    for (const seed of SEEDS) {
      const { place, motionAt } = placeOf(seed, VARIED);
      const jolts = createJolts(place);
      const contacts = createContacts(place);
      const out = new Float64Array(3);
      for (let t = 0; t < 60; t += STEP) {
        const robot = motionAt(t);
        jolts(t, robot, out);
        const [hit] = contacts(t, robot).filter(({ closing }) => closing > 0.3);
        if (hit !== undefined && Math.abs(t - hit.since - STEP) < 1e-6) {
          const [x, y] = [Math.cos(hit.bearing - robot.yaw), Math.sin(hit.bearing - robot.yaw)];
          expect(out[0] * x + out[1] * y).toBeGreaterThan(0.5 * hit.closing);
          blows += 1;
        }
        if (Math.abs(out[2]) > 0.5) {
          expect(robot.speed).toBeGreaterThan(0);
          bumps += 1;
        }
      }
    }
    expect(blows).toBeGreaterThan(3);
    expect(bumps).toBeGreaterThan(100);
  });

  it('are felt by the IMU, and not in plain worlds', () => {
    const largest = (world: object): number =>
      Math.max(
        ...SEEDS.flatMap((seed) => framesOf(having({ imu: PERFECT }, seed, world), 'imu', 20)).map((frame) =>
          Math.abs((measured(frame, 'imu').linearAcceleration?.[2] ?? 0) - 9.81),
        ),
      );
    expect(largest({})).toBe(0);
    expect(largest(VARIED)).toBeGreaterThan(1.5);
  });
});

describe('a robot that yields', () => {
  it('drives into people less often than one that does not', () => {
    const rammed = (yields: boolean): number =>
      SEEDS.reduce((sum, seed) => {
        const { place } = placeOf(seed, VARIED);
        const { at } = createRobot(place.world, seed, yields);
        const contacts = createContacts(place);
        let many = 0;
        for (let t = 0; t < 60; t += 0.02) {
          const robot = at(t);
          // From ahead: the blow comes from where the robot drives to.
          many += contacts(t, robot).filter(
            ({ since, bearing }) => since === t && robot.speed > 0.3 && Math.cos(bearing - robot.yaw) < -0.7,
          ).length;
        }
        return sum + many;
      }, 0);
    expect(rammed(false)).toBeGreaterThan(1.5 * rammed(true));
  });
});

describe('what the robot carries', () => {
  it('stands beside or behind it, and is seen by both lidars where it stands', () => {
    // One that both lidars can see: neither nearer to the one than 0.15 m nor to the other than 0.3 m.
    const carried = (one: number) => placeOf(one, VARIED).place.payload;
    let seed = 1;
    while (!carried(seed).some(({ x, y }) => Math.hypot(x, y) > 0.36)) seed += 1;
    const payload = carried(seed);
    for (const { x, y } of payload) expect(Math.abs(Math.atan2(y, x))).toBeGreaterThan(1);
    const config = having({ scan: PERFECT, lidar3d: PERFECT }, seed, VARIED);
    const { ranges, angleMin, angleIncrement } = measured(framesOf(config, 'scan', 3)[10], 'scan');
    let seen = 0;
    ranges.forEach((range, ray) => {
      const own = toPayload(payload, 0.1, 0, angleMin + ray * angleIncrement);
      if (own === Infinity || own < 0.15) return;
      expect(range).toBeLessThanOrEqual(own + 1e-6);
      seen += 1;
    });
    expect(seen).toBeGreaterThan(0);
    const points = new Float32Array(measured(framesOf(config, 'lidar3d', 3)[10], 'cloud').data.buffer);
    const close = Array.from({ length: points.length / 6 }, (_, i) => Math.hypot(points[6 * i], points[6 * i + 1]));
    expect(Math.min(...close)).toBeLessThan(0.45);
  });

  it('is nothing in some worlds', () => {
    const laden = Array.from({ length: 100 }, (_, seed) => createPayload(createRandom(seed, 'payload')).length);
    expect(laden.filter((many) => many === 0).length).toBeGreaterThan(20);
    expect(Math.max(...laden)).toBe(3);
  });
});
