import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDelayMonitor, type Delay } from '../../../src/clock/delay/index.ts';
import { fromRollPitchYaw } from '../../../src/geometry/index.ts';
import { delaysOfDrive, townDrive, turningOf, type Drive, type Late } from './support/drive.ts';

const find = (delays: readonly Delay[], by: Delay['by'], of: string, against: string): Delay | undefined =>
  delays.find((delay) => delay.by === by && delay.of === of && delay.against === against);

/** Half intervals that a delay may lie off the truth by: what the interval says is tested by the simulated runs. */
const HALVES = 3;
/** Turning from which on a minute tells of it, rad/s²: of 600 drives, the three that were not told of by any turning had 0.025 at most. */
const TURNS = 0.05;
/** What a drive tells that does not turn: by its speed, and by its position. */
const BESIDES_TURNING = 2;

/** @param widest half interval that is still worth telling, ms */
function expectTold(delays: readonly Delay[], late: Late, widest = 50): void {
  for (const { of, against, by, ms, low, high } of delays) {
    const truth = (late[of as keyof Late] ?? 0) - (late[against as keyof Late] ?? 0);
    const what = `${by} ${of} against ${against}: ${String(ms)} (${String(low)}..${String(high)}), truth ${truth}`;
    const half = ((high ?? NaN) - (low ?? NaN)) / 2;
    expect(Math.abs((ms ?? NaN) - truth), what).toBeLessThan(HALVES * half);
    expect(half, what).toBeLessThan(widest);
  }
}

describe('delays of a drive', () => {
  it('finds every pair that sees the same motion, each from what the other does not know', () => {
    const late = { imu: 10, wheels: 40, fix: 150, velocity: 120, pose: 75 };
    const delays = delaysOfDrive(townDrive(1), 90, late);
    expect(delays.map(({ of, against, by }) => `${by}: ${of} against ${against}`)).toEqual([
      'yaw rate: imu against pose',
      'yaw rate: imu against wheels',
      'yaw rate: pose against wheels',
      'course: velocity against imu',
      'course: velocity against wheels',
      'speed: velocity against wheels',
      'position: fix against wheels',
      'position: pose against wheels',
    ]);
    expectTold(delays, late);
  });

  it('whatever the delays, a wheel of the wrong size, a biased gyroscope and how the IMU sits', () => {
    const delay = fc.integer({ min: -400, max: 400 });
    const angle = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({ imu: delay, fix: delay, velocity: delay }),
        fc.record({
          seed: fc.integer({ min: 1, max: 1e6 }),
          roll: angle,
          pitch: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        }),
        fc.double({ min: 0.9, max: 1.1, noNaN: true }),
        fc.double({ min: -0.05, max: 0.05, noNaN: true }),
        (late, { seed, roll, pitch }, radius, bias) => {
          const mount = fromRollPitchYaw(roll, pitch, 1);
          const senses = { mount, radius, bias, without: ['pose'] };
          const drive = townDrive(seed);
          const delays = delaysOfDrive(drive, 60, late, senses);
          const told = delays.filter(({ ms }) => ms !== null);
          // Chance may give a drive that shows little; that is then not told, and never told wrong.
          expectTold(told, late, 150);
          expect(told.length).toBeGreaterThanOrEqual(turningOf(drive, 60) > TURNS ? 3 : BESIDES_TURNING);
          const configured = delaysOfDrive(drive, 60, late, senses, { rotations: new Map([['imu', mount]]) });
          expectTold(
            configured.filter(({ ms }) => ms !== null),
            late,
            150,
          );
        },
      ),
      { numRuns: 8 },
    );
  });

  it('two waves of bends that cancel show little in a minute, and enough in two', () => {
    const [drive, late, senses] = [townDrive(831_810), { velocity: 120 }, { radius: 0.9, without: ['pose'] }];
    expect(turningOf(drive, 60)).toBeLessThan(TURNS / 2);
    const told = (seconds: number): string[] => {
      const delays = delaysOfDrive(drive, seconds, late, senses).filter(({ ms }) => ms !== null);
      expectTold(delays, late);
      return delays.map(({ by }) => by);
    };
    expect(told(60)).toEqual(['speed', 'position']);
    expect(told(120)).toEqual(['yaw rate', 'course', 'course', 'speed', 'position']);
  });

  it('exchanging who is late changes the sign and nothing else', () => {
    const there = find(delaysOfDrive(townDrive(3), 60, { imu: 200 }), 'yaw rate', 'imu', 'wheels');
    const back = find(delaysOfDrive(townDrive(3), 60, { wheels: 200 }), 'yaw rate', 'imu', 'wheels');
    expect(there?.ms).toBeGreaterThan(190);
    expect(back?.ms).toBeLessThan(-190);
  });
});

describe('delays that the data cannot tell are null', () => {
  const nothingTold = (delays: readonly Delay[], kinds: readonly Delay['by'][]): void => {
    const asked = delays.filter(({ by }) => kinds.includes(by));
    expect(asked.length).toBeGreaterThan(0);
    for (const { ms, low, high, why } of asked) {
      expect([ms, low, high]).toEqual([null, null, null]);
      expect(why).toBeTypeOf('string');
    }
  };
  const steady: Drive = { speed: () => 10, turn: () => 0 };
  const still: Drive = { speed: () => 0, turn: () => 0 };

  it.each([
    ['a straight road says nothing of turning', { ...townDrive(1), turn: () => 0 }, ['yaw rate', 'course']],
    ['a steady speed has no moment', steady, ['yaw rate', 'course', 'speed', 'position']],
    ['a robot that stands', still, ['yaw rate', 'speed']],
    ['a steady bend', { speed: () => 10, turn: () => 0.1 }, ['yaw rate', 'course', 'speed', 'position']],
  ] as const)('%s', (_name, drive, kinds) => {
    nothingTold(delaysOfDrive(drive, 60, { fix: 100, velocity: 100 }), kinds);
  });

  it('without any noise either', () => {
    nothingTold(delaysOfDrive(steady, 60, {}, { noise: 0 }), ['yaw rate', 'course', 'speed', 'position']);
    nothingTold(delaysOfDrive(still, 60, {}, { noise: 0 }), ['yaw rate', 'speed']);
  });

  it('a delay beyond what is looked for', () => {
    nothingTold(delaysOfDrive(townDrive(4), 60, { velocity: 1300 }), ['speed']);
  });

  it('an IMU that hangs upside down against its mount: not alike', () => {
    const senses = { mount: fromRollPitchYaw(Math.PI, 0, 0) };
    const wrong = { rotations: new Map([['imu', [1, 0, 0, 0] as const]]) };
    const delay = find(delaysOfDrive(townDrive(5), 60, {}, senses, wrong), 'yaw rate', 'imu', 'wheels');
    expect(delay?.ms).toBeNull();
  });

  it('too short a drive', () => {
    nothingTold(delaysOfDrive(townDrive(6), 6, {}), ['yaw rate', 'speed', 'position']);
  });

  it('the wheels of another robot', () => {
    const told = [1, 2, 3, 4, 5, 6].flatMap((seed) =>
      delaysOfDrive(townDrive(seed), 60, {}, { wheels: townDrive(seed + 100), without: ['pose'] }).filter(
        ({ against, ms }) => against === 'wheels' && ms !== null,
      ),
    );
    expect(told).toEqual([]);
  });
});

describe('the monitor', () => {
  it('changes nothing by being asked, and knows nothing of streams that it was not told of', () => {
    const monitor = createDelayMonitor([]);
    expect(monitor.delays()).toEqual([]);
    const once = delaysOfDrive(townDrive(2), 45, { fix: 80 });
    const asked = delaysOfDrive(townDrive(2), 45, { fix: 80 }, { askEverySeconds: 1 });
    expect(asked).toEqual(once);
  });

  it('forgets what is long ago: bounded, and a delay that changed is found anew', () => {
    const search = { blocks: 20 };
    const drive = townDrive(11);
    const changed = { at: 60, late: { velocity: 220 } };
    const delays = delaysOfDrive(
      drive,
      180,
      { velocity: 100 },
      { changed, without: ['pose', 'imu', 'fix'] },
      { search },
    );
    expect(find(delays, 'speed', 'velocity', 'wheels')?.ms).toBeGreaterThan(210);
    expect(find(delays, 'speed', 'velocity', 'wheels')?.ms).toBeLessThan(230);
  });
});
