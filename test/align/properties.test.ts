import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aligner, AlignerOutput } from '../../src/align/aligner.ts';
import { ApproximateAligner } from '../../src/align/approximate.ts';
import { BoundedAligner } from '../../src/align/bounded.ts';
import { EpsilonAligner } from '../../src/align/epsilon.ts';
import { ExactAligner } from '../../src/align/exact.ts';
import { LatestAligner } from '../../src/align/latest.ts';
import { PivotAligner } from '../../src/align/pivot.ts';
import { SlopAligner } from '../../src/align/slop.ts';
import { stampOf, type AlignedSet, type Frame } from '../../src/frame/index.ts';
import { frameAt } from '../support/frames.ts';
import { align, createBench, inputsOf } from './support.ts';

const MS = 1e6;
const STREAMS = ['s0', 's1', 's2'];
const BOUND = 20 * MS;

/** A policy, and how far from the set's moment the members of its sets may be, ns. */
interface Policy {
  readonly name: string;
  readonly create: (queueSize: number, output: AlignerOutput) => Aligner;
  readonly bound: number;
  /** Whether a frame may be in more than one set. */
  readonly repeats: boolean;
}

const POLICIES: readonly Policy[] = [
  {
    name: 'approximate',
    create: (queueSize, output) =>
      new ApproximateAligner({ streams: STREAMS, queueSize, agePenalty: 0.1, maxInterval: BOUND }, output),
    bound: BOUND,
    repeats: false,
  },
  {
    name: 'exact',
    create: (queueSize, output) => new ExactAligner({ streams: STREAMS, queueSize }, output),
    bound: 0,
    repeats: false,
  },
  {
    name: 'epsilon',
    create: (queueSize, output) => new EpsilonAligner({ streams: STREAMS, queueSize, epsilon: BOUND }, output),
    bound: BOUND,
    repeats: false,
  },
  {
    name: 'latest',
    create: (_, output) => new LatestAligner({ streams: STREAMS, rateAlpha: 0.9, errorAlpha: 0.3, margin: 10 }, output),
    bound: Infinity,
    repeats: true,
  },
  {
    name: 'slop',
    create: (queueSize, output) => new SlopAligner({ streams: STREAMS, queueSize, slop: BOUND }, output),
    bound: BOUND,
    repeats: false,
  },
  {
    name: 'pivot',
    create: (queueSize, output) =>
      new PivotAligner(
        {
          streams: [
            'pivot',
            { stream: 's1', how: 'nearest', tolerance: BOUND },
            { stream: 's2', how: 'held', tolerance: BOUND },
          ],
          lateness: 50 * MS,
          reorder: 0,
          queueSize,
        },
        output,
      ),
    bound: BOUND,
    repeats: true,
  },
];

/** Streams in their own order, received in some order: each frame goes on from the one before. */
const traffic = fc
  .array(fc.record({ stream: fc.nat(2), step: fc.nat(30), delay: fc.nat(40) }), { maxLength: 150 })
  .map((steps) => {
    const clocks = [0, 0, 0];
    return steps
      .map(({ stream, step, delay }, input) => {
        clocks[stream] += step;
        return frameAt(`s${stream}`, clocks[stream], { input, receivedMs: clocks[stream] + delay });
      })
      .sort((a, b) => a.received - b.received);
  });

const contentOf = (sets: readonly AlignedSet[]) =>
  sets.map(({ number, stamp, members, missing }) => ({ number, stamp, members: members.map(inputsOf), missing }));

describe.each(POLICIES)('$name policy', ({ create, bound, repeats }) => {
  const queueSizes = fc.integer({ min: 1, max: 12 });

  it('accounts for every frame, exactly once', () => {
    fc.assert(
      fc.property(traffic, queueSizes, (frames, queueSize) => {
        const { used, dropped, held } = align((output) => create(queueSize, output), STREAMS, frames, 10_000);
        expect(used.length + dropped.length + held).toBe(frames.length);
        expect(new Set([...used, ...dropped.map(({ frame }) => frame)]).size).toBe(used.length + dropped.length);
      }),
    );
  });

  it('keeps to its bounds and the order', () => {
    fc.assert(
      fc.property(traffic, queueSizes, (frames, queueSize) => {
        const { sets } = align((output) => create(queueSize, output), STREAMS, frames, 10_000);
        sets.forEach((set, i) => {
          expect(set.number).toBe(i + 1);
          for (const member of set.members) {
            if (member.how !== 'nearest' && member.how !== 'held') continue;
            expect(Math.abs(member.frame.stamp - set.stamp)).toBeLessThanOrEqual(bound);
            expect(member.frame.received).toBeLessThanOrEqual(set.completed);
          }
        });
      }),
    );
  });

  it(repeats ? 'tells of every use once' : 'uses nothing twice', () => {
    fc.assert(
      fc.property(traffic, queueSizes, (frames, queueSize) => {
        const { sets, used } = align((output) => create(queueSize, output), STREAMS, frames);
        if (!repeats) expect(used.length).toBe(STREAMS.length * sets.length);
        expect(new Set(used).size).toBe(used.length);
      }),
    );
  });

  it('gives the same in two runs as in one', () => {
    fc.assert(
      fc.property(traffic, queueSizes, fc.nat(150), (frames, queueSize, cut) => {
        const whole = align((output) => create(queueSize, output), STREAMS, frames);
        const bench = createBench((output) => create(queueSize, output), STREAMS);
        for (const frame of frames.slice(0, cut)) bench.add(frame);
        const first = contentOf(bench.outcome().sets);
        for (const frame of frames.slice(cut)) bench.add(frame);
        expect(contentOf(bench.outcome().sets).slice(0, first.length)).toEqual(first);
        expect(contentOf(bench.outcome().sets)).toEqual(contentOf(whole.sets));
      }),
    );
  });

  it('holds no frame for longer than it may, no more bytes, and a lease on exactly the payloads that it holds', () => {
    const maxAge = 200 * MS;
    const maxBytes = 1000;
    fc.assert(
      fc.property(traffic, (frames) => {
        let leased = 0;
        const lease = { retain: () => (leased += 1), release: () => (leased -= 1) };
        const picture = (frame: Frame): Frame => ({
          ...frame,
          measurement: { kind: 'image', encoding: 'jpeg', data: new Uint8Array(300) },
          lease,
        });
        const bench = createBench(
          (output) => new BoundedAligner(create(100, output), { maxAge, maxBytes, heavy: [true, false, false] }),
          STREAMS,
        );
        for (const frame of frames) {
          bench.add(frame.stream === 's0' ? picture(frame) : frame);
          expect(bench.aligner.holding.bytes()).toBeLessThanOrEqual(maxBytes);
          expect(leased).toBe(bench.aligner.holding.bytes() / 300);
        }
        bench.aligner.tick?.(stampOf(1e6 * MS));
        expect(STREAMS.map((_, i) => bench.aligner.holding.oldest(i))).toEqual([undefined, undefined, undefined]);
        expect(leased).toBe(0);
        const { used, dropped, held } = bench.outcome();
        expect([used.length + dropped.length, held]).toEqual([frames.length, 0]);
      }),
    );
  });
});

describe('slop policy', () => {
  it('gives up a frame for another one of its stamp', () => {
    const frames = [frameAt('s0', 10, { input: 1 }), frameAt('s0', 10, { input: 2 }), frameAt('s1', 12, { input: 3 })];
    const { sets, dropped } = align((output) => POLICIES[4].create(10, output), STREAMS, [
      ...frames,
      frameAt('s2', 9, { input: 4 }),
    ]);
    expect(dropped.map(({ frame, reason }) => [frame.input, reason])).toEqual([[1, 'duplicate']]);
    expect(sets.map((set) => set.members.flatMap(inputsOf))).toEqual([[2, 3, 4]]);
  });
});

describe('exact policy', () => {
  it('has room for as many moments as are to wait, in any order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 120 }), (stamps) => {
        const frames = STREAMS.flatMap((stream) => stamps.map((at, input) => frameAt(stream, at, { input })));
        const { sets, dropped } = align((output) => POLICIES[1].create(1000, output), STREAMS, frames);
        // The last stream completes every moment that no later one has overtaken.
        const rising = stamps.filter((at, i) => stamps.slice(0, i).every((before) => before < at));
        expect(sets.map((set) => set.stamp / MS)).toEqual(rising);
        expect(dropped.length).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
