import { spawnSync } from 'node:child_process';
import { SensoriumError } from '../../contract/index.ts';

/**
 * Runs a program of systemd.
 * @returns its output
 * @throws SensoriumError E_SERVICE when it is not there or fails
 */
export function systemd(program: 'systemctl' | 'systemd-sysusers', ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined) {
    throw new SensoriumError('E_SERVICE', `cannot be run: ${error.message}`, { path: program, cause: error });
  }
  if (status !== 0) {
    const why = stderr.trim().split('\n')[0] || `exit status ${status}`;
    throw new SensoriumError('E_SERVICE', why, { path: `${program} ${args.join(' ')}` });
  }
  return stdout;
}
