import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { defineDriver, type DriverHost } from '../../src/contract/index.ts';
import { startDaemon, type SessionStart } from '../../src/daemon/index.ts';
import type { Measurement, StreamDescriptor } from '../../src/frame/index.ts';
import { createLogWriter, openLog } from '../../src/record/index.ts';
import { sessionHeaderOf } from '../../src/replay/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-payloads-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BYTES = 300_000;
const camera = { kind: 'image', encoding: 'rgb8', width: 1000, height: 100, rowStride: 3000 } as const;
const stream = (id: string): StreamDescriptor => ({
  id,
  kind: 'image',
  frameId: id,
  clock: { domain: 'none' },
  role: 'sensor',
});

/** Two cameras that give pictures as fast as they are asked to, each filled with a number, in the host's memory. */
function camerasDriver(running: (host: DriverHost) => void) {
  return defineDriver({
    type: 'cameras',
    summary: 'two cameras',
    schema: {},
    create: () => ({
      streams: [stream('left'), stream('right')],
      start: (host) => Promise.resolve(running(host)),
      close: () => Promise.resolve(),
    }),
  });
}

function picture(host: DriverHost, id: string, mark: number, more: Partial<Measurement> = {}): boolean {
  const taken = host.payload(BYTES);
  if (taken === undefined) return false;
  taken.data.fill(mark);
  const measurement = { ...camera, data: taken.data, ...more } as Measurement;
  const arrival = { stream: id, frameId: id, device: undefined, received: host.now(), measurement, lease: taken };
  host.admit({ kind: 'frame', arrival });
  return true;
}

it('lie in memory that is used again, and nobody reads them too late', async () => {
  let host: DriverHost | undefined;
  const path = join(folder, 'drive.mcap');
  const drivers = [camerasDriver((given) => (host = given))];
  const config = readConfig(
    {
      sources: { cameras: { driver: 'cameras' } },
      publish: { mqtt: { enabled: false }, zeromq: { enabled: false } },
      web: { enabled: false },
      record: { path },
      align: { policy: 'approximate' },
      memory: { payloadMegabytes: 8 },
    },
    drivers,
  );
  const openRecorder = (file: string, { clock, ...session }: SessionStart) =>
    createLogWriter(file, sessionHeaderOf({ ...session, epoch: clock.epoch }, '0'));
  const daemon = await startDaemon({ config, drivers, version: '0', env: {}, openRecorder, poison: true });
  // Memory is for a dozen of them: the others wait until it is free.
  const given = 200;
  for (let i = 0; i < given;) {
    if (host !== undefined && picture(host, i % 2 === 0 ? 'left' : 'right', i % 251)) i += 1;
    else await new Promise((resolve) => setImmediate(resolve));
  }
  const { sets } = daemon.report();
  expect(sets.count).toBeGreaterThan(20);
  await daemon.stop();
  expect(daemon.recording()).toMatchObject({ lost: {} });
  let read = 0;
  for await (const batch of (await openLog(path)).entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'frame' || entry.arrival.measurement.kind !== 'image') continue;
      const { data } = entry.arrival.measurement;
      read += 1;
      expect(data.every((byte) => byte === data[0] && byte !== 0xff)).toBe(true);
    }
  }
  expect(read).toBe(given);
});

it('that are not what they say are refused, each counted once', async () => {
  let host: DriverHost | undefined;
  const drivers = [camerasDriver((given) => (host = given))];
  const config = readConfig(
    {
      sources: { cameras: { driver: 'cameras' } },
      publish: { mqtt: { enabled: false }, zeromq: { enabled: false } },
      web: { enabled: false },
    },
    drivers,
  );
  const daemon = await startDaemon({ config, drivers, version: '0', env: {}, poison: true });
  const given = host;
  if (given === undefined) throw new Error('not started');
  picture(given, 'left', 1);
  picture(given, 'left', 2, { height: 101 });
  picture(given, 'left', 3, { width: 65_535, height: 65_535, rowStride: 196_605 });
  const cut = { encoding: 'jpeg', width: undefined, height: undefined, rowStride: undefined };
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0);
  picture(given, 'left', 4, { ...cut, data: jpeg });
  const left = daemon.report().streams.find(({ descriptor }) => descriptor.id === 'left');
  await daemon.stop();
  expect(left?.account.received).toBe(4);
  expect(left?.account.dropped).toMatchObject({ undersized: 1, oversized: 1, truncated: 1 });
});
