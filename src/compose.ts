import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { fileURLToPath } from 'node:url';
import { devices, drivers, embedded } from '../drivers/index.ts';
import { models } from '../models/index.ts';
import { failure } from './cli/failure.ts';
import { runCli } from './cli/program.ts';

/**
 * The composition root: hands drivers and models to the verbs as values, runs the command line and ends the process. With
 * `main.ts`, which checks the version of Node before it loads this, the only file that imports `drivers/` and `models/`.
 */
export async function main(): Promise<void> {
  // V8 learns while the program starts that much survives, and from then on allocates short-lived objects where only a full
  // collection finds them: a long replay's memory then grows by a third, in some runs and not in others.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // And it lets what little gets there lie until the heap has doubled: a fifth is enough for a process that runs for months.
  setFlagsFromString('--heap-growing-percent=20');
  // The young generation takes its full size when it first grows, at the start, not in steps whenever a little more than
  // usual happens to survive: what grows after that is worth a look.
  setFlagsFromString('--semi-space-growth-factor=16');
  // Whoever reads our output may leave early (`| head`): that is no defect, but the end, and an orderly one.
  process.stdout.once('error', () => {
    process.stdout.on('error', () => undefined);
    process.kill(process.pid, 'SIGTERM');
  });
  process.on('uncaughtException', abort);
  process.on('unhandledRejection', abort);
  const home = packageFolder();
  const exitCode = await runCli(process.argv.slice(2), {
    drivers,
    devices,
    models,
    embedded,
    version: versionOf(home),
    home,
    main: fileURLToPath(new URL('./main.js', import.meta.url)),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
  // Output to pipes and files is written at once on Linux: nothing is lost, and no forgotten handle keeps us alive.
  process.exit(exitCode);
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
