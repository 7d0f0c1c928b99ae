import { SensoriumError, showValue, type Picture } from '../../contract/index.ts';
import type { ImageMeasurement } from '../../frame/index.ts';

const FORMATS = ['rgb8', 'bgr8', 'mono8'] as const;

/** Bytes of one pixel. */
export function bytesPerPixel(format: Picture['format']): number {
  return format === 'mono8' ? 1 : 3;
}

/**
 * The picture in a raw image measurement; its pixels are not copied.
 * @throws SensoriumError E_MODEL_INPUT where it is compressed, of another encoding, or its bytes are too few
 */
export function pictureOf(image: ImageMeasurement): Picture {
  const { encoding, width, height, data } = image;
  const format = FORMATS.find((known) => known === encoding);
  if (format === undefined) {
    throw new SensoriumError('E_MODEL_INPUT', `expected rgb8, bgr8 or mono8, got ${showValue(encoding)}`, {
      path: 'image.encoding',
    });
  }
  if (width === undefined || height === undefined) {
    throw new SensoriumError('E_MODEL_INPUT', 'expected its width and height, got nothing', { path: 'image.width' });
  }
  const rowStride = image.rowStride ?? width * bytesPerPixel(format);
  const picture = { width, height, format, rowStride, data };
  checkPicture(picture);
  return picture;
}

/** @throws SensoriumError E_MODEL_INPUT where its size makes no sense or its bytes are too few */
export function checkPicture({ width, height, format, rowStride, data }: Picture): void {
  const row = width * bytesPerPixel(format);
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!whole) {
    throw new SensoriumError('E_MODEL_INPUT', `expected at least 1 x 1 pixels, got ${width} x ${height}`, {
      path: 'image.width',
    });
  }
  if (!Number.isInteger(rowStride) || rowStride < row) {
    throw new SensoriumError('E_MODEL_INPUT', `expected at least ${row} bytes a row, got ${rowStride}`, {
      path: 'image.rowStride',
    });
  }
  const needed = rowStride * (height - 1) + row;
  if (data.length < needed) {
    throw new SensoriumError('E_MODEL_INPUT', `expected at least ${needed} bytes, got ${data.length}`, {
      path: 'image.data',
    });
  }
}
