import type { Command } from 'commander';
import {
  benchDecoder,
  benchImus,
  benchPassThrough,
  deviceBench,
  fuzzDecoder,
  programBench,
  type DeviceBench,
  type WatchedFigures,
  type PassThroughFigures,
} from '../../bench/index.ts';
import { readConfig } from '../../config/index.ts';
import { SensoriumError, showValue } from '../../contract/index.ts';
import type { DeviceDriver } from '../../device/index.ts';
import { count } from '../arguments.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';

const RATE_EXAMPLES = `
Twenty seconds of what an emulated device says, decoded on one core. Then, on Linux, the whole daemon in a process of its own: it reads a
camera through ffmpeg, 1280x720 MJPEG at 30 Hz (its processor time, ffmpeg's not counted; left out without ffmpeg), and ten inertial units of
1 kHz as the kernel's IIO buffers give them, in bursts of 10 ms (its processor time and that of the programs that it reads through).

Examples:
  sensorium bench drivers --json`;

const FUZZ_EXAMPLES = `
Random, truncated and bit-flipped bytes, or messages with such parts, cut from what an emulated device or program says, into one session of its decoder. It must never
throw, take 100 ms for an input, or put out more than 16 times what it takes in, and must find what is good again, if need be after it
asked for a new opening.

Examples:
  sensorium bench fuzz ldrobot --inputs 10000000`;

/** `sensorium bench drivers` */
export function driversBench(group: Command, context: CliContext): void {
  group
    .command('drivers')
    .description('decoders of devices: times the rate of the device')
    .option('--json', 'one JSON object')
    .addHelpText('after', RATE_EXAMPLES)
    .action((options: { json?: boolean }) => rates(options, context));
}

async function rates({ json }: { json?: boolean }, context: CliContext): Promise<void> {
  const drivers = deviceBenches(context).map(benchDecoder);
  const camera = await passThrough(context);
  const imus = await tenImus(context);
  if (json === true) {
    const costs =
      imus === undefined ? {} : { tenImusCpuPercent: imus.cpuPercent, tenImusFramesPerSecond: imus.framesPerSecond };
    return context.out(`${JSON.stringify({ drivers, ...camera, ...costs })}\n`);
  }
  const rows = drivers.map(({ driver, timesDeviceRate, framesPerSecond }) => [
    driver,
    `${framesPerSecond.toFixed(0)} frames/s`,
    `${timesDeviceRate.toFixed(0)} x`,
  ]);
  context.out(`${tableOf(['driver', 'device', 'decoded'], rows).join('\n')}\n`);
  if (camera !== undefined) context.out(`${inWords(camera)}\n`);
  if (imus === undefined) return;
  const { cpuPercent, framesPerSecond } = imus;
  context.out(`ten IMUs of 1 kHz: ${framesPerSecond.toFixed(0)} frames/s, ${cpuPercent.toFixed(1)} % of a core\n`);
}

/** `undefined` where there is no /proc to watch it in. */
async function tenImus({ main, err }: CliContext): Promise<WatchedFigures | undefined> {
  if (process.platform !== 'linux') return undefined;
  const progress = createProgress(err);
  return benchImus(main, (share) => progress.show(share, 'ten IMUs')).finally(() => progress.clear());
}

/** Seconds that the daemon with a camera is watched. */
const WATCHED = 20;

/** `undefined` where it cannot be measured: only Linux has /proc, and not everybody ffmpeg. */
async function passThrough({ err }: CliContext): Promise<PassThroughFigures | undefined> {
  if (process.platform !== 'linux') return undefined;
  const progress = createProgress(err);
  try {
    return await benchPassThrough(process.argv[1], WATCHED, (share) => progress.show(share, 'camera'));
  } catch (error) {
    if (error instanceof SensoriumError && error.code === 'E_DRIVER') return undefined;
    throw error;
  } finally {
    progress.clear();
  }
}

function inWords({ mjpegCpuPercent, picturesPerSecond, bytesPerPicture }: PassThroughFigures): string {
  const size = `${(bytesPerPicture / 1000).toFixed(0)} kB`;
  return `MJPEG passed through: ${picturesPerSecond.toFixed(1)} pictures/s of ${size}, ${mjpegCpuPercent.toFixed(1)} % of a core`;
}

/** `sensorium bench fuzz` */
export function fuzzBench(group: Command, context: CliContext): void {
  group
    .command('fuzz')
    .description('damaged bytes into the decoder of a device')
    .argument('[driver]', 'which; without one, all of them')
    .option('--inputs <count>', 'how many inputs', count, 100_000)
    .option('--seed <number>', 'of chance', count, 1)
    .option('--json', 'one JSON object, a decoder under its name')
    .addHelpText('after', FUZZ_EXAMPLES)
    .action((driver: string | undefined, options: { inputs: number; seed: number; json?: boolean }) =>
      fuzz(driver, options, context),
    );
}

function fuzz(
  name: string | undefined,
  { inputs, seed, json }: { inputs: number; seed: number; json?: boolean },
  context: CliContext,
): void {
  const all = [...deviceBenches(context), ...programBenches(context)];
  const chosen = all.filter((bench) => name === undefined || bench.driver.type === name || bench.name === name);
  if (chosen.length === 0) {
    const known = all.map((bench) => bench.name).join(', ');
    throw new SensoriumError('E_USAGE', `expected one of ${known}, got ${showValue(name)}`, { path: 'driver' });
  }
  const progress = createProgress(context.err);
  const results = chosen.map((bench) => {
    const figures = fuzzDecoder(bench, inputs, seed, (share) => progress.show(share, bench.name));
    return [bench.name, figures] as const;
  });
  progress.clear();
  if (json === true) context.out(`${JSON.stringify(Object.fromEntries(results))}\n`);
  else {
    const rows = results.map(([bench, its]) => [
      bench,
      `${its.thrown}`,
      `${its.slowestMs.toFixed(1)} ms`,
      `${its.largestOutputShare.toFixed(2)}`,
      `${its.recoveries - its.notRecovered} of ${its.recoveries}`,
      `${its.mostMissing}`,
    ]);
    context.out(`${tableOf(['decoder', 'thrown', 'slowest', 'out/in', 'recovered', 'missing'], rows).join('\n')}\n`);
  }
}

/** Every device with its defaults. */
function deviceBenches({ devices }: CliContext): DeviceBench[] {
  return devices.flatMap(({ driver, emulator, others = [] }) =>
    [emulator, ...others].map((one) => deviceBench(driver, one, configOf(driver, one.config))),
  );
}

/** Every program in each of its emulator's cases. */
function programBenches({ programs }: CliContext): DeviceBench[] {
  return programs.flatMap(({ driver, emulator }) =>
    emulator.cases.map((one) => programBench(driver, emulator, one, configOf(driver, one.config))),
  );
}

function configOf(driver: DeviceDriver, config: object = {}): object {
  return readConfig({ sources: { device: { driver: driver.type, ...config } } }, [driver]).sources['device'].config;
}
