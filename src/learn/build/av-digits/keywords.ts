import type { Model, ModelManifest } from '../../../contract/index.ts';
import { SensoriumError } from '../../../contract/index.ts';
import { modelFolder, openModel, readModel } from '../../../inference/index.ts';
import { LogMel } from '../../../perception/index.ts';
import { givingTensor } from './tflite.ts';

/** Samples a second that the network hears. */
export const HEARD_RATE = 16_000;
/** Moments (every 40 ms), strips of frequency and features of what the network makes of a second. */
export const [MOMENTS, STRIPS, FEATURES] = [25, 5, 64];
/** What of the 18 tensors is taken: after the second of four blocks. Later ones tell the network's own words apart, and digits worse. */
const TENSOR = 26;
/** Spectra of a second, and cepstral coefficients of each. */
const [SPECTRA, CEPSTRA] = [49, 10];

/**
 * The keyword spotting network of MLPerf Tiny (Banbury et al. 2021; depthwise separable convolutions, Zhang et al. 2018), trained with ten
 * words of 2600 speakers, none of them a digit, and with others (digits among them) as "unknown".
 */
const KEYWORDS: ModelManifest = {
  name: 'kws-dscnn',
  task: 'features of speech',
  source: 'https://github.com/mlcommons/tiny',
  licence: 'Apache-2.0',
  files: [
    {
      file: 'kws_ref_model_float32.tflite',
      bytes: 43392,
      sha256: 'e5004c6f1012246e33fa068d8488325538e0444073cd361f5a7edb40c73f12d2',
      url: 'https://raw.githubusercontent.com/mlcommons/tiny/1afd2c9820f795965a6134facd0b4dfae41ef23f/benchmark/training/keyword_spotting/trained_models/kws_ref_model_float32.tflite',
    },
  ],
  inputs: [{ name: 'input_1', type: 'float32', shape: [1, SPECTRA, CEPSTRA, 1] }],
  outputs: [
    {
      name: 'functional_1/activation_4/Relu;functional_1/batch_normalization_4/FusedBatchNormV3;functional_1/conv2d_2/BiasAdd/ReadVariableOp/resource;functional_1/conv2d_2/BiasAdd;functional_1/conv2d_4/Conv2D;functional_1/conv2d_2/Conv2D1',
      type: 'float32',
      shape: [1, MOMENTS, STRIPS, FEATURES],
    },
  ],
  labels: [],
  preprocessing:
    '49 x 10 cepstral coefficients of a second at 16 kHz: 30 ms every 20 ms, 40 mel bands of 20 to 4000 Hz',
};

/** What a network that has learned other words makes of a second of speech. */
export interface KeywordFeatures {
  /** @param second of sound, {@link HEARD_RATE}; @returns [MOMENTS, STRIPS, FEATURES], none below 0 */
  of(second: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens the network.
 * @throws SensoriumError E_MODEL_MISSING and others with E_MODEL_
 */
export async function openKeywordFeatures(): Promise<KeywordFeatures> {
  const model = await openNetwork();
  const mel = new LogMel({
    sampleRate: HEARD_RATE,
    windowSamples: 480,
    hopSamples: 320,
    fftSize: 512,
    bands: 40,
    minHertz: 20,
    maxHertz: 4000,
    power: 1,
    logOffset: 1e-6,
  });
  const { bands } = mel.options;
  const cosines = Float64Array.from(
    { length: CEPSTRA * bands },
    (_, i) => Math.cos((Math.PI * Math.floor(i / bands) * ((i % bands) + 0.5)) / bands) * Math.sqrt(2 / bands),
  );
  const spectra = new Float32Array(SPECTRA * bands);
  return {
    async of(second) {
      mel.write(second.subarray(0, HEARD_RATE), spectra);
      const data = new Float32Array(SPECTRA * CEPSTRA).map((_, i) => {
        const [from, row] = [Math.floor(i / CEPSTRA) * bands, (i % CEPSTRA) * bands];
        let sum = 0;
        for (let band = 0; band < bands; band += 1) sum += cosines[row + band] * spectra[from + band];
        return sum;
      });
      const [input] = KEYWORDS.inputs;
      const found = await model.run({ [input.name]: { type: 'float32', shape: input.shape, data } });
      return found[KEYWORDS.outputs[0].name].data as Float32Array;
    },
    close: () => model.close(),
  };
}

async function openNetwork(): Promise<Model> {
  const [{ file, url }] = KEYWORDS.files;
  const files = await readModel(modelFolder(), KEYWORDS).catch((error: unknown) => {
    if (!(error instanceof SensoriumError) || error.code !== 'E_MODEL_MISSING') throw error;
    throw new SensoriumError('E_MODEL_MISSING', `not there; it is at ${url}`, { path: error.path, cause: error });
  });
  return openModel(
    KEYWORDS,
    new Map([...files].map(([name, content]) => [name, name === file ? givingTensor(content, TENSOR) : content])),
  );
}
