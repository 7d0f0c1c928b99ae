import {
  cloudBytes,
  pictureBytes,
  type AudioMeasurement,
  type CloudMeasurement,
  type DepthMeasurement,
  type ImageMeasurement,
  type Measurement,
} from '../frame/index.ts';
import { inspectPicture } from './image/compressed.ts';

/** Why a payload cannot be what its measurement says. */
export type PayloadFault =
  /** Fewer bytes than its sizes need. */
  | 'undersized'
  /** More pixels or points than any sensor of a robot gives. */
  | 'oversized'
  /** A compressed picture whose end is missing. */
  | 'truncated'
  /** Sizes that make no sense, or a compressed picture without a header. */
  | 'malformed';

/** Pixels of a picture, or points of a cloud, at most: 8192 x 8192. Memory is taken by what the header says. */
const MOST_PIXELS = 2 ** 26;

/**
 * Looks at a payload's sizes and header before anybody takes memory by them.
 * @returns `undefined` where nothing is wrong, and for measurements without a large payload
 */
export function payloadFault(measurement: Measurement): PayloadFault | undefined {
  switch (measurement.kind) {
    case 'image':
      return measurement.rowStride === undefined ? compressedFault(measurement) : rawFault(measurement);
    case 'depth':
      return depthFault(measurement);
    case 'cloud':
      return cloudFault(measurement);
    case 'audio':
      return audioFault(measurement);
    default:
      return undefined;
  }
}

function compressedFault({ data }: ImageMeasurement): PayloadFault | undefined {
  const found = inspectPicture(data);
  if (found === undefined) return data.length === 0 ? 'undersized' : undefined;
  if ('problem' in found) return found.problem === 'truncated' ? 'truncated' : 'malformed';
  return areaFault(found.width, found.height);
}

function rawFault(picture: ImageMeasurement): PayloadFault | undefined {
  const { width = 0, height = 0, data } = picture;
  return areaFault(width, height) ?? lengthFault(pictureBytes(picture), data);
}

function depthFault({ width, height, data }: DepthMeasurement): PayloadFault | undefined {
  return areaFault(width, height) ?? (data.length < width * height ? 'undersized' : undefined);
}

/** A cloud may be empty. */
function cloudFault(cloud: CloudMeasurement): PayloadFault | undefined {
  const { width, height, data } = cloud;
  if (width === 0 || height === 0) return undefined;
  return areaFault(width, height) ?? lengthFault(cloudBytes(cloud), data);
}

function lengthFault(needed: number | undefined, { length }: Uint8Array): PayloadFault | undefined {
  if (needed === undefined) return 'malformed';
  return length < needed ? 'undersized' : undefined;
}

function audioFault({ sampleRate, channels, data }: AudioMeasurement): PayloadFault | undefined {
  if (!(sampleRate > 0 && Number.isFinite(sampleRate) && Number.isInteger(channels) && channels > 0))
    return 'malformed';
  return data.length % channels === 0 ? undefined : 'undersized';
}

function areaFault(width: number, height: number): PayloadFault | undefined {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) return 'malformed';
  return width * height > MOST_PIXELS ? 'oversized' : undefined;
}
