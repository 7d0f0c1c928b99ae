import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Input } from '../../src/contract/index.ts';
import { stampOf, type InputNumber } from '../../src/frame/index.ts';
import { openLog, type SessionHeader } from '../../src/record/index.ts';
import { HOST_STORAGE, type LogStorage } from '../../src/record/own/storage.ts';
import { createLogWriter } from '../../src/record/own/writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER: SessionHeader = {
  format: 1,
  epoch: '1700000000000000000',
  sensorium: '0',
  node: '',
  architecture: '',
  configurationHash: '',
  calibrationHash: '',
  streams: [],
  mounts: {},
  configuration: {},
};

/** The host's file system, which refuses to be written to with such an error while there is one, and has so much room. */
function disk(): LogStorage & { fault: string | undefined; room: number } {
  const storage = {
    fault: undefined as string | undefined,
    room: Infinity,
    async open(path: string, replace: boolean) {
      const file = await HOST_STORAGE.open(path, replace);
      const write = (bytes: Uint8Array, position: number): Promise<void> =>
        storage.fault === undefined
          ? file.write(bytes, position)
          : Promise.reject(Object.assign(new Error(storage.fault), { code: storage.fault }));
      return { ...file, write };
    },
    remove: (path: string) => HOST_STORAGE.remove(path),
    free: () => Promise.resolve(storage.room),
  };
  return storage;
}

/** A tick each 10 ms. */
const tick = (number: number): Input => {
  const now = stampOf(number * 1e7);
  return { number: number as InputNumber, now, kind: 'tick', at: now };
};

async function numbersIn(path: string): Promise<number[]> {
  const log = await openLog(path);
  const numbers: number[] = [];
  for await (const batch of log.entries()) for (const entry of batch) numbers.push((entry as Input).number);
  return numbers;
}

describe('a disk', () => {
  // s       0 ...... 3 ........ 5 ....... 10
  // disk    works    fault      works
  // files   x.mcap   (lost)     ... x.1.mcap
  it.each([
    ['that is full', 'ENOSPC'],
    ['that becomes read-only', 'EROFS'],
  ])('%s pauses the recording, which goes on in a further file once there is room', async (_, fault) => {
    const path = join(folder, `${fault}.mcap`);
    const storage = disk();
    const states: string[] = [];
    const changed = ({ state, why = '' }: { state: string; why?: string }): void => void states.push(`${state} ${why}`);
    const writer = await createLogWriter(path, HEADER, { storage, changed });
    for (let number = 1; number <= 1000; number += 1) {
      storage.fault = number > 300 && number <= 500 ? fault : undefined;
      writer.tap(tick(number));
      await writer.idle();
    }
    const status = await writer.close();
    expect(states).toEqual([`paused ${fault}`, 'recording ']);
    expect(status).toMatchObject({ state: 'ended', files: 2, recorded: 1000 - status.lost[fault] });
    const [first, second] = [await numbersIn(path), await numbersIn(join(folder, `${fault}.1.mcap`))];
    // What is in the files, and what was counted as lost between them, is all that there was.
    expect(first).toEqual(first.map((_number, i) => i + 1));
    expect(second).toEqual(second.map((_number, i) => 1001 - second.length + i));
    expect(first.length + second.length + status.lost[fault]).toBe(1000);
    // The last quarter of a second before it, and at most 4 s after it until it is tried again.
    expect(first.length).toBeGreaterThanOrEqual(275);
    expect(second[0]).toBeLessThanOrEqual(900);
  });

  it('that has less room than is to stay free pauses the recording without a loss of what came before', async () => {
    const path = join(folder, 'floor.mcap');
    const storage = disk();
    const writer = await createLogWriter(path, HEADER, { storage, minimumFree: 1e6 });
    for (let number = 1; number <= 1000; number += 1) {
      storage.room = number > 300 && number <= 500 ? 9e5 : 1e9;
      writer.tap(tick(number));
      await writer.idle();
    }
    const status = await writer.close();
    const [first, second] = [await numbersIn(path), await numbersIn(join(folder, 'floor.1.mcap'))];
    expect(status).toMatchObject({ files: 2, lost: { 'no space': second[0] - first.length - 1 } });
    // It looks once a second.
    expect(first.length).toBeGreaterThanOrEqual(300);
    expect(first.length).toBeLessThanOrEqual(401);
    expect(second[0]).toBeLessThanOrEqual(700);
  });

  it('that is full from the start is no reason not to start', async () => {
    const path = join(folder, 'start.mcap');
    const storage = disk();
    storage.fault = 'ENOSPC';
    const writer = await createLogWriter(path, HEADER, { storage });
    expect(writer.status()).toMatchObject({ state: 'paused', why: 'ENOSPC' });
    storage.fault = undefined;
    for (let number = 1; number <= 500; number += 1) {
      writer.tap(tick(number));
      await writer.idle();
    }
    expect(await writer.close()).toMatchObject({ state: 'ended', files: 1 });
  });
});
