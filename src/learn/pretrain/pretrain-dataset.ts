import { SensoriumError } from '../../contract/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { withModalities } from '../dataset/modalities.ts';
import { readDataset } from '../dataset/read.ts';
import { foldOf } from '../evaluate/protocol.ts';
import { samplesOf } from '../evaluate/samples.ts';
import { ARCHITECTURES } from '../head/description.ts';
import type { HeldOutFold } from '../onnx/export.ts';
import { startEngine } from '../tensorflow/engine.ts';
import { describeHeadFor } from '../train/describe.ts';
import type { Samples } from '../train/fit.ts';
import type { EpochReport } from '../train/options.ts';
import type { EncodersDescription } from './embed.ts';
import type { Encoders } from './file.ts';
import { pretrain, type PretrainingOptions } from './pretrain.ts';
import { embeddingsOf, recallsOf, type Recalls } from './recall.ts';

/** What is to be learned without labels. */
export interface PretrainingRequest {
  /** Folder of the data set. */
  readonly dataset: string;
  /** Those that encoders are learned for; absent: all. */
  readonly modalities?: readonly string[];
  readonly hidden: number;
  readonly size: number;
  /** Samples that are not learned from, and by which the encoders are judged; `undefined`: none. */
  readonly heldOut: HeldOutFold | undefined;
  readonly seed: number;
  readonly options: PretrainingOptions;
}

/** What `sensorium pretrain` tells. */
export interface PretrainingReport {
  readonly dataset: string;
  readonly seed: number;
  /** Samples that were learned from. */
  readonly samples: number;
  readonly epochs: number;
  /** Of the last epoch. */
  readonly loss: number;
  readonly heldOut?: HeldOutFold;
  /** On what was held out; absent where nothing was. */
  readonly recall?: Recalls;
}

/**
 * Learns encoders from the samples of a data set, labelled or not, but those held out.
 * @throws SensoriumError E_USAGE, E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED, E_MODEL_RUNTIME
 */
export async function pretrainOnDataset(
  { dataset: folder, modalities, hidden, size, heldOut, seed, options }: PretrainingRequest,
  tell: (report: Pick<EpochReport, 'epoch' | 'epochs' | 'loss'>) => void | Promise<void> = () => undefined,
): Promise<{ readonly encoders: Encoders; readonly report: PretrainingReport }> {
  const dataset = withModalities(await readDataset(folder, false), modalities);
  const samples = samplesOf(dataset, 'single');
  const description = describeEncoders(samples, hidden, size);
  const { train, test } = await foldOf(dataset, folder, heldOut);
  const engine = await startEngine();
  let loss = NaN;
  const pretrained = await pretrain(engine, description, samples, train, options, seed, (report) => {
    ({ loss } = report);
    return tell(report);
  });
  const kept = heldOut === undefined ? {} : { heldOut };
  const names = description.modalities.map(({ name }) => name);
  const recall =
    heldOut === undefined
      ? {}
      : { recall: recallsOf(embeddingsOf(engine, pretrained, samples.forTesting(test)), names) };
  return {
    encoders: { ...pretrained, learnedFrom: { dataset: dataset.name, samples: dataset.labels.length, ...kept } },
    report: { dataset: dataset.name, seed, samples: train.length, epochs: options.epochs, loss, ...kept, ...recall },
  };
}

/**
 * The encoders that heads have for these samples.
 * @throws SensoriumError E_USAGE where there is but one modality: nothing belongs together then
 */
export function describeEncoders(
  samples: Samples & { readonly dataset: Dataset },
  hidden: number,
  size: number,
): EncodersDescription {
  const { modalities } = describeHeadFor(samples, ARCHITECTURES.late);
  if (modalities.length < 2) {
    throw new SensoriumError('E_USAGE', `expected at least two modalities, got ${modalities[0].name} alone`, {
      path: '--modalities',
    });
  }
  return { modalities, hidden, size };
}
