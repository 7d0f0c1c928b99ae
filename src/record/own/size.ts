import type { Input } from '../../contract/index.ts';

/** Bytes of an input besides its arrays, roughly. */
const INPUT_BYTES = 400;

/** Bytes that an input takes in memory, roughly. */
export function bytesOfInput(input: Input): number {
  if (input.kind !== 'frame') return INPUT_BYTES;
  let bytes = INPUT_BYTES;
  const measurement: object = input.arrival.measurement;
  for (const key in measurement) {
    const value: unknown = measurement[key as keyof typeof measurement];
    if (ArrayBuffer.isView(value)) bytes += value.byteLength;
  }
  return bytes;
}
