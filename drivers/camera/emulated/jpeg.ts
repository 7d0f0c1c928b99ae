import { BLOCK, type Blocks } from './picture.ts';

/*
 * A baseline JPEG (ITU-T T.81) of blocks that have one colour each: of their 64 coefficients only the first is not zero, so that there
 * is no transform. With a step of 8 that coefficient is the colour itself, less 128.
 */

const STEP = 8;
/** Huffman codes of the categories of differences, 0 to 11: how many there are of each length (T.81, table K.3). */
const LENGTHS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const CATEGORIES = LENGTHS.reduce((sum, count) => sum + count, 0);
const COMPONENTS = 3;

/** Code and length of each category. */
const CODES = ((): readonly (readonly [code: number, length: number])[] => {
  const codes: [number, number][] = [];
  let code = 0;
  LENGTHS.forEach((count, i) => {
    for (let n = 0; n < count; n += 1) codes.push([code++, i + 1]);
    code <<= 1;
  });
  return codes;
})();

/** Encodes a picture. */
export function jpegOf(blocks: Blocks): Uint8Array {
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...segment(0xdb, [0, ...Array<number>(64).fill(STEP)]),
    ...segment(0xc0, [8, ...short(blocks.height), ...short(blocks.width), COMPONENTS, ...components([0x11, 0])]),
    ...segment(0xc4, [0x00, ...LENGTHS, ...Array(CATEGORIES).keys()]),
    // Of the other coefficients there is only the word that there are none: one bit.
    ...segment(0xc4, [0x10, 1, ...Array<number>(15).fill(0), 0]),
    ...segment(0xda, [COMPONENTS, ...components([0x00]), 0, 63, 0]),
  ];
  return Uint8Array.from([...head, ...scan(blocks), 0xff, 0xd9]);
}

const short = (value: number): number[] => [value >> 8, value & 0xff];
const segment = (marker: number, content: readonly number[]): number[] => [
  0xff,
  marker,
  ...short(content.length + 2),
  ...content,
];
const components = (content: readonly number[]): number[] =>
  Array.from({ length: COMPONENTS }, (_, i) => [i + 1, ...content]).flat();

function scan({ width, height, colourAt }: Blocks): number[] {
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  const put = (value: number, length: number): void => {
    held = (held << length) | value;
    bits += length;
    for (; bits >= 8; bits -= 8) {
      const byte = (held >> (bits - 8)) & 0xff;
      bytes.push(byte);
      if (byte === 0xff) bytes.push(0);
    }
    held &= (1 << bits) - 1;
  };
  const before = [0, 0, 0];
  for (let row = 0; row < height / BLOCK; row += 1) {
    for (let column = 0; column < width / BLOCK; column += 1) {
      const colour = colourAt(column, row);
      for (let i = 0; i < COMPONENTS; i += 1) {
        const difference = colour[i] - 128 - before[i];
        before[i] += difference;
        const category = 32 - Math.clz32(Math.abs(difference));
        put(...CODES[category]);
        if (category > 0) put(difference > 0 ? difference : difference + (1 << category) - 1, category);
        put(0, 1);
      }
    }
  }
  if (bits > 0) put((1 << (8 - bits)) - 1, 8 - bits);
  return bytes;
}
