import { readConfig } from '../config/index.ts';
import { examineHost, inventory, probePort, type Candidate, type HostFinding } from '../inventory/index.ts';
import { proposedConfig, recognise, type Recognised } from './doctor/proposal.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Looks at what is plugged in, what drivers need of this machine, and prints a configuration that would run it. Nothing is opened
without --probe, which listens to every serial port at the rate of each driver and greets the device as that driver would: do
not use it where a port leads to something that must not be talked to, such as a motor controller.

Examples:
  sensorium doctor
  sensorium doctor --probe > robot.yaml       the configuration alone goes to a file
  sensorium doctor --json`;

interface Options {
  readonly probe?: boolean;
  readonly json?: boolean;
  readonly root: string;
}

/** `sensorium doctor` */
export const doctor: Verb = (program, context) => {
  program
    .command('doctor')
    .description('what is plugged in, what is missing, and a configuration that would run it')
    .option('--probe', 'listen to serial ports to find out what is there')
    .option('--root <folder>', 'look at a copy of a file system instead', '/')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => examine(options, context));
};

async function examine({ probe, json, root }: Options, context: CliContext): Promise<void> {
  const host = await examineHost(root);
  const types = context.drivers.map(({ type }) => type);
  const candidates = probe === true ? candidatesOf(context) : [];
  const progress = createProgress(context.err);
  const devices: Recognised[] = [];
  const found = await inventory(root);
  for (const [i, device] of found.entries()) {
    progress.show(i / found.length, device.name);
    const isProbed = candidates.length > 0 && device.kind === 'serial';
    const understood = isProbed ? (await probePort(device.path, candidates)).understood : [];
    devices.push(recognise(device, types, understood));
  }
  progress.clear();
  const config = proposedConfig(devices, (source) => streamsOf(source, context));
  if (json === true) {
    context.out(`${JSON.stringify({ host, devices, config: config ?? null })}\n`);
    return;
  }
  // Words for people, the configuration for a file.
  const say = process.stdout.isTTY ? context.out : context.err;
  say(`${[...host.map(hostLine), '', ...deviceLines(devices)].join('\n')}\n\n`);
  if (config !== undefined) context.out(config);
}

/** Names of the streams of a source; nothing is opened. */
function streamsOf(source: { readonly driver: string }, { drivers }: CliContext): readonly string[] {
  const { config } = readConfig({ sources: { device: source } }, drivers).sources['device'];
  const driver = drivers.find(({ type }) => type === source.driver)?.create('device', config);
  return driver?.streams.map(({ id }) => id) ?? [];
}

/** Drivers of serial devices, each with its defaults at the rate that it has when it leaves the factory. */
function candidatesOf({ devices }: CliContext): Candidate[] {
  return devices.flatMap(({ driver, emulator: { line } }) => {
    if (line.kind !== 'serial') return [];
    const config = readConfig({ sources: { device: { driver: driver.type } } }, [driver]).sources['device'].config;
    return [{ driver, config, baudRate: line.baudRate }];
  });
}

const MARKS = { ok: 'ok ', missing: '-  ', warning: '!  ' } as const;

function hostLine({ name, state, detail }: HostFinding): string {
  return `${MARKS[state]} ${name.padEnd(16)} ${detail}`;
}

function deviceLines(devices: readonly Recognised[]): string[] {
  if (devices.length === 0) return ['nothing is plugged in that could be a sensor'];
  return devices.map(({ kind, name, path, drivers, by, isOpenable }) => {
    const what =
      kind === 'i2c'
        ? 'a bus, for drivers such as mpu6050 or icm20948'
        : drivers.length === 0
          ? 'driver unknown'
          : `driver ${drivers.join(' or ')}`;
    const how = by === undefined ? (kind === 'serial' ? ' (--probe listens to it)' : '') : '';
    return `${isOpenable === false ? '!  ' : 'ok '} ${kind.padEnd(10)} ${name}: ${what}${how}, ${path}${isOpenable === false ? ', which you may not open' : ''}`;
  });
}
