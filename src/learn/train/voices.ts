import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import { createRandom } from '../../random/index.ts';
import type { Batch } from '../dataset/batch.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { Architecture, HeadDescription } from '../head/description.ts';
import type { Voice } from '../head/fused.ts';
import { decidingLayer, joined, opinionOf, type LateKind } from '../head/late.ts';
import { scalar } from '../head/layers.ts';
import { retreat, retreatName } from '../head/far.ts';
import { forward } from '../head/network.ts';
import type { Ops } from '../head/ops.ts';
import { SHARPNESS } from '../head/sharpen.ts';
import { least } from '../measure/least.ts';
import { negativeLogLikelihood } from '../measure/metrics.ts';
import { probabilitiesOf } from '../measure/temperature.ts';
import type { Engine, Parameters } from '../tensorflow/engine.ts';
import { placed } from './place.ts';
import { inBatches, type Trained } from './predict.ts';
import { fitSharpness, neighbours, type Together } from './sharpness.ts';
import { addNoise } from './spoil.ts';

/** Range of the logarithm of a modality's temperature, as of a head's; how finely it is looked for, and how often anew. */
const [COLDEST, HOTTEST, STEPS, ROUNDS] = [Math.log(0.05), Math.log(20), 10, 3];
/** Range of the logarithm of how much less a modality says far out. */
const [FLATTEST, STEEPEST] = [Math.log(1e-3), Math.log(400)];
/** How much decisions with noise count beside clear ones, for each noisy sample in training that came with a clear one. */
const NOISY = 1.5;
/** Share of clear samples that is reckoned with at least, where all have noise in training. */
const LEAST_CLEAR = 0.1;
/** Numbers beside what a modality says. */
const BESIDE = 3;

/** Whether a head decides by what each modality says alone. */
export function hasVoices(
  architecture: Architecture,
): architecture is Extract<Architecture, { readonly kind: LateKind }> {
  return ['late', 'late-attention', 'late-bayes'].includes(architecture.kind);
}

/**
 * What each modality says of each sample, how far it is beyond what was learned, how far it is to be believed, and whether it is
 * there: [samples, modalities, classes + 3].
 */
export interface Heard {
  readonly clear: Float32Array;
  /** The same where there is noise on all of them: up to a training deviation (of vectors: a range), drawn evenly. */
  readonly noisy: Float32Array;
}

/**
 * Hears what each modality says of each sample.
 * @param seed of the noise
 * @returns `undefined` of an architecture that has no such thing
 */
export function hearVoices(engine: Engine, trained: Trained, dataset: Dataset, seed: number): Heard | undefined {
  const { description, scalings } = trained;
  if (!hasVoices(description.architecture)) return undefined;
  const width = description.modalities.length * (description.classes.length + BESIDE);
  const heard = (spoil: (batch: Batch) => void): Float32Array =>
    inBatches(
      engine,
      trained,
      dataset,
      () => true,
      width,
      (ops, batch) => {
        spoil(batch);
        const { voices = [] } = forward(ops, description, scalings, placed(ops, batch));
        return ops.concat(
          voices.flatMap(({ said, beyond, trust, present }) => [said, beyond, trust, present]),
          1,
        );
      },
    );
  const random = createRandom(seed);
  return {
    clear: heard(() => undefined),
    noisy: heard((batch) => addNoise(batch, scalings, { noise: 1, noiseShare: 1 }, random)),
  };
}

/** How each modality is calibrated by itself, and all of them together. */
export interface Balance {
  /** Of each modality: its logits are divided by it. */
  readonly temperatures: readonly number[];
  /** And beyond what was learned by more, see `retreat`. */
  readonly slopes: readonly number[];
  /** Of what they say together, see `sharpened`; 0 of an architecture in which evidence adds up by itself. */
  readonly sharpness: number;
}

/** What is said together by modalities that have been calibrated each by itself. */
export interface Balanced extends Balance {
  /** [samples, classes], of all modalities together. */
  readonly logits: Float32Array;
}

/**
 * A temperature for each modality. Whoever has learned many numbers of few speakers, recordings or faces by heart is surer than it is right
 * about new ones, and would be believed against another that has not: one temperature for what both say together comes too late. Those
 * are taken under which what is held out is likeliest, told by all modalities together and, counting as much, by each alone; one
 * modality after another, a few times over. A temperature of the decision would be too hot or too cold where modalities are
 * missing: of a mean, how much surer several are than one is fitted instead, to sets of all sizes ({@link fitSharpness}).
 *
 * With it, how much less a modality says where it is further out than what was learned. The same with noise on that modality counts the more, the
 * more samples had noise in training: who expects noise is less sure of what looks clear.
 * @param heard as {@link hearVoices} gives it, of samples that the head was not trained with
 * @param noiseShare of the samples that had noise in training, 0..1
 */
export function balanceVoices(
  engine: Engine,
  { architecture, modalities, classes: { length: classes } }: HeadDescription,
  heard: Heard,
  labels: ArrayLike<number>,
  noiseShare: number,
): Balanced {
  if (!hasVoices(architecture)) throw new RangeError(`${architecture.kind} has no voices`);
  const many = modalities.length;
  const noisyCounts = (NOISY * noiseShare) / Math.max(1 - noiseShare, LEAST_CLEAR);
  const [clear, noisy] = [heard.clear, heard.noisy].map((voices) => splitVoices(voices, many, classes));
  const logs = { temperatures: modalities.map(() => 0), slopes: modalities.map(() => 0) };
  let sharpness = 0;
  const balance = (): Balance => ({
    temperatures: logs.temperatures.map(Math.exp),
    slopes: logs.slopes.map(Math.exp),
    sharpness,
  });
  type IsHeard = (modality: number) => boolean;
  const logitsOf = (parts: readonly Voice<FloatTensor>[], isHeard: IsHeard): Float32Array =>
    engine.compute(new Map(), (ops) => {
      const voices = placedVoices(ops, parts, balance(), isHeard);
      return { logits: joined(ops, architecture.kind, voices, classes, () => scalar(ops, sharpness)) };
    }).logits.data;
  const lossOf = (parts: readonly Voice<FloatTensor>[], m: number): number => {
    const of = (isHeard: (modality: number) => boolean): number =>
      negativeLogLikelihood({ labels, probabilities: probabilitiesOf(logitsOf(parts, isHeard), classes, 1), classes });
    // What the others say alone does not change.
    return of(() => true) + of((one) => one === m) / many;
  };
  const spoiledOf = (m: number): Voice<FloatTensor>[] => clear.map((voice, one) => (one === m ? noisy[m] : voice));
  const toldBy = (parts: readonly Voice<FloatTensor>[], isHeard: IsHeard, weight: number): Together => {
    const told = engine.compute(new Map(), (ops) => ({
      ...opinionOf(ops, placedVoices(ops, parts, balance(), isHeard), classes),
    }));
    return { mean: told['mean'].data, count: told['count'].data, weight };
  };
  // Each number of modalities counts the same.
  const told = (): Together[] => [
    ...neighbours(many).map((set) => toldBy(clear, (m) => set.includes(m), set.length === many ? 1 : 1 / many)),
    ...(many < 2 ? [] : clear.map((_, m) => toldBy(spoiledOf(m), () => true, noisyCounts / many))),
  ];
  for (let round = 0; labels.length > 0 && round < ROUNDS; round += 1) {
    for (let m = 0; m < many; m += 1) {
      const spoiled = spoiledOf(m);
      const whole = (): number => lossOf(clear, m) + (noisyCounts * lossOf(spoiled, m)) / many;
      for (const [list, from, to] of [
        [logs.temperatures, COLDEST, HOTTEST],
        [logs.slopes, FLATTEST, STEEPEST],
      ] as const) {
        list[m] = least(from, to, STEPS + 5 * round, (value) => {
          list[m] = value;
          return whole();
        });
      }
    }
    if (architecture.kind !== 'late-bayes') sharpness = fitSharpness(told(), labels, classes);
  }
  return { ...balance(), logits: logitsOf(clear, () => true) };
}

/** A head whose modalities are calibrated each by itself: the layer by which each decides is scaled. */
export function withBalance(
  { modalities }: HeadDescription,
  parameters: Parameters,
  { temperatures, slopes, sharpness }: Balance,
): Parameters {
  const balanced = new Map(parameters);
  if (parameters.has(SHARPNESS)) balanced.set(SHARPNESS, floatTensor([1], Float32Array.of(sharpness)));
  modalities.forEach(({ name }, m) => {
    balanced.set(retreatName(name), floatTensor([1], Float32Array.of(slopes[m])));
    for (const part of ['weight', 'bias']) {
      const layer = `${decidingLayer(name)}.${part}`;
      const { shape, data } = parameters.get(layer) ?? floatTensor([0], new Float32Array(0));
      const scaled = data.map((value) => value / temperatures[m]);
      balanced.set(layer, floatTensor(shape, scaled));
    }
  });
  return balanced;
}

/** Of each modality what it says [N, classes], how far beyond it is, how far it is to be believed and whether it is there [N, 1]. */
function splitVoices(voices: Float32Array, many: number, classes: number): Voice<FloatTensor>[] {
  const width = classes + BESIDE;
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
      beyond: columns(classes, classes + 1),
      trust: columns(classes + 1, classes + 2),
      present: columns(classes + 2, width),
    };
  });
}

function placedVoices<T>(
  ops: Ops<T>,
  parts: readonly Voice<FloatTensor>[],
  { temperatures, slopes }: Balance,
  isHeard: (modality: number) => boolean,
): Voice<T>[] {
  const place = ({ shape, data }: FloatTensor): T => ops.constant(shape, data);
  return parts.map(({ said, beyond, trust, present }, m) => {
    const heard = scalar(ops, Number(isHeard(m)));
    const cooled = ops.mul(place(said), ops.mul(heard, scalar(ops, 1 / temperatures[m])));
    return {
      said: retreat(ops, cooled, place(beyond), scalar(ops, slopes[m])),
      beyond: place(beyond),
      trust: place(trust),
      present: ops.mul(place(present), heard),
    };
  });
}
