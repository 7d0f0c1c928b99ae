import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlignReason } from '../../src/align/aligner.ts';
import { createPivotAligner, type PivotOptions } from '../../src/align/pivot.ts';
import { stampOf, type AlignedSet, type Frame, type SetMember } from '../../src/frame/index.ts';
import { frameAt } from '../support/frames.ts';

const MS = 1e6;
const OPTIONS: PivotOptions = {
  pivot: 'scan',
  parts: new Map([
    ['imu', 'window'],
    ['odom', 'interpolated'],
    ['mag', 'nearest'],
  ]),
  tolerance: 50 * MS,
  lateness: 100 * MS,
  reorder: 0,
  queueSize: 100,
};

function run(arrivals: readonly Frame[], options: PivotOptions = OPTIONS, endMs?: number) {
  const sets: AlignedSet[] = [];
  const used: Frame[] = [];
  const dropped: { frame: Frame; reason: AlignReason }[] = [];
  const aligner = createPivotAligner(options, {
    set: (set) => sets.push(set),
    used: (frame) => used.push(frame),
    dropped: (frame, reason) => dropped.push({ frame, reason }),
  });
  let now = stampOf(0);
  for (const frame of arrivals) {
    now = stampOf(Math.max(now, frame.received));
    aligner.add(frame, now);
  }
  if (endMs !== undefined) aligner.tick(stampOf(endMs * MS));
  return { sets, used, dropped, held: aligner.held() };
}

/** A member in short: `20` nearest, `20~30@0.5` interpolated, `1,2,3` window; times in ms. */
function short(member: SetMember | undefined): string {
  const ms = (frame: Frame): number => frame.stamp / MS;
  switch (member?.how) {
    case undefined:
      return '-';
    case 'nearest':
      return `${ms(member.frame)}`;
    case 'interpolated':
      return `${ms(member.before)}~${ms(member.after)}@${member.fraction}`;
    case 'window':
      return member.frames.map(ms).join();
  }
}

function table(sets: readonly AlignedSet[]): string[] {
  return sets.map((set) =>
    [`${set.stamp / MS}`, ...['imu', 'odom', 'mag'].map((stream) => short(set.members.get(stream)))].join(' | '),
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
      { stream: 'odom', reason: 'nothing after the pivot to interpolate to' },
      { stream: 'mag', reason: 'nothing received' },
    ]);
  });

  it('counts a frame as late whose set has gone', () => {
    const options: PivotOptions = { ...OPTIONS, parts: new Map([['imu', 'window']]) };
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
    const options: PivotOptions = { ...OPTIONS, parts: new Map([['odom', 'interpolated']]), reorder: 10 * MS };
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
    expect(sets.map((set) => `${set.stamp / MS} | ${short(set.members.get('odom'))}`)).toEqual([
      '10 | 9~16@0.14285714285714285',
    ]);
    expect(dropped.map((drop) => [drop.frame.stamp / MS, drop.reason])).toEqual([[8, 'no partner']]);
    expect(run(arrivals, { ...options, reorder: 0 }).sets.map((set) => short(set.members.get('odom')))).toEqual([
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

  it('accounts for every frame, exactly once', () => {
    fc.assert(
      fc.property(script, fc.integer({ min: 1, max: 30 }), (frames, queueSize) => {
        const arrivals = frames
          .map(({ stream, at, delay }) => frameAt(stream, at, { receivedMs: at + delay }))
          .sort((a, b) => a.received - b.received);
        const { used, dropped, held } = run(arrivals, { ...OPTIONS, queueSize });
        expect(used.length + dropped.length + held).toBe(frames.length);
        expect(new Set([...used, ...dropped.map((drop) => drop.frame)]).size).toBe(used.length + dropped.length);
      }),
    );
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
