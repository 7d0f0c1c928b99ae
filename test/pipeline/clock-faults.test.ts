import { describe, expect, it } from 'vitest';
import { decode } from '../../src/publish/index.ts';
import { between, changed, contentOf, HEALTHY, missingOf, posesAgree, UNTIL, withoutScan } from './support/compare.ts';
import { counted, counterAt, healthy, run, sent, unaccounted, unixAt, type Run, type Sent } from './support/robot.ts';

/*
 * What happens to the clocks of sensors, through the whole pipeline. Each timeline shows the streams of support/robot.ts (imu 100 Hz,
 * odom 50 Hz, scan 10 Hz, the pivot) in ms; each fault is counted once, under one reason, and seen within its bound.
 */

const HOUR = 3_600_000;

/** Everything published but for what is said about the clocks themselves: a wrap is told there. */
const publishedOf = ({ publications }: Run): string[] =>
  publications.flatMap(({ topic, payload }) => (topic === 'diag/clocks' ? [] : [`${topic} ${payload.toString()}`]));
const wrapsOf = ({ publications }: Run): number | undefined => {
  const last = publications.filter(({ topic }) => topic === 'diag/clocks').at(-1);
  return last && decode(last.payload, 'ClockDiagnostics').streams.find(({ stream }) => stream === 'imu')?.wraps;
};

describe('the wall clock is set', () => {
  // ms            0 ................. 1500 ................. 3000
  // odom, scan    |0   |20   |40  ...  |+1 h   |+1 h + 20  ...      stamps by the wall clock
  // imu           ||||||||||||||||||||||||||||||||||||||||||||      its own counter
  const step = (byMs: number): Run =>
    run(
      changed((frame) =>
        frame.stream !== 'imu' && frame.at > 1500 ? [{ ...frame, device: unixAt(frame.at + byMs) }] : undefined,
      ),
      { untilMs: UNTIL },
    );

  it.each([
    ['an hour ahead', HOUR, 'future stamp'],
    ['an hour back', -HOUR, 'past stamp'],
    ['a year ahead', 8766 * HOUR, 'invalid stamp'],
  ])('%s: one event, one frame is lost, ages and alignment stay as they were', (_, byMs, reason) => {
    const of = step(byMs);
    const event = { [reason]: 1, 'clock step': 1 };
    expect(counted(of)).toEqual({ odom: event, scan: event });
    // The scan whose stamp gave the step away is the set that is lost.
    expect(contentOf(of)).toEqual(withoutScan(1550));
    expect(of.sets.map(({ age }) => age)).toEqual(HEALTHY.sets.filter(({ at }) => at !== 1550).map(({ age }) => age));
    expect(of.report.streams.map(({ health }) => health.age)).toEqual(
      HEALTHY.report.streams.map(({ health }) => health.age),
    );
    posesAgree(of, HEALTHY, 0.001);
  });

  it('and set back again: two events', () => {
    const of = run(
      changed((frame) =>
        frame.stream === 'odom' && between(frame, 1000, 2000)
          ? [{ ...frame, device: unixAt(frame.at + HOUR) }]
          : undefined,
      ),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({ odom: { 'future stamp': 1, 'past stamp': 1, 'clock step': 2 } });
    expect(missingOf(of, 'odom')).toEqual([]);
  });

  it('for the first time: a device that begins in 1970 is told the time', () => {
    const of = run(
      changed((frame) =>
        frame.stream === 'odom' && frame.at < 1000 ? [{ ...frame, device: BigInt(1 + frame.at * 1e6) }] : undefined,
      ),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({ odom: { 'invalid stamp': 1, 'clock step': 1 } });
    expect(missingOf(of, 'odom')).toEqual([]);
  });
});

describe('a counter', () => {
  it('of 32 bits that wraps changes nothing, to the last bit', () => {
    // counter   2^32-10 | 4294967286 + 5000 -> 4990, ...
    const wrapping = run(
      changed((frame) =>
        frame.stream === 'imu' ? [{ ...frame, device: counterAt(frame.at, 2 ** 32 - 10) }] : undefined,
      ),
      { untilMs: UNTIL },
    );
    expect(counted(wrapping)).toEqual({});
    expect(publishedOf(wrapping)).toEqual(publishedOf(HEALTHY));
    const inTheMiddle = run(
      changed((frame) =>
        frame.stream === 'imu' ? [{ ...frame, device: counterAt(frame.at, 2 ** 32 - 1_500_000) }] : undefined,
      ),
      { untilMs: UNTIL },
    );
    expect(publishedOf(inTheMiddle)).toEqual(publishedOf(HEALTHY));
    expect(wrapsOf(inTheMiddle)).toBe(1);
  });

  // ms        0 .......................... 1500 ............. 3000
  // counter   s, s + 10 ms, s + 20 ms, ...  0, 10 ms, 20 ms, ...
  it.each([
    ['soon after it began', 0, 'past stamp'],
    ['in the first half of its span', 1_000_000_000, 'past stamp'],
    ['in the second half of its span, where it seems to jump ahead', 3_000_000_000, 'future stamp'],
  ])('that begins anew %s is a device restart; one frame is lost, no set', (_, start, reason) => {
    const of = run(
      changed((frame) =>
        frame.stream === 'imu'
          ? [{ ...frame, device: frame.at < 1500 ? counterAt(frame.at, start) : counterAt(frame.at - 1500) }]
          : undefined,
      ),
      { untilMs: UNTIL },
    );
    expect(counted(of)).toEqual({ imu: { 'device restart': 1, [reason]: 1 } });
    expect(contentOf(of)).toEqual(
      contentOf(HEALTHY).map((set) => {
        // The first stamp of the new life is refused: it might have been a wrong one.
        const imu = set.members['imu'].filter((sample) => sample !== 1505);
        return { ...set, members: { ...set.members, imu } };
      }),
    );
    posesAgree(of, HEALTHY, 0.001);
  });
});

describe('stamps that cannot be right', () => {
  // ms     0 ..... 1000 ..... 1200 ..... 1400 ..... 1600 ..... 3000
  // odom   | | | |  0  | | | | -5 | | | | +1 h | | | 2^62 | | | |     besides the right ones
  const WRONG: readonly [number, bigint][] = [
    [1000, 0n],
    [1200, -5n],
    [1400, unixAt(1400 + HOUR)],
    [1600, 2n ** 62n],
  ];

  it.each(['odom', 'scan'] as const)('of %s are refused one by one; what waits in the buffer stays', (stream) => {
    const wrong = WRONG.map(([at, device]): Sent => ({ ...sent(stream, at), device }));
    const of = run([...healthy(UNTIL), ...wrong], { untilMs: UNTIL });
    expect(counted(of)).toEqual({ [stream]: { 'invalid stamp': 3, 'future stamp': 1 } });
    expect(of.sets).toEqual(HEALTHY.sets);
    expect(unaccounted(of)).toBe(0);
    posesAgree(of, HEALTHY);
  });

  it('as the very first one do not spoil what comes after', () => {
    for (const device of [5n, unixAt(HOUR), unixAt(-HOUR)]) {
      const of = run(
        changed((frame) => (frame.stream === 'odom' && frame.at === 10 ? [{ ...frame, device }] : undefined)),
        { untilMs: UNTIL },
      );
      expect(counted(of)['odom']).toMatchObject({ 'clock step': 1 });
      expect(missingOf(of, 'odom').filter((at) => at > 100)).toEqual([]);
      posesAgree(of, HEALTHY, 0.02);
    }
  });
});

describe('a frame that comes twice', () => {
  it.each(['imu', 'odom', 'scan'] as const)('is fused once: %s', (stream) => {
    // imu   a a b b c c d d
    const of = run(
      changed((frame) => (frame.stream === stream ? [frame, { ...frame, arrives: frame.arrives + 0.1 }] : undefined)),
      { untilMs: UNTIL },
    );
    const frames = healthy(UNTIL).filter((frame) => frame.stream === stream).length;
    expect(counted(of)).toEqual({ [stream]: { duplicate: frames } });
    expect(contentOf(of)).toEqual(contentOf(HEALTHY));
    posesAgree(of, HEALTHY);
  });

  it.each(['imu', 'odom', 'scan'] as const)('is fused once though others came between: %s', (stream) => {
    // imu   a b a b c d c d
    const of = run(
      changed((frame) =>
        frame.stream === stream && between(frame, 1000, 1500)
          ? [frame, { ...frame, arrives: frame.arrives + (stream === 'scan' ? 120 : 25) }]
          : undefined,
      ),
      { untilMs: UNTIL },
    );
    const frames = healthy(UNTIL).filter((frame) => frame.stream === stream && between(frame, 1000, 1500)).length;
    expect(counted(of)).toEqual({ [stream]: { duplicate: frames } });
    expect(contentOf(of)).toEqual(contentOf(HEALTHY));
    posesAgree(of, HEALTHY);
  });
});
