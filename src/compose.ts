import { readFileSync } from 'node:fs';
import { drivers, embedded } from '../drivers/index.ts';
import { failure } from './cli/failure.ts';
import { runCli } from './cli/program.ts';

/**
 * The composition root: hands the drivers to the verbs as values, runs the command line and ends the process. With
 * `main.ts`, which checks the version of Node before it loads this, the only file that imports `drivers/`.
 */
export async function main(): Promise<void> {
  // Whoever reads our output may leave early (`| head`): that is no defect.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 74));
  process.on('uncaughtException', abort);
  process.on('unhandledRejection', abort);
  const exitCode = await runCli(process.argv.slice(2), {
    drivers,
    embedded,
    version: version(),
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

/** From package.json: two folders up from `dist/src`, one from `src`. */
function version(): string {
  for (const up of ['../../package.json', '../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string };
      return version;
    } catch {
      // Not there: the next one.
    }
  }
  return 'unknown';
}
