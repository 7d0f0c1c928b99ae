import { InvalidArgumentError } from 'commander';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CLASS_TITLES,
  SCORE_TITLES,
  ablateHead,
  ablationInMarkdown,
  ablationPicture,
  cellsOf,
  classCells,
  judgedInWords,
  parseFold,
  type AblationReport,
} from '../learn/index.ts';
import { whole } from './arguments.ts';
import { makeFolder, put } from './folder.ts';
import { dataPath } from './path.ts';
import { createProgress } from './progress.ts';
import { tableOf } from './table.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Asks a head that "sensorium train" wrote with every set of its modalities, the others being masked, and with noise on each of
them. Judged are the samples that the head says were held out (train --hold-out), else all of the data set: give one that it has not
learned from. sigma is in training standard deviations of a channel, of single vectors in its training range.

With --out: report.json, report.md, ablation.svg, and contributions.csv (Shapley values of each decision, up to six modalities).

Examples:
  sensorium train learned/vulpi --head late --hold-out run_fold:0 --out terrain
  sensorium ablate learned/vulpi --model terrain --out terrain/ablation
  sensorium ablate other-terrain --model terrain/head.onnx --noise 0.5,1,2 --json`;

const PICTURE = 'ablation.svg';
const SIGMAS = [0.25, 0.5, 1, 2, 4];

interface Options {
  readonly model: string;
  readonly fold?: string;
  readonly noise: readonly number[];
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** `sensorium ablate`: how good is a trained head without some of its modalities, or with noise on them? */
export const ablate: Verb = (program, context) => {
  program
    .command('ablate')
    .description('how good a trained fusion head is with modalities gone or noisy')
    .argument('<dataset>', 'folder with dataset.json')
    .requiredOption('-m, --model <folder>', 'what "sensorium train" wrote: its folder, or the ONNX file')
    .option('--fold <file:fold>', 'judge the samples with this number in a file of folds')
    .option('--noise <sigmas>', 'how much noise, one after another', sigmas, SIGMAS)
    .option('--seed <number>', 'of the noise', whole, 1)
    .option('-o, --out <folder>', 'where to write the report and its picture')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (dataset: string, options: Options) => {
      const fold = options.fold === undefined ? undefined : parseFold(options.fold, '--fold');
      const progress = createProgress(context.err);
      const { report, contributions } = await ablateHead(
        {
          dataset: dataPath(dataset),
          model: fileOf(options.model),
          fold,
          sigmas: options.noise,
          seed: options.seed,
        },
        (done, all) => progress.show(done / all, `${done}/${all} conditions`),
      ).finally(() => progress.clear());
      const { out } = options;
      if (out !== undefined) {
        await makeFolder(out);
        await put(out, 'report.json', `${JSON.stringify(report, undefined, 2)}\n`);
        await put(out, 'report.md', ablationInMarkdown(report, PICTURE));
        await put(out, PICTURE, ablationPicture(report));
        if (contributions !== undefined) await put(out, 'contributions.csv', contributions);
      }
      context.out(options.json === true ? `${JSON.stringify(report)}\n` : `${inWords(report).join('\n')}\n`);
    });
};

/** A folder means the head in it. */
function fileOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, 'head.onnx') : path;
}

function sigmas(text: string): readonly number[] {
  const list = text.split(',').map(Number);
  if (list.length <= 20 && list.every((sigma) => sigma > 0 && sigma <= 1e6)) return list;
  throw new InvalidArgumentError('expected up to 20 numbers above 0, such as 0.5,1,2');
}

function inWords(report: AblationReport): string[] {
  return [
    judgedInWords(report),
    ...tableOf(
      ['present', ...SCORE_TITLES],
      Object.entries(report.perSubset).map(([name, score]) => [name, ...cellsOf(score)]),
    ),
    ...tableOf(CLASS_TITLES, classCells(report)),
    ...tableOf(
      ['noise on', 'sigma', ...SCORE_TITLES],
      Object.entries(report.noise).flatMap(([name, scores]) =>
        scores.map((score) => [name, String(score.sigma), ...cellsOf(score)]),
      ),
    ),
    ...tableOf(
      ['contribution of', 'probability %'],
      Object.entries(report.contribution).map(([name, value]) => [name, value.toFixed(2)]),
    ),
  ];
}
