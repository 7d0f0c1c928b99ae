import { readFileSync, rmSync } from 'node:fs';
import type { Model, Tensors } from '../contract/index.ts';

/** Ways in which a model can misbehave. */
export const FAULTS = ['kill', 'hang', 'leak', 'nan'] as const;
export type Fault = (typeof FAULTS)[number];

/** What `leak` takes: 2 GiB of Buffers, which no limit on the heap of JavaScript sees. */
const LEAK_BLOCKS = 128;
const LEAK_BLOCK = 2 ** 24;

const leaked: Buffer[] = [];

/**
 * A model that works, but for once where a file tells it how to fail: its process is killed, it never returns, it keeps 2 GiB, or its
 * numbers are none.
 * @param order path of the file; it is gone once the fault has begun
 */
export function withFaults(model: Model, order: string): Model {
  return {
    manifest: model.manifest,
    execution: model.execution,
    async run(inputs) {
      const fault = taken(order);
      if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
      if (fault === 'hang') for (;;);
      if (fault === 'leak') {
        for (let i = 0; i < LEAK_BLOCKS; i += 1) leaked.push(Buffer.alloc(LEAK_BLOCK, 1));
      }
      const outputs = await model.run(inputs);
      return fault === 'nan' ? withoutNumbers(outputs) : outputs;
    },
    close: () => model.close(),
  };
}

function taken(order: string): string | undefined {
  try {
    const fault = readFileSync(order, 'utf8');
    rmSync(order);
    return fault;
  } catch {
    return undefined;
  }
}

function withoutNumbers(outputs: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { type, shape, data }]) => [
      name,
      { type, shape, data: new Float32Array(data.length).fill(NaN) },
    ]),
  );
}
