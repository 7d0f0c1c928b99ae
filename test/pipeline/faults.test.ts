import { describe, expect, it } from 'vitest';
import { decode } from '../../src/publish/index.ts';
import type { ImuMeasurement, Measurement, OdometryMeasurement } from '../../src/frame/index.ts';
import {
  between,
  changed,
  changeOf,
  conditionsOf,
  contentOf,
  HEALTHY,
  missingOf,
  posesAgree,
  UNTIL,
  withoutScan,
} from './support/compare.ts';
import { counted, DELAY, healthy, msOf, run, sent, unaccounted, type Sent } from './support/robot.ts';

/*
 * What happens to sensors, through the whole pipeline. Each timeline shows the streams of support/robot.ts (imu 100 Hz,
 * odom 50 Hz, scan 10 Hz, the pivot) in ms; each fault is counted once, under one reason, and seen within its bound.
 */

it('nothing is counted where nothing happens', () => {
  expect(counted(HEALTHY)).toEqual({});
  expect(unaccounted(HEALTHY)).toBe(0);
  expect(HEALTHY.sets).toHaveLength(UNTIL / 100);
  expect(HEALTHY.sets.every(({ missing }) => Object.keys(missing).length === 0)).toBe(true);
});

describe('a sensor that falls silent', () => {
  // ms     0 ............ 1500 ............. 3000
  // imu    |||||||||||||||
  // odom   | | | | | | | | | | | | | | | | | | |
  // scan      |    |    |    |    |    |    |
  // sets      S    S    S    S(imu missing) S
  it.each([
    ['imu', 1495, 10],
    ['odom', 1490, 20],
  ] as const)('%s is stale within 2.5 periods and 20 ms; sets say that it is missing', (stream, last, period) => {
    const of = run(
      changed((frame) => (frame.stream === stream && frame.at > 1500 ? [] : undefined)),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({ [stream]: { stale: 1 } });
    expect(changeOf(of, stream, 'stale')).toBeLessThanOrEqual(last + DELAY[stream] + 2.5 * period + 20);
    expect(conditionsOf(of, stream)).toEqual(['starting', 'ok', 'stale']);
    // The window of 1550 has the IMU's last frames. Nobody waits for what is stale: the last set is out when the run ends.
    const all = Array.from({ length: 15 }, (_, i) => 1550 + 100 * i);
    expect(missingOf(of, stream)).toEqual(stream === 'imu' ? all.slice(1) : all);
  });

  it('is stale when it is the one that sets are built around: there are none', () => {
    const of = run(
      changed((frame) => (frame.stream === 'scan' && frame.at > 1500 ? [] : undefined)),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({ scan: { stale: 1 } });
    expect(changeOf(of, 'scan', 'stale')).toBeLessThanOrEqual(1450 + DELAY.scan + 2.5 * 100 + 20);
    expect(of.sets).toHaveLength(15);
  });

  it('is well again with its next frame; every silence counts', () => {
    // imu   ||||||  500      1000  ||||||  1500     2000  ||||||
    const quiet = (frame: Sent): boolean => between(frame, 500, 1000) || between(frame, 1500, 2000);
    const of = run(
      changed((frame) => (frame.stream === 'imu' && quiet(frame) ? [] : undefined)),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({ imu: { stale: 2 } });
    expect(conditionsOf(of, 'imu')).toEqual(['starting', 'ok', 'stale', 'ok', 'stale', 'ok']);
  });
});

describe('the diagnostics', () => {
  // ms     0 ............ 1500 ............. 3000
  // imu    |||||||||||||||
  // diag   D         D           D         D
  it('say of every sensor how it is, since when, and why', () => {
    const of = run(
      changed((frame) => (frame.stream === 'imu' && frame.at > 1500 ? [] : undefined)),
      { untilMs: UNTIL },
    );
    const last = of.publications.filter(({ schema }) => schema === 'Diagnostics').at(-1);
    const { sensors } = decode(last?.payload ?? new Uint8Array(), 'Diagnostics');
    expect(Object.keys(sensors)).toEqual(['imu', 'odom', 'scan']);
    expect(sensors['imu']).toMatchObject({
      state: 'stale',
      why: expect.stringMatching(/^no frame for \d+ ms$/) as string,
    });
    expect(msOf(sensors['imu'].since)).toBe(changeOf(of, 'imu', 'stale'));
    expect(sensors['scan'].state).toBe('ok');
    expect(sensors['scan'].why).toBeUndefined();
  });
});

describe('a sensor whose values freeze', () => {
  // ms     0 ......... 1000 ............ 2000 ........ 3000
  // imu    abcdefghijkl mmmmmmmmmmmmmmmmmm nopqrstuvwxyz
  //                                     ^ 100 equal values
  const frozen = (stream: Sent['stream'], from: number, to: number, untilMs = UNTIL): Sent[] => {
    const { measurement } = sent(stream, from);
    return changed(
      (frame) => (frame.stream === stream && between(frame, from, to) ? [{ ...frame, measurement }] : undefined),
      untilMs,
    );
  };

  it('is suspect within 100 samples, until they change again', () => {
    const of = run(frozen('imu', 995, 2500), { untilMs: UNTIL });
    expect(counted(of)).toEqual({ imu: { frozen: 1 } });
    expect(changeOf(of, 'imu', 'suspect')).toBeLessThanOrEqual(995 + 100 * 10);
    expect(conditionsOf(of, 'imu')).toEqual(['starting', 'ok', 'suspect', 'ok']);
  });

  it('is not suspected of it for less', () => {
    expect(counted(run(frozen('imu', 995, 995 + 98 * 10 + 5), { untilMs: UNTIL }))).toEqual({});
  });

  it('is not suspected where values may well rest: the wheels turn evenly all the time', () => {
    expect(counted(run(frozen('odom', 0, 9000, 9000), { untilMs: 9000 }))).toEqual({});
  });
});

describe('frames out of order', () => {
  it('are put in order within the window', () => {
    // sent      1 2 3 4 5 6
    // arrives   2 1 4 3 6 5      each pair of wheel frames the wrong way round
    const of = run(
      changed((frame) => {
        if (frame.stream !== 'odom') return undefined;
        const second = Math.floor(frame.at / 20) % 2 === 1;
        return [{ ...frame, arrives: frame.arrives + (second ? 0 : 25) }];
      }),
      { untilMs: UNTIL, config: { align: { reorderMs: 30 } } },
    );
    expect(counted(of)).toEqual({});
    expect(contentOf(of)).toEqual(contentOf(HEALTHY));
    posesAgree(of, HEALTHY, 1e-9);
  });

  it('are late when their set has gone', () => {
    // scan  950  1050        1150
    // arrives    1055   |    1155  1160: the scan of 1050
    const of = run(
      changed((frame) => (frame.stream === 'scan' && frame.at === 1050 ? [{ ...frame, arrives: 1160 }] : undefined)),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({ scan: { late: 1 } });
    expect(contentOf(of)).toEqual(withoutScan(1050));
  });

  it('are late when they come after as long as the filter goes back', () => {
    // odom  490 ................. 2890  490
    const of = run(
      changed((frame) => (frame.stream === 'odom' && frame.at === 490 ? [{ ...frame, arrives: 2900 }] : undefined)),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({ odom: { late: 1 } });
    expect(unaccounted(of)).toBe(0);
  });
});

describe('what piled up comes at once', () => {
  it('of all sensors, after this process stood still: sets are as old as they are', () => {
    // ms      0 ..... 1000 .................... 3000 .......... 4000
    // ticks   ||||||||                              |||||||||||||||
    // frames  ||||||||   (in the kernel's buffers)  imu, odom, scan of two seconds, then as they come
    const untilMs = 4000;
    const queue = { imu: 3001, odom: 3002, scan: 3003 };
    const of = run(
      changed(
        (frame) => (between(frame, 1000, 3000) ? [{ ...frame, arrives: queue[frame.stream] }] : undefined),
        untilMs,
      ),
      { untilMs, stopped: [1000, 3000] },
    );
    // The wheels' frames come behind two seconds of the IMU's: the filter does not go back so far for all of them.
    const late = counted(of)['odom']['late'];
    expect(counted(of)).toEqual({ imu: { stale: 1 }, odom: { stale: 1, late }, scan: { stale: 1 } });
    expect(late).toBeLessThanOrEqual(50);
    // Each set has the moment of its scan, not that of its arrival, and says how long it took.
    expect(contentOf(of).map(({ at, members }) => [at, members['imu']])).toEqual(
      contentOf(run(healthy(untilMs), { untilMs })).map(({ at, members }) => [at, members['imu']]),
    );
    const piled = of.sets.filter(({ at }) => at > 1000 && at < 3000);
    expect(piled).toHaveLength(20);
    for (const { at, age } of piled) expect(age).toBeCloseTo(3003 - at, 0);
    expect(of.mostHeld).toBeLessThanOrEqual(3 * 400);
  });

  it('of one sensor: what belonged to sets that have gone is not taken for fresh', () => {
    // ms     0 ..... 1000 ................... 3000 .......... 4000
    // imu    ||||||||     (the sensor stalls)    200 at once, then as they come
    // odom   | | | | | | | | | | | | | | | | | | | | | | | | | |
    const untilMs = 4000;
    const of = run(
      changed(
        (frame) => (frame.stream === 'imu' && between(frame, 1000, 3000) ? [{ ...frame, arrives: 3000.5 }] : undefined),
        untilMs,
      ),
      { untilMs },
    );
    expect(counted(of)).toEqual({ imu: { stale: 1 } });
    expect(changeOf(of, 'imu', 'stale')).toBeLessThanOrEqual(996 + 2.5 * 10 + 20);
    for (const { at, members } of of.sets) {
      for (const sample of members['imu'] ?? []) {
        expect(sample).toBeLessThanOrEqual(at);
        expect(at - sample).toBeLessThanOrEqual(200);
      }
    }
    expect(of.sets.filter(({ at }) => at > 3000).every(({ missing }) => !('imu' in missing))).toBe(true);
    expect(of.mostHeld).toBeLessThanOrEqual(3 * 400);
    expect(unaccounted(of)).toBe(0);
  });

  it('and is more than the queue holds: the oldest is given up and counted', () => {
    const queueSize = 60;
    const of = run(
      changed((frame) =>
        between(frame, 1000, 2500) ? [{ ...frame, arrives: frame.stream === 'scan' ? 2502 : 2501 }] : undefined,
      ),
      { untilMs: UNTIL, stopped: [1000, 2500], config: { align: { queueSize } } },
    );
    expect(of.mostHeld).toBeLessThanOrEqual(3 * queueSize + 3);
    expect(unaccounted(of)).toBe(0);
    for (const { at, members } of of.sets) {
      for (const sample of members['imu'] ?? []) expect(at - sample).toBeLessThanOrEqual(100);
    }
    expect(missingOf(of, 'imu').length).toBeGreaterThan(5);
  });
});

describe('numbers that are none', () => {
  const imu = (changes: Partial<ImuMeasurement>): Measurement => ({
    ...(sent('imu', 0).measurement as ImuMeasurement),
    ...changes,
  });
  const odom = (changes: Partial<OdometryMeasurement>): Measurement => ({
    ...(sent('odom', 0).measurement as OdometryMeasurement),
    ...changes,
  });
  const still = { linear: [0, 0, 0], angular: [0, 0, 0] } as const;
  const upright = [1, 0, 0, 0] as const;

  // ms     0 ........ 1500 ........ 3000
  // imu    ||||||||||| NaN ||||||||||||      besides the right ones
  it.each<[string, Sent['stream'], Measurement]>([
    ['angular velocity', 'imu', imu({ angularVelocity: [NaN, 0, 0] })],
    ['linear acceleration', 'imu', imu({ linearAcceleration: [0, -Infinity, 9.8] })],
    ['orientation', 'imu', imu({ orientation: [NaN, NaN, NaN, NaN] })],
    ['covariance', 'imu', imu({ orientation: upright, orientationCovariance: new Float64Array(9).fill(NaN) })],
    ['velocity', 'odom', odom({ twist: { ...still, linear: [Infinity, 0, 0] } })],
    ['yaw rate', 'odom', odom({ twist: { ...still, angular: [0, 0, NaN] } })],
    ['position', 'odom', odom({ pose: { position: [0, NaN, 0], orientation: upright } })],
    ['angle', 'scan', { ...sent('scan', 0).measurement, angleIncrement: NaN } as Measurement],
  ])('never enter the state: %s of %s', (_, stream, measurement) => {
    const wrong: Sent = { ...sent(stream, 1507), measurement };
    const of = run([...healthy(UNTIL), wrong], {
      untilMs: UNTIL,
      config: { fusion: { pose: { imu: { use: ['angularVelocity', 'linearAcceleration', 'orientation'] } } } },
    });
    expect(counted(of)).toEqual({ [stream]: { 'not finite': 1 } });
    expect(of.sets).toEqual(HEALTHY.sets);
    posesAgree(of, HEALTHY);
  });

  it('may be ranges without a return', () => {
    const of = run(
      changed(({ stream, ...frame }) => {
        if (stream !== 'scan') return undefined;
        const measurement = { ...frame.measurement, ranges: Float32Array.of(NaN, Infinity, 2) } as Measurement;
        return [{ ...frame, stream, measurement }];
      }),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({});
  });
});
