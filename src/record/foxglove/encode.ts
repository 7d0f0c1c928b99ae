import type { Measurement } from '../../frame/index.ts';
import { NUMERIC_TYPES } from './decode.ts';
import { encodeProto } from './protobuf.ts';
import { FOXGLOVE_TYPES, type FoxgloveName } from './schemas.ts';

/** Where and when a frame was measured. */
export interface Framed {
  readonly frameId: string;
  readonly stamp: { readonly sec: number; readonly nsec: number };
}

/** Foxglove's type of a measurement; `undefined` for a kind that stays a ROS message, which its tools read as well. */
export function foxgloveName(measurement: Measurement): FoxgloveName | undefined {
  switch (measurement.kind) {
    case 'image':
      return measurement.rowStride === undefined ? 'CompressedImage' : 'RawImage';
    case 'depth':
      return 'RawImage';
    case 'cloud':
      return 'PointCloud';
    case 'audio':
      return 'RawAudio';
    case 'scan':
      return 'LaserScan';
    default:
      return undefined;
  }
}

/**
 * The bytes of a measurement as Foxglove's type in protocol buffers.
 * @throws Error for what the type cannot say
 */
export function foxgloveBytes(name: FoxgloveName, measurement: Measurement, framed: Framed): Uint8Array {
  const { sec, nsec } = framed.stamp;
  const message = { timestamp: { seconds: sec, nanos: nsec }, frame_id: framed.frameId, ...fieldsOf(measurement) };
  return encodeProto(FOXGLOVE_TYPES, `foxglove.${name}`, message);
}

const STILL = { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } };

function fieldsOf(m: Measurement): Readonly<Record<string, unknown>> {
  switch (m.kind) {
    case 'image':
      if (m.rowStride === undefined) return { format: m.encoding, data: m.data };
      if (m.bigEndian === true && /16|32|64/.test(m.encoding)) throw new Error('a picture of big-endian numbers');
      return { width: m.width, height: m.height, encoding: m.encoding, step: m.rowStride, data: m.data };
    case 'depth':
      return { width: m.width, height: m.height, encoding: '16UC1', step: 2 * m.width, data: bytesOf(m.data) };
    case 'audio':
      return {
        data: bytesOf(m.data),
        format: 'pcm-s16',
        sample_rate: m.sampleRate,
        number_of_channels: m.channels,
      };
    case 'scan':
      return {
        pose: STILL,
        start_angle: m.angleMin,
        end_angle: m.angleMin + Math.max(0, m.ranges.length - 1) * m.angleIncrement,
        ranges: m.ranges,
        intensities: m.intensities,
      };
    case 'cloud': {
      if (m.bigEndian) throw new Error('a cloud of big-endian numbers');
      const points = m.width * m.pointStride;
      const isPacked = m.rowStride === points && m.data.byteLength === m.height * points;
      const rows = Array.from({ length: m.height }, (_, row) =>
        m.data.subarray(row * m.rowStride, row * m.rowStride + points),
      );
      return {
        pose: STILL,
        point_stride: m.pointStride,
        // A field of several numbers is as many fields.
        fields: m.fields.flatMap(({ name, offset, type, count }) =>
          Array.from({ length: count }, (_, i) => ({
            name: count === 1 ? name : `${name}${i}`,
            offset: offset + i * SIZES[type],
            type: NUMERIC_TYPES.indexOf(type) + 1,
          })),
        ),
        data: isPacked ? m.data : Buffer.concat(rows),
      };
    }
    default:
      throw new Error(`no type of Foxglove for ${m.kind}`);
  }
}

const SIZES = { int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, float32: 4, float64: 8 } as const;

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
