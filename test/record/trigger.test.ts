import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drivers, embedded } from '../../drivers/index.ts';
import { createSegments } from '../../src/cli/live/segments.ts';
import { batches, VIRTUAL_EPOCH, withTicks } from '../../src/cli/simulate.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Input, InputBody } from '../../src/contract/index.ts';
import { NS_PER_SECOND, stampOf, type InputNumber, type Measurement } from '../../src/frame/index.ts';
import {
  openLog,
  parseTrigger,
  replayEntries,
  type LogEntry,
  type Segment,
  type Trigger,
  type TriggerRecorder,
} from '../../src/record/index.ts';
import { createRing } from '../../src/record/trigger/ring.ts';
import { createWatch } from '../../src/record/trigger/watch.ts';
import { configOfLog, pipelineOf, prepareLog, prepareStreams, runThrough } from '../../src/replay/index.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-trigger-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const config = loadConfig({ embedded, drivers });

/** What goes wrong: between these times, s, the stream's frames do not come. */
function* silent(inputs: Iterable<InputBody>, stream: string, from: number, to: number): Generator<InputBody> {
  for (const input of inputs) {
    const isOf = input.kind === 'frame' && input.arrival.stream === stream;
    const at = (input.kind === 'frame' ? input.arrival.received : input.at) / NS_PER_SECOND;
    if (!isOf || at < from || at >= to) yield input;
  }
}

/** Puts an input behind the first that comes at or after its time. */
function* withEvent(inputs: Iterable<InputBody>, event: Extract<InputBody, { kind: 'stream' }>): Generator<InputBody> {
  let isDue = true;
  for (const input of inputs) {
    yield input;
    const at = input.kind === 'frame' ? input.arrival.received : input.at;
    if (!isDue || at < event.at) continue;
    isDue = false;
    yield { ...event, at: stampOf(at) };
  }
}

/** Runs the simulated robot for 12 s and records by these triggers. */
async function simulate(
  spoil: (inputs: Iterable<InputBody>) => Iterable<InputBody>,
  triggers: readonly Trigger[],
  memory = 1e9,
) {
  const source = drivers[0].simulate?.('robot', config.sources['robot'].config);
  if (source === undefined) throw new Error('the simulation cannot be simulated');
  const preparation = prepareStreams(source.streams, config, VIRTUAL_EPOCH);
  const told: (Segment & { file: string })[] = [];
  const segments = createSegments({
    triggers,
    before: 3,
    after: 1,
    memory,
    minimumFree: 0,
    version: '0',
    done: (segment, status) => {
      if (status instanceof Error) throw status;
      told.push({ ...segment, file: status.file });
    },
  });
  const clock = { epoch: VIRTUAL_EPOCH } as never;
  const hashes = {} as never;
  const recorder = await segments.openRecorder(join(folder, 'part.mcap'), { ...preparation, clock, hashes });
  const given: Input[] = [];
  const pipeline = pipelineOf(preparation, (publication) => recorder.published?.(publication));
  const { idle } = recorder as TriggerRecorder;
  await runThrough(batches(spoil(withTicks(source.inputs(12))), idle, 200), {
    pipeline,
    odom: 'odom',
    tap: (input) => {
      given.push(input);
      recorder.tap(input);
    },
  });
  await recorder.close({ digest: '', inputs: 0, published: 0 });
  return { told, given, status: recorder.status?.() };
}

async function entriesOf(path: string): Promise<LogEntry[]> {
  const found: LogEntry[] = [];
  for await (const batch of (await openLog(path)).entries()) found.push(...batch);
  return found;
}

const seconds = (input: Input | undefined): number => (input?.now ?? NaN) / NS_PER_SECOND;

describe('parts of a session', () => {
  it('hold what came before and after, without a hole, and replay to the digest that they end with', async () => {
    //  0 s        5.0  5.3          10              12
    //  |----------|imu  |-----------|3 scans dropped--|
    //        2 [..........] 6    7 [....] 11
    const { told, given, status } = await simulate(
      (inputs) =>
        withEvent(silent(inputs, 'imu', 5, 5.3), {
          kind: 'stream',
          at: stampOf(10 * NS_PER_SECOND),
          stream: 'scan',
          event: { what: 'dropped', reason: 'overrun', count: 3 },
        }),
      [
        { what: 'fault', of: undefined },
        { what: 'drop', of: 'scan' },
      ],
    );
    expect(told.map(({ reason }) => reason.replace(/\d+ ms/, 'so long'))).toEqual([
      'fault: imu: stale: no frame for so long',
      'drop: scan: 3 overrun',
    ]);
    for (const { file, reason, first, at, before, shortened } of told) {
      const log = await openLog(file);
      expect(log.warnings).toEqual([]);
      expect(log.session?.segment).toEqual({ first, reason, at, before, shortened });
      expect(shortened).toBe(false);
      const entries = (await entriesOf(file)) as Input[];
      const start = given.findIndex(({ number }) => number === first);
      expect(entries).toEqual(given.slice(start, start + entries.length));
      const when = Number(BigInt(at) - VIRTUAL_EPOCH) / NS_PER_SECOND;
      expect(before).toBeGreaterThan(2.98);
      expect(when - seconds(entries[0])).toBeCloseTo(before, 6);
      expect(seconds(entries.at(-1))).toBeGreaterThan(when + 0.98);
      const preparation = prepareLog(log, configOfLog(log, drivers));
      const again = await runThrough(replayEntries(log), {
        pipeline: pipelineOf(preparation, () => undefined),
        odom: 'odom',
      });
      expect(log.end?.digest).toBe(again.digest);
    }
    expect(status).toMatchObject({ state: 'ended', files: 2, waiting: 0, lost: {} });
  });

  it('are the same whenever the same happens', async () => {
    const run = () => simulate((inputs) => silent(inputs, 'imu', 5, 5.3), [{ what: 'fault', of: 'imu' }]);
    const [one, other] = [await run(), await run()];
    expect(one.told).toHaveLength(1);
    expect(other.told.map(({ file: _file, ...rest }) => rest)).toEqual(
      one.told.map(({ file: _file, ...rest }) => rest),
    );
    expect(await entriesOf(other.told[0].file)).toEqual(await entriesOf(one.told[0].file));
  });

  it('go on while it happens again, and do not come where nothing happens', async () => {
    const twice = await simulate(
      (inputs) => silent(silent(inputs, 'imu', 5, 5.2), 'imu', 5.7, 5.9),
      [{ what: 'fault', of: 'imu' }],
    );
    expect(twice.told).toHaveLength(1);
    expect(seconds((await entriesOf(twice.told[0].file)).at(-1) as Input)).toBeGreaterThan(6.6);
    expect((await simulate((inputs) => silent(inputs, 'imu', 5, 5.2), [{ what: 'fault', of: 'scan' }])).told).toEqual(
      [],
    );
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('hold less than asked for, and say so, where memory does not hold more', async () => {
    const { told } = await simulate((inputs) => silent(inputs, 'imu', 5, 5.3), [{ what: 'fault', of: 'imu' }], 200_000);
    expect(told[0].shortened).toBe(true);
    expect(told[0].before).toBeLessThan(2);
  });
});

describe('the ring', () => {
  it('holds the latest within its time and its size, whatever comes', () => {
    const sizes = fc.array(fc.record({ step: fc.nat(40), bytes: fc.nat(3000) }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20_000 }), (steps, span, most) => {
        const ring = createRing(span, most);
        const given: Input[] = [];
        let now = 0;
        for (const [i, { step, bytes }] of steps.entries()) {
          now += step;
          const measurement: Measurement = { kind: 'image', encoding: 'jpeg', data: new Uint8Array(bytes) };
          const arrival = { stream: 'eye', frameId: '', device: undefined, received: stampOf(now), measurement };
          const input: Input = { kind: 'frame', number: (i + 1) as InputNumber, now: stampOf(now), arrival };
          given.push(input);
          ring.push(input);
          const held = ring.all();
          expect(held).toEqual(given.slice(given.length - held.length));
          expect(held[0].now).toBeGreaterThanOrEqual(now - span);
          expect(held.length === 1 || ring.bytes() <= most).toBe(true);
          const next = given.at(-held.length - 1);
          // What is missing was too old, or is told.
          expect(next === undefined || next.now < now - span || ring.isShortened()).toBe(true);
        }
      }),
    );
  });
});

describe('triggers', () => {
  it.each([
    ['fault', { what: 'fault', of: undefined }],
    ['fault:imu', { what: 'fault', of: 'imu' }],
    ['detection:person', { what: 'detection', of: 'person' }],
    ['event:dropped object', { what: 'event', of: 'dropped object' }],
    ['text: help me', { what: 'text', of: 'help me' }],
    ['signal', { what: 'signal' }],
    ['drop:imu', { what: 'drop', of: 'imu' }],
    ['detection', undefined],
    ['fault:', undefined],
    ['signal:9', undefined],
    ['noise:loud', undefined],
  ])('%s', (text, trigger) => expect(parseTrigger(text)).toEqual(trigger));

  it('see words, events of scenes and detections', () => {
    const watch = createWatch([
      { what: 'text', of: 'Help' },
      { what: 'event', of: 'door' },
      { what: 'detection', of: 'person' },
    ]);
    const frame = (stream: string, measurement: Measurement): Input => ({
      kind: 'frame',
      number: 1 as InputNumber,
      now: stampOf(0),
      arrival: { stream, frameId: '', device: undefined, received: stampOf(0), measurement },
    });
    const say = (text: string) => watch.input(frame('speech', { kind: 'text', text, duration: 0 }));
    expect([say('please HELP me'), say('all is well')]).toEqual(['text: speech: help', undefined]);
    const scene = (event: string) =>
      watch.input(frame('truth', { kind: 'scene', objects: [], events: [{ event, objects: [] }] }));
    expect([scene('door'), scene('approach')]).toEqual(['event: door', undefined]);
    const detect = (label: string) =>
      watch.published({
        topic: 'detections/eye',
        schema: 'Detections',
        stamp: stampOf(0),
        sequence: 1,
        payload: Buffer.from(JSON.stringify({ stream: 'eye', objects: [{ label }] })),
      });
    expect([detect('person'), detect('cat')]).toEqual(['detection: eye: person', undefined]);
  });
});
