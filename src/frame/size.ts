import type { CloudMeasurement, ImageMeasurement } from './measurement.ts';

const BAYER_OR_YUV: readonly (readonly [RegExp, number])[] = [
  [/^bayer_[rgb]{4}8$/, 1],
  [/^bayer_[rgb]{4}16$/, 2],
  [/^(yuv422|uyvy|yuv422_yuy2|yuyv)$/, 2],
  [/^(nv12|nv21)$/, 1],
];
const CHANNELS: Readonly<Record<string, number>> = { mono: 1, rgb: 3, bgr: 3, rgba: 4, bgra: 4 };

/** Bytes of a pixel in its row, by the encodings of sensor_msgs/image_encodings.hpp and foxglove.RawImage; `undefined` for others. */
function bytesOfPixel(encoding: string): number | undefined {
  const [, name, bits] = /^(mono|rgba?|bgra?)(8|16)$/.exec(encoding) ?? [];
  if (name !== undefined) return (CHANNELS[name] * Number(bits)) / 8;
  const [, size, count = '1'] = /^(8|16|32|64)[USF]C([1-4])?$/.exec(encoding) ?? [];
  if (size !== undefined) return (Number(size) / 8) * Number(count);
  return BAYER_OR_YUV.find(([pattern]) => pattern.test(encoding))?.[1];
}

/** Bytes that a raw picture needs by its sizes, a pixel of an unknown encoding one; `undefined` where its sizes make no sense. */
export function pictureBytes({
  width = 0,
  height = 0,
  encoding,
  rowStride = 0,
}: Pick<ImageMeasurement, 'width' | 'height' | 'encoding' | 'rowStride'>): number | undefined {
  const row = width * (bytesOfPixel(encoding) ?? 1);
  if (![width, height, rowStride].every(isCount) || rowStride < row) return undefined;
  // Planes of colour at half the resolution follow.
  const rows = /^nv(12|21)$/.test(encoding) ? Math.ceil(height * 1.5) : height;
  return rowStride * (rows - 1) + row;
}

/** Bytes that a cloud needs by its sizes, 0 for an empty one; `undefined` where its sizes make no sense. */
export function cloudBytes({
  width,
  height,
  pointStride,
  rowStride,
}: Pick<CloudMeasurement, 'width' | 'height' | 'pointStride' | 'rowStride'>): number | undefined {
  if (width === 0 || height === 0) return 0;
  if (![width, height, pointStride, rowStride].every(isCount) || rowStride < width * pointStride) return undefined;
  return rowStride * (height - 1) + width * pointStride;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
