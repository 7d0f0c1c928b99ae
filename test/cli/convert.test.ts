import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sensorium } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-convert-'));
const drive = join(folder, 'drive.mcap');
afterAll(() => rmSync(folder, { recursive: true }));

interface Info {
  readonly channels: readonly { readonly topic: string }[];
}

async function run<T>(...args: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await sensorium([...args, '--json']);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

describe('sensorium convert', () => {
  beforeAll(async () => {
    const { exitCode } = await sensorium(['simulate', '--duration', '2s', '--seed', '3', '--out', drive]);
    expect(exitCode).toBe(0);
  });

  it('says what it left out, and makes a recording of ours again that can be verified', async () => {
    const bag = join(folder, 'drive.bag');
    const result = await run<{ messages: number; left: { topic: string }[]; topics: object[] }>('convert', drive, bag);
    expect(result.left.map(({ topic }) => topic)).toContain('ticks');
    const ours = join(folder, 'again.mcap');
    const again = await run<{ messages: number }>('convert', bag, ours, '--format', 'sensorium');
    const { channels } = await run<Info>('info', ours);
    expect(channels.some(({ topic }) => topic === '/sensorium/tick')).toBe(true);
    expect(again.messages).toBe(result.messages - 1);
    expect((await sensorium(['replay', ours, '--verify'])).exitCode).toBe(0);
    const { digest } = await run<{ digest: string }>('replay', bag);
    expect(await run<{ digest: string }>('replay', ours)).toMatchObject({ digest });
  });

  it('overwrites nothing unless it is told to, and never the log itself', async () => {
    const out = join(folder, 'there.bag');
    writeFileSync(out, 'mine');
    const refused = await sensorium(['convert', drive, out]);
    expect([refused.exitCode, refused.stderr]).toEqual([
      73,
      `${out}: exists already; --force overwrites it (E_FILE_EXISTS)\n`,
    ]);
    expect((await sensorium(['convert', drive, out, '--force'])).exitCode).toBe(0);
    expect((await sensorium(['convert', drive, drive, '--force'])).stderr).toContain('the log itself');
  });

  it.each([
    [['x.txt'], 'expected a name that ends with .bag, .db3 or .mcap'],
    [['x.bag', '--compression', 'zstd'], 'bag is not compressed'],
    [['x.mcap', '--streams', 'imu,nose'], '/imu'],
    [['x.mcap', '--format', 'sensorium'], 'is a recording of ours already'],
    [['none/x.mcap'], 'cannot be written: no such file or directory (E_FILE_WRITE)'],
  ])('%j is refused in one line, and leaves nothing', async ([out, ...options], why) => {
    const { exitCode, stderr } = await sensorium(['convert', drive, join(folder, out), ...options]);
    expect(exitCode).not.toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(why);
    expect(existsSync(join(folder, out))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
