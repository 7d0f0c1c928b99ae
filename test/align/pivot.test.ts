import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PivotAligner, type PartOptions, type PivotOptions } from '../../src/align/pivot.ts';
import { stampOf, type AlignedSet, type Frame, type SetMember } from '../../src/frame/index.ts';
import { frameAt } from '../support/frames.ts';
import { align, createBench, memberOf } from './support.ts';

const MS = 1e6;
const part = (stream: string, how: PartOptions['how'], more: Partial<PartOptions> = {}): PartOptions => ({
  stream,
  how,
  tolerance: 50 * MS,
  ...more,
});
const OPTIONS: PivotOptions = {
  streams: ['pivot', part('imu', 'window'), part('odom', 'interpolated'), part('mag', 'nearest')],
  lateness: 100 * MS,
  reorder: 0,
  queueSize: 100,
};

const namesOf = ({ streams }: PivotOptions): string[] => streams.map((one) => (one === 'pivot' ? 'scan' : one.stream));

function run(arrivals: readonly Frame[], options: PivotOptions = OPTIONS, endMs?: number) {
  return align((output) => new PivotAligner(options, output), namesOf(options), arrivals, endMs);
}

/** A member in short: `20` nearest or held, `20~30@0.5` interpolated, `1,2,3` window; times in ms. */
function short(member: SetMember | undefined): string {
  const ms = (frame: Frame): number => frame.stamp / MS;
  switch (member?.how) {
    case undefined:
      return '-';
    case 'nearest':
    case 'held':
      return `${ms(member.frame)}`;
    case 'interpolated':
      return `${ms(member.before)}~${ms(member.after)}@${member.fraction}`;
    case 'window':
      return member.frames.map(ms).join();
  }
}

function table(sets: readonly AlignedSet[]): string[] {
  return sets.map((set) =>
    [`${set.stamp / MS}`, ...['imu', 'odom', 'mag'].map((stream) => short(memberOf(set, stream)))].join(' | '),
  );
}

describe('pivot policy', () => {
  it('brings each stream to the pivot in its own way', () => {
    // ms    0    5   10   15   20   25   30
    // scan            |              |
    // imu   |    |    |    |    |    |   |
    // odom  |      |(8)    |(16)   |(24)     |(32)
    // mag         |(9)           |(22)     |(29)
    const arrivals = [
      ...[0, 5, 10, 15, 20, 25, 30].map((ms) => frameAt('imu', ms)),
      ...[0, 8, 16, 24, 32].map((ms) => frameAt('odom', ms)),
      ...[9, 22, 29].map((ms) => frameAt('mag', ms)),
      ...[10, 26].map((ms) => frameAt('scan', ms)),
    ].sort((a, b) => a.received - b.received);
    const { sets, dropped, held } = run(arrivals);
    expect(table(sets)).toEqual([
      // scan | imu | odom | mag
      '10 | 0,5,10 | 8~16@0.25 | 9',
      '26 | 15,20,25 | 24~32@0.25 | 29',
    ]);
    expect(dropped.map((drop) => [drop.frame.stream, drop.frame.stamp / MS, drop.reason])).toEqual([
      ['odom', 0, 'no partner'],
      ['mag', 22, 'no partner'],
    ]);
    expect(held).toBe(1); // imu 30 waits for the next scan; odom 32 and mag 29 have served already
  });

  it('waits for a late stream up to the lateness, then says what is missing', () => {
    // received  0 ........ 10 ............ 110
    // scan                 |(10)            deadline
    // imu       |(0)          |(11)
    // odom      |(0)                        never again
    const arrivals = [frameAt('imu', 0), frameAt('odom', 0), frameAt('scan', 10), frameAt('imu', 11)];
    expect(run(arrivals, OPTIONS, 109).sets).toEqual([]);
    const [set] = run(arrivals, OPTIONS, 110).sets;
    expect(table([set])).toEqual(['10 | 0 | - | -']);
    expect(set.missing).toEqual([
      { stream: 'odom', reason: 'nothing after the pivot', nearest: 0.01 },
      { stream: 'mag', reason: 'nothing received' },
    ]);
    expect(set.waitedFor).toEqual({ stream: 'odom', seconds: 0.1 });
  });

  it('holds the value before the pivot, and says how far away what it did not take was', () => {
    // ms    0    5   10   15        40   45
    // scan            |              |
    // odom  |(2)         |(12)
    // mag       |(5)                      |(45)
    const options: PivotOptions = {
      ...OPTIONS,
      streams: ['pivot', part('odom', 'held', { tolerance: 20 * MS }), part('mag', 'nearest', { tolerance: 4 * MS })],
    };
    const arrivals = [
      ...[2, 12].map((ms) => frameAt('odom', ms)),
      ...[5, 45].map((ms) => frameAt('mag', ms)),
      ...[10, 40].map((ms) => frameAt('scan', ms)),
    ].sort((a, b) => a.received - b.received);
    const { sets } = run(arrivals, options, 200);
    expect(table(sets)).toEqual(['10 | - | 2 | -', '40 | - | - | -']);
    expect(sets.map((set) => set.missing)).toEqual([
      [{ stream: 'mag', reason: 'out of tolerance', nearest: 0.005 }],
      [
        { stream: 'odom', reason: 'out of tolerance', nearest: 0.028 },
        { stream: 'mag', reason: 'out of tolerance', nearest: 0.005 },
      ],
    ]);
  });

  it('gives no set without a stream that is required', () => {
    const options: PivotOptions = { ...OPTIONS, streams: ['pivot', part('mag', 'nearest', { isRequired: true })] };
    const { sets, dropped } = run([frameAt('scan', 10), frameAt('scan', 60), frameAt('mag', 61)], options, 110);
    expect(table(sets)).toEqual(['60 | - | - | 61']);
    expect(dropped.map(({ frame, reason }) => [frame.stamp / MS, reason])).toEqual([[10, 'partner missing']]);
  });

  it('does not wait for a stream that is gone, until it is back', () => {
    // ms    10        20        30
    // scan   |         |         |
    // mag        gone       back    |(31)
    const options: PivotOptions = { ...OPTIONS, streams: ['pivot', part('mag', 'nearest')] };
    const bench = createBench((output) => new PivotAligner(options, output), ['scan', 'mag']);
    bench.add(frameAt('scan', 10));
    expect(bench.outcome().sets).toEqual([]);
    bench.aligner.presence?.(1, false, stampOf(12 * MS));
    bench.add(frameAt('scan', 20));
    expect(bench.outcome().sets.map(({ completed, missing }) => [completed / MS, missing[0].reason])).toEqual([
      [12, 'stream stale'],
      [20, 'stream stale'],
    ]);
    bench.aligner.presence?.(1, true, stampOf(25 * MS));
    bench.add(frameAt('scan', 30));
    expect(bench.outcome().sets.length).toBe(2);
    bench.add(frameAt('mag', 31));
    expect(table(bench.outcome().sets.slice(2))).toEqual(['30 | - | - | 31']);
  });

  it('does not wait for a stream that is not awaited, and takes what is here', () => {
    // ms    5    10   20
    // scan       |    |
    // gnss  |              (its next comes at 1005)
    const options: PivotOptions = {
      ...OPTIONS,
      streams: ['pivot', part('odom', 'held', { tolerance: 1500 * MS, isAwaited: false })],
    };
    const { sets } = run([frameAt('odom', 5), frameAt('scan', 10), frameAt('scan', 20)], options);
    expect(sets.map((set) => [set.completed / MS, short(memberOf(set, 'odom'))])).toEqual([
      [10, '5'],
      [20, '5'],
    ]);
  });

  it('takes a pivot twice for a duplicate also while the first one waits', () => {
    const { dropped } = run([frameAt('scan', 10), frameAt('scan', 20), frameAt('scan', 10, { receivedMs: 21 })]);
    expect(dropped.map(({ frame, reason }) => [frame.stamp / MS, reason])).toEqual([[10, 'duplicate']]);
  });

  it('adds up how uncertain the times of its members are', () => {
    const unsure = (stream: string, ms: number, deviation: number): Frame => ({ ...frameAt(stream, ms), deviation });
    const arrivals = [
      unsure('imu', 2, 0.001),
      unsure('imu', 8, 0.003),
      unsure('odom', 5, 0.004),
      unsure('mag', 9, 0.007),
      unsure('scan', 10, 0.002),
      unsure('imu', 12, 0.1),
      unsure('odom', 15, 0.003),
      unsure('mag', 19, 0.1),
    ];
    const [set] = run(arrivals).sets;
    expect(set.members.map(({ stream, deviation }) => [stream, deviation])).toEqual([
      ['scan', 0.002],
      ['imu', 0.003],
      ['odom', 0.0025],
      ['mag', 0.007],
    ]);
  });

  it('counts a frame as late whose set has gone', () => {
    const options: PivotOptions = { ...OPTIONS, streams: ['pivot', part('imu', 'window')] };
    const arrivals = [
      frameAt('imu', 0),
      frameAt('scan', 10),
      frameAt('imu', 12),
      frameAt('imu', 7, { receivedMs: 13 }),
      frameAt('scan', 9, { receivedMs: 14 }),
      frameAt('scan', 10, { receivedMs: 15 }),
    ];
    const { dropped } = run(arrivals, options);
    expect(dropped.map((drop) => [drop.frame.stream, drop.frame.stamp / MS, drop.reason])).toEqual([
      ['imu', 7, 'late'],
      ['scan', 9, 'late'],
      ['scan', 10, 'duplicate'],
    ]);
  });

  it('waits for frames that were overtaken, as far as they may be', () => {
    // arrives  8   10   16   18   19        30
    // odom     |8       |16       |9        |30
    // scan         |10       (16 is not enough: 9 or 15 may still come)
    const options: PivotOptions = { ...OPTIONS, streams: ['pivot', part('odom', 'interpolated')], reorder: 10 * MS };
    const arrivals = [
      frameAt('odom', 8),
      frameAt('scan', 10),
      frameAt('odom', 16),
      frameAt('odom', 9, { receivedMs: 19 }),
      frameAt('odom', 19),
      frameAt('odom', 30),
    ];
    expect(run(arrivals.slice(0, 5), options).sets).toEqual([]);
    const { sets, dropped } = run(arrivals, options);
    expect(sets.map((set) => `${set.stamp / MS} | ${short(memberOf(set, 'odom'))}`)).toEqual([
      '10 | 9~16@0.14285714285714285',
    ]);
    expect(dropped.map((drop) => [drop.frame.stamp / MS, drop.reason])).toEqual([[8, 'no partner']]);
    expect(run(arrivals, { ...options, reorder: 0 }).sets.map((set) => short(memberOf(set, 'odom')))).toEqual([
      '8~16@0.25',
    ]);
  });

  it('is bounded: the oldest frame makes room', () => {
    const arrivals = Array.from({ length: 105 }, (_, i) => frameAt('imu', i));
    const { dropped, held } = run(arrivals);
    expect(held).toBe(100);
    expect(dropped.map((drop) => drop.reason)).toEqual(new Array(5).fill('queue full'));
  });

  const streams = fc.constantFrom('scan', 'imu', 'odom', 'mag');
  const script = fc.array(fc.record({ stream: streams, at: fc.integer({ min: 0, max: 2000 }), delay: fc.nat(60) }), {
    maxLength: 150,
  });

  it('gives the same sets however the streams are delayed against each other, within the lateness', () => {
    fc.assert(
      fc.property(
        script,
        fc.record({ scan: fc.nat(40), imu: fc.nat(40), odom: fc.nat(40), mag: fc.nat(40) }),
        (frames, delays) => {
          // One frame a stream and stamp, each stream in its own order; only the delay of whole streams differs.
          const unique = [...new Map(frames.map((frame) => [`${frame.stream}${frame.at}`, frame])).values()];
          const arrive = (delay: (stream: keyof typeof delays) => number): Frame[] =>
            unique
              .map(({ stream, at }) => frameAt(stream, at, { receivedMs: at + delay(stream) }))
              .sort((a, b) => a.received - b.received || a.stream.localeCompare(b.stream));
          const straight = run(
            arrive(() => 0),
            OPTIONS,
            10_000,
          );
          const delayed = run(
            arrive((stream) => delays[stream]),
            OPTIONS,
            10_000,
          );
          expect(table(delayed.sets)).toEqual(table(straight.sets));
        },
      ),
    );
  });
});
