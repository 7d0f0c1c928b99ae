import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/**
 * Builds `dist/` once before all tests, for those that run the program as a user does. Incremental, so that it costs
 * little when nothing has changed. Type errors are the business of `npm run typecheck`: they are told, and the tests run.
 */
export default function build(): void {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const state = join('dist', 'tests.tsbuildinfo');
  const args = [tsc, '-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', state];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) process.stderr.write(`${stdout.split('\n').slice(0, 10).join('\n')}\n`);
}
