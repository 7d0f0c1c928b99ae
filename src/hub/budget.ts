import { totalmem } from 'node:os';
import { SensoriumError } from '../contract/index.ts';
import type { Precision } from './layout.ts';

/**
 * Bytes that a model may hold: what a worker is allowed (1.5 GiB), without what Node and the libraries in it take (130 MiB) and some more.
 * Too little: models that would run are refused; too much: the worker is killed when it outgrows its bound, each time anew.
 */
export const BUDGET = 1.3 * 2 ** 30;

/** Bytes that a model may hold in a program that is there for it alone: half of the machine's memory. */
export function budgetAlone(): number {
  return Math.max(BUDGET, totalmem() / 2);
}

const MIB = 2 ** 20;

/**
 * What an open network holds, in sizes of its file: its weights, and those of its matrix products packed once more for the processor
 * (1.5 measured with CLIP ViT-B/32 in fp32, onnxruntime-node 1.30). The CPU has no fp16: weights become fp32 first. Those of q8 and q4 are
 * no measurement.
 */
const HELD: Readonly<Record<Precision, number>> = { fp32: 1.5, fp16: 3, q8: 1.5, q4: 1.5 };

/**
 * Most bytes that opening networks one after the other takes: what those that are open hold, and of the one that is being opened its
 * file as well, which is given back then.
 * @param files bytes of each network's file, in the order in which they are opened
 */
export function workingSet(files: readonly number[], precision: Precision): number {
  let open = 0;
  let most = 0;
  for (const bytes of files) {
    open += bytes * HELD[precision];
    most = Math.max(most, open + bytes);
  }
  return most;
}

/**
 * @param path of the model, for the error
 * @throws SensoriumError E_MODEL_SIZE
 */
export function checkBudget(needed: number, budget: number, path: string): void {
  if (needed <= budget) return;
  const what = `needs ${Math.ceil(needed / MIB)} MiB while it is loaded, may hold ${Math.floor(budget / MIB)} MiB`;
  throw new SensoriumError('E_MODEL_SIZE', `${what}; a smaller precision needs less`, { path });
}

/**
 * Gives the memory of a file back at once. A collector takes its time with it, since the buffer is large and its object small; a message
 * that is never delivered does not.
 * @param content the only view of its buffer; it is empty from now on
 */
export function giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(undefined, [buffer]);
  port1.close();
  port2.close();
}
