import { SensoriumError, showValue } from '../contract/index.ts';
import {
  hex,
  openEmulatedLine,
  type EmulatedDevice,
  type EmulatorDefinition,
  type LinePlace,
} from '../device/index.ts';
import { whole } from './arguments.ts';
import { tableOf } from './table.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
A device that is not there, on a pseudo-terminal (needs the program socat), a TCP port of this machine (ZeroMQ too) or a broker on it, at its own pace,
until Ctrl-C: to try its driver, or a program of your own. Cameras and microphones are read through a program: what stands in for that
writes pictures or sound to standard output, and takes the command line of ffmpeg, gst-launch-1.0, rpicam-vid, arecord or pw-record as
the driver writes it. Without a device: those that there are.

Examples:
  sensorium emulate
  sensorium emulate ldrobot --port /tmp/lidar
  sensorium run --set sources.lidar.driver=ldrobot --set sources.lidar.port=/tmp/lidar
  sensorium emulate mpu6050 --port /tmp/bus     then: sources.imu.driver=mpu6050, sources.imu.bus=emulated:/tmp/bus
  sensorium emulate camera -- -video_size 640x480 -framerate 30 | ffplay -f nut -
  sensorium run --set sources.eye.driver=camera --set 'sources.eye.command=[sensorium, emulate, camera, --]'`;

interface Options {
  readonly port?: string;
  readonly json?: boolean;
}

/** `sensorium emulate [device]` */
export const emulate: Verb = (program, context) => {
  program
    .command('emulate')
    .description(
      'stand in for a device: on a pseudo-terminal, a port, at a broker, on an I2C bus, behind files, or as a program',
    )
    .argument('[device]', 'which; without one they are listed')
    .argument('[arguments...]', "of the program that is stood in for, after '--'")
    .option(
      '--port <path or number>',
      'path of the pseudo-terminal, of the folder of files or of the socket (I2C), or TCP port (default: any), or that of the broker',
    )
    .option('--json', 'one JSON object: where it is')
    .addHelpText('after', EXAMPLES)
    .action((device: string | undefined, args: string[], options: Options) => start(device, args, options, context));
};

async function start(
  name: string | undefined,
  args: readonly string[],
  { port, json }: Options,
  context: CliContext,
): Promise<void> {
  const { devices, out } = context;
  const programs = context.programs.map(({ emulator }) => emulator);
  const emulators = devices.flatMap(({ emulator, others = [] }) => [emulator, ...others]);
  if (name === undefined) {
    const all = [
      ...emulators.map(({ device, line, summary }) => ({ device, line, summary })),
      ...programs.map(({ device, summary }) => ({ device, line: { kind: 'program' } as const, summary })),
    ];
    const rows = all.map(({ device, line, summary }) => [device, inWords(line), summary]);
    out(json === true ? `${JSON.stringify(all)}\n` : `${tableOf(['device', 'line', 'what'], rows).join('\n')}\n`);
    return;
  }
  const program = programs.find(({ device }) => device === name);
  if (program !== undefined) return play(program.create(1, args), out);
  const emulator = emulators.find(({ device }) => device === name);
  if (emulator === undefined) {
    const known = [...emulators, ...programs].map(({ device }) => device).join(', ');
    throw new SensoriumError('E_USAGE', `expected one of ${known}, got ${showValue(name)}`, { path: 'device' });
  }
  const place: LinePlace = port === undefined ? {} : 'port' in emulator.line ? { port: whole(port) } : { path: port };
  const line = await openEmulatedLine(emulator, place);
  out(
    json === true
      ? `${JSON.stringify({ device: name, ...line.config })}\n`
      : `${name} at ${line.where}, until Ctrl-C\n`,
  );
  await ended();
  await line.close();
}

const NAMES = { tcp: 'TCP', mqtt: 'MQTT', zeromq: 'ZeroMQ' } as const;

function inWords(line: EmulatorDefinition['line'] | { readonly kind: 'program' }): string {
  if (line.kind === 'serial') return `${line.baudRate} baud`;
  if (line.kind === 'i2c') return `I2C ${hex(line.address)}`;
  return 'port' in line ? `${NAMES[line.kind]} ${line.port}` : line.kind;
}

/** How often a program is asked for what it has to write, ms. */
const PACE_MS = 5;

/** Writes what a program would, at its own pace. */
async function play(device: EmulatedDevice, out: CliContext['out']): Promise<void> {
  const switchedOn = performance.now();
  const timer = setInterval(() => {
    const bytes = device.until((performance.now() - switchedOn) / 1000);
    if (bytes.length > 0) out(bytes);
  }, PACE_MS);
  await ended();
  clearInterval(timer);
}

/** Until the user, or whoever started it, ends it. */
function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
