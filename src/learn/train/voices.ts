import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { Architecture, HeadDescription } from '../head/description.ts';
import type { Voice } from '../head/fused.ts';
import { decidingLayer, joined, type LateKind } from '../head/late.ts';
import { scalar } from '../head/layers.ts';
import { forward } from '../head/network.ts';
import type { Ops } from '../head/ops.ts';
import { negativeLogLikelihood } from '../measure/metrics.ts';
import { probabilitiesOf } from '../measure/temperature.ts';
import type { Engine, Parameters } from '../tensorflow/engine.ts';
import { placed } from './place.ts';
import { inBatches, type Trained } from './predict.ts';

/** Range of the logarithm of a modality's temperature, as of a head's; how finely it is looked for, and how often anew. */
const [COLDEST, HOTTEST, STEPS, ROUNDS] = [Math.log(0.05), Math.log(20), 10, 3];
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Whether a head decides by what each modality says alone. */
export function hasVoices(
  architecture: Architecture,
): architecture is Extract<Architecture, { readonly kind: LateKind }> {
  return ['late', 'late-attention', 'late-bayes'].includes(architecture.kind);
}

/**
 * What each modality says of each sample, how far it is to be believed, and whether it is there.
 * @returns [samples, modalities, classes + 2]; `undefined` of an architecture that has no such thing
 */
export function hearVoices(engine: Engine, trained: Trained, dataset: Dataset): Float32Array | undefined {
  const { description, scalings } = trained;
  if (!hasVoices(description.architecture)) return undefined;
  const width = description.modalities.length * (description.classes.length + 2);
  return inBatches(
    engine,
    trained,
    dataset,
    () => true,
    width,
    (ops, batch) => {
      const { voices = [] } = forward(ops, description, scalings, placed(ops, batch));
      return ops.concat(
        voices.flatMap(({ said, trust, present }) => [said, trust, present]),
        1,
      );
    },
  );
}

/** What is said together by modalities that have been calibrated each by itself. */
export interface Balanced {
  /** Of each modality: its logits are divided by it. */
  readonly temperatures: readonly number[];
  /** [samples, classes], of all modalities together. */
  readonly logits: Float32Array;
}

/**
 * A temperature for each modality. Whoever has learned many numbers of few speakers, recordings or faces by heart is surer than it is right
 * about new ones, and would be believed against another that has not: one temperature for what both say together comes too late. Those
 * are taken under which what is held out is likeliest, told by all modalities together and, counting as much, by each alone; one
 * modality after another, a few times over. Nothing is left for a temperature of the decision, which would be too hot or too cold where
 * modalities are missing.
 * @param voices as {@link hearVoices} gives them, of samples that the head was not trained with
 */
export function balanceVoices(
  engine: Engine,
  { architecture, modalities, classes: { length: classes } }: HeadDescription,
  voices: Float32Array,
  labels: ArrayLike<number>,
): Balanced {
  if (!hasVoices(architecture)) throw new RangeError(`${architecture.kind} has no voices`);
  const many = modalities.length;
  const parts = splitVoices(voices, many, classes);
  const count = labels.length;
  const logitsOf = (temperatures: readonly number[], isHeard: (modality: number) => boolean): Float32Array =>
    engine.compute(new Map(), (ops) => ({
      logits: joined(ops, architecture.kind, placedVoices(ops, parts, temperatures, isHeard), classes),
    })).logits.data;
  const lossOf = (logits: Float32Array): number =>
    negativeLogLikelihood({ labels, probabilities: probabilitiesOf(logits, classes, 1), classes });
  const all = (): boolean => true;
  const logTemperatures = modalities.map(() => 0);
  const temperatures = (): number[] => logTemperatures.map(Math.exp);
  for (let round = 0; count > 0 && round < ROUNDS; round += 1) {
    for (let m = 0; m < many; m += 1) {
      logTemperatures[m] = least(COLDEST, HOTTEST, STEPS + 5 * round, (value) => {
        logTemperatures[m] = value;
        // What the others say alone does not change.
        const alone = lossOf(logitsOf(temperatures(), (one) => one === m));
        return lossOf(logitsOf(temperatures(), all)) + alone / many;
      });
    }
  }
  return { temperatures: temperatures(), logits: logitsOf(temperatures(), all) };
}

/**
 * A head whose modalities say what they say at these temperatures: the layer that says it is scaled.
 * @param temperatures none: nothing is
 */
export function withTemperatures(
  { modalities }: HeadDescription,
  parameters: Parameters,
  temperatures: readonly number[],
): Parameters {
  const scaled = new Map(parameters);
  temperatures.forEach((temperature, m) => {
    for (const part of ['weight', 'bias']) {
      const name = `${decidingLayer(modalities[m].name)}.${part}`;
      const { shape, data } = parameters.get(name) ?? floatTensor([0], new Float32Array(0));
      scaled.set(
        name,
        floatTensor(
          shape,
          data.map((value) => value / temperature),
        ),
      );
    }
  });
  return scaled;
}

/** Of each modality what it says [N, classes], how far it is to be believed and whether it is there [N, 1]. */
function splitVoices(voices: Float32Array, many: number, classes: number): Voice<FloatTensor>[] {
  const width = classes + 2;
  const count = voices.length / (many * width);
  return Array.from({ length: many }, (_, m) => {
    const columns = (from: number, to: number): FloatTensor => {
      const data = new Float32Array(count * (to - from));
      for (let i = 0; i < count; i += 1) {
        const at = (i * many + m) * width;
        data.set(voices.subarray(at + from, at + to), i * (to - from));
      }
      return floatTensor([count, to - from], data);
    };
    return {
      said: columns(0, classes),
      trust: columns(classes, classes + 1),
      present: columns(classes + 1, width),
    };
  });
}

function placedVoices<T>(
  ops: Ops<T>,
  parts: readonly Voice<FloatTensor>[],
  temperatures: readonly number[],
  isHeard: (modality: number) => boolean,
): Voice<T>[] {
  const place = ({ shape, data }: FloatTensor): T => ops.constant(shape, data);
  return parts.map(({ said, trust, present }, m) => {
    const heard = scalar(ops, Number(isHeard(m)));
    return {
      said: ops.mul(place(said), ops.mul(heard, scalar(ops, 1 / temperatures[m]))),
      trust: place(trust),
      present: ops.mul(place(present), heard),
    };
  });
}

/** Where a function with one valley is least, by golden section. */
function least(from: number, to: number, steps: number, of: (x: number) => number): number {
  let [low, high] = [from, to];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [of(left), of(right)];
  for (let step = 0; step < steps; step += 1) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = of(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = of(right);
    }
  }
  return (low + high) / 2;
}
