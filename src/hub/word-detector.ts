import { SensoriumError, type Detection, type Picture, type Tensor } from '../contract/index.ts';
import { ImageToTensor, suppress } from '../perception/index.ts';
import { levelsOf } from './config.ts';
import { readDescription } from './description.ts';
import { openFolder } from './folder.ts';
import { openNetworks, runNetwork, type OpenOptions } from './network.ts';
import { createTokenizer } from './tokenizer.ts';

/** Finds in a picture what words say. */
export interface WordDetector {
  /** Hexadecimal sha256 over its files. */
  readonly sha256: string;
  /**
   * @param words what to look for, each thing by itself; a box has the words that fit it best as its label
   * @returns best score first
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  find(picture: Picture, words: readonly string[], options?: WordDetectorOptions): Promise<readonly Detection[]>;
  close(): Promise<void>;
}

/** What is told. */
export interface WordDetectorOptions {
  /** Least score, 0..1; default 0.1. Lower: more is found that is not there. */
  readonly least?: number;
  /** Intersection over union above which two boxes of the same words are one thing; default 0.5. */
  readonly overlap?: number;
}

/** Things that are looked for at once. */
const MOST_WORDS = 64;
/** Grey of what is put beside a picture to make it square. */
const GREY = 128;

/**
 * Opens OWLv2: one network that is given words and a picture, and says of each patch how well each of the words fits and where the thing
 * is. A picture is made square with grey at its right or its lower side.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openWordDetector(folder: string, options: OpenOptions = {}): Promise<WordDetector> {
  const files = await openFolder(folder);
  const description = await readDescription(files, ['boxes']);
  const config = description.json('config.json');
  const [text, vision] = [config.section('text_config'), config.section('vision_config')];
  const length = text.has('max_position_embeddings') ? text.whole('max_position_embeddings', 4, 4096) : 16;
  const side = vision.has('image_size') ? vision.whole('image_size', 1, 2048) : 768;
  const patch = vision.has('patch_size') ? vision.whole('patch_size', 1, side) : 16;
  const patches = Math.floor(side / patch) ** 2;
  const levels = levelsOf(description.json('preprocessor_config.json'));
  const kernel = new ImageToTensor({ width: side, height: side, fit: 'stretch', ...levels });
  const tokens = await createTokenizer(
    description.json('tokenizer.json'),
    description.json('tokenizer_config.json'),
    { family: 'owlv2', positions: length },
    description.path('tokenizer.json'),
  );
  const asked = { type: 'int64', shape: [-1, length] } as const;
  const networks = await openNetworks(
    files,
    [
      {
        name: 'model',
        task: 'what words say in a picture',
        inputs: [
          { name: 'input_ids', ...asked },
          { name: 'attention_mask', ...asked },
          { name: 'pixel_values', type: 'float32', shape: [1, 3, side, side] },
        ],
        outputs: [
          { name: 'logits', type: 'float32', shape: [1, patches, -1] },
          { name: 'pred_boxes', type: 'float32', shape: [1, patches, 4] },
        ],
      },
    ],
    options,
    // Each patch attends to each, by as many heads as a base model has.
    4 * 12 * patches ** 2,
  );
  const [model] = networks.models;

  /** What is looked for, one row a thing; what the mask leaves out counts for nothing, whatever token stands there. */
  function askedOf(words: readonly string[]): { readonly ids: Tensor; readonly mask: Tensor } {
    const shape = [words.length, length];
    const [ids, mask] = [new Int32Array(words.length * length), new Int32Array(words.length * length)];
    for (const [i, its] of words.entries()) {
      const row = tokens(its);
      ids.set(row, i * length);
      mask.fill(1, i * length, i * length + row.length);
    }
    return { ids: { type: 'int64', shape, data: ids }, mask: { type: 'int64', shape, data: mask } };
  }

  return {
    sha256: description.sha256(networks.hashes),
    async find(picture, words, { least = 0.1, overlap = 0.5 } = {}) {
      if (words.length < 1 || words.length > MOST_WORDS) {
        throw new SensoriumError('E_MODEL_INPUT', `expected 1..${MOST_WORDS} things, got ${words.length}`, {
          path: 'words',
        });
      }
      const { ids, mask } = askedOf(words);
      const pixels = kernel.tensorOf(squared(picture)).tensor;
      const outputs = await runNetwork(model, { input_ids: ids, attention_mask: mask, pixel_values: pixels });
      const logits = outputs['logits'].data as Float32Array;
      const boxes = outputs['pred_boxes'].data as Float32Array;
      const found: Detection[] = [];
      for (let at = 0; at < patches; at += 1) {
        const row = logits.subarray(at * words.length, (at + 1) * words.length);
        const best = row.reduce((most, value, i) => (value > row[most] ? i : most), 0);
        const score = 1 / (1 + Math.exp(-row[best]));
        if (score >= least) {
          found.push({ label: words[best], score, box: boxOf(boxes.subarray(4 * at, 4 * at + 4), picture) });
        }
      }
      return suppress(found, overlap);
    },
    close: () => networks.close(),
  };
}

/** Centre and size as shares of the square, in pixels of the picture. */
function boxOf([x, y, wide, high]: Float32Array, { width, height }: Picture): Detection['box'] {
  const side = Math.max(width, height);
  const cut = (value: number, most: number): number => Math.min(Math.max(value * side, 0), most);
  return [cut(x - wide / 2, width), cut(y - high / 2, height), cut(x + wide / 2, width), cut(y + high / 2, height)];
}

function squared(picture: Picture): Picture {
  const { width, height, rowStride, format, data } = picture;
  if (width === height) return picture;
  const side = Math.max(width, height);
  const pixel = format === 'mono8' ? 1 : 3;
  // What is wrong with it is said where it is resized.
  if (!(side > 0 && side <= 2 ** 16) || data.length < (height - 1) * rowStride + width * pixel) return picture;
  const square = new Uint8Array(side * side * pixel).fill(GREY);
  for (let y = 0; y < height; y += 1) {
    square.set(data.subarray(y * rowStride, y * rowStride + width * pixel), y * side * pixel);
  }
  return { width: side, height: side, format, rowStride: side * pixel, data: square };
}
