import { describe, expect, it } from 'vitest';
import { stampOf, type Stamp, type StreamDescriptor } from '../../src/frame/index.ts';
import { createMonitor } from '../../src/pipeline/monitor.ts';
import { createSchedule } from '../../src/pipeline/schedule.ts';

const ms = (time: number) => stampOf(time * 1e6);
const IMU: StreamDescriptor = {
  id: 'imu',
  kind: 'imu',
  frameId: 'imu',
  clock: { domain: 'none' },
  nominalRate: 100,
  role: 'sensor',
};

/** Runs the monitor over frames at the given times, ticking every 10 ms, and tells every change of condition. */
function watch(frames: readonly number[], untilMs: number, troubles: readonly number[] = []): string[] {
  const monitor = createMonitor([IMU]);
  const changes: string[] = [];
  let last = '';
  for (let at = 0; at <= untilMs; at += 10) {
    for (const frame of frames) if (frame > at - 10 && frame <= at) monitor.arrived('imu', ms(frame));
    for (const trouble of troubles) if (trouble > at - 10 && trouble <= at) monitor.troubled('imu', 'late');
    monitor.tick(ms(at));
    const { condition, why } = monitor.health('imu', ms(at));
    if (condition !== last) changes.push(`${at} ${condition}${why === undefined ? '' : ` (${why})`}`);
    last = condition;
  }
  return changes;
}

const every10 = (fromMs: number, toMs: number): number[] =>
  Array.from({ length: (toMs - fromMs) / 10 + 1 }, (_, i) => fromMs + i * 10);

describe('monitor', () => {
  it('calls a stream stale within 2.5 periods and 20 ms of silence, and well again at the next frame', () => {
    // ms     0 . 50 ======= 200            300 ===
    // 100 Hz     | | | | | |   silence      | | |
    expect(watch([...every10(50, 200), ...every10(300, 400)], 400)).toEqual([
      '0 starting (no frame yet)',
      '50 ok',
      '240 stale (no frame for 40 ms)',
      '300 ok',
    ]);
  });

  it('calls a stream degraded while more than one frame in twenty is in trouble', () => {
    const troubles = every10(1000, 1500);
    const changes = watch(every10(0, 9000), 9000, troubles);
    expect(changes[0]).toBe('0 ok');
    expect(changes[1]).toMatch(/ degraded \(late\)$/);
    expect(changes[2]).toMatch(/^[67]\d\d0 ok$/);
    expect(changes).toHaveLength(3);
  });

  it('counts frames a second', () => {
    const monitor = createMonitor([IMU]);
    for (let at = 0; at <= 7000; at += 10) {
      monitor.arrived('imu', ms(at));
      monitor.tick(ms(at));
    }
    expect(monitor.health('imu', ms(7000)).rate).toBeCloseTo(100, 0);
    expect(monitor.health('imu', ms(7005)).age).toBeCloseTo(0.005, 9);
  });

  it('follows what the driver says of its source', () => {
    const monitor = createMonitor([IMU]);
    monitor.arrived('imu', ms(10));
    monitor.event('imu', { what: 'lost', reason: 'unplugged' }, ms(20));
    monitor.tick(ms(5000));
    expect(monitor.health('imu', ms(5000))).toMatchObject({ condition: 'lost', since: 20e6, why: 'unplugged' });
    monitor.event('imu', { what: 'opened' }, ms(6000));
    expect(monitor.health('imu', ms(6000)).condition).toBe('starting');
  });

  it('calls a stream degraded while its driver complains, whether or not frames come', () => {
    const monitor = createMonitor([IMU]);
    const health = (at: number) => {
      monitor.tick(ms(at));
      const { condition, since, why, incidents } = monitor.health('imu', ms(at));
      return [condition, since / 1e6, why, incidents.trouble];
    };
    monitor.event('imu', { what: 'trouble', reason: 'no valid frames in 3 s' }, ms(3000));
    expect(health(3010)).toEqual(['degraded', 3000, 'no valid frames in 3 s', 1]);
    monitor.event('imu', { what: 'trouble' }, ms(4000));
    expect(health(4010)).toEqual(['starting', 4000, 'no frame yet', 1]);
    monitor.arrived('imu', ms(4015));
    monitor.event('imu', { what: 'trouble', reason: 'no returns' }, ms(4016));
    expect(health(4020)).toEqual(['degraded', 4016, 'no returns', 2]);
    // Silence is worse, and what the driver says of it stands beside.
    expect(health(4100)).toEqual(['stale', 4100, 'no frame for 85 ms (no returns)', 2]);
  });
});

describe('schedule', () => {
  it('is due at the first tick at or after each grid point, once after a hole', () => {
    const schedule = createSchedule(20);
    const due = (now: Stamp): boolean => {
      const is = schedule.isDue(now);
      if (is) schedule.done(now);
      return is;
    };
    const times = [3, 13, 49, 50, 51, 99, 101, 500, 505, 549, 550];
    expect(times.filter((at) => due(ms(at)))).toEqual([3, 50, 101, 500, 550]);
  });
  it('is never due at 0 Hz', () => {
    expect(createSchedule(0).isDue(ms(1))).toBe(false);
  });
});
