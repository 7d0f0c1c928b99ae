import type { ModelManifest, SoundAdapter, SoundModel } from '../../src/contract/index.ts';
import { LogMel, YAMNET_MEL } from '../../src/perception/index.ts';
import json from './manifest.json' with { type: 'json' };

const FRAMES = 96;
/** Samples under 96 windows: 0.975 s. */
const SAMPLES = YAMNET_MEL.windowSamples + (FRAMES - 1) * YAMNET_MEL.hopSamples;
/** Least score of an event. Lower names more of what is faint, and more that is not there. */
const LEAST_SCORE = 0.1;
/** The classes of AudioSet in which someone speaks: what lies below `Speech`. */
const VOICES = [
  'Speech',
  'Child speech, kid speaking',
  'Conversation',
  'Narration, monologue',
  'Babbling',
  'Speech synthesizer',
];

const manifest = json as unknown as ModelManifest;

/**
 * YAMNet (Plakal and Ellis 2019, https://github.com/tensorflow/models, research/audioset/yamnet) with int8 weights, from
 * Google's Coral Micro: 521 classes of AudioSet, several of which may be true at once. Its voice activity is the best
 * score among those in which someone speaks.
 */
export const yamnet: SoundModel = {
  kind: 'sound',
  manifest,
  leastScore: LEAST_SCORE,
  window: { sampleRate: YAMNET_MEL.sampleRate, samples: SAMPLES },
  createAdapter,
};

function createAdapter(): SoundAdapter {
  const mel = new LogMel(YAMNET_MEL);
  const voices = VOICES.map((label) => manifest.labels.indexOf(label));
  return {
    prepare(samples) {
      const data = new Float32Array(FRAMES * YAMNET_MEL.bands);
      mel.write(samples.subarray(0, SAMPLES), data);
      return { [manifest.inputs[0].name]: { type: 'float32', shape: [1, FRAMES, YAMNET_MEL.bands], data } };
    },
    interpret(outputs) {
      const { data } = outputs[manifest.outputs[0].name];
      const events = manifest.labels
        .map((label, i) => ({ label, score: data[i] }))
        .filter(({ score }) => score >= LEAST_SCORE)
        .sort((a, b) => b.score - a.score);
      return { voice: voices.reduce((best, i) => (data[i] > best ? data[i] : best), 0), events };
    },
  };
}
