import { join } from 'node:path';
import {
  ARCHITECTURES,
  EMBEDDING,
  PRETRAINING,
  encodersFiles,
  parseFold,
  pretrainOnDataset,
  type Recalls,
} from '../learn/index.ts';
import { names, whole } from './arguments.ts';
import { makeFolder, put } from './folder.ts';
import { dataPath } from './path.ts';
import { createProgress } from './progress.ts';
import { tableOf } from './table.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Learns encoders of several modalities without labels: what they tell at the same moment belongs together. "sensorium train --encoders"
begins a late or evidential head with them, which may then need fewer labels ("sensorium eval pretraining" tells whether it does).
Writes encoders.json, encoders.npy and report.json into a folder. The data set may lack labels ("sensorium dataset build --labels none").

Examples:
  sensorium pretrain learned/vulpi --out encoders
  sensorium pretrain learned/vulpi --hold-out run_fold:0 --out encoders
  sensorium train learned/vulpi --head late --hold-out run_fold:0 --encoders encoders --frozen --out terrain`;

interface Options {
  readonly modalities?: readonly string[];
  readonly hidden: number;
  readonly size: number;
  readonly holdOut?: string;
  readonly seed: number;
  readonly epochs: number;
  readonly out: string;
  readonly json?: boolean;
}

/** `sensorium pretrain`: learns encoders without labels. */
export const pretrain: Verb = (program, context) => {
  program
    .command('pretrain')
    .description('learn encoders of several modalities without labels')
    .argument('<dataset>', 'folder with dataset.json')
    .option('--modalities <names>', 'learn for these alone, such as imu,drive (default: all)', names)
    .option('--hidden <numbers>', 'in a hidden layer, as of the head to come', whole, ARCHITECTURES.late.hidden)
    .option('--size <numbers>', 'of an embedding', whole, EMBEDDING)
    .option('--hold-out <file:fold>', 'samples that are not learned from, but judged')
    .option('--seed <number>', 'of all chance', whole, 1)
    .option('--epochs <count>', 'passes over the samples', whole, PRETRAINING.epochs)
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (dataset: string, options: Options) => {
      const heldOut = options.holdOut === undefined ? undefined : parseFold(options.holdOut, '--hold-out');
      await makeFolder(options.out);
      const progress = createProgress(context.err);
      const { encoders, report } = await pretrainOnDataset(
        {
          dataset: dataPath(dataset),
          ...(options.modalities === undefined ? {} : { modalities: options.modalities }),
          hidden: options.hidden,
          size: options.size,
          heldOut,
          seed: options.seed,
          options: { ...PRETRAINING, epochs: options.epochs },
        },
        ({ epoch, epochs, loss }) => progress.show(epoch / epochs, `epoch ${epoch}/${epochs}: loss ${loss.toFixed(3)}`),
      ).finally(() => progress.clear());
      for (const [file, content] of Object.entries(encodersFiles(encoders))) await put(options.out, file, content);
      await put(options.out, 'report.json', `${JSON.stringify(report, undefined, 2)}\n`);
      if (options.json === true) return context.out(`${JSON.stringify(report)}\n`);
      const { samples, epochs, loss, recall } = report;
      context.out(
        [
          ...(recall === undefined ? [] : recallInWords(recall)),
          `${join(options.out, 'encoders.json')}: ${epochs} epochs over ${samples} samples, loss ${loss.toFixed(3)}`,
          '',
        ].join('\n'),
      );
    });
};

/** Recall of all pairs of modalities as a table. */
export function recallInWords({ pairs, ...mean }: Recalls): string[] {
  return tableOf(
    ['known -> looked for', 'recall@1 %', 'by chance', 'recall@5 %', 'by chance', 'gallery'],
    [...Object.entries(pairs), ['mean', mean] as const].map(([name, { at1, chance1, at5, chance5, gallery }]) => [
      name,
      ...[at1, chance1, at5, chance5].map((value) => value.toFixed(2)),
      gallery.toFixed(0),
    ]),
  );
}
