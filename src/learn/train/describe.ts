import { longest, type Dataset } from '../dataset/dataset.ts';
import type { Architecture, Convolution, Encoder, HeadDescription } from '../head/description.ts';
import { stepsAfter } from '../head/encoder.ts';

/** Sequences from here on are encoded by convolutions; shorter ones are taken step by step. */
const SHORTEST_ENCODED = 8;
/** Sequences from here on are halved on the way. */
const SHORTEST_HALVED = 24;
const WIDTHS = [24, 32, 32];

/** The head of an architecture that fits a data set: encoders follow from how long its sequences are. */
export function describeHead(dataset: Dataset, architecture: Architecture): HeadDescription {
  return {
    classes: dataset.classes,
    architecture,
    modalities: dataset.modalities.map((modality) => {
      const steps = longest(modality);
      return { name: modality.name, dims: modality.dims, steps, encoder: encoderFor(steps) };
    }),
  };
}

function encoderFor(steps: number): Encoder {
  if (steps < SHORTEST_ENCODED) return { kind: 'none' };
  const layers: Convolution[] = [];
  let left = steps;
  for (const width of WIDTHS) {
    const layer: Convolution =
      left >= SHORTEST_HALVED ? { width, kernel: 6, stride: 2 } : { width, kernel: 3, stride: 1 };
    if (left < layer.kernel + 2) break;
    layers.push(layer);
    left = stepsAfter(left, layer);
  }
  return { kind: 'convolution', layers };
}
