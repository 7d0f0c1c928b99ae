import type { Picture } from '../../contract/index.ts';
import type { Taps } from './taps.ts';

/** Luminance of red, green and blue after ITU-R BT.601. */
const LUMINANCE = [0.299, 0.587, 0.114];

/**
 * Resamples source rows across, once each, and mixes them down the picture. A row that was made is kept until another one
 * needs its place; there are as many places as one target row mixes, and one more.
 */
export class RowResampler {
  readonly format: Picture['format'];
  readonly #columns: Taps;
  readonly #width: number;
  readonly #channels: number;
  /** Byte of a source pixel for each channel of the tensor. */
  readonly #bytes: Int32Array;
  readonly #mix: boolean;
  /** Rows made, channel after channel: `width` numbers each. */
  #places: Float32Array[] = [];
  /** Source row in each place; -1: none. */
  #held = new Int32Array(0);
  #data: Uint8Array = new Uint8Array(0);
  #rowStride = 0;
  #pixel = 3;

  /** @param width pixels of a target row */
  constructor(columns: Taps, width: number, format: Picture['format'], channels: 'rgb' | 'bgr' | 'mono') {
    this.format = format;
    this.#columns = columns;
    this.#width = width;
    this.#channels = channels === 'mono' ? 1 : 3;
    this.#mix = channels === 'mono' && format !== 'mono8';
    const swapped = format === 'mono8' || channels === 'mono' ? false : (channels === 'bgr') !== (format === 'bgr8');
    this.#bytes = format === 'mono8' ? new Int32Array(3) : Int32Array.from(swapped ? [2, 1, 0] : [0, 1, 2]);
  }

  /** Takes another picture of the same size. */
  begin(data: Uint8Array, rowStride: number, pixel: number): void {
    this.#data = data;
    this.#rowStride = rowStride;
    this.#pixel = pixel;
    this.#held.fill(-1);
  }

  /** Writes one channel of a target row as `value * gain + offset`, every `step`-th number of `out` from `start` on. */
  write(
    rows: Taps,
    row: number,
    channel: number,
    gain: number,
    offset: number,
    out: Float32Array,
    start: number,
    step: number,
  ): void {
    if (!rows.isRounded) return this.#writeDown(rows, row, channel, gain, offset, out, start, step);
    const line = this.#line;
    this.#writeDown(rows, row, channel, 1, 0, line, 0, 1);
    for (let x = 0, o = start; x < this.#width; x += 1, o += step) out[o] = levelOf(line[x]) * gain + offset;
  }

  #writeDown(
    rows: Taps,
    row: number,
    channel: number,
    gain: number,
    offset: number,
    out: Float32Array,
    start: number,
    step: number,
  ): void {
    const { count, first, weights } = rows;
    const width = this.#width;
    const from = channel * width;
    if (count === 2) {
      const a = this.#row(first[row], count);
      const b = this.#row(first[row] + 1, count);
      blend(a, b, from, width, weights[row * 2] * gain, weights[row * 2 + 1] * gain, offset, out, start, step);
      return;
    }
    for (let x = 0, o = start; x < width; x += 1, o += step) out[o] = offset;
    for (let k = 0; k < count; k += 1) {
      const weight = weights[row * count + k] * gain;
      if (weight !== 0) add(this.#row(first[row] + k, count), from, width, weight, out, start, step);
    }
  }

  /** As {@link write}, rounded and kept within 0..255. */
  writeBytes(
    rows: Taps,
    row: number,
    channel: number,
    gain: number,
    offset: number,
    out: Uint8Array,
    start: number,
    step: number,
  ): void {
    const line = this.#line;
    this.write(rows, row, channel, gain, offset, line, 0, 1);
    for (let x = 0, o = start; x < this.#width; x += 1, o += step) {
      out[o] = levelOf(line[x]);
    }
  }

  #scratch: Float32Array | undefined;
  get #line(): Float32Array {
    return (this.#scratch ??= new Float32Array(this.#width));
  }

  /** The source row resampled across. */
  #row(row: number, needed: number): Float32Array {
    if (this.#held.length <= needed) this.#makePlaces(needed + 1);
    const place = row % this.#held.length;
    const made = this.#places[place];
    if (this.#held[place] !== row) {
      this.#held[place] = row;
      if (this.#mix) this.#acrossMixed(row * this.#rowStride, made);
      else if (this.#columns.count === 2 && this.#channels === 3) this.#acrossTwo(row * this.#rowStride, made);
      else this.#across(row * this.#rowStride, made);
      if (this.#columns.isRounded) for (let i = 0; i < made.length; i += 1) made[i] = levelOf(made[i]);
    }
    return made;
  }

  #makePlaces(count: number): void {
    this.#places = Array.from({ length: count }, () => new Float32Array(this.#width * this.#channels));
    this.#held = new Int32Array(count).fill(-1);
  }

  #acrossTwo(start: number, made: Float32Array): void {
    const bytes = this.#bytes;
    across(this.#data, start, this.#pixel, bytes[0], bytes[1], bytes[2], this.#columns, this.#width, made);
  }

  #across(start: number, made: Float32Array): void {
    const { first, count, weights } = this.#columns;
    const data = this.#data;
    for (let c = 0; c < this.#channels; c += 1) {
      for (let x = 0; x < this.#width; x += 1) {
        let at = start + first[x] * this.#pixel + this.#bytes[c];
        let sum = 0;
        for (let k = 0; k < count; k += 1, at += this.#pixel) sum += data[at] * weights[x * count + k];
        made[c * this.#width + x] = sum;
      }
    }
  }

  /** Luminance from colours. */
  #acrossMixed(start: number, made: Float32Array): void {
    const { first, count, weights } = this.#columns;
    const data = this.#data;
    const [r, g, b] = this.format === 'bgr8' ? [...LUMINANCE].reverse() : LUMINANCE;
    for (let x = 0; x < this.#width; x += 1) {
      let at = start + first[x] * this.#pixel;
      let sum = 0;
      for (let k = 0; k < count; k += 1, at += this.#pixel) {
        sum += (data[at] * r + data[at + 1] * g + data[at + 2] * b) * weights[x * count + k];
      }
      made[x] = sum;
    }
  }
}

/** The nearest grey level. */
function levelOf(value: number): number {
  return Math.min(Math.max(Math.floor(value + 0.5), 0), 255);
}

/** Three channels from two pixels each: the common case, in one pass. Plain functions, which V8 compiles best. */
function across(
  data: Uint8Array,
  start: number,
  pixel: number,
  r: number,
  g: number,
  b: number,
  { first, weights }: Taps,
  width: number,
  made: Float32Array,
): void {
  for (let x = 0; x < width; x += 1) {
    const at = start + first[x] * pixel;
    const next = at + pixel;
    const share = weights[2 * x + 1];
    const r0 = data[at + r];
    const g0 = data[at + g];
    const b0 = data[at + b];
    made[x] = r0 + (data[next + r] - r0) * share;
    made[width + x] = g0 + (data[next + g] - g0) * share;
    made[2 * width + x] = b0 + (data[next + b] - b0) * share;
  }
}

/** Two rows into one target row. */
function blend(
  a: Float32Array,
  b: Float32Array,
  from: number,
  width: number,
  weightA: number,
  weightB: number,
  offset: number,
  out: Float32Array,
  start: number,
  step: number,
): void {
  if (step === 1) {
    const to = start - from;
    for (let x = from; x < from + width; x += 1) out[to + x] = a[x] * weightA + b[x] * weightB + offset;
    return;
  }
  for (let x = from, o = start; x < from + width; x += 1, o += step) out[o] = a[x] * weightA + b[x] * weightB + offset;
}

/** One more row into a target row. */
function add(
  a: Float32Array,
  from: number,
  width: number,
  weight: number,
  out: Float32Array,
  start: number,
  step: number,
): void {
  for (let x = from, o = start; x < from + width; x += 1, o += step) out[o] += a[x] * weight;
}
