import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { runPipeline, scratchFolder, type PipelineFigures } from '../../bench/index.ts';
import { SensoriumError } from '../../contract/index.ts';
import { count } from '../arguments.ts';
import { createProgress } from '../progress.ts';
import type { CliContext } from '../verb.ts';

const EXAMPLES = `
The whole daemon in a process of its own. A load in another process writes a camera (640x480, rgb8), a 3D lidar, four
microphones, an IMU (200 Hz) and wheels to one pipe each, at their real rates; a subscriber in a third one receives the
poses over ZeroMQ. Three runs, one after the other: as it is; with a model that is busy for 15 ms with every picture; and with
payloads that are copied between threads instead of lying in shared memory. Figures are taken from outside, from /proc.

  lost                 frames of the load that were not admitted, or not recorded
  imuToPublishMs       from the IMU's write to the pose in the subscriber's hands
  cpuPercent           daemon, its threads and its model workers, of one core; the load is not counted
  memoryGrowthPercent  resident memory at the end over that after a fifth of the time
  clonedOverShared     processor time with copies over that without

Examples:
  sensorium bench pipeline --rate 17MBps --seconds 120 --record
  sensorium bench pipeline --seconds 20 --json`;

interface Options {
  readonly rate: number;
  readonly seconds: number;
  readonly record?: boolean;
  readonly json?: boolean;
}

/** `sensorium bench pipeline` */
export function pipelineBench(group: Command, context: CliContext): void {
  group
    .command('pipeline')
    .description('the whole daemon under load: losses, latency, processor and memory')
    .option('--rate <MBps>', 'payloads of all sensors together, such as 17MBps', megabytes, 17)
    .option('--seconds <count>', 'length of each run', count, 120)
    .option('--record', 'record everything, to the folder of temporary files')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => start(options, context));
}

async function start({ rate, seconds, record, json }: Options, { out, err }: CliContext): Promise<void> {
  if (process.platform !== 'linux')
    throw new SensoriumError('E_USAGE', 'processes are watched in /proc: only on Linux');
  const progress = createProgress(err);
  const folder = scratchFolder();
  const runs = ['as it is', 'with a model', 'copied'] as const;
  const figures: PipelineFigures[] = [];
  try {
    for (const [i, note] of runs.entries()) {
      const path = join(folder, 'bench.mcap');
      const run = {
        bytesPerSecond: rate * 1e6,
        seconds,
        isShared: note !== 'copied',
        ...(record === true ? { record: path } : {}),
        hasModel: i === 1,
      };
      figures.push(await runPipeline(run, (done) => progress.show((i + done / seconds) / runs.length, note)));
      await rm(path, { force: true });
    }
  } finally {
    progress.clear();
    await rm(folder, { recursive: true, force: true });
  }
  const [plain, withModel, copied] = figures;
  const clonedOverShared = copied.cpuPercent / plain.cpuPercent;
  if (json === true) out(`${JSON.stringify({ ...plain, withModel, copied, clonedOverShared })}\n`);
  else {
    runs.forEach((note, i) => out(inWords(note, figures[i])));
    out(`processor time with copies over that without: ${clonedOverShared.toFixed(2)}\n`);
  }
}

function inWords(
  note: string,
  { lost, imuToPublishMs, cpuPercent, memoryGrowthPercent, MBps }: PipelineFigures,
): string {
  const { p50, p99, max } = imuToPublishMs;
  return (
    `${note.padEnd(20)} ${MBps.toFixed(1)} MB/s, ${lost} lost, IMU to publish ${p50.toFixed(2)} ms (99 %: ${p99.toFixed(2)}, ` +
    `longest ${max.toFixed(2)}), ${cpuPercent.toFixed(0)} % of a core, memory ${memoryGrowthPercent >= 0 ? '+' : ''}` +
    `${memoryGrowthPercent.toFixed(1)} %\n`
  );
}

function megabytes(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(?:MBps|MB\/s)?$/.exec(text);
  if (found === null || Number(found[1]) < 5 || Number(found[1]) > 1000) {
    throw new InvalidArgumentError('expected 5..1000 MBps, such as 17MBps');
  }
  return Number(found[1]);
}
