import {
  cloudBytes,
  pictureBytes,
  type AudioMeasurement,
  type CloudMeasurement,
  type DepthMeasurement,
  type ImageMeasurement,
} from '../../frame/index.ts';

/**
 * Pictures, clouds and sound as logs hold them: what they say of their size is compared with their bytes before anything
 * is allocated or handed on. All throw an Error that says what does not fit.
 */

/** REP 118: depth in mm. */
const DEPTH_ENCODING = '16UC1';
const MILLIMETRE = 0.001;

/** A raw picture as messages say it. */
export interface RawPicture {
  readonly width: number;
  readonly height: number;
  readonly encoding: string;
  readonly step: number;
  readonly bigEndian: boolean;
  readonly data: Uint8Array;
}

/** A raw picture; one of 16-bit counts is depth in mm. */
export function pictureOf(said: RawPicture): ImageMeasurement | DepthMeasurement {
  const { width, height, encoding, step, bigEndian, data } = said;
  if (!isCount(width) || !isCount(height)) throw new Error(`a picture of ${width} x ${height} pixels`);
  const needed = pictureBytes({ width, height, encoding, rowStride: step });
  if (needed === undefined) throw new Error(`a picture of ${width} x ${height} ${encoding} with rows of ${step} bytes`);
  if (needed > data.byteLength) {
    throw new Error(
      `a picture of ${width} x ${height} ${encoding} takes ${needed} bytes, there are ${data.byteLength}`,
    );
  }
  if (encoding === DEPTH_ENCODING && !bigEndian && step === 2 * width) {
    const counts = new Uint16Array(width * height);
    new Uint8Array(counts.buffer).set(data.subarray(0, counts.byteLength));
    return { kind: 'depth', width, height, scale: MILLIMETRE, data: counts };
  }
  return { kind: 'image', encoding, width, height, rowStride: step, bigEndian, data };
}

/** Names that image_transport puts around the format: `rgb8; jpeg compressed bgr8`. */
const TRANSPORTED = /^.*;\s*(jpeg|png) compressed\b.*$/;

/** A compressed picture: it stays compressed. */
export function compressedPictureOf(format: string, data: Uint8Array): ImageMeasurement {
  const encoding = format.replace(TRANSPORTED, '$1').replace(/^jpg$/, 'jpeg');
  // Depth that is packed by compressed_depth_image_transport has a header of its own before the file.
  if (/compressedDepth/i.test(format)) throw new Error(`a picture of format ${format}: not read`);
  if (data.byteLength === 0) throw new Error(`a ${encoding} picture without bytes`);
  return { kind: 'image', encoding, data };
}

/** Bytes of a point's field. */
const SIZES = { int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, float32: 4, float64: 8 } as const;

/** A cloud whose points lie within its bytes, and its fields within its points. */
export function cloudOf(said: Omit<CloudMeasurement, 'kind'>): CloudMeasurement {
  const { width, height, fields, pointStride, rowStride, data } = said;
  if (![width, height, pointStride, rowStride].every((value) => value === 0 || isCount(value))) {
    throw new Error(`a cloud of ${width} x ${height} points of ${pointStride} bytes`);
  }
  const needed = cloudBytes(said);
  if (needed === undefined) {
    throw new Error(`a cloud with rows of ${width} points of ${pointStride} bytes in ${rowStride} bytes`);
  }
  if (needed > data.byteLength) {
    throw new Error(`a cloud of ${width} x ${height} points takes ${needed} bytes, there are ${data.byteLength}`);
  }
  if (needed > 0) {
    for (const { name, offset, type, count } of fields) {
      if (!(offset >= 0 && isCount(count) && offset + SIZES[type] * count <= pointStride)) {
        throw new Error(`a cloud whose field ${name} is not within its points`);
      }
    }
  }
  return { kind: 'cloud', ...said };
}

/** More channels than any array of microphones has. */
const MOST_CHANNELS = 1024;

/** A block of sound; only 16-bit PCM is read. */
export function soundOf(said: {
  readonly format: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly missing?: number;
  readonly data: Uint8Array;
}): AudioMeasurement {
  const { format, sampleRate, channels, missing = 0, data } = said;
  if (format !== 'pcm-s16') throw new Error(`sound of format ${format}: expected pcm-s16`);
  if (!isCount(sampleRate) || !isCount(channels) || channels > MOST_CHANNELS) {
    throw new Error(`sound of ${channels} channels at ${sampleRate} Hz`);
  }
  if (data.byteLength % (2 * channels) !== 0) {
    throw new Error(`sound of ${channels} channels in ${data.byteLength} bytes`);
  }
  const samples = new Int16Array(data.byteLength / 2);
  new Uint8Array(samples.buffer).set(data);
  return { kind: 'audio', sampleRate, channels, data: samples, missing };
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
