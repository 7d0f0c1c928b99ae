import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { devices, drivers, embedded, programs } from '../drivers/index.ts';
import { models } from '../models/index.ts';
import { failure } from './cli/failure.ts';
import { runCli } from './cli/program.ts';
import type { CliContext } from './cli/verb.ts';

/**
 * The composition root: hands drivers and models to the verbs as values, runs the command line and ends the process. With
 * `main.ts`, which checks the version of Node before it loads this, the only file that imports `drivers/` and `models/`.
 */
export async function main(): Promise<void> {
  // Whoever reads our output may leave early (`| head`): that is no defect, but the end, and an orderly one.
  process.stdout.once('error', () => {
    process.stdout.on('error', () => undefined);
    process.kill(process.pid, 'SIGTERM');
  });
  process.on('uncaughtException', abort);
  process.on('unhandledRejection', abort);
  const exitCode = await run(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
  // Output to pipes and files is written at once on Linux: nothing is lost, and no forgotten handle keeps us alive.
  process.exit(exitCode);
}

/**
 * Runs one command line to its end, with all that this build knows.
 * @param args without node and script
 * @returns the exit status
 */
export function run(args: readonly string[], output: Pick<CliContext, 'out' | 'err'>): Promise<number> {
  const home = packageFolder();
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  return runCli(args, {
    drivers,
    devices,
    programs,
    models,
    embedded,
    version: versionOf(home),
    home,
    main,
    ...output,
  });
}

function abort(error: unknown): never {
  const { text, exitCode } = failure(error, process.argv.includes('--json'));
  process.stderr.write(text);
  process.exit(exitCode);
}

/** The folder with package.json: two up from `dist/src`. */
function packageFolder(): string {
  return fileURLToPath(new URL('../..', import.meta.url));
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
