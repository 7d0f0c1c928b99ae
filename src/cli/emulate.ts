import { SensoriumError, showValue } from '../contract/index.ts';
import { hex, openEmulatedLine, type EmulatorDefinition, type LinePlace } from '../device/index.ts';
import { whole } from './arguments.ts';
import { tableOf } from './table.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
A device that is not there, on a pseudo-terminal (needs the program socat), a TCP port of this machine (ZeroMQ too) or a broker on it, at its own pace,
until Ctrl-C: to try its driver, or a program of your own. Without a device: those that there are.

Examples:
  sensorium emulate
  sensorium emulate ldrobot --port /tmp/lidar
  sensorium run --set sources.lidar.driver=ldrobot --set sources.lidar.port=/tmp/lidar
  sensorium emulate mpu6050 --port /tmp/bus     then: sources.imu.driver=mpu6050, sources.imu.bus=emulated:/tmp/bus`;

interface Options {
  readonly port?: string;
  readonly json?: boolean;
}

/** `sensorium emulate [device]` */
export const emulate: Verb = (program, context) => {
  program
    .command('emulate')
    .description('stand in for a device: on a pseudo-terminal, a TCP port, at a broker, on an I2C bus, or behind files')
    .argument('[device]', 'which; without one they are listed')
    .option(
      '--port <path or number>',
      'path of the pseudo-terminal, of the folder of files or of the socket (I2C), or TCP port (default: any), or that of the broker',
    )
    .option('--json', 'one JSON object: where it is')
    .addHelpText('after', EXAMPLES)
    .action((device: string | undefined, options: Options) => start(device, options, context));
};

async function start(name: string | undefined, { port, json }: Options, context: CliContext): Promise<void> {
  const { devices, out } = context;
  const emulators = devices.flatMap(({ emulator, others = [] }) => [emulator, ...others]);
  if (name === undefined) {
    const rows = emulators.map(({ device, line, summary }) => [device, nameOf(line), summary]);
    out(
      json === true
        ? `${JSON.stringify(emulators.map(({ device, line, summary }) => ({ device, line, summary })))}\n`
        : `${tableOf(['device', 'line', 'what'], rows).join('\n')}\n`,
    );
    return;
  }
  const emulator = emulators.find(({ device }) => device === name);
  if (emulator === undefined) {
    const known = emulators.map(({ device }) => device).join(', ');
    throw new SensoriumError('E_USAGE', `expected one of ${known}, got ${showValue(name)}`, { path: 'device' });
  }
  const place: LinePlace = port === undefined ? {} : 'port' in emulator.line ? { port: whole(port) } : { path: port };
  const line = await openEmulatedLine(emulator, place);
  out(
    json === true
      ? `${JSON.stringify({ device: name, ...line.config })}\n`
      : `${name} at ${line.where}, until Ctrl-C\n`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await line.close();
}

const NAMES = { tcp: 'TCP', mqtt: 'MQTT', zeromq: 'ZeroMQ' } as const;

function nameOf(line: EmulatorDefinition['line']): string {
  if (line.kind === 'serial') return `${line.baudRate} baud`;
  if (line.kind === 'i2c') return `I2C ${hex(line.address)}`;
  return 'port' in line ? `${NAMES[line.kind]} ${line.port}` : line.kind;
}
