import { SensoriumError } from '../../../contract/index.ts';
import { createRandom, shuffled, type Random } from '../../../random/index.ts';
import type { Dataset, Modality } from '../../dataset/dataset.ts';
import { readWrittenDigits, type Pictures } from './images.ts';
import { along, principalComponents } from './principal.ts';
import { createEar, hear } from './sound.ts';

/** What makes the task as hard as it is; see docs/learning.md. */
export const DIFFICULTY = {
  /** Principal components that are left of a picture. */
  components: 4,
  /** dB of a clip over white noise. */
  signalToNoise: 6,
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
  return {
    ...speakers,
    name: 'av-digits',
    order: Int32Array.from(speakers.labels.keys()),
    modalities: [modalityOf('image', DIFFICULTY.components, undefined, seen), heardOf(sound, sound.rateHz, random)],
  };
}

/** Gives picture after picture, each once before any comes again. */
function dealer(pictures: Pictures, random: Random): () => Float32Array {
  const order = shuffled(random, pictures);
  let given = 0;
  return () => order[given++ % order.length];
}

function heardOf({ name, starts, values }: Modality, rateHz: number, random: Random): Modality {
  const ear = createEar(rateHz);
  const { hopSamples, bands } = ear.options;
  const clips = Array.from({ length: starts.length - 1 }, (_, i) =>
    hear(ear, values.subarray(starts[i], starts[i + 1]), DIFFICULTY.signalToNoise, random),
  );
  return modalityOf(name, bands, rateHz / hopSamples, clips);
}

/** @param samples of each its steps, one behind another */
function modalityOf(
  name: string,
  dims: number,
  rateHz: number | undefined,
  samples: readonly ArrayLike<number>[],
): Modality {
  const starts = new Int32Array(samples.length + 1);
  samples.forEach(({ length }, i) => (starts[i + 1] = starts[i] + length / dims));
  const values = new Float32Array(starts[samples.length] * dims);
  samples.forEach((sample, i) => values.set(sample, starts[i] * dims));
  return { name, dims, rateHz, starts, values, mask: new Uint8Array(starts[samples.length]).fill(1) };
}
