/** Colours of a block of a picture: luma and chroma of full range (ITU-T T.871). */
export type Colour = readonly [y: number, cb: number, cr: number];

/** Pixels of a block's side. */
export const BLOCK = 8;

/** A picture made of blocks of 8 x 8 pixels of one colour: a grey ramp that flows, and a red square that goes in circles. */
export interface Blocks {
  readonly width: number;
  readonly height: number;
  /** Of the block at this column and row. */
  readonly colourAt: (column: number, row: number) => Colour;
  /** Whether the square is there. */
  readonly isSquare: (column: number, row: number) => boolean;
}

const RED: Colour = [90, 90, 230];
/** s for a circle. */
const CIRCLE = 4;

/** The picture of a moment, s. */
export function blocksAt(width: number, height: number, seconds: number, number: number): Blocks {
  const [columns, rows] = [width / BLOCK, height / BLOCK];
  const side = Math.max(1, rows / 5);
  const angle = (2 * Math.PI * seconds) / CIRCLE;
  const left = (columns - side) * (0.5 + 0.4 * Math.cos(angle));
  const top = (rows - side) * (0.5 + 0.4 * Math.sin(angle));
  const isSquare = (column: number, row: number): boolean =>
    column >= left && column < left + side && row >= top && row < top + side;
  return {
    width,
    height,
    isSquare,
    colourAt: (column, row) => (isSquare(column, row) ? RED : [64 + ((2 * column + row + number) % 128), 128, 128]),
  };
}

/** Raw formats, after the driver's. */
export type RawFormat = 'rgb8' | 'mono8' | 'yuv422' | 'z16';

/** Distance of the square and of the nearest of the ramp, and what a step of the ramp adds, in counts. */
const [NEAR, FAR, STEP] = [800, 2000, 8];

/** The pixels, row by row without padding. Depth has nothing in its left column. */
export function pixelsOf({ width, height, colourAt, isSquare }: Blocks, format: RawFormat): Uint8Array {
  const bytes = new Uint8Array(width * height * { rgb8: 3, mono8: 1, yuv422: 2, z16: 2 }[format]);
  let at = 0;
  const put = (value: number): void => {
    bytes[at] = Math.max(0, Math.min(255, Math.round(value)));
    at += 1;
  };
  for (let v = 0; v < height; v += 1) {
    for (let u = 0; u < width; u += 1) {
      const [column, row] = [Math.floor(u / BLOCK), Math.floor(v / BLOCK)];
      const [y, cb, cr] = colourAt(column, row);
      if (format === 'mono8') put(y);
      else if (format === 'yuv422') [y, u % 2 === 0 ? cb : cr].forEach(put);
      else if (format === 'rgb8') {
        put(y + 1.402 * (cr - 128));
        put(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128));
        put(y + 1.772 * (cb - 128));
      } else {
        const counts = u < BLOCK ? 0 : isSquare(column, row) ? NEAR : FAR + STEP * y;
        put(counts & 0xff);
        put(counts >> 8);
      }
    }
  }
  return bytes;
}
