import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import { parseFold, reportInMarkdown, reportPictures, trainOnDataset } from '../learn/index.ts';
import { names, whole } from './arguments.ts';
import { inWords, noteOf, shareDone } from './evaluate/fusion.ts';
import { architectureOf, withArchitecture, type ArchitectureOptions } from './evaluate/architecture.ts';
import { refuseInvariance, trainingOf, withTraining, type TrainingChoices } from './evaluate/training.ts';
import { makeFolder, put } from './folder.ts';
import { dataPath } from './path.ts';
import { createProgress } from './progress.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Writes head.onnx (whose outputs equal the trained network's, but with --int8), report.json and report.md with pictures (loss and accuracy over epochs; with
--folds a reliability diagram and a confusion matrix) into a folder. With --folds, heads of the same kind are first judged on each fold, trained with the others; the one that is written is trained with all samples but those held out, which "sensorium ablate" judges.

Examples:
  sensorium train learned/handwritten --head evidential --out digits
  sensorium train learned/vulpi --head late --folds run_fold --seed 3 --out terrain
  sensorium train learned/vulpi --head transformer --layers 1 --hold-out run_fold:0 --out terrain
  sensorium train learned/vulpi --head late --encoders encoders --frozen --out terrain
  sensorium train learned/vulpi --head early --hidden 2950 --int8 --out terrain`;

interface Options extends ArchitectureOptions, TrainingChoices {
  readonly modalities?: readonly string[];
  readonly folds?: string;
  readonly holdOut?: string;
  readonly encoders?: string;
  readonly frozen?: boolean;
  readonly int8?: boolean;
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
}

/** `sensorium train`: learns a fusion head from a data set. */
export const train: Verb = (program, context) => {
  const command = withArchitecture(
    program
      .command('train')
      .description('learn a fusion head from a data set')
      .argument('<dataset>', 'folder with dataset.json'),
  );
  withTraining(command)
    .option('--modalities <names>', 'learn from these alone, such as imu,drive (default: all)', names)
    .option('--folds <file>', 'file of folds in the data set to judge it by')
    .option('--hold-out <file:fold>', 'samples with this number in a file of folds are not learned from')
    .option('--encoders <folder>', 'begin with what "sensorium pretrain" wrote')
    .option('--frozen', 'encoders stay as they are: only the rest is learned')
    .option('--int8', 'round learned matrices to 8 bits: a smaller file, faster from about a million numbers on')
    .option('--seed <number>', 'of all chance', whole, 1)
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (dataset: string, options: Options) => {
      const heldOut = options.holdOut === undefined ? undefined : parseFold(options.holdOut, '--hold-out');
      const architecture = architectureOf(options);
      refuseInvariance(options, architecture);
      const { encoders, frozen: isFrozen = false } = options;
      if (isFrozen && encoders === undefined) {
        throw new SensoriumError('E_USAGE', 'expected --encoders', { path: '--frozen' });
      }
      await makeFolder(options.out);
      const progress = createProgress(context.err);
      const { onnx, report } = await trainOnDataset(
        {
          dataset: dataPath(dataset),
          ...(options.modalities === undefined ? {} : { modalities: options.modalities }),
          architecture,
          folds: options.folds,
          heldOut,
          ...(encoders === undefined ? {} : { encoders: { folder: encoders, isFrozen } }),
          seed: options.seed,
          training: trainingOf(options),
          numbers: options.int8 === true ? 'int8' : 'float32',
        },
        (told) => progress.show(shareDone(told), noteOf(told)),
      ).finally(() => progress.clear());
      await put(options.out, 'head.onnx', onnx);
      await put(options.out, 'report.json', `${JSON.stringify(report, undefined, 2)}\n`);
      await put(options.out, 'report.md', reportInMarkdown(report));
      for (const [file, drawing] of Object.entries(reportPictures(report))) await put(options.out, file, drawing);
      if (options.json === true) return context.out(`${JSON.stringify(report)}\n`);
      const judged = report.folds === undefined ? [] : inWords(report.folds);
      const { epochs, temperature } = report.selection;
      context.out(
        [
          ...judged,
          `${join(options.out, 'head.onnx')}: ${epochs} epochs, temperature ${temperature.toFixed(3)}`,
          '',
        ].join('\n'),
      );
    });
};
