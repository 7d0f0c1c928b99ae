import { SensoriumError } from '../contract/index.ts';
import type { Dataset } from './dataset/dataset.ts';
import { withModalities } from './dataset/modalities.ts';
import { readDataset } from './dataset/read.ts';
import { joined } from './evaluate/decisions.ts';
import { evaluateHead, type Evaluated, type EvaluationProgress } from './evaluate/evaluate.ts';
import { foldOf, isSameFold } from './evaluate/protocol.ts';
import { samplesOf } from './evaluate/samples.ts';
import type { Architecture, HeadDescription } from './head/description.ts';
import { confusionOf, reliabilityOf } from './measure/reliability.ts';
import { exportHead, type HeldOutFold, type Numbers } from './onnx/export.ts';
import { readEncoders } from './pretrain/file.ts';
import { startWith } from './pretrain/start-with.ts';
import type { TrainingReport } from './report.ts';
import { startEngine } from './tensorflow/engine.ts';
import { describeHeadFor } from './train/describe.ts';
import { fitHead, type FitReport } from './train/fit.ts';
import type { TrainingOptions } from './train/options.ts';
import type { Start } from './train/start.ts';

/** What is to be trained. */
export interface TrainingRequest {
  /** Folder of the data set. */
  readonly dataset: string;
  /** Those that the head learns from and takes; absent: all. */
  readonly modalities?: readonly string[];
  readonly architecture: Architecture;
  /** File of folds in that folder that the architecture is judged by; `undefined`: it is not. */
  readonly folds: string | undefined;
  /** Samples that the head is not to learn from; `undefined`: it learns from all. */
  readonly heldOut: HeldOutFold | undefined;
  /** Folder of encoders that it begins with; absent: chance. */
  readonly encoders?: { readonly folder: string; readonly isFrozen: boolean };
  readonly seed: number;
  readonly training: TrainingOptions;
  /** Of the file that is written. */
  readonly numbers: Numbers;
}

/**
 * Trains a head with all samples of a data set but those held out; before that, where folds are given, judges heads of the same kind on them.
 * @returns the content of its ONNX file, and the report
 * @throws SensoriumError E_USAGE, E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED, E_MODEL_RUNTIME
 */
export async function trainOnDataset(
  request: TrainingRequest,
  tell: (progress: EvaluationProgress) => void | Promise<void> = () => undefined,
): Promise<{ readonly onnx: Uint8Array; readonly report: TrainingReport }> {
  const { dataset: folder, modalities, architecture, folds: file, heldOut, encoders, seed, numbers } = request;
  const dataset = withModalities(await readDataset(folder), modalities);
  const samples = samplesOf(dataset, 'single');
  const description = describeHeadFor(samples, architecture);
  const training =
    encoders === undefined
      ? request.training
      : { ...request.training, start: await startFrom(encoders, description, dataset, { folds: file, heldOut }) };
  let folds: Evaluated | undefined;
  if (file !== undefined) {
    const protocol = { kind: 'folds', file } as const;
    const rest = { windows: 'single', stresses: ['none'], maskAbove: undefined, seeds: [seed] } as const;
    const some = modalities === undefined ? {} : { modalities };
    // The head itself is one more than those of the folds.
    folds = await evaluateHead({ train: folder, architecture, protocol, training, ...some, ...rest }, (progress) =>
      tell({ ...progress, heads: progress.heads + 1 }),
    );
  }
  const done = folds?.selections.length ?? 0;
  const rows = (await foldOf(dataset, folder, heldOut)).train;
  const history: FitReport[] = [];
  const { head, selection } = await fitHead(
    await startEngine(),
    description,
    samples,
    rows,
    training,
    seed,
    (report) => {
      history.push(report);
      return tell({ ...report, done, heads: done + 1, seed });
    },
  );
  const judged = folds === undefined ? {} : { folds: toldOf(folds) };
  const kept = heldOut === undefined ? {} : { heldOut };
  const steps = dataset.stepMs === undefined ? {} : { stepMs: dataset.stepMs };
  const learnedFrom = { dataset: dataset.name, samples: dataset.labels.length, ...steps, ...kept };
  const onnx = exportHead(head, learnedFrom, numbers);
  const written = { numbers, bytes: onnx.length };
  return {
    onnx,
    report: { dataset: dataset.name, seed, description, ...judged, ...kept, selection, history, file: written },
  };
}

function toldOf({ evaluation, groups, selections, judged }: Evaluated): NonNullable<TrainingReport['folds']> {
  const decisions = joined(judged);
  return { evaluation, groups, selections, reliability: reliabilityOf(decisions), confusion: confusionOf(decisions) };
}

/**
 * Encoders of a folder, unless they have seen what the head is to be judged by.
 * @throws SensoriumError E_MODEL_… of the encoders; E_USAGE
 */
async function startFrom(
  { folder, isFrozen }: NonNullable<TrainingRequest['encoders']>,
  description: HeadDescription,
  { name, labels }: Dataset,
  { folds, heldOut }: Pick<TrainingRequest, 'folds' | 'heldOut'>,
): Promise<Start> {
  const encoders = await readEncoders(folder);
  const { learnedFrom } = encoders;
  const isSame = learnedFrom.dataset === name && learnedFrom.samples === labels.length;
  const hasSeen = heldOut !== undefined && !isSameFold(heldOut, learnedFrom.heldOut);
  if (isSame && (folds !== undefined || hasSeen)) {
    const what =
      folds === undefined
        ? 'the encoders have seen what is held out: give sensorium pretrain the same --hold-out'
        : 'the encoders have seen the samples of the folds: sensorium eval pretraining learns them anew for each';
    throw new SensoriumError('E_USAGE', what, { path: '--encoders' });
  }
  return startWith(encoders, description, isFrozen, folder);
}
