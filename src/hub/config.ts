import type { ImageTensorOptions } from '../perception/index.ts';
import type { Section } from './json.ts';

/** What a dual encoder is, by its `config.json`. */
export interface DualEncoderConfig {
  readonly family: 'clip' | 'siglip';
  /** Numbers of an embedding. */
  readonly dims: number;
  /** Tokens of a text at most (CLIP), or always (SigLIP, whose texts are filled up). */
  readonly positions: number;
  /** Pixels of a picture: height and width. */
  readonly sides: Sides;
  /** What the network of pictures tells of their cells. */
  readonly grid: Grid | undefined;
}

/** Cells of a picture, and the outputs that tell of them. */
export interface Grid {
  /** Rows and columns. */
  readonly cells: Sides;
  /** By name: numbers a cell. */
  readonly outputs: Readonly<Record<string, number>>;
}

/** Height and width, pixels. */
export type Sides = readonly [height: number, width: number];

/** What the library that writes `config.json` leaves out because it is the default of its classes. */
const DEFAULTS = {
  clip: { dims: 512, positions: 77, side: 224 },
  siglip: { dims: 768, positions: 64, side: 224 },
} as const;

/** Of any model that a robot has room for. */
const MOST = { dims: 8192, positions: 4096, side: 2048 };

/**
 * Reads `config.json`.
 * @throws SensoriumError E_MODEL_MANIFEST
 */
export function dualEncoderOf(config: Section): DualEncoderConfig {
  const family = config.text('model_type');
  if (family !== 'clip' && family !== 'siglip') throw config.wrong('model_type', 'clip or siglip', family);
  const [words, vision] = [config.section('text_config'), config.section('vision_config')];
  const usual = DEFAULTS[family];
  const whole = (section: Section, key: string, kind: keyof typeof MOST): number =>
    section.has(key) ? section.whole(key, 1, MOST[kind]) : usual[kind];
  const positions = whole(words, 'max_position_embeddings', 'positions');
  const sides = vision.has('image_size') ? sidesOf(vision, 'image_size') : ([usual.side, usual.side] as const);
  const grid = vision.has('grid') ? gridOf(vision.section('grid')) : undefined;
  if (family === 'clip') return { family, dims: whole(config, 'projection_dim', 'dims'), positions, sides, grid };
  const dims = whole(vision, 'hidden_size', 'dims');
  const spoken = words.has('projection_size')
    ? whole(words, 'projection_size', 'dims')
    : whole(words, 'hidden_size', 'dims');
  if (spoken !== dims) throw words.wrong('hidden_size', `${dims}, as the pictures have`, spoken);
  return { family, dims, positions, sides, grid };
}

/** `grid` of `vision_config`: an entry of ours, which others pass over. */
function gridOf(section: Section): Grid {
  const outputs = section.section('outputs');
  return {
    cells: sidesOf(section, 'cells'),
    outputs: Object.fromEntries(outputs.keys().map((name) => [name, outputs.whole(name, 1, MOST.dims)])),
  };
}

/** Pillow's numbers of its filters, in the words of ours. */
const FILTERS: Readonly<Record<number, 'lanczos' | 'triangle' | 'cubic'>> = { 1: 'lanczos', 2: 'triangle', 3: 'cubic' };

/**
 * Reads `preprocessor_config.json`: what is done to a picture before it is an input.
 * @param sides of the network's picture
 * @throws SensoriumError E_MODEL_MANIFEST where it asks for something that is not done here, or for another size than the network's
 */
export function pictureOptionsOf(config: Section, sides: Sides): ImageTensorOptions {
  return { width: sides[1], height: sides[0], ...fitOf(config, sides), ...levelsOf(config) };
}

/** Pixels of a picture: of both sides, or of each. */
export function sidesOf(config: Section, key: string): Sides {
  if (!Array.isArray(config.value(key))) {
    const side = config.whole(key, 1, MOST.side);
    return [side, side];
  }
  const [height, width] = config.numbers(key, 2);
  const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= MOST.side;
  if (!isSide(height) || !isSide(width)) throw config.wrong(key, `1..${MOST.side}`, config.value(key));
  return [height, width];
}

/** What `preprocessor_config.json` says of a picture's pixels: filter, mean and deviation. */
export function levelsOf(config: Section): Omit<ImageTensorOptions, 'width' | 'height' | 'fit' | 'shortEdge'> {
  for (const key of ['do_resize', 'do_rescale', 'do_normalize']) {
    if (config.has(key) && config.value(key) !== true) throw config.wrong(key, 'true', config.value(key));
  }
  const filter = FILTERS[config.has('resample') ? config.whole('resample', 0, 5) : 3];
  if (filter === undefined) {
    throw config.wrong('resample', '1 (Lanczos), 2 (bilinear) or 3 (bicubic)', config.value('resample'));
  }
  const scale = config.has('rescale_factor') ? config.value('rescale_factor') : 1 / 255;
  if (typeof scale !== 'number' || !(scale > 0)) throw config.wrong('rescale_factor', 'a positive number', scale);
  const levels = (key: string): number[] => config.numbers(key, 3).map((value) => value / scale);
  const std = levels('image_std');
  if (std.some((value) => value === 0)) throw config.wrong('image_std', 'no 0', config.value('image_std'));
  return {
    channels: 'rgb',
    layout: 'planar',
    type: 'float32',
    mean: levels('image_mean'),
    std,
    filter,
  };
}

/** `size` names both sides (stretched), or the shorter one, of which `crop_size` then is the middle; old files name one number. */
function fitOf(config: Section, [height, width]: Sides): Pick<ImageTensorOptions, 'fit' | 'shortEdge'> {
  if (typeof config.value('size') === 'object' && !config.section('size').has('shortest_edge')) {
    const size = config.section('size');
    for (const [key, side] of Object.entries({ width, height })) {
      if (size.whole(key, 1, MOST.side) !== side) throw size.wrong(key, `${side}, the network's`, size.value(key));
    }
    return { fit: 'stretch' };
  }
  const side = height;
  if (width !== side) throw config.wrong('size', `width ${width} and height ${height}`, config.value('size'));
  if (config.has('do_center_crop') && config.value('do_center_crop') !== true) {
    throw config.wrong('do_center_crop', 'true', config.value('do_center_crop'));
  }
  const shortEdge =
    typeof config.value('size') === 'object'
      ? config.section('size').whole('shortest_edge', 1, MOST.side)
      : config.whole('size', 1, MOST.side);
  if (shortEdge < side) throw config.wrong('size', `at least ${side}, the network's`, shortEdge);
  if (config.has('crop_size')) {
    const isOld = typeof config.value('crop_size') === 'number';
    const crop = isOld ? config.whole('crop_size', 1, MOST.side) : config.section('crop_size').whole('width', 1, 2048);
    if (crop !== side) throw config.wrong('crop_size', `${side}, the network's`, config.value('crop_size'));
  }
  return { fit: 'cover', shortEdge };
}
