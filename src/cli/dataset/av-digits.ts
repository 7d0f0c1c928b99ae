import type { Command } from 'commander';
import { buildAvDigits, DIFFICULTY, readDataset, writeDataset } from '../../learn/index.ts';
import { whole } from '../arguments.ts';
import { dataPath } from '../path.ts';
import type { CliContext } from '../verb.ts';

const EXAMPLES = `
Pairs spoken digits with written ones (package mnist, a development dependency) of the same class: some principal components of the
picture, and the log-mel spectrogram of the sound under white noise, each speaker's mean and deviation taken off.

Examples:
  sensorium dataset build av-digits --speakers learned/spoken_digits --seed 1 --out av-digits
  sensorium eval fusion --train av-digits --head late-bayes --protocol groups:5`;

interface Options {
  readonly speakers: string;
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
}

/** `sensorium dataset build av-digits`: spoken and written digits as one data set. */
export function avDigits(build: Command, context: CliContext): void {
  build
    .command('av-digits')
    .description('pair spoken with written digits')
    .requiredOption('--speakers <dataset>', 'clips of spoken digits; a group is a speaker')
    .option('--seed <number>', 'of the pairs and the noise', whole, 1)
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ speakers, seed, out, json }: Options) => {
      const folder = dataPath(speakers);
      const dataset = await buildAvDigits(await readDataset(folder), seed, folder);
      await writeDataset(out, dataset, { seed, difficulty: DIFFICULTY });
      const told = { out, samples: dataset.labels.length, speakers: new Set(dataset.groups).size, ...DIFFICULTY };
      context.out(
        json === true
          ? `${JSON.stringify(told)}\n`
          : `${out}: ${told.samples} pairs of ${told.speakers} speakers; ${told.components} components of a picture, ` +
              `${told.signalToNoise} dB of sound over noise\n`,
      );
    });
}
