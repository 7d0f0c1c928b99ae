import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import type { InputBody } from '../../src/contract/index.ts';
import { SILENT } from '../../src/daemon/log.ts';
import { backoffMs, createSources, type SourceHost } from '../../src/daemon/source.ts';
import { stampOf } from '../../src/frame/index.ts';
import { metronomeDriver, type Openings } from './support/metronome.ts';

/** A host that waits for nothing and notes what it is given. */
function createHost() {
  const inputs: InputBody[] = [];
  const waits: number[] = [];
  const failures: unknown[] = [];
  const listeners: (() => void)[] = [];
  const host: SourceHost = {
    now: () => stampOf(0),
    epoch: 0n,
    admit: (body) => {
      inputs.push(body);
      listeners.forEach((listener) => listener());
    },
    payload: () => undefined,
    log: SILENT,
    delay: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    fail: (error) => failures.push(error),
  };
  /** Resolves when an input fulfils the condition. */
  const seen = (condition: (body: InputBody) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (inputs.some(condition)) resolve();
      };
      listeners.push(check);
      check();
    });
  return { host, inputs, waits, failures, seen };
}

function sourcesOf(raw: object, openings: Openings = new Map()) {
  const drivers = [metronomeDriver(openings)];
  return { sources: createSources(readConfig(raw, drivers), drivers), openings };
}

const events = (inputs: readonly InputBody[]) =>
  inputs.flatMap((body) => (body.kind === 'stream' ? [`${body.stream} ${body.event.what}`] : []));

describe('a source', () => {
  it('waits longer and longer before it is opened again, up to one and a half seconds', () => {
    expect([1, 2, 3, 4, 60].map(backoffMs)).toEqual([500, 1000, 1500, 1500, 1500]);
  });

  it('that opens says so and gives frames under their configured names', async () => {
    const { sources } = sourcesOf({
      sources: { imu: { driver: 'metronome', periodMs: 1 } },
      streams: { gyro: { source: 'imu', frameId: 'gyro_link' } },
    });
    const { host, inputs, seen } = createHost();
    expect(sources[0].streams).toMatchObject([{ id: 'gyro', frameId: 'gyro_link' }]);
    await sources[0].start(host);
    await seen(({ kind }) => kind === 'frame');
    await sources[0].close();
    expect(events(inputs)).toEqual(['gyro opened']);
    const frames = inputs.flatMap((body) => (body.kind === 'frame' ? [body.arrival] : []));
    expect(frames[0]).toMatchObject({ stream: 'gyro', frameId: 'gyro_link' });
  });

  it('that fails is lost, and tried again until it opens', async () => {
    const { sources, openings } = sourcesOf({ sources: { imu: { driver: 'metronome', periodMs: 1, failures: 3 } } });
    const { host, inputs, waits, seen } = createHost();
    await sources[0].start(host);
    await seen(({ kind }) => kind === 'frame');
    await sources[0].close();
    expect(waits).toEqual([500, 1000, 1500]);
    expect(events(inputs)).toEqual(['imu lost', 'imu lost', 'imu lost', 'imu opened']);
    expect(openings.get('imu')).toEqual({ attempts: 4, open: 0 });
  });

  it('that fails again and again for the same reason is logged once', async () => {
    const { sources } = sourcesOf({ sources: { imu: { driver: 'metronome', periodMs: 1, failures: 3 } } });
    const { host, seen } = createHost();
    const lines: string[] = [];
    const note = (_facts: object, message: string): void => void lines.push(message);
    await sources[0].start({ ...host, log: { info: note, warn: note, error: note } });
    await seen(({ kind }) => kind === 'frame');
    await sources[0].close();
    expect(lines).toEqual([expect.stringContaining('nobody there'), 'opened']);
  });

  it('with a wrong configuration is not tried again', async () => {
    const code = 'E_CONFIG_RANGE';
    const { sources } = sourcesOf({ sources: { imu: { driver: 'metronome', failures: 1, code } } });
    await expect(sources[0].start(createHost().host)).rejects.toMatchObject({ code });
  });

  it('gives nothing more once it is closed, and closes twice', async () => {
    const { sources } = sourcesOf({ sources: { imu: { driver: 'metronome', periodMs: 1 } } });
    const { host, inputs, seen } = createHost();
    await sources[0].start(host);
    await seen(({ kind }) => kind === 'frame');
    await sources[0].close();
    await sources[0].close();
    const before = inputs.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(inputs.length).toBe(before);
  });
});
