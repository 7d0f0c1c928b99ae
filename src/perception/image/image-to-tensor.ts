import type { Detection, Picture, Placement, Tensor } from '../../contract/index.ts';
import { RowResampler } from './rows.ts';
import { bytesPerPixel, checkPicture } from './picture.ts';
import { cutTaps, tapsOf, type Filter, type Taps } from './taps.ts';

/** What a network wants its picture to be. */
export interface ImageTensorOptions {
  /** Pixels of the tensor. */
  readonly width: number;
  readonly height: number;
  /**
   * `stretch`: each axis by its own factor; `letterbox`: the same factor for both, centred, with bars at the sides; `cover`: the
   * same factor for both, centred, and what sticks out is cut off.
   */
  readonly fit: 'stretch' | 'letterbox' | 'cover';
  /** Pixels that the shorter side of a picture becomes before it is cut (`cover`): at least the tensor's sides; default: the longer of them. */
  readonly shortEdge?: number;
  /** Order of the colours; `mono`: one channel, luminance after ITU-R BT.601. */
  readonly channels: 'rgb' | 'bgr' | 'mono';
  /** `planar`: [1, C, H, W]; `interleaved`: [1, H, W, C]. */
  readonly layout: 'planar' | 'interleaved';
  readonly type: 'float32' | 'uint8';
  /** Subtracted from the 0..255 of each channel, in the tensor's order of channels; default 0. */
  readonly mean?: readonly number[];
  /** Divides what is left; default 1. */
  readonly std?: readonly number[];
  /** Default `bilinear`. */
  readonly filter?: Filter;
  /** 0..255, colour of a letterbox's bars; default 114, which detectors are commonly trained with. */
  readonly fill?: number;
}

/** A box of the tensor, in pixels of the picture that was put there; cut at the picture's border. */
export function boxInPicture([left, top, right, bottom]: Detection['box'], at: Placement): Detection['box'] {
  const x = (value: number): number => Math.min(Math.max((value - at.left) / at.scaleX, 0), at.width);
  const y = (value: number): number => Math.min(Math.max((value - at.top) / at.scaleY, 0), at.height);
  return [x(left), y(top), x(right), y(bottom)];
}

interface Plan {
  readonly placement: Placement;
  /** Pixels of the tensor that the picture covers. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rows: Taps;
  readonly resampler: RowResampler;
}

/**
 * Turns pictures into what a network takes: resized, normalised, laid out. Keeps the weights of the last size of picture,
 * so a stream of equal pictures costs no more than its pixels.
 *
 * The channel `c` of a pixel is `(value - mean[c]) / std[c]`; `uint8` tensors are rounded and kept within 0..255.
 */
export class ImageToTensor {
  readonly #options: ImageTensorOptions;
  readonly #channels: number;
  readonly #gain: Float64Array;
  readonly #offset: Float64Array;
  #plan: Plan | undefined;

  constructor(options: ImageTensorOptions) {
    this.#options = options;
    this.#channels = options.channels === 'mono' ? 1 : 3;
    const { mean = [0, 0, 0], std = [1, 1, 1] } = options;
    this.#gain = Float64Array.from({ length: this.#channels }, (_, c) => 1 / std[c]);
    this.#offset = Float64Array.from({ length: this.#channels }, (_, c) => -mean[c] / std[c]);
  }

  /** Numbers in a tensor. */
  get size(): number {
    return this.#options.width * this.#options.height * this.#channels;
  }

  /** Shape of a tensor: [1, C, H, W] or [1, H, W, C]. */
  get shape(): readonly number[] {
    const { layout, width, height } = this.#options;
    return layout === 'planar' ? [1, this.#channels, height, width] : [1, height, width, this.#channels];
  }

  /** A tensor of its own, and where the picture lies in it. */
  tensorOf(picture: Picture): { readonly tensor: Tensor; readonly placement: Placement } {
    const { type } = this.#options;
    const data = type === 'float32' ? new Float32Array(this.size) : new Uint8Array(this.size);
    return { placement: this.write(picture, data), tensor: { type, shape: this.shape, data } };
  }

  /**
   * Writes the picture into memory of the caller.
   * @param out {@link size} numbers: a Float32Array, or a Uint8Array for `uint8`
   * @throws SensoriumError E_MODEL_INPUT where the picture's size makes no sense or its bytes are too few
   */
  write(picture: Picture, out: Float32Array | Uint8Array): Placement {
    checkPicture(picture);
    const plan = this.#planFor(picture);
    if (plan.width < this.#options.width || plan.height < this.#options.height) this.#fillBars(out);
    this.#writeRows(picture, plan, out);
    return plan.placement;
  }

  #writeRows({ data, rowStride, format }: Picture, plan: Plan, out: Float32Array | Uint8Array): void {
    const { layout, width, height } = this.#options;
    const channels = this.#channels;
    const planar = layout === 'planar';
    const step = planar ? 1 : channels;
    const { rows, resampler } = plan;
    resampler.begin(data, rowStride, bytesPerPixel(format));
    for (let row = 0; row < plan.height; row += 1) {
      const at = (plan.y + row) * width + plan.x;
      for (let c = 0; c < channels; c += 1) {
        const start = planar ? c * width * height + at : at * channels + c;
        if (out instanceof Float32Array) {
          resampler.write(rows, row, c, this.#gain[c], this.#offset[c], out, start, step);
        } else {
          resampler.writeBytes(rows, row, c, this.#gain[c], this.#offset[c], out, start, step);
        }
      }
    }
  }

  #fillBars(out: Float32Array | Uint8Array): void {
    const { fill = 114, layout, width, height } = this.#options;
    for (let c = 0; c < this.#channels; c += 1) {
      const value = fill * this.#gain[c] + this.#offset[c];
      const bar = out instanceof Float32Array ? value : Math.min(Math.max(Math.round(value), 0), 255);
      if (layout === 'planar') out.fill(bar, c * width * height, (c + 1) * width * height);
      else for (let i = c; i < out.length; i += this.#channels) out[i] = bar;
    }
  }

  #planFor({ width, height, format }: Picture): Plan {
    const known = this.#plan;
    if (
      known !== undefined &&
      known.placement.width === width &&
      known.placement.height === height &&
      known.resampler.format === format
    ) {
      return known;
    }
    const { filter = 'bilinear', channels } = this.#options;
    const resized = sizeOf(width, height, this.#options);
    // Where it lies in the tensor; what is left or above of 0 is cut off.
    const left = ((this.#options.width - resized.width) / 2) | 0;
    const top = ((this.#options.height - resized.height) / 2) | 0;
    const covered = {
      width: Math.min(resized.width, this.#options.width),
      height: Math.min(resized.height, this.#options.height),
    };
    const columns = cutTaps(tapsOf(width, resized.width, filter), Math.max(0, -left), covered.width);
    const plan: Plan = {
      placement: { left, top, scaleX: resized.width / width, scaleY: resized.height / height, width, height },
      x: Math.max(0, left),
      y: Math.max(0, top),
      ...covered,
      rows: cutTaps(tapsOf(height, resized.height, filter), Math.max(0, -top), covered.height),
      resampler: new RowResampler(columns, covered.width, format, channels),
    };
    this.#plan = plan;
    return plan;
  }
}

/** What a picture is resized to, before bars are put beside it or its sides are cut off. */
function sizeOf(
  width: number,
  height: number,
  { fit, width: wanted, height: high, shortEdge = Math.max(wanted, high) }: ImageTensorOptions,
): { readonly width: number; readonly height: number } {
  switch (fit) {
    case 'stretch':
      return { width: wanted, height: high };
    case 'letterbox': {
      const scale = Math.min(wanted / width, high / height);
      return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    }
    case 'cover': {
      // The longer side is cut to whole pixels, as Python's int() does it where such networks are trained.
      const longEdge = Math.trunc((shortEdge * Math.max(width, height)) / Math.min(width, height));
      return width <= height ? { width: shortEdge, height: longEdge } : { width: longEdge, height: shortEdge };
    }
  }
}
