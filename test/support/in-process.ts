import { models } from '../../models/index.ts';
import { runCli } from '../../src/cli/program.ts';
import type { CliContext } from '../../src/cli/verb.ts';

/** Runs a command line in this process: to start the program takes longer than what it does here. */
export async function sensorium(args: readonly string[]) {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  // What verbs that start nothing use of the context.
  const context = {
    models,
    version: '0',
    out: (text: string | Uint8Array) => void stdout.push(String(text)),
    err: (text: string) => void stderr.push(text),
  } as Partial<CliContext> as CliContext;
  const exitCode = await runCli(args, context);
  return { exitCode, stdout: stdout.join('').trimEnd(), stderr: stderr.join('') };
}
