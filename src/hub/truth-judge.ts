import { SensoriumError } from '../contract/index.ts';
import { openFolder } from './folder.ts';
import { parseJson } from './json.ts';
import { openNetworks, runNetwork } from './network.ts';

/** Says whether a sentence is true of things in boxes: the network of models/boxes. */
export interface TruthJudge {
  /** Words that it knows; the first stands for none, the second for all others. */
  readonly vocabulary: readonly string[];
  /**
   * @param tokens numbers of words; what is too long is cut off
   * @param things numbers of each thing, and its box; what are too many are left out
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  judge(tokens: readonly number[], things: readonly JudgedThing[]): Promise<Judgement>;
  close(): Promise<void>;
}

/** What the network is told of a thing: red, green, blue, left, top, right, bottom, width, height, share that it fills; 0..1 each. */
export interface JudgedThing {
  readonly numbers: readonly number[];
  readonly box: number;
}

export interface Judgement {
  /** From 0 on it is true. */
  readonly logit: number;
  /** What the network makes of words and things together, before it judges. */
  readonly joint: Float32Array;
}

const MOST_TEXT = 2 ** 20;
const NUMBERS = 10;
const BOXES = 3;
const MOST = { words: 256, things: 256, width: 4096 };

/**
 * Opens it: `config.json` with `words`, `things`, `width` and `vocabulary`, and `onnx/model.onnx`.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openTruthJudge(folder: string): Promise<TruthJudge> {
  const files = await openFolder(folder);
  const { content, path } = await files.read('config.json', MOST_TEXT);
  const config = parseJson(content, path);
  const words = config.whole('words', 1, MOST.words);
  const most = config.whole('things', 1, MOST.things);
  const width = config.whole('width', 1, MOST.width);
  const vocabulary = config.value('vocabulary');
  if (!Array.isArray(vocabulary) || !vocabulary.every((word): word is string => typeof word === 'string')) {
    throw config.wrong('vocabulary', 'words', vocabulary);
  }
  const networks = await openNetworks(
    files,
    [
      {
        name: 'model',
        task: 'whether a sentence is true of things in boxes',
        inputs: [
          { name: 'input_ids', type: 'int64', shape: [1, words] },
          { name: 'things', type: 'float32', shape: [1, most, NUMBERS] },
          { name: 'boxes', type: 'float32', shape: [1, most, BOXES] },
        ],
        outputs: [
          { name: 'logits', type: 'float32', shape: [1] },
          { name: 'joint', type: 'float32', shape: [1, width] },
        ],
      },
    ],
    { precision: 'fp32' },
  );
  const [model] = networks.models;
  return {
    vocabulary,
    async judge(tokens, things) {
      if (tokens.length === 0)
        throw new SensoriumError('E_MODEL_INPUT', 'expected words, got none', { path: 'tokens' });
      const ids = new Int32Array(words);
      ids.set(tokens.slice(0, words));
      const seen = new Float32Array(most * NUMBERS);
      const boxes = new Float32Array(most * BOXES);
      for (const [i, { numbers, box }] of things.slice(0, most).entries()) {
        seen.set(numbers, i * NUMBERS);
        boxes[i * BOXES + box] = 1;
      }
      const { logits, joint } = await runNetwork(model, {
        input_ids: { type: 'int64', shape: [1, words], data: ids },
        things: { type: 'float32', shape: [1, most, NUMBERS], data: seen },
        boxes: { type: 'float32', shape: [1, most, BOXES], data: boxes },
      });
      return { logit: logits.data[0], joint: Float32Array.from(joint.data) };
    },
    close: () => networks.close(),
  };
}
