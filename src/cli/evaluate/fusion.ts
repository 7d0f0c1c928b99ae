import type { Command } from 'commander';
import { Option } from 'commander';
import { SensoriumError } from '../../contract/index.ts';
import {
  evaluateAllHeads,
  evaluateHead,
  parseProtocol,
  predictionLines,
  type Evaluated,
  type EvaluationProgress,
  type EvaluationRequest,
  type Windows,
} from '../../learn/index.ts';
import { names, share, whole } from '../arguments.ts';
import { write } from '../folder.ts';
import { dataPath } from '../path.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { allInWords } from './all-heads.ts';
import { architectureOf, withArchitecture, type ArchitectureOptions } from './architecture.ts';
import { refuseInvariance, trainingOf, withTraining, type TrainingChoices } from './training.ts';

const EXAMPLES = `
Trains a fusion head and judges it on what it has not seen, once for each seed. Stopping, temperature and scaling use training
samples only, held out by whole groups (recording, video, speaker); the interval is a bootstrap over groups. All figures are
percentages but nll (nats) and auroc (0..1).

Protocols: random80 (80 % at random, anew for each seed), folds:<file> of the data set, groups:<K> (parts of whole groups),
test (with --test). Stress: none, conflict, conflict-hard, missing:<share or modality>, noise:<modality>:<sigma>;
several joined by +, or with commas between them: a head is trained once, then asked under each
(the first is that of the figures and of --predictions, the others stand in perStress). --head all: one table of all heads that can take the data set.

Examples:
  sensorium eval fusion --train learned/handwritten --head evidential --protocol random80 --seeds 10
  sensorium eval fusion --train learned/vulpi --head late --protocol folds:run_fold --stress missing:imu --json
  sensorium eval fusion --train learned/handwritten --head late-bayes --stress none,conflict,missing:0.5 --seeds 10
  sensorium eval fusion --train learned/handwritten --head late-bayes --stress conflict --mask-above 0.9
  sensorium eval fusion --train learned/vulpi --head late --protocol folds:run_fold --modalities drive
  sensorium eval fusion --train learned/vulpi --head transformer --width 48 --layers 1 --protocol folds:fold
  sensorium eval fusion --train learned/vulpi --head all --protocol folds:fold --epochs 10
  sensorium eval fusion --train learned/mosi_train --head context-transformer --protocol groups:5
  sensorium eval fusion --train av-digits --head late-bayes --protocol groups:5 --stress missing:image+noise:audio:1
  sensorium eval fusion --train terrain --test other-terrain --head early --protocol test --predictions decisions.csv`;

interface Options extends Omit<ArchitectureOptions, 'head'>, TrainingChoices {
  readonly head: ArchitectureOptions['head'] | 'all';
  readonly train: string;
  readonly test?: string;
  readonly modalities?: readonly string[];
  readonly protocol: string;
  readonly windows: Windows;
  readonly stress: readonly string[];
  readonly maskAbove?: number;
  readonly predictions?: string;
  readonly seeds: number;
  readonly json?: boolean;
}

/** `sensorium evaluate fusion`: how good is a fusion head? */
export function fusion(group: Command, context: CliContext): void {
  const command = withArchitecture(
    group
      .command('fusion')
      .description('how good a learned fusion head is on what it has not seen')
      .requiredOption('--train <dataset>', 'data set to learn from')
      .option('--test <dataset>', 'another one to be judged by'),
    ['all'],
  );
  withTraining(command)
    .option('--modalities <names>', 'learn from these alone, such as imu,drive (default: all)', names)
    .option('--protocol <how>', 'random80, folds:<file>, groups:<K> or test', 'random80')
    .addOption(
      new Option('--windows <how>', 'test windows: apart, or overlapping and balanced as the papers cut them')
        .choices(['single', 'published'])
        .default('single'),
    )
    .option('--stress <how>', 'what is done to test samples, such as none,conflict', names, ['none'])
    .option('--mask-above <score>', 'mask a minority of modalities whose anomaly score is above, 0..1', share)
    .option('--predictions <file>', 'write every decision as CSV: seed,fold,index,group,label,p0,p1,…')
    .option('--seeds <count>', 'seeds 1..count', whole, 1)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => judged(options, context));
}

async function judged({ head, ...options }: Options, context: CliContext): Promise<void> {
  const request = requestOf(options);
  const progress = createProgress(context.err);
  const show = (report: EvaluationProgress): void => progress.show(shareDone(report), noteOf(report));
  if (head === 'all') {
    refuseForAll(options);
    const found = await evaluateAllHeads(request, show).finally(() => progress.clear());
    const figures = Object.fromEntries(found.map(([kind, { evaluation }]) => [kind, evaluation]));
    return context.out(options.json === true ? `${JSON.stringify(figures)}\n` : `${allInWords(found).join('\n')}\n`);
  }
  const architecture = architectureOf({ ...options, head });
  refuseInvariance(options, architecture);
  const evaluated = await evaluateHead({ ...request, architecture }, show).finally(() => progress.clear());
  if (options.predictions !== undefined) await write(options.predictions, predictionLines(evaluated.judged));
  context.out(
    options.json === true ? `${JSON.stringify(evaluated.evaluation)}\n` : `${inWords(evaluated).join('\n')}\n`,
  );
}

function requestOf(options: Omit<Options, 'head'>): Omit<EvaluationRequest, 'architecture'> {
  return {
    train: dataPath(options.train),
    ...(options.test === undefined ? {} : { test: dataPath(options.test) }),
    ...(options.modalities === undefined ? {} : { modalities: options.modalities }),
    protocol: parseProtocol(options.protocol),
    windows: options.windows,
    stresses: options.stress,
    maskAbove: options.maskAbove,
    seeds: Array.from({ length: options.seeds }, (_, i) => i + 1),
    training: trainingOf(options),
  };
}

/** @throws SensoriumError E_USAGE for what is of one head */
function refuseForAll(options: Omit<Options, 'head'>): void {
  const single = (['hidden', 'width', 'heads', 'layers', 'causal', 'apart', 'predictions', 'invariance'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (single !== undefined) throw new SensoriumError('E_USAGE', 'is of one head, not of all', { path: `--${single}` });
}

/** 0..1 of all training. */
export function shareDone({ done, heads, run, runs, epoch, epochs }: EvaluationProgress): number {
  return (done + (run - 1 + epoch / epochs) / runs) / heads;
}

/** One line of progress. */
export function noteOf({ done, heads, run, runs, epoch, epochs, loss, accuracy }: EvaluationProgress): string {
  const where = `head ${done + 1}/${heads}, training ${run}/${runs}, epoch ${epoch}/${epochs}`;
  return `${where}: loss ${loss.toFixed(3)}, accuracy ${(100 * accuracy).toFixed(1)} %`;
}

/** An evaluation as lines of text. */
export function inWords({ evaluation, groups }: Pick<Evaluated, 'evaluation' | 'groups'>): string[] {
  const { mean, low, high, perSeed, ece, nll, auroc, params, msPerDecision, perStress } = evaluation;
  const rows = (of: Readonly<Record<string, number>>): string[][] =>
    Object.entries(of).map(([name, value]) => [name, value.toFixed(2)]);
  return [
    `accuracy ${mean.toFixed(2)} % (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}; seeds ${perSeed.map((one) => one.toFixed(2)).join(', ')})`,
    `calibration error ${ece.toFixed(2)} % (15 bins), negative log-likelihood ${nll.toFixed(4)}, area under ROC ${auroc.toFixed(4)}`,
    `${params} parameters, ${msPerDecision.toFixed(3)} ms a decision`,
    ...stressesInWords(perStress),
    ...tableOf(['class', 'recall %'], rows(evaluation.recallPerClass)),
    ...tableOf(['modalities', 'accuracy %'], rows(evaluation.perSubset)),
    ...tableOf(['contribution of', 'probability %'], rows(evaluation.contribution)),
    ...worst(groups),
  ];
}

/** Figures under further stresses, a line each. */
function stressesInWords(perStress: Evaluated['evaluation']['perStress']): string[] {
  const found = Object.entries(perStress);
  if (found.length === 0) return [];
  return tableOf(
    ['stress', 'accuracy %', '95 % interval', 'calibration error %', 'nll'],
    found.map(([name, { mean, low, high, ece, nll }]) => [
      name,
      mean.toFixed(2),
      `${low.toFixed(2)} to ${high.toFixed(2)}`,
      ece.toFixed(2),
      nll.toFixed(4),
    ]),
  );
}

/** Groups that are shown: with more of them the JSON is to be read. */
const MOST_GROUPS = 20;

/** Recordings, videos or speakers that the head is worst at. */
function worst(groups: Evaluated['groups']): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, MOST_GROUPS);
  const left = groups.length - shown.length;
  return [
    ...tableOf(
      ['group', 'decisions', 'accuracy %', 'confidence %', 'nll'],
      shown.map(({ group, decisions, accuracy, confidence, nll }) => [
        String(group),
        String(decisions),
        accuracy.toFixed(2),
        confidence.toFixed(2),
        nll.toFixed(4),
      ]),
    ),
    ...(left === 0 ? [] : [`and ${left} groups that it is better at`]),
  ];
}
