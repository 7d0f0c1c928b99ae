import { withModalities } from './dataset/modalities.ts';
import { readDataset } from './dataset/read.ts';
import { evaluateHead, type Evaluated, type EvaluationProgress } from './evaluate/evaluate.ts';
import { foldOf } from './evaluate/protocol.ts';
import { samplesOf } from './evaluate/samples.ts';
import type { Architecture } from './head/description.ts';
import { exportHead, type HeldOutFold } from './onnx/export.ts';
import type { TrainingReport } from './report.ts';
import { startEngine } from './tensorflow/engine.ts';
import { describeHeadFor } from './train/describe.ts';
import { fitHead } from './train/fit.ts';
import type { TrainingOptions } from './train/options.ts';

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
  readonly seed: number;
  readonly training: TrainingOptions;
}

/**
 * Trains a head with all samples of a data set but those held out; before that, where folds are given, judges heads of the same kind on them.
 * @returns the content of its ONNX file, and the report
 * @throws SensoriumError E_USAGE, E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED, E_MODEL_RUNTIME
 */
export async function trainOnDataset(
  { dataset: folder, modalities, architecture, folds: file, heldOut, seed, training }: TrainingRequest,
  tell: (progress: EvaluationProgress) => void | Promise<void> = () => undefined,
): Promise<{ readonly onnx: Uint8Array; readonly report: TrainingReport }> {
  const dataset = withModalities(await readDataset(folder), modalities);
  let folds: Evaluated | undefined;
  if (file !== undefined) {
    const protocol = { kind: 'folds', file } as const;
    const rest = { windows: 'single', stress: 'none', maskAbove: undefined, seeds: [seed] } as const;
    const some = modalities === undefined ? {} : { modalities };
    // The head itself is one more than those of the folds.
    folds = await evaluateHead({ train: folder, architecture, protocol, training, ...some, ...rest }, (progress) =>
      tell({ ...progress, heads: progress.heads + 1 }),
    );
  }
  const samples = samplesOf(dataset, 'single');
  const description = describeHeadFor(samples, architecture);
  const done = folds?.selections.length ?? 0;
  const rows = (await foldOf(dataset, folder, heldOut)).train;
  const { head, selection } = await fitHead(await startEngine(), description, samples, rows, training, seed, (report) =>
    tell({ ...report, done, heads: done + 1, seed }),
  );
  const judged =
    folds === undefined
      ? {}
      : { folds: { evaluation: folds.evaluation, groups: folds.groups, selections: folds.selections } };
  const kept = heldOut === undefined ? {} : { heldOut };
  const steps = dataset.stepMs === undefined ? {} : { stepMs: dataset.stepMs };
  return {
    onnx: exportHead(head, { dataset: dataset.name, samples: dataset.labels.length, ...steps, ...kept }),
    report: { dataset: dataset.name, seed, description, ...judged, ...kept, selection },
  };
}
