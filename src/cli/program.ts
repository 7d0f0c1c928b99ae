import { Command, CommanderError } from 'commander';
import { SensoriumError } from '../contract/index.ts';
import { failure } from './failure.ts';
import { ALIASES, VERBS } from './index.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Examples:
  sensorium run                                  a simulated robot, published on loopback
  sensorium check robot.yaml                     is this configuration right, and what would it run?
  sensorium run --config robot.yaml --record drive.mcap
  sensorium record --config robot.yaml --out drive.mcap
  sensorium replay drive.mcap --verify
  sensorium <verb> --help                        what a verb takes, with examples`;

/**
 * Runs one command line to its end.
 * @param args without node and script
 * @returns the process's exit status
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const json = args.includes('--json');
  try {
    await createProgram(await verbsFor(args), context).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { text, exitCode } = failure(error instanceof CommanderError ? usage(error) : error, json);
    if (text !== '') context.err(text);
    return exitCode;
  }
}

/**
 * The verbs that a command line needs: the one that it names; all where it names none, or one that there is not, for the help and for
 * what may have been meant.
 */
export async function verbsFor(args: readonly string[]): Promise<readonly Verb[]> {
  const [first = '', second = ''] = args;
  const named = first === 'help' ? second : first;
  const name = Object.hasOwn(ALIASES, named) ? ALIASES[named] : named;
  if (Object.hasOwn(VERBS, name)) return [await VERBS[name]()];
  return Promise.all(Object.values(VERBS).map((load) => load()));
}

/** These verbs under one name. */
export function createProgram(verbs: readonly Verb[], context: CliContext): Command {
  const program = new Command('sensorium')
    .description('Multimodal perception daemon for robots: sensors in, one fused perception out, over MQTT and ZeroMQ.')
    .version(context.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [verb]', 'show the help of a verb')
    .addHelpText('after', EXAMPLES)
    // What stands behind a verb or task is its own: `evaluate` and its tasks have options of the same names.
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: context.out,
      writeErr: context.err,
      // Errors are shown once, by the caller.
      outputError: () => undefined,
    });
  for (const verb of verbs) verb(program, context);
  return program;
}

/** A mistake on the command line, in one line: commander puts its suggestion on a second one. */
function usage(error: CommanderError): SensoriumError {
  // Help that was shown because there was no verb needs no words.
  if (error.code === 'commander.help') return new SensoriumError('E_USAGE', 'expected a verb');
  const lines = error.message.replace(/^error: /, '').split('\n');
  const [what, hint] = [
    lines[0],
    lines
      .slice(1)
      .join(' ')
      .replace(/^\(|\)$/g, ''),
  ];
  return new SensoriumError('E_USAGE', hint === '' ? what : `${what}; ${hint.toLowerCase()}`, { cause: error });
}
