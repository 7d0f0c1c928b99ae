import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { loadSensors, scratchFolder } from '../../bench/index.ts';
import { readConfig } from '../../config/index.ts';
import { startDaemon } from '../../daemon/index.ts';
import { createProgress } from '../progress.ts';
import type { CliContext } from '../verb.ts';
import { measureFaults, type FaultsFigures } from './faults/measure.ts';
import { createObservation } from './faults/observe.ts';

const EXAMPLES = `
A daemon with a detector and a sound model runs in this process; another one stands in for its sensors: camera, 3D lidar, four
microphones, IMU and wheels, 17 MB a second. Its model worker is killed, hangs, leaks 2 GiB of Buffers and gives NaN, one after the
other, while poses are received over ZeroMQ, up to 100 a second. It needs the files of fastestdet and yamnet, and 3 GB of memory.

Examples:
  sensorium models pull && sensorium bench faults
  sensorium bench faults --json`;

const CONFIG = {
  robot: 'bench',
  sources: { robot: { driver: 'load' } },
  perception: {
    detectors: { camera: { model: 'fastestdet', hz: 10 } },
    sounds: { microphones: { model: 'yamnet' } },
  },
  publish: { mqtt: { enabled: false }, zeromq: { enabled: true }, rates: { poseHz: 100, diagHz: 5 } },
  web: { enabled: false },
};

/** Bytes a second that the sensors give. */
const RATE = 17e6;

/** `sensorium bench faults` */
export function faultsBench(group: Command, context: CliContext): void {
  group
    .command('faults')
    .description('a model worker that is killed, hangs, leaks and gives NaN: gaps of the pose, time until it is back')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: boolean }) => {
      const figures = await faults(context);
      context.out(json === true ? `${JSON.stringify(figures)}\n` : inWords(figures));
    });
}

async function faults({ models, main, version, err }: CliContext): Promise<FaultsFigures> {
  const folder = scratchFolder();
  const order = join(folder, 'order');
  // The worker inherits it: its arguments are the names of models.
  process.env['SENSORIUM_FAULT'] = order;
  const observation = createObservation();
  const progress = createProgress(err);
  const load = loadSensors(RATE);
  const drivers = [load.definition];
  try {
    const daemon = await startDaemon({
      config: readConfig(CONFIG, drivers),
      drivers,
      models,
      modelWorker: { script: join(dirname(main), 'faulty-worker.js') },
      version,
      log: observation.log,
      env: {},
    });
    try {
      const [{ address }] = daemon.publishers;
      const subscription = await observation.listen(address);
      const figures = await measureFaults(observation, order, (share, what) => progress.show(share, what));
      await subscription.close();
      return figures;
    } finally {
      progress.clear();
      await load.drain();
      await daemon.stop();
    }
  } finally {
    delete process.env['SENSORIUM_FAULT'];
    await rm(folder, { recursive: true, force: true });
  }
}

function inWords({ quietPoseGapMs, faults: all, models }: FaultsFigures): string {
  const ms = (value: number | null): string => (value === null ? 'never' : `${value.toFixed(0)} ms`).padStart(10);
  const rows = Object.entries(all).map(
    ([fault, { reason, namedMs, backMs, longestPoseGapMs }]) =>
      `${fault.padEnd(6)} ${(reason ?? 'not named').padEnd(10)} ${ms(namedMs)} ${ms(backMs)} ${ms(longestPoseGapMs)}`,
  );
  const failed = Object.entries(models?.failed ?? {}).map(([reason, count]) => `${count} ${reason}`);
  return [
    'fault  named           after       back   pose gap',
    ...rows,
    `longest time between two poses without a fault: ${quietPoseGapMs.toFixed(0)} ms`,
    `worker: ${models?.done ?? 0} answers, replaced ${models?.replaced ?? 0} times, failed: ${failed.join(', ') || 'none'}`,
    '',
  ].join('\n');
}
