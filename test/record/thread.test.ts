import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Input } from '../../src/contract/index.ts';
import { stampOf, type InputNumber } from '../../src/frame/index.ts';
import { createPayloadPool } from '../../src/memory/index.ts';
import { createThreadedLogWriter, openLog, type RecordingStatus, type SessionHeader } from '../../src/record/index.ts';

const root = join(import.meta.dirname, '..', '..');
const script = pathToFileURL(join(root, 'dist/src/record/own/thread/thread.js'));
const dying = pathToFileURL(join(import.meta.dirname, 'support/dying-thread.mjs'));
const folder = mkdtempSync(join(tmpdir(), 'sensorium-thread-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER: SessionHeader = {
  format: 1,
  epoch: '1700000000000000000',
  sensorium: '0',
  node: '',
  architecture: '',
  configurationHash: '',
  calibrationHash: '',
  streams: [{ id: 'camera', kind: 'image', frameId: 'camera', clock: { domain: 'none' }, role: 'sensor' }],
  mounts: {},
  configuration: {},
};

const at = (number: number) => ({ number: number as InputNumber, now: stampOf(number * 1e6) });
const tick = (number: number): Input => ({ ...at(number), kind: 'tick', at: at(number).now });

async function inputsIn(path: string) {
  const log = await openLog(path);
  const inputs: Input[] = [];
  for await (const batch of log.entries()) for (const entry of batch) inputs.push(entry as Input);
  return { inputs, warnings: log.warnings };
}

describe('a recording in a thread', () => {
  it('has every picture as it was, though its memory was used again and again', async () => {
    const path = join(folder, 'pictures.mcap');
    const pool = createPayloadPool({ bytes: 2 ** 18, poison: true });
    const writer = await createThreadedLogWriter(path, HEADER, { script });
    const lost: number[] = [];
    for (let number = 1; number <= 200; number += 1) {
      let taken = pool.take(60_000);
      while (taken === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        pool.sweep();
        taken = pool.take(60_000);
      }
      taken.data.fill(number);
      const { data } = taken;
      const measurement = { kind: 'image', encoding: 'jpeg', data } as const;
      const arrival = { stream: 'camera', frameId: 'camera', device: undefined, received: at(number).now, measurement };
      writer.tap({ ...at(number), kind: 'frame', arrival: { ...arrival, lease: taken } });
      taken.release();
      pool.sweep();
    }
    expect(await writer.close({ digest: '', inputs: 200, published: 0 })).toMatchObject({ recorded: 200, lost: {} });
    pool.sweep();
    expect(pool.status().held).toBe(0);
    const { inputs } = await inputsIn(path);
    for (const input of inputs) {
      const { measurement } = (input as Extract<Input, { kind: 'frame' }>).arrival;
      if (measurement.kind !== 'image' || measurement.data.some((byte) => byte !== input.number))
        lost.push(input.number);
    }
    expect([inputs.length, lost]).toEqual([200, []]);
  });

  it('is bounded: what does not fit is lost and said so, and the place is marked', async () => {
    const path = join(folder, 'bounded.mcap');
    const writer = await createThreadedLogWriter(path, HEADER, { script, limits: { inputs: 10, bytes: 2 ** 20 } });
    for (let number = 1; number <= 25; number += 1) writer.tap(tick(number));
    expect(writer.status()).toMatchObject({ waiting: 10, lost: { 'queue full': 15 } });
    const { recorded, lost } = await writer.close({ digest: '', inputs: 25, published: 0 });
    expect([recorded, lost]).toEqual([10, { 'queue full': 15 }]);
    const { inputs, warnings } = await inputsIn(path);
    expect(inputs.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(warnings.join()).toMatch(/15/);
  });

  it('loses only what cannot be sent', async () => {
    const path = join(folder, 'defect.mcap');
    const writer = await createThreadedLogWriter(path, HEADER, { script });
    writer.tap(tick(1));
    const args = { callback: () => undefined };
    writer.tap({ ...at(2), kind: 'command', at: at(2).now, command: { verb: 'x', args } });
    writer.tap(tick(3));
    const { recorded, lost } = await writer.close();
    expect([recorded, lost]).toEqual([2, { 'not encodable': 1 }]);
  });

  it('goes on in a further file when its thread has died', async () => {
    const path = join(folder, 'died.mcap');
    const changes: RecordingStatus[] = [];
    let told: () => void = () => undefined;
    const next = () => new Promise<void>((resolve) => (told = resolve));
    const changed = (status: RecordingStatus): void => {
      changes.push(status);
      told();
    };
    const pool = createPayloadPool({ bytes: 2 ** 20 });
    const writer = await createThreadedLogWriter(path, HEADER, { script: dying, existing: 'next', changed });
    writer.tap(tick(1));
    const lease = pool.take(1);
    const picture = { kind: 'image', encoding: 'jpeg', data: lease?.data ?? new Uint8Array() } as const;
    const arrival = {
      stream: 'camera',
      frameId: 'c',
      device: undefined,
      received: at(2).now,
      measurement: picture,
      lease,
    };
    writer.tap({ ...at(2), kind: 'frame', arrival });
    writer.tap({ ...at(3), kind: 'command', at: at(3).now, command: { verb: 'die', args: {} } });
    await next();
    expect(writer.status()).toMatchObject({ state: 'paused', why: 'died', lost: { died: 3 } });
    writer.tap(tick(4));
    await next();
    expect(writer.status()).toMatchObject({ state: 'recording', lost: { died: 4 } });
    writer.tap(tick(5));
    lease?.release();
    pool.sweep();
    expect(pool.status().held).toBe(0);
    expect(await writer.close()).toMatchObject({ state: 'ended', files: 2, recorded: 1 });
    const { inputs } = await inputsIn(join(folder, 'died.1.mcap'));
    expect(inputs.map(({ number }) => number)).toEqual([5]);
  });

  it('refuses a file that exists, where it is to', async () => {
    const path = join(folder, 'there.mcap');
    await (await createThreadedLogWriter(path, HEADER, { script })).close();
    const again = createThreadedLogWriter(path, HEADER, { script, existing: 'refuse' });
    await expect(again).rejects.toMatchObject({ code: 'E_FILE_EXISTS', path });
    const nowhere = createThreadedLogWriter(join(folder, 'no', 'where.mcap'), HEADER, { script });
    await expect(nowhere).rejects.toMatchObject({ code: 'E_FILE_WRITE' });
  });
});
