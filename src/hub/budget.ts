import { SensoriumError } from '../contract/index.ts';

/**
 * Bytes that a model may hold: what a worker is allowed (1.5 GiB), without what Node and the libraries in it take (200 MiB). Too little:
 * models that would run are refused; too much: the worker is killed when it outgrows its bound, each time anew.
 */
export const BUDGET = 1.3 * 2 ** 30;

const MIB = 2 ** 20;

/**
 * Most bytes that opening networks one after the other takes: of those that are open their weights, of the one that is being opened
 * its file as well, which ONNX Runtime copies out of. A network whose numbers are not fp32 may hold them twice, as its file has them
 * and as it calculates with them.
 * @param files bytes of each network's file, in the order in which they are opened
 */
export function workingSet(files: readonly number[], isFp32: boolean): number {
  const held = files.map((bytes) => bytes * (isFp32 ? 1 : 2));
  return held.reduce((most, bytes, i) => {
    const before = held.slice(0, i).reduce((sum, its) => sum + its, 0);
    return Math.max(most, before + bytes + files[i]);
  }, 0);
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
