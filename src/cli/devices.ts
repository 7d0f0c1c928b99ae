import { setTimeout as wait } from 'node:timers/promises';
import { changesBetween, inventory, type FoundDevice } from '../inventory/index.ts';
import { tableOf } from './table.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Examples:
  sensorium devices
  sensorium devices watch              plug something in: what is it called?
  sensorium devices watch --json`;

/** How often it looks, ms: files of the kernel tell nobody when they change. */
const LOOK_MS = 300;

interface Options {
  readonly root: string;
  readonly json?: boolean;
}

/** `sensorium devices [watch]` */
export const devices: Verb = (program, context) => {
  const group = program
    .command('devices')
    .description('what is plugged in')
    .option('--root <folder>', 'look at a copy of a file system instead', '/')
    .option('--json', 'one JSON array')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => list(options, context));
  group
    .command('watch')
    .description('follow plugging and unplugging until Ctrl-C')
    .option('--root <folder>', 'look at a copy of a file system instead', '/')
    .option('--json', 'one JSON object a change')
    .addHelpText('after', EXAMPLES)
    .action((_options, command: { optsWithGlobals: () => Options }) => watch(command.optsWithGlobals(), context));
};

async function list({ root, json }: Options, { out }: CliContext): Promise<void> {
  const found = await inventory(root);
  if (json === true) return out(`${JSON.stringify(found)}\n`);
  if (found.length === 0) return out('nothing is plugged in that could be a sensor\n');
  const rows = found.map(({ kind, name, path, usb = '' }) => [kind, usb, path, name]);
  out(`${tableOf(['kind', 'usb', 'path', 'name'], rows).join('\n')}\n`);
}

async function watch({ root, json }: Options, { out }: CliContext): Promise<void> {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.abort());
  const tell = (change: 'come' | 'gone', device: FoundDevice): void => {
    const { kind, name, path } = device;
    out(
      json === true
        ? `${JSON.stringify({ change, ...device })}\n`
        : `${change === 'come' ? '+' : '-'} ${kind} ${name}, ${path}\n`,
    );
  };
  let before: readonly FoundDevice[] = [];
  while (!end.signal.aborted) {
    const now = await inventory(root);
    const { come, gone } = changesBetween(before, now);
    for (const device of gone) tell('gone', device);
    for (const device of come) tell('come', device);
    before = now;
    await wait(LOOK_MS, undefined, { signal: end.signal }).catch(() => undefined);
  }
}
