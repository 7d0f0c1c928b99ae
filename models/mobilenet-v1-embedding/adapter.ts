import type { EncoderAdapter, EncoderModel, ModelManifest } from '../../src/contract/index.ts';
import { ImageToTensor } from '../../src/perception/index.ts';
import json from './manifest.json' with { type: 'json' };

/** Side of the network's picture, pixels. */
const SIZE = 224;
const DIMS = 1024;

const manifest = json as unknown as ModelManifest;

/**
 * MobileNet v1 (Howard et al. 2017) without its last layer, in 8 bits, from Google's Coral, who made it to learn classes of a few examples
 * (Qi et al. 2018): the mean over the picture of 1024 features, trained on ImageNet's photographs of 1000 classes.
 */
export const mobilenetV1Embedding: EncoderModel = { kind: 'encoder', manifest, dims: DIMS, createAdapter };

function createAdapter(): EncoderAdapter {
  const kernel = new ImageToTensor({
    width: SIZE,
    height: SIZE,
    fit: 'stretch',
    channels: 'rgb',
    layout: 'interleaved',
    type: 'uint8',
    filter: 'triangle',
  });
  return {
    prepare: (picture) => ({ [manifest.inputs[0].name]: kernel.tensorOf(picture).tensor }),
    interpret(outputs) {
      // The features are these bytes times a scale, from 0 on: of length 1 they are the same.
      const { data } = outputs[manifest.outputs[0].name];
      const length = Math.hypot(...data) || 1;
      return Float32Array.from(data, (value) => value / length);
    },
  };
}
