import type { Command } from 'commander';
import { benchKernels, type KernelFigures } from '../../bench/index.ts';
import { count } from '../arguments.ts';
import type { CliContext } from '../verb.ts';

const EXAMPLES = `
A 640x480 RGB picture to 416x416 normalised planar floats, against sharp with a plain conversion in turns; and the log-mel
spectrogram of YAMNet over a second of 16 kHz sound. All on the main thread, after a warm-up; medians.

Examples:
  sensorium bench kernels
  sensorium bench kernels --rounds 100 --json`;

/** `sensorium bench kernels` */
export function kernelsBench(group: Command, context: CliContext): void {
  group
    .command('kernels')
    .description('image to tensor and log-mel spectrogram: ms, and how many times faster than sharp')
    .option('--rounds <count>', 'rounds of ten runs each', count, 30)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ rounds, json }: { rounds: number; json?: boolean }) => {
      const figures = await benchKernels(rounds);
      context.out(json === true ? `${JSON.stringify(figures)}\n` : inWords(figures));
    });
}

function inWords({ image, mel }: KernelFigures): string {
  const times = image.sharpOverOurs.toFixed(2);
  return `image to tensor   ${image.ms} ms; sharp ${image.sharpMs} ms, ${times} times as long
log-mel           ${mel.ms} ms a second of sound, ${mel.timesRealTime} times real time
`;
}
