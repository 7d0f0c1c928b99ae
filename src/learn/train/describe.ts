import { SensoriumError } from '../../contract/index.ts';
import { longestConversation } from '../dataset/conversation.ts';
import { longest, type Dataset } from '../dataset/dataset.ts';
import {
  isConversational,
  type Architecture,
  type Convolution,
  type Encoder,
  type HeadDescription,
} from '../head/description.ts';
import { stepsAfter } from '../head/sequence.ts';

/** Sequences from here on are encoded by convolutions; shorter ones are taken step by step. */
const SHORTEST_ENCODED = 8;
/** Signals from here on are told by their spectrum too: in less than that there is hardly an oscillation. */
const SHORTEST_SPECTRUM = 16;
/** Sequences from here on are halved on the way. */
const SHORTEST_HALVED = 24;
const WIDTHS = [24, 32, 32];
/** Steps of the longest frame of a spectrum: a moment of sound, and of other signals more than a window has. */
const LONGEST_FRAME = 256;
const BANDS = 24;
/** Most utterances of a conversation that a head takes at once: more would only take time. */
const MOST_UTTERANCES = 128;

/** The head of an architecture that fits a data set: encoders follow from what its sequences are and how long. */
export function describeHead(dataset: Dataset, architecture: Architecture): HeadDescription {
  return {
    classes: dataset.classes,
    architecture,
    modalities: dataset.modalities.map((modality) => {
      const steps = longest(modality);
      return {
        name: modality.name,
        dims: modality.dims,
        steps,
        encoder: encoderFor(steps, modality.rateHz !== undefined),
      };
    }),
  };
}

/**
 * The head of an architecture that fits samples: as they are learned from, or the conversations that they are of.
 * @throws SensoriumError E_USAGE where conversations are wanted and there are none
 */
export function describeHeadFor(
  samples: { readonly dataset: Dataset; forTraining(rows: readonly number[]): Dataset },
  architecture: Architecture,
): HeadDescription {
  const { dataset } = samples;
  if (!isConversational(architecture)) return describeHead(samples.forTraining([0]), architecture);
  const wrong = (what: string): SensoriumError =>
    new SensoriumError('E_USAGE', `${architecture.kind} ${what}`, { path: '--head' });
  if (dataset.isConversation !== true) {
    throw wrong(`is for conversations: expected files.group and files.order in the dataset.json of ${dataset.name}`);
  }
  const many = dataset.modalities.find((modality) => longest(modality) > 1);
  if (many !== undefined) throw wrong(`takes one vector a sample; ${many.name} of ${dataset.name} has more steps`);
  const steps = Math.min(MOST_UTTERANCES, longestConversation(dataset));
  return {
    classes: dataset.classes,
    architecture,
    modalities: dataset.modalities.map(({ name, dims }) => ({ name, dims, steps, encoder: { kind: 'none' } })),
  };
}

/** @param isSignal steps are in time, at a rate */
function encoderFor(steps: number, isSignal: boolean): Encoder {
  if (steps < SHORTEST_ENCODED) return { kind: 'none' };
  if (!isSignal) return { kind: 'convolution', layers: convolutionsOver(steps) };
  if (steps < SHORTEST_SPECTRUM) return { kind: 'statistics' };
  // Half of a sequence sees the slowest oscillations that it has, and how these change within it.
  const hop = Math.min(Math.floor(steps / 4), LONGEST_FRAME / 2);
  const frame = 2 * hop;
  const frames = stepsAfter(steps, { kernel: frame, stride: hop });
  return {
    kind: 'spectrum',
    frame,
    hop,
    bands: BANDS,
    layers: frames < SHORTEST_HALVED ? [] : convolutionsOver(frames),
    statistics: true,
  };
}

function convolutionsOver(steps: number): Convolution[] {
  const layers: Convolution[] = [];
  let left = steps;
  for (const width of WIDTHS) {
    const layer: Convolution =
      left >= SHORTEST_HALVED ? { width, kernel: 6, stride: 2 } : { width, kernel: 3, stride: 1 };
    if (left < layer.kernel + 2) break;
    layers.push(layer);
    left = stepsAfter(left, layer);
  }
  return layers;
}
