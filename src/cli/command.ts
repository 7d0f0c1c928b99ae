import { setting } from './arguments.ts';
import { askDaemon, askingOptions, tellReply, type AskingOptions } from './asking.ts';
import type { Section } from '../config/index.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Sends a command to a running daemon over MQTT and tells what became of it. The verbs, and what they take, are in docs/messages.md.

Examples:
  sensorium command unplug stream=microphones
  sensorium command plug stream=microphones --robot simulated
  sensorium command head head=happening model=/srv/heads/other --json`;

interface Options extends AskingOptions {
  readonly json?: boolean;
}

/** `sensorium command <verb>`: tells a running daemon what to do. */
export const command: Verb = (program, context) => {
  const added = program
    .command('command')
    .description('tell a running daemon what to do')
    .argument(
      '<verb>',
      'unplug, plug, head, find, forget, watch, unwatch, ask, describe, teach, taught, imagine, progress',
    )
    .argument('[values...]', 'what it is about: key=value')
    .option('--json', 'the reply as one JSON object')
    .addHelpText('after', EXAMPLES);
  askingOptions(added, 5).action(async (verb: string, values: readonly string[], options: Options) => {
    const said = values.reduce<Section>((all, value) => setting(value, all), {});
    const reply = await askDaemon(verb, said, options);
    tellReply(reply, options.json === true, context);
  });
};
