import { SensoriumError, type Picture, type Tensors } from '../contract/index.ts';
import { ImageToTensor, type ImageTensorOptions } from '../perception/index.ts';
import { levelsOf, pictureOptionsOf, sidesOf, type Sides } from './config.ts';
import type { Description } from './description.ts';
import { wholeOr, type Section } from './json.ts';
import type { NetworkSpec } from './network.ts';
import { patchesOf, sidesWithin, type PatchShape } from './patches.ts';

/** How a model that answers questions sees a picture. */
export interface Sight {
  /** The network that makes features of it. */
  readonly network: NetworkSpec;
  /** Patches that attend to one another, at most, by how many heads. */
  readonly patches: number;
  readonly heads: number;
  /** Of a model that sees several pictures as one: see {@link clipSight}. */
  readonly clip?: ClipShape;
  /**
   * Of a picture, or of those that are seen as one.
   * @param felt what the IMU felt meanwhile, where that is taken
   * @throws SensoriumError E_MODEL_INPUT where a picture is none
   */
  readonly inputsOf: (pictures: readonly Picture[], felt?: Float32Array) => SightInputs;
}

/** Pictures that are seen as one, and what is felt beside them. */
export interface ClipShape {
  readonly pictures: number;
  /** From the first to the last, s. */
  readonly seconds: number;
  readonly isFelt: boolean;
}

/** A picture as a network takes it. */
export interface SightInputs {
  readonly inputs: Tensors;
  /** Rows and columns of the features that come of it, where a decoder is told where each stands. */
  readonly grid?: Sides;
}

/** Whether pictures are cut up into patches as large as the picture is, whose features stand in rows and columns. */
export function hasGrid(type: string): boolean {
  return type === 'qwen2_vl' || type === 'qwen2_5_vl';
}

/** Of any model that a robot has room for. */
const MOST = { side: 2048, heads: 256, merge: 16, frames: 16, pixels: 2 ** 31, seconds: 600, steps: 1024, numbers: 64 };
/**
 * Features of a picture that is cut up as large as it is: 448 x 448 pixels of Qwen2-VL, the least that its makers advise. Fewer: small
 * things are not seen; more: each is a token of the prompt, and the time of seeing grows faster than their number.
 */
const MOST_FEATURES = 256;
/** What Qwen2-VL's processor takes where a folder does not say it. */
const QWEN = { patch: 14, merge: 2, frames: 2, least: 56 * 56, most: 28 * 28 * 1280 };

/**
 * Reads of `config.json` and `preprocessor_config.json` how pictures are seen. A picture is one tile.
 * @param width numbers of a feature
 * @throws SensoriumError E_MODEL_MANIFEST
 */
export function sightOf(description: Description, width: number): Sight {
  const vision = description.json('config.json').section('vision_config');
  const preprocessor = description.json('preprocessor_config.json');
  const { type } = description.family;
  if (hasGrid(type)) return patchSight(vision, preprocessor, type, width);
  if (vision.has('num_frames')) return clipSight(vision, preprocessor, width);
  return squareSight(vision, preprocessor, ['idefics3', 'smolvlm'].includes(type), width);
}

/** Every picture becomes one square. @param isTiled pictures are given as lists of tiles: one, and all of it is picture */
function squareSight(vision: Section, preprocessor: Section, isTiled: boolean, width: number): Sight {
  const usual = isTiled ? 512 : 336;
  const sides: Sides = vision.has('image_size') ? sidesOf(vision, 'image_size') : [usual, usual];
  const patch = wholeOr(vision, 'patch_size', Math.min(...sides), 14);
  const kernel = new ImageToTensor(isTiled ? tileOf(preprocessor, sides[0]) : pictureOptionsOf(preprocessor, sides));
  const shape = isTiled ? [1, 1, 3, ...sides] : [1, 3, ...sides];
  const mask = { name: 'pixel_attention_mask', type: 'bool', shape: [1, 1, ...sides] } as const;
  const seen = new Uint8Array(sides[0] * sides[1]).fill(1);
  return {
    network: {
      name: 'vision_encoder',
      task: 'features of a picture',
      inputs: [{ name: 'pixel_values', type: 'float32', shape }, ...(isTiled ? [mask] : [])],
      outputs: [{ name: 'image_features', type: 'float32', shape: [-1, -1, width] }],
    },
    patches: Math.floor(sides[0] / patch) * Math.floor(sides[1] / patch),
    heads: wholeOr(vision, 'num_attention_heads', MOST.heads, 16),
    inputsOf([picture]) {
      const { data } = kernel.tensorOf(picture).tensor;
      const inputs: Tensors = { pixel_values: { type: 'float32', shape, data } };
      return { inputs: isTiled ? { ...inputs, [mask.name]: { ...mask, data: seen } } : inputs };
    },
  };
}

/**
 * Several pictures are seen as one: their network takes [pictures, 3, height, width], the oldest first, and where there is an `imu_config`, what an IMU
 * felt meanwhile [1, steps, numbers], zeros for nothing. `num_frames`, `seconds` and `imu_config` of `vision_config` are entries of ours.
 */
function clipSight(vision: Section, preprocessor: Section, width: number): Sight {
  const pictures = vision.whole('num_frames', 2, MOST.frames);
  const seconds = vision.whole('seconds', 1, MOST.seconds);
  const imu = vision.has('imu_config') ? vision.section('imu_config') : undefined;
  const steps = imu && [imu.whole('steps', 1, MOST.steps), imu.whole('numbers', 1, MOST.numbers)];
  const sides = sidesOf(vision, 'image_size');
  const kernel = new ImageToTensor(pictureOptionsOf(preprocessor, sides));
  const shape = [pictures, 3, ...sides];
  const size = 3 * sides[0] * sides[1];
  const felt = steps && ({ name: 'imu_values', type: 'float32', shape: [1, ...steps] } as const);
  return {
    network: {
      name: 'vision_encoder',
      task: 'features of a clip',
      inputs: [{ name: 'pixel_values', type: 'float32', shape }, ...(felt ? [felt] : [])],
      outputs: [{ name: 'image_features', type: 'float32', shape: [-1, -1, width] }],
    },
    patches: pictures,
    heads: 1,
    clip: { pictures, seconds, isFelt: steps !== undefined },
    inputsOf(all, its) {
      const data = new Float32Array(pictures * size);
      const missing = pictures - all.length;
      for (let i = 0; i < pictures; i += 1) {
        data.set(kernel.tensorOf(all[Math.max(0, i - missing)]).tensor.data, i * size);
      }
      const inputs: Tensors = { pixel_values: { type: 'float32', shape, data } };
      return {
        inputs: felt === undefined ? inputs : { ...inputs, [felt.name]: { ...felt, data: feltOf(felt.shape, its) } },
      };
    },
  };
}

function feltOf(shape: readonly number[], felt: Float32Array | undefined): Float32Array {
  const length = shape.reduce((product, side) => product * side, 1);
  if (felt === undefined) return new Float32Array(length);
  if (felt.length === length) return felt;
  throw new SensoriumError('E_MODEL_INPUT', `expected ${length} numbers, got ${felt.length}`, { path: 'felt' });
}

/** One tile: the whole picture, stretched to the tile's sides, as such models see a picture that they do not cut up. */
function tileOf(preprocessor: Section, side: number): ImageTensorOptions {
  if (preprocessor.has('max_image_size')) {
    const tile = preprocessor.section('max_image_size');
    const edge = tile.whole('longest_edge', 1, MOST.side);
    if (edge !== side) throw tile.wrong('longest_edge', `${side}, the network's`, edge);
  }
  return { width: side, height: side, fit: 'stretch', ...levelsOf(preprocessor) };
}

/** A picture keeps about its proportions, and is cut up into as many patches as it has. */
function patchSight(vision: Section, preprocessor: Section, type: string, width: number): Sight {
  const shape = patchShapeOf(vision, preprocessor);
  const { patch, merge, frames, most } = shape;
  const levels = levelsOf(preprocessor);
  const numbers = 3 * frames * patch ** 2;
  // Its export scripts named it anew with the second generation.
  const gridName = type === 'qwen2_vl' ? 'grid_thw' : 'image_grid_thw';
  return {
    network: {
      name: 'vision_encoder',
      task: 'features of a picture',
      inputs: [
        { name: 'pixel_values', type: 'float32', shape: [-1, numbers] },
        { name: gridName, type: 'int64', shape: [1, 3] },
      ],
      outputs: [{ name: 'image_features', type: 'float32', shape: [-1, width] }],
    },
    patches: Math.ceil(most / patch ** 2),
    heads: wholeOr(vision, 'num_heads', MOST.heads, 16),
    inputsOf([picture]) {
      const sides = sidesWithin([picture.height, picture.width], shape);
      const kernel = new ImageToTensor({ width: sides[1], height: sides[0], fit: 'stretch', ...levels });
      const planes = kernel.tensorOf(picture).tensor.data as Float32Array;
      const [rows, columns] = sides.map((pixels) => pixels / patch);
      const inputs: Tensors = {
        pixel_values: {
          type: 'float32',
          shape: [rows * columns, numbers],
          data: patchesOf(planes, sides, shape),
        },
        [gridName]: { type: 'int64', shape: [1, 3], data: Int32Array.of(1, rows, columns) },
      };
      return { inputs, grid: [rows / merge, columns / merge] };
    },
  };
}

function patchShapeOf(vision: Section, preprocessor: Section): PatchShape {
  /** Both descriptions tell it: the network is made for the first, pictures are for the second. */
  const agreed = (key: string, other: string, most: number, usual: number): number => {
    const its = wholeOr(vision, key, most, usual);
    const said = wholeOr(preprocessor, other, most, its);
    if (said !== its) throw preprocessor.wrong(other, `${its}, the network's`, said);
    return its;
  };
  const patch = agreed('patch_size', 'patch_size', MOST.side, QWEN.patch);
  const merge = agreed('spatial_merge_size', 'merge_size', MOST.merge, QWEN.merge);
  const frames = agreed('temporal_patch_size', 'temporal_patch_size', MOST.frames, QWEN.frames);
  // Newer folders say it in `size`.
  const size = preprocessor.has('size') ? preprocessor.section('size') : preprocessor;
  const bound = (key: string, edge: string, usual: number): number =>
    wholeOr(preprocessor, key, MOST.pixels, wholeOr(size, edge, MOST.pixels, usual));
  const most = Math.min(bound('max_pixels', 'longest_edge', QWEN.most), MOST_FEATURES * (patch * merge) ** 2);
  // Small pictures are enlarged to whole features: with room to spare, so that they stay below the other bound.
  const least = Math.min(bound('min_pixels', 'shortest_edge', QWEN.least), most / 2);
  return { patch, merge, frames, least, most };
}
