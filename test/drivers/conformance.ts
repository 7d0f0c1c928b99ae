import { afterEach, describe, expect, it } from 'vitest';
import { isLeaf } from '../../src/config/fill.ts';
import { ConfigError, readConfig, type Section } from '../../src/config/index.ts';
import {
  SensoriumError,
  type Driver,
  type DriverDefinition,
  type ErrorCode,
  type Leaf,
  type SchemaTree,
} from '../../src/contract/index.ts';
import type { Arrival, StreamDescriptor } from '../../src/frame/index.ts';
import { createHost, type TestHost } from './support/host.ts';

/** How the suite meets one kind of driver. Its device gives frames on every stream while the suite runs. */
export interface DriverUnderTest {
  readonly definition: DriverDefinition;
  /** What its section needs besides the defaults. */
  readonly config?: Section;
  /** Sections with which it cannot be opened, and the code that it says so with. Empty where opening cannot fail. */
  readonly unopenable: readonly { readonly config: Section; readonly code: ErrorCode }[];
}

/** Most inputs admitted without a breath: a consumer that cannot keep up must still be able to close the driver. */
const MOST_AT_ONCE = 10_000;

/** What every driver is held to, whatever its device. */
export function describeDriver({ definition, config = {}, unopenable }: DriverUnderTest): void {
  describe(`${definition.type} is a driver`, () => {
    const never = new AbortController().signal;
    const made: Driver[] = [];
    afterEach(async () => {
      for (const driver of made.splice(0)) await driver.close();
    });
    const configured = (said: Section) =>
      readConfig({ sources: { device: { driver: definition.type, ...config, ...said } } }, [definition]).sources[
        'device'
      ].config;
    const make = (said: Section = {}): Driver => {
      const driver = definition.create('device', configured(said));
      made.push(driver);
      return driver;
    };
    /** Opens a driver and waits until each of its streams has given some frames. */
    const opened = async (host: TestHost = createHost()) => {
      const driver = make();
      await driver.start(host, never);
      await everyStream(driver, host);
      return { driver, host };
    };

    describe('its configuration', () => {
      const leaves = leavesOf(definition.schema);
      const problemsOf = (said: Section): SensoriumError[] => {
        try {
          configured(said);
          return [];
        } catch (error) {
          if (error instanceof ConfigError) return [...error.problems];
          if (error instanceof SensoriumError) return [error];
          throw error;
        }
      };

      it('says what each value means, and takes what it says when nobody says anything', () => {
        for (const [path, { doc, format, default: usual }] of leaves) {
          expect(doc.length, path.join('.')).toBeGreaterThanOrEqual(10);
          expect(doc, path.join('.')).toMatch(/[.)]$/);
          if (usual !== undefined) expect(() => format(usual), path.join('.')).not.toThrow();
        }
        expect(definition.summary.length).toBeGreaterThan(5);
      });

      it('refuses values that it cannot use, with code, path and value', () => {
        for (const [path] of leaves) {
          const [problem, ...others] = problemsOf(nested(path, Symbol.for('nonsense')));
          expect(others).toEqual([]);
          expect(problem).toBeInstanceOf(SensoriumError);
          expect(problem.code).toMatch(/^E_CONFIG_(TYPE|RANGE)$/);
          expect(problem.path).toBe(['sources', 'device', ...path].join('.'));
        }
      });

      it('refuses a key that it does not know', () => {
        const [problem] = problemsOf({ certainlyNotAKey: 1 });
        expect(problem).toMatchObject({ code: 'E_CONFIG_KEY', path: 'sources.device.certainlyNotAKey' });
      });
    });

    it('announces its streams before it is opened, each once', () => {
      const { streams } = make();
      expect(streams.length).toBeGreaterThan(0);
      expect(new Set(streams.map(({ id }) => id)).size).toBe(streams.length);
      for (const { id, frameId, nominalRate, clock } of streams) {
        expect(id).toMatch(/^[A-Za-z0-9_./-]+$/);
        expect(frameId).toMatch(/^[A-Za-z0-9_./-]+$/);
        if (nominalRate !== undefined) expect(nominalRate > 0 && Number.isFinite(nominalRate)).toBe(true);
        if (clock.domain === 'counter') expect(clock.hz > 0 && Number.isFinite(clock.hz)).toBe(true);
      }
    });

    it('gives frames of the streams that it announced, and says nothing of others', async () => {
      const { driver, host } = await opened();
      const streams = new Map(driver.streams.map((stream) => [stream.id, stream]));
      for (const { body } of host.admitted) {
        expect(['frame', 'stream']).toContain(body.kind);
        if (body.kind === 'stream') expect(streams.has(body.stream)).toBe(true);
      }
      for (const arrival of host.frames()) expectToBeOf(arrival, streams.get(arrival.stream));
    });

    it('stamps what it gives with the host’s time, which never goes back', async () => {
      const started = createHost();
      const begin = started.now();
      const { host } = await opened(started);
      let before: number = begin;
      for (const { body, at } of host.admitted) {
        const received = body.kind === 'frame' ? body.arrival.received : body.kind === 'stream' ? body.at : NaN;
        expect(Number.isSafeInteger(received)).toBe(true);
        expect(received).toBeGreaterThanOrEqual(before);
        expect(received).toBeLessThanOrEqual(at);
        before = received;
      }
    });

    it('never writes again what it has given', async () => {
      const host = createHost();
      const { driver } = await opened(host);
      const then = host.frames().map(snapshotOf);
      const count = then.length;
      await host.until(() => host.frames().length >= 2 * count);
      await driver.close();
      expect(host.frames().slice(0, count).map(snapshotOf)).toEqual(then);
    });

    it('closes twice, at once and again, and gives nothing afterwards', async () => {
      const { driver, host } = await opened();
      await Promise.all([driver.close(), driver.close()]);
      const count = host.admitted.length;
      await driver.close();
      // As long as another one of its kind takes to give frames on every stream.
      await opened();
      expect(host.admitted.length).toBe(count);
    });

    it('can be closed by whoever takes a frame, and gives nothing afterwards', async () => {
      let closing: Promise<void> | undefined;
      let clock = 1e9;
      const host = createHost({
        clock: () => clock,
        onInput: ({ kind }) => {
          if (kind === 'frame') closing ??= driver.close();
        },
      });
      const driver = make();
      await driver.start(host, never);
      // The consumer comes late: many frames are due at once.
      clock += 10e9;
      await host.until(() => closing !== undefined);
      await closing;
      await opened();
      expect(host.frames()).toHaveLength(1);
    });

    it('can be closed before it is opened', async () => {
      await expect(make().close()).resolves.toBeUndefined();
    });

    it('is not opened once it has been called off', async () => {
      const driver = make();
      const host = createHost();
      const reason = new Error('called off');
      await expect(driver.start(host, AbortSignal.abort(reason))).rejects.toBe(reason);
      await driver.close();
      await opened();
      expect(host.admitted).toEqual([]);
    });

    it('gives nothing more once it has been called off, while it is being opened or later', async () => {
      const stopping = new AbortController();
      const host = createHost();
      const driver = make();
      const opening = driver.start(host, stopping.signal).catch((error: unknown) => error);
      stopping.abort(new Error('called off'));
      const count = host.admitted.length;
      const error = await opening;
      // It may have been open already.
      if (error !== undefined) expect(error).toBe(stopping.signal.reason);
      await opened();
      expect(host.admitted.length).toBe(count);
      await driver.close();
    });

    it('breathes while its consumer is too slow, so that it can be closed', async () => {
      // Every input takes the consumer a second: nothing that gives more than a frame a second is ever caught up with.
      let clock = 1e9;
      const host = createHost({ clock: () => clock, onInput: () => (clock += 1e9) });
      const driver = make();
      await driver.start(host, never);
      clock += 1e9;
      for (let breaths = 0, before = 0; breaths < 5; breaths += 1) {
        await host.until(() => host.admitted.length > before);
        await new Promise((resolve) => setImmediate(resolve));
        expect(host.admitted.length - before).toBeLessThanOrEqual(MOST_AT_ONCE);
        before = host.admitted.length;
      }
      await driver.close();
      const count = host.admitted.length;
      await opened();
      expect(host.admitted.length).toBe(count);
    });

    for (const { config: said, code } of unopenable) {
      it(`says ${code} when it cannot be opened with ${JSON.stringify(said)}`, async () => {
        const driver = make(said);
        const host = createHost();
        const error: unknown = await driver.start(host, never).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(SensoriumError);
        expect(error).toMatchObject({ code });
        expect((error as SensoriumError).message).not.toMatch(/\n/);
        await driver.close();
        expect(host.frames()).toEqual([]);
      });
    }

    const { simulate } = definition;
    if (simulate !== undefined) {
      it('gives in virtual time what it announces live, in order, the same each time', () => {
        const source = simulate('device', configured({}));
        expect(source.streams).toEqual(make().streams);
        const streams = new Map(source.streams.map((stream) => [stream.id, stream]));
        const inputs = [...source.inputs(3)];
        expect(inputs).toEqual([...simulate('device', configured({})).inputs(3)]);
        expect(inputs.length).toBeGreaterThan(0);
        let before = 0;
        for (const body of inputs) {
          const at = body.kind === 'frame' ? body.arrival.received : body.at;
          expect(Number.isSafeInteger(at)).toBe(true);
          expect(at).toBeGreaterThanOrEqual(before);
          expect(at).toBeLessThanOrEqual(3e9);
          before = at;
          if (body.kind === 'frame') expectToBeOf(body.arrival, streams.get(body.arrival.stream));
        }
      });
    }
  });
}

async function everyStream(driver: Driver, host: TestHost): Promise<void> {
  await host.until(() => {
    const heard = new Set(host.frames().map(({ stream }) => stream));
    return driver.streams.every(({ id }) => heard.has(id));
  });
}

/** Holds a frame to what was announced of its stream. */
function expectToBeOf({ stream, frameId, device, measurement }: Arrival, said: StreamDescriptor | undefined): void {
  if (said === undefined) throw new Error(`${stream} was not announced`);
  expect([measurement.kind, frameId]).toEqual([said.kind, said.frameId]);
  const { clock } = said;
  if (clock.domain === 'none') return expect(device).toBeUndefined();
  expect(typeof device).toBe('bigint');
  const raw = device as bigint;
  if (clock.domain === 'unix') expect(raw > 0n).toBe(true);
  else expect(BigInt.asUintN(clock.bits, raw)).toBe(raw);
}

/** Everything in a frame but its lease, its arrays copied: a clone of shared memory would be the same memory. */
function snapshotOf({ lease: _lease, measurement, ...arrival }: Arrival): unknown {
  const copied = Object.entries(measurement).map(([key, value]: [string, unknown]) => [
    key,
    ArrayBuffer.isView(value) && !(value instanceof DataView) ? (value as Uint8Array).slice() : value,
  ]);
  return structuredClone({ ...arrival, measurement: Object.fromEntries(copied) as unknown });
}

function leavesOf(tree: SchemaTree, path: readonly string[] = []): [readonly string[], Leaf][] {
  return Object.entries(tree).flatMap(([key, node]): [readonly string[], Leaf][] =>
    isLeaf(node) ? [[[...path, key], node]] : leavesOf(node, [...path, key]),
  );
}

function nested(path: readonly string[], value: unknown): Section {
  const [key, ...rest] = path;
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}
