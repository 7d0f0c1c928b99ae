import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SensoriumError, type Input } from '../../src/contract/index.ts';
import { openLog } from '../../src/record/index.ts';
import { sensorium } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-damage-'));
const whole = join(folder, 'whole.mcap');
const damaged = join(folder, 'damaged.mcap');
let bytes: Buffer;
let inputs: readonly Input[];

/** Everything that can be read of a file; `undefined` where it is refused with a clear error. */
async function read(path: string): Promise<{ inputs: Input[]; warnings: readonly string[] } | undefined> {
  try {
    const log = await openLog(path);
    const all: Input[] = [];
    for await (const batch of log.entries()) for (const entry of batch) all.push(entry as Input);
    return { inputs: log.format === 'sensorium' ? all : [], warnings: log.warnings };
  } catch (error) {
    expect(error).toBeInstanceOf(SensoriumError);
    return undefined;
  }
}

beforeAll(async () => {
  expect((await sensorium(['simulate', '--duration', '2s', '--seed', '5', '--out', whole])).exitCode).toBe(0);
  bytes = readFileSync(whole);
  inputs = (await read(whole))?.inputs ?? [];
  expect(inputs.length).toBeGreaterThan(500);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a recording', () => {
  it('that was cut off anywhere gives what came before the cut, but for the last quarter of a second', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        writeFileSync(damaged, bytes.subarray(0, length));
        const found = (await read(damaged))?.inputs ?? [];
        expect(found).toEqual(inputs.slice(0, found.length));
        // Inputs lie evenly in the file, behind a header of some kilobytes.
        const header = 64 * 1024;
        const share = Math.max(0, (length - header) / bytes.length);
        expect(found.length).toBeGreaterThanOrEqual(Math.floor((share - 0.125) * inputs.length));
      }),
      { numRuns: 60 },
    );
  });

  it('in which bits have flipped gives no input that was not recorded', async () => {
    const byNumber = new Map(inputs.map((input) => [input.number, input]));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.integer({ min: 8, max: bytes.length - 1 }), bit: fc.nat(7) }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (flips) => {
          const flipped = Buffer.from(bytes);
          for (const { at, bit } of flips) flipped[at] ^= 1 << bit;
          writeFileSync(damaged, flipped);
          const found = (await read(damaged))?.inputs ?? [];
          for (const input of found) expect(input).toEqual(byNumber.get(input.number));
        },
      ),
      { numRuns: 60 },
    );
  });
});
