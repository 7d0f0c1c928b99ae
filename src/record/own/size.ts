import type { Input } from '../../contract/index.ts';
import { bytesOf } from '../../frame/index.ts';

/** Bytes of an input besides its arrays, roughly. */
const INPUT_BYTES = 400;

/** Bytes that an input takes in memory, roughly. */
export function bytesOfInput(input: Input): number {
  return INPUT_BYTES + (input.kind === 'frame' ? bytesOf(input.arrival.measurement) : 0);
}
