import type { Measurement } from '../frame/index.ts';

/**
 * Equal measurements in a row that make a stream suspect. PX4's DataValidator takes as many. Too few: a quiet, coarsely
 * quantised sensor is suspected; too many: a dead one goes unnoticed for longer.
 */
export const MOST_EQUAL = 100;

/**
 * Watches a stream for values that do not change any more: a sensor whose readings carry noise has stopped measuring
 * when it repeats itself. Kinds that are quantised and may well rest (odometry, poses, twists, fixes, ranges, scalars, an
 * orientation alone) are exempt, and so is what shows nothing: a scan without a return, a picture of one colour, a cloud
 * without points, sound of nothing but zeros. Of pictures, depth, clouds and sound a sample of the bytes is compared.
 * @returns takes a measurement and says whether the stream is frozen
 */
export function createFrozenDetector(): (measurement: Measurement) => boolean {
  let last: Measurement | undefined;
  let lastPrint: number | undefined;
  let equal = 0;
  return (measurement) => {
    const print = printOf(measurement);
    const isEqual = print === undefined ? last !== undefined && isRepeated(last, measurement) : print === lastPrint;
    equal = isEqual ? equal + 1 : 1;
    last = measurement;
    lastPrint = print;
    return equal >= MOST_EQUAL;
  };
}

/** Values of a picture, a cloud or a block of sound that are looked at. */
const SAMPLES = 1024;

/** A number that is the same for the same content: it lies in memory that is used again, and is not kept. */
function printOf(measurement: Measurement): number | undefined {
  switch (measurement.kind) {
    case 'image':
    case 'depth':
    case 'cloud':
    case 'audio':
      return printOfSample(measurement.data);
    default:
      return undefined;
  }
}

/** `undefined` where all values that are looked at are one. */
function printOfSample(data: Uint8Array | Uint16Array | Int16Array): number | undefined {
  // FNV-1a (Fowler, Noll, Vo), 32 bits.
  let print = 0x811c9dc5 ^ data.length;
  // Odd: each byte of a point or a pixel has its turn.
  const step = Math.max(1, Math.floor(data.length / SAMPLES)) | 1;
  let hasDetail = false;
  for (let i = 0; i < data.length; i += step) {
    print = Math.imul(print ^ data[i], 0x01000193);
    hasDetail ||= data[i] !== data[0];
  }
  return hasDetail ? print : undefined;
}

function isRepeated(a: Measurement, b: Measurement): boolean {
  if (a.kind === 'imu' && b.kind === 'imu') {
    if (a.angularVelocity === undefined && a.linearAcceleration === undefined) return false;
    return same(a.angularVelocity, b.angularVelocity) && same(a.linearAcceleration, b.linearAcceleration);
  }
  if (a.kind === 'magneticField' && b.kind === 'magneticField') return same(a.field, b.field);
  if (a.kind === 'scan' && b.kind === 'scan') return same(a.ranges, b.ranges) && a.ranges.some(Number.isFinite);
  return false;
}

function same(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (!Object.is(a[i], b[i])) return false;
  return true;
}
