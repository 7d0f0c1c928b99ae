import { Command, CommanderError } from 'commander';
import { SensoriumError } from '../contract/index.ts';
import { failure } from './failure.ts';
import { ALIASES, VERBS } from './index.ts';
import { called, type CliContext } from './verb.ts';

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
    const program = await createProgram(args, context);
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { text, exitCode } = failure(error instanceof CommanderError ? usage(error) : error, json);
    if (text !== '') context.err(text);
    return exitCode;
  }
}

/**
 * All verbs under one name, of which those are loaded that the arguments ask for.
 * @param args without node and script
 */
export async function createProgram(args: readonly string[], context: CliContext): Promise<Command> {
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
  const [first = '', ...rest] = args[0] === 'help' ? args.slice(1) : args;
  const name = Object.hasOwn(ALIASES, first) ? ALIASES[first] : first;
  for (const verb of await called(VERBS, [name])) await verb(program, context, rest);
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
