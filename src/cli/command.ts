import { randomUUID } from 'node:crypto';
import { SensoriumError } from '../contract/index.ts';
import { sendCommand } from '../publish/index.ts';
import { duration, setting } from './arguments.ts';
import type { Section } from '../config/index.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Sends a command to a running daemon over MQTT and tells what became of it. The verbs, and what they take, are in docs/messages.md.

Examples:
  sensorium command unplug stream=microphones
  sensorium command plug stream=microphones --robot simulated
  sensorium command head head=happening model=/srv/heads/other --json`;

interface Options {
  readonly mqtt: string;
  readonly prefix: string;
  readonly robot?: string;
  readonly within: number;
  readonly json?: boolean;
}

/** `sensorium command <verb>`: tells a running daemon what to do. */
export const command: Verb = (program, { out }) => {
  program
    .command('command')
    .description('tell a running daemon what to do')
    .argument('<verb>', 'unplug, plug, head')
    .argument('[values...]', 'what it is about: key=value')
    .option('--mqtt <url>', 'broker', 'mqtt://127.0.0.1:1883')
    .option('--prefix <prefix>', 'publish.prefix of the daemon', 'sensorium')
    .option('--robot <name>', 'which robot; default: the one that is there')
    .option('--within <time>', 'how long the reply is waited for', duration, 5)
    .option('--json', 'the reply as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (verb: string, values: readonly string[], options: Options) => {
      const said = values.reduce<Section>((all, value) => setting(value, all), {});
      const { mqtt, prefix, robot, within } = options;
      const args = { ...said, id: randomUUID() };
      const reply = await sendCommand(mqtt, { verb, args }, { prefix, robot, withinMs: 1000 * within });
      if (options.json === true) out(`${JSON.stringify(reply)}\n`);
      else if (reply.status === 'done') out(`${reply.what}\n`);
      if (reply.status === 'refused') throw new SensoriumError('E_USAGE', reply.what, { path: verb });
    });
};
