import { SensoriumError } from '../../../contract/index.ts';
import { createRandom, shuffled, type Random } from '../../../random/index.ts';
import type { Dataset, Modality } from '../../dataset/dataset.ts';
import { readWrittenDigits, type Pictures } from './images.ts';
import { along, principalComponents } from './principal.ts';
import { HEARD_RATE, openKeywordFeatures } from './keywords.ts';
import { NUMBERS, secondOf, told } from './sound.ts';
import { usedToVoices } from './voices.ts';

/** What makes the task as hard as it is; see docs/fusion.md. */
export const DIFFICULTY = {
  /** Principal components that are left of a picture. */
  components: 5,
  /** dB of a clip over white noise. */
  signalToNoise: 40,
};

/**
 * Pairs every spoken digit with a written one of the same class, at random; both are then made hard to read and to hear. Principal
 * components are those of written digits that are paired with nothing, always the same: sets of other speakers go together.
 * @param speakers data set of spoken digits: clips of one modality, classes 0..9, groups are speakers
 * @param seed of the pairs and the noise
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT
 */
export async function buildAvDigits(speakers: Dataset, seed: number, path: string): Promise<Dataset> {
  const [sound] = speakers.modalities;
  if (speakers.classes.length !== 10 || speakers.modalities.length !== 1 || sound.dims !== 1 || !sound.rateHz) {
    throw new SensoriumError('E_FILE_FORMAT', 'expected clips of ten spoken digits, of one modality with a rate', {
      path,
    });
  }
  const { pictures, reserved } = await readWrittenDigits();
  const principal = principalComponents(reserved, DIFFICULTY.components);
  const random = createRandom(seed);
  const next = pictures.map((own) => dealer(own, random));
  const seen = Array.from(speakers.labels, (label) => along(principal, next[label]()));
  const heard = await heardOf(speakers, random);
  return {
    ...speakers,
    name: 'av-digits',
    order: Int32Array.from(speakers.labels.keys()),
    modalities: [
      vectorsOf('image', DIFFICULTY.components, seen),
      vectorsOf(sound.name, NUMBERS, usedToVoices(heard, speakers.groups)),
    ],
  };
}

/** What is told of each clip. */
async function heardOf(
  { modalities: [{ starts, values, rateHz = HEARD_RATE }] }: Dataset,
  random: Random,
): Promise<Float32Array[]> {
  const network = await openKeywordFeatures();
  const heard: Float32Array[] = [];
  for (let i = 0; i + 1 < starts.length; i += 1) {
    const clip = values.subarray(starts[i], starts[i + 1]);
    heard.push(told(await network.of(secondOf(clip, rateHz, DIFFICULTY.signalToNoise, random))));
  }
  await network.close();
  return heard;
}

/** Gives picture after picture, each once before any comes again. */
function dealer(pictures: Pictures, random: Random): () => Float32Array {
  const order = shuffled(random, pictures);
  let given = 0;
  return () => order[given++ % order.length];
}

/** [dims] of each sample. */
function vectorsOf(name: string, dims: number, samples: readonly ArrayLike<number>[]): Modality {
  const values = new Float32Array(samples.length * dims);
  samples.forEach((sample, i) => values.set(sample, i * dims));
  const starts = Int32Array.from({ length: samples.length + 1 }, (_, i) => i);
  return { name, dims, rateHz: undefined, starts, values, mask: new Uint8Array(samples.length).fill(1) };
}
