import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createApproximateAligner } from '../../src/align/approximate.ts';
import type { AlignReason } from '../../src/align/aligner.ts';
import { stampOf, type AlignedSet, type Frame } from '../../src/frame/index.ts';
import { frameAt } from '../support/frames.ts';
import { describeWithData } from '../support/requirements.ts';

/** A case as the reference program saw it; see the README of the recordings. */
interface Golden {
  policy: string;
  queue_size: number;
  age_penalty: number;
  max_interval_ns: number | null;
  inter_message_lower_bounds_ns: number[];
  stamps_ns: string[][];
  arrival_order: [number, number][];
  output: number[][];
}

function run(frames: readonly Frame[], options: Parameters<typeof createApproximateAligner>[0]) {
  const sets: AlignedSet[] = [];
  const used: Frame[] = [];
  const dropped: { frame: Frame; reason: AlignReason }[] = [];
  const aligner = createApproximateAligner(options, {
    set: (set) => sets.push(set),
    used: (frame) => used.push(frame),
    dropped: (frame, reason) => dropped.push({ frame, reason }),
  });
  for (const frame of frames) aligner.add(frame, frame.received);
  return { sets, used, dropped, held: aligner.held() };
}

describeWithData('approximate policy against ROS message_filters', (data) => {
  const folder = join(data, 'goldens/time_sync');
  const cases = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden] as const)
    .filter(([, golden]) => golden.policy === 'approximate');

  it('has cases to compare with', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  it.each(cases)('%s', (_name, golden) => {
    const streams = golden.stamps_ns.map((_, i) => `s${i}`);
    const frames = golden.arrival_order.map(([stream, index]): Frame => ({
      ...frameAt(`s${stream}`, 0, { input: index }),
      stamp: stampOf(Number(golden.stamps_ns[stream][index])),
    }));
    const { sets } = run(frames, {
      streams,
      queueSize: golden.queue_size,
      agePenalty: golden.age_penalty,
      maxInterval: golden.max_interval_ns ?? undefined,
      lowerBounds: golden.inter_message_lower_bounds_ns,
    });
    const output = sets.map((set) =>
      streams.map((stream) => {
        const member = set.members.get(stream);
        return member?.how === 'nearest' ? member.frame.input : undefined;
      }),
    );
    expect(output).toEqual(golden.output);
  });
});

it('uses nothing twice, keeps the order, and accounts for every frame', () => {
  const arrivals = fc.array(
    fc.record({ stream: fc.integer({ min: 0, max: 2 }), step: fc.integer({ min: 0, max: 30 }) }),
    {
      maxLength: 200,
    },
  );
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 6 }), (steps, queueSize) => {
      const clock = [0, 0, 0];
      const frames = steps.map(({ stream, step }, input) => frameAt(`s${stream}`, (clock[stream] += step), { input }));
      const { sets, used, dropped, held } = run(frames, { streams: ['s0', 's1', 's2'], queueSize, agePenalty: 0.1 });
      expect(used.length + dropped.length + held).toBe(frames.length);
      expect(new Set([...used, ...dropped.map((drop) => drop.frame)]).size).toBe(used.length + dropped.length);
      expect(used.length).toBe(3 * sets.length);
      for (const stream of ['s0', 's1', 's2']) {
        const stamps = used.filter((frame) => frame.stream === stream).map((frame) => frame.stamp);
        expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
      }
    }),
  );
});
