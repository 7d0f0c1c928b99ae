import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import type { EffectOutcome, EffectRequest, InputBody } from '../../src/contract/index.ts';
import { stampOf, type ImageMeasurement, type InputNumber } from '../../src/frame/index.ts';
import { decode } from '../../src/publish/index.ts';
import { createRerun, pipelineOf, prepareStreams, runThrough, type Entry } from '../../src/replay/index.ts';

const at = (ms: number) => stampOf(ms * 1e6);
const PICTURE: ImageMeasurement = { kind: 'image', encoding: 'rgb8', width: 1, height: 1, data: new Uint8Array(3) };
const answer = (score: number): EffectOutcome => ({
  status: 'done',
  output: { sha256: 'ab', detections: [{ label: 'cup', score, box: [0, 0, 10, 10] }] },
});

const picture = (ms: number): InputBody => ({
  kind: 'frame',
  arrival: { stream: 'camera', frameId: 'camera', device: undefined, received: at(ms), measurement: PICTURE },
});
const tick = (ms: number): InputBody => ({ kind: 'tick', at: at(ms) });
const effect = (ms: number, input: number, outcome = answer(0.8)): InputBody => ({
  kind: 'effect',
  at: at(ms),
  id: `detect/camera/eye/${input}`,
  outcome,
});
const recordingOf = (...bodies: InputBody[]): Entry[] =>
  bodies.map((body, i) => {
    const now = body.kind === 'frame' ? body.arrival.received : body.at;
    return { number: (i + 1) as InputNumber, now, ...body };
  });

/** Replays entries while a model answers `score`, each time after so many turns of the event loop. */
async function replayed(
  entries: readonly Entry[],
  recorded: readonly string[],
  scores: readonly number[],
  turns = [0],
) {
  const config = readConfig({ perception: { detectors: { camera: { model: 'eye', hz: 1000 } } } }, []);
  const streams = [
    { id: 'camera', kind: 'image', frameId: 'camera', clock: { domain: 'none' }, role: 'sensor' },
  ] as const;
  let asked = 0;
  const run = (_request: EffectRequest, done: (outcome: EffectOutcome) => void): void => {
    const its = asked++;
    void (async () => {
      for (let turn = 0; turn < turns[its % turns.length]; turn += 1) await setImmediate();
      done(answer(scores[its % scores.length]));
    })();
  };
  const rerun = createRerun({ run, recorded: new Set(recorded), leastScore: () => 0.5 });
  const found: { input: number; score: number; age: number }[] = [];
  const pipeline = pipelineOf(
    prepareStreams(streams, config, 0n),
    ({ schema, payload }) => {
      if (schema !== 'Detections') return;
      const { objects, provenance } = decode(payload, 'Detections');
      found.push({ input: provenance.inputs[0], score: objects[0].score, age: provenance.ages?.[0] ?? NaN });
    },
    { request: rerun.request },
  );
  const { digest } = await runThrough([entries], { pipeline, odom: 'odom', rerun });
  return { digest, found, agreement: rerun.agreement() };
}

const IDS = [1, 4, 6].map((input) => `detect/camera/eye/${input}`);

describe('a rerun', () => {
  // number   1        2     3       4        5       6        7
  // recorded picture  tick  answer  picture  answer  picture  answer
  const entries = recordingOf(
    picture(100),
    tick(150),
    effect(200, 1),
    picture(300),
    effect(390, 4),
    picture(400),
    effect(500, 6),
  );

  it('puts what models say now in the places of the recorded answers', async () => {
    const { found, agreement } = await replayed(entries, IDS, [0.81, 0.79, 0.8]);
    expect(found.map(({ input, score }) => [input, score])).toEqual([
      [1, 0.81],
      [4, 0.79],
      [6, 0.8],
    ]);
    found.forEach(({ age }, i) => expect(age).toBeCloseTo([0.1, 0.09, 0.1][i], 3));
    expect(agreement).toMatchObject({ compared: 3, agreed: 3, agrees: true, failedNow: {}, notRecorded: 0 });
    expect(agreement.largestScoreDifference).toBeCloseTo(0.01, 9);
  });

  it('gives the same digest however long the models take', async () => {
    const runs = await Promise.all([[0], [5, 0, 2], [1, 9]].map((turns) => replayed(entries, IDS, [0.8], turns)));
    expect(new Set(runs.map(({ digest }) => digest)).size).toBe(1);
  });

  it('names the answers that differ', async () => {
    const { agreement } = await replayed(entries, IDS, [0.8, 0.9, 0.8]);
    expect(agreement).toMatchObject({ compared: 3, agreed: 2, agrees: false, differing: ['detect/camera/eye/4'] });
  });

  it('answers what has no recorded answer right after the question, and lets the others keep their numbers', async () => {
    const { found, agreement } = await replayed(entries, [IDS[0], IDS[2]], [0.8]);
    expect(found.map(({ input }) => input)).toEqual([1, 4, 6]);
    expect(found[1].age).toBeCloseTo(0, 3);
    // The recorded answer to 4 is one that nobody waits for any more.
    expect(agreement).toMatchObject({ compared: 2, notRecorded: 1, notAsked: 1, agrees: true });
  });

  it('answers the questions of a log from elsewhere the same way', async () => {
    const foreign = [picture(100), tick(110), picture(200), tick(210)];
    const runs = await Promise.all([[0], [3]].map((turns) => replayed(foreign, [], [0.8], turns)));
    expect(runs[0].found.map(({ input }) => input)).toEqual([1, 3]);
    expect(runs[0].digest).toBe(runs[1].digest);
  });

  it('does not compare with an answer that failed when it was recorded, and gives the one of now', async () => {
    const failed = recordingOf(picture(100), effect(200, 1, { status: 'failed', reason: 'died' }));
    const { found, agreement } = await replayed(failed, IDS, [0.8]);
    expect(found).toHaveLength(1);
    expect(agreement).toMatchObject({ compared: 0, failedThen: { died: 1 }, agrees: true });
  });
});
