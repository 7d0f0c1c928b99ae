import { describe, expect, it } from 'vitest';
import { DROP_REASONS, type AlignConfig } from '../../src/align/index.ts';
import { PivotAligner } from '../../src/align/pivot.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Ticket } from '../../src/contract/index.ts';
import { createStoryTeller, type Question } from '../../src/evaluate/story.ts';
import { aroundWords, inPlainWords, setWords } from '../../src/evaluate/why.ts';
import { stampOf, type Frame } from '../../src/frame/index.ts';
import { frameAt } from '../support/frames.ts';

const MS = 1e6;
const CONFIG: AlignConfig = loadConfig({ drivers: [] }).align;
const STREAMS = ['scan', 'imu', 'mag'];

/** A robot whose mag is 70 ms off once, and whose IMU's frame of 195 ms comes late. */
// ms     95 100   130   170     195 200 205          300 310
// scan       |                       |                |
// imu    |  |       |       |  (195 comes at 330)      |(300)
// mag        |(98)     |(130)                       |(298)    |(330)
const ARRIVALS = [
  frameAt('imu', 95),
  frameAt('mag', 98),
  frameAt('scan', 100),
  frameAt('imu', 101),
  frameAt('mag', 130),
  frameAt('imu', 170),
  frameAt('scan', 200),
  frameAt('imu', 205),
  frameAt('mag', 298),
  frameAt('scan', 300),
  frameAt('imu', 300, { receivedMs: 320 }),
  frameAt('imu', 195, { receivedMs: 330 }),
  frameAt('mag', 330),
];

function told(question: Question = {}) {
  const teller = createStoryTeller('pivot', STREAMS, stampOf(0), question);
  const given: Frame[] = [];
  const aligner = new PivotAligner(
    {
      streams: [
        'pivot',
        { stream: 'imu', how: 'window', tolerance: 50 * MS },
        { stream: 'mag', how: 'nearest', tolerance: 50 * MS },
      ],
      lateness: 100 * MS,
      reorder: 0,
      queueSize: 100,
    },
    {
      set: teller.set,
      used: () => undefined,
      dropped: (ticket, reason) =>
        teller.unaligned(given[ticket], DROP_REASONS[reason], given[given.length - 1].received),
    },
  );
  for (const frame of ARRIVALS) {
    teller.stamped(frame);
    aligner.add(STREAMS.indexOf(frame.stream), frame, (given.push(frame) - 1) as Ticket, frame.received);
  }
  return teller.story();
}

describe('why', () => {
  it('tells of every stream what happened and what would have had to be different', () => {
    expect(inPlainWords(told(), CONFIG)).toEqual([
      '3 sets by the pivot policy, 2 of them with every stream.',
      'scan: 3 frames, in 3 of 3 sets.',
      'imu: 6 frames, in 3 of 3 sets.',
      '  1 frames in no set (late): their set had gone when they came. A latenessMs of 130 (now 100) would have waited for the ' +
        'latest; where frames of one stream overtake each other, it takes a reorderMs (now 0) as well.',
      'mag: 4 frames, in 2 of 3 sets.',
      '  3 sets waited for it, for 98.0 ms at the longest.',
      '  1 sets are without it: its nearest frame was up to 70.0 ms away; a toleranceMs of 70 (now 50) would have taken it.',
      '  1 frames in no set (no partner): other frames of the stream lay nearer, or the other streams had none here. Normal ' +
        'for the faster streams.',
    ]);
  });

  it('tells of one set whom it waited for, and how far off each member is', () => {
    const { set } = told({ set: 2 });
    expect(set && setWords(set, CONFIG)).toEqual([
      'Set 2, of 0.200 s, went out at 0.298 s, 98.0 ms after its moment; spread 0.0 ms.',
      'It waited for mag, for 98.0 ms.',
      '  scan: the nearest frame, +0.0 ms, ± 0.0 ms; received at 0.200 s',
      '  imu: a window of 2 frames, -99.0 ms to -30.0 ms, ± 0.0 ms; received at 0.170 s',
      '  mag: missing. its nearest frame was up to 70.0 ms away; a toleranceMs of 70 (now 50) would have taken it.',
    ]);
  });

  it('finds the set nearest to a time, and says what the streams had around it', () => {
    const { set, around } = told({ at: stampOf(240 * MS) });
    expect(set?.number).toBe(2);
    expect(around && aroundWords(around, 0.24)).toEqual([
      '  scan: a frame 40.0 ms before, the next 60.0 ms after',
      '  imu: a frame 35.0 ms before, the next 60.0 ms after',
      '  mag: a frame 110 ms before, the next 58.0 ms after',
    ]);
  });
});
