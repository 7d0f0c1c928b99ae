import { InvalidArgumentError, type Command } from 'commander';
import {
  PRETRAINING,
  TRAINING,
  evaluatePretraining,
  parseProtocol,
  type FewLabels,
  type PretrainingEvaluation,
  type WayFigures,
} from '../../learn/index.ts';
import { names, whole } from '../arguments.ts';
import { dataPath } from '../path.ts';
import { recallInWords } from '../pretrain.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { architectureOf, withArchitecture, type ArchitectureOptions } from './architecture.ts';

const EXAMPLES = `
For each split and seed, learns encoders from the training samples without their labels ("sensorium pretrain"), and tells of the test samples how
often one modality finds the other's same moment (recall, over all pairs both ways, beside chance). Then heads are trained with the labels of
few training samples, three times under the same rules: from scratch, with the encoders frozen, and with the encoders learning on.
Figures are percentages; intervals are a bootstrap over groups (recordings), those of gains too, which compare decision by decision.

Examples:
  sensorium eval pretraining --train learned/vulpi --head late --protocol folds:run_fold
  sensorium eval pretraining --train learned/handwritten --head late --labels 0.01,0.1 --seeds 3 --json`;

interface Options extends ArchitectureOptions {
  readonly train: string;
  readonly modalities?: readonly string[];
  readonly protocol: string;
  readonly labels: readonly number[];
  readonly seeds: number;
  readonly pretrainEpochs: number;
  readonly epochs: number;
  readonly json?: boolean;
}

/** `sensorium evaluate pretraining`: do encoders that learned without labels help? */
export function pretraining(group: Command, context: CliContext): void {
  withArchitecture(
    group
      .command('pretraining')
      .description('what encoders are worth that learned without labels')
      .requiredOption('--train <dataset>', 'data set to learn from'),
  )
    .option('--modalities <names>', 'learn from these alone, such as imu,drive (default: all)', names)
    .option('--protocol <how>', 'random80, folds:<file> or groups:<K>', 'random80')
    .option(
      '--labels <shares>',
      'of the training samples that have a label, one after another',
      shares,
      [0.01, 0.05, 0.1],
    )
    .option('--seeds <count>', 'seeds 1..count', whole, 1)
    .option('--pretrain-epochs <count>', 'passes over the training samples without labels', whole, PRETRAINING.epochs)
    .option('--epochs <count>', 'most passes of a head over the samples with a label', whole, TRAINING.epochs)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const progress = createProgress(context.err);
      const found = await evaluatePretraining(
        {
          train: dataPath(options.train),
          ...(options.modalities === undefined ? {} : { modalities: options.modalities }),
          architecture: architectureOf(options),
          protocol: parseProtocol(options.protocol),
          shares: options.labels,
          seeds: Array.from({ length: options.seeds }, (_, i) => i + 1),
          pretraining: { ...PRETRAINING, epochs: options.pretrainEpochs },
          training: { ...TRAINING, epochs: options.epochs },
        },
        (done, all) => progress.show(done / all, `${done}/${all} encoders and heads`),
      ).finally(() => progress.clear());
      context.out(options.json === true ? `${JSON.stringify(found)}\n` : `${inWords(found).join('\n')}\n`);
    });
}

function shares(text: string): readonly number[] {
  const list = text.split(',').map(Number);
  if (list.length <= 20 && list.every((share) => share > 0 && share <= 1)) return list;
  throw new InvalidArgumentError('expected up to 20 numbers above 0, at most 1, such as 0.01,0.1');
}

function inWords({ recall, labels }: PretrainingEvaluation): string[] {
  return [
    ...recallInWords(recall),
    ...tableOf(
      ['labels %', 'samples', 'begins', 'accuracy %', '95 % interval', 'gain', '95 % interval'],
      labels.flatMap((few) => [
        ...wayCells(few, 'from scratch', few.scratch),
        ...wayCells(few, 'frozen encoders', few.frozen),
        ...wayCells(few, 'encoders learn on', few.tuned),
      ]),
    ),
  ];
}

function wayCells({ share, labelled }: FewLabels, name: string, { mean, low, high, gain }: WayFigures): string[][] {
  const interval = (of: { readonly low: number; readonly high: number }): string =>
    `${of.low.toFixed(2)} to ${of.high.toFixed(2)}`;
  const gained = gain === undefined ? ['', ''] : [gain.mean.toFixed(2), interval(gain)];
  return [[(100 * share).toString(), labelled.toFixed(0), name, mean.toFixed(2), interval({ low, high }), ...gained]];
}
